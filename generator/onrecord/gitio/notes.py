"""A ledger kept as git notes: lines beside commits, shared with others who write to it at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from onrecord.gitio import GitFailed
from onrecord.gitio.writing import _answer, _git

_TRIES = 5
_THEIRS = "refs/notes/{name}-theirs"


def lines(root: Path, name: str) -> Iterator[str]:
    """Every line of every note of that name, in no order; none without git or notes.

    Raises:
        GitFailed: a note cannot be read.
    """
    listing = _answer(root, "notes", f"--ref={name}", "list")
    for row in (listing or "").splitlines():
        yield from _git(root, "cat-file", "blob", row.split()[0]).splitlines()


def append(root: Path, name: str, commit: str, text: str) -> None:
    """Adds lines to the commit's note of that name.

    Raises:
        GitFailed: git refused, as where it knows no name for who writes.
    """
    _git(root, "notes", f"--ref={name}", "append", "--message", text, commit)


def fetch(root: Path, remote: str, name: str) -> None:
    """Takes in the lines that others have sent there. A remote without such notes has none.

    Raises:
        GitFailed: the remote cannot be asked.
    """
    ref, theirs = f"refs/notes/{name}", _THEIRS.format(name=name)
    if not _git(root, "ls-remote", remote, ref).strip():
        return
    _git(root, "fetch", "--quiet", "--no-tags", remote, f"+{ref}:{theirs}")
    if _answer(root, "rev-parse", "--verify", "--quiet", ref) is None:
        _git(root, "update-ref", ref, theirs)
    else:
        _git(root, "notes", f"--ref={name}", "merge", "--quiet", "--strategy=cat_sort_uniq", theirs)
    with suppress(GitFailed):
        _git(root, "update-ref", "-d", theirs)


def push(root: Path, remote: str, name: str) -> bool:
    """Sends our lines there, and takes in what others sent meanwhile; whether there was any.

    Raises:
        GitFailed: the remote refused.
    """
    ref = f"refs/notes/{name}"
    for attempt in range(1, _TRIES + 1):
        try:
            _git(root, "push", "--quiet", remote, f"{ref}:{ref}")
        except GitFailed:
            if attempt == _TRIES:
                raise
            before = _answer(root, "rev-parse", ref)
            fetch(root, remote, name)
            if before == _answer(root, "rev-parse", ref):
                raise  # nobody was faster: it is no race, and trying again does not help
        else:
            return attempt > 1
    return False


def remote_of(root: Path) -> str | None:
    """Where notes are shared: `origin`, else the only remote, else nowhere."""
    known = (_answer(root, "remote") or "").split()
    return "origin" if "origin" in known else known[0] if len(known) == 1 else None
