"""An invented page's answers in the form of Statuspage's API v2, for tests of its import."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = {"id": "tallerpage01", "name": "Tallerie", "url": "https://status.tallerie.example", "time_zone": "Europe/Berlin"}
SEEN = "2026-11-21T12:00:00.500Z"


def clock(text: str) -> str:
    """`13:58` on 20 November 2026, `21T00:10` on another day of that month, or a whole time; with milliseconds, as there."""
    if len(text) == 5:
        return f"2026-11-20T{text}:00.250Z"
    return f"2026-11-{text}:00.250Z" if len(text) == 8 else text


def part(id: str, name: str, status: str = "operational", **more: Any) -> dict[str, Any]:
    """A component, with all thirteen keys."""
    return {
        "id": id, "name": name, "status": status, "created_at": "2024-03-01T08:00:00.000Z", "updated_at": clock("08:00"), "position": 1,
        "description": None, "showcase": True, "start_date": None, "group_id": None, "page_id": PAGE["id"], "group": False,
        "only_show_if_degraded": False, **more,
    }  # fmt: skip


def touched(id: str, old: str, new: str, name: str = "") -> dict[str, str]:
    """One of an update's `affected_components`."""
    return {"code": id, "name": name or id, "old_status": old, "new_status": new}


def said(id: str, at: str, status: str, body: str = "Words.", *affected: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """An update."""
    at = clock(at)
    return {
        "id": id, "status": status, "body": body, "created_at": at, "updated_at": at, "display_at": at,
        "affected_components": list(affected) or None, "deliver_notifications": True, "custom_tweet": None, "tweet_id": None, **more,
    }  # fmt: skip


def entry(id: str, name: str, *updates: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An incident; its updates are given in order and stand there newest first. Its own times come from them."""
    newest = updates[-1]
    found = {
        "id": id, "name": name, "status": newest["status"], "created_at": updates[0]["created_at"], "updated_at": newest["created_at"],
        "monitoring_at": None, "resolved_at": None, "impact": "minor", "shortlink": f"https://stspg.io/{id}", "started_at": updates[0]["display_at"],
        "page_id": PAGE["id"], "incident_updates": [{**update, "incident_id": id} for update in reversed(updates)], "components": [],
    }  # fmt: skip
    times = {key: clock(value) if key.endswith(("_at", "_for", "_until")) and isinstance(value, str) else value for key, value in more.items()}
    return {**found, **times}


def maintenance(id: str, name: str, start: str, end: str, *updates: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A maintenance with its window."""
    return {**entry(id, name, *updates, **{"impact": "maintenance", **more}), "scheduled_for": clock(start), "scheduled_until": clock(end)}


def answer(seen: str = SEEN, **held: Any) -> dict[str, Any]:
    """One answer, taken at that time."""
    return {"page": {**PAGE, "updated_at": clock(seen)}, **held}


def summary(*parts: Mapping[str, Any], incidents: Any = (), maintenances: Any = (), seen: str = SEEN) -> dict[str, Any]:
    """`summary.json`: everything that is not over."""
    return answer(
        seen, components=list(parts), incidents=list(incidents), scheduled_maintenances=list(maintenances), status={"indicator": "none", "description": "All Systems Operational"}
    )


def lay_out(folder: Path, answers: Mapping[str, Any]) -> Path:
    """Writes each answer as JSON, compact as there; texts are written as they are."""
    for name, value in answers.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        (folder / name).write_text(text, encoding="utf-8")
    return folder
