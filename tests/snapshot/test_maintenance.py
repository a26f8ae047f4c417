"""Maintenance by the clock."""

from __future__ import annotations

from datetime import timedelta

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


def test_work_is_soon_within_two_days() -> None:
    """Further ahead, or begun, it is not."""
    work = record(update("a", "10T09:00", status="scheduled"), kind="maintenance", scheduled=window("10:00", "12:00"))
    assert [view(work, at).soon for at in ("19T09:59", "19T10:00", "09:59", "10:00", "13:00")] == [False, True, True, False, False]


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


EXTENDED = update("c", "11:30", scheduled=window("10:00", "13:00"))
LATE = update("c", "12:20", scheduled=window("10:00", "13:00"))
OVERRUNS = [
    ("ahead", planned(), "09:00", 0),
    ("in time", planned(BEGUN, DONE), "13:00", 0),
    ("under way, past its window", planned(), "12:30", 30),
    ("completed late", planned(BEGUN, update("z", "12:40", status="completed")), "15:00", 40),
    ("extended in time", planned(BEGUN, EXTENDED), "12:40", 0),
    ("extended in time, and late all the same", planned(BEGUN, EXTENDED), "13:10", 10),
    ("extended when it was late already", planned(BEGUN, LATE, update("z", "12:50", status="completed")), "14:00", 20),
    ("extended too late, and late again", planned(BEGUN, LATE), "13:05", 25),
    ("cancelled before it began", planned(update("z", "20T12:00", status="cancelled")), "13:00", 0),
    ("cancelled after its window", planned(update("z", "12:15", status="cancelled")), "13:00", 15),
    ("begun early, no overrun", planned(update("b", "09:40", status="in_progress"), DONE), "13:00", 0),
    ("without a window", record(SAID, BEGUN, id="2026-11-21-database", kind="maintenance"), "13:00", 0),
    ("no maintenance", record(update("a", "10:00", status="investigating")), "13:00", 0),
]


@pytest.mark.parametrize(("incident", "at", "minutes"), [row[1:] for row in OVERRUNS], ids=[row[0] for row in OVERRUNS])
def test_overruns_are_known_to_the_minute(incident: Incident, at: str, minutes: int) -> None:
    """The time after the window that stood then."""
    assert view(incident, at).overrun == timedelta(minutes=minutes)


MOVES: list[tuple[str, Incident, list[tuple[str, str, str]], timedelta | None]] = [
    ("never moved", planned(), [], timedelta(days=3, hours=1)),
    (
        "moved, and announced anew",
        planned(update("b", "20T09:00", scheduled=window("14:00", "15:00"))),
        [("moved", "10:00", "b")],
        timedelta(days=1, hours=5),
    ),
    ("made longer", planned(EXTENDED), [("extended", "10:00", "c")], timedelta(days=3, hours=1)),
    (
        "made shorter, then moved",
        planned(update("b", "19T09:00", scheduled=window("10:00", "11:00")), update("c", "20T10:00", scheduled=window("11:00", "12:00"))),
        [("shortened", "10:00", "b"), ("moved", "10:00", "c")],
        timedelta(days=1, hours=1),
    ),
    ("said again", planned(update("b", "20T09:00", scheduled=TEN_TO_TWELVE)), [], timedelta(days=3, hours=1)),
    ("announced by the first update", record(update("a", "20T10:00", status="scheduled", scheduled=TEN_TO_TWELVE), id="x", kind="maintenance"), [], timedelta(days=1)),
    ("announced when it had begun", record(update("a", "10:30", status="in_progress"), id="x", kind="maintenance", scheduled=TEN_TO_TWELVE), [], None),
]


@pytest.mark.parametrize(("incident", "moves", "notice"), [row[1:] for row in MOVES], ids=[row[0] for row in MOVES])
def test_moved_windows_are_kept(incident: Incident, moves: list[tuple[str, str, str]], notice: timedelta | None) -> None:
    """Each earlier window with the update that moved it, and the notice of the one that stands."""
    found = view(incident, "13:00")
    assert [(move.kind, f"{move.window.start:%H:%M}", move.update) for move in found.moves] == moves
    assert found.notice == notice


def test_past_maintenance_by_year() -> None:
    """What is over or was called off, by year of the page, with how many overran."""
    works = [
        record(update("z", "2025-12-31T23:40:00Z", status="completed"), id="2025-12-31-a", kind="maintenance", scheduled=window("2025-12-31T23:30:00Z", "2025-12-31T23:35:00Z")),
        planned(DONE),
        record(update("z", "20T10:00", status="cancelled"), id="2026-11-28-b", kind="maintenance", scheduled=window("28T10:00", "28T11:00")),
        record(SAID, id="2026-11-29-c", kind="maintenance", scheduled=window("29T10:00", "29T11:00")),
        record(update("z", "10:00", status="resolved")),
    ]
    years = snapshot(*works, at="22T00:00", policy={"page": {"time_zone": "Europe/London"}}).past_maintenance
    assert [(y.year, [i.id for i in y.incidents], y.overran, y.cancelled) for y in years] == [
        (2026, ["2026-11-28-b", "2026-11-21-database"], 0, 1),
        (2025, ["2025-12-31-a"], 1, 0),
    ]
    assert [y.year for y in snapshot(works[0], at="22T00:00", policy={"page": {"time_zone": "Europe/Berlin"}}).past_maintenance] == [2026]


def test_freezes_that_are_not_over() -> None:
    """Stretches without planned work, those of the past left out."""
    freezes = [{"from": clock(start), "until": clock(end)} for start, end in (("25T00:00", "26T00:00"), ("20T00:00", "21T12:00"), ("21T00:00", "23T00:00"))]
    found = snapshot(at="12:00", policy={"maintenance": {"freezes": freezes}}).freezes
    assert [freeze.until for freeze in found] == [clock("23T00:00"), clock("26T00:00")]
