"""What webhooks get: bodies in the shape of Statuspage's own webhooks, signed as Standard Webhooks asks.

The signature is an HMAC with SHA-256 over the id of the message, the time and the body, so that a
receiver knows who sent it, that nothing was changed, and that nobody plays an old one again.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from onrecord.announcing.wording import Told
from onrecord.model import Kind
from onrecord.render.artifacts import compact
from onrecord.render.statuspage import Event, Page, opaque
from onrecord.settings import Site
from onrecord.snapshot.records import Snapshot

MANUAL = "https://standardwebhooks.com"
LEAST_KEY = 24
"""A key of fewer letters can be guessed."""
_PREFIX = "whsec_"
_ABSENT = {
    "backfilled": False,
    "impact_override": None,
    "organization_id": None,
    "postmortem_body": None,
    "postmortem_body_last_updated_at": None,
    "postmortem_ignored": False,
    "postmortem_notified_subscribers": False,
    "postmortem_notified_twitter": False,
    "postmortem_published_at": None,
    "scheduled_auto_transition": False,
    "scheduled_for": None,
    "scheduled_remind_prior": False,
    "scheduled_reminded_at": None,
    "scheduled_until": None,
}
"""The keys of an incident in Statuspage's webhooks that its public API has not, as they are where nobody uses them."""


def bodies(told: Told, now: Snapshot, site: Site) -> Iterator[tuple[str, bytes]]:
    """The calls about that news: the end of the key of each, and its body. The record first, then each component whose effect it changes.

    `now` is the whole page at the time of sending, whose state every call names.
    """
    page, then = Page(now, site), Page(told.snapshot, site)
    around = {
        "meta": {"unsubscribe": f"{site.url}subscribe/", "documentation": MANUAL},
        "page": {"id": page.id, "status_indicator": now.overall.indicator, "status_description": now.overall.description},
    }
    event = Event(told.view, then).told()
    yield "", compact({**around, "incident": _incident(event, told)})
    newest = event["incident_updates"][0] if event["incident_updates"] else {}
    if told.news.update is None:
        return
    ids = {part["id"]: id for id, part in then.objects.items()}
    for row in newest.get("affected_components") or ():
        if row["old_status"] != row["new_status"]:
            yield f"#{ids[row['code']]}", compact({**around, **_component(row, then.objects[ids[row["code"]]], newest)})


def _incident(event: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """The incident with the keys that only webhooks have."""
    story = told.view.postmortem
    out = {"postmortem_body": story.body.strip(), "postmortem_published_at": event["updated_at"]} if story is not None and told.news.update is None else {}
    impact = {"impact": "maintenance"} if told.view.kind is Kind.maintenance else {}
    updates = [{**update, "twitter_updated_at": None, "wants_twitter_update": False} for update in event["incident_updates"]]
    return {**_ABSENT, **event, **impact, **out, "organization_id": event["page_id"], "incident_updates": updates}


def _component(row: Mapping[str, str], part: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    """One component whose effect changed, and how."""
    return {
        "component_update": {
            "created_at": update["created_at"],
            "new_status": row["new_status"],
            "old_status": row["old_status"],
            "id": opaque("component_update", update["id"], row["code"]),
            "component_id": row["code"],
        },
        "component": {"created_at": part["created_at"], "id": row["code"], "name": part["name"], "status": row["new_status"]},
    }


def signed(id: str, at: datetime, body: bytes, key: str) -> dict[str, str]:
    """The headers that prove the body: `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature`.

    A key that begins with `whsec_` goes on in base64, as Standard Webhooks writes it; any other counts as it stands.

    Raises:
        ValueError: such a key is no base64.
    """
    stamp = str(int(at.timestamp()))
    secret = base64.b64decode(key.removeprefix(_PREFIX), validate=True) if key.startswith(_PREFIX) else key.encode()
    mac = hmac.digest(secret, f"{id}.{stamp}.".encode() + body, "sha256")
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}
