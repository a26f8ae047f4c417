"""The months that a report is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.snapshot.reliability import Timing
from onrecord.times import day_of

What = Literal["levels", "uptime", "promises", "times", "amends", "notices"]
ALWAYS: tuple[What, ...] = ("levels", "uptime", "promises", "times", "amends")
"""What a report holds when nobody names its parts; notices are drafts to be sent, and come when they are asked for."""
Month = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Months of the page, the first and the last one included."""

    first: Month
    last: Month

    def holds(self, year: int, month: int) -> bool:
        """Whether that month is one of them."""
        return self.first <= (year, month) <= self.last


def last_whole_month(at: datetime, zone: ZoneInfo) -> Month:
    """The month that was over last."""
    return before(day_of(at, zone))


def before(day: date) -> Month:
    """The month before that day's."""
    number = day.year * 12 + day.month - 2
    return number // 12, number % 12 + 1


def month_key_of(month: Month) -> str:
    """`2026-11`."""
    return f"{month[0]:04d}-{month[1]:02d}"


def timings(snapshot: Snapshot, period: Period) -> list[Timing]:
    """The records that began in the period, newest first."""
    return [t for t in snapshot.reliability.timings if period.holds(t.year, t.month)]


def ended(snapshot: Snapshot, period: Period) -> Iterable[IncidentView]:
    """The records that ended in the period, newest first."""
    for view in snapshot.incidents:
        if view.ended is not None:
            day = day_of(view.ended, snapshot.zone)
            if period.holds(day.year, day.month):
                yield view
