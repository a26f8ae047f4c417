"""How each record was told: how soon, how often, how truly; and the sums of that by month and severity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from onrecord.model import FINAL_STATUSES, Kind, PolicyFile, Severity
from onrecord.revisions.records import History
from onrecord.settings import PUBLISHED_WITHIN
from onrecord.snapshot.kept import KeptView, Told
from onrecord.snapshot.records import Clock, IncidentView, Promise, UpdateView
from onrecord.snapshot.reliability import Due, Kept, MonthSum, Reliability, Spread, Sum, Timing
from onrecord.times import day_of

CLOCKS: tuple[Clock, ...] = ("proven", "claimed", "said")
"""The surest first."""
_MONTHS = 12
_ZERO = timedelta()
Wanted = tuple[timedelta | None, timedelta | None, timedelta | None]


def reliability(incidents: Iterable[IncidentView], policy: PolicyFile, at: datetime, zone: ZoneInfo, history: History | None = None) -> Reliability:
    """How all records were told, at the instant `at`. The records must come newest first.

    `history` says when post-mortems came out; without it they say so themselves.
    """
    timings = tuple(_timings(incidents, policy, at, zone, history))
    today = day_of(at, zone)
    number = today.year * 12 + today.month - _MONTHS
    since = number // 12, number % 12 + 1
    recent = [t for t in timings if (t.year, t.month) >= since]
    return Reliability(
        timings=timings,
        since=since,
        year=sum_of(recent),
        severities=tuple(_by_severity(recent)),
        months=tuple(_by_month(timings)),
    )


def _timings(incidents: Iterable[IncidentView], policy: PolicyFile, at: datetime, zone: ZoneInfo, history: History | None) -> Iterator[Timing]:
    promised = {severity: wanted(policy, severity) for severity in (None, *Severity)}
    for view in incidents:
        if view.kind is Kind.incident:
            acknowledge, every, story = promised[view.severity]
            if policy.brief_outage is not None and view.lasted is not None and view.lasted < policy.brief_outage:
                acknowledge = None
            yield _timing(view, (acknowledge, every, story), at, zone, history)
        elif view.promises:
            began = day_of(view.started, zone)
            yield Timing(incident=view, year=began.year, month=began.month, clock=_told(view, at).clock, promises=view.promises)


def _timing(view: IncidentView, promised: Wanted, at: datetime, zone: ZoneInfo, history: History | None) -> Timing:
    began, told = day_of(view.started, zone), _told(view, at)
    acknowledge, _, story = promised
    return Timing(
        incident=view,
        year=began.year,
        month=began.month,
        clock=told.clock,
        promises=view.promises,
        from_start=_since(view.started, told.first),
        from_detection=_since(view.detected, told.first),
        first=_due(view.started + acknowledge, told.first, at) if acknowledge is not None else None,
        between=told.between,
        to_resolve=view.lasted,
        told_after=told.after,
        postmortem=_postmortem(view, story, at, history),
    )


def _told(view: IncidentView, at: datetime) -> Told:
    return view.told if type(view) is KeptView else told(view, at)


def told(view: IncidentView, at: datetime) -> Told:
    """When its words reached readers, up to the instant `at`."""
    words = view.updates[::-1]
    return Told(
        clock=_clock(view), first=words[0].told if words else None, between=tuple(_between(words, view, at)), after=_told_after(view, words)
    )


def wanted(policy: PolicyFile, severity: Severity | None) -> Wanted:
    """Within what time the policy wants a first word, the next ones and a post-mortem; None where it says nothing.

    Only what somebody wrote counts: a default that nobody chose is no promise to readers.
    """
    chosen = policy.severities.get(severity or Severity.none) if "severities" in policy.model_fields_set else None
    return (chosen.acknowledge_within, chosen.update_every, chosen.postmortem_within) if chosen else (None, None, None)


def _clock(view: IncidentView) -> Clock:
    """The least sure clock of all its words."""
    clocks = {update.clock for update in view.updates}
    return clocks.pop() if len(clocks) == 1 else max(clocks, key=CLOCKS.index, default="said")


def _since(start: datetime | None, end: datetime | None) -> timedelta | None:
    return max(end - start, _ZERO) if start is not None and end is not None else None


def _due(at: datetime, met: datetime | None, now: datetime) -> Due:
    """What became of it: `met` is when it came, None if it has not."""
    if met is not None:
        return Due(at=at, state="kept" if met <= at else "missed", met_at=met, late=max(met - at, _ZERO))
    return Due(at=at, state="open" if now <= at else "missed", late=max(now - at, _ZERO))


def _between(words: Sequence[UpdateView], view: IncidentView, at: datetime) -> Iterator[timedelta]:
    """The waits up to the first word that it is over; what is added later keeps nobody waiting."""
    last: datetime | None = None
    for update in words:
        told = update.told
        if last is not None:
            yield max(told - last, _ZERO)
        last = told if last is None else max(last, told)
        if update.status in FINAL_STATUSES:
            return
    if last is not None and view.is_open:
        yield at - last


def _told_after(view: IncidentView, words: Iterable[UpdateView]) -> timedelta | None:
    """How long after the end the first word came that put it there."""
    end = view.felt_until
    if end is None:
        return None
    closing = None
    for update in words:
        final = update.status in FINAL_STATUSES
        if update.effective == end and (final or update.changes):
            return max(update.told - end, _ZERO)
        if final and closing is None:
            closing = update.told
    return _since(end, closing)


def _postmortem(view: IncidentView, within: timedelta | None, at: datetime, history: History | None) -> Due | None:
    if within is None or view.ended is None:
        return None
    return _due(view.ended + within, _story_out(view, history), at)


def _story_out(view: IncidentView, history: History | None) -> datetime | None:
    """When the post-mortem came out, as git knows it, else as it says itself; None of one that is not out."""
    said = view.postmortem.head.published if view.postmortem is not None else None
    known = history.records.get(view.id) if history is not None and said is not None else None
    out = known.postmortem.published.time if known is not None and known.postmortem is not None else None
    return out if out is not None and said is not None and out - said > PUBLISHED_WITHIN else said


# ---------------------------------------------------------------- sums


def sum_of(timings: Sequence[Timing]) -> Sum:
    """Several records together."""
    return Sum(
        incidents=sum(t.incident.kind is Kind.incident for t in timings),
        clocks=tuple((clock, n) for clock in CLOCKS if (n := sum(t.clock == clock for t in timings))),
        promises=_kept(list(chain.from_iterable(t.promises for t in timings))),
        first=_kept([t.first for t in timings if t.first is not None]),
        postmortems=_kept([t.postmortem for t in timings if t.postmortem is not None]),
        from_start=_spread(timings, lambda t: t.from_start),
        from_detection=_spread(timings, lambda t: t.from_detection),
        between=spread(chain.from_iterable(t.between for t in timings)),
        to_resolve=_spread(timings, lambda t: t.to_resolve),
        told_after=_spread(timings, lambda t: t.told_after),
    )


def _by_severity(timings: Sequence[Timing]) -> Iterator[tuple[Severity, Sum]]:
    for severity in reversed(Severity):
        found = [t for t in timings if t.incident.kind is Kind.incident and (t.incident.severity or Severity.none) is severity]
        if found:
            yield severity, sum_of(found)


def _by_month(timings: Iterable[Timing]) -> Iterator[MonthSum]:
    found: dict[tuple[int, int], list[Timing]] = {}
    for timing in timings:
        found.setdefault((timing.year, timing.month), []).append(timing)
    for year, month in sorted(found, reverse=True):
        yield MonthSum(year=year, month=month, sum=sum_of(found[year, month]))


def _kept(promises: Sequence[Promise | Due]) -> Kept:
    missed = [promise.late for promise in promises if promise.state == "missed"]
    kept = sum(promise.state == "kept" for promise in promises)
    return Kept(kept=kept, missed=len(missed), open=len(promises) - kept - len(missed), late=spread(missed))


def _spread(timings: Iterable[Timing], take: Callable[[Timing], timedelta | None]) -> Spread:
    return spread(value for timing in timings if (value := take(timing)) is not None)


def spread(values: Iterable[timedelta]) -> Spread:
    """How many, the middle one (of two middle ones their mean), the least and the most."""
    found = sorted(values)
    if not found:
        return Spread(count=0)
    return Spread(count=len(found), median=_middle(found), least=found[0], most=found[-1])


def _middle(values: Sequence[timedelta]) -> timedelta:
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
