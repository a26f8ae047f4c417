"""The files themselves: the eight answers of Statuspage's API, and each month of the history without a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import nlargest
from typing import Any

from onrecord.model import Kind
from onrecord.render.artifacts import Artifact, compact
from onrecord.render.statuspage.events import Event
from onrecord.render.statuspage.parts import Page
from onrecord.settings import Site
from onrecord.snapshot.records import IncidentView, Snapshot

FOLDER = "api/v2"
LIMIT = 50
"""Statuspage answers with as many incidents, and as many maintenances, the newest."""


def statuspage(snapshot: Snapshot, site: Site) -> Iterator[Artifact]:
    """`/api/v2/`: `summary`, `status`, `components`, `incidents`, `scheduled-maintenances` with their parts, and `history/`."""
    page = Page(snapshot, site)
    events = {view.id: Event(view, page) for view in snapshot.incidents if view.kind is not Kind.notice}
    changed = max((*(event.updated for event in events.values()), *page.changed()), default=snapshot.built.committed or snapshot.at)

    def told(views: Iterable[IncidentView]) -> list[dict[str, Any]]:
        return [events[view.id].told() for view in views]

    def newest(kind: Kind) -> list[dict[str, Any]]:
        last = nlargest(LIMIT, (v for v in snapshot.incidents if v.kind is kind), key=lambda v: (events[v.id].created, v.id))
        return told(last)

    parts, unresolved = page.listed(), told(snapshot.open_incidents)
    running, ahead = told(snapshot.active_maintenance), told(snapshot.upcoming_maintenance)
    status = {"indicator": snapshot.overall.indicator, "description": snapshot.overall.description}
    answers: dict[str, dict[str, Any]] = {
        "summary": {"components": parts, "incidents": unresolved, "scheduled_maintenances": [*running, *ahead], "status": status},
        "status": {"status": status},
        "components": {"components": parts},
        "incidents": {"incidents": newest(Kind.incident)},
        "incidents/unresolved": {"incidents": unresolved},
        "scheduled-maintenances": {"scheduled_maintenances": newest(Kind.maintenance)},
        "scheduled-maintenances/upcoming": {"scheduled_maintenances": ahead},
        "scheduled-maintenances/active": {"scheduled_maintenances": running},
    }
    about = page.about(changed)
    for name, answer in answers.items():
        yield _file(name, {"page": about, **answer})
    for month in snapshot.months:
        incidents, works = (told(v for v in month.incidents if v.kind is kind) for kind in (Kind.incident, Kind.maintenance))
        if incidents or works:
            yield _file(f"history/{month.key}", {"page": about, "incidents": incidents, "scheduled_maintenances": works})


def _file(name: str, answer: Mapping[str, Any]) -> Artifact:
    return Artifact(path=f"{FOLDER}/{name}.json", data=compact(answer))
