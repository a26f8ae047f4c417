"""Whether a file of the cache is byte for byte what was written: a small card beside it says so."""

from __future__ import annotations

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path

from onrecord.files import write_atomically

_AT_ONCE = 1 << 20


def vouch(path: Path) -> None:
    """Writes the card of that file as it is now; where it cannot be written, nobody vouches for the file."""
    with suppress(OSError):
        write_atomically(_card(path), json.dumps({"sum": _sum(path), "stamp": _stamp(path)}).encode())


def is_whole(path: Path) -> bool:
    """Whether the file is as it was when somebody vouched for it.

    While the file system says that nobody wrote to it since, it is not read. Restored from an archive, it is.
    """
    try:
        card = json.loads(_card(path).read_bytes())
        if card["stamp"] == _stamp(path):
            return True
        whole = bool(card["sum"] == _sum(path))
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if whole:
        vouch(path)
    return whole


def forget(path: Path) -> None:
    """Removes the file with all that lies beside it."""
    for one in (path, _card(path), path.with_name(f"{path.name}-journal"), path.with_name(f"{path.name}-wal")):
        with suppress(OSError):
            one.unlink()


def _card(path: Path) -> Path:
    return path.with_name(f"{path.name}.sum")


def _stamp(path: Path) -> list[int]:
    found = os.stat(path)  # noqa: PTH116
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _sum(path: Path) -> str:
    total, size = 0, 0
    with path.open("rb") as file:
        while some := file.read(_AT_ONCE):
            total, size = zlib.crc32(some, total), size + len(some)
    return f"{total:08x}-{size}"
