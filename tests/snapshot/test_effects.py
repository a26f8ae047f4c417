"""What the words of an incident make of its components over time."""

from __future__ import annotations

import pytest

from onrecord.model import Incident
from saying import clock, record, update, view, written

DOWN = {"checkout": "major_outage"}
HALF = {"checkout": "partial_outage"}
SLOW = {"checkout": "degraded_performance"}
WELL = {"checkout": "operational"}
FIRST = update("a", "14:05", status="investigating")
END = update("z", "15:10", status="resolved")

CASES: list[tuple[str, Incident, str, list[str]]] = [
    (
        "the head's effect holds from its start",
        record(FIRST, started="13:58", components=HALF),
        "14:40",
        ["checkout partial_outage 13:58-14:40…"],
    ),
    (
        "without a start, from the first update",
        record(FIRST, components=HALF),
        "14:40",
        ["checkout partial_outage 14:05-14:40…"],
    ),
    (
        "without a start, from when the first update became true",
        record(update("a", "14:05", effective="13:50"), components=HALF),
        "14:40",
        ["checkout partial_outage 13:50-14:40…"],
    ),
    (
        "an update changes it from when it became true",
        record(FIRST, update("b", "14:28", effective="14:20", components=DOWN), started="13:58", components=HALF),
        "14:40",
        ["checkout partial_outage 13:58-14:20", "checkout major_outage 14:20-14:40…"],
    ),
    (
        "the same effect said twice is one stretch",
        record(FIRST, update("b", "14:28", components=HALF), started="13:58", components=HALF),
        "14:40",
        ["checkout partial_outage 13:58-14:40…"],
    ),
    (
        "resolved ends every effect",
        record(FIRST, END, started="13:58", components={"checkout": "partial_outage", "api": "degraded_performance"}),
        "16:00",
        ["checkout partial_outage 13:58-15:10", "api degraded_performance 13:58-15:10"],
    ),
    (
        "resolved as of an earlier time",
        record(FIRST, update("z", "15:10", status="resolved", effective="14:47"), started="13:58", components=HALF),
        "16:00",
        ["checkout partial_outage 13:58-14:47"],
    ),
    (
        "what a resolving update says against its status does not hold",
        record(FIRST, update("z", "15:10", status="resolved", components=SLOW), started="13:58", components=HALF),
        "16:00",
        ["checkout partial_outage 13:58-15:10"],
    ),
    (
        "a later word about an earlier time replaces what was said of the time after",
        record(FIRST, update("b", "14:10", components=HALF), update("c", "14:20", effective="14:00", components=DOWN), started="13:58"),
        "14:40",
        ["checkout major_outage 14:00-14:40…"],
    ),
    (
        "a correction takes the place of what it corrects",
        record(
            update("a", "14:05", components=HALF),
            update("b", "14:20", components=WELL),
            update("c", "14:40", corrects="a", components=DOWN),
        ),
        "15:00",
        ["checkout major_outage 14:05-14:20"],
    ),
    (
        "a correction leaves other components as they were said",
        record(
            update("a", "14:05", components={"checkout": "partial_outage", "api": "degraded_performance"}),
            update("c", "14:40", corrects="a", components=WELL),
        ),
        "15:00",
        ["api degraded_performance 14:05-15:00…"],
    ),
    (
        "a correction with a time of its own, earlier",
        record(update("a", "14:05", components=HALF), update("c", "14:40", corrects="a", effective="13:40", components=HALF)),
        "15:00",
        ["checkout partial_outage 13:40-15:00…"],
    ),
    (
        "a correction with a time of its own, later: what it corrects never was",
        record(update("a", "14:05", components=HALF), update("c", "14:40", corrects="a", effective="14:30", components=HALF)),
        "15:00",
        ["checkout partial_outage 14:30-15:00…"],
    ),
    (
        "a correction with a time after what was said meanwhile",
        record(
            update("a", "14:05", components=HALF),
            update("b", "14:20", components=WELL),
            update("c", "14:40", corrects="a", effective="14:30", components=DOWN),
        ),
        "15:00",
        ["checkout major_outage 14:30-15:00…"],
    ),
    (
        "a correction of a correction",
        record(
            update("a", "14:05", components=HALF),
            update("b", "14:20", components=WELL),
            update("c", "14:40", corrects="a", components=DOWN),
            update("d", "14:50", corrects="c", components=SLOW),
        ),
        "15:00",
        ["checkout degraded_performance 14:05-14:20"],
    ),
    (
        "a correction after the end changes the past and not the end",
        record(FIRST, update("b", "14:20", components=HALF), END, update("y", "22T09:00", corrects="b", components=DOWN), started="14:00"),
        "22T10:00",
        ["checkout major_outage 14:20-15:10"],
    ),
    (
        "the text of the end corrected a day later moves nothing",
        record(FIRST, END, update("y", "22T09:00", status="resolved", corrects="z"), started="14:00", components=HALF),
        "22T10:00",
        ["checkout partial_outage 14:00-15:10"],
    ),
    (
        "the end corrected to an earlier time",
        record(FIRST, END, update("y", "22T09:00", corrects="z", effective="14:47"), started="14:00", components=HALF),
        "22T10:00",
        ["checkout partial_outage 14:00-14:47"],
    ),
    (
        "the end corrected to a later time",
        record(FIRST, END, update("y", "22T09:00", corrects="z", effective="15:30"), started="14:00", components=HALF),
        "22T10:00",
        ["checkout partial_outage 14:00-15:30"],
    ),
    (
        "an effect added after the end was over at the end",
        record(FIRST, END, update("y", "15:20", effective="14:30", components={"api": "degraded_performance"}), started="14:00", components=HALF),
        "16:00",
        ["checkout partial_outage 14:00-15:10", "api degraded_performance 14:30-15:10"],
    ),
    (
        "over is over: an effect said for after the end does not hold",
        record(FIRST, END, update("y", "15:20", components=DOWN), started="14:00", components=HALF),
        "16:00",
        ["checkout partial_outage 14:00-15:10"],
    ),
    (
        "opened again, what is not named stays well",
        record(
            FIRST, END, update("y", "15:40", status="investigating", components=DOWN), started="14:00", components={"checkout": "partial_outage", "api": "partial_outage"}
        ),
        "16:00",
        ["checkout partial_outage 14:00-15:10", "checkout major_outage 15:40-16:00…", "api partial_outage 14:00-15:10"],
    ),
    (
        "the end taken back by a correction: it never stopped",
        record(FIRST, END, update("y", "15:40", status="monitoring", corrects="z", components=HALF), started="14:00", components=HALF),
        "16:00",
        ["checkout partial_outage 14:00-16:00…"],
    ),
    (
        "words ahead of the clock count from now",
        record(update("a", "14:05"), update("b", "18:00", components=DOWN), started="13:58", components=HALF),
        "14:40",
        ["checkout partial_outage 13:58-14:40", "checkout major_outage 14:40-14:40…"],
    ),
    (
        "an unread update changes nothing",
        record(FIRST, update("b", "14:28", unread=True, status="resolved", components=DOWN), started="13:58", components=HALF),
        "14:40",
        ["checkout partial_outage 13:58-14:40…"],
    ),
    (
        "a part that the page does not know comes last",
        record(FIRST, started="13:58", components={"unheard": "major_outage", "api": "major_outage"}),
        "14:40",
        ["api major_outage 13:58-14:40…", "unheard major_outage 13:58-14:40…"],
    ),
    (
        "a correction of nothing is a word of its own",
        record(FIRST, update("b", "14:20", corrects="nothing", components=HALF), started="13:58"),
        "14:40",
        ["checkout partial_outage 14:20-14:40…"],
    ),
]


@pytest.mark.parametrize(("incident", "at", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_effects_over_time(incident: Incident, at: str, expected: list[str]) -> None:
    """Each case says what its words make of the components."""
    assert written(view(incident, at)) == expected


def test_an_incident_resolved_says_when_it_ended_and_how_long_it_was_felt() -> None:
    """The end is when it was true, not when it was said."""
    found = view(record(FIRST, update("z", "15:10", status="resolved", effective="14:58"), started="13:58", components=HALF), "16:00")
    assert (found.phase, found.ended, found.is_open) == ("ended", clock("14:58"), False)
    assert found.lasted is not None
    assert found.lasted.total_seconds() == 3600


LENGTHS: list[tuple[str, Incident, str | None, str | None]] = [
    ("watched on before it was closed", record(FIRST, update("b", "14:30", status="monitoring", components=WELL), END, components=HALF), "14:30", "15:10"),
    ("felt to the last", record(FIRST, END, components=HALF), "15:10", None),
    ("to the end of the last of several", record(FIRST, update("b", "14:30", components=WELL), END, components={"api": "partial_outage", **HALF}), "15:10", None),
    ("no part named", record(FIRST, END), "15:10", None),
    ("parts named and never hurt", record(FIRST, END, components=WELL), "15:10", None),
    ("open, its parts well again", record(FIRST, update("b", "14:30", components=WELL), components=HALF), None, None),
]


@pytest.mark.parametrize(("incident", "felt_until", "closed"), [case[1:] for case in LENGTHS], ids=[case[0] for case in LENGTHS])
def test_an_incident_is_as_long_as_it_was_felt(incident: Incident, felt_until: str | None, closed: str | None) -> None:
    """The message that closes it makes it no longer."""
    found = view(incident, "16:00")
    assert (found.felt_until, found.closed) == (felt_until and clock(felt_until), closed and clock(closed))


def test_an_end_before_the_start_is_no_negative_time() -> None:
    """Wrong files are for `check` to name; the page never says minus two hours."""
    found = view(record(update("z", "12:00", status="resolved"), started="13:58", components=HALF), "16:00")
    assert (found.started, found.ended, found.spans) == (clock("13:58"), clock("13:58"), ())


def test_now_and_worst_name_every_component() -> None:
    """What works again is listed as operational, not left out."""
    found = view(record(FIRST, update("b", "14:20", components={"checkout": "operational"}), started="13:58", components={"api": "partial_outage", **DOWN}), "14:40")
    assert found.now == (("checkout", "operational"), ("api", "partial_outage"))
    assert found.worst == (("checkout", "major_outage"), ("api", "partial_outage"))


def test_updates_tell_what_they_set() -> None:
    """The end lists what it made operational; updates come newest first."""
    found = view(record(FIRST, update("b", "14:20", components=DOWN), END, started="13:58", components={"api": "partial_outage"}), "16:00")
    assert [(u.id, u.status, u.changes) for u in found.updates] == [
        ("z", "resolved", (("checkout", "operational"), ("api", "operational"))),
        ("b", "investigating", (("checkout", "major_outage"),)),
        ("a", "investigating", ()),
    ]


def test_a_corrected_update_names_its_correction() -> None:
    """Both are kept; the newest correction counts."""
    found = view(record(FIRST, update("b", "14:10", corrects="a"), update("c", "14:20", corrects="a")), "14:40")
    assert {u.id: u.corrected_by for u in found.updates} == {"a": "c", "b": None, "c": None}


def test_a_correction_keeps_what_was_claimed() -> None:
    """What was said wrongly stays on record, at the update that said it and at the one that set it right."""
    parts = {"checkout": "major_outage", "api": "degraded_performance"}
    said = [update("a", "14:05", components=parts), update("b", "14:10", corrects="a", components={**HALF, "api": "degraded_performance"})]
    found = view(record(*said, update("c", "14:20", corrects="b", components=WELL)), "14:40")
    assert {u.id: u.withdrawn for u in found.updates} == {
        "a": (("checkout", "major_outage"),),
        "b": (("checkout", "partial_outage"),),
        "c": (),
    }
    assert {u.id: u.instead_of for u in found.updates} == {
        "a": (),
        "b": (("checkout", "major_outage"),),
        "c": (("checkout", "partial_outage"),),
    }


def test_only_words_well_ahead_of_the_clock_are_called_so() -> None:
    """Five minutes of difference between two clocks are no lie."""
    found = view(record(update("a", "14:05"), update("b", "14:45"), update("c", "14:46")), "14:40")
    assert [u.ahead for u in found.updates] == [True, False, False]


def test_the_newest_word_counts_for_severity_workaround_and_expected_end() -> None:
    """An update without one leaves the one before."""
    found = view(
        record(
            update("a", "14:05", severity="critical", workaround="Pay by invoice.", expected_resolution="16:00"),
            update("b", "14:10", expected_resolution="17:00"),
            severity="minor",
        ),
        "14:40",
    )
    assert (found.severity, found.workaround, found.expected_resolution) == ("critical", "Pay by invoice.", clock("17:00"))


def test_a_head_without_updates_is_under_way_since_its_day() -> None:
    """Said without a time and without a word: the id still gives a day."""
    found = view(record(components=HALF), "14:40")
    assert (found.started, found.status, found.is_open) == (clock("00:00"), "investigating", True)
