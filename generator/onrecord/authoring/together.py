"""Several files written together: all of them, or none, and on the disk before anybody is told so."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from onrecord.files import write_atomically, write_folder


class HalfWritten(OSError):
    """Not all could be written, and what was could not be taken back: `written` are its paths."""

    def __init__(self, error: OSError, written: tuple[str, ...]) -> None:
        super().__init__(error.errno, error.strerror, error.filename)
        self.written = written


def write_together(root: Path, files: Mapping[str, bytes]) -> None:
    """Writes files by their path from the root. Those of a folder that is not there yet appear with it, in one step.

    Raises:
        HalfWritten: some were written, and cannot be taken back.
        OSError: no room, no permission; everything is as it was.
    """
    folder = _new_folder(root, files)
    if folder is not None:
        write_folder(root / folder, {path[len(folder) + 1 :]: data for path, data in files.items()}, durable=True)
        return
    before = {path: _bytes(root / path) for path in files}
    done: list[str] = []
    try:
        for path, data in files.items():
            write_atomically(root / path, data, durable=True)
            done.append(path)
    except OSError as error:
        left = tuple(path for path in done if not _taken_back(root / path, before[path]))
        raise HalfWritten(error, left) if left else error from None


def _new_folder(root: Path, files: Mapping[str, bytes]) -> str | None:
    """The folder that holds them all, where it is to be made; None where it stands, or there is none."""
    common = os.path.commonpath([path.rpartition("/")[0] for path in files]) if files else ""
    return common if common and len(files) > 1 and not (root / common).exists() else None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _taken_back(path: Path, before: bytes | None) -> bool:
    try:
        if before is None:
            path.unlink()
        else:
            write_atomically(path, before)
    except OSError:
        return False
    return True
