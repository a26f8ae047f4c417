"""`onrecord upgrade` over a repository that its owner has changed by hand: nothing lost, and what meets is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.cli import main
from onrecord.starting import keeping
from onrecord.starting.keeping import KEPT_FILE, blob_id, read_back
from onrecord.starting.layout import Laid
from repositories import commit, git

OLD = {"a.yml": b"one\ntwo\nthree\n", "b.txt": b"same\n", "c.txt": b"old\n", "d/e.txt": b"gone soon\n", "f.txt": b"gone soon\n", "requirements.txt": b"onrecord==0.0.1\n"}
NEW = {"a.yml": b"one\nTWO\nthree\n", "b.txt": b"same\n", "c.txt": b"new\n", "n.txt": b"added\n", "requirements.txt": b"onrecord==0.1.0\n"}
Page = Callable[[], Path]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that an older version laid out, committed; this version lays out `NEW`."""
    monkeypatch.setattr(keeping, "kept", lambda _host, _package: [Laid(path=path, data=data, kept=True) for path, data in NEW.items()])
    kept = keeping.written_down("github", "onrecord==0.0.1", {path: blob_id(data) for path, data in OLD.items()})
    commit(tmp_path, {**OLD, KEPT_FILE: kept, "site_src/policy.yml": "page: {name: Mine}\n", "README.md": "mine\n"})
    return tmp_path


def upgrade(page: Path, *arguments: str) -> int:
    return main(["-C", str(page), "upgrade", *arguments])


def files(page: Path) -> dict[str, bytes]:
    return {path.relative_to(page).as_posix(): path.read_bytes() for path in page.rglob("*") if path.is_file() and ".git" not in path.parts}


def test_shown_first(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --write nothing changes, and all that would is shown as a diff."""
    before = files(page)
    assert upgrade(page) == 0
    out = capsys.readouterr().out
    assert files(page) == before
    assert "-two\n+TWO\n" in out
    assert "onrecord upgrade --write" in out


def test_untouched_files_are_brought_up_to_date(page: Path) -> None:
    """What nobody changed becomes what this version lays out; the owner's own files are not even looked at."""
    assert upgrade(page, "--write") == 0
    found = files(page)
    assert {path: found.get(path) for path in (*NEW, "d/e.txt", "f.txt")} == {**NEW, "d/e.txt": None, "f.txt": None}
    assert (found["README.md"], found["site_src/policy.yml"]) == (b"mine\n", b"page: {name: Mine}\n")
    assert read_back(found[KEPT_FILE]).package == f"onrecord=={keeping.__version__}"
    assert upgrade(page, "--check") == 0


def test_a_run_that_was_stopped_is_remembered(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had brought up to date is ours, and the next version may bring it on."""
    (page / "c.txt").write_bytes(NEW["c.txt"])
    (page / "n.txt").write_bytes(NEW["n.txt"])
    (page / "f.txt").unlink()
    assert upgrade(page, "--write") == 0
    kept = read_back((page / KEPT_FILE).read_bytes()).files
    assert (kept["c.txt"], kept["n.txt"], "f.txt" in kept) == (blob_id(NEW["c.txt"]), blob_id(NEW["n.txt"]), False)


def append(path: str) -> Callable[[Path], object]:
    return lambda page: (page / path).write_bytes((page / path).read_bytes() + b"# mine\n")


def remove(path: str) -> Callable[[Path], object]:
    return lambda page: (page / path).unlink()


def put(path: str, data: bytes) -> Callable[[Path], object]:
    return lambda page: (page / path).write_bytes(data)


@pytest.mark.parametrize(
    ("change", "path", "told"),
    [
        (append("a.yml"), "a.yml", "changed by you and by us: left alone"),
        (append("b.txt"), "b.txt", "changed by you, and not by us"),
        (append("c.txt"), "c.txt", "changed by you and by us: left alone"),
        (append("f.txt"), "f.txt", "not needed any more, and changed by you: left alone"),
        (append("requirements.txt"), "requirements.txt", "changed by you and by us: left alone"),
        (remove("b.txt"), "b.txt", "removed by you: left out"),
        (remove("a.yml"), "a.yml", "removed by you: left out"),
        (put("n.txt", b"my own\n"), "n.txt", "yours, where ours would lie: left alone"),
        (put("a.yml", b""), "a.yml", "changed by you and by us: left alone"),
        (put("a.yml", b"\xff\xfe\0"), "a.yml", "changed by you and by us: left alone"),
        (put("README.md", b"other\n"), "README.md", ""),
    ],
)
def test_ten_changes_by_hand(page: Path, change: Callable[[Path], object], path: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever an owner did to a file, it is there afterwards, byte for byte, and it is said what came of it."""
    change(page)
    before = files(page).get(path)
    assert upgrade(page, "--write") == 0
    assert files(page).get(path) == before
    assert (f"{path}: {told}" in capsys.readouterr().out) is bool(told)


def test_a_conflict_shows_what_changed_in_ours(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Git still has what was laid out before, so the owner sees our change alone, and once only."""
    append("a.yml")(page)
    assert upgrade(page, "--write") == 0
    out = capsys.readouterr().out
    assert "-two\n+TWO\n" in out
    assert "# mine" not in out
    assert upgrade(page, "--write") == 0
    assert "+TWO" not in capsys.readouterr().out


def test_without_git_the_whole_difference_is_shown(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody knows any more what ours was."""
    append("a.yml")(page)
    (page / ".git").rename(page.parent / "elsewhere")
    assert upgrade(page) == 0
    assert "-# mine" in capsys.readouterr().out


def test_a_wheel_of_the_owners_stays(page: Path) -> None:
    """Only a pinned version is moved."""
    assert keeping.renewed("./onrecord.whl") == "./onrecord.whl"
    assert keeping.renewed("onrecord==0.0.1") == f"onrecord=={keeping.__version__}"


@pytest.mark.parametrize("broken", [b"", b"[]", b"{}", b'{"version": "1", "host": "moon", "package": "x", "files": {}}', b'{"version": 1, "host": "github", "package": "", "files": {}}', b"\xff"])
def test_a_broken_memory_is_said(page: Path, broken: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """Never a traceback, and nothing is written."""
    (page / KEPT_FILE).write_bytes(broken)
    before = files(page)
    assert upgrade(page, "--write") == 1
    assert KEPT_FILE in capsys.readouterr().err
    assert files(page) == before


def test_paths_that_leave_the_repository_are_not_followed(page: Path) -> None:
    """A memory that somebody tampered with removes nothing elsewhere."""
    victim = page.parent / "victim.txt"
    victim.write_bytes(b"old\n")
    kept = keeping.written_down("github", "onrecord==0.0.1", {"../victim.txt": blob_id(b"old\n"), "/etc/hosts": blob_id(b"")})
    (page / KEPT_FILE).write_bytes(kept)
    assert upgrade(page, "--write") == 0
    assert victim.read_bytes() == b"old\n"


def test_where_nothing_was_laid_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A repository that did not begin with `init`."""
    assert upgrade(tmp_path) == 2
    assert "was not laid out" in capsys.readouterr().err


def test_what_is_committed_is_what_changed(page: Path) -> None:
    """The change is one that a reviewer can read: those files and no others."""
    assert upgrade(page, "--write") == 0
    changed = {line[3:] for line in git(page, "status", "--porcelain", "--untracked-files=all").splitlines()}
    assert changed == {"a.yml", "c.txt", "d/e.txt", "f.txt", "n.txt", "requirements.txt", KEPT_FILE}
