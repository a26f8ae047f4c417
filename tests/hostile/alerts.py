"""Alerts that attack, in both forms that are taken in: whatever a monitor can be made to say."""

from __future__ import annotations

from typing import Any

from hostile.attacks import ATTACKS, SCREEN
from hostile.settings import ALERTED


def deliveries() -> list[dict[str, Any]]:
    """One from Alertmanager and one from PagerDuty; their parts are known, and each word of theirs is an attack."""
    told = {f"l{n}": text for n, text in enumerate(ATTACKS)}
    labels = {"alertname": ATTACKS[0], "service": ALERTED[0], "severity": ATTACKS[1], SCREEN: SCREEN, **told}
    alert = {
        "status": "firing", "labels": labels, "annotations": {"summary": ATTACKS[2], "description": ATTACKS[3], **told},
        "startsAt": "2026-11-21T08:52:10Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": f"javascript:{ATTACKS[4]}", "fingerprint": ATTACKS[5],
    }  # fmt: skip
    group = {
        "version": "4", "groupKey": f"{ATTACKS[0]}{SCREEN}", "truncatedAlerts": 0, "status": "firing", "receiver": ATTACKS[1], "groupLabels": told,
        "commonLabels": labels, "commonAnnotations": told, "externalURL": ATTACKS[4], "alerts": [alert],
    }  # fmt: skip
    data = {
        "id": ATTACKS[25], "type": "incident", "self": ATTACKS[0], "html_url": f"javascript:{ATTACKS[1]}", "number": 2, "status": "triggered", "incident_key": ATTACKS[2],
        "created_at": "2026-11-21T08:54:30Z", "title": ATTACKS[3], "service": {"id": "P", "summary": ALERTED[1], "type": "service_reference"}, "urgency": ATTACKS[4],
        "priority": {"id": "P1", "summary": ATTACKS[6]}, "teams": [{"id": "T", "summary": ATTACKS[7]}],
    }  # fmt: skip
    return [group, {"event": {"id": ATTACKS[8], "event_type": "incident.triggered", "resource_type": "incident", "occurred_at": "2026-11-21T08:55:00Z", "agent": None, "client": None, "data": data}}]
