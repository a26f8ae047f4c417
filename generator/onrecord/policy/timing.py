"""Rules about when things were said: the first word, promises of the next one, silence, and how often is too often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from onrecord.model import FINAL_STATUSES, Incident, Kind, Update
from onrecord.policy.heads import AHEAD
from onrecord.policy.rules import Context, Finding, Rule, clock, is_over, lasted, said, severity_of
from onrecord.settings import FLURRY_MINUTES, PROMISE_SLACK
from onrecord.times import MINUTE, in_words, iso

_CHANGES = ("effective", "components", "severity", "expected_resolution", "workaround", "scheduled", "scope", "links", "amends", "corrects")


def late_first_word(incident: Incident, context: Context) -> Iterator[Finding]:
    """Customers felt it for longer than `acknowledge_within` of its severity before they read the first word.

    What lasted less than `brief_outage` of the policy needs no alert, so its first word may come later.
    """
    yield from _late(incident, context, "started", incident.head.started, "customers began to feel it")


def late_after_detection(incident: Incident, context: Context) -> Iterator[Finding]:
    """We knew of it for longer than `acknowledge_within` of its severity before we said so."""
    yield from _late(incident, context, "detected", incident.head.detected, "it was noticed")


def promise_too_far(incident: Incident, context: Context) -> Iterator[Finding]:
    """The next word is promised for later than `update_every` of the severity allows.

    A tenth more is let pass, since people promise readable times. What is promised in an older update is only noted.
    """
    if not _is_held(incident):
        return
    for update, every in _with_cadence(incident, context):
        due = update.head.next_update_by
        if due and every and not _ends(update) and due - update.head.at > every * (1 + PROMISE_SLACK):
            message = f"the next word is promised in {in_words(due - update.head.at)}, and policy.yml says every {in_words(every)}"
            hint = f"promise it by {iso(update.head.at + every)}, even if it may only say that there is no news"
            yield Finding(f"updates/{update.id}.next_update_by", message, hint, past=_is_past(incident, update))


def promise_missed(incident: Incident, context: Context) -> Iterator[Finding]:
    """The time that was promised for the next word has gone by, and nothing was said.

    Once the word came, the promise stays on record as missed, and is noted.
    """
    if incident.head.source or incident.head.kind is Kind.notice:
        return
    for update, due, answered in _missed(incident, context.at):
        key, by = f"updates/{update.id}.next_update_by", clock(due, context.at)
        if answered is None:
            hint = f"say now how it stands, even if there is no news: onrecord update {incident.id}"
            yield Finding(key, f"the next word was promised by {by}, and {in_words(context.at - due)} later there is none", hint)
        else:
            yield Finding(key, f"the next word was promised by {by}, and came {in_words(answered - due)} late", past=True)


def silence(incident: Incident, context: Context) -> Iterator[Finding]:
    """While it was open, nothing was said for longer than `update_every` of the severity allows.

    A tenth more is let pass. Where a promise was missed, `promise-missed` says so, and this is silent.
    """
    if not _is_held(incident):
        return
    missed = {update.id for update, _, _ in _missed(incident, context.at)}
    spoken = [(update, every) for update, every in _with_cadence(incident, context) if update.head.at <= context.at + AHEAD]
    ends = [update.head.at for update, _ in spoken[1:]] + ([] if is_over(incident) else [context.at])
    for (update, every), end in zip(spoken, ends, strict=False):
        lasts = update is spoken[-1][0]
        if every and end - update.head.at > every * (1 + PROMISE_SLACK) and update.id not in missed and not _ends(update):
            message = f"nothing was said for {in_words(end - update.head.at)} after {clock(update.head.at, end)}, and policy.yml says every {in_words(every)}"
            hint = f"say how it stands, even if there is no news: onrecord update {incident.id}" if lasts else ""
            yield Finding(f"updates/{update.id}.at", message, hint, past=not lasts)


def too_frequent(incident: Incident, _: Context) -> Iterator[Finding]:
    """The third update within ten minutes, and none of them changes a state, effect, scope, workaround or time.

    Readers are told of each update, so those that bring nothing new cost their trust in the next. Two at once are let
    pass: two people may have spoken.
    """
    if not _is_held(incident):
        return
    spoken = said(incident)
    for first, second, third in zip(spoken, spoken[1:], spoken[2:], strict=False):
        gap = third.head.at - first.head.at
        if gap < FLURRY_MINUTES * MINUTE and not _brings(third, second) and not _brings(second, first):
            message = f"the third update in {in_words(gap)}, and nothing has changed"
            yield Finding(f"updates/{third.id}.at", message, "say it in one, or wait until there is news", past=_is_past(incident, third))


def overrun_unsaid(incident: Incident, context: Context) -> Iterator[Finding]:
    """The window of a maintenance is over, and nobody has said whether the work is."""
    window = incident.head.scheduled
    if incident.head.kind is not Kind.maintenance or incident.head.source or window is None or is_over(incident):
        return
    for update in said(incident):
        window = update.head.scheduled or window
    last = incident.updates[-1].head.at if incident.updates else window.from_
    if last <= window.until < context.at - AHEAD:
        message = f"the window ended {clock(window.until, context.at)}, {in_words(context.at - window.until)} ago, and nobody has said whether the work has"
        hint = f"onrecord resolve {incident.id}, or announce how much longer it takes: onrecord update {incident.id} --until TIME"
        yield Finding("scheduled.until", message, hint)


def _late(incident: Incident, context: Context, key: str, since: datetime | None, what: str) -> Iterator[Finding]:
    """The first word, where it came too long after that moment and the outage was not a brief one."""
    first = next(iter(said(incident)), None)
    if first is None or since is None or not _is_held(incident) or _was_brief(incident, context):
        return
    within = context.severities[severity_of(incident, first)].acknowledge_within
    waited = first.head.at - since
    if within and waited >= within + MINUTE:
        message = f"the first word came {in_words(waited)} after {what}, and policy.yml says within {in_words(within)}"
        yield Finding(key, message, "say in the next update that you are sorry for the wait", past=is_over(incident))


def _is_held(incident: Incident) -> bool:
    """Whether it is held to promises and cadence: an incident of ours, also in a drill. Of an import nobody knows when readers saw what."""
    return incident.head.kind is Kind.incident and incident.head.source is None


def _was_brief(incident: Incident, context: Context) -> bool:
    brief, length = context.dataset.policy.brief_outage, lasted(incident)
    return brief is not None and length is not None and length < brief


def _missed(incident: Incident, at: datetime) -> Iterator[tuple[Update, datetime, datetime | None]]:
    """Each update whose promise was missed by that instant, when the next word was due, and when it came.

    It reckons as `snapshot.promises` does, without the cost of importing it; a test holds the two together.
    """
    status = None
    for update, answer in zip(incident.updates, [*incident.updates[1:], None], strict=False):
        status = update.head.status or status if not update.unread else status
        due = update.head.next_update_by
        if due is None or update.unread or status in FINAL_STATUSES or due <= update.head.at:
            continue
        answered = min(answer.head.at, at) if answer is not None else None
        if (answered or at) > due:
            yield update, due, answered


def _with_cadence(incident: Incident, context: Context) -> Iterator[tuple[Update, timedelta | None]]:
    """Each update with how often the severity that stood then wants one."""
    severity = incident.head.severity
    for update in said(incident):
        severity = update.head.severity or severity
        yield update, context.severities[severity].update_every


def _is_past(incident: Incident, update: Update) -> bool:
    return update is not incident.updates[-1] or is_over(incident)


def _ends(update: Update) -> bool:
    return update.head.status in FINAL_STATUSES


def _brings(update: Update, before: Update) -> bool:
    """Whether it says anything but words that the one before did not."""
    head = update.head
    return head.status not in (None, before.head.status) or any(getattr(head, key) for key in _CHANGES)


RULES = (
    Rule(code="OR202", slug="late-first-word", level="note", title="The first word came later after the start than the policy says.", look=late_first_word, until_end=True),
    Rule(code="OR203", slug="late-after-detection", level="note", title="The first word came later after it was noticed than the policy says.", look=late_after_detection, until_end=True),
    Rule(code="OR204", slug="promise-too-far", level="warning", title="The next update is promised for later than the severity allows.", look=promise_too_far, until_end=True),
    Rule(code="OR205", slug="promise-missed", level="warning", title="A promised update did not come in time.", look=promise_missed, until_end=True),
    Rule(code="OR206", slug="silence", level="warning", title="Nothing was said for longer than the severity allows.", look=silence, until_end=True),
    Rule(code="OR207", slug="too-frequent", level="note", title="Three updates within minutes, and nothing has changed.", look=too_frequent, until_end=True),
    Rule(code="OR208", slug="overrun-unsaid", level="warning", title="A maintenance is past its window, and nobody has said so.", look=overrun_unsaid, until_end=True),
)
