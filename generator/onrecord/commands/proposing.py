"""What a responder may say, proposed by the template of a phase over the record as it will be; and which phase that is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands.desk import Desk
from onrecord.files import WorkTree
from onrecord.loading.site import site_of
from onrecord.model import (
    FINAL_STATUSES,
    INCIDENT_STATUSES,
    Incident,
    IncidentFile,
    Kind,
    PolicyFile,
    Status,
    Update,
    UpdateFile,
)
from onrecord.problems import did_you_mean
from onrecord.render.messages import PHASES
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.times import HOUR

if TYPE_CHECKING:
    from onrecord.render.messages import Letters

_FIRST = {
    Status.investigating: "acknowledgement",
    Status.identified: "identified",
    Status.monitoring: "monitoring",
    Status.resolved: "resolved",
    Status.scheduled: "maintenance-announced",
    Status.in_progress: "maintenance-begun",
    Status.verifying: "maintenance-begun",
    Status.completed: "maintenance-done",
    Status.cancelled: "maintenance-cancelled",
}
_AGAIN = {Status.investigating: "diagnosis", Status.identified: "fix-under-way"}


def phase_to_say(status: Status, *, is_new: bool, changes: bool, moved: bool = False, news: bool = True) -> str:
    """The phase of a word in that state: the state's own where it is new; else what was found, or that there is no news.

    `changes` says that an effect or another fact changes, `moved` that a window does, `news` that somebody has some to tell.
    """
    if moved:
        return "maintenance-extended"
    if is_new or status not in INCIDENT_STATUSES:
        return _FIRST[status]
    if news:
        return _AGAIN.get(status, _FIRST[status])
    return _FIRST[status] if changes else "no-news"


def phase_named(given: str, kind: Kind, statuses: Collection[Status], option: str = "--template") -> str:
    """The phase of that name, where a record of that kind can have it in one of those states.

    Raises:
        click.UsageError: it cannot; lists those that can.
    """
    fitting = {name for name, phase in PHASES.items() if phase.kind is kind and (phase.status is None or phase.status in statuses)}
    name = given.strip().lower().replace("_", "-")
    if name in fitting:
        return name
    why = "belongs elsewhere" if name in PHASES else "is no phase"
    near = did_you_mean(name, fitting)
    hint = near if near.startswith("did you mean") else "here it can be: " + ", ".join(phase for phase in PHASES if phase in fitting)
    raise click.UsageError(f"{option}: `{given}` {why}; {hint}")


def letters_of(root: Path, policy: PolicyFile) -> Letters:
    """The templates of that repository.

    Raises:
        click.ClickException: one of them cannot be read.
    """
    from onrecord.render.messages import BadMessage, Letters

    tree = WorkTree(root)
    try:
        return Letters.of(tree, site_of(tree, policy))
    except BadMessage as error:
        raise click.ClickException(f"{error}. Nothing was written.") from None


def alone(desk: Desk, record: Incident, at: datetime, *, as_of: datetime | None = None) -> tuple[Snapshot, IncidentView]:
    """The record with what it means at that instant, and nothing beside it; a drill stays one."""
    from onrecord.snapshot import derive

    as_real = replace(record, head=record.head.model_copy(update={"drill": False}))
    snapshot = derive(replace(desk.data, incidents=(as_real,), unreadable=()), at, as_of=as_of)
    (view,) = snapshot.incidents
    return snapshot, replace(view, source=replace(view.source, head=view.source.head.model_copy(update={"drill": record.head.drill})))


def as_if_said(desk: Desk, view: IncidentView, phase: str, at: datetime) -> tuple[Snapshot, IncidentView]:
    """The record as it would be with a word of that phase at that instant, of which nothing is said yet."""
    status = PHASES[phase].status or view.status
    due = view.promise.due if view.promise and view.promise.due > at else at + (desk.data.policy.severity(view.severity).update_every or HOUR)
    promises = view.kind is Kind.incident and status not in FINAL_STATUSES
    return _with_word(desk, view.source, UpdateFile(at=at, status=status, next_update_by=due if promises else None), at)


def proposed(desk: Desk, before: IncidentView | IncidentFile, update: UpdateFile, phase: str) -> str:
    """The text of that phase's template, with its blanks, over the record as it will be with the update.

    `before` is the record as it is, or the head of a new one.

    Raises:
        click.ClickException: the owner's template breaks the language.
    """
    from onrecord.render.messages import BadMessage, starter

    record = before.source if isinstance(before, IncidentView) else Incident(id="new", path="new", head=before)
    snapshot, view = _with_word(desk, record, update, max(desk.now, update.at))
    try:
        return starter(snapshot, view, phase, letters_of(desk.root, desk.data.policy))
    except BadMessage as error:
        raise click.ClickException(f"{error}. Nothing was written; -m TEXT says it without the template.") from None


def _with_word(desk: Desk, record: Incident, update: UpdateFile, at: datetime) -> tuple[Snapshot, IncidentView]:
    said = Update(id="~new", path="new", head=update, body="")
    return alone(desk, replace(record, updates=(*record.updates, said)), at)
