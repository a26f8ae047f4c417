"""Upptime: its issues as GitHub answers with them, and the repository's own files about the sites that it watches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from onrecord.importing.answers import Raw, entries, moment, text, values
from onrecord.importing.catalogue import Catalogue
from onrecord.importing.foreign import Unusable, mapping_of, text_of
from onrecord.importing.records import Harvest, Item, NotThere, Page, Record, Remark
from onrecord.importing.told import Sheaf
from onrecord.importing.upptime_issue import Issue, told
from onrecord.model import Effect

SYSTEM = "upptime"
_STARTED = re.compile(r"\s*\([^)]*\)\s*$")


@dataclass(slots=True, kw_only=True)
class _Repository:
    """What lies in a repository, or in one file of issues."""

    issues: list[tuple[str, Raw]] = field(default_factory=list)
    comments: dict[str, list[Raw]] = field(default_factory=dict)
    sites: dict[str, Raw] = field(default_factory=dict)
    """The newest summary of each site, by its slug."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    histories: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    refused: list[Item] = field(default_factory=list)


def harvest(path: Path, now: datetime) -> Harvest:
    """Every issue that the page shows, in a file, or in the files of a repository's folder.

    Raises:
        NotThere: there are neither issues nor sites.
    """
    found = _gather(path)
    if not (found.issues or found.sites or found.histories or found.refused):
        raise NotThere(f"there is nothing of Upptime in {path}: no issues as JSON, no history/*.yml, no summary.json")
    catalogue = _catalogue(found)
    sheaf = Sheaf(system=SYSTEM)
    for name, raw in found.issues:
        issue = Issue(path=name, raw=raw, comments=tuple(found.comments.get(_number(raw), ())), now=now)
        sheaf.add(issue.path, issue.id, lambda issue=issue: told(issue, catalogue))  # type: ignore[misc]
    records = sheaf.records()
    made = [record for _, record, _ in records]
    groups, components, names = catalogue.whole(made)
    return Harvest(
        system=SYSTEM, page=_page(found.settings), groups=groups, components=components, names=names, records=records,
        others=(*found.refused, *sheaf.others), remarks=tuple(_remarks(found, made)),
    )  # fmt: skip


def _gather(path: Path) -> _Repository:
    found = _Repository()
    for name, value in values(path, found.refused):
        for number, raw in enumerate(entries(value)):
            if text(raw, "issue_url") and "title" not in raw:
                found.comments.setdefault(text(raw, "issue_url").rpartition("/")[2], []).append(raw)
            elif "title" in raw and ("labels" in raw or "number" in raw) and "pull_request" not in raw:
                found.issues.append((f"{name}#{_number(raw) or number}", raw))
            elif text(raw, "slug") and "uptime" in raw:
                found.sites[text(raw, "slug")] = raw
    if path.is_dir():
        found.settings = _yaml(path / ".upptimerc.yml")
        found.histories = {file.stem: fields for file in sorted(path.glob("history/*.yml")) if (fields := _yaml(file))}
    return found


def _yaml(file: Path) -> Mapping[str, Any]:
    try:
        return mapping_of(text_of(file.read_bytes())[0], file.name, "yaml")[0]
    except (Unusable, OSError):
        return {}


def _number(raw: Raw) -> str:
    return text(raw, "number") or text(raw, "html_url", "url").rpartition("/")[2]


def _catalogue(found: _Repository) -> Catalogue:
    """The sites in the order of the settings, else of the summary; each counts from the day that its history begins."""
    catalogue = Catalogue(system=SYSTEM)
    for slug in dict.fromkeys([*found.sites, *found.histories]):
        raw = found.sites.get(slug, {})
        catalogue.add(slug, text(raw, "name") or slug, since=_since(found.histories.get(slug, {})))
    return catalogue


def _since(history: Mapping[str, Any]) -> date | None:
    """The day of `startTime`, which JavaScript wrote in one of two ways."""
    written = _STARTED.sub("", str(history.get("starttime") or "")).replace("GMT+0000", "GMT")
    try:
        found = moment(written)
    except Unusable:
        return None
    return found.date() if found else None


def _page(settings: Mapping[str, Any]) -> Page:
    site = settings.get("status-website")
    site = site if isinstance(site, dict) else {}
    host = str(site.get("cname") or "").strip()
    return Page(name=" ".join(str(site.get("name") or "").split()) or None, url=f"https://{host}/" if re.fullmatch(r"[\w.-]{1,253}", host) else None)


def _remarks(found: _Repository, records: list[Record]) -> Iterator[Remark]:
    if not found.issues:
        yield Remark("odd", "no issues: save them as JSON, docs/importing.md says how; without them there are the sites only")
    if found.sites:
        yield Remark("lost", "response times, and the addresses that are watched")
    days = {(slug, day) for slug, raw in found.sites.items() if isinstance(raw.get("dailyMinutesDown"), dict) for day in raw["dailyMinutesDown"]}
    told_of = {(key, f"{at:%Y-%m-%d}") for record in records for key, _ in record.components for at in (record.started, *(w.at for w in record.words))}
    if days - told_of:
        yield Remark("lost", f"`dailyMinutesDown` has {len(days):,} days of a site with minutes down; {len(days - told_of):,} of them have no issue, and minutes alone are no record")
    broken = [slug for slug, raw in found.sites.items() if text(raw, "status") in ("down", "degraded") and not _open_about(slug, records)]
    if broken:
        yield Remark("odd", f"shown as down or degraded without an open issue: {', '.join(broken[:8])}; open an incident if that is so")


def _open_about(slug: str, records: list[Record]) -> bool:
    return any(slug == key and effect is not Effect.operational and not _over(record) for record in records for key, effect in record.components)


def _over(record: Record) -> bool:
    return any(words.status in ("resolved", "completed") for words in record.words)
