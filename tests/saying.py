"""Short spellings for tests of the Snapshot: records of one day, written by the clock, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from onrecord.model import Component, Dataset, Group, Incident, IncidentFile, PolicyFile, Update, UpdateFile
from onrecord.snapshot import IncidentView, Snapshot, derive
from onrecord.times import parse_instant

DAY = "2026-11-21"
_TIMES = frozenset({"started", "at", "effective", "next_update_by", "expected_resolution", "from", "until", "detected"})


def clock(text: str) -> datetime:
    """`13:58` on the day of the tests, `22T00:10` on another day of that month, or a whole RFC 3339 time."""
    if len(text) == 5:
        return parse_instant(f"{DAY}T{text}:00Z")
    return parse_instant(f"2026-11-{text}:00Z" if len(text) == 8 else text)


def _timed(front: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: clock(value) if key in _TIMES and isinstance(value, str) else value for key, value in front.items()}
    if "scheduled" in found:
        found["scheduled"] = _timed(found["scheduled"])
    return found


def update(id: str, at: str, *, unread: bool = False, **front: Any) -> Update:
    """One update with that id, said at that time."""
    return Update(id=id, path=f"{id}.md", head=UpdateFile.model_validate(_timed({"at": at, **front})), body=f"Words of {id}.", unread=unread)


def record(*updates: Update, id: str = f"{DAY}-checkout-errors", **head: Any) -> Incident:
    """A record with those updates; the head needs no title."""
    front = _timed({"title": id, **head})
    return Incident(id=id, path=f"{id}/incident.yml", head=IncidentFile.model_validate(front), updates=updates)


def window(start: str, end: str) -> dict[str, str]:
    """A window, as a head or an update has it under `scheduled`."""
    return {"from": start, "until": end}


def page(
    *incidents: Incident, components: Mapping[str, Mapping[str, Any]] | None = None, groups: tuple[str, ...] = (), policy: Mapping[str, Any] | None = None
) -> Dataset:
    """A dataset of those records; without `components`, of one `checkout` and one `api`."""
    parts = {"checkout": {}, "api": {}} if components is None else components
    return Dataset(
        incidents=tuple(sorted(incidents, key=lambda i: i.id)),
        groups=tuple(Group(id=group, name=group.title()) for group in groups),
        components=tuple(Component.model_validate({"id": id, "name": id.title(), **extra}) for id, extra in parts.items()),
        policy=PolicyFile.model_validate(policy or {}),
    )


def snapshot(*incidents: Incident, at: str, **options: Any) -> Snapshot:
    """The Snapshot of those records at that time."""
    return derive(page(*incidents, **options), clock(at))


def view(incident: Incident, at: str) -> IncidentView:
    """That record alone, at that time."""
    return snapshot(incident, at=at).incidents[0]


def written(view: IncidentView) -> list[str]:
    """The effects over time, a line each: `checkout partial_outage 13:58-14:20`, with `…` where one lasts and `planned` where it was."""
    return [
        f"{s.component} {s.effect} {_short(s.span.start)}-{_short(s.span.end)}{'…' if s.lasting else ''}{' planned' if s.planned else ''}"
        for s in view.spans
    ]


def _short(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment:%H:%M}" if f"{moment:%Y-%m-%d}" == DAY else f"{moment:%dT%H:%M}"
