"""Git as it is: real repositories, a cleaned environment, and trees that need no checkout."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

import repositories
from onrecord import gitio
from onrecord.files import Unreadable, WorkTree
from onrecord.gitio import CommitTree, GitFailed

FILES = {"incidents/2026/a/incident.yml": "title: A\n", "site_src/policy.yml": "", "mkdocs.yml": "site_name: Page\n"}
SECOND = "2026-11-21T15:00:00Z"


def test_head_is_the_commit_with_its_time(tmp_path: Path) -> None:
    """The id is full, the time is the committer's, and a fresh commit is clean."""
    id = repositories.commit(tmp_path, FILES)
    found = gitio.head(tmp_path)
    assert found == gitio.Head(commit=id, committed=datetime(2026, 11, 21, 14, 6, tzinfo=UTC), dirty=False)


@pytest.mark.parametrize(
    ("path", "dirty"),
    [
        ("mkdocs.yml", True),
        ("incidents/2026/b/incident.yml", True),
        ("site_src/pages/new.md", True),
        ("notes.txt", False),
        ("site/index.html", False),
    ],
)
def test_only_sources_make_it_dirty(tmp_path: Path, path: str, dirty: bool) -> None:
    """A change counts where it can reach the site, whether git knows the file or not."""
    repositories.commit(tmp_path, FILES)
    repositories.lay_out(tmp_path, {path: "changed"})
    head = gitio.head(tmp_path)
    assert head is not None
    assert head.dirty == dirty


def test_no_commit_is_no_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside git, before the first commit, in a folder that no commit holds, and without git at all."""
    assert gitio.head(tmp_path) is None
    repositories.git(tmp_path, "init", "--quiet")
    assert gitio.head(tmp_path) is None
    repositories.commit(tmp_path, FILES)
    (tmp_path / "unknown").mkdir()
    assert gitio.head(tmp_path / "unknown") is None
    monkeypatch.setenv("PATH", "")
    assert gitio.head(tmp_path) is None
    assert gitio.first_seen(tmp_path, "mkdocs.yml") is None


def test_environment_and_configuration_do_not_reach_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of a calling git, such as in a hook, and programs that the configuration names, change nothing."""
    id = repositories.commit(tmp_path / "page", FILES)
    repositories.commit(tmp_path / "other", {"x": "y"})
    repositories.git(tmp_path / "page", "config", "core.fsmonitor", f"touch {tmp_path}/ran; false")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nowhere"))
    head = gitio.head(tmp_path / "page")
    assert head is not None
    assert (head.commit, head.dirty) == (id, False)
    assert not (tmp_path / "ran").exists()


def test_head_writes_nothing(tmp_path: Path) -> None:
    """Looking does not even refresh the index."""
    repositories.commit(tmp_path, FILES)
    os.utime(tmp_path / "mkdocs.yml")
    before = (tmp_path / ".git" / "index").stat().st_mtime_ns
    gitio.head(tmp_path)
    assert (tmp_path / ".git" / "index").stat().st_mtime_ns == before


def test_commits_are_found_by_any_name(tmp_path: Path) -> None:
    """A short id, a tag and `HEAD~1` name commits; nonsense and options do not."""
    first = repositories.commit(tmp_path, FILES)
    second = repositories.commit(tmp_path, {"mkdocs.yml": "site_name: Other\n"}, at=SECOND)
    repositories.git(tmp_path, "tag", "-a", "v1", "-m", "a tag")
    assert gitio.commit(tmp_path, "HEAD~1").commit == first
    assert {gitio.commit(tmp_path, name).commit for name in ("v1", "main", second[:8])} == {second}
    assert gitio.commit(tmp_path, "v1").committed == datetime(2026, 11, 21, 15, tzinfo=UTC)
    for name in ("nowhere", "--all", "-1", "", "2026-11-21"):
        with pytest.raises(GitFailed):
            gitio.commit(tmp_path, name)


def test_first_seen_follows_first_parents(tmp_path: Path) -> None:
    """A file from a branch appears with the merge; a change, a removal and a return do not move it."""
    repositories.commit(tmp_path, FILES)
    repositories.git(tmp_path, "switch", "--quiet", "-c", "side")
    repositories.commit(tmp_path, {"incidents/new.md": "one"}, at="2026-11-21T15:00:00Z")
    repositories.git(tmp_path, "switch", "--quiet", "main")
    repositories.git(tmp_path, "merge", "--quiet", "--no-ff", "-m", "Merge", "side", at="2026-11-21T16:00:00Z")
    merged = datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert gitio.first_seen(tmp_path, "incidents/new.md") == merged
    repositories.commit(tmp_path, {"incidents/new.md": "two"}, at="2026-11-21T17:00:00Z")
    (tmp_path / "incidents/new.md").unlink()
    repositories.commit(tmp_path, at="2026-11-21T18:00:00Z")
    repositories.commit(tmp_path, {"incidents/new.md": "three"}, at="2026-11-21T19:00:00Z")
    assert gitio.first_seen(tmp_path, "incidents/new.md") == merged
    assert gitio.first_seen(tmp_path, "incidents/never.md") is None
    assert gitio.first_seen(tmp_path, "incidents/*.md") is None


def test_first_seen_below_a_larger_repository(tmp_path: Path) -> None:
    """A page that lives in a folder of a larger repository counts its paths from that folder."""
    repositories.commit(tmp_path, {f"status/{path}": text for path, text in FILES.items()})
    assert gitio.first_seen(tmp_path / "status", "mkdocs.yml") is not None
    with CommitTree(tmp_path / "status", "HEAD") as tree:
        assert list(tree.paths("")) == sorted(FILES)


# ---------------------------------------------------------------- trees


def test_tree_of_a_commit_reads_like_the_work_tree(tmp_path: Path) -> None:
    """The same paths and the same bytes, whatever lies in the work tree now."""
    odd = {
        "site_src/pages/späti ☎\n.md": "odd",
        "incidents/0": "x",
        "incidents0/y": "y",
        "incidents-old/z": "z",
        "empty": "",
    }
    repositories.commit(tmp_path, FILES | odd)
    work = WorkTree(tmp_path)
    with CommitTree(tmp_path, "HEAD") as tree:
        for prefix in ("", "incidents", "incidents/", "incidents/2026", "nowhere"):
            assert list(tree.paths(prefix)) == list(work.paths(prefix)), prefix
        for path in tree.paths(""):
            assert tree.read(path) == work.read(path)
            assert tree.exists(path)
        repositories.lay_out(tmp_path, {"mkdocs.yml": "changed"})
        assert tree.read("mkdocs.yml") == b"site_name: Page\n"


def test_tree_refuses_what_the_work_tree_refuses(tmp_path: Path) -> None:
    """Missing files, folders, links that leave or circle, and files too large have a reason and a hint."""
    for name, aim in {
        "in": "mkdocs.yml",
        "out": "../../etc/passwd",
        "abs": "/etc/passwd",
        "circle": "circle",
        "lost": "nowhere",
    }.items():
        (tmp_path / name).symlink_to(aim)
    repositories.commit(tmp_path, FILES)
    with CommitTree(tmp_path, "HEAD") as tree:
        assert tree.read("in") == b"site_name: Page\n"
        for path, reason in {
            "out": "out of the repository",
            "abs": "out of the repository",
            "circle": "circle",
            "lost": "no such file",
            "nowhere": "no such file",
            "incidents": "no such file",
        }.items():
            assert not tree.exists(path)
            with pytest.raises(Unreadable, match=reason) as refused:
                tree.read(path)
            assert refused.value.hint
        with pytest.raises(Unreadable, match="more than"):
            tree.read("mkdocs.yml", limit=3)
        assert tree.read("mkdocs.yml") == b"site_name: Page\n"


def test_tree_is_written_out_without_the_incidents(tmp_path: Path) -> None:
    """What the engine needs lands in a folder; links become files, and those that leave are left out."""
    repositories.lay_out(tmp_path / "page", FILES)
    (tmp_path / "page/site_src/in").symlink_to("../mkdocs.yml")
    (tmp_path / "page/site_src/out").symlink_to("/etc/passwd")
    repositories.commit(tmp_path / "page")
    with CommitTree(tmp_path / "page", "HEAD") as tree:
        tree.write_to(tmp_path / "copy", without="incidents")
    assert sorted(WorkTree(tmp_path / "copy").paths("")) == ["mkdocs.yml", "site_src/in", "site_src/policy.yml"]
    assert (tmp_path / "copy/site_src/in").read_text() == "site_name: Page\n"


def test_unknown_commit_has_no_tree(tmp_path: Path) -> None:
    """The error names the command and what git said."""
    repositories.commit(tmp_path, FILES)
    with pytest.raises(GitFailed, match=r"git ls-tree .*nowhere"):
        CommitTree(tmp_path, "nowhere")


def test_closed_tree_cannot_be_read(tmp_path: Path) -> None:
    """Reading after the end is a mistake of the caller's."""
    repositories.commit(tmp_path, FILES)
    with CommitTree(tmp_path, "HEAD") as tree:
        pass
    with pytest.raises(ValueError, match="closed"):
        tree.read("mkdocs.yml")


def test_remotes_and_what_the_index_has(tmp_path: Path) -> None:
    """What is staged counts, what lies beside it does not; a folder without git has neither."""
    root = tmp_path / "page"
    assert (gitio.remotes(tmp_path), gitio.tracked(tmp_path, "incidents")) == ((), frozenset())
    repositories.commit(root, {"incidents/a/b.yml": "x", "site_src/c.yml": "x"})
    assert gitio.remotes(root) == ()
    repositories.git(root, "remote", "add", "origin", "https://git.example/page.git")
    repositories.lay_out(root, {"incidents/a/staged ä.md": "x", "incidents/a/beside.md": "x"})
    repositories.git(root, "add", "incidents/a/staged ä.md")
    assert gitio.remotes(root) == ("origin",)
    assert gitio.tracked(root, "incidents") == {"incidents/a/b.yml", "incidents/a/staged ä.md"}
