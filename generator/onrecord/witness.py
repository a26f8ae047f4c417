"""A tree that remembers what was read of it: one digest for each record of all the bytes that it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

from onrecord.files import Tree, Unreadable
from onrecord.settings import MAX_FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from onrecord.gitio.past import Version

_LENGTH = 16


class Witness:
    """Stands before a tree, and before what git says of older versions.

    A record for which git was asked, since a file of it cannot be read, is left out of `digests`: its words hang on more than its files.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._read: dict[str, bytes] = {}
        self._unsure: set[str] = set()

    def paths(self, prefix: str) -> Iterable[str]:
        found = list(self._tree.paths(prefix))
        for path in found:
            self._read.setdefault(path, b"")
        return found

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        try:
            data = self._tree.read(path, limit)
        except Unreadable:
            self._unsure.add(_folder(path))
            raise
        self._read[path] = blake2b(data, digest_size=_LENGTH).digest()
        return data

    def exists(self, path: str) -> bool:
        found = self._tree.exists(path)
        self._read.setdefault(f"{path}\0{found}", b"")
        return found

    def asking(self, versions: Callable[[str], Iterator[Version]]) -> Callable[[str], Iterator[Version]]:
        """What gives the older versions of a file, with a note of who asked."""

        def ask(path: str) -> Iterator[Version]:
            self._unsure.add(_folder(path))
            return versions(path)

        return ask

    def dating(self, first_seen: Callable[[str], datetime | None]) -> Callable[[str], datetime | None]:
        """What says when a file came, with a note of who asked."""

        def ask(path: str) -> datetime | None:
            self._unsure.add(_folder(path))
            return first_seen(path)

        return ask

    @cached_property
    def digests(self) -> dict[str, str]:
        """By the path of its folder, a digest of the names and bytes of all files of a record. To be asked for when all was read."""
        totals: dict[str, blake2b] = {}
        for path, found in sorted(self._read.items()):
            folder = _folder(path)
            if folder not in totals:
                totals[folder] = blake2b(digest_size=_LENGTH)
            totals[folder].update(path.encode("utf-8", "surrogateescape") + b"\0" + found)
        return {folder: total.hexdigest() for folder, total in totals.items() if folder not in self._unsure}


def _folder(path: str) -> str:
    return "/".join(path.split("/", 3)[:3])
