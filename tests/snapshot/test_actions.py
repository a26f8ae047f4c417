"""What became of remedial actions, and the register of all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from onrecord.model import Action, Incident, Postmortem, PostmortemFile
from onrecord.snapshot import derive
from saying import clock, page, record, snapshot, update


def told(*actions: dict[str, Any], id: str = "2026-11-02-x", status: str = "published", published: str = "2026-11-05T10:00:00Z") -> Incident:
    """An incident that was over on the morning of 3 November, with a post-mortem of those actions."""
    head = PostmortemFile.model_validate({"status": status, "published": published, "actions": actions})
    story = Postmortem(path=f"{id}/postmortem.md", head=head, body="Words.")
    return replace(record(update("a", "03T10:00", status="resolved"), id=id, started="02T09:00"), postmortem=story)


STATES = [
    ("due today is not overdue", {"due": "2026-11-21"}, "open", 0),
    ("overdue since yesterday", {"due": "2026-11-20"}, "overdue", 1),
    ("overdue for long", {"due": "2025-11-21"}, "overdue", 365),
    ("due one day", {"due": "2026-12-31"}, "open", 0),
    ("promised for no day", {}, "open", 0),
    ("done in time", {"due": "2026-11-20", "done": "2026-11-20"}, "done", 0),
    ("done early", {"due": "2026-11-20", "done": "2026-11-01"}, "done", 0),
    ("done late", {"due": "2026-11-10", "done": "2026-11-14"}, "done", 4),
    ("done without a promise", {"done": "2026-11-14"}, "done", 0),
]


@pytest.mark.parametrize(("action", "state", "late"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_the_state_of_an_action(action: dict[str, str], state: str, late: int) -> None:
    """Done, open or overdue, and by how many days."""
    found = snapshot(told({"what": "A", **action}), at="12:00").postmortems[0]
    assert [(a.state, a.late) for a in found.actions] == [(state, late)]
    assert (found.done, found.overdue) == (state == "done", state == "overdue")


def test_the_day_is_the_pages() -> None:
    """In the evening of UTC it is tomorrow in Berlin, and the action is overdue there."""
    incident = told({"what": "A", "due": "2026-11-21"})
    assert snapshot(incident, at="23:30").register.overdue == ()
    there = snapshot(incident, at="23:30", policy={"page": {"time_zone": "Europe/Berlin"}})
    assert [a.late for a in there.register.overdue] == [1]


def test_the_register_puts_the_most_pressing_first() -> None:
    """By state, then by how long overdue, by the day due, and by the day done."""
    first = told({"what": "late", "due": "2026-11-19"}, {"what": "some day"}, {"what": "done first", "done": "2026-11-10"})
    second = told({"what": "later", "due": "2026-11-01"}, {"what": "soon", "due": "2026-11-30"}, {"what": "done last", "done": "2026-11-20"}, id="2026-11-01-y")
    found = snapshot(first, second, at="12:00").register
    assert [a.action.what for a in found.overdue] == ["later", "late"]
    assert [a.action.what for a in found.open] == ["soon", "some day"]
    assert [a.action.what for a in found.done] == ["done last", "done first"]
    assert {a.incident.id for a in found.overdue} == {"2026-11-02-x", "2026-11-01-y"}


def test_only_what_is_published_counts() -> None:
    """A draft has no place in the register."""
    found = snapshot(told({"what": "A"}, status="draft"), record(update("a", "10:00", status="resolved")), at="12:00")
    assert (found.postmortems, found.register.open) == ((), ())


def test_how_long_after_the_end_it_came() -> None:
    """From the end of the incident to the publication; nothing where the incident goes on."""
    assert snapshot(told(), at="12:00").postmortems[0].after == timedelta(days=2)
    going_on = replace(told(), updates=(update("a", "03T10:00", status="monitoring"),))
    assert snapshot(going_on, at="12:00").postmortems[0].after is None


def test_looking_back_nothing_is_done_that_was_done_later() -> None:
    """As of an instant, an action that was done the day after was overdue."""
    incident = told({"what": "A", "due": "2026-11-06", "done": "2026-11-14"})
    then = clock("10T12:00")
    seen = derive(page(incident), then, as_of=then).register
    assert [(a.action, a.late) for a in seen.overdue] == [(Action.model_validate({"what": "A", "due": "2026-11-06"}), 4)]
