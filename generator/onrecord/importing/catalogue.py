"""The components and groups of a foreign system: those that it lists, and those that only its records name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from onrecord.importing.bodies import to_line
from onrecord.importing.naming import component_id, short, unlike
from onrecord.importing.records import Record
from onrecord.model import FINAL_STATUSES, Component, Group, Source
from onrecord.times import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    name: str
    group: str = ""
    description: str = ""
    since: date | None = None


@dataclass(slots=True, kw_only=True)
class Catalogue:
    """What is listed there, by key: the id there, else the name. `labels` names what only records have."""

    system: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    labels: dict[str, str] = field(default_factory=dict)
    parts: dict[str, _Part] = field(default_factory=dict)
    groups: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, key: str, name: str, *, group: str = "", description: str = "", since: date | None = None) -> None:
        """Lists a component; the first word about it counts, and one without a key is nothing that a record could name."""
        if key.strip():
            self.parts.setdefault(key, _Part(name=_name(name, key), group=group, description=to_line(description), since=since))

    def add_group(self, key: str, name: str, description: str = "") -> None:
        self.groups.setdefault(key, (_name(name, key), to_line(description)))

    def key_of(self, name: str) -> str:
        """The key of the component that is called so, whatever the case; else the name itself."""
        wanted = name.strip().casefold()
        return next((key for key, part in self.parts.items() if wanted in (key.casefold(), part.name.casefold())), name.strip())

    def whole(self, records: Sequence[Record]) -> tuple[tuple[Group, ...], tuple[Component, ...], dict[str, str]]:
        """Groups, components, and the id here of each component by its key.

        A component counts from the day that is known, else from the first record on: of the days before, nothing is.
        """
        groups = {key: id for key, id in self._group_ids() if any(part.group == key for part in self.parts.values())}
        names: dict[str, str] = {}
        components = []
        first = min((record.started for record in records), default=None)
        since = day_of(first, self.zone) if first else None
        for key, part in self.parts.items():
            names[key] = id = unlike(component_id(part.name), set(names.values()))
            components.append(
                Component(
                    id=id, name=part.name, group=groups.get(part.group), description=part.description or None,
                    since=part.since or since, source=self._source(key),
                )
            )  # fmt: skip
        components += self._unlisted(records, names)
        made = (Group(id=id, name=self.groups[key][0], description=self.groups[key][1] or None, source=self._source(key)) for key, id in groups.items())
        return tuple(made), tuple(components), names

    def _group_ids(self) -> Iterator[tuple[str, str]]:
        taken: set[str] = set()
        for key, (name, _) in self.groups.items():
            id = unlike(component_id(name), taken)
            taken.add(id)
            yield key, id

    def _unlisted(self, records: Sequence[Record], names: dict[str, str]) -> Iterator[Component]:
        """Components that only records name: where there is a list, they are retired once all is over."""
        using: dict[str, list[Record]] = {}
        for record in records:
            for key in dict.fromkeys(key for named in (record.components, *(w.components for w in record.words)) for key, _ in named):
                if key not in self.parts:
                    using.setdefault(key, []).append(record)
        for key, found in using.items():
            name = _name(self.labels.get(key, key), key)
            names[key] = id = unlike(component_id(name), set(names.values()))
            days = [day_of(at, self.zone) for record in found for at in (record.started, *([record.ended] if record.ended else []), *(w.at for w in record.words))]
            over = all(any(w.status in FINAL_STATUSES for w in record.words) for record in found)
            retired = max(days) + timedelta(days=1) if self.parts and over else None
            yield Component(id=id, name=name, since=min(days), retired=retired, source=self._source(key))

    def _source(self, key: str) -> Source:
        return Source(system=self.system, id=key)


def _name(name: str, key: str) -> str:
    """What readers call it, cut where it would be longer than a name may be; its `source` still holds the whole key."""
    return short(to_line(name) or to_line(key) or "Unnamed")
