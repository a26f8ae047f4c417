"""Statuspage's API v2 as files, with every record: what its own importers, and others, read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from onrecord.exporting.made import Made
from onrecord.exporting.words import as_typed
from onrecord.model import Kind
from onrecord.render.statuspage.events import Event
from onrecord.render.statuspage.parts import Page
from onrecord.settings import Site
from onrecord.snapshot import IncidentView, Snapshot


def export(snapshot: Snapshot, site: Site) -> Made:
    """`summary.json`, `components.json`, `incidents.json` and `scheduled-maintenances.json`, without a limit."""
    page = Page(snapshot, site)
    events = {view.id: Event(view, page) for view in snapshot.incidents if view.kind is not Kind.notice}
    told = {view.id: _typed(events[view.id].told(), view, page) for view in snapshot.incidents if view.id in events}
    changed = max((*(event.updated for event in events.values()), *page.changed()), default=snapshot.at)
    about, parts = page.about(changed), page.listed()
    newest = sorted(events, key=lambda id: (events[id].created, id), reverse=True)
    planned = {view.id for view in snapshot.incidents if view.kind is Kind.maintenance}
    running = [told[view.id] for view in (*snapshot.active_maintenance, *snapshot.upcoming_maintenance)]
    status = {"indicator": snapshot.overall.indicator, "description": snapshot.overall.description}
    answers: dict[str, dict[str, Any]] = {
        "summary": {"components": parts, "incidents": [told[view.id] for view in snapshot.open_incidents], "scheduled_maintenances": running, "status": status},
        "components": {"components": parts},
        "incidents": {"incidents": [told[id] for id in newest if id not in planned]},
        "scheduled-maintenances": {"scheduled_maintenances": [told[id] for id in newest if id in planned]},
    }
    return Made(
        files={f"{name}.json": _json({"page": about, **answer}) for name, answer in answers.items()},
        records={event.id: id for id, event in events.items()},
        components={found["id"]: id for id, found in page.objects.items()},
        left_out={view.id: "Statuspage has no notices" for view in snapshot.incidents if view.kind is Kind.notice},
    )


def _typed(told: dict[str, Any], view: IncidentView, page: Page) -> dict[str, Any]:
    """An incident whose updates hold what one would type there; a post-mortem is Markdown there, too."""
    for update in told["incident_updates"]:
        if update["status"] != "postmortem":
            update["body"] = as_typed(update["body"])
    if view.kind is Kind.incident and view.updates and view.updates[-1].at > view.started:
        _from_the_start(told["incident_updates"][-1], view, page)
    return told


def _from_the_start(update: dict[str, Any], view: IncidentView, page: Page) -> None:
    """What was felt before the first word stands there as the state before it, since an update is all that can name one."""
    before = {page.objects[id]["id"]: effect.value for id, effect in view.source.head.components.items() if id in page.objects}
    for row in update["affected_components"] or ():
        row["old_status"] = before.get(row["code"], row["old_status"])


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
