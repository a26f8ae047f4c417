"""What git knows of the records, as frozen facts: every version, what changed in it, when it was published, what was taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from onrecord.model import Kind, Severity, Status

if TYPE_CHECKING:
    from onrecord.gitio.history import Author

Clock = Literal["proven", "claimed", "unknown"]
"""Whose word a time of publication is: the chain of publications', the committer's, or nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """When something came out. `time` is None where the clock is `unknown`; then `reason` says why."""

    time: datetime | None
    clock: Clock
    reason: str = ""


class ChangeKind(StrEnum):
    """What changed, in terms of the model."""

    record_published = "record_published"
    update_added = "update_added"
    words_changed = "words_changed"
    time_moved = "time_moved"
    effect_changed = "effect_changed"
    status_changed = "status_changed"
    promise_changed = "promise_changed"
    living_changed = "living_changed"
    update_removed = "update_removed"
    update_renamed = "update_renamed"
    update_restored = "update_restored"
    postmortem_published = "postmortem_published"
    postmortem_changed = "postmortem_changed"
    postmortem_removed = "postmortem_removed"
    record_deleted = "record_deleted"
    record_restored = "record_restored"
    record_moved = "record_moved"
    record_renamed = "record_renamed"
    became_unreadable = "became_unreadable"
    became_readable = "became_readable"
    parts_changed = "parts_changed"
    policy_changed = "policy_changed"


NO_EDIT = frozenset({
    *(ChangeKind.update_added, ChangeKind.update_removed, ChangeKind.update_restored, ChangeKind.update_renamed),
    *(ChangeKind.became_unreadable, ChangeKind.became_readable, ChangeKind.living_changed),
    *(ChangeKind.postmortem_published, ChangeKind.postmortem_removed),
    *(ChangeKind.record_published, ChangeKind.record_deleted, ChangeKind.record_restored, ChangeKind.record_moved, ChangeKind.record_renamed),
})
"""What comes and goes with its own name; every other change of what is published is an edit of it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words that an edit kept, removed or added; the texts of a diff joined give either version whole."""

    kind: Literal["kept", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `path` is the file's, `key` the one that changed (`at`, `components.checkout`, `body`, `title`).

    `update` is the id of the update that it is about, None of the head and the post-mortem.
    """

    kind: ChangeKind
    path: str
    update: str | None = None
    key: str = ""
    before: str = ""
    after: str = ""
    diff: tuple[Run, ...] = ()
    """For texts: word by word, in order."""
    living: bool = False
    """Whether this may change after publication: the living keys of a head, the ticks of actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What one commit of the default branch did to one record, to the components or to the policy.

    Without `changes` it is pure formatting.
    """

    commit: Author
    publication: Publication
    changes: tuple[Change, ...] = ()
    merged: tuple[Author, ...] = ()
    """The commits that a merge brought and that touched the same files, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of an update (or of the head, where `update` is None) after it was published."""

    revision: Revision
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What an update says in its front matter, of the keys that promises and times are made of."""

    at: datetime | None = None
    effective: datetime | None = None
    due: datetime | None = None
    """When it promises the next word."""
    status: Status | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateHistory:
    """One update from its first publication on."""

    id: str
    published: Publication
    at: datetime | None
    """What its `at` said when it was published; None where it could not be read."""
    first: Claims = Claims()
    """What it said when it was published."""
    now: Claims = Claims()
    """What it said last."""
    edits: tuple[Edit, ...] = ()
    """What was changed since, oldest first, pure formatting left out."""
    removed: Revision | None = None
    """The revision that took it away, None while it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryHistory:
    """A post-mortem from its first publication on. `stands` is false where it was taken back."""

    published: Publication
    commit: Author
    edits: tuple[Edit, ...] = ()
    stands: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A record that was published and is not there any more."""

    id: str
    title: str
    kind: Kind
    path: str
    """The folder in which it lay."""
    started: datetime | None
    ended: datetime | None
    removed: Revision
    """Who removed it, when, and, in the message, why."""
    last: str
    """The commit whose tree still holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHistory:
    """One record from its first publication on. `revisions` are oldest first, formatting included."""

    id: str
    published: Publication
    revisions: tuple[Revision, ...]
    updates: tuple[UpdateHistory, ...]
    """In order of publication, removed ones included."""
    title: str = ""
    kind: Kind = Kind.incident
    severity: Severity | None = None
    """What its head says; updates may have said otherwise since."""
    started: datetime | None = None
    """When it began, as the head says, else as its first update does."""
    ended: datetime | None = None
    """When it was over, as its last update says; None where it is not."""
    imported: bool = False
    """Whether it was an import that brought it."""
    waivers: Mapping[str, str] = field(default_factory=dict)
    """The reasons for which rules do not apply to it."""
    head: tuple[Edit, ...] = ()
    """What was changed in the frozen keys of the head since it was published."""
    postmortem: StoryHistory | None = None
    """None where none was ever published."""
    tombstone: Tombstone | None = None
    former: tuple[str, ...] = ()
    """Ids that it had before: their addresses lead here."""

    @property
    def is_untouched(self) -> bool:
        """Whether everything stands as it was published."""
        return not self.head and self.tombstone is None and not any(u.edits or u.removed for u in self.updates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demotion:
    """A merge that put commits beside the line which had been published on it, and the records that they touched."""

    merge: Author
    publication: Publication
    commits: tuple[Author, ...]
    records: tuple[str, ...]
    proven: bool
    """Whether the chain of publications says so; else the message of the merge does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misdated:
    """A commit whose clock cannot be true: `against` is the time of the neighbour that it contradicts, or its own author's."""

    commit: Author
    against: datetime
    kind: Literal["behind", "ahead", "authored"]
    """Earlier than the commit before it, later than the one after it, or earlier than its own author's clock."""
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The default branch up to `tip`, in first-parent order. `records` reads each record when it is asked for."""

    tip: str
    commits: int
    records: Mapping[str, RecordHistory]
    """Every record that ever was published, by id, deleted ones included."""
    published: Mapping[str, Mapping[str, Publication]] = field(default_factory=dict)
    """When each update that stands came out, by record and update: quicker than `records` where nothing else is asked."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What each record is called, by id: quicker than `records`, too."""
    deleted: tuple[str, ...] = ()
    """Ids of records that have a tombstone."""
    shorn: frozenset[str] | None = None
    """Ids of the records of which an update was removed; None where that is known of each record only."""
    retouched: frozenset[str] | None = None
    """Ids of the records in which something may have been edited or removed after it came out; None where that is known of each record only."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """The present id of each record that had another one."""
    components: tuple[Revision, ...] = ()
    policy: tuple[Revision, ...] = ()
    demotions: tuple[Demotion, ...] = ()
    misdated: tuple[Misdated, ...] = ()
    signed: tuple[str, ...] = ()
    """Commits of the line that touched a record or a setting, and carry a signature."""
    astray: tuple[str, ...] = ()
    """Commits that were published, as the chain proves, and that the branch does not hold any more."""

    @property
    def digest(self) -> Callable[[str], str | None] | None:
        """Gives a digest of all that is told of a record, by id, without telling it; None where every record is told already."""
        return getattr(self.records, "digest", None)
