"""A change of a few published files: all are staged and written down first, then each is renamed in, and a run that was stopped is finished by the next."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from onrecord.files import write_atomically
from onrecord.site import disk

CHANGES, JOURNAL = "changes", "journal"
TELLING = ("now.json", "manifest.json", "build.json", "publications.json")
"""What tells others that there is something new, in this order, after all that it tells of."""


def enter(work: Path, written: Sequence[str], removed: Sequence[str]) -> None:
    """Writes down what is to be done with the files that lie staged in `work`; from then on it will be done."""
    disk.settle(work)
    write_atomically(work / JOURNAL, json.dumps({"written": sorted(written, key=_place), "removed": list(removed)}).encode())
    disk.settle(work)


def finish(work: Path, target: Path) -> None:
    """Does what is written down, if anything is, and forgets it. What was done before is passed over.

    Raises:
        OSError: the system refused a step; the rest stays written down.
    """
    found = _read(work / JOURNAL)
    if found is not None:
        published = os.fspath(target)
        for path in found["written"]:
            _bring(os.fspath(work / CHANGES / path), published, path)
        for path in found["removed"]:
            _take_away(published, path)
    (work / JOURNAL).unlink(missing_ok=True)
    with suppress(OSError):  # all is done, and the next publication removes them first
        disk.remove(work / CHANGES)


def is_open(work: Path) -> bool:
    """Whether something is written down that is not done."""
    return (work / JOURNAL).exists()


def _place(path: str) -> tuple[int, str]:
    return (TELLING.index(path) if path in TELLING else -1), path


def _read(journal: Path) -> dict[str, list[str]] | None:
    try:
        found = json.loads(journal.read_bytes())
        return {name: [str(path) for path in found[name]] for name in ("written", "removed")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _bring(staged: str, published: str, path: str) -> None:
    """Renames one file in; whoever reads it meanwhile has the old bytes or the new ones."""
    if not os.path.lexists(staged):  # it was brought before the run was stopped
        return
    place = f"{published}/{path}"
    folder = ""
    for name in path.split("/")[:-1]:
        folder += f"/{name}"
        disk.make_folder(published + folder)
    try:
        os.replace(staged, place)  # noqa: PTH105
    except IsADirectoryError:
        disk.remove(Path(place))
        os.replace(staged, place)  # noqa: PTH105


def _take_away(published: str, path: str) -> None:
    """Removes one file or folder, and the folders above that it leaves empty."""
    place = f"{published}/{path}".rstrip("/")
    if path.endswith("/"):
        if os.path.isdir(place):  # noqa: PTH112
            disk.remove_empty_folders(place)
            with suppress(OSError):
                os.rmdir(place)  # noqa: PTH106
    elif not os.path.isdir(place) or os.path.islink(place):  # noqa: PTH112, PTH114
        with suppress(FileNotFoundError, NotADirectoryError):
            os.unlink(place)  # noqa: PTH108
    while (path := path.rpartition("/")[0]) and "/" in f"{path}/":
        with suppress(OSError):
            os.rmdir(f"{published}/{path}")  # noqa: PTH106
