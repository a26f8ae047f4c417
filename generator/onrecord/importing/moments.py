"""Times as people and other tools wrote them: read where they can be, with what had to be mended said aloud."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from onrecord.times import BadTime, iso

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2}
_ZONES |= {"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8}
_EARLIEST_YEAR = 1990

_CLOCK = r"(?P<hour>\d{1,3})(?::|h)(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap]m)\b)?"
_ZONE = r"\s*\(?(?P<zone>(?:z|utc|gmt|bst|ces?t|[ecmp][sd]t)\b|[+-]\d{2}(?::?\d{2})?\b)?(?:\s+(?:utc|gmt)\b)?\)?"
_NUMBERS = r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
_MONTH_NAME = rf"(?P<name>(?:{'|'.join(_MONTHS)})[a-z]*)\.?"
_WORDS = (
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(?:the\s+)?"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH_NAME}|{_MONTH_NAME.replace('name', 'name2')}\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)"
    r"(?:,?\s+(?P<year>\d{4}))?"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_NUMBERS}(?:(?:[t\s]|\s+-\s+|\s+at\s+)\s*{_CLOCK}{_ZONE})?",
        rf"{_WORDS}(?:(?:,|\s-|\sat|\s)\s*{_CLOCK}{_ZONE})?",
        rf"{_CLOCK}{_ZONE}",
    )
)
_CANONICAL = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:[Zz]|UTC|[+-]\d{2}:?\d{2})(?: UTC)?)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a text says of a time; a part that it leaves out is None. `zone` is its offset from UTC."""

    day: date | None = None
    month_day: tuple[int, int] | None = None
    clock: time | None = None
    zone: timedelta | None = None
    mended: str = ""

    def at(self, zone: tzinfo, *, day: date | None = None) -> datetime | None:
        """The instant in UTC, taking the day from the context where the text has none; None where an hour is missing."""
        known = self.day or day
        if known is None or self.clock is None:
            return None
        naive = datetime.combine(known, self.clock)
        try:
            return naive.replace(tzinfo=UTC) - self.zone if self.zone is not None else naive.replace(tzinfo=zone).astimezone(UTC)
        except OverflowError:
            return None


def leading(text: str) -> tuple[Moment, int] | None:
    """The time that a text begins with, and how many characters it takes; None where it begins with none."""
    for form in _FORMS:
        if match := form.match(text):
            try:
                return _moment(match), len(match.group().rstrip())
            except ValueError:
                return None
    return None


def read(text: str, zone: tzinfo = UTC) -> tuple[datetime, str]:
    """One field that holds a time: the instant in UTC, and in words what had to be mended, if anything.

    A text without an offset is read in `zone`; a day without an hour is its midnight.

    Raises:
        BadTime: no reading of it is a moment that exists.
    """
    clean = text.strip().strip("\"'")
    match = next((found for form in _FORMS[:2] if (found := form.fullmatch(clean))), None)
    if match is None:
        raise BadTime(f"`{clean}` is no date and time")
    try:
        moment = _moment(match)
    except ValueError as error:
        raise BadTime(f"`{clean}` is no moment that exists: {error}") from None
    if moment.day is None:
        raise BadTime(f"`{clean}` names no year")
    instant = Moment(day=moment.day, clock=moment.clock or time(), zone=moment.zone).at(zone)
    if instant is None or instant.year < _EARLIEST_YEAR:
        raise BadTime(f"`{clean}` lies in a year that cannot be meant")
    odd = moment.mended or ("" if _CANONICAL.fullmatch(clean) else "an unusual form")
    return instant, f"`{clean}` ({odd}) is read as {iso(instant)}" if odd else ""


def _moment(match: re.Match[str]) -> Moment:
    parts = match.groupdict()
    clock, mended = _clock(parts)
    day, month_day, swapped = _day(parts)
    return Moment(day=day, month_day=month_day, clock=clock, zone=_offset(parts.get("zone")), mended=swapped or mended)


def _clock(parts: dict[str, str | None]) -> tuple[time | None, str]:
    hour_text = parts.get("hour")
    if hour_text is None:
        return None, ""
    hour = int(hour_text)
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half.lower() == "pm" and hour <= 12 else 0)
    mended = f"an hour of {len(hour_text)} digit{'s' if len(hour_text) > 1 else ''}" if len(hour_text) != 2 else ""
    return time(hour, int(parts["minute"] or 0), int(parts["second"] or 0)), mended


def _day(parts: dict[str, str | None]) -> tuple[date | None, tuple[int, int] | None, str]:
    name, year = parts.get("name") or parts.get("name2"), parts.get("year")
    number = parts.get("day") or parts.get("day2")
    if number is None:
        return None, None, ""
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts.get("month") or 0)
    if year is None:
        date(2024, month, int(number))
        return None, (month, int(number)), ""
    if month > 12 >= int(number):
        return date(int(year), int(number), month), None, "day and month changed places"
    return date(int(year), month, int(number)), None, ""


def _offset(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    if zone[0] not in "+-":
        return timedelta(hours=_ZONES[zone.lower()])
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14 or minutes > 59:
        raise ValueError("no such offset")
    length = timedelta(hours=hours, minutes=minutes)
    return -length if zone[0] == "-" else length
