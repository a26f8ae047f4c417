"""How each record was told: times, promises of the policy, and the sums of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.model import Incident
from onrecord.snapshot.reliability import Due, Timing
from onrecord.snapshot.timing import spread, sum_of
from onrecord.times import MINUTE
from saying import record, snapshot, update, window

POLICY: dict[str, Any] = {"severities": {"major": {"acknowledge_within": "15m", "update_every": "1h", "postmortem_within": "3d"}}}
ASKED = update("a", "14:05", status="investigating", next_update_by="14:35")
OVER = update("z", "15:10", status="resolved")


def timing(incident: Incident, at: str = "16:00", policy: Mapping[str, Any] = POLICY) -> Timing:
    """How that record alone was told."""
    return snapshot(incident, at=at, policy=policy).reliability.timings[0]


def minutes(*lengths: timedelta | None) -> list[float | None]:
    """The lengths in minutes."""
    return [length / MINUTE if length is not None else None for length in lengths]


def major(*updates: Any, **head: Any) -> Incident:
    """A major incident that began at 13:55."""
    return record(*updates, **{"severity": "major", "started": "13:55", "components": {"checkout": "major_outage"}, **head})


TIMES = [
    ("all is known", major(ASKED, OVER, detected="13:58"), [10, 7, 65, 75, 0]),
    ("nobody noticed when", major(ASKED, OVER), [10, None, 65, 75, 0]),
    ("told ahead of the start", major(ASKED, OVER, started="14:20"), [0, None, 65, 50, 0]),
    ("no word yet", major(), [None, None, None, None, None]),
    ("still open: the silence goes on", major(ASKED), [10, None, 115, None, None]),
    ("the end was told later than it came", major(ASKED, update("z", "15:10", status="resolved", effective="14:40")), [10, None, 65, 45, 30]),
    (
        "the end was told before the record was closed",
        major(ASKED, update("b", "14:30", status="monitoring", effective="14:25", components={"checkout": "operational"}), OVER),
        [10, None, 40, 30, 5],
    ),
    ("without an effect, the end is the last status", major(ASKED, OVER, components={}), [10, None, 65, 75, 0]),
    ("words after the end keep nobody waiting", major(ASKED, OVER, update("zz", "15:50", status="resolved")), [10, None, 65, 75, 0]),
]


@pytest.mark.parametrize(("incident", "expected"), [case[1:] for case in TIMES], ids=[case[0] for case in TIMES])
def test_times(incident: Incident, expected: list[float | None]) -> None:
    """The first word after the start and after it was noticed, the longest silence, the whole, and how late the end was told."""
    t = timing(incident)
    assert minutes(t.from_start, t.from_detection, t.silence, t.to_resolve, t.told_after) == expected


def _told(due: Due | None) -> tuple[str, float] | None:
    return (due.state, due.late / MINUTE) if due is not None else None


FIRST = [
    ("in time", major(ASKED), ("kept", 0)),
    ("ten minutes late", major(update("a", "14:20", status="investigating")), ("missed", 10)),
    ("has not come", major(started="15:30"), ("missed", 15)),
    ("not due yet", major(started="15:50"), ("open", 0)),
    ("of a severity without a promise", major(ASKED, severity="minor"), None),
]


@pytest.mark.parametrize(("incident", "expected"), [case[1:] for case in FIRST], ids=[case[0] for case in FIRST])
def test_first_words(incident: Incident, expected: tuple[str, float] | None) -> None:
    """Against the time that the policy gives for the severity."""
    assert _told(timing(incident).first) == expected


def test_what_nobody_chose_is_no_promise() -> None:
    """The defaults oblige `check`, but tell readers nothing."""
    assert timing(major(ASKED, OVER), policy={}).first is None
    assert timing(major(ASKED, OVER), policy={}).postmortem is None


def test_what_was_brief_needs_no_early_word() -> None:
    """The policy may let short outages pass: their first word may come after the end."""
    short = major(update("z", "14:40", status="resolved", effective="14:00"))
    assert _told(timing(short).first) == ("missed", 30)
    assert timing(short, policy={**POLICY, "brief_outage": "10m"}).first is None
    assert timing(major(ASKED, OVER), policy={**POLICY, "brief_outage": "10m"}).first is not None


def test_postmortems() -> None:
    """Due from the end on; overdue ones count up."""
    assert _told(timing(major(ASKED, OVER), at="22T15:10").postmortem) == ("open", 0)
    assert _told(timing(major(ASKED, OVER), at="24T15:40").postmortem) == ("missed", 30)
    assert timing(major(ASKED)).postmortem is None


def test_a_maintenance_has_promises_only() -> None:
    """Nothing else of it is a matter of speed, and without a promise it is not listed."""
    work = record(update("a", "14:00", status="in_progress", next_update_by="14:30"), kind="maintenance", scheduled=window("14:00", "15:00"))
    silent = record(update("a", "14:00", status="in_progress"), kind="maintenance", scheduled=window("14:00", "15:00"))
    found = timing(work)
    assert [p.state for p in found.promises] == ["missed"]
    assert (found.from_start, found.first, found.to_resolve) == (None, None, None)
    assert sum_of([found]).incidents == 0
    assert snapshot(silent, at="16:00").reliability.timings == ()


def test_sums_by_month_and_severity() -> None:
    """Each record counts in the month of the page in which it began; the last twelve months are told by severity."""
    new = major(ASKED, OVER, id="2026-11-21-new")
    old = record(update("a", "2026-10-02T10:00:00Z", status="resolved"), id="2026-10-02-old", severity="minor", started="2026-10-02T09:50:00Z")
    ancient = record(update("a", "2025-11-02T10:00:00Z", status="resolved"), id="2025-11-02-ancient", severity="major")
    found = snapshot(new, old, ancient, at="16:00", policy=POLICY).reliability
    assert [(m.key, m.sum.incidents) for m in found.months] == [("2026-11", 1), ("2026-10", 1), ("2025-11", 1)]
    assert found.since == (2025, 12)
    assert [(s.value, one.incidents) for s, one in found.severities] == [("major", 1), ("minor", 1)]
    assert (found.year.incidents, found.year.first.kept, found.year.promises.missed) == (2, 1, 1)
    assert found.year.clocks == (("said", 2),)


@given(st.lists(st.integers(0, 10_000).map(lambda n: timedelta(seconds=n)), max_size=12))
def test_spreads(values: list[timedelta]) -> None:
    """The middle one lies between the least and the most, and half of the others on each side of it."""
    found = spread(values)
    assert found.count == len(values)
    assert found.few == (len(values) < 5)
    if not values:
        assert (found.median, found.least, found.most) == (None, None, None)
        return
    assert found.median is not None
    assert found.least == min(values) <= found.median <= max(values) == found.most
    assert sum(v < found.median for v in values) == sum(v > found.median for v in values) or found.median in values
