"""The course of an incident in plain English: what customers felt, what was said when, which promises were missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from onrecord.markup import to_text
from onrecord.model import Effect, PolicyFile, Status
from onrecord.snapshot.records import IncidentView, Promise, UpdateView
from onrecord.times import in_words

DID = {
    Effect.major_outage: "did not work",
    Effect.partial_outage: "did not work for some customers",
    Effect.degraded_performance: "worked, but slower or less reliably than usual",
    Effect.under_maintenance: "could not be used while we worked on it",
}
"""What a part did, in the past tense, by what its customers felt."""
_SAID = {
    Status.investigating: "we said that we were looking into it",
    Status.identified: "we said that we had found what was wrong",
    Status.monitoring: "we said that it should work again, and that we were watching it",
    Status.resolved: "we said that it was over",
}
_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline. `rank` orders what falls into one minute: felt, noticed, done, said."""

    at: datetime
    rank: int
    text: str


def course(view: IncidentView, names: Callable[[str], str], policy: PolicyFile) -> tuple[Event, ...]:
    """Every event in order of time."""
    found = (*_felt(view, names), *_noticed(view), *_done(view), *_said(view, policy))
    return tuple(sorted(found, key=lambda event: (event.at, event.rank)))


def clock(moment: datetime, day: datetime) -> str:
    """`14:05 UTC`, with its day where that is another one than that of `day`, and its year where that differs."""
    date = f"{moment.day} {moment:%B}" if moment.year == day.year else long_day(moment)
    return f"{moment:%H:%M} UTC" if moment.date() == day.date() else f"{moment:%H:%M} UTC on {date}"


def long_day(moment: datetime) -> str:
    """`21 November 2026`."""
    return f"{moment.day} {moment:%B %Y}"


def listed(names: Sequence[str]) -> str:
    """`Checkout, API and Search`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


# ---------------------------------------------------------------- what was felt and done


def _felt(view: IncidentView, names: Callable[[str], str]) -> Iterator[Event]:
    """Each moment at which a part became worse or better."""
    worse = sorted(((s.span.start, s.effect, names(s.component)) for s in view.spans), key=lambda row: row[:2])
    for (at, effect), rows in groupby(worse, key=lambda row: row[:2]):
        yield Event(at, 0, f"From {at:%H:%M} UTC on, {listed([row[2] for row in rows])} {DID[effect]}.")
    if not any(span.span.start == view.started for span in view.spans):
        yield Event(view.started, 0, f"At {view.started:%H:%M} UTC it began.")
    goes_on = {(span.component, span.span.start) for span in view.spans}
    ended = [span for span in view.spans if not span.lasting and (span.component, span.span.end) not in goes_on]
    for at, spans in groupby(sorted(ended, key=lambda span: span.span.end), key=lambda span: span.span.end):
        yield Event(at, 0, f"From {at:%H:%M} UTC on, {listed([names(span.component) for span in spans])} worked as usual again.")


def _noticed(view: IncidentView) -> Iterator[Event]:
    detected = view.source.head.detected
    if detected is not None:
        after = f", {in_words(detected - view.started)} after it began" if detected > view.started else ""
        yield Event(detected, 1, f"At {detected:%H:%M} UTC we noticed it{after}.")


def _done(view: IncidentView) -> Iterator[Event]:
    for step in view.source.head.plan:
        if step.done is not None:
            yield Event(step.done, 2, f"At {step.done:%H:%M} UTC this was done: {step.step.rstrip('.')}.")


# ---------------------------------------------------------------- what was said, and what was not


def _said(view: IncidentView, policy: PolicyFile) -> Iterator[Event]:
    words = view.updates[::-1]
    promised = {promise.met_by: promise for promise in view.promises if promise.state == "missed"}
    before: UpdateView | None = None
    for update in words:
        parts = (_how(update, before, view), _quoted(update), _reached(update), _expected(update, view), *_shortfalls(update, before, promised.get(update.id), view, policy))
        yield Event(update.at, 3, " ".join(filter(None, parts)))
        before = update
    if (unkept := promised.get(None)) is not None:
        yield Event(unkept.due, 4, f"We had promised a word for {unkept.due:%H:%M} UTC. None came.")


def _how(update: UpdateView, before: UpdateView | None, view: IncidentView) -> str:
    when = f"At {update.at:%H:%M} UTC"
    if before is None:
        return f"{when} we first said that something was wrong:"
    corrected = next((other for other in view.updates if other.id == update.source.head.corrects), None)
    if corrected is not None:
        return f"{when} we set right what we had said at {clock(corrected.at, update.at)}:"
    news = update.status is not before.status and update.status in _SAID
    return f"{when} {_SAID[update.status] if news and update.status else 'we wrote again'}:"


def _quoted(update: UpdateView) -> str:
    """The first sentences, as many as are short together."""
    text = " ".join(to_text(update.body).split())
    quote, rest = text, ""
    if len(text) > _QUOTE:
        ends = [place + 1 for place, sign in enumerate(text) if sign in ".!?" and text[place + 1 : place + 2] in ("", " ")]
        cut = next((end for end in reversed(ends) if end <= _QUOTE), 0)
        quote, rest = (text[:cut], " …") if cut else (text[:_QUOTE].rpartition(" ")[0], " …")
    return f"“{quote}{rest}”" if quote else ""


def _reached(update: UpdateView) -> str:
    """When readers had it, where that was later than it says."""
    return f"It reached readers at {clock(update.told, update.at)}." if update.told - update.at >= timedelta(minutes=1) else ""


def _expected(update: UpdateView, view: IncidentView) -> str:
    """The end that we named, and by how much it was wrong."""
    wanted, over = update.source.head.expected_resolution, view.felt_until
    if wanted is None:
        return ""
    longer = f"; it took {in_words(over - wanted)} longer" if over and over - wanted >= timedelta(minutes=1) else ""
    return f"We expected it to be over by {clock(wanted, update.at)}{longer}."


def _shortfalls(
    update: UpdateView, before: UpdateView | None, missed: Promise | None, view: IncidentView, policy: PolicyFile
) -> Iterator[str]:
    """Where this word was late: against the start, against our promise, or against our own rhythm."""
    rules = policy.severity(view.severity)
    if before is None:
        after, allowed = update.told - view.started, rules.acknowledge_within
        if after > timedelta():
            late = f"; we want to do so within {in_words(allowed)}" if allowed and after > allowed else ""
            yield f"That was {in_words(after)} after it began{late}."
    elif missed is not None:
        yield f"We had promised this word for {clock(missed.due, update.at)}; it came {_late(missed.late)} late."
    elif rules.update_every and update.told - before.told > rules.update_every and view.ended and before.told < view.ended:
        yield f"Before that we had said nothing for {in_words(update.told - before.told)}."


def _late(length: timedelta) -> str:
    return in_words(length) if length >= timedelta(minutes=1) else "less than a minute"


def silences(view: IncidentView) -> tuple[timedelta, ...]:
    """The times between one word and the next while it lasted, the longest first."""
    ended = view.ended
    moments = [update.told for update in reversed(view.updates)]
    gaps = (later - earlier for earlier, later in pairwise(moments) if ended is None or earlier < ended)
    return tuple(sorted(gaps, reverse=True))


def in_lines(events: Iterable[Event]) -> str:
    """The events as Markdown lists, one for each day, with the days named where there are several."""
    days = [(day, list(found)) for day, found in groupby(events, key=lambda event: event.at.date())]
    lists = ["\n".join(f"- {event.text}" for event in found) for _, found in days]
    if len(days) == 1:
        return lists[0]
    return "\n\n".join(f"**{long_day(found[0].at)}**\n\n{text}" for (_, found), text in zip(days, lists, strict=True))
