"""The work tree as files, and writing that never tears."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from onrecord.files import Unreadable, WorkTree, write_atomically


def test_paths_are_sorted_and_complete(tmp_path: Path) -> None:
    """Every file below the folder, links included and not entered, git's own folder left out."""
    for name in ("b/2.md", "b/1.md", "a.md", "b/c/3.md", ".git/config"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "z").symlink_to(tmp_path / "b")
    tree = WorkTree(tmp_path)
    assert list(tree.paths("")) == ["a.md", "b/1.md", "b/2.md", "b/c/3.md", "z"]
    assert list(tree.paths("b")) == ["b/1.md", "b/2.md", "b/c/3.md"]
    assert list(tree.paths("nothing")) == []


REFUSED = (
    ("missing", "nothing.md", "OR001"),
    ("a folder", "folder", "OR001"),
    ("a pipe", "pipe", "OR001"),
    ("too large", "large.md", "OR002"),
    ("a link out", "out.md", "OR003"),
    ("a link to a folder outside", "outside/secret.md", "OR003"),
    ("a way out", "../secret.md", "OR003"),
    ("a link to nowhere", "nowhere.md", "OR001"),
    ("a link to itself", "loop.md", "OR001"),
    ("a name with a zero", "a\0b", "OR001"),
)


@pytest.mark.parametrize(("name", "path", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused(name: str, path: str, code: str, tmp_path: Path) -> None:
    """Each refusal has its code, and never blocks."""
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("secret")
    os.mkfifo(root / "pipe")
    (root / "large.md").write_bytes(b"x" * 1_000_001)
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "outside").symlink_to(tmp_path)
    (root / "nowhere.md").symlink_to(root / "gone.md")
    (root / "loop.md").symlink_to(root / "loop.md")
    tree = WorkTree(root)
    with pytest.raises(Unreadable) as refused:
        tree.read(path)
    assert refused.value.code == code
    assert refused.value.hint
    assert not tree.exists(path) or path == "large.md"


def test_a_larger_limit_can_be_asked_for(tmp_path: Path) -> None:
    """Pictures may be larger than texts."""
    (tmp_path / "large.png").write_bytes(b"x" * 1_000_001)
    assert len(WorkTree(tmp_path).read("large.png", limit=2_000_000)) == 1_000_001


def test_a_link_inside_is_read(tmp_path: Path) -> None:
    """Files and folders that are linked from within the repository."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.md").write_text("x")
    (tmp_path / "link.md").symlink_to("real/a.md")
    (tmp_path / "folder").symlink_to("real")
    tree = WorkTree(tmp_path)
    assert (tree.read("link.md"), tree.read("folder/a.md")) == (b"x", b"x")


def test_writing_replaces_whole_files(tmp_path: Path) -> None:
    """The new bytes are there, with the old mode, and nothing else is left behind."""
    target = tmp_path / "new" / "file.yml"
    write_atomically(target, b"one")
    target.chmod(0o640)
    write_atomically(target, b"two")
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in target.parent.iterdir()] == ["file.yml"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the old bytes stay and no scrap is left."""
    target = tmp_path / "file.yml"
    target.write_bytes(b"old")

    def full(self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file.yml"]
