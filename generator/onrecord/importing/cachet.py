"""Cachet: what the API of version 2 or 3 answers about incidents, schedules, components and groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from onrecord.importing.answers import Raw, entries, moment, text, values
from onrecord.importing.bodies import to_words
from onrecord.importing.catalogue import Catalogue
from onrecord.importing.foreign import Unusable
from onrecord.importing.records import Harvest, Item, NotThere, Remark, Words
from onrecord.importing.told import WORST, LeftOut, Sheaf, Told
from onrecord.model import EFFECT_RANK, Effect, Kind, Status
from onrecord.times import zone

SYSTEM = "cachet"
STATUSES = {"1": Status.investigating, "2": Status.identified, "3": Status.monitoring, "4": Status.resolved}
EFFECTS = {
    "1": Effect.operational, "2": Effect.degraded_performance, "3": Effect.partial_outage, "4": Effect.major_outage, "6": Effect.under_maintenance,
}  # fmt: skip
_COMPLETE = "2"
_TYPES = {"incidents": "incident", "schedules": "schedule", "components": "component", "componentGroups": "group", "updates": "update", "incidentUpdates": "update"}
_Pair = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class _Answers:
    """Everything that was answered, as (file, kind, object); JSON:API's objects made flat, and by type and id."""

    listed: list[tuple[str, str, Raw]] = field(default_factory=list)
    known: dict[_Pair, Raw] = field(default_factory=dict)
    updates: dict[str, list[Raw]] = field(default_factory=dict)
    """Updates that were answered on their own, by the id of their incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one item; `zone` is that of the times, which have no offset."""

    answers: _Answers
    catalogue: Catalogue
    zone: str

    def at(self, raw: Raw, *keys: str) -> datetime | None:
        return moment(text(raw, *keys), self.zone)

    def incident(self, raw: Raw, path: str) -> Told:
        _refuse_hidden(raw)
        started = self.at(raw, "occurred_at", "created_at")
        if started is None:
            raise Unusable("it has no time")
        state = text(raw, "latest_status", "status")
        planned = text(raw, "status") == "0" and bool(text(raw, "scheduled_at"))
        made = Told(path=path, id=_id(raw, "incident"), title=text(raw, "name"), started=started, over=state == "4" if state in STATUSES else None, url=_address(raw))
        if planned:
            made.kind, made.started, made.over = Kind.maintenance, self.at(raw, "scheduled_at") or started, None
            made.note("moved", "an incident that is scheduled: a maintenance")
        made.words = [self.words(raw, started, made, Status.scheduled if planned else STATUSES.get(text(raw, "status")))]
        found = {text(one, "id"): one for one in (*self.answers.updates.get(made.id, ()), *self.related(raw, "updates"))}
        updates = sorted((self.update(one, made) for one in found.values()), key=lambda words: words.at)
        if updates and not planned:
            # The incident's own state moves on with its updates; its own words were the first.
            made.words[0] = self.words(raw, started, made, Status.investigating)
        made.words += updates
        if made.over and len(made.words) == 1:
            made.words, made.ended = [self.words(raw, started, made, Status.investigating)], self.at(raw, "updated_at")
        made.components = self.named(raw, planned=planned)
        worst = max([effect for _, effect in made.components] or [Effect.operational], key=EFFECT_RANK.__getitem__)
        made.severity = None if planned else WORST[worst]
        if not planned and worst is Effect.operational:
            made.note("odd", "what its components felt is not known: Cachet shows only the newest state; it has no effect and the severity none")
        return made

    def schedule(self, raw: Raw, path: str) -> Told:
        start = self.at(raw, "scheduled_at", "scheduled")
        if start is None:
            raise Unusable("it has no time")
        until = self.at(raw, "completed_at", "completed")
        told = min(self.at(raw, "created_at") or start, start)
        made = Told(
            path=path, id=_id(raw, "schedule"), title=text(raw, "name"), kind=Kind.maintenance, started=start, until=until,
            over=text(raw, "status") == _COMPLETE, ended=until, url=_address(raw),
        )  # fmt: skip
        made.words = [self.words(raw, told, made, Status.scheduled), *(self.update(one, made) for one in self.related(raw, "updates"))]
        made.components = self.named(raw, planned=True)
        return made

    def update(self, raw: Raw, made: Told) -> Words:
        at = self.at(raw, "created_at")
        if at is None:
            raise Unusable("one of its updates has no time")
        return self.words(raw, at, made, STATUSES.get(text(raw, "status")) if made.kind is Kind.incident else None)

    def words(self, raw: Raw, at: datetime, made: Told, status: Status | None) -> Words:
        body, remarks = to_words(text(raw, "message"), None)
        made.remarks += [one for one in remarks if one not in made.remarks]
        return Words(at=at, body=body, status=status)

    def related(self, raw: Raw, name: str) -> list[Raw]:
        """What belongs to an object: inside it in version 2, named by type and id in version 3."""
        held = raw.get(name)
        listed = entries(held.get("data") or ()) if isinstance(held, dict) else entries(held or ())
        return [self.answers.known.get((text(one, "type"), text(one, "id")), one) for one in listed]

    def named(self, raw: Raw, *, planned: bool) -> tuple[tuple[str, Effect], ...]:
        listed = self.related(raw, "components")
        if not listed and text(raw, "component_id") not in ("", "0"):
            listed = [{"id": text(raw, "component_id"), "pivot": {"component_status": raw.get("component_status")}}]
        found: dict[str, Effect] = {}
        for one in listed:
            key = text(one, "component_id", "id")
            pivot = one.get("pivot") if isinstance(one.get("pivot"), dict) else one
            felt = EFFECTS.get(_value((pivot or {}).get("component_status")), Effect.operational)
            if key and key != "0":
                self.catalogue.labels.setdefault(key, text(one, "name") or f"Component {key}")
                found[key] = Effect.under_maintenance if planned else felt
        return tuple(found.items())


def harvest(path: Path, time_zone: str = "UTC") -> Harvest:
    """Everything in a file, or in the files of a folder. Times without an offset are in that zone.

    Raises:
        NotThere: there is nothing of Cachet.
    """
    refused: list[Item] = []
    answers = _Answers()
    for name, value in values(path, refused):
        for kind, raw in _sorted(value, answers):
            answers.listed.append((name, kind, raw))
    if not answers.listed and not refused:
        raise NotThere(f"there is nothing of Cachet in {path}: save what /api/v1/incidents, components, components/groups and schedules answer")
    catalogue = Catalogue(system=SYSTEM, zone=zone(time_zone))
    reader = _Reader(answers=answers, catalogue=catalogue, zone=time_zone)
    _list(answers, catalogue)
    sheaf = Sheaf(system=SYSTEM)
    for name, kind, raw in answers.listed:
        if kind in ("incident", "schedule"):
            place = f"{name}#{_id(raw, kind)}"
            sheaf.add(place, _id(raw, kind), lambda kind=kind, raw=raw, place=place: getattr(reader, kind)(raw, place))  # type: ignore[misc]
    records = sheaf.records()
    groups, components, names = catalogue.whole([record for _, record, _ in records])
    remarks = (Remark("odd", f"its times have no offset; they are read in {time_zone}. `--time-zone` names another zone"),) if records else ()
    return Harvest(system=SYSTEM, groups=groups, components=components, names=names, records=records, others=(*refused, *sheaf.others), remarks=remarks)


def _id(raw: Raw, kind: str) -> str:
    """Incidents and schedules are counted each on their own there."""
    return f"{'' if kind == 'incident' else 'schedule-'}{text(raw, 'id') or '?'}"


def _address(raw: Raw) -> str | None:
    found = text(raw, "permalink")
    return found if found.startswith(("http://", "https://")) else None


def _refuse_hidden(raw: Raw) -> None:
    if text(raw, "deleted_at"):
        raise LeftOut("it was deleted")
    if "visible" in raw and text(raw, "visible").lower() not in ("1", "true"):
        raise LeftOut("not everybody could see it")


# ---------------------------------------------------------------- what the answers hold


def _sorted(value: object, answers: _Answers) -> Iterator[tuple[str, Raw]]:
    """The objects of an answer with their kind; what came along with them is kept by type and id."""
    if isinstance(value, dict):
        for raw in entries(value, "included"):
            answers.known[text(raw, "type"), text(raw, "id")] = _flat(raw)
            if _TYPES.get(text(raw, "type")) in ("component", "group"):
                yield _TYPES[text(raw, "type")], _flat(raw)
    for raw in entries(value, "data") if isinstance(value, dict) and "data" in value else entries(value):
        flat = _flat(raw)
        kind = _TYPES.get(text(raw, "type")) or _kind(flat)
        if not kind and text(raw, "incident_id") and "message" in raw:
            answers.updates.setdefault(text(raw, "incident_id"), []).append(flat)
        if kind:
            answers.known[text(raw, "type"), text(raw, "id")] = flat
            yield kind, flat


def _kind(raw: Raw) -> str:
    """What an object of version 2 is, by the keys that only its kind has."""
    if "scheduled_at" in raw and ("completed_at" in raw or "components" in raw) and "visible" not in raw:
        return "schedule"
    if "message" in raw and "name" in raw:
        return "incident"
    if "enabled_components" in raw or ("collapsed" in raw and "name" in raw):
        return "group"
    return "component" if "group_id" in raw and "name" in raw else ""


def _flat(raw: Raw) -> Raw:
    """An object of version 3 with its attributes and relationships as keys, its times as texts and its states as numbers."""
    attributes = raw.get("attributes")
    if not isinstance(attributes, dict):
        return {key: _value(value) if key in ("visible", "status", "latest_status") else value for key, value in raw.items()}
    found: dict[str, Any] = {"id": text(raw, "id"), "type": text(raw, "type")}
    for key, value in attributes.items():
        if isinstance(value, Mapping) and "string" in value:
            found[f"{key}_at"] = value["string"]
        elif key in ("visible", "status", "latest_status"):
            found[key] = _value(value)
        elif value is not None:
            found[key] = value
    relations = raw.get("relationships")
    return {**found, **relations} if isinstance(relations, dict) else found


def _value(state: object) -> str:
    """The number of a state, as text: `{"human": …, "value": 4}` in version 3."""
    state = state.get("value") if isinstance(state, Mapping) else state
    return "" if state is None else str(state)


def _list(answers: _Answers, catalogue: Catalogue) -> None:
    def place(raw: Raw) -> float:
        order = raw.get("order")
        return order if isinstance(order, (int, float)) else 1e9

    for raw in sorted((raw for _, kind, raw in answers.listed if kind == "group"), key=place):
        catalogue.add_group(text(raw, "id"), text(raw, "name"))
        for one in entries(raw.get("enabled_components") or ()):
            catalogue.add(text(one, "id"), text(one, "name"), group=text(raw, "id"), description=text(one, "description"))
    for raw in sorted((raw for _, kind, raw in answers.listed if kind == "component"), key=place):
        related = raw.get("group")
        data = related.get("data") if isinstance(related, dict) else None
        group = text(data, "id") if isinstance(data, dict) else text(raw, "group_id")
        if text(raw, "enabled").lower() not in ("false", "0") and not text(raw, "deleted_at"):
            catalogue.add(text(raw, "id"), text(raw, "name"), group=group, description=text(raw, "description"))
        catalogue.labels.setdefault(text(raw, "id"), text(raw, "name"))
