"""The cache: safe to delete, safe when torn."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.cache import Cache, contents, digest
from repositories import lay_out


def kept(tmp_path: Path, key: str = "key") -> Cache:
    """A cache with one entry of two files."""
    cache = Cache(tmp_path / "cache")
    cache.keep(key, lay_out(tmp_path / "made", {"a.txt": "a", "b/c.txt": "c"}), {"pages": ["x/"]})
    return cache


def test_an_entry_comes_back_whole(tmp_path: Path) -> None:
    """Files and facts, as they were kept."""
    entry = kept(tmp_path).entry("key")
    assert entry is not None
    assert entry.facts == {"pages": ["x/"]}
    assert contents(entry.folder) == contents(tmp_path / "made")


@pytest.mark.parametrize(
    "damage", ["changed", "emptied", "missing", "added", "card torn", "card gone", "card of another kind"]
)
def test_a_torn_entry_is_not_used(tmp_path: Path, damage: str) -> None:
    """Any byte that differs makes the entry one that is not there; keeping it again mends it."""
    cache = kept(tmp_path)
    home = tmp_path / "cache/key"
    {
        "changed": lambda: (home / "files/a.txt").write_text("z"),
        "emptied": lambda: (home / "files/a.txt").write_text(""),
        "missing": (home / "files/b/c.txt").unlink,
        "added": lambda: (home / "files/d.txt").write_text("d"),
        "card torn": lambda: (home / "entry.json").write_text('{"files": {'),
        "card gone": (home / "entry.json").unlink,
        "card of another kind": lambda: (home / "entry.json").write_text("[]"),
    }[damage]()
    assert cache.entry("key") is None
    assert kept(tmp_path).entry("key") is not None


def test_old_entries_go(tmp_path: Path) -> None:
    """The folder does not grow without bound."""
    for number in range(9):
        kept(tmp_path, f"key{number}")
    assert len(list((tmp_path / "cache").iterdir())) == 6


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    """A cache that does not work makes a build slower, never wrong."""
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = kept(tmp_path)
    cache.keep_note("note", {"a": 1})
    assert cache.entry("key") is None
    assert cache.note("note") is None


def test_notes(tmp_path: Path) -> None:
    """A small fact comes back; a torn one does not."""
    cache = Cache(tmp_path)
    cache.keep_note("note", {"a": [1]})
    assert cache.note("note") == {"a": [1]}
    (tmp_path / "note.json").write_text('{"a": [')
    assert cache.note("note") is None


def test_digest_tells_where_parts_end() -> None:
    """Two lists of parts have one key only if they are the same list."""
    assert digest([b"ab", b"c"]) != digest([b"a", b"bc"])
