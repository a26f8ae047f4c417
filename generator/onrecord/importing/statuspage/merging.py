"""Several answers that speak of one incident: the newest counts, and no update that any of them has is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onrecord.importing.records import Remark
from onrecord.importing.statuspage.files import Raw, Sheet
from onrecord.importing.statuspage.shapes import BEGINNING, moment

_POSTMORTEM = ("postmortem_body", "postmortem_published_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """One incident or maintenance as it was last seen, and in which file."""

    name: str
    raw: Raw
    seen: datetime
    remarks: tuple[Remark, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.name}#{self.raw.get('id') or '?'}"


def merged(sheets: Iterable[Sheet]) -> list[Merged]:
    """Every incident and maintenance once. One without an id stays as it is."""
    versions: dict[str, list[Merged]] = {}
    for sheet in sheets:
        for number, raw in enumerate(sheet.entries):
            key = str(raw.get("id") or f"{sheet.name}#{number}")
            versions.setdefault(key, []).append(Merged(name=sheet.name, raw=raw, seen=sheet.seen))
    return [_one(found) for found in versions.values()]


def _one(found: Sequence[Merged]) -> Merged:
    if all(other.raw == found[0].raw for other in found[1:]):
        return found[0]
    # Of equals the file that comes first by name counts: incidents.json, not summary.json.
    numbered = [(moment(one.raw.get("updated_at")) or BEGINNING, one.seen, -number) for number, one in enumerate(found)]
    order = [found[-number] for _, _, number in sorted(numbered)]
    newest = order[-1]
    updates: dict[str, Raw] = {}
    remarks: list[Remark] = []
    for version in order:
        for raw in _updates(version.raw):
            key = str(raw.get("id"))
            if key in updates and raw.get("body") != updates[key].get("body"):
                remarks.append(Remark("odd", "an update was reworded there between two of the files; the newer words are taken"))
            updates[key] = raw
    gone = updates.keys() - {str(raw.get("id")) for raw in _updates(newest.raw)}
    remarks += [Remark("odd", "an update is in an older file only, so it was taken away there; it is kept") for _ in gone]
    whole: dict[str, Any] = {**newest.raw, "incident_updates": sorted(updates.values(), key=_when, reverse=True)}
    whole |= {key: value for version in order for key in _POSTMORTEM if (value := version.raw.get(key))}
    return Merged(name=newest.name, raw=whole, seen=newest.seen, remarks=tuple(remarks))


def _updates(raw: Raw) -> list[Raw]:
    held = raw.get("incident_updates")
    return [entry for entry in held if isinstance(entry, dict)] if isinstance(held, list) else []


def _when(raw: Raw) -> datetime:
    """The time of an update to the fraction of a second, since two can share one."""
    try:
        found = datetime.fromisoformat(str(raw.get("display_at") or raw.get("created_at")))
    except ValueError:
        return BEGINNING
    return found if found.tzinfo else BEGINNING
