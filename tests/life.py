"""One incident and one maintenance through all their phases, said as a careful person would; and the view at each phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onrecord.model import Incident, IncidentFile, Postmortem, PostmortemFile, Update, UpdateFile
from onrecord.render.messages import Letters
from onrecord.settings import Site
from onrecord.snapshot import IncidentView, Snapshot
from saying import clock, snapshot

LETTERS = Letters(site=Site(name="Larkfield Status", url="https://status.larkfield.example/"))
POLICY = {
    "page": {"time_zone": "Europe/Berlin", "contact": "mailto:help@larkfield.example"},
    "severities": {"major": {"postmortem_within": "5d"}},
    "roles": {"roles": {"lead": {"does": "Decides", "contact": "+49 30 1234567"}}},
}
PARTS = {"checkout": {"name": "Checkout"}, "api": {"name": "API"}, "invoices": {"name": "Invoices"}}
ID = "2026-11-21-checkout-errors"

Word = tuple[str, str, Mapping[str, Any], str]
INCIDENT: tuple[Word, ...] = (
    ("acknowledgement", "14:05", {"status": "investigating", "next_update_by": "14:35"}, "Since about two o'clock UTC, paying by card ends in an error for many of you. We are looking for the cause."),
    ("diagnosis", "14:20", {"status": "investigating", "next_update_by": "14:50", "scope": "Cards issued in the EU, about a third of payments", "workaround": "- **Invoice** and *direct debit* work.\n- Baskets are kept for [two days](https://help.larkfield.example/baskets)."}, "It is cards from banks in the EU, and the errors began with a change that we made at 13:58 UTC. Whether that change is the cause, we do not know yet."),
    ("no-news", "14:45", {"status": "investigating", "next_update_by": "15:10"}, "There is nothing new yet: we have taken the change back on one machine of six, and wait for what it shows."),
    ("identified", "15:00", {"status": "identified", "next_update_by": "15:30", "components": {"checkout": "major_outage"}, "expected_resolution": "15:45"}, "It was our change: it made us ask EU banks for a field that they do not send. We are taking it back everywhere, which makes all card payments fail for a few minutes."),
    ("fix-under-way", "15:12", {"status": "identified", "next_update_by": "15:40", "components": {"checkout": "degraded_performance", "api": "operational"}}, "Four of six machines are done, and cards work again on them. The last two follow in ten minutes."),
    ("monitoring", "15:25", {"status": "monitoring", "next_update_by": "16:00", "effective": "15:22", "components": {"checkout": "operational"}}, "All cards work again since 15:22 UTC. We watch it until four o'clock UTC before we call it over."),
    ("resolved", "16:00", {"status": "resolved", "effective": "15:22"}, "This has been over since 15:22 UTC. We had not tried that change with a bank in the EU, and that is our fault. We are sorry for the sales that it cost you. Thank you for telling us so quickly."),
    ("amends", "22T10:00", {"status": "resolved", "amends": "No fee on card payments of 21 November"}, "You pay no fee on any card payment of 21 November. It comes off your next invoice by itself."),
)  # fmt: skip
HANDOVER = "The night shift has taken over from the day shift and knows all that is written here. We are taking the change back on the remaining machines."
MAINTENANCE: tuple[Word, ...] = (
    ("maintenance-announced", "15T09:00", {"status": "scheduled"}, "On the night of 21 November we move invoices to larger machines. Downloads pause for up to an hour; nothing is lost."),
    ("maintenance-extended", "20T09:00", {"status": "scheduled", "scheduled": {"from": "22:00", "until": "23:30"}}, "We need half an hour more than we had said, because we first make one more copy of all invoices."),
    ("maintenance-begun", "22:01", {"status": "in_progress"}, "We have begun. Downloads of invoices pause from now on."),
    ("maintenance-done", "23:20", {"status": "completed"}, "Invoices live on the larger machines now, and lists of a year open in a second. Thank you for planning around it."),
)  # fmt: skip
CANCELLED: Word = ("maintenance-cancelled", "20T12:00", {"status": "cancelled"}, "We do not move the invoices this week: the new machines came late. You need do nothing.")
_STORY = "\n## Summary\n\nOn 21 November, card payments from the EU failed for 84 minutes, because a change of ours asked banks for a field that they do not send.\n\n## Timeline\n\nWords.\n"


def _record(id: str, words: tuple[Word, ...], postmortem: Postmortem | None = None, **head: Any) -> Incident:
    updates = tuple(Update(id=f"{number:02}-{phase}", path=f"{phase}.md", head=UpdateFile.model_validate(_timed(at, front)), body=body) for number, (phase, at, front, body) in enumerate(words))
    return Incident(id=id, path=f"incidents/2026/{id}", head=IncidentFile.model_validate(head), updates=updates, postmortem=postmortem)


def _timed(at: str, front: Mapping[str, Any]) -> dict[str, Any]:
    times = {key: clock(value) for key, value in front.items() if key in ("next_update_by", "effective", "expected_resolution")}
    if "scheduled" in front:
        times["scheduled"] = {key: clock(value) for key, value in front["scheduled"].items()}
    return {**front, **times, "at": clock(at)}


def incident(words: tuple[Word, ...], *, postmortem: bool = False, **head: Any) -> Incident:
    """The incident with those words said."""
    story = Postmortem(path="postmortem.md", head=PostmortemFile.model_validate({"status": "published", "published": clock("24T09:00")}), body=_STORY)
    base = {
        "title": "Card payments fail",
        "severity": "major",
        "components": {"checkout": "partial_outage", "api": "degraded_performance"},
        "started": clock("13:58"),
        "plan": [{"step": "Take the change back", "done": clock("15:20")}, {"step": "Try every bank"}],
        "internal": {"commander": "Internalia Secretova", "notes": "db-17 is down"},
    }
    return _record(ID, words, story if postmortem else None, **{**base, **head})


def maintenance(words: tuple[Word, ...]) -> Incident:
    """The maintenance with those words said."""
    window = {"from": clock("22:00"), "until": clock("23:00")}
    return _record("2026-11-21-invoices-move", words, title="Move of the invoices", kind="maintenance", components={"invoices": "under_maintenance"}, scheduled=window)


def _moments() -> dict[str, tuple[Incident, str]]:
    found = {phase: (incident(INCIDENT[: number + 1]), at) for number, (phase, at, _, _) in enumerate(INCIDENT)}
    found |= {phase: (maintenance(MAINTENANCE[: number + 1]), at) for number, (phase, at, _, _) in enumerate(MAINTENANCE)}
    found["maintenance-cancelled"] = maintenance((MAINTENANCE[0], CANCELLED)), CANCELLED[1]
    found["handover"] = incident((*INCIDENT[:4], ("handover", "15:10", {"status": "identified", "next_update_by": "15:40"}, HANDOVER))), "15:10"
    found["postmortem"] = incident(INCIDENT, postmortem=True), "24T09:05"
    return found


MOMENTS = _moments()
"""The record in each phase, and the time at which its newest word was just said."""


def at(phase: str) -> tuple[Snapshot, IncidentView]:
    """The record when it was in that phase."""
    record, moment = MOMENTS[phase]
    found = snapshot(record, at=moment, components=PARTS, policy=POLICY)
    return found, found.incidents[0]


def as_drill(view: IncidentView) -> IncidentView:
    """The same as a rehearsal."""
    return replace(view, source=replace(view.source, head=view.source.head.model_copy(update={"drill": True})))
