"""A record whose files are as they were when it was read before: what was found out then is at hand, its words are read when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

from onrecord.loading.folders import Folder
from onrecord.model import Incident, Unreadable

Read = Callable[[Folder], Incident | Unreadable]
AT_HAND = ("id", "path")
"""What is known of a kept record without reading it."""


class Changed(Exception):
    """A file was changed while a build was under way: what was taken from memory is not true any more."""


@dataclass(slots=True)
class Ground:
    """What all that was found out stands on; `stands` once it is known to be as it was."""

    stands: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out of a record that is over, and of which no rule has a word to say: the row of its view, as `snapshot.kept` packs it."""

    view: Sequence[Any]
    ground: Ground


class KeptIncident(Incident):
    """To whoever reads it, the record itself. It says that it is an `Incident`, so that a changed copy of it is one, too."""

    __slots__ = ("_facts", "_read", "_whole")

    _facts: Facts
    _read: Callable[[], Incident]
    _whole: Incident | None

    def __init__(self, id: str, path: str, facts: Facts, read: Callable[[], Incident]) -> None:
        put = object.__setattr__
        put(self, "id", id)
        put(self, "path", path)
        put(self, "_facts", facts)
        put(self, "_read", read)
        put(self, "_whole", None)

    __class__ = property(lambda _self: Incident)

    @property
    def facts(self) -> Facts | None:
        """What was found out of it, where that still stands."""
        return self._facts if self._facts.ground.stands else None

    @property
    def whole(self) -> Incident:
        """The record as its files have it, read once.

        Raises:
            Changed: they are not as they were.
        """
        known = self._whole
        if known is None:
            known = self._read()
            object.__setattr__(self, "_whole", known)
        return known


def asked(name: str) -> property:
    """What is not at hand: asking for it makes the thing whole."""
    return property(lambda self: getattr(self.whole, name))


for _field in fields(Incident):
    if _field.name not in AT_HAND:
        setattr(KeptIncident, _field.name, asked(_field.name))


def facts_of(incident: Incident) -> Facts | None:
    """What was found out of the record before, if that still stands; None of one that was read now."""
    return incident.facts if type(incident) is KeptIncident else None


class Memory(Protocol):
    """Who knows which records need not be read again."""

    def recall(self, folder: Folder, read: Read) -> Incident | None:
        """The record of that folder without reading it, where its files are as they were; `read` is for whoever asks for its words."""

    def note(self, folder: Folder) -> None:
        """Told of each folder that was read, and of which there was nothing to say."""
