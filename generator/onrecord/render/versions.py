"""Versions of what is on show: short marks that change whenever a reader should look again."""

from __future__ import annotations

from hashlib import sha256

from onrecord.foreign import original
from onrecord.model import PlanStep
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.times import iso


def on_show(snapshot: Snapshot) -> tuple[IncidentView, ...]:
    """What the home page shows as open, the worst first."""
    return (*snapshot.open_incidents, *snapshot.active_maintenance, *snapshot.notices)


def of_page(snapshot: Snapshot) -> str:
    """Eight hex digits that change with anything that a reader of the home page should see."""
    return _version("".join(of_record(view) for view in (*on_show(snapshot), *snapshot.upcoming_maintenance)))


def of_record(view: IncidentView) -> str:
    """Eight hex digits that change with every word, state or effect of the record. They are the same in every language of the page, since one file tells them all."""
    said = (f"{u.id}{u.status}{iso(u.at)}{original(u.body)}{u.source.head.next_update_by}{u.corrected_by}" for u in view.updates)
    head = f"{view.id}{original(view.title)}{view.status}{view.phase}{view.severity}{view.now}{view.window}{original(view.workaround)}"
    return _version(f"{head}{view.expected_resolution}{_plan(view)}{''.join(said)}")


def _plan(view: IncidentView) -> tuple[PlanStep, ...]:
    plan = view.source.head.plan
    return tuple(step.model_copy(update={"step": str(original(step.step))}) for step in plan) if any(type(step.step) is not str for step in plan) else plan


def _version(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
