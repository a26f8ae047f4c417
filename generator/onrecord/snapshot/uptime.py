"""Uptime: how much of a stretch of time each component was up.

For one component and one stretch (a day, a month, or the days of the bars):

    percent = (known - down) / known × 100, cut off after four decimals

- `known` is the time from the component's `since` day (from ever, where it has none) to its
  `retired` day, up to T, without the planned minutes. Where it is zero, `percent` is None:
  unknown, and not up.
- `down` is the sum over that time of the weight of what its users felt. The weights stand in
  policy.yml under `uptime`; by default a major outage counts whole, a partial outage 0.3,
  degraded performance 0. Where several records overlap, the heaviest weight counts, once.
- A planned minute lies inside the window of a maintenance as it was announced by then. It
  counts neither as up nor as down, unless another record says worse than under maintenance of
  that minute: then it counts as that record says. Minutes of an overrun are not planned, and
  count with the weight of `under_maintenance` (1 by default) or of the worse effect it named.
- Days and months begin at midnight of the page's zone, and are as long as that zone makes
  them: 23, 24 or 25 hours around a change of the clock.
- Cutting off instead of rounding means that 100 is said only where nothing was down.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from onrecord.model import Component, Effect, Weights
from onrecord.snapshot.calendar import Calendar
from onrecord.snapshot.records import DayBar, EffectSpan, MonthUptime, Uptime, Working
from onrecord.snapshot.sweep import Felt, Stretch, stretches, together
from onrecord.snapshot.working import Row, working
from onrecord.times import Span, day_span

_EFFECTS = tuple(Effect)
_FOREVER = 1 << 62
_NEVER = -_FOREVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """Adjoining stretches of time, such as days, in seconds since 1970."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Buckets:
        kept = tuple(spans)
        return cls(starts=tuple(_seconds(s.start) for s in kept), ends=tuple(_seconds(s.end) for s in kept), spans=kept)


@dataclass(slots=True)
class _Tally:
    known: int = 0
    planned: int = 0
    down: float = 0.0
    seen: bool = False
    worst: int = 0
    incidents: dict[str, None] | None = None
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The uptime of one component: over the days of the bars, by day, and by month with the newest first."""

    days: tuple[DayBar, ...]
    uptime: Uptime
    months: tuple[MonthUptime, ...]
    stretches: tuple[Stretch, ...]
    """What counted when, over the known time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoner:
    """Reckons uptime for one page: its calendar in seconds, and its weights by rank of effect."""

    calendar: Calendar
    days: Buckets
    months: Buckets
    weights: tuple[float, ...]

    @classmethod
    def of(cls, calendar: Calendar, weights: Weights) -> Reckoner:
        by_rank = (0.0, weights.under_maintenance, weights.degraded_performance, weights.partial_outage, weights.major_outage)
        return cls(
            calendar=calendar,
            days=Buckets.of(span for _, span in calendar.days),
            months=Buckets.of(span for _, span in calendar.months),
            weights=by_rank,
        )

    def record(self, component: Component, spans: Sequence[EffectSpan], first_month: date) -> Record:
        """The uptime of a component from the effects on it; `first_month` counts where it has no `since`."""
        known = start, end, _ = self._known(component)
        felt = [Felt.of(span) for span in spans]
        cut = stretches(felt, self.weights)
        by_day = _tally(self.days, cut, felt, known)
        whole = Span(self.days.spans[0].start, min(self.days.spans[-1].end, self.calendar.at))
        return Record(
            days=tuple(_bar(day, tally) for (day, _), tally in zip(self.calendar.days, by_day, strict=True)),
            uptime=_uptime(whole, _sum(by_day)),
            months=self._by_month(_tally(self.months, cut, felt, known), component.since or first_month),
            stretches=tuple(_clipped(cut, start, end)),
        )

    def together(self, components: Sequence[Component], records: Mapping[str, Record], first_month: date) -> tuple[MonthUptime, ...]:
        """The months of several components as one, newest first, from those that each was reckoned with."""
        known = [self._known(component) for component in components]
        cut = together({component.id: records[component.id].stretches for component in components})
        whole = min(k[0] for k in known), max(k[1] for k in known), known[0][2]
        first = min(component.since or first_month for component in components)
        return self._by_month(_tally(self.months, cut, (), whole), first)

    def month(self, components: Sequence[Component], spans: Mapping[str, Sequence[EffectSpan]], span: Span) -> Uptime:
        """One stretch of several components as one, from the effects on each."""
        known = [self._known(component) for component in components]
        cut = {
            component.id: list(_clipped(stretches([Felt.of(one) for one in spans.get(component.id, ())], self.weights), *times[:2]))
            for component, times in zip(components, known, strict=True)
        }
        whole = min(k[0] for k in known), max(k[1] for k in known), known[0][2]
        return _uptime(span, _tally(Buckets.of([span]), together(cut), (), whole)[0])

    def _by_month(self, tallies: Sequence[_Tally], first: date) -> tuple[MonthUptime, ...]:
        now = _seconds(self.calendar.at)
        months = [
            MonthUptime(year=year, month=month, uptime=_uptime(span, tally), working=_working(span, tally, now))
            for ((year, month), span), tally in zip(self.calendar.months, tallies, strict=True)
            if tally.seen and (year, month) >= (first.year, first.month)
        ]
        return tuple(reversed(months))

    def _known(self, component: Component) -> tuple[int, int, int]:
        """The first second that is known of it, the one after the last, and T."""
        zone = self.calendar.zone
        start = _seconds(day_span(component.since, zone).start) if component.since else _NEVER
        end = _seconds(day_span(component.retired, zone).start) if component.retired else _FOREVER
        return start, end, _seconds(self.calendar.at)


def _clipped(stretches: Iterable[Stretch], start: int, end: int) -> Iterator[Stretch]:
    """The stretches within the known time."""
    for stretch in stretches:
        if stretch.start < end and stretch.end > start:
            yield stretch if start <= stretch.start and stretch.end <= end else stretch._replace(
                start=max(stretch.start, start), end=min(stretch.end, end)
            )


# ---------------------------------------------------------------- days and months


def _tally(
    buckets: Buckets, stretches: Sequence[Stretch], effects: Iterable[Felt], known: tuple[int, int, int]
) -> list[_Tally]:
    start, end, now = known
    tallies = [_Tally() for _ in buckets.starts]
    for tally, first, last in zip(tallies, buckets.starts, buckets.ends, strict=True):
        tally.seen = first < last and max(first, start) <= now and max(first, start) < min(last, end)
        tally.known = max(0, min(last, end, now) - max(first, start))
    for stretch in stretches:
        left, right = max(stretch.start, start), min(stretch.end, end, now)
        for index in _touched(buckets, left, right):
            row = Row(max(left, buckets.starts[index]), min(right, buckets.ends[index]), stretch)
            tallies[index].rows.append(row)
            length = row.length
            if stretch.weight is None:
                tallies[index].planned += length
                tallies[index].known -= length
            else:
                tallies[index].down += length * stretch.weight
    _mark(buckets, tallies, effects, (start, end))
    return tallies


def _mark(buckets: Buckets, tallies: Sequence[_Tally], effects: Iterable[Felt], known: tuple[int, int]) -> None:
    """Notes the worst effect and the records of each bucket; what lasts touches the second of T as well."""
    start, end = known
    for felt in effects:
        for index in _touched(buckets, max(felt.start, start), min(felt.end + felt.lasting, end)):
            tally = tallies[index]
            tally.worst = max(tally.worst, felt.rank)
            if tally.incidents is None:
                tally.incidents = {}
            tally.incidents[felt.incident] = None


def _touched(buckets: Buckets, start: int, end: int) -> range:
    if start >= end or end <= buckets.starts[0]:
        return range(0)
    return range(bisect_right(buckets.ends, start), bisect_left(buckets.starts, end))


def _bar(day: date, tally: _Tally) -> DayBar:
    return DayBar(
        day=day,
        worst=_EFFECTS[tally.worst] if tally.seen else None,
        down=timedelta(seconds=tally.down),
        known=timedelta(seconds=tally.known),
        incidents=tuple(tally.incidents or ()),
    )


def _sum(tallies: Iterable[_Tally]) -> _Tally:
    whole = _Tally(incidents={})
    for tally in tallies:
        whole.known += tally.known
        whole.planned += tally.planned
        whole.down += tally.down
        if tally.incidents:
            whole.incidents = tally.incidents | (whole.incidents or {})
    return whole


def _uptime(span: Span, tally: _Tally) -> Uptime:
    down, known = timedelta(seconds=tally.down), timedelta(seconds=tally.known)
    return Uptime(
        span=span,
        percent=percent(known, down),
        down=down,
        known=known,
        planned=timedelta(seconds=tally.planned),
        incidents=tuple(tally.incidents or ()),
    )


def _working(span: Span, tally: _Tally, now: int) -> Working:
    return working(min(_seconds(span.end), now) - _seconds(span.start), tally.known, tally.rows, now)


def percent(known: timedelta, down: timedelta) -> float | None:
    """The share of the known time that was up, cut off after four decimals; None where nothing is known."""
    if known <= timedelta(0):
        return None
    unit = timedelta(microseconds=1)
    return (known - down) // unit * 1_000_000 // (known // unit) / 10_000


def by_component(spans: Iterable[EffectSpan]) -> Mapping[str, list[EffectSpan]]:
    """The effects on each component, in the order in which they come."""
    found: dict[str, list[EffectSpan]] = {}
    for span in spans:
        found.setdefault(span.component, []).append(span)
    return found


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
