"""Git: the commit that is built, when a file first appeared, and trees read without a checkout. The only spawner of git."""

from __future__ import annotations

import os
import posixpath
import subprocess
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from onrecord.files import Unreadable, too_large
from onrecord.settings import CONFIG_FILE, INCIDENTS, MAX_FILE_BYTES, PAGES_FOLDER, REDACTIONS_FILE

_QUIET = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_HARMLESS = ("core.fsmonitor=false", "core.quotePath=false", "safe.directory=*")
"""Nothing of the repository's configuration may run. As we only read, whose folder it is does not matter."""
_SOURCES = (INCIDENTS, posixpath.dirname(PAGES_FOLDER), CONFIG_FILE, REDACTIONS_FILE)
_LINK, _SUBMODULE = "120000", "160000"


class GitFailed(Exception):
    """Git is not there, or did not do what it was asked; the text has the command and what git said."""

    def __init__(self, command: Sequence[str], said: str) -> None:
        super().__init__(f"`{' '.join(command)}` failed: {said.strip() or 'git said nothing'}")
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A commit: its full id and committer time. `dirty` says whether the work tree's sources differ from it."""

    commit: str
    committed: datetime
    dirty: bool = False


def head(root: Path) -> Head | None:
    """The commit that is checked out; None without git, without a commit, or where no commit holds this folder."""
    try:
        found = commit(root, "HEAD")
        changed = _git(root, "status", "--porcelain", "-z", "--ignore-submodules", "--", *_SOURCES)
    except GitFailed:
        return None
    return Head(commit=found.commit, committed=found.committed, dirty=bool(changed))


def commit(root: Path, revision: str) -> Head:
    """The commit of that name: an id, a branch, a tag, `HEAD~3`.

    Raises:
        GitFailed: no such commit, or it does not hold this folder.
    """
    named = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    _git(root, "rev-parse", "--verify", f"{named}:./")
    seconds = _git(root, "show", "--no-patch", "--no-show-signature", "--format=%ct", named)
    return Head(commit=named, committed=_instant(seconds))


def first_seen(root: Path, path: str, revision: str = "HEAD") -> datetime | None:
    """When a file of that path first appeared on the branch, by the committer's clock, in first-parent order.

    None where no commit holds it, or without git. Copies and renames are not followed.
    """
    try:
        times = _git(
            root,
            "log",
            "--first-parent",
            "--diff-filter=A",
            "--no-renames",
            "--format=%ct",
            revision,
            "--",
            f":(literal){path}",
        )
    except GitFailed:
        return None
    return _instant(times.split()[-1]) if times.split() else None


def remotes(root: Path) -> tuple[str, ...]:
    """The names of the places that the repository is sent to or comes from; none without git."""
    try:
        return tuple(_git(root, "remote").decode("utf-8", "replace").split())
    except GitFailed:
        return ()


def blob(root: Path, id: str) -> bytes | None:
    """The bytes of the file that git calls so, None where this repository never had it."""
    try:
        return _git(root, "cat-file", "blob", id)
    except GitFailed:
        return None


def tracked(root: Path, *paths: str) -> frozenset[str]:
    """The files at or below those paths which git's index has, by path from `root`; none without git."""
    try:
        listing = _git(root, "ls-files", "--cached", "-z", "--", *paths)
    except GitFailed:
        return frozenset()
    return frozenset(path.decode("utf-8", "surrogateescape") for path in listing.split(b"\0") if path)


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    blob: str
    size: int


class CommitTree:
    """The files of one commit below `root`, read from git's store: no checkout, nothing written. Close it after use.

    Raises:
        GitFailed: no such commit.
    """

    def __init__(self, root: Path, revision: str) -> None:
        self._entries = dict(_entries(_git(root, "ls-tree", "-r", "-z", "--long", "--end-of-options", revision)))
        self._paths = sorted(self._entries)
        command = _command(root, "cat-file", "--batch")
        self._store = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the git process that reads."""
        for pipe in (self._store.stdin, self._store.stdout):
            if pipe is not None:
                pipe.close()
        self._store.wait()

    def paths(self, prefix: str) -> Sequence[str]:
        """Every file below that folder, sorted. Symbolic links are listed and not entered; no such folder: none."""
        folder = prefix.strip("/")
        if not folder:
            return tuple(self._paths)
        return self._paths[bisect_left(self._paths, f"{folder}/") : bisect_left(self._paths, f"{folder}0")]

    def exists(self, path: str) -> bool:
        """Whether `read` would find a file there."""
        try:
            self._entry(path)
        except Unreadable:
            return False
        return True

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of one file.

        Raises:
            Unreadable: it is missing, larger than `limit` bytes, no ordinary file, or lies outside.
        """
        entry = self._entry(path)
        if entry.size > limit:
            raise too_large(entry.size, limit)
        return self._blob(entry.blob)

    def write_to(self, folder: Path, *, without: str) -> None:
        """Writes the files below `folder`, but for those below `without`; links become what they lead to.

        Files that cannot be read are left out: whoever needs one will say that it is missing.
        """
        skipped = set(self.paths(without))
        for path in self._paths:
            if path in skipped:
                continue
            try:
                data = self._blob(self._entry(path).blob)
            except Unreadable:
                continue
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def _entry(self, path: str) -> _Entry:
        """The entry of a file, through symbolic links as long as they stay inside."""
        for _ in range(8):
            entry = self._entries.get(path)
            if entry is None or entry.mode == _SUBMODULE:
                raise Unreadable("there is no such file", "a symbolic link may lead nowhere; put the file itself here")
            if entry.mode != _LINK:
                return entry
            aim = self._blob(entry.blob).decode("utf-8", "surrogateescape")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), aim))
            if path.startswith(("/", "..")):
                raise Unreadable(
                    "a symbolic link leads out of the repository",
                    "put the file itself here, or take the link away",
                    "OR003",
                    "leaves-repository",
                )
        raise Unreadable("symbolic links lead in a circle", "put the file itself here")

    def _blob(self, blob: str) -> bytes:
        asked, answered = _pipes(self._store)
        try:
            asked.write(f"{blob}\n".encode())
            asked.flush()
            first = answered.readline().split()
        except BrokenPipeError:
            first = []
        if len(first) != 3:
            raise Unreadable("git's store does not hold it", "fetch the whole repository: `git fetch --refetch`")
        size = int(first[2])
        data = answered.read(size + 1)
        return data[:size]


def _entries(listing: bytes) -> Iterator[tuple[str, _Entry]]:
    for line in filter(None, listing.split(b"\0")):
        about, _, path = line.partition(b"\t")
        mode, _, blob, size = about.decode().split()
        yield path.decode("utf-8", "surrogateescape"), _Entry(mode, blob, int(size) if size != "-" else 0)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None or process.stdin.closed:
        raise ValueError("this tree is closed")
    return process.stdin, process.stdout


def _instant(seconds: bytes) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _command(root: Path, *arguments: str) -> list[str]:
    settings = [part for setting in _HARMLESS for part in ("-c", setting)]
    return ["git", "--no-pager", "--no-replace-objects", *settings, "-C", os.fspath(root), *arguments]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _QUIET


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            _command(root, *arguments), env=_environment(), capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        raise GitFailed(("git", *arguments), str(error)) from error
    if done.returncode:
        raise GitFailed(("git", *arguments), done.stderr.decode("utf-8", "replace"))
    return done.stdout
