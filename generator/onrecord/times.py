"""Instants, durations and days: how they are read, reckoned and written, and the only clock.

Everything inside the package is an aware `datetime` in UTC. A zone enters twice: where a
text with an offset is read, and where the page's days begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache, lru_cache
from importlib.resources import files
from math import inf
from zoneinfo import ZoneInfo

_RFC3339 = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?",
    re.ASCII,
)
_FIRST_YEAR, _LAST_YEAR = 1970, 2999
_DURATION = re.compile(r"(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?", re.IGNORECASE)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_LAST_DAY = date.max - DAY
_NO_TIME = timedelta()
_TWO = tuple(f"{number:02d}" for number in range(60))


class BadTime(ValueError):
    """A text that is no instant, duration or zone; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str = "", *, naive: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.naive = naive


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that showed `shown` at the instant `real`, and runs `speed` times as fast as the real one; at 0 it stands."""

    real: datetime
    shown: datetime
    speed: float = 1.0

    def at(self, real: datetime) -> datetime:
        """What it shows at that instant."""
        return self.shown + (real - self.real) * self.speed


_kept: ContextVar[Clock | None] = ContextVar("kept", default=None)


def real_now() -> datetime:
    """The current instant, whatever clock is kept. The only place that reads the machine's."""
    return datetime.now(UTC)


def is_utc(zone: ZoneInfo) -> bool:
    """Whether that zone is UTC under one of its names."""
    return zone.key in ("UTC", "Etc/UTC")


def now() -> datetime:
    """The current instant by the clock that is kept, to the second; a drill keeps its own.

    Raises:
        BadTime: it is no time at which anybody keeps a status page.
    """
    clock = _kept.get()
    return within_reason((clock.at(real_now()) if clock else real_now()).replace(microsecond=0), "the clock of this machine says ")


@contextmanager
def keeping(clock: Clock) -> Iterator[None]:
    """Lets `now` go by that clock for a while."""
    token = _kept.set(clock)
    try:
        yield
    finally:
        _kept.reset(token)


def seconds_until(moment: datetime) -> float:
    """How many real seconds it takes until the clock shows that instant; infinite where it stands."""
    clock = _kept.get()
    speed = clock.speed if clock else 1.0
    return (moment - now()).total_seconds() / speed if speed else inf


def parse_instant(text: str) -> datetime:
    """Reads an RFC 3339 date and time into UTC, to the second; seconds may be left out.

    Raises:
        BadTime: no such form, no such moment, or no offset (a time without one has two
            readings, and the hint names both).
    """
    if _is_common(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # the words for it come from below
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise BadTime(f"`{text}` is no date and time", "write it like 2026-11-21T14:28:00Z or 2026-11-21T15:28:00+01:00")
    year, month, day, hour, minute, second, zulu, sign, off_hours, off_minutes = match.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC)
    except ValueError as error:
        raise BadTime(f"`{text}` is no moment that exists: {error}", "check the month, the day and the hour") from None
    if zulu:
        return moment
    if sign is None:
        stem = text.replace(" ", "T")
        raise BadTime(
            f"`{text}` has no offset: it could be UTC or somebody's local time",
            f"write {stem}Z if it is UTC, or add the offset of the clock that you read, as in {stem}+01:00",
            naive=True,
        )
    offset = timedelta(hours=int(off_hours), minutes=int(off_minutes))
    if int(off_hours) > 23 or int(off_minutes) > 59:
        raise BadTime(f"`{text}` has an offset that does not exist", "an offset looks like +01:00 or -07:30")
    try:
        return moment - offset if sign == "+" else moment + offset
    except OverflowError:
        raise BadTime(f"`{text}` lies outside the years 1 to 9999 in UTC", "check the year") from None


def within_reason(moment: datetime, about: str = "") -> datetime:
    """The moment itself, where a calendar reaches a page's whole history before it and its next months after it.

    Raises:
        BadTime: it lies outside the years 1970 to 2999.
    """
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise BadTime(f"{about}{moment.year:04}-{moment:%m-%d}, which lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}", "check the year")
    return moment


def _is_common(text: str) -> bool:
    """Whether it looks like `2026-11-21T14:28:00Z`, as nearly all instants do; of those Python and we read the same."""
    return len(text) == 20 and text[4::3] == "--T::Z" and text[11:13] < "24"


def parse_duration(text: str) -> timedelta:
    """Reads `30m`, `2h`, `1h30m`, `3d` or `72 h` into a positive duration.

    Raises:
        BadTime: no such form, or zero.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise BadTime(f"`{text}` is no duration", "write it like 30m, 2h, 1h30m or 3d")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes)
    except OverflowError:
        raise BadTime(f"`{text}` is too long", "write it like 30m, 2h, 1h30m or 3d") from None
    if not length:
        raise BadTime(f"`{text}` is no time at all", "write it like 30m, 2h, 1h30m or 3d")
    return length


@lru_cache(maxsize=4_096)
def iso(moment: datetime) -> str:
    """The instant as `2026-11-21T14:28:00Z`, the form that all our files use."""
    return f"{own_clock(moment)}Z"


def iso_in(moment: datetime, zone: ZoneInfo) -> str:
    """The instant as clocks in the zone show it, with milliseconds and the zone's offset: `2026-11-21T15:28:00.000+01:00`."""
    local = moment.astimezone(zone)
    return f"{own_clock(local)}.{local.microsecond // 1000:03d}{_offset(local.utcoffset() or _NO_TIME)}"


def own_clock(moment: datetime) -> str:
    """The day and the time as the moment's own zone has them: `2026-11-21T14:28:00`."""
    # A large site writes some hundred thousand of them; `isoformat` would ask each for its offset, and take twice as long.
    t = _TWO
    return f"{moment.year:04d}-{t[moment.month]}-{t[moment.day]}T{t[moment.hour]}:{t[moment.minute]}:{t[moment.second]}"


@cache
def _offset(offset: timedelta) -> str:
    return datetime(1970, 1, 1, tzinfo=timezone(offset)).isoformat()[19:]


def stamp(moment: datetime) -> str:
    """The instant as `20261121T142800Z`, the form that begins the names of update files."""
    return f"{moment:%Y%m%dT%H%M%S}Z".rjust(16, "0")


def in_words(length: timedelta) -> str:
    """A duration as a machine-neutral short text: `12 min`, `1 h 5 min`, `3 d 4 h`."""
    minutes = int(abs(length).total_seconds() // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def roughly(length: timedelta) -> str:
    """A duration in its largest unit: `40 min`, `3 h`, `2 d`; at least a minute."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes >= 2 * 1440:
        return f"{minutes // 1440} d"
    return f"{minutes // 60} h" if minutes >= 120 else f"{max(minutes, 1)} min"


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name, from the pinned tzdata package and never from the machine.

    Raises:
        BadTime: no such zone.
    """
    parts = name.split("/")
    if name == "UTC":
        parts = ["Etc", "UTC"]
    if not all(re.fullmatch(r"[A-Za-z0-9_+-]+", part) for part in parts):
        raise BadTime(f"`{name}` is no time zone", "use a name like Europe/Berlin or UTC")
    source = files("tzdata.zoneinfo").joinpath(*parts)
    try:
        with source.open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    except (OSError, ValueError):
        raise BadTime(f"`{name}` is no time zone", "use a name like Europe/Berlin or UTC") from None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, from `start` up to but not including `end`, both in UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def overlap(self, other: Span) -> Span | None:
        """The stretch that both share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day on which the instant falls in that zone; at the ends of the calendar, the day in UTC."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def day_span(day: date, zone: ZoneInfo) -> Span:
    """The day from midnight to midnight in that zone: 23, 24 or 25 hours long, or what the zone says."""
    return Span(_midnight(day, zone), _midnight(min(day, _LAST_DAY) + DAY, zone))


def month_span(year: int, month: int, zone: ZoneInfo) -> Span:
    """The month from its first midnight to the next month's, in that zone."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return Span(_midnight(date(year, month, 1), zone), _midnight(following, zone))


def days_back(last: date, count: int) -> Iterator[date]:
    """`count` days that end with `last`, oldest first."""
    return (last - DAY * back for back in range(count - 1, -1, -1))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), tzinfo=zone)
    try:
        return midnight.astimezone(UTC)
    except OverflowError:
        return midnight.replace(tzinfo=UTC)
