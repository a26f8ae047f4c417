"""Digests of derived facts: of any two that differ in anything that could be read of them, the digests differ."""

from __future__ import annotations

import io
import pickle  # only written, as the shortest way to all that an object holds; never read
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from hashlib import blake2b
from operator import attrgetter, methodcaller
from os import urandom
from typing import Any
from zoneinfo import ZoneInfo

from onrecord.loading.kept import KeptIncident
from onrecord.model import Incident, Postmortem, Shape, Update
from onrecord.snapshot.kept import KeptView
from onrecord.snapshot.records import ComponentView, GroupView, IncidentView, MonthView, PostmortemView, Snapshot
from onrecord.snapshot.watching import fact_at, is_missing

_SHARED = (IncidentView, KeptView, ComponentView, GroupView, MonthView, PostmortemView)
"""What many files are made of: it is gone through once, and counts by its digest wherever it is met again."""
_VIEWS = (IncidentView, KeptView)
_PLAIN = (str, int, float, bool, type(None))
_CLOSED = (pickle.PicklingError, TypeError, AttributeError, RecursionError)
"""What says that an object cannot be gone through: then its digest is one that it never had before."""
_LENGTH = 16
_PROTOCOL = 5
Reduced = tuple[Callable[..., Any], tuple[object, ...]]


def digest(data: bytes) -> str:
    """128 bits in hex."""
    return blake2b(data, digest_size=_LENGTH).hexdigest()


def digest_of(value: object) -> str:
    """The digest of a value that no record is part of."""
    return Digests(None, {}).of(value)


class Digests:
    """The digests of the facts of one snapshot, each reckoned once.

    `sources` has, by the path of a record's folder, a digest of all the bytes that the record was read from; a record
    that is not in it (one that stands in an older version, say) counts by all that it holds.
    """

    def __init__(self, snapshot: Snapshot | None, sources: Mapping[str, str]) -> None:
        self._snapshot = snapshot
        self._sources = sources
        self._known: dict[int, str] = {}
        self._at: dict[tuple[str, ...], str] = {}
        self._table = _Table(self._joined)
        for kind in _SHARED:
            self._table[kind] = self._shared
        self._table[Incident] = self._table[KeptIncident] = self._incident
        self._table[Update] = self._update
        self._table[Postmortem] = self._postmortem

    def of(self, value: object) -> str:
        """The digest of a value."""
        kind = type(value)
        if kind in _PLAIN:
            return digest(repr(value).encode("utf-8", "surrogatepass")) if kind is str else repr(value)
        if kind not in _SHARED:
            if type(value) is tuple and len(value) == 1 and type(value[0]) in _SHARED:
                return f"({self.of(value[0])},)"  # a piece made of one record: there are as many as records
            return self._gone_through(value)
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._shared_digest(kind, value)
        return known

    def _shared_digest(self, kind: type, value: Any) -> str:
        if kind is KeptView:
            return _placed(value.digest, value)
        if kind is IncidentView:
            return _placed(self.core(value), value)
        return self._gone_through((kind.__name__, *map(self._joined, _held(kind)(value))))

    def _joined(self, value: object) -> object:
        """The digests of many records as one text: to go through them one by one costs the pickler ten times as much."""
        if type(value) is tuple and value and type(value[0]) in _VIEWS:
            return "".join(map(self.of, value))
        return value

    def core(self, view: IncidentView) -> str:
        """The digest of all that a record is by itself, without its neighbours and without how long ago it ended."""
        return self._gone_through(("IncidentView", _CORE(view)))

    def at(self, where: tuple[str, ...]) -> str:
        """The digest of the fact that stands there in the snapshot."""
        known = self._at.get(where)
        if known is None:
            known = self._at[where] = self._fact(where)
        return known

    def _fact(self, where: tuple[str, ...]) -> str:
        if self._snapshot is None:
            return "-"
        if where[:2] == ("history", "records") and self._snapshot.history is not None:
            told = self._snapshot.history.digest
            if told is not None and where[2:]:
                return str(told(where[2]))
        found = fact_at(self._snapshot, where)
        return "-" if is_missing(found) else self.of(found)

    def _gone_through(self, value: object) -> str:
        buffer = io.BytesIO()
        pickler = pickle.Pickler(buffer, _PROTOCOL)
        pickler.dispatch_table = self._table
        try:
            pickler.dump(value)
        except _CLOSED:
            return urandom(_LENGTH).hex()
        return digest(buffer.getvalue())

    def _shared(self, value: object) -> Reduced:
        return str, (self.of(value),)

    def _incident(self, incident: Incident) -> Reduced:
        source = self._sources.get(incident.path)
        return str, (source,) if source is not None else _held(Incident)(incident)

    def _update(self, update: Update) -> Reduced:
        source = self._sources.get(update.path.rpartition("/updates/")[0])
        return str, (source, update.id) if source is not None else _held(Update)(update)

    def _postmortem(self, story: Postmortem) -> Reduced:
        source = self._sources.get(story.path.rpartition("/")[0])
        return str, (source, "postmortem") if source is not None else _held(Postmortem)(story)


class _Table(dict[type, Callable[[Any], Any]]):
    """How an object of each kind is taken apart. `joined` makes one text of many records."""

    def __init__(self, joined: Callable[[object], object]) -> None:
        super().__init__()
        self._joined = joined

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        if kind is ZoneInfo:
            found: Callable[[Any], Any] = _zone
        elif issubclass(kind, Enum):
            found = partial(_named, kind.__name__)
        elif issubclass(kind, Shape):
            found = partial(_shaped, kind.__name__)
        elif is_dataclass(kind):
            found = partial(_reduced, kind.__name__, _held(kind), self._joined)
        else:
            found = methodcaller("__reduce_ex__", _PROTOCOL)
        self[kind] = found
        return found


def _placed(core: str, view: IncidentView) -> str:
    return digest(repr((core, view.previous, view.following, view.is_news)).encode())


def _zone(value: ZoneInfo) -> Reduced:
    return str, ("zone", value.key)


def _named(name: str, value: Enum) -> Reduced:
    return str, (name, value.value)


def _shaped(name: str, value: Shape) -> Reduced:
    return str, (name, value.__dict__)


def _reduced(name: str, held: Callable[[object], tuple[object, ...]], joined: Callable[[object], object], value: object) -> Reduced:
    return str, (name, *map(joined, held(value)))


def _held(kind: type) -> Callable[[Any], tuple[object, ...]]:
    """All fields of a dataclass, but for those that say nothing of its value, such as the places of its words."""
    known = _HELD.get(kind)
    if known is None:
        names = [field.name for field in fields(kind) if field.compare]
        known = _HELD[kind] = attrgetter(*names) if len(names) > 1 else _alone(names)
    return known


def _alone(names: list[str]) -> Callable[[Any], tuple[object, ...]]:
    return lambda value: tuple(getattr(value, name) for name in names)


_OUTSIDE = ("previous", "following", "is_news")
"""What the calendar and its neighbours say of a record."""
_CORE = attrgetter(*(field.name for field in fields(IncidentView) if field.compare and field.name not in _OUTSIDE))
_HELD: dict[type, Callable[[Any], tuple[object, ...]]] = {}
