"""The description of the API as OpenAPI 3.1: every file that a program may ask for, and the shape of what it gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from onrecord import __version__
from onrecord.markup import clean
from onrecord.model import Effect, Severity
from onrecord.render.artifacts import Artifact
from onrecord.settings import Site

PATH = "api/openapi.json"
_Shape = dict[str, Any]
_ID: _Shape = {"type": "string", "minLength": 1, "description": "Opaque, and the same for ever."}
_TEXT: _Shape = {"type": "string"}
_WORDS_OR_NULL: _Shape = {"type": ["string", "null"]}
_TIME: _Shape = {"type": "string", "format": "date-time"}
_TIME_OR_NULL: _Shape = {"type": ["string", "null"], "format": "date-time"}
_EFFECT: _Shape = {"enum": [effect.value for effect in Effect]}
_INCIDENT_STATES = ["investigating", "identified", "monitoring", "resolved", "postmortem"]
_MAINTENANCE_STATES = ["scheduled", "in_progress", "verifying", "completed"]


def openapi(site: Site) -> Iterator[Artifact]:
    """`/api/openapi.json`."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": clean(site.name), "version": __version__, "description": "Plain files, open to every origin, written with the pages from the same facts."},
        "servers": [{"url": site.url.rstrip("/")}],
        "paths": {path: _get(about, answer, **more) for path, (about, answer, more) in _PATHS.items()},
        "components": {"schemas": _SHAPES},
    }
    yield Artifact(path=PATH, data=f"{json.dumps(document, indent=1, ensure_ascii=False)}\n".encode())


def _ref(name: str) -> _Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**keys: _Shape) -> _Shape:
    """An object with exactly those keys, all of them always there."""
    return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False}


def _open_object(**keys: _Shape) -> _Shape:
    """An object with at least those keys."""
    return {"type": "object", "properties": keys, "required": list(keys)}


def _split(**keys: _Shape) -> _Shape:
    """An object whose incidents are in a file for each month where they are too many; then it names those months."""
    found = _open_object(**keys)
    found["properties"] |= {"incidents": _list({"type": "object"}), "incidents_by_month": _list(_MONTH)}
    return found


def _list(items: _Shape) -> _Shape:
    return {"type": "array", "items": items}


def _get(about: str, answer: _Shape, *, type: str = "application/json", absent: str = "") -> _Shape:
    found: _Shape = {"summary": about, "responses": {"200": {"description": about, "content": {type: {"schema": answer}}}}}
    if absent:
        found["parameters"] = [{"name": "month", "in": "path", "required": True, "schema": {"type": "string", "pattern": r"^\d{4}-\d{2}$"}}]
        found["responses"]["404"] = {"description": absent}
    return {"get": found}


_COMPONENT: dict[str, _Shape] = {
    "id": _ID,
    "name": _TEXT,
    "status": _EFFECT,
    "created_at": _TIME,
    "updated_at": _TIME,
    "position": {"type": "integer", "minimum": 0},
    "description": _WORDS_OR_NULL,
    "showcase": {"type": "boolean"},
    "start_date": {"type": ["string", "null"], "format": "date"},
    "group_id": _WORDS_OR_NULL,
    "page_id": _ID,
    "group": {"type": "boolean"},
    "only_show_if_degraded": {"type": "boolean"},
}
_EVENT: dict[str, _Shape] = {
    "id": _ID,
    "name": _TEXT,
    "status": {"enum": _INCIDENT_STATES},
    "created_at": _TIME,
    "updated_at": _TIME,
    "monitoring_at": _TIME_OR_NULL,
    "resolved_at": _TIME_OR_NULL,
    "impact": {"enum": [severity.value for severity in Severity]},
    "shortlink": {"type": "string", "format": "uri"},
    "started_at": _TIME,
    "page_id": _ID,
    "incident_updates": _list(_ref("update")),
    "components": _list(_ref("component")),
}
_PLANNED: dict[str, _Shape] = {
    "status": {"enum": [*_MAINTENANCE_STATES, "postmortem"]},
    "impact": {"const": "maintenance"},
    "scheduled_for": _TIME,
    "scheduled_until": _TIME,
}
_UPDATE: dict[str, _Shape] = {
    "id": _ID,
    "status": {"enum": [*_INCIDENT_STATES, *_MAINTENANCE_STATES]},
    "body": {"type": "string", "description": "Markdown, as it was written."},
    "incident_id": _ID,
    "created_at": _TIME,
    "updated_at": _TIME,
    "display_at": _TIME,
    "affected_components": {"type": ["array", "null"], "items": _object(code=_ID, name=_TEXT, old_status=_EFFECT, new_status=_EFFECT)},
    "deliver_notifications": {"type": "boolean"},
    "custom_tweet": {"type": "null"},
    "tweet_id": {"type": "null"},
}
_STATUS = _object(indicator={"enum": ["none", "maintenance", "minor", "major", "critical"]}, description=_TEXT)
_GROUP = _object(**{**_COMPONENT, "group": {"const": True}, "components": _list(_ID)})
_SHAPES: dict[str, _Shape] = {
    "page": _object(id=_ID, name=_TEXT, url={"type": "string", "format": "uri"}, time_zone=_TEXT, updated_at=_TIME),
    "status": _STATUS,
    "component": _object(**_COMPONENT),
    "group": _GROUP,
    "part": {"oneOf": [_object(**{**_COMPONENT, "group": {"const": False}}), _ref("group")]},
    "update": _object(**_UPDATE),
    "incident": _object(**_EVENT),
    "maintenance": _object(**{**_EVENT, **_PLANNED}),
}
_PAGE = _ref("page")
_PARTS, _INCIDENTS, _WORKS = _list(_ref("part")), _list(_ref("incident")), _list(_ref("maintenance"))
_BADGE = _object(schemaVersion={"const": 1}, label=_TEXT, message=_TEXT, color=_TEXT, isError={"type": "boolean"}, cacheSeconds={"type": "integer"})
_ITEM = _object(id=_TEXT, url=_TEXT, title=_TEXT, content_html=_TEXT, date_published=_TIME, date_modified=_TIME, tags=_list(_TEXT))
_COUNT: _Shape = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL: _Shape = {"type": ["integer", "null"], "minimum": 0}
_MINUTES: _Shape = {"type": "number", "minimum": 0}
_PERCENT_OR_NULL: _Shape = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
_SPREAD = _object(count=_COUNT, median=_COUNT_OR_NULL, least=_COUNT_OR_NULL, most=_COUNT_OR_NULL)
_KEPT = _object(kept=_COUNT, missed=_COUNT, open=_COUNT, kept_percent=_PERCENT_OR_NULL)
_MONTH: _Shape = {"type": "string", "pattern": r"^\d{4}-\d{2}$"}
_RELIABILITY = _object(
    since=_MONTH, time_zone=_TEXT, incidents=_COUNT, clocks={"type": "object", "additionalProperties": _COUNT},
    promises=_KEPT, first_words=_KEPT, postmortems=_KEPT,
    first_word_seconds=_SPREAD, to_resolve_seconds=_SPREAD, end_told_after_seconds=_SPREAD,
    severities=_list(_object(
        severity={"enum": [severity.value for severity in Severity]}, incidents=_COUNT, first_word_wanted_within_seconds=_COUNT_OR_NULL,
        first_word_seconds=_SPREAD, to_resolve_seconds=_SPREAD, promises=_KEPT,
    )),
    missed_promises=_list(_open_object(incident=_TEXT, update=_TEXT, due=_TIME, late_seconds=_COUNT)),
    components=_list(_object(
        id=_TEXT, name=_TEXT, incidents=_COUNT, uptime=_PERCENT_OR_NULL, known_minutes=_MINUTES, down_minutes=_MINUTES, planned_minutes=_MINUTES,
        to_resolve_seconds=_SPREAD, well_between_seconds=_SPREAD,
    )),
    service_levels=_list(_object(
        name=_TEXT, target={"type": "number"}, months=_COUNT, reached=_COUNT,
        missed=_list(_object(month=_MONTH, uptime=_PERCENT_OR_NULL, owed=_WORDS_OR_NULL)),
    )),
)  # fmt: skip
_NOW = _object(
    at=_TIME, state=_TEXT, says=_TEXT, version=_TEXT, count={"type": "integer"}, next_update_by=_TIME_OR_NULL, valid_until=_TIME,
    open={"type": "object", "additionalProperties": _TEXT},
)  # fmt: skip
_PATHS: dict[str, tuple[str, _Shape, dict[str, Any]]] = {
    "/api/v2/summary.json": (
        "Components, what is not over, and the state of the page",
        _object(page=_PAGE, components=_PARTS, incidents=_INCIDENTS, scheduled_maintenances=_WORKS, status=_ref("status")),
        {},
    ),
    "/api/v2/status.json": ("The state of the page", _object(page=_PAGE, status=_ref("status")), {}),
    "/api/v2/components.json": ("Components and groups", _object(page=_PAGE, components=_PARTS), {}),
    "/api/v2/incidents.json": ("The 50 newest incidents", _object(page=_PAGE, incidents=_INCIDENTS), {}),
    "/api/v2/incidents/unresolved.json": ("Incidents that are not over", _object(page=_PAGE, incidents=_INCIDENTS), {}),
    "/api/v2/scheduled-maintenances.json": ("The 50 newest maintenances", _object(page=_PAGE, scheduled_maintenances=_WORKS), {}),
    "/api/v2/scheduled-maintenances/upcoming.json": ("Maintenance ahead", _object(page=_PAGE, scheduled_maintenances=_WORKS), {}),
    "/api/v2/scheduled-maintenances/active.json": ("Maintenance under way", _object(page=_PAGE, scheduled_maintenances=_WORKS), {}),
    "/api/v2/history/{month}.json": (
        "What began in a month of the page",
        _object(page=_PAGE, incidents=_INCIDENTS, scheduled_maintenances=_WORKS),
        {"absent": "Nothing began in that month."},
    ),
    "/api/v2/promises.json": (
        "Promises of a next update and what became of them, with the times from word to word",
        _split(since=_TEXT, total={"type": "object"}, severities=_list({"type": "object"}), months=_list({"type": "object"})),
        {},
    ),
    "/api/v2/promises/{month}.json": (
        "The incidents of one of the last twelve months, where they are too many for one file",
        _object(month=_MONTH, incidents=_list({"type": "object"})),
        {"absent": "All incidents stand in promises.json, or none began in that month."},
    ),
    "/api/v2/uptime.json": (
        "Uptime of each component and each service level by month, with the minutes behind it",
        _split(time_zone=_TEXT, components=_list({"type": "object"}), service_levels=_list({"type": "object"})),
        {},
    ),
    "/api/v2/uptime/{month}.json": (
        "Each component of which something was felt in one month, with the incidents, where they are too many for one file",
        _object(month=_MONTH, components=_list(_open_object(component=_TEXT, month=_MONTH, uptime=_PERCENT_OR_NULL, incidents=_list(_TEXT)))),
        {"absent": "All incidents stand in uptime.json, or none was felt in that month."},
    ),
    "/api/v2/reliability.json": ("The last twelve months in short: what was kept, how fast it was, each part and each service level", _RELIABILITY, {}),
    "/now.json": ("The state in under 400 bytes, for who asks often", _NOW, {}),
    "/badges/status.json": ("The badge of the page, for shields.io", _BADGE, {}),
    "/widget.json": ("What the banner shows", _open_object(open=_list({"type": "object"}), text={"type": "object"}), {}),
    "/feed.json": (
        "Every update, as JSON Feed 1.1",
        _open_object(version={"const": "https://jsonfeed.org/version/1.1"}, title=_TEXT, home_page_url=_TEXT, feed_url=_TEXT, items=_list(_ITEM)),
        {"type": "application/feed+json"},
    ),
    "/build.json": ("What the site was made from, when, and with what", _open_object(commit=_WORDS_OR_NULL, at=_TIME, valid_until=_TIME, versions={"type": "object"}), {}),
    "/manifest.json": ("The digest of every file", _open_object(files={"type": "object", "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}), {}),
}
