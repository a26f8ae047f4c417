"""Files that are written together: a new folder appears whole, and what failed leaves nothing behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from onrecord import files
from onrecord.authoring import together
from onrecord.authoring.together import HalfWritten, write_together

NEW = {"incidents/2026/a/incident.yml": b"title: A\n", "incidents/2026/a/updates/b.md": b"words\n"}


def _held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _fails_at(number: int, monkeypatch: pytest.MonkeyPatch, module: object = together) -> None:
    calls, real = iter(range(1, 100)), files.write_atomically

    def write(path: Path, data: bytes, *, durable: bool = False) -> None:
        if next(calls) >= number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        real(path, data)

    monkeypatch.setattr(module, "write_atomically", write)


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    """With the folders above it, and nothing beside it."""
    write_together(tmp_path, NEW)
    assert _held(tmp_path) == NEW


@pytest.mark.parametrize("number", [1, 2])
def test_no_room_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Neither files nor folders, whichever file it was."""
    _fails_at(number, monkeypatch, files)
    with pytest.raises(OSError, match="No space"):
        write_together(tmp_path, NEW)
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_by_a_killed_run_is_no_obstacle(tmp_path: Path) -> None:
    """And none of it comes into the record."""
    stale = tmp_path / "incidents/2026/.a.new/updates/old.md"
    stale.parent.mkdir(parents=True)
    stale.write_text("old")
    write_together(tmp_path, NEW)
    assert _held(tmp_path) == NEW


def test_files_of_a_folder_that_stands_are_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New ones go, old ones have their old bytes again."""
    write_together(tmp_path, NEW)
    later = {"incidents/2026/a/incident.yml": b"title: B\n", "incidents/2026/a/c.md": b"x"}
    calls = iter([False, True, False])

    def write(path: Path, data: bytes, *, durable: bool = False) -> None:
        if next(calls):
            raise OSError(errno.EACCES, "Permission denied")
        files.write_atomically(path, data)

    monkeypatch.setattr(together, "write_atomically", write)
    with pytest.raises(OSError, match="Permission denied") as failed:
        write_together(tmp_path, later)
    assert not isinstance(failed.value, HalfWritten)
    assert _held(tmp_path) == NEW


def test_what_cannot_be_taken_back_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody believes that nothing was written."""
    write_together(tmp_path, NEW)
    _fails_at(2, monkeypatch)
    with pytest.raises(HalfWritten) as failed:
        write_together(tmp_path, {"incidents/2026/a/incident.yml": b"title: B\n", "incidents/2026/a/c.md": b"x"})
    assert failed.value.written == ("incidents/2026/a/incident.yml",)
