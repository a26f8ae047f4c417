"""The sums behind the figures: what stands in a row, and that rows add up to the last digit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import days
from onrecord.model import Component, Dataset, PolicyFile
from onrecord.snapshot import derive
from onrecord.snapshot.records import MonthUptime
from onrecord.snapshot.working import shared
from onrecord.times import MINUTE, iso, parse_instant

NOON = parse_instant("2026-11-21T12:00:00Z")
START = parse_instant("2026-11-01T00:00:00Z")
MAJOR, PARTIAL, SLOW = ({"checkout": effect} for effect in ("major_outage", "partial_outage", "degraded_performance"))


def outage(start: str, end: str, effect: dict[str, str], name: str = "x") -> Any:
    """An incident on a day of November, with times such as `03T10:00`."""
    return days.incident(f"2026-11-{start[:2]}-{name}", [(f"2026-11-{end}:00Z", {"status": "resolved"}, "Over.")], title="X", components=effect, started=f"2026-11-{start}:00Z")


def work(start: str, until: str, end: str, **effects: str) -> Any:
    """A maintenance with its announced end, and its real one."""
    window = {"from": f"2026-11-{start}:00Z", "until": f"2026-11-{until}:00Z"}
    said = [("2026-10-20T09:00:00Z", {"status": "scheduled"}, "Soon."), (f"2026-11-{end}:00Z", {"status": "completed"}, "Done.")]
    return days.incident(f"2026-11-{start[:2]}-work", said, title="X", kind="maintenance", scheduled=window, components=effects or {"checkout": "under_maintenance"})


def november(*records: Any, at: str = "2026-12-01T00:00:00Z", **component: Any) -> MonthUptime:
    """November of the one component that there is."""
    checkout = Component.model_validate({"id": "checkout", "name": "Checkout", **component})
    snapshot = derive(Dataset(incidents=records, components=(checkout,), policy=PolicyFile()), parse_instant(at))
    return next(month for month in snapshot.components[0].months if month.month == 11)


def rows(month: MonthUptime) -> list[tuple[str, str, str, float | None, float, float]]:
    """The intervals: from, until, effect, weight, minutes, minutes down."""
    found = month.working.intervals
    return [(iso(i.span.start)[8:16], iso(i.span.end)[8:16], i.effect.value, i.weight, i.minutes, i.down) for i in found]


def test_the_example_of_the_manual() -> None:
    """The sum that docs/uptime.md works out by hand."""
    found = november(
        outage("03T10:00", "03T10:50", PARTIAL),
        outage("05T10:00", "05T10:10", MAJOR),
        work("10T02:00", "10T04:00", "10T04:30"),
    )
    assert rows(found) == [
        ("03T10:00", "03T10:50", "partial_outage", 0.3, 50, 15),
        ("05T10:00", "05T10:10", "major_outage", 1, 10, 10),
        ("10T02:00", "10T04:00", "under_maintenance", None, 120, 0),
        ("10T04:00", "10T04:30", "under_maintenance", 1, 30, 30),
    ]
    working = found.working
    assert (working.whole, working.unknown, working.planned, working.known, working.down) == (43_200, 0, 120, 43_080, 55)
    assert found.uptime.percent == 99.8723


CASES = {
    "overlaps are cut, and the heaviest counts": (
        [outage("03T10:00", "03T11:00", PARTIAL, "a"), outage("03T10:20", "03T10:30", MAJOR, "b")],
        [("03T10:00", "03T10:20", "partial_outage", 0.3, 20, 6), ("03T10:20", "03T10:30", "major_outage", 1, 10, 10), ("03T10:30", "03T11:00", "partial_outage", 0.3, 30, 9)],
    ),
    "what weighs nothing is there all the same": ([outage("03T10:00", "03T11:00", SLOW)], [("03T10:00", "03T11:00", "degraded_performance", 0, 60, 0)]),
    "worse than announced counts": (
        [work("10T02:00", "10T04:00", "10T04:00"), outage("10T03:00", "10T03:30", MAJOR)],
        [("10T02:00", "10T03:00", "under_maintenance", None, 60, 0), ("10T03:00", "10T03:30", "major_outage", 1, 30, 30), ("10T03:30", "10T04:00", "under_maintenance", None, 30, 0)],
    ),
    "planned minutes that are slow are left out": ([work("10T02:00", "10T03:00", "10T03:00", checkout="degraded_performance")], [("10T02:00", "10T03:00", "degraded_performance", None, 60, 0)]),
    "nothing": ([], []),
}


@pytest.mark.parametrize(("records", "expected"), CASES.values(), ids=CASES)
def test_rows(records: list[Any], expected: list[Any]) -> None:
    """Each stretch with the effect that counts in it."""
    assert rows(november(*records)) == expected if records else not rows(november(since="2026-11-01"))


def test_rows_name_their_records() -> None:
    """Each row says which records were under way in it."""
    found = november(outage("03T10:00", "03T11:00", PARTIAL, "a"), outage("03T10:20", "03T10:30", MAJOR, "b"))
    assert [i.incidents for i in found.working.intervals] == [("2026-11-03-a",), ("2026-11-03-a", "2026-11-03-b"), ("2026-11-03-a",)]


def test_a_row_is_cut_to_its_month_and_to_what_is_known() -> None:
    """What began before the first day of the part, or goes on past its last, counts from and up to there."""
    found = november(outage("03T10:00", "12T10:00", MAJOR), since="2026-11-04", retired="2026-11-10")
    assert rows(found) == [("04T00:00", "10T00:00", "major_outage", 1, 8640, 8640)]
    assert (found.working.unknown, found.working.known) == (24 * 1440, 8640)


def test_a_month_that_runs_ends_now() -> None:
    """Its minutes are counted up to T, and what lasts says so."""
    lasting = days.incident("2026-11-21-x", [("2026-11-21T10:00:00Z", {"status": "investigating"}, "X.")], title="X", components=MAJOR, started="2026-11-21T10:00:00Z")
    found = november(lasting, at=iso(NOON))
    assert found.working.whole == (NOON - START) / MINUTE
    assert [(i.lasting, i.minutes) for i in found.working.intervals] == [(True, 120)]


def test_hours_that_clocks_skip_and_repeat_are_counted() -> None:
    """October has one hour more where clocks are put back in it."""
    component = Component.model_validate({"id": "checkout", "name": "C", "since": "2026-10-01"})
    policy = PolicyFile.model_validate({"page": {"time_zone": "Europe/London"}})
    months = derive(Dataset(components=(component,), policy=policy), NOON).components[0].months
    assert [month.working.whole for month in months if month.month == 10] == [31 * 1440 + 60]


minutes = st.integers(0, 30 * 86_400 // 7)


@given(st.lists(st.tuples(minutes, minutes, st.sampled_from(["major_outage", "partial_outage", "degraded_performance"]), st.booleans()), max_size=8))
def test_sums_hold_to_the_last_digit(stretches: list[tuple[int, int, str, bool]]) -> None:
    """Whatever seconds things began and ended at: rows add up to what is down and to what is left out, and the rest is known."""
    records = []
    for number, (one, other, effect, planned) in enumerate(stretches):
        start, end = (iso(START + timedelta(seconds=7 * second)) for second in sorted((one, other)))
        head = {"kind": "maintenance", "scheduled": {"from": start, "until": end}} if planned else {"started": start}
        if planned and start == end:
            continue
        said = [(end, {"status": "completed" if planned else "resolved"}, "Over.")]
        records.append(days.incident(f"2026-11-01-{number}", said, title="X", components={"checkout": effect}, **head))
    found = november(*records, since="2026-11-01")
    working = found.working

    def cents(value: float) -> int:
        return round(value * 100)

    assert sum(cents(i.down) for i in working.intervals) == cents(working.down)
    assert sum(cents(i.minutes) for i in working.intervals if i.weight is None) == cents(working.planned)
    assert cents(working.whole) - cents(working.unknown) - cents(working.planned) == cents(working.known)
    assert abs(working.down - found.uptime.down / MINUTE) <= 0.005001
    assert abs(working.known - found.uptime.known / MINUTE) <= 0.02
    assert all(a.span.end <= b.span.start for a, b in zip(working.intervals, working.intervals[1:], strict=False))


@given(st.lists(st.floats(0, 1e6), max_size=40))
def test_shares_are_close_and_add_up(values: list[float]) -> None:
    """No share is further than one from its value, and their sum is the rounded sum."""
    found = shared(values)
    assert sum(found) == round(sum(values))
    assert all(abs(share - value) <= 1 for share, value in zip(found, values, strict=True))
