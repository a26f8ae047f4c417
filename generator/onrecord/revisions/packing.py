"""Commits and changes as short lists, the form in which the cache keeps them, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from onrecord.files import printable
from onrecord.gitio.history import Author
from onrecord.hidden import written_out
from onrecord.revisions.records import Change, ChangeKind, Run

_LONGEST_MESSAGE = 4_000
_RUNS = {"kept": "=", "removed": "-", "added": "+"}
_NOTHING: tuple[Any, ...] = ("", "", None, "", "", "", 0, ())
_KINDS: dict[str, Any] = {sign: kind for kind, sign in _RUNS.items()}


def pack_change(change: Change) -> list[Any]:
    """A change as a list; what is empty at its end is left out."""
    runs = [[_RUNS[run.kind], run.text] for run in change.diff]
    packed = [change.kind.value, printable(change.path), change.update, change.key, change.before, change.after, int(change.living), runs]
    while packed and not packed[-1]:
        packed.pop()
    return packed


def unpack_change(packed: Sequence[Any]) -> Change:
    """The change that was packed."""
    kind, path, update, key, before, after, living, runs = (*packed, *_NOTHING[len(packed) :])
    return Change(
        kind=ChangeKind(kind),
        path=path,
        update=update,
        key=key,
        before=before,
        after=after,
        living=bool(living),
        diff=tuple(Run(_KINDS[sign], text) for sign, text in runs),
    )


def pack_author(commit: Author, number: int | None, ids: Sequence[str], message: str, merge: str = "") -> list[Any]:
    """A commit as a list, without its id.

    `number` is its place on the line, `ids` are the records that it touched, `merge` is the commit of the line that brought it.
    """
    return [
        number,
        int(commit.committed.timestamp()),
        int(commit.authored.timestamp()),
        int(commit.signed),
        commit.name,
        commit.email,
        message[:_LONGEST_MESSAGE],
        list(commit.parents),
        list(ids),
        merge,
    ]


def unpack_author(commit: str, packed: Sequence[Any]) -> Author:
    """The commit that was packed."""
    _, committed, authored, signed, name, email, message, parents, *_ = packed
    return Author(
        commit=commit,
        name=written_out(name),
        email=email,
        authored=datetime.fromtimestamp(authored, UTC),
        committed=datetime.fromtimestamp(committed, UTC),
        signed=bool(signed),
        message="\n".join(map(written_out, message.split("\n"))),
        parents=tuple(parents),
    )
