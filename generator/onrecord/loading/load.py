"""Reading a whole repository: redactions, policy, components, and every incident's folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from onrecord.files import Tree, Unreadable, printable
from onrecord.loading.folders import Folder, gather, stray
from onrecord.loading.kept import Memory
from onrecord.loading.lines import Lines
from onrecord.loading.reading import Reader, refused
from onrecord.loading.recovering import Versions
from onrecord.loading.updates import stamp_of
from onrecord.memory import collector_paused
from onrecord.model import INCIDENT_ID, ComponentsFile, Dataset, Incident, PolicyFile
from onrecord.model import Unreadable as UnreadableRecord
from onrecord.problems import Place, Problem, in_order, unread
from onrecord.settings import COMPONENTS_FILE, INCIDENTS, POLICY_FILE, REDACTIONS_FILE
from onrecord.withholding import Withholding


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was read, and what was wrong with it, by file and line."""

    dataset: Dataset
    problems: tuple[Problem, ...]
    tree: Tree
    """The tree without what is withheld: whatever else is read of the repository is read from it."""
    elsewhere: frozenset[str] = frozenset()
    """Ids of related records that exist and were not asked for."""


def load(
    tree: Tree,
    *,
    now: datetime,
    first_seen: Callable[[str], datetime | None] = lambda _: None,
    versions: Versions = lambda _: (),
    only: Collection[str] | None = None,
    recover: bool = True,
    withholding: Withholding | None = None,
    memory: Memory | None = None,
) -> Loaded:
    """Reads all records, or `only` those with one of these paths in or above their folder.

    Whatever one file is like, the others are read, and every problem is collected. A file that
    cannot be read is replaced by the newest of its `versions` that can, unless `recover` is false. An update that never could
    be, and whose `at` cannot be read, was said when git first saw it (`first_seen`), else when the
    name of its file says, else `now`. What redactions.yml or `withholding` withholds is read nowhere.
    `memory` knows records that need not be read again.
    """
    with collector_paused():
        reader = Reader(tree, lambda path: first_seen(path) or stamp_of(path) or now, versions, withholding or Withholding(), recover=recover)
        return _load(reader, only, memory)


def _load(reader: Reader, only: Collection[str] | None, memory: Memory | None) -> Loaded:
    tree = reader.tree
    policy = reader.single(POLICY_FILE, PolicyFile)
    parts = reader.single(COMPONENTS_FILE, ComponentsFile)
    folders, astray = gather(_paths(tree, only))
    reader.problems += [_why_astray(tree, path) for path in astray]
    incidents: list[Incident] = []
    unreadable: list[UnreadableRecord] = []
    for folder in _without_doubles(folders, unreadable, reader.problems):
        record = _record(reader, folder, memory if not reader.withholding else None)
        (incidents if isinstance(record, Incident) else unreadable).append(record)  # type: ignore[arg-type]
    incidents.sort(key=lambda incident: incident.id)
    dataset = Dataset(
        incidents=tuple(incidents),
        unreadable=tuple(sorted(unreadable, key=lambda record: (record.id, record.place))),
        groups=parts.groups,
        components=parts.components,
        policy=policy,
        last_good=tuple(reader.older),
        redactions=reader.withholding.redactions,
        withheld=reader.unclaimed(),
        idle=reader.idle() if only is None else (),
        lines={
            "components": Lines(tree, {"": COMPONENTS_FILE}),
            "policy": Lines(tree, {"": POLICY_FILE}),
            "redactions": Lines(tree, {"": REDACTIONS_FILE}),
        },
    )
    elsewhere = _elsewhere(tree, incidents) if only else frozenset()
    return Loaded(dataset=dataset, problems=tuple(in_order(reader.problems)), tree=tree, elsewhere=elsewhere)


def _record(reader: Reader, folder: Folder, memory: Memory | None) -> Incident | UnreadableRecord:
    """The record of that folder, from memory where it is known. What is withheld may come and go with other files: then all is read."""
    known = memory.recall(folder, reader.record) if memory is not None else None
    if known is not None:
        return known
    before = len(reader.problems)
    record = reader.record(folder)
    if memory is not None and len(reader.problems) == before:
        memory.note(folder)
    return record


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
        return refused(error, path)
    return stray(path)
