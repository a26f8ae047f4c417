"""Copies of the site's files that are compressed already, for servers that give those out instead of compressing for each reader."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from onrecord.site import disk

ENDINGS = (".gz", ".br")
_TEXTS = frozenset({".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".atom", ".rss", ".ics", ".webmanifest"})
_LEAST = 500
"""A smaller file fits into one packet as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What was done: how many copies there are, and how many of them were written now. `brotli` says whether there are `.br`, too."""

    files: int
    written: int
    brotli: bool


def precompress(folder: Path) -> Copies:
    """Puts a `.gz`, and a `.br` where the package brotli is installed, beside each text of the site.

    Call it after each publication of `folder`: a copy that is there and holds the same is left, any other is replaced.
    They are no part of the manifest, since two versions of a library may pack the same text otherwise; each says what
    the file beside it says, or `verify` names it.
    """
    packers = dict(_packers())
    files = written = 0
    for path in sorted(set(disk.files_below(os.fspath(folder)))):
        if PurePosixPath(path).suffix not in _TEXTS or path.startswith("."):
            continue
        data = (folder / path).read_bytes()
        if len(data) < _LEAST:
            continue
        for ending, pack in packers.items():
            copy = folder / f"{path}{ending}"
            files += 1
            if unpacked(copy) != data:
                disk.remove(copy)
                disk.write(os.fspath(copy), pack(data))
                written += 1
    return Copies(files=files, written=written, brotli=".br" in packers)


def unpacked(copy: Path) -> bytes | None:
    """What the compressed file holds; None where it is not there, is torn, or cannot be read here."""
    try:
        data = copy.read_bytes()
        return gzip.decompress(data) if copy.suffix == ".gz" else _without_brotli(data)
    except (OSError, EOFError, zlib.error):
        return None


def _without_brotli(data: bytes) -> bytes | None:
    if find_spec("brotli") is None:
        return None
    import brotli

    try:
        return bytes(brotli.decompress(data))
    except brotli.error:
        return None


def original(path: str) -> str | None:
    """The file of which that one may be a compressed copy."""
    base, ending = path[:-3], path[-3:]
    return base if ending in ENDINGS and PurePosixPath(base).suffix in _TEXTS else None


def _packers() -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    yield ".gz", lambda data: gzip.compress(data, 9, mtime=0)
    if find_spec("brotli") is not None:
        import brotli

        yield ".br", lambda data: bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=11))
