"""The files of one page: what each holds, and when it was taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from onrecord.importing.answers import value_of
from onrecord.importing.foreign import Unusable
from onrecord.importing.records import Item, NotThere, Remark
from onrecord.importing.statuspage.shapes import BEGINNING, moment

Raw = Mapping[str, Any]
_ENTRIES = ("incidents", "scheduled_maintenances", "incident", "scheduled_maintenance")
_PARTS = ("components", "component")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One answer of the API. `seen` is the newest time in it: it was taken then or later."""

    name: str
    seen: datetime
    page: Raw = field(default_factory=dict)
    parts: tuple[Raw, ...] = ()
    entries: tuple[Raw, ...] = ()
    lists_open: frozenset[str] = frozenset()
    """`incident` and `maintenance` where the answer names all of that kind that are not over, so that the others are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """All answers of one page, the files that could not be read, and what is worth knowing of them."""

    sheets: tuple[Sheet, ...]
    refused: tuple[Item, ...] = ()
    remarks: tuple[Remark, ...] = ()


def gather(path: Path) -> Pile:
    """Every answer in a file, or in a folder and below.

    Raises:
        NotThere: there is none, or they are of several pages.
    """
    sheets: list[Sheet] = []
    refused: list[Item] = []
    others: list[str] = []
    files = [path] if path.is_file() else sorted(path.rglob("*.json"))
    for file in files:
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        try:
            sheet = _sheet(name, value_of(file))
        except (Unusable, OSError) as error:
            refused.append(Item(path=name, id=name, outcome="refused", reason=str(error)))
            continue
        if sheet is None:
            others.append(name)
        else:
            sheets.append(sheet)
    if not sheets and not refused:
        raise NotThere(f"there is no answer of a Statuspage API in {path}: incidents.json, components.json, summary.json, …")
    _refuse_several(sheets)
    remarks = (Remark("lost", f"not from the API of a status page: {', '.join(others[:5])}{' …' if len(others) > 5 else ''}"),) if others else ()
    return Pile(sheets=tuple(sheets), refused=tuple(refused), remarks=remarks)


def _sheet(name: str, value: Any) -> Sheet | None:
    """What a file holds; None where that is nothing of the API."""
    if isinstance(value, list):
        found = [entry for entry in value if isinstance(entry, dict)]
        value = {"incidents": [e for e in found if "incident_updates" in e], "components": [e for e in found if "group_id" in e]}
    if not isinstance(value, dict) or not (any(value.get(key) for key in (*_ENTRIES, *_PARTS)) or isinstance(value.get("page"), dict)):
        return None
    parts, entries = tuple(_dicts(value, _PARTS)), tuple(_dicts(value, _ENTRIES))
    page = value.get("page")
    page = page if isinstance(page, dict) else _page_of((*entries, *parts))
    stamps = (moment(raw.get("updated_at")) for raw in (page, *parts, *entries))
    seen = max((stamp for stamp in stamps if stamp is not None), default=BEGINNING)
    return Sheet(name=name, seen=seen, page=page, parts=parts, entries=entries, lists_open=_lists_open(name, value))


def _dicts(value: Raw, keys: Iterable[str]) -> Iterator[Raw]:
    for key in keys:
        held = value.get(key)
        yield from (entry for entry in (held if isinstance(held, list) else [held]) if isinstance(entry, dict))


def _page_of(entries: Sequence[Raw]) -> Raw:
    """The management API names the page in each of its entries only."""
    return {"id": entries[0]["page_id"]} if entries and entries[0].get("page_id") else {}


def _lists_open(name: str, value: Raw) -> frozenset[str]:
    if all(isinstance(value.get(key), list) for key in ("incidents", "scheduled_maintenances")) and "status" in value:
        return frozenset({"incident", "maintenance"})
    unresolved = name.rpartition("/")[2] == "unresolved.json" and isinstance(value.get("incidents"), list)
    return frozenset({"incident"}) if unresolved else frozenset()


def _refuse_several(sheets: Sequence[Sheet]) -> None:
    pages: dict[str, str] = {}
    for sheet in sheets:
        if sheet.page.get("id"):
            pages.setdefault(str(sheet.page["id"]), f"{sheet.page.get('name') or sheet.page['id']} ({sheet.name})")
    if len(pages) > 1:
        some = ", ".join(list(pages.values())[:5]) + (" …" if len(pages) > 5 else "")
        raise NotThere(f"the files are of {len(pages)} pages: {some}; import one page at a time")
