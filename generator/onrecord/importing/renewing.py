"""A record that is here already, and what its source says of it now: what is new is added, what differs stays ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from onrecord.importing.records import END, Item, Record, Remark, Words
from onrecord.importing.shaping import HEAD, POSTMORTEM, UPDATES, four, head_of, texts, update_file
from onrecord.model import Effect, IncidentFile, Source, UpdateFile
from onrecord.yamlio import document

_FRONT = ("title", "kind", "severity", "components", "started", "scheduled", "from_", "until")
_SAID_BY_UPDATES = ("severity", "scheduled")
"""What an update can change about a head: a new value there goes into the next update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A record that an earlier import made: where it lies, and its head."""

    folder: str
    source: Source
    head: IncidentFile
    data: bytes


@dataclass(slots=True, kw_only=True)
class Renewal:
    """What became of a known record, and the files to write. Only new files, and the digest in the head."""

    item: Item
    files: dict[str, bytes] = field(default_factory=dict)


def renew(item: Item, known: Known, record: Record, root: Path, ids: Mapping[str, str]) -> Renewal:
    """Compares a known record with what its source says now."""
    item = replace(item, folder=known.folder, outcome="unchanged", remarks=())
    ours = dict(update_file(known.folder, words, record.origin, ids) for words in record.words if words.key)
    same = known.source.sha256 == record.origin.sha256
    if same and not ours:
        return Renewal(item=item)
    there = _there(root, known.folder)
    wanted = dict(texts(known.folder, record, ids))
    fresh = {path: data for path, data in wanted.items() if path not in there and not _said_before(path, record.words, there)}
    if same:
        return _with_ours(item, {path: data for path, data in fresh.items() if path in ours})
    differing = _head_differences(_as_said(known.head, there), head_of(record, ids))
    news = _news(record, known, [name for name in differing if name in _SAID_BY_UPDATES], fresh, ids)
    if news:
        fresh |= news
        differing = [name for name in differing if name not in _SAID_BY_UPDATES]
    reasons = [*(f"{HEAD}: `{name.rstrip('_')}` differs" for name in differing), *_other_words(wanted, fresh, there)]
    edited = [Remark("kept", f"{path}: edited here, and kept") for path in wanted if path in there and there[path] != wanted[path] and _is_ours(path, wanted[path])]
    if reasons:
        reason = "it has changed there since the import; nothing is changed here"
        return Renewal(item=replace(item, outcome="changed", reason=reason, remarks=(*(Remark("kept", text) for text in reasons), *edited)))
    old, new = (known.source.sha256 or "").encode(), record.origin.sha256.encode()
    files = {**fresh, f"{known.folder}/{HEAD}": known.data.replace(old, new, 1)}
    return Renewal(item=replace(item, outcome="updated", remarks=(*edited, _more(fresh))), files=files)


def _with_ours(item: Item, fresh: dict[str, bytes]) -> Renewal:
    """The item itself is as it was; words of ours can be new, since they come from what else is known of it."""
    return Renewal(item=replace(item, outcome="updated", remarks=(_more(fresh),)), files=fresh) if fresh else Renewal(item=item)


def _more(fresh: Mapping[str, bytes]) -> Remark:
    return Remark("split", f"{len(fresh)} more update{'' if len(fresh) == 1 else 's'} than at the last import")


def _there(root: Path, folder: str) -> dict[str, bytes]:
    """The updates and the post-mortem as they are now."""
    files = [*sorted((root / folder / UPDATES).glob("*.md")), *(root / folder).glob(POSTMORTEM)]
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def _said_before(path: str, words: Iterable[Words], there: Iterable[str]) -> bool:
    """Whether these are words of ours that an earlier import has added, at another time, or has made needless by an end."""
    tails = tuple(f"-{four(one.key.encode())}.md" for one in words if one.key)
    return path.endswith(tails) and any(name.endswith((f"-{path.rpartition('-')[2]}", f"-{four(END.encode())}.md")) for name in there)


def _as_said(head: IncidentFile, there: Mapping[str, bytes]) -> IncidentFile:
    """The head with what the updates have changed about it since."""
    said = (document(data, path, UpdateFile).head for path, data in there.items() if f"/{UPDATES}/" in path)
    later = {name: value for update in said if update for name in _SAID_BY_UPDATES if (value := getattr(update, name)) is not None}
    return head.model_copy(update=later)


def _news(record: Record, known: Known, names: list[str], fresh: Mapping[str, bytes], ids: Mapping[str, str]) -> dict[str, bytes]:
    """The first new update, with what has changed about the head; nothing where there is none that has an id."""
    new = _parsed(head_of(record, ids))
    for words in record.words if names else ():
        path, data = update_file(known.folder, replace(words, **{name: getattr(new, name) for name in names}), record.origin, ids)
        if path in fresh and words.id:
            return {path: data}
    return {}


def _head_differences(ours: IncidentFile, theirs: Mapping[str, Any]) -> list[str]:
    new = _parsed(theirs)
    return [name for name in _FRONT if not _alike(name, getattr(ours, name), getattr(new, name))]


def _parsed(head: Mapping[str, Any]) -> IncidentFile:
    return IncidentFile.model_validate({key: value for key, value in head.items() if value is not None})


def _alike(name: str, ours: Any, theirs: Any) -> bool:
    """Whether two values say the same: a component that is named as operational is only named."""
    if name != "components":
        return bool(ours == theirs)
    return all(ours.get(key, Effect.operational) == theirs.get(key, Effect.operational) for key in {*ours, *theirs})


def _other_words(wanted: Mapping[str, bytes], fresh: Mapping[str, bytes], there: Mapping[str, bytes]) -> list[str]:
    """Updates here that the source no longer has, or has with other words."""
    new = {_said_when(path) for path in fresh}
    gone = [path for path, data in there.items() if path not in wanted and (_said_when(path) in new or _is_ours(path, data) or _has_source(path, data))]
    reworded = [path for path, data in wanted.items() if there.get(path, data) != data and not _is_ours(path, data)]
    return [f"{path}: other words there now" for path in (*gone, *reworded)]


def _said_when(path: str) -> str:
    """The time and status that the name of an update's file begins with."""
    return path.rpartition("-")[0]


def _has_source(path: str, data: bytes) -> bool:
    update = document(data, path, UpdateFile).head if f"/{UPDATES}/" in path else None
    return update is not None and update.source is not None


def _is_ours(path: str, data: bytes) -> bool:
    """Whether an import wrote this file, and nobody changed it since."""
    return path.removesuffix(".md").endswith(f"-{four(data)}")
