"""What stands in for a file that cannot be read: the newest of its older versions that could be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from onrecord.files import HistoryEnds, Tree
from onrecord.model import LastGood, Redaction
from onrecord.settings import MAX_FILE_BYTES
from onrecord.withholding import Withholding

if TYPE_CHECKING:
    from onrecord.gitio.past import Version

T = TypeVar("T")
Versions = Callable[[str], "Iterable[Version]"]
"""The versions of a file, newest first, that of the newest commit included."""


class Overlay:
    """A tree in which one file has other bytes, or is there at all."""

    def __init__(self, tree: Tree, path: str, data: bytes) -> None:
        self._tree, self._path, self._data = tree, path, data

    def paths(self, prefix: str) -> Iterable[str]:
        return self._tree.paths(prefix)

    def exists(self, path: str) -> bool:
        return path == self._path or self._tree.exists(path)

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        return self._data if path == self._path else self._tree.read(path, limit)


def last_good(tree: Tree, path: str, versions: Versions, withholding: Withholding, read: Callable[[Tree], T | None]) -> tuple[T, LastGood] | None:
    """What `read` finds in the newest version of that file in which it finds anything, and which version that is."""
    try:
        for version in versions(path):
            found = read(Overlay(tree, path, withholding.of(path, version.data)))
            if found is not None:
                return found, LastGood(path=path, commit=version.commit, committed=version.committed)
    except HistoryEnds:
        pass
    return None


def found_before(redaction: Redaction, versions: Versions) -> bool:
    """Whether the redaction takes anything out of an older version; where the clone ends too early to know, it may."""
    alone = Withholding([redaction])
    try:
        return any(alone.of(version.path, version.data) != version.data for version in versions(redaction.path))
    except HistoryEnds:
        return True
