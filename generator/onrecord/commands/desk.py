"""What a responder's verb needs to know: the policy, the parts, the records that are open, and the one that is meant."""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.authoring import Facts
from onrecord.commands.options import demand_root
from onrecord.files import WorkTree
from onrecord.gitio import GitFailed
from onrecord.importing.naming import slug, unlike
from onrecord.loading import load
from onrecord.model import INCIDENT_STATUSES, MAINTENANCE_STATUSES, Component, Dataset, Kind, Status
from onrecord.problems import did_you_mean
from onrecord.settings import CACHE_FOLDER, COMPONENTS_FILE, INCIDENTS, POLICY_FILE
from onrecord.snapshot.incidents import incident_views
from onrecord.snapshot.records import IncidentView
from onrecord.times import iso

if TYPE_CHECKING:
    from onrecord.revisions import History

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One repository at one instant. `data` holds what was asked for; policy and components always."""

    root: Path
    now: datetime
    data: Dataset
    history: History | None = None
    """What git knows of the records, where that was asked for."""

    @property
    def parts(self) -> Mapping[str, Component]:
        """The components by id, in display order, without those that are retired."""
        return {part.id: part for part in self.data.components if not (part.retired and part.retired <= self.now.date())}

    @property
    def rehearses(self) -> bool:
        """Whether this is the folder of a drill, so that every record in it is one."""
        return self.data.policy.page.drill

    def name(self, component: str) -> str:
        return next((part.name for part in self.data.components if part.id == component), component)

    def views(self) -> tuple[IncidentView, ...]:
        """Every record that was read, newest first."""
        order = {part.id: n for n, part in enumerate(self.data.components)}
        return incident_views(self.data.incidents, self.now, order, self.history)

    def ids(self) -> list[str]:
        """Every id that is taken, whether its record can be read or not."""
        return taken(self.root)

    def new_id(self, day: datetime, title: str) -> str:
        """The day and the title, as an id that no record has."""
        return unlike(f"{day:%Y-%m-%d}-{slug(title).replace('_', '-')}", set(self.ids()))


def taken(root: Path) -> list[str]:
    """Every id that is taken there, whether its record can be read or not."""
    found: list[str] = []
    for year in _folders(root / INCIDENTS):
        found += (record.name for record in _folders(year))
    return sorted(found)


def _folders(place: str | Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            return [entry for entry in entries if entry.is_dir()]
    except OSError:
        return []


def sit_down(root: Path, now: datetime, *ids: str, everything: bool = False, standing: bool = False) -> Desk:
    """Reads policy and components, and those records, all, or those that may not be over. Says aloud what of the first two cannot be read.

    Raises:
        click.UsageError: this is not the root of a status repository, so that nobody speaks into a folder that is never published.
    """
    demand_root(root)
    tree = WorkTree(root)
    paths = [f"{INCIDENTS}/{id[:4]}/{id}" for id in ids]
    if standing:
        from onrecord.loading.standing import unsettled

        paths += unsettled(tree)
    loaded = load(tree, now=now, only=None if everything else (*paths, COMPONENTS_FILE))
    for problem in loaded.problems:
        if problem.place.path in (COMPONENTS_FILE, POLICY_FILE) and problem.level == "error":
            click.echo(f"warning: {problem.place}: {problem.message}; without that file's words the defaults count", err=True)
    return Desk(root=root, now=now, data=loaded.dataset)


def with_history(desk: Desk) -> Desk:
    """The desk with what git knows of the records: each word counts from when readers had it. The same desk where git knows too little."""
    from onrecord.gitio.history import Incomplete
    from onrecord.revisions import read_history
    from onrecord.withholding import Withholding

    policy, withholding = desk.data.policy, Withholding(desk.data.redactions)
    try:
        return replace(desk, history=read_history(desk.root, desk.root / CACHE_FOLDER, since=policy.record.since, withholding=withholding))
    except (Incomplete, GitFailed):
        return desk


def facts(view: IncidentView) -> Facts:
    """What names the files of that record."""
    return Facts(id=view.id, kind=view.kind, tail=tail)


def tail() -> str:
    """Four random letters and digits, so that two people in one second never write the same file."""
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def meant(root: Path, now: datetime, given: str | None, status: Status | None = None) -> tuple[Desk, IncidentView]:
    """The record of that id, prefix or slug; with none given, the one that is open.

    Raises:
        click.UsageError: there is none, or several; says which, and what to type.
    """
    if given is None:
        desk = sit_down(root, now, standing=True)
        return desk, _only_open(desk, status)
    demand_root(root)
    ids = named(taken(root), given)
    if not ids:
        raise click.UsageError(_nothing_like(root, given))
    desk = sit_down(root, now, *ids)
    views = desk.views()
    chosen = [view for view in views if view.is_open] if len(ids) > 1 else list(views)
    if len(chosen) == 1:
        return desk, chosen[0]
    if len(ids) > 1:
        raise click.UsageError(f"`{given}` could be any of these; type more of one:\n{_listed(ids)}")
    raise click.UsageError(f"{ids[0]} cannot be read; `onrecord check {INCIDENTS}/{ids[0][:4]}/{ids[0]}` says why")


def named(ids: Collection[str], given: str) -> list[str]:
    """The ids that are meant: exact, by slug, by prefix, by the beginning of the slug; the first way that finds any."""
    wanted = given.rstrip("/").rpartition("/")[2]
    ways = (
        [id for id in ids if id == wanted],
        [id for id in ids if id[11:] == wanted],
        [id for id in ids if wanted and id.startswith(wanted)],
        [id for id in ids if wanted and id[11:].startswith(wanted)],
    )
    return next((found for found in ways if found), [])


def open_records(desk: Desk, status: Status | None = None) -> list[IncidentView]:
    """Incidents and maintenance under way, newest first, of the kind that has that status; drills only where nothing else is open."""
    kinds = {Kind.incident: INCIDENT_STATUSES, Kind.maintenance: MAINTENANCE_STATUSES}
    found = [v for v in desk.views() if v.is_open and v.kind in kinds and (status is None or status in kinds[v.kind])]
    real = [view for view in found if not view.source.head.drill]
    return real or found


def _only_open(desk: Desk, status: Status | None) -> IncidentView:
    views = open_records(desk, status)
    unread = [record.id for record in desk.data.unreadable if not record.drill]
    if unread:
        click.echo(f"warning: of these it cannot be told whether they are open; `onrecord check` says why:\n{_listed(unread[::-1])}", err=True)
    incidents = [view for view in views if view.kind is Kind.incident]
    for found in (incidents, views):
        if len(found) == 1:
            return found[0]
        if found:
            raise click.UsageError(f"{len(found)} records are open; say which one:\n{_listed([view.id for view in found])}")
    what = f" that can be `{status}`" if status else ""
    raise click.UsageError(f"no record is open{what}\n  for one that is over, say which one, by its id or some of it\n  to begin one: onrecord open \"What customers notice\" --component ID=EFFECT")


def _nothing_like(root: Path, given: str) -> str:
    ids = taken(root)
    if not ids:
        return f"there is no record `{given}`, and no other\n  to begin one: onrecord open \"What customers notice\" --component ID=EFFECT"
    near = did_you_mean(given, [*ids, *(id[11:] for id in ids)]) if len(ids) < 5_000 else ""
    if near.startswith("did you mean"):
        return f"there is no record `{given}`; {near}"
    return f"there is no record `{given}`; the newest are:\n{_listed(ids[::-1])}"


def _listed(ids: Sequence[str]) -> str:
    lines = [f"  {id}" for id in ids[:_SHOWN]]
    return "\n".join([*lines, f"  … and {len(ids) - _SHOWN} more"] if len(ids) > _SHOWN else lines)


def day_words(moment: datetime, now: datetime) -> str:
    """`14:58 UTC`, with its day where that is not today."""
    return f"{moment:%H:%M} UTC" if moment.date() == now.date() else f"{iso(moment)[:10]} {moment:%H:%M} UTC"
