"""The lines of a calendar (RFC 5545, 3.1): the same bytes as the `icalendar` library writes, without its steps for every sign.

The page, its components, groups and severities tell of thousands of events; a test holds each line against the library's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from onrecord.times import is_utc, own_clock

_WIDTH = 74
"""Bytes on a line."""
_SPACED = b"\r\n "


def text(value: str) -> str:
    """The value with what means something in a line escaped (3.3.11); a line break becomes `\\n`."""
    value = value.replace("\\N", "\n").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def stamp(moment: datetime) -> str:
    """The moment in UTC."""
    return f"{_digits(moment.astimezone(UTC))}Z"


def local(name: str, moment: datetime, zone: ZoneInfo) -> str:
    """The property of that name with the moment as clocks in the zone show it."""
    if is_utc(zone):
        return f"{name}:{stamp(moment)}"
    return f"{name};TZID={zone}:{_digits(moment.astimezone(zone))}"


def _digits(moment: datetime) -> str:
    return own_clock(moment).replace("-", "").replace(":", "")  # `%Y` has no zeros before an early year


def lines(*properties: str) -> bytes:
    """Those properties, each on a line that is folded where it is long."""
    return b"".join([b"%b\r\n" % _folded(line.encode()) for line in properties])


def _folded(line: bytes) -> bytes:
    """The line in pieces; none ends within a character, or between an escape and what it escapes."""
    if len(line) <= _WIDTH:
        return line
    pieces, start = [], 0
    while len(line) - start > _WIDTH:
        end = start + _WIDTH
        while line[end] & 0xC0 == 0x80:  # within a character of UTF-8
            end -= 1
        if line[end - 1] in b"\\^":
            end -= 1
        pieces.append(line[start:end])
        start = end
    pieces.append(line[start:])
    return _SPACED.join(pieces)
