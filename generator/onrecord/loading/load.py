"""Reading a whole repository: policy, components, and every incident's folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from onrecord import yamlio
from onrecord.files import Tree, Unreadable
from onrecord.loading.folders import Folder, gather, name_problems, printable, stray
from onrecord.loading.lines import Lines
from onrecord.loading.postmortems import read_postmortem
from onrecord.loading.updates import read_update, stamp_of
from onrecord.memory import collector_paused
from onrecord.model import INCIDENT_ID, ComponentsFile, Dataset, Incident, IncidentFile, PolicyFile, Shape, Update
from onrecord.model import Unreadable as UnreadableRecord
from onrecord.problems import Place, Problem, in_order, unread
from onrecord.settings import COMPONENTS_FILE, INCIDENTS, POLICY_FILE

S = TypeVar("S", bound=Shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was read, and what was wrong with it, by file and line."""

    dataset: Dataset
    problems: tuple[Problem, ...]
    elsewhere: frozenset[str] = frozenset()
    """Ids of related records that exist and were not asked for."""


def load(
    tree: Tree,
    *,
    now: datetime,
    first_seen: Callable[[str], datetime | None] = lambda _: None,
    only: Collection[str] | None = None,
) -> Loaded:
    """Reads all records, or `only` those with one of these paths in or above their folder.

    Whatever one file is like, the others are read, and every problem is collected. An update
    whose `at` cannot be read was said when git first saw it (`first_seen`), else when the name
    of its file says, else `now`.
    """
    with collector_paused():
        return _load(tree, lambda path: first_seen(path) or stamp_of(path) or now, only)


def _load(tree: Tree, stand_in: Callable[[str], datetime], only: Collection[str] | None) -> Loaded:
    problems: list[Problem] = []
    policy = _single(tree, POLICY_FILE, PolicyFile, problems)
    parts = _single(tree, COMPONENTS_FILE, ComponentsFile, problems)
    folders, astray = gather(_paths(tree, only))
    problems += [_why_astray(tree, path) for path in astray]
    incidents: list[Incident] = []
    unreadable: list[UnreadableRecord] = []
    for folder in _without_doubles(folders, unreadable, problems):
        record = _record(tree, folder, stand_in, problems)
        (incidents if isinstance(record, Incident) else unreadable).append(record)  # type: ignore[arg-type]
    incidents.sort(key=lambda incident: incident.id)
    dataset = Dataset(
        incidents=tuple(incidents),
        unreadable=tuple(sorted(unreadable, key=lambda record: (record.id, record.place))),
        groups=parts.groups,
        components=parts.components,
        policy=policy,
        lines={"components": Lines(tree, {"": COMPONENTS_FILE}), "policy": Lines(tree, {"": POLICY_FILE})},
    )
    return Loaded(dataset=dataset, problems=tuple(in_order(problems)), elsewhere=_elsewhere(tree, incidents) if only else frozenset())


def _paths(tree: Tree, only: Collection[str] | None) -> Iterable[str]:
    if only is None:
        return tree.paths(INCIDENTS)
    wanted = {"/".join(path.split("/")[:3]) for path in only}
    if wanted & {"", ".", INCIDENTS}:
        return tree.paths(INCIDENTS)
    below = [prefix for prefix in wanted if prefix.startswith(f"{INCIDENTS}/")]
    whole = [prefix for prefix in below if prefix.rpartition("/")[0] not in wanted]
    return [path for prefix in sorted(whole) for path in tree.paths(prefix)]


def _elsewhere(tree: Tree, incidents: Iterable[Incident]) -> frozenset[str]:
    wanted = {id for incident in incidents for id in incident.head.related if INCIDENT_ID.fullmatch(id)}
    return frozenset(id for id in wanted if tree.exists(f"{INCIDENTS}/{id[:4]}/{id}/incident.yml"))


def _single(tree: Tree, path: str, shape: type[S], problems: list[Problem]) -> S:
    """A file that is there once, or its defaults where it is missing, empty or broken."""
    if not tree.exists(path):
        return shape()
    record, found = _parse(tree, path, shape, may_be_empty=True)
    problems += found
    return record if record is not None else shape()


def _parse(tree: Tree, path: str, shape: type[S], *, may_be_empty: bool = False) -> tuple[S | None, list[Problem]]:
    try:
        return yamlio.parse(tree.read(path), printable(path), shape, may_be_empty=may_be_empty)
    except Unreadable as error:
        return None, [_refused(error, path)]


def _record(tree: Tree, folder: Folder, stand_in: Callable[[str], datetime], problems: list[Problem]) -> Incident | UnreadableRecord:
    """One folder as an incident, or as a record that cannot be read; its updates are looked at in both cases."""
    found = name_problems(folder)
    if folder.head is None:
        hint = "write one, with at least `title: …`; without it none of these words can be published"
        found.append(unread("missing-head", Place(printable(folder.path)), "there is no incident.yml", hint))
        head = None
    else:
        head, more = _parse(tree, folder.head, IncidentFile)
        found += more
    files = {"": folder.head or folder.path}
    updates = _updates(tree, folder, stand_in, files, found)
    postmortem = None
    if folder.postmortem is not None:
        postmortem, more = read_postmortem(tree, folder.postmortem)
        files["postmortem."] = folder.postmortem
        found += more
    problems += found
    if head is None or not INCIDENT_ID.fullmatch(folder.id):
        where = {folder.path, folder.head}
        first = next(p for p in in_order(found) if p.place.path in {printable(w) for w in where if w})
        return UnreadableRecord(id=printable(folder.id), place=first.place, message=first.message)
    return Incident(id=folder.id, path=folder.path, head=head, updates=updates, postmortem=postmortem, lines=Lines(tree, files))


def _updates(
    tree: Tree, folder: Folder, stand_in: Callable[[str], datetime], files: dict[str, str], problems: list[Problem]
) -> tuple[Update, ...]:
    updates: list[Update] = []
    for path in folder.updates:
        update, found = read_update(tree, path, stand_in)
        if f"updates/{update.id}." in files:
            update = replace(update, id=f"{update.id}-{len(updates) + 1}")
        updates.append(update)
        files[f"updates/{update.id}."] = path
        if found:
            problems += found
    if len(updates) > 1:
        updates.sort(key=lambda update: (update.head.at, update.id))
    return tuple(updates)


def _without_doubles(folders: Iterable[Folder], unreadable: list[UnreadableRecord], problems: list[Problem]) -> list[Folder]:
    """One folder for each id: the one under its own year where there is one, else the first."""
    chosen: dict[str, Folder] = {}
    for folder in folders:
        rival = chosen.setdefault(folder.id, folder)
        if rival is folder:
            continue
        kept, left = (folder, rival) if folder.year == folder.id[:4] else (rival, folder)
        chosen[folder.id] = kept
        message = f"`{printable(left.id)}` is the id of {printable(kept.path)}, too"
        problem = unread("same-id-twice", Place(printable(left.path)), message, "an id is never used again: rename this folder")
        problems.append(problem)
        unreadable.append(UnreadableRecord(id=printable(left.id), place=problem.place, message=message))
    return list(chosen.values())


def _why_astray(tree: Tree, path: str) -> Problem:
    """A file that belongs to no record: unreadable (a link, a closed folder), or merely misplaced."""
    try:
        tree.read(path)
    except Unreadable as error:
        return _refused(error, path)
    return stray(path)


def _refused(error: Unreadable, path: str) -> Problem:
    return Problem(code=error.code, slug=error.slug, level="error", place=Place(printable(path)), message=error.message, hint=error.hint)
