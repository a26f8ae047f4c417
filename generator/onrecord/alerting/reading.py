"""Deliveries of Alertmanager (webhook, version 4) and PagerDuty (webhook, version 3), and plain `key=value` lines, as records.

Of what came nothing is trusted: its size, depth and types are checked, and what is no text stays out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from onrecord.alerting.alerts import Alert, BadDelivery, Delivery
from onrecord.markup import clean
from onrecord.times import BadTime, parse_instant

System = Literal["alertmanager", "pagerduty", "form"]
SYSTEMS: tuple[System, ...] = ("alertmanager", "pagerduty", "form")
MOST_BYTES, MOST_ALERTS, MOST_LABELS, MOST_LETTERS = 1_000_000, 500, 100, 2_000
_WRAPPERS = ("client_payload", "alert", "payload", "body")
"""Keys under which GitHub and relays hand on what came."""
_ENDED = frozenset({"resolved", "ok", "closed", "recovered"})
_FORM_KEYS = frozenset({"key", "name", "status", "since"})
_SECRET = re.compile(r"pass(word|wd|phrase)?|secret|token|api[_-]?key|credential|authorization", re.IGNORECASE)
_INLINE = re.compile(r"\b((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|credentials?|authorization|bearer)\b[\"']?\s{0,3}[:=]?\s{0,3})[^\s,;]{6,500}", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(\w+://)[^\s/@]{1,200}@|(?<=\w)\?[^\s\"'<>]{1,2000}")


class _Sent(BaseModel):
    """What others send: keys that we do not know are none of our business, texts must be texts."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _AmAlert(_Sent):
    status: Literal["firing", "resolved"]
    labels: dict[str, str] = Field(max_length=MOST_LABELS)
    annotations: dict[str, str] = Field(default_factory=dict, max_length=MOST_LABELS)
    startsAt: str = ""  # noqa: N815, the system's own spelling
    generatorURL: str = ""  # noqa: N815
    fingerprint: str = ""


class _Alertmanager(_Sent):
    alerts: list[_AmAlert] = Field(min_length=1, max_length=MOST_ALERTS)
    groupKey: str = ""  # noqa: N815
    truncatedAlerts: int = 0  # noqa: N815


class _PdReference(_Sent):
    id: str = ""
    summary: str | None = None


class _PdIncident(_Sent):
    id: str = Field(min_length=1)
    type: Literal["incident"]
    status: str
    title: str = ""
    incident_key: str | None = None
    created_at: str = ""
    html_url: str | None = None
    urgency: str | None = None
    service: _PdReference | None = None
    priority: _PdReference | None = None
    teams: list[_PdReference] = Field(default_factory=list, max_length=MOST_LABELS)


class _PdEvent(_Sent):
    event_type: str
    occurred_at: str = ""
    data: dict[str, Any]


def read(data: bytes, system: System | None = None) -> Delivery:
    """The delivery in those bytes; without `system`, that of which it looks.

    Raises:
        BadDelivery: too large, no JSON and no lines of `key=value`, or not what the system sends.
    """
    if len(data) > MOST_BYTES:
        raise BadDelivery(f"{len(data) / 1_000_000:.1f} MB came, and no delivery has more than {MOST_BYTES // 1_000_000}", "group fewer alerts into one")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadDelivery("what came is no UTF-8", "send the JSON of the webhook as it is") from None
    sent = _unwrapped(_json(text)) if text.lstrip()[:1] in ("{", "[") else None
    found = system or ("form" if sent is None else _looks_like(sent))
    try:
        if found == "form":
            return _form(sent if sent is not None else _lines(text))
        if not isinstance(sent, dict):
            raise BadDelivery(f"what came is no JSON object, as {found} sends it", "send the body of the webhook as it is")
        return _alertmanager(sent) if found == "alertmanager" else _pagerduty(sent)
    except ValidationError as error:
        raise BadDelivery(f"this is not what {found} sends: {_why(error)}", "send the body of the webhook as it is; docs/alerts.md shows one") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadDelivery(f"this is no JSON: {error}", "send the body of the webhook as it is") from None
    except RecursionError:
        raise BadDelivery("this JSON is nested deeper than any delivery", "send the body of the webhook as it is") from None


def _unwrapped(sent: Any) -> Any:
    for _ in _WRAPPERS:
        inner = next((sent[key] for key in _WRAPPERS if isinstance(sent, dict) and isinstance(sent.get(key), dict)), None)
        if inner is None:
            break
        sent = inner
    return sent


def _looks_like(sent: Any) -> System:
    if isinstance(sent, dict) and "alerts" in sent:
        return "alertmanager"
    if isinstance(sent, dict) and isinstance(sent.get("event"), dict):
        return "pagerduty"
    if isinstance(sent, dict) and ("status" in sent or "name" in sent):
        return "form"
    raise BadDelivery("what came looks like nothing that we know", "it knows Alertmanager's and PagerDuty's webhooks, and lines of `key=value`; say which with --from")


def _alertmanager(sent: dict[str, Any]) -> Delivery:
    whole = _Alertmanager.model_validate(sent)
    alerts = tuple(
        Alert(
            system="alertmanager",
            id=one.fingerprint or json.dumps(one.labels, sort_keys=True),
            name=_short(one.labels.get("alertname", "an alert without a name")),
            firing=one.status == "firing",
            labels=_texts(one.labels),
            notes=_texts({**one.annotations, "source": one.generatorURL}),
            since=_moment(one.startsAt),
        )
        for one in whole.alerts
    )
    return Delivery(group=f"alertmanager {whole.groupKey or alerts[0].id}", alerts=alerts, left_out=max(0, whole.truncatedAlerts))


def _pagerduty(sent: dict[str, Any]) -> Delivery:
    event = _PdEvent.model_validate(sent.get("event"))
    if event.data.get("type") != "incident":
        raise BadDelivery(f"`{_short(event.event_type)}` is no event of an incident", "subscribe to incident.triggered, incident.reopened and incident.resolved alone")
    one = _PdIncident.model_validate(event.data)
    service = one.service or _PdReference()
    told = {"service": service.summary, "service_id": service.id, "urgency": one.urgency, "priority": one.priority.summary if one.priority else None}
    teams = {"team": one.teams[0].summary} if one.teams else {}
    alert = Alert(
        system="pagerduty",
        id=one.id,
        name=_short(one.title or "an incident without a title"),
        firing=one.status != "resolved",
        labels=_texts({name: value for name, value in {**told, **teams}.items() if value}),
        notes=_texts({"event": event.event_type, "source": one.html_url or "", "incident_key": one.incident_key or ""}),
        since=_moment(one.created_at) or _moment(event.occurred_at),
    )
    return Delivery(group=f"pagerduty {one.id}", alerts=(alert,))


def _form(sent: Any) -> Delivery:
    if not isinstance(sent, dict) or not sent or len(sent) > MOST_LABELS or not all(isinstance(value, str) for value in sent.values()):
        raise BadDelivery("a form is lines of `key=value`, each a text", "send `name`, `status`, `key`, `since`, and the labels by which components are found")
    status = sent.get("status", "firing").lower()
    labels = _texts({key: value for key, value in sent.items() if key not in _FORM_KEYS})
    name = _short(sent.get("name", "an alert without a name"))
    key = sent.get("key") or json.dumps([name, labels], sort_keys=True)
    alert = Alert(system="form", id=key, name=name, firing=status not in _ENDED, labels=labels, since=_moment(sent.get("since", "")))
    return Delivery(group=f"form {key}", alerts=(alert,))


def _lines(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        key, sign, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not sign or not re.fullmatch(r"[A-Za-z_][\w.-]{0,99}", key.strip()):
            raise BadDelivery(f"line {number} is neither JSON nor `key=value`", "write it like `service=payments`")
        found[key.strip()] = value.strip()
    return found


def _texts(told: Mapping[str, str | None]) -> dict[str, str]:
    """Texts that a file may hold; what is called a secret is left out, and so is what addresses carry in front of the host and behind a `?`."""
    found = {}
    for name, text in told.items():
        if text:
            found[_short(name)] = "(left out)" if _SECRET.search(name) else _without_secrets(clean(text)[:MOST_LETTERS])
    return found


def _without_secrets(text: str) -> str:
    return _INLINE.sub(r"\1(left out)", _IN_ADDRESS.sub(lambda m: m[1] or "", text))


def _short(text: str) -> str:
    return " ".join(clean(text).split())[:200]


def _moment(text: str) -> datetime | None:
    try:
        found = parse_instant(text)
    except BadTime:
        return None
    return found if found.year > 2000 else None


def _why(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"`{'.'.join(_short(str(part)) for part in first['loc'])}`: {first['msg'][:200]}"
