"""Commits and pushes beside whatever else goes on in a repository, with real git."""

from __future__ import annotations

from pathlib import Path

import pytest

import repositories
from onrecord.gitio import GitFailed, writing
from repositories import git

FILES = {"a.txt": "one\ntwo\n", "page/mkdocs.yml": ""}


@pytest.fixture
def clones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two clones of one bare repository."""
    for name, value in {"NAME": repositories.AUTHOR, "EMAIL": repositories.EMAIL}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    repositories.commit(tmp_path / "first", FILES)
    git(tmp_path, "clone", "--quiet", "--bare", "first", "origin")
    for name in ("one", "two"):
        git(tmp_path, "clone", "--quiet", "origin", name)
    return tmp_path / "one", tmp_path / "two"


def test_a_page_in_a_folder_of_a_larger_repository(clones: tuple[Path, Path]) -> None:
    """Paths count from the page, and odd names are taken as they are."""
    root = clones[0] / "page"
    repositories.lay_out(root, {"x/*.md": "1", "x/ü.md": "2", "mkdocs.yml": "changed"})
    assert writing.changed(root, "x") == ["x/*.md", "x/ü.md"]
    writing.commit_files(root, ["x/*.md"], "One")
    assert writing.is_committed(root, "x/*.md")
    assert not writing.is_committed(root, "x/ü.md")
    assert writing.changed(root, "x", "mkdocs.yml") == ["mkdocs.yml", "x/ü.md"]


def test_a_new_branch_finds_its_way(clones: tuple[Path, Path]) -> None:
    """Without an upstream it goes to the only remote, under its own name, and the same name is used on or counted up."""
    root, other = clones
    assert writing.start_branch(root, "incident/x") == "incident/x"
    repositories.lay_out(root, {"b.txt": "b"})
    writing.commit_files(root, ["b.txt"], "B")
    assert writing.push(root) == writing.Pushed(remote="origin", branch="incident/x")
    assert writing.start_branch(root, "incident/x") == "incident/x"
    git(root, "switch", "--quiet", "main")
    assert writing.start_branch(root, "incident/x") == "incident/x-2"
    assert writing.start_branch(root, "incident/x") == "incident/x-2"
    assert "incident/x" in git(other, "ls-remote", "--heads", "origin")


def test_a_rebase_that_needs_a_person_leaves_everything(clones: tuple[Path, Path]) -> None:
    """The same line changed on both sides: the commit, the branch and the work tree stay as they were."""
    one, two = clones
    for root, text in ((one, "ONE\n"), (two, "TWO\n")):
        repositories.lay_out(root, {"a.txt": text})
        writing.commit_files(root, ["a.txt"], text.strip())
    writing.push(one)
    before = git(two, "rev-parse", "HEAD")
    with pytest.raises(GitFailed, match="rebase"):
        writing.push(two)
    assert git(two, "rev-parse", "HEAD") == before
    assert git(two, "status", "--porcelain", "--branch").startswith("## main...origin/main")
    assert (two / "a.txt").read_text() == "TWO\n"
    assert git(two, "worktree", "list").count("\n") == 1


def test_changes_in_the_way_of_others_are_kept(clones: tuple[Path, Path]) -> None:
    """Where others sent a file that is changed here, git refuses to overwrite it, and nothing is lost."""
    one, two = clones
    repositories.lay_out(one, {"a.txt": "ONE\n"})
    writing.commit_files(one, ["a.txt"], "One")
    writing.push(one)
    repositories.lay_out(two, {"a.txt": "half done\n", "b.txt": "b"})
    writing.commit_files(two, ["b.txt"], "B")
    with pytest.raises(GitFailed, match=r"a\.txt"):
        writing.push(two)
    assert (two / "a.txt").read_text() == "half done\n"
    assert git(two, "log", "-1", "--format=%s").strip() == "B"


NOWHERE = {
    "no branch": (["switch", "--quiet", "--detach"], "no branch is checked out"),
    "no remote": (["remote", "remove", "origin"], "not clear where to"),
}


@pytest.mark.parametrize(("before", "words"), NOWHERE.values(), ids=NOWHERE)
def test_nowhere_to_push(clones: tuple[Path, Path], before: list[str], words: str) -> None:
    """The reason, and what to type."""
    git(clones[0], *before)
    with pytest.raises(GitFailed, match=words):
        writing.push(clones[0])


def test_a_calling_git_does_not_lead_astray(clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """In a hook, GIT_DIR and GIT_INDEX_FILE name another repository."""
    one, two = clones
    monkeypatch.setenv("GIT_DIR", str(two / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(two / ".git/index"))
    repositories.lay_out(one, {"b.txt": "b"})
    writing.commit_files(one, ["b.txt"], "B")
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert git(one, "log", "-1", "--format=%s").strip() == "B"
    assert git(two, "log", "-1", "--format=%s").strip() == "A commit"
