"""What an audit finds, and what it judges by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from onrecord.model import PolicyFile
from onrecord.problems import Level
from onrecord.revisions.records import History, Publication, RecordHistory, Revision, Run, UpdateHistory
from onrecord.settings import PUBLISHED_WITHIN
from onrecord.withholding import MARKER, Withholding

Signature = Literal["good", "bad", "unknown", "none"]
"""A signature by a key that the repository names, one that is broken, one by another key, or none."""
BY_CLOCK = {
    "proven": "as the chain of publications proves",
    "claimed": "as its commit claims",
    "unknown": "as the update itself says",
}


class Found(NamedTuple):
    """What a rule found: the commit, the moment that it is about, the words, and where there are any, the file and the difference."""

    commit: str
    at: datetime | None
    message: str
    path: str = ""
    words: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of finding. `slug` and `code` are stable; `title` says in a sentence what it finds.

    `look` goes through one record, or, with `whole`, through the branch.
    """

    code: str
    slug: str
    level: Level
    title: str
    look: Callable[[RecordHistory, Context], Iterator[Found]] | None = None
    whole: Callable[[Context], Iterator[tuple[str, Found]]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. `incident` is empty where it is about no single record; `waived` is the reason that its head gives."""

    code: str
    slug: str
    level: Level
    incident: str
    commit: str
    at: datetime | None
    message: str
    path: str = ""
    words: tuple[Run, ...] = ()
    waived: str = ""
    against: str = ""
    """The build.json that has other words, where no commit accounts for the difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A published commit that the branch does not hold any more, when it was published, and where that is known from."""

    commit: str
    at: datetime | None
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every rule may ask: the history, the policy, the instant, what is withheld, and which signatures are good."""

    history: History
    policy: PolicyFile
    at: datetime
    withholding: Withholding = field(default_factory=Withholding)
    redacted_by: str = ""
    """The commit that last changed redactions.yml."""
    signatures: Mapping[str, Signature] | None = None
    """None where nobody looked: then a signature that is there counts."""
    lost: tuple[Lost, ...] = ()
    tolerance: timedelta = PUBLISHED_WITHIN


def told(update: UpdateHistory, context: Context) -> datetime | None:
    """When readers had a word: its own time where it came out as fast as a commit takes, or where git does not know."""
    said, out = update.first.at, update.published.time
    if out is None or (said is not None and timedelta() <= out - said <= context.tolerance):
        return said
    return out


def as_told(record: RecordHistory, context: Context) -> list[tuple[datetime, UpdateHistory]]:
    """The updates in the order in which readers had them, and when they did."""
    found = [(when, update) for update in record.updates if (when := told(update, context)) is not None]
    return sorted(found, key=lambda one: (one[0], one[1].first.at or one[0], one[1].id))


def in_order(record: RecordHistory) -> list[UpdateHistory]:
    """The updates of which somebody said when, in that order."""
    return sorted((u for u in record.updates if u.first.at is not None), key=lambda u: (u.first.at, u.id))


def origin(record: RecordHistory, update: UpdateHistory | None = None) -> str:
    """The commit with which the record, or that update, came out; empty where none did."""
    wanted = "record_published" if update is None else "update_added"
    for revision in record.revisions:
        for change in revision.changes:
            if change.kind.value == wanted and (update is None or change.update == update.id):
                return revision.commit.commit
    return record.revisions[0].commit.commit if record.revisions else ""


def is_withheld(change_texts: Iterable[str]) -> bool:
    """Whether a change is about words that are withheld now: then the redaction accounts for it."""
    return any(MARKER in text for text in change_texts)


def moment(revision: Revision) -> datetime:
    """When what the revision did came out, as far as anybody knows."""
    return revision.publication.time or revision.commit.committed


def since(first: Publication, revision: Revision) -> timedelta | None:
    """How long after its publication something was changed; None where a time is unknown."""
    later = revision.publication.time
    return later - first.time if first.time is not None and later is not None and later > first.time else None


def utc(time: datetime) -> str:
    """`2026-11-21 14:05 UTC`, as it stands in messages."""
    return f"{time:%Y-%m-%d %H:%M} UTC"
