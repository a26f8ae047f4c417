"""Records to incident folders: new ones whole, known ones never rewritten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from onrecord.files import Unreadable, WorkTree, write_atomically
from onrecord.importing.companions import companions
from onrecord.importing.naming import unlike
from onrecord.importing.records import Harvest, Item, Record, Remark, Words
from onrecord.model import IncidentFile, Kind, Shape, Source
from onrecord.settings import INCIDENTS
from onrecord.times import stamp
from onrecord.yamlio import dump, parse

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_FRONT = ("title", "kind", "severity", "components", "started", "scheduled", "from_", "until")
HEAD, UPDATES, POSTMORTEM = "incident.yml", "updates", "postmortem.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A record that an earlier import made: where it lies, its head, and its updates as they are now."""

    folder: str
    source: Source
    head: IncidentFile
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an import did, or would do: each item, each file in order, and what is worth knowing of the whole."""

    items: tuple[Item, ...]
    files: tuple[str, ...]
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
        found = replace(found, folder=known.folder, outcome="unchanged", remarks=())
        return found if known.source.sha256 == record.origin.sha256 else self.changed(found, known, record)

    def add(self, record: Record) -> str:
        key = unlike(f"{record.started:%Y-%m-%d}-{record.slug}", self.taken)
        self.taken.add(key)
        folder = f"{INCIDENTS}/{key[:4]}/{key}"
        self.files |= _files(folder, record, self.ids, self.now)
        return folder

    def changed(self, item: Item, known: Known, record: Record) -> Item:
        """A known record whose source has other bytes now: what is new is added, what differs stays ours."""
        wanted = dict(_updates(known.folder, record.words))
        there = _there(self.root, known.folder)
        differing = [*_head_differences(known.head, _head(record, self.ids)), *_other_words(wanted, there)]
        remarks = [Remark("kept", f"{path}: edited here, and kept") for path in wanted if path in there and there[path] != wanted[path]]
        if differing:
            reason = "it has changed there since the import; nothing is changed here"
            return replace(item, outcome="changed", reason=reason, remarks=(*(Remark("kept", text) for text in differing), *remarks))
        fresh = {path: data for path, data in wanted.items() if path not in there}
        old, new = (known.source.sha256 or "").encode(), record.origin.sha256.encode()
        self.files |= fresh | {f"{known.folder}/{HEAD}": known.data.replace(old, new, 1)}
        remarks.append(Remark("split", f"{len(fresh)} more update{'' if len(fresh) == 1 else 's'} than at the last import"))
        return replace(item, outcome="updated", remarks=tuple(remarks))


def bring_in(harvest: Harvest, root: Path, now: datetime, *, dry_run: bool = False) -> Done:
    """Writes everything that is new, and says of every item what became of it.

    Raises:
        CannotMerge: components.yml here cannot be added to.
        OSError: no room, no permission. What was written until then is whole, and the next run goes on from there.
    """
    beside = companions(root, harvest)
    known, taken = _known(root, harvest.system)
    writer = _Writer(root=root, now=now, ids=beside.ids, known=known, taken=taken)
    items = [*harvest.others, *(writer.item(path, record, remarks) for path, record, remarks in harvest.records)]
    files = {**beside.files, **writer.files} if harvest.records else {}
    if not dry_run:
        for name, data in files.items():
            write_atomically(root / name, data)
    items.sort(key=lambda item: item.path)
    return Done(items=tuple(items), files=tuple(files), remarks=(*harvest.remarks, *beside.remarks))


def _known(root: Path, system: str) -> tuple[dict[str, Known], set[str]]:
    """The records here that came from that system, by their id there; and every id that is taken here."""
    tree = WorkTree(root)
    known: dict[str, Known] = {}
    taken: set[str] = set()
    for path in tree.paths(INCIDENTS):
        folder, _, name = path.rpartition("/")
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


def _files(folder: str, record: Record, ids: Mapping[str, str], now: datetime) -> Iterator[tuple[str, bytes]]:
    head = _head(record, ids) | {"waivers": [{"rule": rule, "reason": reason} for rule, reason in record.waivers]}
    origin = record.origin
    head["source"] = {"system": origin.system, "id": origin.id, "url": origin.url, "sha256": origin.sha256, "imported": now}
    yield f"{folder}/{HEAD}", dump(head).encode()
    yield from _updates(folder, record.words)
    if record.postmortem:
        front = dump({"status": "published", "published": record.ended or record.words[-1].at})
        yield f"{folder}/{POSTMORTEM}", f"---\n{front}---\n{record.postmortem}\n".encode()


def _head(record: Record, ids: Mapping[str, str]) -> dict[str, Any]:
    head: dict[str, Any] = {"title": record.title}
    if record.kind is not Kind.incident:
        head["kind"] = record.kind
    head |= {"severity": record.severity, "components": {ids[name]: effect for name, effect in record.components}}
    if record.kind is Kind.notice:
        return head | {"from": record.started, "until": record.ended}
    if record.kind is Kind.maintenance:
        return head | {"scheduled": {"from": record.started, "until": record.ended}}
    return head | {"started": record.started}


def _updates(folder: str, words: Iterable[Words]) -> Iterator[tuple[str, bytes]]:
    for update in words:
        front = dump({"at": update.at, "status": update.status, "effective": update.effective})
        text = f"---\n{front}---\n{update.body}\n".encode()
        yield f"{folder}/{UPDATES}/{stamp(update.at)}-{update.status or 'update'}-{_four(text)}.md", text


def _four(data: bytes) -> str:
    """Four letters and digits that depend on the content alone, so that the same words always have the same name."""
    number = int.from_bytes(hashlib.sha256(data).digest()[:8], "big")
    return "".join(_DIGITS[number // 36**place % 36] for place in range(4))


def _there(root: Path, folder: str) -> dict[str, bytes]:
    return {f"{folder}/{UPDATES}/{file.name}": file.read_bytes() for file in sorted((root / folder / UPDATES).glob("*.md"))}


def _head_differences(ours: IncidentFile, theirs: Mapping[str, Any]) -> list[str]:
    new, _ = parse(dump(theirs).encode(), HEAD, IncidentFile)
    return [f"{HEAD}: `{name.rstrip('_')}` differs" for name in _FRONT if getattr(new, name) != getattr(ours, name)]


def _other_words(wanted: Mapping[str, bytes], there: Mapping[str, bytes]) -> list[str]:
    """Updates here that the source no longer has, or has with other words."""
    fresh = {_said_when(path) for path in wanted if path not in there}
    gone = [path for path, data in there.items() if path not in wanted and (_said_when(path) in fresh or _is_ours(path, data))]
    return [f"{path}: other words there now" for path in gone]


def _said_when(path: str) -> str:
    """The time and status that the name of an update's file begins with."""
    return path.rpartition("-")[0]


def _is_ours(path: str, data: bytes) -> bool:
    """Whether an import wrote this file, and nobody changed it since."""
    return path.removesuffix(".md").endswith(f"-{_four(data)}")

