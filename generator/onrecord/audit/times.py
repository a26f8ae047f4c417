"""Findings about when something was said, by the clock of publication where git knows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from onrecord.audit.findings import BY_CLOCK, Context, Found, as_told, in_order, origin, utc
from onrecord.model import FINAL_STATUSES, Kind, Severity
from onrecord.revisions.records import RecordHistory, UpdateHistory
from onrecord.times import in_words


def late_first_word(record: RecordHistory, context: Context) -> Iterator[Found]:
    """The first word reached readers later after the start than the severity allows."""
    if not _is_timed(record) or _is_afterwards(record) or _was_brief(record, context):
        return
    words = as_told(record, context)
    first = words[0][0] if words else record.published.time
    within = context.policy.severity(record.severity).acknowledge_within
    if first is None or record.started is None or within is None or first - record.started <= within:
        return
    message = f"the first word came {in_words(first - record.started)} after it began at {utc(record.started)}, {BY_CLOCK[record.published.clock]}; the policy says within {in_words(within)}"
    yield Found(origin(record), first, message, _head(record))


def reported_afterwards(record: RecordHistory, context: Context) -> Iterator[Found]:
    """The incident was over before readers were told of it."""
    out = record.published.time
    if _is_timed(record) and _is_afterwards(record) and not _was_brief(record, context) and out is not None and record.ended is not None:
        message = f"it was first published {in_words(out - record.ended)} after it had ended at {utc(record.ended)}, {BY_CLOCK[record.published.clock]}"
        yield Found(origin(record), out, message, _head(record))


def backdated_update(record: RecordHistory, context: Context) -> Iterator[Found]:
    """An update claims to have been said well before it came out."""
    afterwards = _is_timed(record) and _is_afterwards(record)
    for update in in_order(record):
        out, at = update.published.time, update.first.at
        if out is None or at is None or out - at <= context.tolerance or (afterwards and out == record.published.time):
            continue
        message = f"the update `{update.id}` says that it was said at {utc(at)}; it came out at {utc(out)}, {in_words(out - at)} later, {BY_CLOCK[update.published.clock]}"
        yield Found(origin(record, update), out, message, _path(record, update))


def promise_missed(record: RecordHistory, context: Context) -> Iterator[Found]:
    """The next word was promised by a time, and did not reach readers by then."""
    if record.kind is Kind.notice:
        return
    words = as_told(record, context)
    for number, (first, update) in enumerate(words):
        due = update.first.due
        if due is None or first > due or update.first.status in FINAL_STATUSES:
            continue
        if number + 1 == len(words):
            if due < context.at and record.tombstone is None:
                message = f"the next word was promised by {utc(due)}, and {in_words(context.at - due)} later there is none"
                yield Found(origin(record, update), due, message, _path(record, update))
            continue
        came, answer = words[number + 1]
        if came > due:
            message = f"the next word was promised by {utc(due)}, and came {_late(due, came)} late at {utc(came)}, {BY_CLOCK[answer.published.clock]}"
            yield Found(origin(record, answer), due, message, _path(record, update))


def postmortem_late(record: RecordHistory, context: Context) -> Iterator[Found]:
    """The post-mortem that the policy promises was not out in time, or is not out yet."""
    severity = severity_of(record)
    within = context.policy.severity(severity).postmortem_within if severity is not None else None
    if not _is_timed(record) or within is None or record.ended is None or record.tombstone is not None:
        return
    due, story = record.ended + within, record.postmortem
    if story is None:
        if due < context.at:
            last = in_order(record)[-1]
            yield Found(origin(record, last), due, f"the post-mortem was due {utc(due)}, {in_words(within)} after the end, and is not out", _head(record))
    elif story.published.time is not None and story.published.time - due > context.tolerance:
        out = story.published.time
        message = f"the post-mortem was due {utc(due)}, {in_words(within)} after the end, and came out {in_words(out - due)} late, {BY_CLOCK[story.published.clock]}"
        yield Found(story.commit.commit, out, message, f"{_head(record).removesuffix('incident.yml')}postmortem.md")


def _is_timed(record: RecordHistory) -> bool:
    """Whether git knows when an incident of ours came out: of an import, and of what is older than the record, it does not."""
    return record.kind is Kind.incident and not record.imported and record.published.time is not None


def _is_afterwards(record: RecordHistory) -> bool:
    return record.ended is not None and record.published.time is not None and record.published.time > record.ended


def _was_brief(record: RecordHistory, context: Context) -> bool:
    brief = context.policy.brief_outage
    return brief is not None and record.started is not None and record.ended is not None and record.ended - record.started < brief


def severity_of(record: RecordHistory) -> Severity | None:
    """How bad it was said to be last."""
    said = [update.now.severity for update in in_order(record) if update.now.severity is not None and update.removed is None]
    return said[-1] if said else record.severity


def _late(due: datetime, came: datetime) -> str:
    seconds = int((came - due).total_seconds())
    return in_words(came - due) if seconds >= 60 else f"{seconds} s"


def _head(record: RecordHistory) -> str:
    return next((c.path for r in record.revisions for c in r.changes if c.path.endswith("/incident.yml")), f"incidents/{record.id[:4]}/{record.id}/incident.yml")


def _path(record: RecordHistory, update: UpdateHistory) -> str:
    return f"{_head(record).removesuffix('incident.yml')}updates/{update.id}.md"
