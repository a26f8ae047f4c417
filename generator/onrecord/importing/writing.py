"""Records to incident folders: new ones whole, known ones never rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from pydantic import ConfigDict

from onrecord.files import Unreadable, WorkTree, write_atomically, write_folder
from onrecord.importing.companions import companions
from onrecord.importing.naming import unlike
from onrecord.importing.records import Harvest, Item, Record, Remark
from onrecord.importing.renewing import Known, renew
from onrecord.importing.shaping import HEAD, head_file, texts
from onrecord.model import IncidentFile, Shape, Source
from onrecord.settings import INCIDENTS
from onrecord.yamlio import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an import did, or would do: each item, each file in order, and what is worth knowing of the whole."""

    items: tuple[Item, ...]
    files: tuple[str, ...]
    components: int = 0
    groups: int = 0
    """How many components and groups were not here yet."""
    remarks: tuple[Remark, ...] = field(default=())


class _AnyHead(Shape):
    """A head that need not be whole: only its `source` is looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    source: Source | None = None


@dataclass(slots=True, kw_only=True)
class _Writer:
    """Makes the files of each record; `files` holds what is to be written."""

    root: Path
    now: datetime
    ids: Mapping[str, str]
    known: Mapping[str, Known]
    taken: set[str]
    files: dict[str, bytes] = field(default_factory=dict)

    def item(self, path: str, record: Record, remarks: tuple[Remark, ...]) -> Item:
        found = Item(path=path, id=record.origin.id, outcome="imported", updates=record.said, remarks=remarks)
        known = self.known.get(record.origin.id)
        if known is None:
            return replace(found, folder=self.add(record))
        renewal = renew(found, known, record, self.root, self.ids)
        self.files |= renewal.files
        return renewal.item

    def add(self, record: Record) -> str:
        key = unlike(f"{record.started:%Y-%m-%d}-{record.slug}", self.taken)
        self.taken.add(key)
        folder = f"{INCIDENTS}/{key[:4]}/{key}"
        self.files |= {f"{folder}/{HEAD}": head_file(record, self.ids, self.now), **dict(texts(folder, record, self.ids))}
        return folder


def bring_in(harvest: Harvest, root: Path, now: datetime, *, dry_run: bool = False) -> Done:
    """Writes everything that is new, and says of every item what became of it.

    Raises:
        CannotMerge: components.yml here cannot be added to.
        OSError: no room, no permission. What was written until then is whole, each record with all its words, and the next run goes on from there.
    """
    done, files = prepared(harvest, root, now)
    if not dry_run:
        for folder, members in _by_folder(root, files):
            if folder is not None:
                write_folder(folder, members)
            for name, data in members.items() if folder is None else ():
                write_atomically(root / name, data)
    return done


def _by_folder(root: Path, files: Mapping[str, bytes]) -> Iterator[tuple[Path | None, dict[str, bytes]]]:
    """The files in order: those of each new record together, by their path in its folder, so that none is half there; others by their path from the root."""
    for place, names in groupby(files, key=lambda name: "/".join(name.split("/")[:3]) if name.startswith(f"{INCIDENTS}/") else ""):
        if place and not (root / place).exists():
            yield root / place, {name.removeprefix(f"{place}/"): files[name] for name in names}
        else:
            yield None, {name: files[name] for name in names}


def prepared(harvest: Harvest, root: Path, now: datetime) -> tuple[Done, dict[str, bytes]]:
    """What `bring_in` does, and every file that it writes, in order, by its path.

    Raises:
        CannotMerge: components.yml here cannot be added to.
    """
    beside = companions(root, harvest)
    known, taken = _known(root, harvest.system)
    writer = _Writer(root=root, now=now, ids=beside.ids, known=known, taken=taken)
    items = [*harvest.others, *(writer.item(path, record, remarks) for path, record, remarks in harvest.records)]
    files = {**beside.files, **writer.files} if harvest.records or harvest.components else {}
    components, groups = beside.added if files else (0, 0)
    items.sort(key=lambda item: item.path)
    done = Done(items=tuple(items), files=tuple(files), components=components, groups=groups, remarks=(*harvest.remarks, *beside.remarks))
    return done, files


def _known(root: Path, system: str) -> tuple[dict[str, Known], set[str]]:
    """The records here that came from that system, by their id there; and every id that is taken here."""
    tree = WorkTree(root)
    known: dict[str, Known] = {}
    taken: set[str] = set()
    for path in tree.paths(INCIDENTS):
        folder, _, name = path.rpartition("/")
        if "/." in path:
            continue  # what a run left that was stopped
        taken.add(folder.rpartition("/")[2])
        if name != HEAD:
            continue
        try:
            data = tree.read(path)
        except Unreadable:
            continue
        if b"source:" not in data:
            continue
        loose, _ = parse(data, path, _AnyHead)
        head, _ = parse(data, path, IncidentFile)
        if loose and loose.source and loose.source.system == system:
            known[loose.source.id] = Known(folder=folder, source=loose.source, head=head or IncidentFile(title="unreadable"), data=data)
    return known, taken
