"""Components and groups: those that the newest list has, and those that only records or older lists name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from onrecord.importing.bodies import to_line
from onrecord.importing.naming import component_id, short, unlike
from onrecord.importing.records import Remark
from onrecord.importing.statuspage.effects import effect_of
from onrecord.importing.statuspage.entries import Draft
from onrecord.importing.statuspage.files import Sheet
from onrecord.importing.statuspage.shapes import BEGINNING, Part
from onrecord.model import Component, Effect, Group, Source
from onrecord.times import day_of

SYSTEM = "statuspage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The newest list of components: each by its id there, in display order, and when the list was taken."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    former: Mapping[str, tuple[Part, datetime]] = field(default_factory=dict)
    """Those that only older lists have, with when they were last seen."""
    seen: datetime = BEGINNING
    name: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def effects(self) -> dict[str, Effect]:
        """The state of each component, groups left out."""
        return {key: effect_of(part.status) or Effect.operational for key, part in self.parts.items() if not part.group}


def listing(sheets: Iterable[Sheet]) -> Listing:
    """The newest list, and what older ones have besides."""
    lists = sorted((sheet for sheet in sheets if sheet.parts), key=lambda sheet: (sheet.seen, len(sheet.parts)))
    if not lists:
        return Listing()
    remarks: list[Remark] = []
    parts = {part.id: part for part in _ordered(list(_read(lists[-1], remarks)))}
    former = {part.id: (part, sheet.seen) for sheet in lists[:-1] for part in _read(sheet, []) if part.id not in parts and not part.group}
    return Listing(parts=parts, former=former, seen=lists[-1].seen, name=lists[-1].name, remarks=(*remarks, *_left_behind(parts.values())))


def _read(sheet: Sheet, remarks: list[Remark]) -> Iterator[Part]:
    for raw in sheet.parts:
        try:
            yield Part.model_validate(dict(raw))
        except ValidationError as error:
            remarks.append(Remark("lost", f"{sheet.name}: the component {raw.get('name')!r} cannot be read: {error.errors()[0]['msg']}"))


def _ordered(parts: Sequence[Part]) -> list[Part]:
    """As the page shows them: groups and single ones by their position, members after their group."""
    ids = {part.id for part in parts}

    def place(part: Part) -> tuple[int, int]:
        return (part.position is None, part.position or 0)

    found: list[Part] = []
    for part in sorted((p for p in parts if p.group_id not in ids), key=place):
        found += [part, *sorted((p for p in parts if p.group_id == part.id), key=place)]
    return found


def _left_behind(parts: Iterable[Part]) -> Iterator[Remark]:
    single = [part for part in parts if not part.group]
    hidden = [f"`{part.name}`" for part in single if part.only_show_if_degraded]
    if hidden:
        yield Remark("lost", f"`only_show_if_degraded` of {len(hidden)} component{'s' if len(hidden) > 1 else ''}: here {', '.join(hidden)} always shows")
    if plain := sum(part.showcase is False for part in single):
        yield Remark("lost", f"`showcase: false` of {plain} component{'s' if plain > 1 else ''}: here every component shows its days and uptime")
    for part in single:
        if effect_of(part.status) is None:
            yield Remark("odd", f"the state `{part.status}` of the component `{part.name}` is none of Statuspage's; taken as operational")


# ---------------------------------------------------------------- ours


@dataclass(slots=True, kw_only=True)
class Parts:
    """Our groups and components, and the id of each component by its id there."""

    groups: list[Group] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def parts_of(found: Listing, drafts: Sequence[Draft], zone: ZoneInfo, now: datetime) -> Parts:
    """Everything that is listed or named. Days are those of the page's zone."""
    made = Parts(remarks=list(found.remarks))
    groups = {part.id: part for part in found.parts.values() if part.group}
    members = {part.group_id for part in found.parts.values() if not part.group}
    group_ids: dict[str, str] = {}
    for key, part in groups.items():
        if key not in members:
            made.remarks.append(Remark("lost", f"the group `{part.name}` has no components"))
            continue
        group_ids[key] = unlike(component_id(to_line(part.name)), set(group_ids.values()))
        made.groups.append(Group(id=group_ids[key], name=short(to_line(part.name)) or key, description=to_line(part.description) or None, source=_source(key)))
    seen = found.seen if found.parts else now
    first = min([seen, *(draft.started for draft in drafts)])
    common = Counter(part.name for part in found.parts.values() if not part.group)
    for part in found.parts.values():
        if not part.group:
            group = groups.get(part.group_id)
            wanted = f"{group.name} {part.name}" if group and common[part.name] > 1 else part.name
            _add(made, part, wanted, since=_since(part, first, zone), group=group_ids.get(part.group_id))
    for part, since, retired in _unlisted(found, drafts, zone):
        _add(made, part, part.name, since=since, retired=retired)
    return made


def _add(made: Parts, part: Part, wanted: str, *, since: date, group: str | None = None, retired: date | None = None) -> None:
    key = made.names[part.id] = unlike(component_id(to_line(wanted)), set(made.names.values()))
    description = to_line(part.description) or None
    name = short(to_line(part.name) or part.id)
    made.components.append(Component(id=key, name=name, group=group, description=description, since=since, retired=retired, source=_source(part.id)))


def _source(key: str) -> Source:
    return Source(system=SYSTEM, id=key)


def _since(part: Part, first: datetime, zone: ZoneInfo) -> date:
    """The day that the page counts from; where it names none, the first one of which anything is known here."""
    try:
        return date.fromisoformat(part.start_date)
    except ValueError:
        return max(day_of(first, zone), day_of(part.created_at or first, zone))


def _unlisted(found: Listing, drafts: Sequence[Draft], zone: ZoneInfo) -> Iterator[tuple[Part, date, date | None]]:
    """Components that the newest list does not have: where there is a list, they are retired once all is over."""
    using: dict[str, list[Draft]] = {}
    names: dict[str, str] = {key: part.name for key, (part, _) in found.former.items()}
    for draft in drafts:
        for key in draft.now:
            if key not in found.parts:
                using.setdefault(key, []).append(draft)
                names.setdefault(key, draft.names.get(key) or key)
    for key in {**found.former, **using}:
        part, last = found.former.get(key, (Part(id=key, name=names[key]), BEGINNING))
        records = using.get(key, [])
        days = [day_of(moment, zone) for moment in [last, *(m for draft in records for m in _moments(draft))] if moment > BEGINNING]
        yield part, min(days), max(days) + timedelta(days=1) if found.parts else None


def _moments(draft: Draft) -> list[datetime]:
    return [draft.started, *([draft.ended] if draft.ended else []), *(words.at for words in draft.words if not words.ours)]
