"""Versions of what is on show: short marks that change whenever a reader should look again."""

from __future__ import annotations

from hashlib import sha256

from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.times import iso


def on_show(snapshot: Snapshot) -> tuple[IncidentView, ...]:
    """What the home page shows as open, the worst first."""
    return (*snapshot.open_incidents, *snapshot.active_maintenance, *snapshot.notices)


def of_page(snapshot: Snapshot) -> str:
    """Eight hex digits that change with anything that a reader of the home page should see."""
    return _version("".join(of_record(view) for view in (*on_show(snapshot), *snapshot.upcoming_maintenance)))


def of_record(view: IncidentView) -> str:
    """Eight hex digits that change with every word, state or effect of the record."""
    said = (f"{u.id}{u.status}{iso(u.at)}{u.body}{u.source.head.next_update_by}{u.corrected_by}" for u in view.updates)
    head = f"{view.id}{view.title}{view.status}{view.phase}{view.severity}{view.now}{view.window}{view.workaround}"
    return _version(f"{head}{view.expected_resolution}{view.source.head.plan}{''.join(said)}")


def _version(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
