"""The page's calendar at T: its days and months in its own zone, what happened in each, and what the clock does next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from onrecord.model import Kind
from onrecord.settings import BAR_DAYS, RECENT_DAYS
from onrecord.snapshot.records import DayView, IncidentView, MonthView
from onrecord.times import DAY, MINUTE, Span, day_of, day_span, days_back, month_span

MOST_MONTHS = 240
"""How far back uptime is reckoned month by month: twenty years, so that a mistyped year costs nothing."""
GRACE = 30 * MINUTE
"""How long a page may outlive the next event of the clock: the time that a scheduled build takes to come round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days of the bars and the months of the page, oldest first, each with its stretch; the last ones hold T."""

    at: datetime
    zone: ZoneInfo
    days: tuple[tuple[date, Span], ...]
    months: tuple[tuple[tuple[int, int], Span], ...]

    @property
    def today(self) -> date:
        return self.days[-1][0]


def calendar(at: datetime, zone: ZoneInfo, reached: Iterable[date | None]) -> Calendar:
    """The calendar at the instant `at`, with every month from the one that holds the earliest day of `reached`."""
    today = day_of(at, zone)
    earliest = min((day for day in reached if day is not None), default=today)
    days = tuple((day, day_span(day, zone)) for day in days_back(today, BAR_DAYS))
    months = tuple((month, month_span(*month, zone)) for month in _months(earliest, today))
    return Calendar(at=at, zone=zone, days=days, months=months)


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    end = last.year * 12 + last.month - 1
    start = max(first.year * 12 + first.month - 1, end - MOST_MONTHS + 1)
    return ((number // 12, number % 12 + 1) for number in range(min(start, end), end + 1))


def recent_days(incidents: Iterable[IncidentView], calendar: Calendar) -> tuple[DayView, ...]:
    """The last days of the page, today first, each with the records that touched it. A notice stands on its first day only."""
    days = calendar.days[-RECENT_DAYS:]
    found: list[list[IncidentView]] = [[] for _ in days]
    for view in incidents:
        span = _felt(view, calendar.at)
        if span is None or span.end < days[0][1].start:
            continue
        for index, (_, day) in enumerate(days):
            if span.start < day.end and (span.end > day.start or span.start >= day.start):
                found[index].append(view)
                if view.kind is Kind.notice:
                    break
    return tuple(DayView(day=day, incidents=tuple(found[i])) for i, (day, _) in reversed(list(enumerate(days))))


def _felt(view: IncidentView, at: datetime) -> Span | None:
    """From the beginning of a record to when it was last felt, or T; None of one that lies ahead or never ran."""
    if view.phase == "upcoming" or (view.phase == "cancelled" and view.ended is None):
        return None
    start = min(view.started, at)
    return Span(start, max(start, view.felt_until or at))


def by_month(incidents: Iterable[IncidentView], zone: ZoneInfo, archived_before: datetime | None = None) -> tuple[MonthView, ...]:
    """Every month in which a record began, newest first. The records must come newest first.

    A month is archived once it ended before that instant, and all that began in it is over.
    """
    found: dict[tuple[int, int], list[IncidentView]] = {}
    for view in incidents:
        day = day_of(view.started, zone)
        found.setdefault((day.year, day.month), []).append(view)
    return tuple(
        MonthView(year=year, month=month, incidents=tuple(views), archived=_is_archived(year, month, views, zone, archived_before))
        for (year, month), views in found.items()
    )


def _is_archived(year: int, month: int, views: Iterable[IncidentView], zone: ZoneInfo, before: datetime | None) -> bool:
    if before is None or month_span(year, month, zone).end > before:
        return False
    return all(view.phase in ("ended", "cancelled") for view in views)


def next_event(current: Iterable[IncidentView], at: datetime) -> datetime | None:
    """The next moment after T at which the clock alone changes a fact: a promise falls due, a window or notice begins or ends.

    `current` are the records that are not over.
    """
    return min((moment for view in current for moment in _events(view) if moment > at), default=None)


def _events(view: IncidentView) -> Iterator[datetime]:
    if view.promise is not None:
        yield view.promise.due
    if view.window is not None:
        yield view.window.start
        yield view.window.end
    if view.kind is Kind.notice:
        yield view.started
        if view.source.head.until is not None:
            yield view.source.head.until


def valid_until(calendar: Calendar, event: datetime | None) -> datetime:
    """Until when the page may be believed: the next event of the clock or the page's midnight, and a little grace."""
    midnight = day_span(calendar.today, calendar.zone).end
    if midnight <= calendar.at:
        midnight = day_span(calendar.today + DAY, calendar.zone).end
    return min(midnight, event or midnight) + GRACE
