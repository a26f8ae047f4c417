"""Components, groups and the page as Statuspage's API names them: ids, stamps, and one object each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import UTC, datetime, time
from functools import cached_property
from hashlib import sha256
from typing import Any

from onrecord.model import Effect, Source
from onrecord.settings import Site
from onrecord.snapshot.records import ComponentView, GroupView, Snapshot
from onrecord.times import is_utc, iso, iso_in

_SIGNS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = tuple(first + second for first in _SIGNS for second in _SIGNS)
"""Two signs of an id for each ten bits."""
SYSTEM = "statuspage"
"""The system of records whose ids are Statuspage's own, and so are kept."""


def opaque(*words: str) -> str:
    """Twelve lower-case letters and digits that stay the same as long as the words do."""
    bits = int.from_bytes(sha256("\0".join(words).encode()).digest()[:8], "big") >> 4
    return "".join([_PAIRS[bits >> shift & 0x3FF] for shift in range(50, -10, -10)])


def kept(source: Source | None, *words: str) -> str:
    """The id that it had at Statuspage, else one made of the words."""
    return source.id if source is not None and source.system == SYSTEM and source.id else opaque(*words)


class Page:
    """The page, its components and its groups, in the API's words."""

    def __init__(self, snapshot: Snapshot, site: Site) -> None:
        self._snapshot = snapshot
        self._site = site
        self._utc = is_utc(snapshot.zone)
        self.id = kept(snapshot.policy.page.source, "page", site.url)
        self._rows: dict[tuple[str, Effect, Effect], dict[str, str]] = {}

    @property
    def root(self) -> str:
        """The address of the site, with the slash at its end."""
        return self._site.url

    def stamp(self, moment: datetime) -> str:
        """RFC 3339 with milliseconds, in the page's zone."""
        if self._utc:
            moment = moment.astimezone(UTC)
            return f"{iso(moment)[:-1]}.{moment.microsecond // 1000:03d}Z"
        return iso_in(moment, self._snapshot.zone)

    def about(self, updated: datetime) -> dict[str, Any]:
        """The `page` of every answer; `updated` is when anything on it last changed."""
        return {
            "id": self.id,
            "name": self._site.name,
            "url": self._site.url.rstrip("/"),
            "time_zone": str(self._snapshot.zone),
            "updated_at": self.stamp(updated),
        }

    @cached_property
    def objects(self) -> Mapping[str, dict[str, Any]]:
        """Each component, retired ones too, by our id."""
        places = {part.id: n for group in self._groups for n, part in enumerate(group.components, 1)}
        tops = {part.id: n for n, part in enumerate(self._loose, len(self._groups) + 1)}
        return {part.id: self._component(part, places.get(part.id) or tops.get(part.id, 0)) for part in self._snapshot.components}

    def among(self, ids: Collection[str]) -> Page:
        """The page with those components only: whoever is given it can tell of no other."""
        found = copy(self)
        found.__dict__["objects"] = {id: told for id, told in self.objects.items() if id in ids}
        found.__dict__["_names"] = {id: name for id, name in self._names.items() if id in ids}
        found._rows = {}
        return found

    @property
    def facts(self) -> tuple[object, ...]:
        """All that can be told of its components."""
        return self.id, self.root, self._snapshot.zone.key, self.objects, self._names

    def names(self, component: str) -> str:
        """`Group - Component`, or the name alone of one without a group."""
        return self._names.get(component, component)

    def row(self, component: str, before: Effect, after: Effect) -> dict[str, str]:
        """A component in an update, with its effect before and after it. The same row comes back in many updates."""
        key = component, before, after
        found = self._rows.get(key)
        if found is None:
            names = {"code": self.objects[component]["id"], "name": self.names(component)}
            found = self._rows[key] = names | {"old_status": before.value, "new_status": after.value}
        return found

    def listed(self) -> list[dict[str, Any]]:
        """Every component on show and every group, a group before its own."""
        found: list[dict[str, Any]] = []
        for place, group in enumerate(self._groups, 1):
            children = [self.objects[part.id] for part in group.components]
            found += [self._group(group, place, [child["id"] for child in children]), *children]
        return found + [self.objects[part.id] for part in self._loose]

    def changed(self) -> Iterable[datetime]:
        """When each component last changed."""
        return (self._updated(part) for part in self._snapshot.components)

    @cached_property
    def _groups(self) -> tuple[GroupView, ...]:
        return tuple(group for group in self._snapshot.groups if group.id is not None)

    @cached_property
    def _loose(self) -> tuple[ComponentView, ...]:
        return tuple(part for group in self._snapshot.groups if group.id is None for part in group.components)

    @cached_property
    def _group_ids(self) -> Mapping[str | None, str]:
        every = (*self._snapshot.groups, *self._snapshot.past_groups)
        return {group.id: kept(group.source, "group", group.id) for group in every if group.id is not None}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        groups = {group.id: group.name for group in (*self._snapshot.groups, *self._snapshot.past_groups) if group.id}
        return {c.id: f"{groups[c.group]} - {c.name}" if c.group in groups else c.name for c in self._snapshot.components}

    @cached_property
    def _begin(self) -> datetime:
        """When the records begin; of a page without any, its commit, or T."""
        return min((view.started for view in self._snapshot.incidents), default=self._snapshot.built.committed or self._snapshot.at)

    def _created(self, part: ComponentView) -> datetime:
        return datetime.combine(part.since, time(), tzinfo=self._snapshot.zone) if part.since else self._begin

    def _updated(self, part: ComponentView) -> datetime:
        return max(self._created(part), part.effect_since) if part.effect_since else self._created(part)

    def _component(self, part: ComponentView, position: int) -> dict[str, Any]:
        return self._object(
            id=kept(part.source, "component", part.id),
            name=part.name,
            effect=part.effect,
            created=self._created(part),
            updated=self._updated(part),
            position=position,
            description=part.description,
            start=part.since.isoformat() if part.since else None,
            group=self._group_ids.get(part.group),
        )

    def _group(self, group: GroupView, position: int, children: list[str]) -> dict[str, Any]:
        found = self._object(
            id=self._group_ids[group.id],
            name=group.name,
            effect=group.effect,
            created=min((self._created(part) for part in group.components), default=self._begin),
            updated=max((self._updated(part) for part in group.components), default=self._begin),
            position=position,
            description=group.description,
            start=None,
            group=None,
        )
        return found | {"group": True, "components": children}

    def _object(
        self, *, id: str, name: str, effect: Effect, created: datetime, updated: datetime, position: int,
        description: str | None, start: str | None, group: str | None,
    ) -> dict[str, Any]:  # fmt: skip
        """The thirteen keys of a component, in Statuspage's order."""
        return {
            "id": id,
            "name": name,
            "status": effect.value,
            "created_at": self.stamp(created),
            "updated_at": self.stamp(updated),
            "position": position,
            "description": description,
            "showcase": True,
            "start_date": start,
            "group_id": group,
            "page_id": self.id,
            "group": False,
            "only_show_if_degraded": False,
        }
