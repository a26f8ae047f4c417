"""Few changes to a large site: written down before they are made, and finished by the next run wherever the last one was stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from onrecord.cache import vouching
from onrecord.cache.rows import Rows
from onrecord.site import journal, publish
from onrecord.site.assemble import File
from onrecord.site.holding import CannotPublish
from onrecord.site.shelf import Shelf


def _site(tmp_path: Path) -> tuple[Path, Path]:
    """A published folder with three files, and a work folder in which two changes are staged."""
    target, work = tmp_path / "site", tmp_path / "work"
    for path in ("a.html", "b/index.html", "old/index.html"):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text("old", encoding="utf-8")
    for path in ("a.html", "c/d/index.html"):
        (work / journal.CHANGES / path).parent.mkdir(parents=True, exist_ok=True)
        (work / journal.CHANGES / path).write_text("new", encoding="utf-8")
    journal.enter(work, ["c/d/index.html", "a.html"], ["old/index.html"])
    return target, work


def _held(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}


def _untouched(path: Path) -> tuple[int, int]:
    """What changes when a file is written; not when it was read last, which reading it here changes."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


NEW = {"a.html": "new", "b/index.html": "old", "c/d/index.html": "new"}


def test_what_is_written_down_is_done(tmp_path: Path) -> None:
    """New files come, old ones go, and so do the folders that they leave empty; nothing else is touched."""
    target, work = _site(tmp_path)
    before = _untouched(target / "b/index.html")
    journal.finish(work, target)
    assert _held(target) == NEW
    assert _untouched(target / "b/index.html") == before
    assert not journal.is_open(work)
    assert not (target / "old").exists()


@pytest.mark.parametrize("stop", range(4))
def test_a_stopped_run_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
    """Whichever step it was: until then each file is the old one or the new one."""
    target, work = _site(tmp_path)
    steps = 0

    def counted(real: Callable[..., None], *arguments: str) -> None:
        nonlocal steps
        if steps == stop:
            raise KeyboardInterrupt
        steps += 1
        real(*arguments)

    with monkeypatch.context() as patched:
        for name in ("_bring", "_take_away"):
            patched.setattr(journal, name, partial(counted, getattr(journal, name)))
        if stop < 3:
            with pytest.raises(KeyboardInterrupt):
                journal.finish(work, target)
            assert journal.is_open(work)
    assert set(_held(target).values()) <= {"old", "new"}
    journal.finish(work, target)
    assert _held(target) == NEW


def test_the_next_publication_finishes_it(tmp_path: Path) -> None:
    """Before it looks at what is published."""
    target, work = _site(tmp_path)
    work.rename(tmp_path / ".site.onrecord")
    (target / "manifest.json").write_text('{"generator": "onrecord", "files": {}}', encoding="utf-8")
    with pytest.raises(ZeroDivisionError), publish.publishing(target):
        assert _held(target) | NEW == _held(target)
        raise ZeroDivisionError


def test_what_was_begun_is_not_called_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hears that the disk was full in the middle knows that some files are new."""
    target, work = _site(tmp_path)
    work.rename(tmp_path / ".site.onrecord")

    def full(*_: str) -> None:
        raise OSError(28, "No space left on device", "a.html")

    monkeypatch.setattr(journal, "_bring", full)
    with pytest.raises(CannotPublish, match=r"published in part: a\.html: No space left") as refused, publish.publishing(target):
        pass
    assert "goes on from there" in refused.value.hint


def test_strangers_in_a_folder_are_found(tmp_path: Path) -> None:
    """By the stamps of the folders alone, where nothing else was touched."""
    target = tmp_path / "site"
    (target / "b").mkdir(parents=True)
    (target / "b/index.html").write_text("old", encoding="utf-8")
    with Rows(None) as rows:
        Shelf(target, rows).learn({"b/index.html": "0"})
        (target / "b/stranger.txt").write_text("Hello", encoding="utf-8")
        (target / "more").mkdir()
        (target / "more/stranger.txt").write_text("Hello", encoding="utf-8")
        assert Shelf(target, rows).strangers() == {"b/stranger.txt", "more/", "more/stranger.txt"}


def test_a_file_stands_by_its_bytes(tmp_path: Path) -> None:
    """One that was written to is no longer what was published, whatever its times say."""
    (tmp_path / "a").write_bytes(b"one")
    file = File(path="a", kind="own", sha256="7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed", size=3, data=b"one")
    with Rows(None) as rows:
        Shelf(tmp_path, rows).learn({"a": file.sha256})
        assert Shelf(tmp_path, rows).stands("a", file.sha256)
        (tmp_path / "a").write_bytes(b"two")
        assert not Shelf(tmp_path, rows).stands("a", file.sha256)


@pytest.mark.parametrize("spoil", ["turned", "cut", "longer", "no card", "torn card"])
def test_only_a_whole_file_of_the_cache_is_used(tmp_path: Path, spoil: str) -> None:
    """A byte that turned, a file that was cut, a card that is gone: all of it is forgotten, without a word."""
    path = tmp_path / "x.sqlite"
    with Rows(path) as rows:
        rows.put("a", [("one", "word" * 100)])
        rows.save()
    card, data = tmp_path / "x.sqlite.sum", bytearray(path.read_bytes())
    assert vouching.is_whole(path)
    if spoil == "turned":
        data[data.index(b"word")] ^= 1
    if spoil in ("turned", "cut", "longer"):
        path.write_bytes({"turned": data, "cut": data[:-1], "longer": data + b"x"}[spoil])
    if spoil == "no card":
        card.unlink()
    if spoil == "torn card":
        card.write_text(json.dumps({"sum": 1})[:-3], encoding="utf-8")
    assert not vouching.is_whole(path)
    with Rows(path) as rows:
        assert rows.get("a", "one") is None
