"""Which records may be open, told by the first lines of their words, so that a verb need not read ten thousand of them whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from onrecord.files import WorkTree
from onrecord.loading.updates import read_update
from onrecord.model import FINAL_STATUSES
from onrecord.settings import INCIDENTS
from onrecord.times import BadTime, iso, parse_instant, within_reason
from onrecord.withholding import read_redactions

_HERE = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
_FOLDER = _HERE | getattr(os, "O_DIRECTORY", 0)
_BY_FOLDER = os.open in os.supports_dir_fd
"""Whether a file can be opened from its folder, so that no link leads elsewhere on the way."""
_MOST = 16_384
_SAID = re.compile(rb"---\nat: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n")
_LAST = re.compile(rb"status: (?:resolved|completed|cancelled)\n---\n")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def unsettled(tree: WorkTree) -> tuple[str, ...]:
    """The folders of all records but those that are certainly over, whatever the clock says.

    A record is over when its newest word by `at`, in whatever file it stands, ends it and can be read. The first line of a front
    matter is its `at` in all that the tools write; where it is not, and where the newest word holds more than time and state, the
    reader of updates decides. What it cannot decide counts as unsettled: a word as old as another, a record without
    words, or one of which something is withheld.
    """
    folders = list(_folders(tree))
    hidden = _withheld(tree)
    ids = {path.rpartition("/")[2] for path in folders if _is_touched(path, hidden) or not _is_over(tree, path)}
    return tuple(path for path in folders if path.rpartition("/")[2] in ids)  # of two with one id, who has read both knows which counts


def _folders(tree: WorkTree) -> Iterator[str]:
    for year in _below(f"{tree.root}/{INCIDENTS}"):
        yield from (f"{INCIDENTS}/{year}/{id}" for id in _below(f"{tree.root}/{INCIDENTS}/{year}"))


def _below(folder: str) -> list[str]:
    """The names of the folders in that one, links and hidden ones left out."""
    with suppress(OSError), os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if entry.name[0] != "." and entry.is_dir(follow_symlinks=False))
    return []


def _withheld(tree: WorkTree) -> tuple[str, ...]:
    """How the paths begin of which something is withheld."""
    found = read_redactions(tree)[0]
    return tuple(redaction.path.partition("*")[0] for redaction in found.redactions) if found else ()


def _is_touched(folder: str, hidden: tuple[str, ...]) -> bool:
    return any(f"{folder}/".startswith(path) or path.startswith(f"{folder}/") for path in hidden)


def _is_over(tree: WorkTree, folder: str) -> bool:
    """Whether the newest word ends the record for certain."""
    newest: tuple[bytes, str, bytes] = (b"", "", b"")
    alone = False
    for name, data in _words(f"{tree.root}/{folder}/updates"):
        found = _SAID.match(data)
        at = found[1] if found else _said_at(tree, f"{folder}/updates/{name}")
        if at >= newest[0]:
            newest, alone = (at, name, data), at > newest[0]
    return alone and _ends(tree, f"{folder}/updates/{newest[1]}", newest[2])


def _words(folder: str) -> Iterator[tuple[str, bytes]]:
    """The name of each update in that folder, and how it begins; nothing where it cannot be opened as it stands."""
    if not _BY_FOLDER:
        return
    try:
        place = os.open(folder, _FOLDER)
    except OSError:
        return
    try:
        yield from ((name, _beginning(name, place)) for name in os.listdir(place) if name.endswith(".md") and name[0] != ".")  # noqa: PTH208 – a folder that is open already
    finally:
        os.close(place)


def _beginning(name: str, place: int) -> bytes:
    try:
        file = os.open(name, _HERE, dir_fd=place)
    except OSError:
        return b""
    try:
        return os.read(file, _MOST)
    except OSError:
        return b""
    finally:
        os.close(file)


def _said_at(tree: WorkTree, path: str) -> bytes:
    """The time of an update that does not begin with it; of one that cannot be read the earliest, as its state counts for nothing."""
    update, _ = read_update(tree, path, lambda _: _EARLIEST)
    return b"" if update.unread else iso(update.head.at).encode()


def _ends(tree: WorkTree, path: str, data: bytes) -> bool:
    """Whether the update at that path, which begins so, can be read and ends its record."""
    found = _SAID.match(data)
    if found and _LAST.match(data, found.end()) and len(data) < _MOST and b"\0" not in data:
        with suppress(BadTime, UnicodeDecodeError):
            data.decode()
            within_reason(parse_instant(found[1].decode()))
            return True
    update, _ = read_update(tree, path, lambda _: _EARLIEST)
    return not update.unread and update.head.status in FINAL_STATUSES
