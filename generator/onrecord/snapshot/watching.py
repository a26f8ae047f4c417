"""A snapshot that remembers what was read of it: so a file that was made of it knows everything that it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType, MethodType
from typing import Any, cast

from onrecord.revisions.records import History
from onrecord.snapshot.records import Built, Snapshot

Fact = tuple[str, ...]
"""Where a fact stands in the snapshot: `("at",)`, `("built", "commit")`, `("titles", "2026-11-21-checkout-errors")`."""

_ENTERED = (Built, History)
"""Of these, each fact counts by itself; all other values count whole."""
_EVERY = "*"
"""Stands for a whole mapping, where somebody asks what is in it."""
_MISSING = object()


def watched(snapshot: Snapshot, note: Callable[[Fact], None]) -> Snapshot:
    """The same snapshot to whoever reads it; `note` is told of each fact that is read, also of one that is not there."""
    return cast("Snapshot", _Watched(snapshot, (), note))


def fact_at(snapshot: Snapshot, where: Sequence[str]) -> object:
    """The fact that stands there now; of one that is not there, a mark of its own."""
    found: object = snapshot
    for name in where:
        if isinstance(found, Mapping):
            found = found if name == _EVERY else found.get(name, _MISSING)
        else:
            found = getattr(found, name, _MISSING)
        if found is None or found is _MISSING:
            break
    return found if not isinstance(found, _ENTERED) else type(found)


def is_missing(fact: object) -> bool:
    """Whether it is the mark of a fact that is not there."""
    return fact is _MISSING


class _Watched:
    """Stands before one object: facts are noted, methods and properties run on what is watched."""

    __slots__ = ("_note", "_real", "_where")

    def __init__(self, real: object, where: Fact, note: Callable[[Fact], None]) -> None:
        self._real = real
        self._where = where
        self._note = note

    def __getattr__(self, name: str) -> Any:
        kind = getattr(type(self._real), name, None)
        if isinstance(kind, property) and kind.fget is not None:
            return kind.fget(self)
        if isinstance(kind, FunctionType):
            return MethodType(kind, self)
        return _seen(getattr(self._real, name), (*self._where, name), self._note)


class _WatchedMapping(Mapping[str, Any]):
    """A mapping of which each key counts by itself, and all of it where somebody asks for the keys."""

    __slots__ = ("_note", "_real", "_where")

    def __init__(self, real: Mapping[str, Any], where: Fact, note: Callable[[Fact], None]) -> None:
        self._real = real
        self._where = where
        self._note = note

    def __getitem__(self, key: str) -> Any:
        self._note((*self._where, key))
        return self._real[key]

    def get(self, key: str, default: Any = None) -> Any:
        self._note((*self._where, key))
        return self._real.get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note((*self._where, str(key)))
        return key in self._real

    def __iter__(self) -> Iterator[str]:
        self._note((*self._where, _EVERY))
        return iter(self._real)

    def __len__(self) -> int:
        self._note((*self._where, _EVERY))
        return len(self._real)


def _seen(value: Any, where: Fact, note: Callable[[Fact], None]) -> Any:
    if isinstance(value, Mapping):
        return _WatchedMapping(value, where, note)
    note(where)
    return _Watched(value, where, note) if isinstance(value, _ENTERED) else value
