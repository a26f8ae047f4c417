"""Times as people wrote them: which are read, which are mended, and which are refused."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from onrecord.importing.moments import leading, read
from onrecord.times import BadTime, iso, zone


@pytest.mark.parametrize(
    ("written", "instant", "mended"),
    [
        pytest.param("2026-03-05 11:16:00", "2026-03-05T11:16:00Z", "", id="without an offset it is UTC"),
        pytest.param("2026-03-05T10:55:00+02:00", "2026-03-05T08:55:00Z", "", id="with an offset"),
        pytest.param("2026-03-05 10:55:00 +0200", "2026-03-05T08:55:00Z", "", id="with an offset apart"),
        pytest.param("2026-03-05T11:15:00.482Z", "2026-03-05T11:15:00Z", "", id="with parts of a second"),
        pytest.param("2026-03-05", "2026-03-05T00:00:00Z", "", id="a day is its midnight"),
        pytest.param("2026-03-05T9:51:30+01:00", "2026-03-05T08:51:30Z", "an hour of 1 digit", id="an hour of one digit"),
        pytest.param("2026-03-05T015:00:00+02:00", "2026-03-05T13:00:00Z", "an hour of 3 digits", id="an hour of three digits"),
        pytest.param("2026-25-03T10:00Z", "2026-03-25T10:00:00Z", "changed places", id="day and month changed places"),
        pytest.param("Thu Mar 5 2026 10:00 UTC", "2026-03-05T10:00:00Z", "an unusual form", id="in words"),
        pytest.param("5 March 2026, 09:05 pm CET", "2026-03-05T20:05:00Z", "an unusual form", id="in words, with a zone's name"),
    ],
)
def test_a_field_is_read_and_what_was_mended_is_said(written: str, instant: str, mended: str) -> None:
    """The instant is right, and only an odd form leads to a remark."""
    moment, remark = read(written)
    assert iso(moment) == instant
    assert mended in remark if mended else remark == ""


@pytest.mark.parametrize("written", ["2026-03-56", "2026-02-30T10:00Z", "2026-03-05T25:00:00Z", "0001-01-01", "soon", "", "14:05 UTC", "5 March"])
def test_what_is_no_moment_is_refused(written: str) -> None:
    """A day, an hour or a year that cannot be, and a text that names no day."""
    with pytest.raises(BadTime):
        read(written)


def test_a_time_without_an_offset_is_in_the_zone_of_the_site() -> None:
    """The configuration of a site may name another zone than UTC, summer time included."""
    assert iso(read("2026-07-01 10:00", zone("Europe/Berlin"))[0]) == "2026-07-01T08:00:00Z"


@pytest.mark.parametrize(
    ("text", "day", "clock", "rest"),
    [
        pytest.param("14:05 UTC: we are looking", None, "14:05:00", ": we are looking", id="a clock"),
        pytest.param("2026-03-05 15h50 UTC] x", date(2026, 3, 5), "15:50:00", "] x", id="hours with an h"),
        pytest.param("11th of March 2026 - 19:00 UTC]", date(2026, 3, 11), "19:00:00", "]", id="a day in words, and a clock"),
        pytest.param("4th July", None, None, "", id="a day without a year"),
    ],
)
def test_the_time_at_the_beginning_of_a_line(text: str, day: date | None, clock: str | None, rest: str) -> None:
    """What is known of it, and where it ends."""
    found = leading(text)
    assert found is not None
    moment, length = found
    assert (moment.day, str(moment.clock) if moment.clock else None, text[length:]) == (day, clock, rest)


@pytest.mark.parametrize("text", ["We are looking", "99:99 UTC", "2026-02-31 10:00"])
def test_a_line_that_begins_with_no_time(text: str) -> None:
    """Words, and numbers that are no time."""
    assert leading(text) is None


def test_a_day_without_an_hour_is_no_instant() -> None:
    """The context decides what becomes of it."""
    found = leading("2026-03-05")
    assert found is not None
    assert found[0].at(UTC) is None
