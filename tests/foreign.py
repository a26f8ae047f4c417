"""Invented histories in the forms of other systems, as their APIs and repositories give them, for tests of the imports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import repositories
from onrecord.files import WorkTree
from onrecord.importing.records import NotThere
from onrecord.importing.systems import Asked, read
from onrecord.importing.writing import Done, bring_in
from onrecord.loading import load
from onrecord.model import Dataset, Incident
from onrecord.times import parse_instant

__all__ = ["NotThere", "parse_instant"]
NOW = parse_instant("2026-11-21T14:00:00Z")
GOLDEN = Path(__file__).parent / "golden" / "feeds"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))\u0000"


def bring(system: str, files: dict[str, Any], root: Path, **asked: Any) -> Done:
    """Lays the files out below `there`, anything but text as JSON, and imports them into `here`."""
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in files.items()}
    there = repositories.lay_out(root / "there", texts)
    wanted = Asked(**{"now": NOW, **asked})
    return bring_in(read(system, there, wanted), root / "here", wanted.now)


def dataset(root: Path) -> Dataset:
    """What is in `here` afterwards."""
    return load(WorkTree(root / "here"), now=NOW).dataset


def told(incident: Incident) -> list[tuple[str, str, str]]:
    """Each update's time on its day, state and words."""
    return [(f"{u.head.at:%d %H:%M}", str(u.head.status or ""), u.body.strip()) for u in incident.updates]


# ---------------------------------------------------------------- Upptime


def issue(number: int, title: str, body: str = "Words.", *labels: str, state: str = "closed", **more: Any) -> dict[str, Any]:
    """An issue as GitHub's REST API lists it."""
    return {
        "url": f"https://api.github.com/repos/tallerie/upptime/issues/{number}", "html_url": f"https://github.com/tallerie/upptime/issues/{number}",
        "number": number, "title": title, "user": {"login": "tallerie-bot", "type": "User"}, "labels": [{"name": label} for label in labels],
        "state": state, "comments": 1, "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T11:00:00Z",
        "closed_at": "2026-11-20T10:45:00Z" if state == "closed" else None, "author_association": "OWNER", "body": body, **more,
    }  # fmt: skip


def comment(number: int, at: str, body: str, association: str = "OWNER") -> dict[str, Any]:
    """A comment as GitHub's REST API lists all of a repository's."""
    address = f"https://api.github.com/repos/tallerie/upptime/issues/{number}"
    return {
        "id": number * 100 + int(at[-2:]), "issue_url": address, "html_url": f"{address}#c", "user": {"login": "someone", "type": "User"},
        "created_at": f"2026-11-20T{at}:00Z", "author_association": association, "body": body,
    }  # fmt: skip


DOWN = issue(7, "🛑 Shop is down", "In [`7642467`](https://github.com/tallerie/upptime/commit/7642467\n), Shop (https://shop.example) was **down**:\n- HTTP code: 503\n- Response time: 109 ms", "status", "shop")
WINDOW = "<!--\nstart: 2026-11-25T08:00:00Z\nend: 2026-11-25T09:00:00Z\nexpectedDown: shop\nexpectedDegraded: API\n-->\n\nWe move the database."
UPPTIME: dict[str, Any] = {
    "issues.json": [
        DOWN, issue(8, "⚠️ API has degraded performance", "Slow.", "status", "api", state="open", closed_at=None),
        issue(9, "Database move", WINDOW, "maintenance", state="open"), issue(10, "How do I install this?", "Please help.", "question"),
    ],
    "comments.json": [comment(7, "10:20", "We restart it."), comment(7, "10:25", "First!", "NONE"), comment(7, "10:45", "**Resolved:** Shop is back up in [`db7098c`](https://github.com/x) after 45 minutes.")],
    "history/summary.json": [
        {"name": "Shop", "url": "https://shop.example", "slug": "shop", "status": "up", "uptime": "99.98%", "dailyMinutesDown": {"2026-11-20": 45, "2026-01-02": 3}},
        {"name": "API", "url": "https://api.example", "slug": "api", "status": "degraded", "uptime": "100.00%", "dailyMinutesDown": {}},
    ],
    "history/shop.yml": "url: https://shop.example\nstatus: up\nstartTime: Mon Aug 10 2020 07:54:39 GMT+0000 (Coordinated Universal Time)\n",
    ".upptimerc.yml": "owner: tallerie\nrepo: upptime\nstatus-website:\n  cname: status.tallerie.example\n  name: Tallerie\n",
}  # fmt: skip

# ---------------------------------------------------------------- Google Cloud


def said_there(at: str, status: str, text: str, *places: str) -> dict[str, Any]:
    """An update in Google's list."""
    at = f"2026-11-20T{at}:00+00:00"
    return {"created": at, "modified": at, "when": at, "text": text, "status": status, "affected_locations": [{"title": p, "id": p.lower()} for p in places]}


GCP: dict[str, Any] = {
    "incidents.json": [
        {
            "id": "xK3", "number": "17", "begin": "2026-11-20T09:50:00+00:00", "created": "2026-11-20T10:01:00+00:00", "end": "2026-11-20T11:30:00+00:00",
            "modified": "2026-11-20T12:00:00+00:00", "external_desc": "Elevated errors in **Tall Storage**", "severity": "medium", "service_key": "s1",
            "service_name": "Tall Storage", "status_impact": "SERVICE_OUTAGE", "uri": "incidents/xK3", "currently_affected_locations": [],
            "affected_products": [{"title": "Tall Storage", "id": "prod1"}, {"title": "Tall Queue", "id": "prod2"}],
            "updates": [
                said_there("13:00", "AVAILABLE", "# Incident Report\n\n## Summary\n\nA quota was lowered."),
                said_there("11:40", "AVAILABLE", "The issue is resolved."),
                said_there("10:30", "SERVICE_DISRUPTION", "**Summary:** Fewer errors.", "Frankfurt (europe-west3)"),
                said_there("10:05", "SERVICE_OUTAGE", "**Summary:** Errors.\n\nWe will provide an update by 10:30.", "Frankfurt (europe-west3)", "Zurich (europe-west6)"),
            ],
        },
    ],
}  # fmt: skip

# ---------------------------------------------------------------- Statusfy

STATUSFY: dict[str, Any] = {
    "config.js": 'module.exports = { "title": "Tallerie Status", content: { "systems": ["shop", "api"] }, defaultLocale: "en", baseUrl: "https://status.tallerie.example" }\n',
    "locales/en.json": {"title": "Tallerie", "systems": {"items": {"shop": {"title": "The shop", "description": "Buying"}, "api": {"title": "API"}}}},
    "content/README.md": "# Content\n",
    "content/2026-11-20_errors.md": """\
---
id: 382ee1ab
title: "Errors in the shop"
description: "Some pages fail"
date: 2026-11-20T10:00:00.000Z
severity: "partial-outage"
affectedsystems:
  - "shop"
resolved: true
---

<!-- General content -->
Since this morning some pages fail.

::: update Resolved | 2026-11-20T11:00:00.000Z
All is well.
:::

::: update Ongoing | 2026-11-20T10:30:00.000Z
Still at it.
:::

::: update Investigating | 2026-11-20T10:00:00.000Z
We look into it.
:::
""",
    "content/2026-11-25_move.md": """\
---json
{"title": "Database move", "description": "We move.", "date": "2026-11-18T10:00:00Z", "severity": "under-maintenance", "affectedsystems": ["shop", "api"], "resolved": false, "scheduled": "2026-11-25T08:00:00Z", "duration": "90"}
---
""",
}

# ---------------------------------------------------------------- Cachet


def _when(at: str) -> dict[str, str]:
    return {"human": "1 day ago", "string": f"2026-11-20 {at}:00"}


CACHET_2: dict[str, Any] = {
    "incidents.json": {
        "meta": {"pagination": {"total": 3}},
        "data": [
            {
                "id": 3, "component_id": 1, "name": "Errors", "status": 4, "visible": 1, "message": "We look **into** it.", "scheduled_at": None,
                "created_at": "2026-11-20 10:00:00", "updated_at": "2026-11-20 11:00:00", "deleted_at": None, "occurred_at": "2026-11-20 10:00:00", "is_resolved": True,
                "human_status": "Fixed", "latest_status": 4, "permalink": "https://status.tallerie.example/incidents/3",
                "updates": [
                    {"id": 5, "incident_id": 3, "status": 4, "message": "All is well.", "created_at": "2026-11-20 11:00:00"},
                    {"id": 4, "incident_id": 3, "status": 2, "message": "A disk is full.", "created_at": "2026-11-20 10:30:00"},
                ],
            },
            {"id": 2, "component_id": 0, "name": "Hidden", "status": 1, "visible": 0, "message": "x", "created_at": "2026-11-19 10:00:00", "updated_at": "2026-11-19 10:00:00"},
        ],
    },
    "components.json": {"data": [{"id": 1, "name": "Shop", "description": "Buying", "status": 1, "order": 0, "group_id": 1, "enabled": True}]},
    "groups.json": {"data": [{"id": 1, "name": "Public", "order": 0, "collapsed": 0, "enabled_components": []}]},
    "schedules.json": {
        "data": [
            {
                "id": 3, "name": "Database move", "message": "We move.", "status": 2, "scheduled_at": "2026-11-18 08:00:00", "completed_at": "2026-11-18 09:30:00",
                "created_at": "2026-11-15 08:00:00", "components": [{"id": 1, "schedule_id": 3, "component_id": 1, "component_status": 4}],
            },
        ],
    },
}  # fmt: skip
CACHET_3: dict[str, Any] = {
    "incidents.json": {
        "data": [
            {
                "id": "3", "type": "incidents",
                "attributes": {
                    "id": 3, "guid": "0a", "name": "Errors", "message": "We look **into** it.", "visible": 1, "stickied": False,
                    "status": {"human": "Fixed", "value": 4}, "occurred": _when("10:00"), "created": _when("10:00"), "updated": _when("11:00"),
                },
                "relationships": {"components": {"data": [{"id": "1", "type": "components"}]}, "updates": {"data": [{"id": "5", "type": "updates"}, {"id": "4", "type": "updates"}]}},
            },
        ],
        "included": [
            {"id": "5", "type": "updates", "attributes": {"message": "All is well.", "status": {"human": "Fixed", "value": 4}, "created": _when("11:00")}},
            {"id": "4", "type": "updates", "attributes": {"message": "A disk is full.", "status": {"human": "Identified", "value": 2}, "created": _when("10:30")}},
            {
                "id": "1", "type": "components",
                "attributes": {"name": "Shop", "order": 1, "enabled": True, "status": {"value": 1}, "pivot": {"component_status": {"human": "Partial Outage", "value": 3}}},
            },
        ],
    },
}  # fmt: skip

# ---------------------------------------------------------------- Instatus

INSTATUS: dict[str, Any] = {
    "pages.json": [{"id": "pg1", "subdomain": "tallerie", "name": "Tallerie", "customDomain": "status.tallerie.example", "status": "UP"}],
    "components.json": [
        {"id": "c2", "name": "API", "description": "", "status": "OPERATIONAL", "order": 2, "group": {"id": "g1", "name": "Public"}, "archivedAt": None},
        {"id": "c1", "name": "Shop", "description": "Buying", "status": "OPERATIONAL", "order": 1, "group": None, "startDate": "2026-01-01T00:00:00.000Z", "archivedAt": None},
    ],
    "incidents.json": [
        {
            "id": "in1", "name": "Errors", "status": "RESOLVED", "started": "2026-11-20T10:00:00.000Z", "resolved": "2026-11-20T11:00:00.000Z", "duration": 60,
            "impact": "PARTIALOUTAGE", "components": [{"id": "c1", "name": "Shop", "status": "OPERATIONAL"}],
            "updates": [
                {"id": "u1", "message": "We look into it.", "messageHtml": "<p>We look <strong>into</strong> it.</p>", "status": "INVESTIGATING", "started": "2026-11-20T10:00:00.000Z"},
                {"id": "u2", "message": "All is well.", "messageHtml": "<p>All is well.</p>", "status": "RESOLVED", "started": "2026-11-20T11:05:00.000Z", "notify": True},
            ],
        },
    ],
    "maintenances.json": [
        {
            "id": "ma1", "name": "Database move", "status": "NOTSTARTEDYET", "start": "2026-11-25T08:00:00.000Z", "duration": 90, "components": [{"id": "c2", "name": "API"}],
            "updates": [{"id": "u3", "message": "We move.", "messageHtml": "<p>We move.</p>", "status": "NOTSTARTEDYET", "started": "2026-11-18T08:00:00.000Z"}],
        },
    ],
}  # fmt: skip

# ---------------------------------------------------------------- feeds


def line(day: str, clock: str, word: str, words: str, zone: str = "UTC") -> str:
    """An update in Statuspage's HTML."""
    return f"<p> <small>{day[:4]}<var data-var='date'>{day[4:]}</var>, <var data-var='time'>{clock}</var> {zone}</small><br> <strong>{word}</strong> - {words} </p> "


def atom(*entries: str, title: str = "Tallerie - Incident History") -> str:
    """An Atom feed with these entries."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom"><id>tag:status.tallerie.example,2005:/history</id>'
        f'<link rel="alternate" type="text/html" href="https://status.tallerie.example"/><title>{title}</title>{"".join(entries)}</feed>'
    )


def atom_entry(id: str, title: str, published: str, html: str, link: str = "") -> str:
    """One entry; its content is HTML, escaped as feeds have it."""
    body = html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    address = link or f"https://status.tallerie.example/incidents/{id}"
    return (
        f"<entry><id>tag:status.tallerie.example,2005:Incident/{id}</id><published>{published}</published><updated>{published}</updated>"
        f'<link rel="alternate" type="text/html" href="{address}"/><title>{title}</title><content type="html">{body}</content></entry>'
    )


NEW_YEAR = line("Jan  1", "00:20", "Resolved", "All is well.") + line("Dec 31", "23:50", "Update", "Still at it.") + line("Dec 31", "23:40", "Investigating", "We look &amp; see.")
AHEAD = "<p><strong>THIS IS A SCHEDULED EVENT Nov <var data-var='date'>25</var>, <var data-var='time'>22:00</var> - <var data-var='time'>02:00</var> UTC</strong></p> " + line(
    "Nov 18", "08:00", "Scheduled", "We move."
)
FEED: dict[str, Any] = {
    "history.atom": atom(
        atom_entry("ma1nt0000001", "Database move", "2026-11-18T08:00:10Z", AHEAD), atom_entry("1nc000000001", "Errors &amp; more", "2026-01-01T00:20:30Z", NEW_YEAR)
    )
}  # fmt: skip

SYSTEMS: dict[str, tuple[str, dict[str, Any]]] = {
    "upptime": ("upptime", UPPTIME), "gcp": ("gcp", GCP), "statusfy": ("statusfy", STATUSFY), "cachet 2": ("cachet", CACHET_2),
    "cachet 3": ("cachet", CACHET_3), "instatus": ("instatus", INSTATUS), "feed": ("feed", FEED),
}  # fmt: skip
"""Each sample by its name: the system, and its files."""
