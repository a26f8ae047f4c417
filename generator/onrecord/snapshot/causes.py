"""Repeats: which earlier incidents had a cause that an incident has again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from onrecord.snapshot.records import IncidentView, Repeat

_SHOWN = 5


def repeats(incidents: Sequence[IncidentView]) -> Mapping[str, tuple[Repeat, ...]]:
    """For each incident that shares a cause with earlier ones, those by cause. `incidents` are newest first."""
    by_cause: dict[str, list[IncidentView]] = {}
    for view in incidents:
        for cause in dict.fromkeys(view.causes):
            by_cause.setdefault(cause, []).append(view)
    found: dict[str, list[Repeat]] = {}
    for cause, views in by_cause.items():
        for place, view in enumerate(views[:-1], 1):
            earlier = tuple(views[place : place + _SHOWN])
            found.setdefault(view.id, []).append(Repeat(cause=cause, earlier=earlier, more=len(views) - place - len(earlier)))
    return {id: tuple(rows) for id, rows in found.items()}
