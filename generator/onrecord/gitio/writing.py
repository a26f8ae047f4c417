"""Commits, pushes and pull requests of what was just written, beside whatever else is staged or changed.

Here, and nowhere else, the user's own configuration counts: name, signature, hooks, credentials.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from onrecord.gitio import GitFailed
from onrecord.settings import INCIDENTS

_REPOSITORY = frozenset(
    {
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_GRAFT_FILE"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_REPLACE_REF_BASE"),
        *("GIT_IMPLICIT_WORK_TREE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS"),
        *("GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"),
    }
)
"""Variables by which a calling git, such as a hook's, would lead us to another repository or other files."""
_TRIES = 3
_BEHIND = ("fetch first", "non-fast-forward", "cannot lock ref", "[rejected]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """Where a branch went: the remote's name and the branch there. `rebased` says whether others had been faster."""

    remote: str
    branch: str
    rebased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """What became of a pull request: its address where `gh` opened one or knew it, else why not."""

    address: str = ""
    reason: str = ""


def in_repository(root: Path) -> bool:
    """Whether the folder lies in a work tree of git, and git is there."""
    return _answer(root, "rev-parse", "--is-inside-work-tree") == "true"


def has_remote(root: Path) -> bool:
    """Whether there is anywhere to send to."""
    return bool(_answer(root, "remote"))


def is_committed(root: Path, path: str) -> bool:
    """Whether the commit that is checked out has a file of that path."""
    return _answer(root, "cat-file", "-t", f"HEAD:./{path}") == "blob"


def changed(root: Path, *paths: str) -> list[str]:
    """Files below those paths that no commit has as they are, untracked ones included, by path from `root`."""
    before = _git(root, "rev-parse", "--show-prefix").strip()
    listing = _git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *map(_literal, paths))
    return [entry[3:].removeprefix(before) for entry in listing.split("\0") if entry]


def commit_files(root: Path, paths: Sequence[str], message: str) -> str:
    """Commits those files and nothing else, and returns the commit's short id. What else is staged stays staged.

    Raises:
        GitFailed: git, or a hook, refused. The files stay as they are, unstaged.
    """
    literal = [_literal(path) for path in paths]
    _git(root, "add", "--", *literal)
    try:
        _git(root, "commit", "--quiet", "--only", "--message", message, "--", *literal)
    except GitFailed:
        with suppress(GitFailed):
            _git(root, "reset", "--quiet", "--", *literal)
        raise
    return _git(root, "rev-parse", "--short", "HEAD").strip()


def start_repository(root: Path) -> None:
    """Makes the folder a repository with the branch `main`, where it lies in none.

    Raises:
        GitFailed: git is not there, or cannot.
    """
    if not in_repository(root):
        _git(root, "init", "--quiet", "--initial-branch=main")


def commit_everything(root: Path, message: str) -> str:
    """Commits all that lies below the folder and is not ignored, and returns the commit's short id.

    Raises:
        GitFailed: git, or a hook, refused.
    """
    _git(root, "add", "--all", "--", ".")
    _git(root, "commit", "--quiet", "--message", message, "--", ".")
    return _git(root, "rev-parse", "--short", "HEAD").strip()


def current_branch(root: Path) -> str | None:
    """The branch that is checked out, None where there is none."""
    return _answer(root, "symbolic-ref", "--quiet", "--short", "HEAD") or None


def start_branch(root: Path, name: str) -> str:
    """Switches to a new branch of that name, and keeps every change; a branch of that name that is checked out is used on.

    Where the name is taken, `-2`, `-3`, … follow. Returns the branch's name.

    Raises:
        GitFailed: git cannot make the branch.
    """
    current = current_branch(root) or ""
    if current == name or (current.startswith(f"{name}-") and current.removeprefix(f"{name}-").isdigit()):
        return current
    wanted, number = name, 1
    while _answer(root, "rev-parse", "--verify", "--quiet", f"refs/heads/{wanted}"):
        number += 1
        wanted = f"{name}-{number}"
    _git(root, "switch", "--quiet", "--create", wanted)
    return wanted


def take_up_branch(root: Path, prefix: str, since: datetime) -> str | None:
    """Switches to the newest branch, here or at the remote, that begins so, has been written to `since` then, and holds records that are missing here.

    What was merged, in whatever way, is missing no more. Returns the branch's name; None where none waits.

    Raises:
        GitFailed: what is changed here stands in the way.
    """
    remote = next(iter((_answer(root, "remote") or "").split()), "origin")
    patterns = f"refs/heads/{prefix}*", f"refs/remotes/{remote}/{prefix}*"
    for line in _git(root, "for-each-ref", "--sort=-committerdate", "--format=%(committerdate:unix) %(refname)", *patterns).splitlines():
        seconds, _, ref = line.partition(" ")
        if int(seconds) < since.timestamp():
            break
        if _git(root, "diff", "--name-only", "--diff-filter=A", "HEAD", ref, "--", INCIDENTS).strip():
            name = ref.removeprefix("refs/heads/").removeprefix(f"refs/remotes/{remote}/")
            _git(root, "switch", "--quiet", name)
            return name
    return None


def unused_branch(root: Path, name: str) -> str:
    """That name, or with `-2`, `-3`, … behind it the first that no branch has, here or at a remote."""
    taken = {ref.partition("/")[2] for ref in _git(root, "for-each-ref", "--format=%(refname:lstrip=1)", "refs/heads", "refs/remotes").split()}
    taken |= {ref.partition("/")[2] for ref in taken}
    wanted, number = name, 1
    while wanted in taken:
        number += 1
        wanted = f"{name}-{number}"
    return wanted


def push(root: Path) -> Pushed:
    """Sends the branch to where it comes from, behind what others sent meanwhile.

    Raises:
        GitFailed: there is no branch or no remote, the rebase needs a person, or the remote refused. Nothing is half done.
    """
    branch = current_branch(root)
    if branch is None:
        raise GitFailed(("git", "push"), "no branch is checked out; switch to one with `git switch`")
    remote, target = _upstream(root, branch)
    rebased = False
    for attempt in range(1, _TRIES + 1):
        theirs = _git(root, "ls-remote", "--heads", remote, f"refs/heads/{target}").split("\t")[0].strip()
        if theirs and _answer(root, "merge-base", "--is-ancestor", theirs, "HEAD") is None:
            _git(root, "fetch", "--quiet", remote, f"refs/heads/{target}")
            _rebase(root, branch, theirs)
            rebased = True
        try:
            _git(root, "push", "--quiet", *(() if theirs else ("--set-upstream",)), remote, f"HEAD:refs/heads/{target}")
        except GitFailed as error:
            if attempt == _TRIES or not any(word in error.said for word in _BEHIND):
                raise
        else:
            break
    return Pushed(remote=remote, branch=target, rebased=rebased)


def open_pull_request(root: Path, branch: str, title: str, body: str) -> PullRequest:
    """Opens a pull request with GitHub's `gh`, or finds the one that the branch has."""
    program = shutil.which("gh")
    if program is None:
        return PullRequest(reason="`gh` is not installed")
    done = _ran([program, "pr", "create", "--head", branch, "--title", title, "--body", body], root)
    said = f"{done.stdout}\n{done.stderr}"
    address = next((word for word in said.split() if word.startswith("https://") and "/pull/" in word), "")
    if done.returncode and not address:
        return PullRequest(reason=done.stderr.strip() or "`gh` said nothing")
    return PullRequest(address=address or done.stdout.strip())


def _upstream(root: Path, branch: str) -> tuple[str, str]:
    """The remote, and the branch there; for a branch without one, its own name at `origin` or the only remote."""
    remote = _answer(root, "config", "--get", f"branch.{branch}.remote")
    target = _answer(root, "config", "--get", f"branch.{branch}.merge")
    if remote and remote != "." and target:
        return remote, target.removeprefix("refs/heads/")
    known = (_answer(root, "remote") or "").split()
    if "origin" not in known and len(known) != 1:
        raise GitFailed(("git", "push"), "it is not clear where to: say it once with `git push --set-upstream <remote> HEAD`")
    return ("origin" if "origin" in known else known[0]), branch


def _rebase(root: Path, branch: str, onto: str) -> None:
    """Puts our commits behind theirs in a work tree of its own, so that what is changed or staged here stays so."""
    with _elsewhere(root) as tree:
        _git(tree, "rebase", "--quiet", onto)
        ours = _git(tree, "rev-parse", "HEAD").strip()
    _git(root, "checkout", "--quiet", "-B", branch, ours)


@contextmanager
def _elsewhere(root: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="onrecord-", ignore_cleanup_errors=True) as folder:
        tree = Path(folder) / "tree"
        _git(root, "worktree", "add", "--quiet", "--detach", os.fspath(tree), "HEAD")
        try:
            yield tree
        finally:
            _git(root, "worktree", "remove", "--force", os.fspath(tree))


def _literal(path: str) -> str:
    return f":(literal){path}"


def _answer(root: Path, *arguments: str) -> str | None:
    """What git answers, None where it says no or is not there."""
    try:
        return _git(root, *arguments).strip()
    except GitFailed:
        return None


def _git(root: Path, *arguments: str) -> str:
    done = _ran(["git", "--no-pager", "-c", "core.quotePath=false", "-C", os.fspath(root), *arguments], root)
    if done.returncode:
        raise GitFailed(("git", *arguments), done.stderr or done.stdout)
    return done.stdout


def _ran(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in _REPOSITORY}
    own |= {"LC_ALL": "C", "GIT_EDITOR": "true", "GIT_MERGE_AUTOEDIT": "no"}
    if not sys.stdin.isatty():
        own["GIT_TERMINAL_PROMPT"] = "0"
    try:
        return subprocess.run(
            command, cwd=folder, env=own, capture_output=True, check=False, stdin=subprocess.DEVNULL,
            encoding="utf-8", errors="surrogateescape",
        )  # fmt: skip
    except OSError as error:
        raise GitFailed(command[:2], str(error)) from error
