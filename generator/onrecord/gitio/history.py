"""The history of a branch: its commits with the files that each changed, in one pass, and blobs read many at a time."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from onrecord.files import Unreadable, too_large
from onrecord.gitio import GitFailed, _command, _environment, _git
from onrecord.settings import MAX_FILE_BYTES

_PLAIN = ("--no-color", "--no-notes", "--no-decorate", "--no-mailmap", "--no-show-signature")
_LOG = (
    *("log", "--reverse", "--topo-order", "--root", "--raw", "-z", "--no-abbrev", "--no-renames", "--relative"),
    *("--diff-merges=first-parent", "--ignore-submodules=all", "--format=raw", "--encoding=UTF-8"),
    *(*_PLAIN, "--no-ext-diff", "--end-of-options"),
)
_FILES = frozenset({b"100644", b"100755", b"100664"})
_CHUNK = 1 << 20
_AT_ONCE = 1_000
"""So many names of blobs fit into a pipe, so that asking never waits for the answers to be read."""
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
"""What may stand in a commit, but in no page or feed, and what would steer a terminal."""
_TRAILER = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+: \S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One commit, as far as a record needs it. Whether `name` and `email` may be shown is the policy's to say."""

    commit: str
    """The full id."""
    name: str
    email: str
    authored: datetime
    committed: datetime
    """The committer's clock: it can be set at will."""
    signed: bool
    """Whether a signature is there; whether it is good is `audit`'s to say."""
    message: str
    parents: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]

    @property
    def reason(self) -> str:
        """What the message says below its first line, without trailers such as `Signed-off-by`."""
        lines = self.message.split("\n")[1:]
        return "\n".join(line for line in lines if not _TRAILER.match(line)).strip()


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that a commit changed, against its first parent: the blob before and after, empty where there was none."""

    path: str
    before: str
    after: str


class Incomplete(Exception):
    """The clone does not hold the whole history; the text says so, `hint` names the command that brings the rest."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def line(root: Path, revision: str, *, after: str | None = None) -> list[str]:
    """The commits of the branch from parent to first parent, oldest first: all, or those since `after`.

    Raises:
        GitFailed: no such commit.
    """
    since = () if after is None else (f"^{after}",)
    return _git(root, "rev-list", "--first-parent", "--reverse", "--end-of-options", revision, *since).decode().split()


def parents(root: Path, commit: str) -> list[str]:
    """The ids of a commit's parents, the first one first.

    Raises:
        GitFailed: no such commit.
    """
    return _git(root, "rev-list", "--parents", "--max-count=1", "--end-of-options", commit).decode().split()[1:]


def is_ancestor(root: Path, commit: str, of: str) -> bool:
    """Whether that commit is known here and part of the other's history."""
    try:
        _git(root, "merge-base", "--is-ancestor", "--end-of-options", commit, of)
    except GitFailed:
        return False
    return True


def exists(root: Path, commit: str) -> bool:
    """Whether the clone holds that commit, part of a branch or not."""
    try:
        return _git(root, "cat-file", "-t", commit).strip() == b"commit"
    except GitFailed:
        return False


def one(root: Path, commit: str) -> Author:
    """That commit alone.

    Raises:
        GitFailed: the clone does not hold it.
    """
    return _author(_git(root, "log", "--max-count=1", "--format=raw", "--encoding=UTF-8", *_PLAIN, "--end-of-options", commit))


def blobs_of(root: Path, commit: str) -> dict[str, str]:
    """Every ordinary file of a commit, below `root`, with the name of its blob.

    Raises:
        GitFailed: the clone does not hold it.
    """
    found = {}
    for entry in filter(None, _git(root, "ls-tree", "-r", "-z", "--end-of-options", commit).split(b"\0")):
        about, _, path = entry.partition(b"\t")
        mode, _, blob = about.split(b" ")
        if mode in _FILES:
            found[path.decode("utf-8", "surrogateescape")] = blob.decode()
    return found


def file_of(root: Path, commit: str, path: str) -> bytes | None:
    """The bytes of one file of a commit, None where it has no such file, or none that people write."""
    try:
        size = int(_git(root, "cat-file", "-s", f"{commit}:./{path}"))
        return _git(root, "cat-file", "blob", f"{commit}:./{path}") if size <= MAX_FILE_BYTES else None
    except GitFailed:
        return None


def last_change(root: Path, commit: str, path: str) -> str:
    """The newest commit of the line up to that one that changed a file, empty where none did."""
    return _git(root, "log", "--first-parent", "--max-count=1", "--format=%H", *_PLAIN, commit, "--", f":(literal){path}").decode().strip()


def demand_whole(root: Path) -> None:
    """Makes sure that the clone was not cut off.

    Raises:
        Incomplete: it is shallow.
        GitFailed: there is no repository.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        raise Incomplete(
            "this clone is shallow: it holds only the newest commits, and nothing can be claimed from those that are not there",
            "fetch the rest with `git fetch --unshallow`; in a workflow, check out with `fetch-depth: 0`",
        )


def log(root: Path, revision: str, *, after: str | None = None) -> Iterator[tuple[Author, list[FileChange]]]:
    """Every commit of the branch, those that merges brought included, each after its parents, with the files that it changed.

    Paths are those from `root`; files outside it are left out, and so are links and submodules.

    Raises:
        GitFailed: git cannot read it.
        Incomplete: the clone lacks folders of old commits.
    """
    since = () if after is None else (f"^{after}",)
    command = _command(root, *_LOG, revision, *since, "--")
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=said, env=_reading()) as git:
        if git.stdout is None:
            raise GitFailed(command, "no answer")
        try:
            yield from _entries(_tokens(git.stdout))
        finally:
            git.stdout.close()
            code = git.wait()
        if code:
            said.seek(0)
            _fail(root, command, said.read())


class Blobs:
    """Blobs of git's store, many at a time. Close it after use."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._git = subprocess.Popen(
            _command(root, "cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_reading()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for pipe in (self._git.stdin, self._git.stdout):
            if pipe is not None:
                pipe.close()
        self._git.wait()

    def read(self, names: Sequence[str], limit: int = MAX_FILE_BYTES) -> list[bytes | Unreadable]:
        """The bytes of each blob, or why it cannot be read.

        Raises:
            Incomplete: the clone does not hold one of them.
        """
        found: list[bytes | Unreadable] = []
        for start in range(0, len(names), _AT_ONCE):
            found += self._ask(names[start : start + _AT_ONCE], limit)
        return found

    def _ask(self, names: Sequence[str], limit: int) -> Iterator[bytes | Unreadable]:
        asked, answered = self._git.stdin, self._git.stdout
        if asked is None or answered is None or asked.closed:
            raise ValueError("these blobs are closed")
        asked.write("".join(f"{name}\n" for name in names).encode())
        asked.flush()
        for name in names:
            about = answered.readline().split()
            if len(about) != 3:
                _missing(self._root, name)
            data = answered.read(int(about[2]) + 1)[:-1]
            yield data if len(data) <= limit else too_large(len(data), limit)


def _missing(root: Path, name: str) -> None:
    if _is_partial(root):
        raise Incomplete(
            "this clone is partial: it lacks texts of old commits, and nothing can be claimed from those that are not there",
            "fetch the rest with `git fetch --refetch --no-filter`, or clone again without `--filter`",
        )
    raise Incomplete(f"git's store lacks the object {name}", "the clone is damaged: `git fsck` says more; clone it again")


def _is_partial(root: Path) -> bool:
    try:
        return bool(_git(root, "config", "--local", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$"))
    except GitFailed:
        return False


def _fail(root: Path, command: Sequence[str], said: bytes) -> None:
    if _is_partial(root):
        _missing(root, "")
    raise GitFailed(command, said.decode("utf-8", "replace"))


def _reading() -> dict[str, str]:
    """The environment without a fetch of what a partial clone lacks: one by one that would take hours."""
    return _environment() | {"GIT_ALLOW_PROTOCOL": "none"}


# ---------------------------------------------------------------- reading git's answer


def _tokens(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
    if rest:
        yield rest


def _entries(tokens: Iterable[bytes]) -> Iterator[tuple[Author, list[FileChange]]]:
    """The commits with their files. A commit's first file is named right behind its message."""
    commit: Author | None = None
    files: list[FileChange] = []
    tokens = iter(tokens)
    for token in tokens:
        about = token
        if token.startswith(b"commit "):
            if commit is not None:
                yield commit, files
            text, newline, about = token.rpartition(b"\n:")
            commit, files = _author(text if newline else token), []
            if not newline:
                continue
        elif not token.startswith(b":"):
            continue
        change = _file(about.removeprefix(b":"), next(tokens, b""))
        if change is not None:
            files.append(change)
    if commit is not None:
        yield commit, files


def _file(about: bytes, path: bytes) -> FileChange | None:
    before, after, old, new, _ = about.split(b" ")
    first, then = (name.decode() if mode in _FILES else "" for mode, name in ((before, old), (after, new)))
    return FileChange(path.decode("utf-8", "surrogateescape"), first, then) if first != then else None


def _author(text: bytes) -> Author:
    header, _, message = _UNSEEN.sub(" ", text.decode("utf-8", "replace")).partition("\n\n")
    commit, author, committer, signed = "", "", "", False
    parents: list[str] = []
    for row in header.split("\n"):
        key, _, value = row.partition(" ")
        if key == "parent":
            parents.append(value)
        elif key == "author":
            author = value
        elif key == "committer":
            committer = value
        elif key == "commit":
            commit = value.partition(" ")[0]
        elif key in ("gpgsig", "gpgsig-sha256"):
            signed = True
    name, email, authored = _person(author)
    return Author(
        commit=commit,
        name=name,
        email=email,
        authored=authored,
        committed=_person(committer)[2],
        signed=signed,
        message=message.rstrip("\n").removeprefix("    ").replace("\n    ", "\n"),
        parents=tuple(parents),
    )


def _person(text: str) -> tuple[str, str, datetime]:
    """Name, address and time; a commit that somebody made up by hand may lack any of them."""
    who, _, when = text.rpartition("> ")
    name, _, email = who.partition("<")
    try:
        return name.strip(), email, datetime.fromtimestamp(int(when.split(" ")[0]), UTC)
    except (ValueError, OverflowError, OSError):
        return name.strip(), email, datetime.fromtimestamp(0, UTC)
