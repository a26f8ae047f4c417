"""Instatus: what its API answers about a page's incidents, maintenances and components."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from onrecord.importing.answers import Raw, entries, moment, text, values
from onrecord.importing.bodies import to_line, to_words
from onrecord.importing.catalogue import Catalogue
from onrecord.importing.foreign import Unusable
from onrecord.importing.records import Harvest, Item, NotThere, Page, Remark, Words
from onrecord.importing.told import WORST, Sheaf, Told
from onrecord.model import EFFECT_RANK, Effect, Kind, Status

SYSTEM = "instatus"
EFFECTS = {effect.replace("_", "").upper(): effect for effect in Effect}
STATUSES = {
    "INVESTIGATING": Status.investigating, "IDENTIFIED": Status.identified, "MONITORING": Status.monitoring, "RESOLVED": Status.resolved,
    "NOTSTARTEDYET": Status.scheduled, "INPROGRESS": Status.in_progress, "VERIFYING": Status.verifying, "COMPLETED": Status.completed,
}  # fmt: skip
_LISTS = ("incidents", "maintenances", "components", "incident", "maintenance", "activeIncidents", "activeMaintenances")


def harvest(path: Path) -> Harvest:
    """Everything in a file, or in the files of a folder.

    Raises:
        NotThere: there is nothing of Instatus.
    """
    sheaf, catalogue = Sheaf(system=SYSTEM), Catalogue(system=SYSTEM)
    refused: list[Item] = []
    found = [(name, raw, kind) for name, value in values(path, refused) for raw, kind in _sorted(value)]
    if not found and not refused:
        raise NotThere(f"there is nothing of Instatus in {path}: save what /v1/<page>/incidents, maintenances and components answer")
    page = next((_page(raw) for _, raw, kind in found if kind == "page"), Page())
    for raw in sorted((raw for _, raw, kind in found if kind == "component"), key=_place):
        _list(raw, catalogue)
    for number, (name, raw, kind) in enumerate(found):
        if kind in ("incident", "maintenance"):
            id = text(raw, "id") or str(number)
            read = _incident if kind == "incident" else _maintenance
            sheaf.add(f"{name}#{id}", id, lambda read=read, raw=raw, name=name, id=id: read(raw, f"{name}#{id}", id, catalogue, page.url))  # type: ignore[misc]
    records = sheaf.records()
    groups, components, names = catalogue.whole([record for _, record, _ in records])
    lost = Remark("lost", "notifications, translations, and how subscribers were told")
    return Harvest(
        system=SYSTEM, page=page, groups=groups, components=components, names=names, records=records,
        others=(*refused, *sheaf.others), remarks=(lost,) if records else (),
    )  # fmt: skip


def _sorted(value: object) -> Iterator[tuple[Raw, str]]:
    """Each object of an answer with what it is; an answer that holds lists is no object itself."""
    lists = [key for key in _LISTS if isinstance(value, dict) and key in value] if not _is_item(value) else []
    if isinstance(value, dict) and isinstance(value.get("page"), dict):
        yield value["page"], "page"
    for raw in (raw for key in lists for raw in entries(value, key)) if lists else entries(value):
        if _is_item(raw):
            yield raw, "maintenance" if "start" in raw else "incident"
        elif "subdomain" in raw:
            yield raw, "page"
        elif text(raw, "status").replace("_", "").upper() in EFFECTS and "name" in raw:
            yield raw, "component"


def _is_item(value: object) -> bool:
    """Whether it is an incident or a maintenance: both have a beginning, and name components."""
    return isinstance(value, dict) and bool("updates" in value or text(value, "started", "start"))


def _page(raw: Raw) -> Page:
    host = text(raw, "customDomain") or (f"{text(raw, 'subdomain')}.instatus.com" if text(raw, "subdomain") else "")
    url = text(raw, "url") or (f"https://{host}" if host else "")
    return Page(id=text(raw, "id"), name=to_line(text(raw, "name")) or None, url=url.rstrip("/") + "/" if url.startswith(("http://", "https://")) else None)


def _place(raw: Raw) -> int:
    order = raw.get("order")
    return order if isinstance(order, int) else 1_000_000


def _list(raw: Raw, catalogue: Catalogue) -> None:
    """A component, or a group where it is the parent of others."""
    key = text(raw, "id", "name")
    parent = raw.get("group")
    if raw.get("isParent") is True:
        catalogue.add_group(key, text(raw, "name"), text(raw, "description"))
    elif not text(raw, "archivedAt"):
        if isinstance(parent, dict) and text(parent, "id", "name"):
            catalogue.add_group(text(parent, "id", "name"), text(parent, "name"))
        group = text(parent, "id", "name") if isinstance(parent, dict) else text(raw, "groupId")
        catalogue.add(key, text(raw, "name"), group=group, description=text(raw, "description"), since=_day(text(raw, "startDate")))
    catalogue.labels.setdefault(key, text(raw, "name"))


def _day(written: str) -> date | None:
    try:
        found = moment(written)
    except Unusable:
        return None
    return found.date() if found else None


def _incident(raw: Raw, path: str, id: str, catalogue: Catalogue, base: str | None) -> Told:
    started = moment(text(raw, "started"))
    if started is None:
        raise Unusable("it has no `started`")
    state = STATUSES.get(text(raw, "status").upper())
    made = Told(
        path=path, id=id, title=text(raw, "name"), started=started, over=state is Status.resolved if state else None,
        ended=moment(text(raw, "resolved")), url=f"{base}incident/{id}" if base else None,
    )  # fmt: skip
    impact = EFFECTS.get(text(raw, "impact").replace("_", "").upper())
    made.components = _named(raw, made, catalogue, impact)
    made.words = _words(raw, made, base)
    worst = max([impact or Effect.operational, *(effect for _, effect in made.components)], key=EFFECT_RANK.__getitem__)
    made.severity = WORST[worst]
    if worst is Effect.operational:
        made.note("odd", "the state of what it names is not known: Instatus shows only the newest one; it has no effect and the severity none")
    return made


def _maintenance(raw: Raw, path: str, id: str, catalogue: Catalogue, base: str | None) -> Told:
    start = moment(text(raw, "start"))
    if start is None:
        raise Unusable("it has no `start`")
    length = text(raw, "duration")
    until = start + timedelta(minutes=int(length)) if re.fullmatch(r"\d{1,6}", length) and int(length) else None
    state = STATUSES.get(text(raw, "status").upper())
    made = Told(
        path=path, id=id, title=text(raw, "name"), kind=Kind.maintenance, started=start, until=until, over=state is Status.completed if state else None,
        ended=until, url=f"{base}maintenance/{id}" if base else None,
    )  # fmt: skip
    made.components = tuple((key, Effect.under_maintenance) for key, _ in _named(raw, made, catalogue, Effect.under_maintenance))
    made.words = _words(raw, made, base)
    if not made.words:
        made.words = [Words(at=moment(text(raw, "createdAt")) or start, body="", status=Status.scheduled, ours=True, key="words")]
    return made


def _named(raw: Raw, made: Told, catalogue: Catalogue, impact: Effect | None) -> tuple[tuple[str, Effect], ...]:
    """What it names, with the state of each where one is said of it, else the impact of the whole."""
    found: dict[str, Effect] = {}
    stated = {text(one, "id"): EFFECTS.get(text(one, "status").replace("_", "").upper()) for one in entries(raw.get("statuses") or ())}
    for one in entries(raw.get("components") or ()):
        key = text(one, "id", "name")
        if not key or key in catalogue.groups:
            if key:
                made.note("lost", f"it names the group `{catalogue.groups[key][0]}`")
            continue
        catalogue.labels.setdefault(key, text(one, "name") or key)
        now = EFFECTS.get(text(one, "status").replace("_", "").upper())
        found[key] = stated.get(key) or impact or now or Effect.operational
    return tuple(found.items())


def _words(raw: Raw, made: Told, base: str | None) -> list[Words]:
    found = []
    for one in entries(raw.get("updates") or ()):
        at = moment(text(one, "started", "createdAt"))
        if at is None:
            raise Unusable("one of its updates has no time")
        body, remarks = to_words(text(one, "messageHtml", "message"), base)
        made.remarks += remarks
        word = text(one, "status").upper()
        found.append(Words(at=at, body=body, status=STATUSES.get(word), id=text(one, "id")))
    return found if not found or found[0].at <= found[-1].at else found[::-1]
