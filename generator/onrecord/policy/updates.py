"""Rules about what was said, in its order: states, times, promises, words."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.model import FINAL_STATUSES, INCIDENT_STATUSES, MAINTENANCE_STATUSES, Effect, Incident, Kind, Status
from onrecord.policy.heads import AHEAD, ahead
from onrecord.policy.rules import Context, Finding, Rule, clock, last_status, said
from onrecord.problems import did_you_mean

_ORDER = {status: rank for ranks in (INCIDENT_STATUSES, MAINTENANCE_STATUSES) for rank, status in enumerate(ranks)}
_ALLOWED: dict[Kind, tuple[Status, ...]] = {Kind.incident: INCIDENT_STATUSES, Kind.maintenance: MAINTENANCE_STATUSES, Kind.notice: ()}


def update_before_start(incident: Incident, _: Context) -> Iterator[Finding]:
    """Nothing can be said about an incident, or be true of it, before it began: either the start is wrong, or the time of the update."""
    started = incident.head.started
    if started is None or incident.head.kind is not Kind.incident:
        return
    for update in said(incident):
        if update.head.at < started:
            message = f"update {clock(update.head.at, started)} precedes start {clock(started, update.head.at)}"
            yield Finding(f"updates/{update.id}.at", message, "mend `at`, or `started` in incident.yml")
        elif update.head.effective and update.head.effective < started:
            message = f"effective {clock(update.head.effective, started)} precedes start {clock(started, update.head.effective)}"
            yield Finding(f"updates/{update.id}.effective", message, "mend `effective`, or `started` in incident.yml")


def states_out_of_order(incident: Incident, _: Context) -> Iterator[Finding]:
    """After the end no other state can come. An end that was called too early is set right by an update with `corrects`."""
    ended = None
    for update in said(incident):
        status = update.head.status
        if ended is not None and status and status is not ended.head.status and update.head.corrects != ended.id:
            message = f"`{status}` comes after `{ended.head.status}` {clock(ended.head.at, update.head.at)}"
            hint = f"open a new incident; if `{ended.head.status}` was wrong, add `corrects: {ended.id}`; if a time is wrong, mend it"
            yield Finding(f"updates/{update.id}.status", message, hint)
        elif status:
            ended = update if status in FINAL_STATUSES else None


def state_goes_back(incident: Incident, _: Context) -> Iterator[Finding]:
    """From `identified` back to `investigating` is possible, and should be said in the words. Most often two times are mixed up."""
    before: Status | None = None
    for update in said(incident):
        status = update.head.status
        if status and before and before not in FINAL_STATUSES and _ORDER[status] < _ORDER[before] and not update.head.corrects:
            hint = "if that is so, say in the words why (the fix did not hold, say) and waive this; else mend the times"
            yield Finding(f"updates/{update.id}.status", f"the state goes back from `{before}` to `{status}`", hint)
        before = status or before


def without_words(incident: Incident, _: Context) -> Iterator[Finding]:
    """A state alone tells customers nothing that they can use."""
    for update in said(incident):
        if not update.body.strip():
            yield Finding(f"updates/{update.id}.body", "an update without words", "say below the `---` what customers should know")


def status_of_kind(incident: Incident, _: Context) -> Iterator[Finding]:
    """An incident is investigated and resolved, a maintenance is scheduled and completed, a notice has no state."""
    allowed = _ALLOWED[incident.head.kind]
    for update in said(incident):
        status = update.head.status
        if status and status not in allowed:
            hint = did_you_mean(status, allowed) or "a notice has no states: take `status` away"
            yield Finding(f"updates/{update.id}.status", f"`{status}` is no state of this kind of record ({incident.head.kind})", hint)


def no_status(incident: Incident, _: Context) -> Iterator[Finding]:
    """Without any state the page can only guess, and says “investigating”."""
    first = next(iter(said(incident)), None)
    if first is not None and incident.head.kind is not Kind.notice and last_status(incident) is None:
        hint = f"add `status: {_ALLOWED[incident.head.kind][0]}`"
        yield Finding(f"updates/{first.id}.at:", "no update says what state this is in", hint)


def effects_after_end(incident: Incident, _: Context) -> Iterator[Finding]:
    """`resolved` and `completed` set every effect to operational. An effect that lasts means that it is not over."""
    for update in said(incident):
        if update.head.status in (Status.resolved, Status.completed):
            for id, effect in update.head.components.items():
                if effect is not Effect.operational:
                    message = f"`{update.head.status}` ends every effect, and this says `{effect}`"
                    yield Finding(f"updates/{update.id}.components.{id}", message, "write `status: monitoring`, or take the effect away")


def missing_promise(incident: Incident, _: Context) -> Iterator[Finding]:
    """Readers wait for the time of the next word more than for anything else. The newest update of an open incident says it."""
    newest = incident.updates[-1] if incident.updates else None
    if newest is None or newest.unread or incident.head.kind is not Kind.incident or incident.head.source:
        return
    if last_status(incident) not in FINAL_STATUSES and newest.head.next_update_by is None:
        hint = "add `next_update_by: …`; readers wait for the time of the next word"
        yield Finding(f"updates/{newest.id}.at:", "this is open, and the newest update does not say when the next one comes", hint)


def promise_in_the_past(incident: Incident, _: Context) -> Iterator[Finding]:
    """A promise that had run out when it was made is a slip, most often in the offset or the day."""
    for update in said(incident):
        due = update.head.next_update_by
        if due and due <= update.head.at:
            message = f"promised for {clock(due, update.head.at)}, before it was said {clock(update.head.at, due)}"
            yield Finding(f"updates/{update.id}.next_update_by", message, "is the offset right, and the day?")


def update_ahead(incident: Incident, context: Context) -> Iterator[Finding]:
    """Nothing can be said in the time to come. Five minutes are let pass, since clocks differ."""
    for update in said(incident):
        if update.head.at > context.at + AHEAD:
            yield Finding(f"updates/{update.id}.at", *ahead("at", update.head.at, context))


def effective_later(incident: Incident, _: Context) -> Iterator[Finding]:
    """`effective` is when something became true. It was said after that, or at once."""
    for update in said(incident):
        effective = update.head.effective
        if effective and effective > update.head.at:
            message = f"effective {clock(effective, update.head.at)} is later than it was said {clock(update.head.at, effective)}"
            yield Finding(f"updates/{update.id}.effective", message, "`effective` is when it became true, never later than `at`")


def corrects_nothing(incident: Incident, _: Context) -> Iterator[Finding]:
    """A correction stands beside what it corrects, so it has to name an earlier update of the same record."""
    earlier: list[str] = []
    for update in incident.updates:
        wanted = update.head.corrects
        if wanted is not None and wanted not in earlier:
            hint = did_you_mean(wanted, earlier) or "name the stem of an earlier update's file"
            yield Finding(f"updates/{update.id}.corrects", f"there is no earlier update `{wanted}`", hint)
        earlier.append(update.id)


def window_moved(incident: Incident, _: Context) -> Iterator[Finding]:
    """Only a maintenance has a window that an update could move."""
    if incident.head.kind is not Kind.maintenance:
        for update in said(incident):
            if update.head.scheduled:
                yield Finding(f"updates/{update.id}.scheduled:", "only a maintenance has a window", "take `scheduled` away")


RULES = (
    Rule(code="OR112", slug="update-before-start", level="error", title="An update was said, or became true, before the incident began.", look=update_before_start),
    Rule(code="OR113", slug="states-out-of-order", level="error", title="A state comes after the end.", look=states_out_of_order),
    Rule(code="OR114", slug="state-goes-back", level="warning", title="The state goes back a step.", look=state_goes_back),
    Rule(code="OR115", slug="no-status", level="error", title="No update says what state the record is in.", look=no_status),
    Rule(code="OR117", slug="without-words", level="error", title="An update has no words.", look=without_words),
    Rule(code="OR118", slug="status-of-kind", level="error", title="A state belongs to another kind of record.", look=status_of_kind),
    Rule(code="OR120", slug="effects-after-end", level="error", title="An update ends everything and claims an effect all the same.", look=effects_after_end),
    Rule(code="OR121", slug="window-on-update", level="error", title="An update moves a window that there is none of.", look=window_moved),
    Rule(code="OR123", slug="missing-promise", level="error", title="An open incident does not say when the next word comes.", look=missing_promise),
    Rule(code="OR124", slug="promise-in-the-past", level="error", title="The next update is promised for a time that was over when it was said.", look=promise_in_the_past),
    Rule(code="OR126", slug="update-ahead-of-clock", level="error", title="An update's time lies more than five minutes ahead of the clock.", look=update_ahead),
    Rule(code="OR127", slug="effective-later", level="error", title="Something became true later than it was said.", look=effective_later),
    Rule(code="OR129", slug="corrects-nothing", level="error", title="The update that is to be corrected does not exist, or is a later one.", look=corrects_nothing),
)
