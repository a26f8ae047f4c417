"""Maintenance by the clock."""

from __future__ import annotations

import pytest

from onrecord.model import Incident, Update
from saying import clock, record, snapshot, update, view, window, written

SAID = update("a", "18T09:00", status="scheduled")
TEN_TO_TWELVE = window("10:00", "12:00")


def planned(*updates: Update, **head: object) -> Incident:
    """A maintenance of the checkout from ten to twelve, announced three days before."""
    front = {"kind": "maintenance", "scheduled": TEN_TO_TWELVE, "components": {"checkout": "under_maintenance"}, **head}
    return record(SAID, *updates, id="2026-11-21-database", **front)


BEGUN = update("b", "10:05", status="in_progress")
DONE = update("z", "11:30", status="completed")

CASES: list[tuple[str, Incident, str, tuple[str, str], list[str]]] = [
    ("ahead, it changes nothing", planned(), "09:59", ("upcoming", "scheduled"), []),
    ("it begins with its window, to the second", planned(), "10:00", ("active", "in_progress"), ["checkout under_maintenance 10:00-10:00… planned"]),
    ("under way without a word", planned(), "11:00", ("active", "in_progress"), ["checkout under_maintenance 10:00-11:00… planned"]),
    (
        "past its window it is an overrun, and only the window was planned",
        planned(),
        "12:30",
        ("overrun", "in_progress"),
        ["checkout under_maintenance 10:00-12:00 planned", "checkout under_maintenance 12:00-12:30…"],
    ),
    ("completed in time", planned(BEGUN, DONE), "13:00", ("ended", "completed"), ["checkout under_maintenance 10:00-11:30 planned"]),
    (
        "completed late",
        planned(BEGUN, update("z", "12:40", status="completed")),
        "13:00",
        ("ended", "completed"),
        ["checkout under_maintenance 10:00-12:00 planned", "checkout under_maintenance 12:00-12:40"],
    ),
    ("verifying is still under way", planned(BEGUN, update("c", "11:00", status="verifying")), "11:30", ("active", "verifying"), ["checkout under_maintenance 10:00-11:30… planned"]),
    (
        "begun early, the minutes before the window were not planned",
        planned(update("b", "09:40", status="in_progress")),
        "10:30",
        ("active", "in_progress"),
        ["checkout under_maintenance 09:40-10:00", "checkout under_maintenance 10:00-10:30… planned"],
    ),
    (
        "begun late, where the update says since when",
        planned(update("b", "10:25", status="in_progress", effective="10:20")),
        "11:00",
        ("active", "in_progress"),
        ["checkout under_maintenance 10:20-11:00… planned"],
    ),
    ("cancelled before it began, it never ran", planned(update("z", "20T12:00", status="cancelled")), "13:00", ("cancelled", "cancelled"), []),
    (
        "cancelled after it began, it ran until then",
        planned(update("z", "10:45", status="cancelled")),
        "13:00",
        ("cancelled", "cancelled"),
        ["checkout under_maintenance 10:00-10:45 planned"],
    ),
    ("completed before its window without a word of a beginning", planned(update("z", "09:00", status="completed")), "13:00", ("ended", "completed"), []),
    (
        "operational in the head means under maintenance while it runs",
        planned(components={"checkout": "operational", "api": "partial_outage"}),
        "11:00",
        ("active", "in_progress"),
        ["checkout under_maintenance 10:00-11:00… planned", "api partial_outage 10:00-11:00… planned"],
    ),
    (
        "an effect changed before it begins",
        planned(update("b", "20T09:00", components={"checkout": "partial_outage", "api": "operational"})),
        "11:00",
        ("active", "in_progress"),
        ["checkout partial_outage 10:00-11:00… planned"],
    ),
    (
        "an effect changed while it runs",
        planned(update("b", "10:30", components={"checkout": "major_outage"})),
        "11:00",
        ("active", "in_progress"),
        ["checkout under_maintenance 10:00-10:30 planned", "checkout major_outage 10:30-11:00… planned"],
    ),
    ("the window moved before it began", planned(update("b", "20T09:00", scheduled=window("14:00", "15:00"))), "13:00", ("upcoming", "scheduled"), []),
    (
        "the moved window counts",
        planned(update("b", "20T09:00", scheduled=window("14:00", "15:00"))),
        "15:30",
        ("overrun", "in_progress"),
        ["checkout under_maintenance 14:00-15:00 planned", "checkout under_maintenance 15:00-15:30…"],
    ),
    (
        "extended in time, the added minutes were announced",
        planned(BEGUN, update("c", "11:30", scheduled=window("10:00", "13:00"))),
        "12:30",
        ("active", "in_progress"),
        ["checkout under_maintenance 10:00-11:30 planned", "checkout under_maintenance 11:30-12:30… planned"],
    ),
    (
        "extended afterwards, minutes that nobody had announced stay unplanned",
        planned(BEGUN, update("c", "12:20", scheduled=window("10:00", "13:00"))),
        "12:40",
        ("active", "in_progress"),
        [
            "checkout under_maintenance 10:00-12:00 planned",
            "checkout under_maintenance 12:00-12:20",
            "checkout under_maintenance 12:20-12:40… planned",
        ],
    ),
    (
        "put off after it began, it ran until then",
        planned(BEGUN, update("c", "10:40", status="scheduled", scheduled=window("14:00", "15:00"))),
        "12:00",
        ("upcoming", "scheduled"),
        ["checkout under_maintenance 10:00-10:40 planned"],
    ),
    (
        "put off and begun again",
        planned(BEGUN, update("c", "10:40", status="scheduled", scheduled=window("14:00", "15:00"))),
        "14:30",
        ("active", "in_progress"),
        ["checkout under_maintenance 10:00-10:40 planned", "checkout under_maintenance 14:00-14:30… planned"],
    ),
    (
        "cancelled, then planned anew",
        planned(update("b", "20T09:00", status="cancelled"), update("c", "20T10:00", status="scheduled", scheduled=window("14:00", "15:00"))),
        "14:30",
        ("active", "in_progress"),
        ["checkout under_maintenance 14:00-14:30… planned"],
    ),
    (
        "without a window it runs by its words, and nothing of it was planned",
        record(SAID, BEGUN, id="2026-11-21-database", kind="maintenance", components={"checkout": "under_maintenance"}),
        "11:00",
        ("active", "in_progress"),
        ["checkout under_maintenance 10:05-11:00…"],
    ),
    (
        "a window that ends before it begins is no window to be inside",
        planned(scheduled=window("10:00", "09:00")),
        "11:00",
        ("overrun", "in_progress"),
        ["checkout under_maintenance 10:00-11:00…"],
    ),
]


@pytest.mark.parametrize(("incident", "at", "state", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_maintenance_by_the_clock(incident: Incident, at: str, state: tuple[str, str], expected: list[str]) -> None:
    """Each case says what the clock and the words make of the maintenance."""
    found = view(incident, at)
    assert ((found.phase, found.status), written(found)) == (state, expected)


def test_cancelled_before_it_began_has_no_end_and_touched_no_day() -> None:
    """What never ran was never over, and stands under no day of the page."""
    found = snapshot(planned(update("z", "20T12:00", status="cancelled")), at="13:00")
    assert found.incidents[0].ended is None
    assert found.incidents[0].lasted is None
    assert all(not day.incidents for day in found.days)


def test_one_that_lies_ahead_announces_its_effects() -> None:
    """Its effect at T is none, and what it will be is told apart."""
    found = view(planned(components={"api": "operational", "checkout": "partial_outage"}), "09:00")
    assert found.announced == (("checkout", "partial_outage"), ("api", "under_maintenance"))
    assert found.now == found.worst == (("checkout", "operational"), ("api", "operational"))


def test_what_it_announced_stays_known_after_its_end() -> None:
    """The end sets all to operational, and that was not the plan."""
    assert view(planned(DONE), "13:00").announced == (("checkout", "under_maintenance"),)


def test_lists_and_clock() -> None:
    """Ahead, under way and over stand in their own lists, and the clock knows what comes next."""
    before, during, after = (snapshot(planned(), at=at) for at in ("09:00", "10:30", "12:30"))
    assert (len(before.upcoming_maintenance), len(during.active_maintenance), len(after.active_maintenance)) == (1, 1, 1)
    assert [s.next_event for s in (before, during, after)] == [clock("10:00"), clock("12:00"), None]
    assert [s.valid_until for s in (before, during, after)] == [clock("10:30"), clock("12:30"), clock("22T00:30")]


def test_the_window_of_a_notice() -> None:
    """A notice is shown from its `from` up to its `until`, and has neither status nor effect."""
    notice = record(id="2026-11-21-offices", kind="notice", **{"from": "10:00", "until": "12:00"})
    phases = {at: view(notice, at).phase for at in ("09:59", "10:00", "11:59", "12:00")}
    assert phases == {"09:59": "upcoming", "10:00": "active", "11:59": "active", "12:00": "ended"}
    shown = snapshot(notice, at="11:00")
    assert ([v.id for v in shown.notices], shown.overall.indicator, shown.next_event) == ([notice.id], "none", clock("12:00"))
    assert shown.incidents[0].status is None
