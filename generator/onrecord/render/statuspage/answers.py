"""The files themselves: the eight answers of Statuspage's API, and each month of the history without a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from heapq import nlargest
from typing import Any

from onrecord.model import Kind
from onrecord.render.artifacts import Artifact, Piece, compact
from onrecord.render.entries import changed
from onrecord.render.statuspage.events import Event, created
from onrecord.render.statuspage.parts import Page
from onrecord.settings import Site
from onrecord.snapshot.records import IncidentView, MonthView, Snapshot

FOLDER = "api/v2"
LIMIT = 50
"""Statuspage answers with as many incidents, and as many maintenances, the newest."""


def statuspage(snapshot: Snapshot, site: Site) -> Iterator[Artifact]:
    """`/api/v2/`: `summary`, `status`, `components`, `incidents`, `scheduled-maintenances` with their parts, and `history/`."""
    for piece in statuspage_pieces(snapshot, site):
        yield from (file for file in piece.make(snapshot) if isinstance(file, Artifact))


def statuspage_pieces(snapshot: Snapshot, site: Site) -> Iterator[Piece]:
    """The same in pieces: the eight answers, which tell of the present, and each month of the history."""
    yield Piece(name="statuspage", kind="api", of=None, make=partial(_present, site=site))
    page = Page(snapshot, site)
    for month in snapshot.months:
        if any(view.kind is not Kind.notice for view in month.incidents):
            near = page.among(_named(month))
            yield Piece(name=f"api {month.key}", kind="api", of=(month, near.facts), make=partial(_month, month, near))


def _named(month: MonthView) -> set[str]:
    """The components that any of its records names."""
    return {id for view in month.incidents for id in view.named}


def _month(month: MonthView, page: Page, _snapshot: Snapshot) -> Iterator[Artifact]:
    """What began in a month. Its `updated_at` is of the month itself, so that old months stay as they are."""
    told = [(view.kind, Event(view, page)) for view in month.incidents if view.kind is not Kind.notice]
    incidents, works = ([event.told() for kind, event in told if kind is wanted] for wanted in (Kind.incident, Kind.maintenance))
    about = page.about(max(event.updated for _, event in told))
    yield _file(f"history/{month.key}", {"page": about, "incidents": incidents, "scheduled_maintenances": works})


def _present(snapshot: Snapshot, site: Site) -> Iterator[Artifact]:
    page = Page(snapshot, site)
    told_of = [view for view in snapshot.incidents if view.kind is not Kind.notice]
    last = max((*map(changed, told_of), *page.changed()), default=snapshot.built.committed or snapshot.at)

    def told(views: Iterable[IncidentView]) -> list[dict[str, Any]]:
        return [Event(view, page).told() for view in views]

    def newest(kind: Kind) -> list[dict[str, Any]]:
        return told(nlargest(LIMIT, (v for v in told_of if v.kind is kind), key=lambda v: (created(v), v.id)))

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
    about = page.about(last)
    for name, answer in answers.items():
        yield _file(name, {"page": about, **answer})


def _file(name: str, answer: Mapping[str, Any]) -> Artifact:
    return Artifact(path=f"{FOLDER}/{name}.json", data=compact(answer))
