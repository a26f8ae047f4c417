"""What a file was before: its older versions, for a page that outlives a broken one and for words that are withheld."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from onrecord.files import HistoryEnds
from onrecord.gitio import GitFailed, _command, _environment, _git
from onrecord.settings import MAX_FILE_BYTES

_FILES = frozenset({"100644", "100755"})
_NONE = "000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a file was as of a commit: `path` from the root, the commit's committer time, the bytes."""

    path: str
    commit: str
    committed: datetime
    data: bytes


def versions(root: Path, path: str, revision: str = "HEAD") -> Iterator[Version]:
    """Every version of a file in first-parent order, the newest first; in `path`, `*` stands for any characters.

    Nothing is read before it is asked for. None without git, and of a file that no commit holds.

    Raises:
        HistoryEnds: the clone is shallow.
    """
    magic = "" if "*" in path else ":(literal)"
    log = ("log", "--first-parent", "--diff-merges=first-parent", "--no-renames", "--relative", "--raw", "--no-abbrev", "--format=%H %ct")
    command = _command(root, *log, revision, "--", f"{magic}{path}")
    try:
        process = subprocess.Popen(command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return
    with process:
        try:
            yield from _told(process.stdout or (), root)
        finally:
            process.kill()  # who has found a version does not wait for the rest of the history
    if is_shallow(root):
        raise HistoryEnds


def _told(lines: Iterable[bytes], root: Path) -> Iterator[Version]:
    """The versions that a log lists, each read when it is asked for."""
    commit, seconds = "", b"0"
    for line in lines:
        if not line.startswith(b":"):
            if line.strip():
                commit, seconds = line.split()[0].decode(), line.split()[1]
            continue
        about, _, name = line.rstrip(b"\n").partition(b"\t")
        _, mode, _, blob, _ = about.decode().split()
        if mode in _FILES and (data := _blob(root, blob)) is not None:
            moment = datetime.fromtimestamp(int(seconds), UTC)
            yield Version(path=name.decode("utf-8", "surrogateescape"), commit=commit, committed=moment, data=data)


def is_shallow(root: Path) -> bool:
    """Whether the clone was made without all of the history."""
    try:
        return _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except GitFailed:
        return False


def fork(root: Path, revision: str) -> str:
    """The commit from which HEAD and that revision went apart; the revision itself where HEAD is built on it.

    Raises:
        GitFailed: no such commit, or the two have nothing in common here.
    """
    return _git(root, "merge-base", "--end-of-options", revision, "HEAD").decode().strip()


def changed_since(root: Path, commit: str, *paths: str) -> list[tuple[str, str]]:
    """The files below those paths that the work tree has otherwise than the commit, or not at all: the path, and the blob there.

    The blob is empty of a file that is new since; of those, only files that git knows are listed.
    """
    listing = _git(root, "diff", "--raw", "-z", "--no-abbrev", "--no-renames", "--relative", "--no-ext-diff", "--ignore-submodules", commit, "--", *paths)
    parts = listing.split(b"\0")
    found = []
    for about, path in zip(parts[::2], parts[1::2], strict=False):
        mode, _, blob, _, _ = about.decode().lstrip(":").split()
        if mode in _FILES or mode == _NONE:
            found.append((path.decode("utf-8", "surrogateescape"), blob if mode != _NONE else ""))
    return found


def not_in_history(root: Path, commits: Iterable[str], revision: str = "HEAD") -> frozenset[str]:
    """Those of the commits that are neither that revision nor one that it was built on. Empty in a shallow clone: it cannot know."""
    asked = frozenset(commits)
    if not asked or is_shallow(root):
        return frozenset()
    return asked - set(_git(root, "rev-list", revision).decode().split())


def _blob(root: Path, blob: str) -> bytes | None:
    """The bytes of a file in git's store, None where it is not there or larger than anything that people write."""
    try:
        size = int(_git(root, "cat-file", "-s", blob))
        return _git(root, "cat-file", "blob", blob) if size <= MAX_FILE_BYTES else None
    except GitFailed:
        return None
