"""Instants as people write them: what is read, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from onrecord import times
from onrecord.times import BadTime, iso, parse_instant

READ = {
    "2026-11-21T14:28:00Z": "2026-11-21T14:28:00Z",
    "2026-11-21t14:28:00z": "2026-11-21T14:28:00Z",
    "2026-11-21 14:28:00Z": "2026-11-21T14:28:00Z",
    "2026-11-21T14:28Z": "2026-11-21T14:28:00Z",
    "2026-11-21T14:28:00.9Z": "2026-11-21T14:28:00Z",
    "2026-11-21T15:28:00+01:00": "2026-11-21T14:28:00Z",
    "2026-11-21T15:28:00+0100": "2026-11-21T14:28:00Z",
    "2026-11-21T07:58:00-06:30": "2026-11-21T14:28:00Z",
    "0001-01-01T00:00:00Z": "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z": "9999-12-31T23:59:59Z",
}
NOT_READ = {
    "no such day": "2026-02-30T14:28:00Z",
    "no such month": "2026-13-01T14:28:00Z",
    "the year nought": "0000-01-01T14:28:00Z",
    "midnight as 24 o'clock": "2026-11-21T24:00:00Z",
    "a leap second": "2026-11-21T23:59:60Z",
    "a week": "2026-W47-6T14:28:00Z",
    "no offset": "2026-11-21T14:28:00",
    "another separator": "2026-11-21_14:28:00Z",
    "a comma for the point": "2026-11-21T14:28:0,Z",
    "digits of another script": "２026-11-21T14:28:00Z",
    "a sign for a digit": "+026-11-21T14:28:00Z",
    "a space for a digit": "2026-11-21T 4:28:00Z",
    "shorter": "2026-11-21",
    "with more behind": "2026-11-21T14:28:00Z ",
    "empty": "",
}


@pytest.mark.parametrize("text", READ)
def test_instants_are_read_into_utc(text: str) -> None:
    """Every form of RFC 3339, to the second, in Python's own UTC."""
    moment = parse_instant(text)
    assert moment.tzinfo is UTC
    assert iso(moment) == READ[text]
    assert moment == datetime.fromisoformat(READ[text])


@pytest.mark.parametrize("name", NOT_READ)
def test_what_is_no_instant_is_refused_with_a_hint(name: str) -> None:
    """Nothing is guessed, and whoever wrote it learns how to write it."""
    with pytest.raises(BadTime) as refused:
        parse_instant(NOT_READ[name])
    assert refused.value.hint


def test_a_clock_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs at its own speed while it is kept, and not a moment longer; one that stands is never there."""
    real = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    monkeypatch.setattr(times, "real_now", lambda: real + timedelta(seconds=30))
    shown = datetime(2026, 1, 1, tzinfo=UTC)
    with times.keeping(times.Clock(real, shown, 60)):
        assert times.now() == shown + timedelta(minutes=30)
        assert times.seconds_until(shown + timedelta(hours=1)) == 30
        with times.keeping(times.Clock(real, shown, 0)):
            assert times.now() == shown
            assert times.seconds_until(shown + timedelta(hours=1)) == inf
    assert times.now() == real + timedelta(seconds=30)
    assert times.seconds_until(real + timedelta(minutes=1)) == 30
