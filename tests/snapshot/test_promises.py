"""Promises of a next update, and what became of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onrecord.model import Incident
from onrecord.revisions.records import History, Publication, UpdateHistory
from onrecord.snapshot import derive
from onrecord.snapshot.promises import answered_meanwhile
from onrecord.snapshot.records import Promise
from onrecord.snapshot.said import Said
from saying import clock, page, record, snapshot, update, view

ASKED = update("a", "14:00", status="investigating", next_update_by="14:30")

CASES: list[tuple[str, Incident, str, list[tuple[str, str, int]]]] = [
    ("not due yet", record(ASKED), "14:29", [("a", "open", 0)]),
    ("due this very second", record(ASKED), "14:30", [("a", "open", 0)]),
    ("due, and nobody spoke", record(ASKED), "14:42", [("a", "missed", 12)]),
    ("kept", record(ASKED, update("b", "14:20")), "14:42", [("a", "kept", 0)]),
    ("kept to the second", record(ASKED, update("b", "14:30")), "14:42", [("a", "kept", 0)]),
    ("a minute late is missed", record(ASKED, update("b", "14:31")), "14:42", [("a", "missed", 1)]),
    ("kept by the end", record(ASKED, update("b", "14:20", status="resolved")), "14:42", [("a", "kept", 0)]),
    (
        "each update stands for itself",
        record(ASKED, update("b", "14:25", next_update_by="14:35"), update("c", "14:40", next_update_by="15:10")),
        "14:42",
        [("a", "kept", 0), ("b", "missed", 5), ("c", "open", 0)],
    ),
    ("the end promises nothing", record(update("a", "14:00", status="resolved", next_update_by="14:30")), "14:42", []),
    ("words that cannot be read are words all the same", record(ASKED, update("b", "14:20", unread=True)), "14:42", [("a", "kept", 0)]),
    ("words ahead of the clock do not keep what is due", record(ASKED, update("b", "18:00")), "14:42", [("a", "missed", 12)]),
    ("words ahead of the clock have come before it is due", record(ASKED, update("b", "18:00")), "14:20", [("a", "kept", 0)]),
    ("a notice promises nothing", record(ASKED, kind="notice"), "14:42", []),
    (
        "a maintenance promises as well",
        record(update("a", "14:00", status="in_progress", next_update_by="14:30"), kind="maintenance"),
        "14:42",
        [("a", "missed", 12)],
    ),
]


@pytest.mark.parametrize(("incident", "at", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_promises(incident: Incident, at: str, expected: list[tuple[str, str, int]]) -> None:
    """Each case says what became of each promise, and how many minutes late the word came."""
    assert [(p.update, p.state, p.late // timedelta(minutes=1)) for p in view(incident, at).promises] == expected


def test_the_promise_that_counts_is_the_newest() -> None:
    """Once something was said, the older promise is history; once it is over, none counts."""
    open_one = record(ASKED, update("b", "14:25", next_update_by="14:35"))
    silent = record(ASKED, update("b", "14:25"))
    over = record(ASKED, update("b", "14:25", status="resolved"))
    assert [p.due if (p := view(i, "14:30").promise) else None for i in (open_one, silent, over)] == [clock("14:35"), None, None]


def test_the_page_counts_promises_of_ninety_days() -> None:
    """Those whose fate is known count, from every record but drills."""
    old = record(update("a", "2026-07-01T10:00:00Z", next_update_by="2026-07-01T11:00:00Z", status="investigating"), id="2026-07-01-old")
    drill = record(ASKED, id="2026-11-21-drill", drill=True)
    found = snapshot(old, drill, record(ASKED, update("b", "14:25", next_update_by="14:35")), at="14:50")
    assert (found.promises_kept, found.promises_due) == (1, 2)


def test_the_clock_knows_when_a_promise_falls_due() -> None:
    """The page is believed until half an hour after that."""
    found = snapshot(record(ASKED), at="14:10")
    assert (found.next_event, found.valid_until) == (clock("14:30"), clock("15:00"))
    assert snapshot(record(ASKED), at="14:30").next_event is None


def _published(**times: str) -> History:
    """A history that knows when each update came out, by the committer's clock; `0` after the name of an update says that it is proven."""
    found = {name.rstrip("0"): Publication(time=clock(at), clock="proven" if name.endswith("0") else "claimed") for name, at in times.items()}
    return History(tip="", commits=1, records={}, published={"2026-11-21-checkout-errors": found})


PUBLISHED: list[tuple[str, History, list[tuple[str, str, str]]]] = [
    ("came out in time", _published(a="14:05", b="14:25"), [("a", "kept", "claimed")]),
    ("came out too late", _published(a="14:05", b="14:50"), [("a", "missed", "claimed")]),
    ("came out too late, as is proven", _published(a0="14:05", b0="14:50"), [("a", "missed", "proven")]),
    ("a promise that came out after its time told nobody anything", _published(a="14:45", b="14:50"), []),
    ("one that came out when it was due was a promise", _published(a="14:30", b="14:50"), [("a", "missed", "claimed")]),
    ("git knows neither", History(tip="", commits=1, records={}), [("a", "kept", "said")]),
]


@pytest.mark.parametrize(("history", "expected"), [case[1:] for case in PUBLISHED], ids=[case[0] for case in PUBLISHED])
def test_a_word_counts_from_when_readers_had_it(history: History, expected: list[tuple[str, str, str]]) -> None:
    """And each fate says by which clock it is known."""
    incident = record(ASKED, update("b", "14:20"))
    (found,) = derive(page(incident), clock("15:00"), history=history).incidents
    assert [(p.update, p.state, p.clock) for p in found.promises] == expected


@pytest.mark.parametrize(
    ("out", "expected"),
    [("13:59", "missed"), ("14:00", "missed"), ("14:01", "kept"), ("14:30", "kept"), ("14:31", "missed"), (None, "missed")],
    ids=["before the promise", "with it", "after it", "to the second when it was due", "too late", "git does not know"],
)
def test_a_word_that_was_removed_keeps_what_it_came_in_time_for(out: str | None, expected: str) -> None:
    """Readers had it after the promise and by the time that was named."""
    incident = record(ASKED)
    promise = Promise(update="a", due=clock("14:30"), state="missed", late=timedelta(minutes=30))
    said = Said(update=incident.updates[0], at=clock("14:00"), effective=clock("14:00"), status=None, told=clock("14:00"), clock="claimed")
    gone = UpdateHistory(id="x", published=Publication(time=clock(out) if out else None, clock="claimed"), at=None)
    (found,) = answered_meanwhile([promise], [said], [gone])
    assert found is not None
    assert found.state == expected
