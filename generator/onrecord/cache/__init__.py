"""The cache folder: what a build would only make again, kept under a key of everything that it depends on."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from onrecord.files import write_atomically

_CARD = "entry.json"
_KEPT = 6


def digest(parts: Iterable[bytes]) -> str:
    """One key of several byte strings; where one ends and the next begins counts."""
    key = sha256()
    for part in parts:
        key.update(len(part).to_bytes(8) + part)
    return key.hexdigest()


def contents(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below the folder, by its path with `/`."""
    found = {}
    for top, folders, names in os.walk(folder, followlinks=True):
        folders.sort()
        for name in sorted(names):
            path = Path(top, name)
            with suppress(FileNotFoundError):
                found[path.relative_to(folder).as_posix()] = sha256(path.read_bytes()).hexdigest()
    return found


def changed_last(folders: Iterable[Path]) -> int:
    """When a file below the folders was last written to, in nanoseconds as the file system counts them; 0 where there is none."""
    last = 0
    for folder in folders:
        for top, _, names in os.walk(folder, followlinks=True):
            for name in names:
                with suppress(FileNotFoundError):
                    last = max(last, Path(top, name).stat().st_mtime_ns)
    return last


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something kept: a folder of files and the facts that belong to it."""

    folder: Path
    facts: Mapping[str, Any]


class Cache:
    """Entries and notes below one folder. It is safe to delete at any time, and what is torn in it is not used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, key: str) -> dict[str, Any] | None:
        """The small fact kept under that key."""
        return _read(self._folder / f"{key}.json")

    def keep_note(self, key: str, fact: Mapping[str, Any]) -> None:
        """Keeps a small fact; where the folder cannot be written to, nothing is kept."""
        with suppress(OSError):
            write_atomically(self._folder / f"{key}.json", _written(fact))

    def entry(self, key: str) -> Entry | None:
        """What was kept under that key, if every byte of it is still as it was."""
        home = self._folder / key
        card = _read(home / _CARD)
        if card is None or card["files"] != contents(home / "files"):
            return None
        with suppress(OSError):
            os.utime(home)
        return Entry(folder=home / "files", facts=card["facts"])

    def keep(self, key: str, folder: Path, facts: Mapping[str, Any]) -> None:
        """Keeps a copy of the folder. It appears whole or not at all; the least used of the old entries go."""
        if self.entry(key) is not None:  # another build was faster, and a third may be reading it
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=".new-", ignore_cleanup_errors=True) as made:
                staged = Path(made) / key
                shutil.copytree(folder, staged / "files")
                card = {"files": contents(staged / "files"), "facts": facts}
                (staged / _CARD).write_bytes(_written(card))
                home = self._folder / key
                shutil.rmtree(home, ignore_errors=True)
                staged.replace(home)
            self._forget()

    def _forget(self) -> None:
        entries = sorted((p for p in self._folder.iterdir() if (p / _CARD).exists()), key=lambda p: p.stat().st_mtime)
        for old in entries[:-_KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def _read(path: Path) -> dict[str, Any] | None:
    """What was kept there; None where it is not byte for byte what was written."""
    try:
        check, _, text = path.read_bytes().partition(b"\n")
        found: dict[str, Any] | None = json.loads(text) if check == _check(text) else None
    except (OSError, ValueError):
        return None
    return found


def _written(fact: Mapping[str, Any]) -> bytes:
    """The fact as JSON, with its digest on a line before it."""
    text = json.dumps(fact).encode()
    return _check(text) + b"\n" + text


def _check(text: bytes) -> bytes:
    return sha256(text).hexdigest().encode()
