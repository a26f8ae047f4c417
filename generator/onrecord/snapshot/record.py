"""One record beside its history in git: what came out later than it claims, what was changed afterwards, what was removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from onrecord.model import Kind
from onrecord.revisions.records import Edit, History, Publication, RecordHistory, StoryHistory, UpdateHistory
from onrecord.snapshot.records import IncidentView


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMark:
    """A change after publication, and how long after it came; None where either time is unknown."""

    edit: Edit
    after: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMark:
    """What readers are told beside one update. `late` is how much later it came out than its `at` claims, None where it was in time."""

    id: str
    published: Publication
    late: timedelta | None
    edits: tuple[EditMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """One record with what git adds to it."""

    history: RecordHistory
    afterwards: timedelta | None
    """How long after its end it was first published, None where readers were told before the end."""
    updates: Mapping[str, UpdateMark]
    """Each update that stands, by its id; one that no commit holds yet is missing."""
    head: tuple[EditMark, ...]
    removed: tuple[UpdateHistory, ...]
    """Updates that were taken away, in order of publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retouched:
    """In short, what is not as it was published: for pages that show a record's words beside those of others."""

    head: bool
    """Whether a key of its head was changed that is not kept up to date by right."""
    updates: frozenset[str]
    """The updates that were edited, and stand."""
    removed: int
    """How many updates were taken away."""
    story: bool
    """Whether its post-mortem was edited."""


def retouched(history: History | None, id: str) -> Retouched | None:
    """What was edited or removed in that record after it came out; None where nothing was, or where git cannot tell."""
    if history is None or (history.retouched is not None and id not in history.retouched):
        return None
    known = history.records.get(id)
    story = known is not None and known.postmortem is not None and bool(known.postmortem.edits)
    if known is None or (known.is_untouched and not story):
        return None
    return Retouched(
        head=bool(known.head),
        updates=frozenset(update.id for update in known.updates if update.edits and update.removed is None),
        removed=sum(update.removed is not None for update in known.updates),
        story=story,
    )


def record_view(history: History | None, view: IncidentView, tolerance: timedelta) -> RecordView | None:
    """What git says of that record; None without git, or before its first commit.

    Nothing that came out within `tolerance` after its own `at` is late.
    """
    known = history.records.get(view.id) if history is not None else None
    if known is None:
        return None
    late = reported_afterwards(known.published, view.kind, view.ended)
    return RecordView(
        history=known,
        afterwards=late,
        updates={u.id: _mark(u, tolerance) for u in known.updates if u.removed is None},
        head=_edits(known.head, known.published),
        removed=tuple(update for update in known.updates if update.removed is not None),
    )


def reported_afterwards(published: Publication, kind: Kind, ended: datetime | None) -> timedelta | None:
    """How long after its end an incident was first published; None where it was before, or where a time is unknown."""
    if kind is not Kind.incident or ended is None or published.time is None or published.time <= ended:
        return None
    return published.time - ended


def lateness(published: Publication, at: datetime | None, tolerance: timedelta) -> timedelta | None:
    """How much later something was published than its `at` claims, None where that is within the tolerance or unknown."""
    if published.time is None or at is None or published.time - at <= tolerance:
        return None
    return published.time - at


def story_edits(story: StoryHistory) -> tuple[EditMark, ...]:
    """What was changed in a post-mortem after it was published."""
    return _edits(story.edits, story.published)


def _mark(update: UpdateHistory, tolerance: timedelta) -> UpdateMark:
    return UpdateMark(
        id=update.id,
        published=update.published,
        late=lateness(update.published, update.at, tolerance),
        edits=_edits(update.edits, update.published),
    )


def _edits(edits: Iterable[Edit], published: Publication) -> tuple[EditMark, ...]:
    return tuple(EditMark(edit=edit, after=_between(published, edit.revision.publication)) for edit in edits)


def _between(first: Publication, then: Publication) -> timedelta | None:
    return then.time - first.time if first.time is not None and then.time is not None else None
