"""What the last build left in the published folder, so that the next one knows without reading which files still stand."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from onrecord.cache.rows import Rows, Torn
from onrecord.settings import RACY_NS
from onrecord.site import disk

_FILES, _FOLDERS = "files", "folders"
Stamp = list[int]


class Shelf:
    """The files of one published folder, with digest and stamp, and the stamps of its folders.

    A stamp is what the file system says of a file: size, times, number. Where it is still the same, nobody has touched
    the file; where it is not, the bytes decide.
    """

    def __init__(self, target: Path, rows: Rows) -> None:
        self._target = os.fspath(target)
        self._rows = rows
        self._files: dict[str, list[object]] = _read(rows, _FILES)
        self._folders: dict[str, list[object]] = _read(rows, _FOLDERS)
        self._seen: dict[str, bool] = {}
        self._untouched: dict[str, bool] = {}
        self.moved = False
        """Whether the whole folder changed places with another since; then every file has new stamps."""

    @property
    def paths(self) -> Iterable[str]:
        """What the last build published."""
        return self._files

    def stands(self, path: str, digest: str) -> bool:
        """Whether the published file has the bytes of that SHA-256."""
        known = self._seen.get(path)
        if known is None:
            known = self._seen[path] = self._stands(path)
        return known and self._files[path][0] == digest

    def _stands(self, path: str) -> bool:
        row = self._files.get(path)
        if row is None:
            return False
        now = _stamp(f"{self._target}/{path}")
        if now is None or not stat.S_ISREG(now[-1]):
            return False
        if row[1:] == now:
            self._untouched[path] = True
            return True
        data = disk.content(f"{self._target}/{path}", now[0])
        return data is not None and sha256(data).hexdigest() == row[0]

    def is_as_it_was(self, folder: str) -> bool:
        """Whether nothing was put into that folder, or taken out, since the last build."""
        return self._folders.get(folder) == _stamp(self._where(folder))

    def strangers(self) -> set[str]:
        """Files in the published folder that the last build did not leave there; folders that are as they were are not entered."""
        found: set[str] = set()
        known = {folder for path in self._files for folder in _above(path)}
        for folder in known:
            if self.is_as_it_was(folder):
                continue
            with suppress(OSError), os.scandir(self._where(folder)) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if path not in known:
                            found |= {f"{path}/{name}" for name in disk.files_below(f"{self._target}/{path}")} | {f"{path}/"}
                    elif path not in self._files:
                        found.add(path)
        return {path for path in found if path[0] != "."}

    def learn(self, digests: dict[str, str]) -> None:
        """Takes down what is published now: every path with its digest. What cannot be written is forgotten."""
        fresh = time.time_ns() - RACY_NS
        folders = {folder for path in digests for folder in _above(path)}
        changed = [(path, row) for path, digest in digests.items() if (row := self._row(path, digest, fresh)) != self._files.get(path)]
        moved = [(folder, row) for folder in folders if (row := self._trusted(_stamp(self._where(folder)), fresh)) != self._folders.get(folder)]
        with suppress(Torn):
            self._rows.drop(_FILES, [path for path in self._files if path not in digests])
            self._rows.drop(_FOLDERS, [folder for folder in self._folders if folder not in folders])
            self._rows.put(_FILES, changed)
            self._rows.put(_FOLDERS, moved)

    def _row(self, path: str, digest: str, fresh: int) -> list[object]:
        known = self._files.get(path)
        if known is not None and len(known) > 1 and self._untouched.get(path) and known[0] == digest and not self.moved:
            return known
        return [digest, *self._trusted(_stamp(f"{self._target}/{path}"), fresh)]

    @staticmethod
    def _trusted(stamp: Stamp | None, fresh: int) -> list[object]:
        """The stamp, or an empty one that no file has, where the file is too young to be known by it."""
        return [] if stamp is None or stamp[2] > fresh else [*stamp]

    def _where(self, folder: str) -> str:
        return f"{self._target}/{folder}" if folder else self._target


def _read(rows: Rows, table: str) -> dict[str, list[object]]:
    try:
        return {str(name): row for name, row in rows.all(table) if isinstance(row, list)}
    except Torn:
        return {}


def _above(path: str) -> list[str]:
    """The folders in which it lies, the published one as an empty name."""
    found = [""]
    place = path.find("/")
    while place >= 0:
        found.append(path[:place])
        place = path.find("/", place + 1)
    return found


def _stamp(path: str) -> Stamp | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode]
