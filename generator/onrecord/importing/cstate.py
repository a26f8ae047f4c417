"""cState: a site's folder, its configuration, and every file under content/issues."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from onrecord.importing import cstate_issue
from onrecord.importing.foreign import Unusable, mapping_of, text_of
from onrecord.importing.naming import component_id, short, unlike
from onrecord.importing.records import Harvest, Item, NotThere, Page, Record, Remark
from onrecord.model import Component, Group
from onrecord.settings import MAX_FILE_BYTES
from onrecord.times import BadTime, zone

SYSTEM = "cstate"
_CONFIGS = tuple(f"{stem}.{end}" for stem in ("config", "hugo", "config/_default/config", "config/_default/hugo") for end in ("yml", "yaml", "toml", "json"))
_PAGES = frozenset({".md", ".markdown", ".html"})
_NOT_CARRIED = {"customtabs": "the tabs", "logo": "the logo", "description": "the page's description"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """Where a site's parts lie, and what its configuration says."""

    issues: Path
    root: Path | None
    config: Mapping[str, Any]
    remarks: tuple[Remark, ...] = ()

    @property
    def params(self) -> Mapping[str, Any]:
        found = self.config.get("params")
        return found if isinstance(found, dict) else {}

    @property
    def url(self) -> str | None:
        address = str(self.config.get("baseurl") or "").strip()
        return address.rstrip("/") + "/" if address.startswith(("http://", "https://")) else None

    @property
    def zone(self) -> tzinfo:
        try:
            return zone(str(self.config.get("timezone") or "UTC"))
        except BadTime:
            return UTC

    def holds(self, name: str, address: str) -> bool:
        """Whether the site has the file at that address, below `static` or beside the issue. Where its folder is not known, it may."""
        path = unquote(address.partition("?")[0].partition("#")[0]).lstrip("/")
        folders = (self.issues / name).parent, *((self.root / folder for folder in ("static", "assets")) if self.root else ())
        return self.root is None or any(os.path.isfile(folder / path) for folder in folders)  # noqa: PTH113 - a name that no disk takes is no error


def harvest(path: Path, now: datetime) -> Harvest:
    """Everything below a site folder, its content folder or its issues folder.

    Raises:
        NotThere: there is no such content.
    """
    site = _find(path)
    context = cstate_issue.Context(
        url=site.url, holds=site.holds, zone=site.zone, now=now, systems=tuple(entry["name"] for entry in _systems(site)), settings=site.config
    )
    records: list[tuple[str, Record, tuple[Remark, ...]]] = []
    others: list[Item] = []
    for file in sorted(_files(site.issues)):
        name = file.relative_to(site.issues).as_posix()
        found = _read(file, name, context)
        if isinstance(found, Item):
            others.append(found)
        elif any(record.origin.id == found[1].origin.id for _, record, _ in records):
            others.append(Item(path=name, id=found[1].origin.id, outcome="refused", reason="another file has the same address"))
        else:
            records.append(found)
    return _whole(site, tuple(records), tuple(others))


def _find(path: Path) -> _Site:
    for root, issues in ((path, path / "content" / "issues"), (path.parent, path / "issues"), (path.parent.parent, path)):
        if issues.is_dir() and (issues != path or path.name == "issues" or any(_files(path))):
            return _site(root, issues)
    for issues in sorted(path.glob("content/*/issues")):
        return _site(path, issues)
    raise NotThere(f"there is no content/issues in {path}")


def _site(root: Path, issues: Path) -> _Site:
    file = next((root / name for name in _CONFIGS if (root / name).is_file()), None)
    if file is None:
        return _Site(issues=issues, root=None, config={}, remarks=(Remark("odd", f"no configuration in {root}: no groups, no address of the old pages"),))
    kind = {".toml": "toml", ".json": "json"}.get(file.suffix, "yaml")
    try:
        text, remarks = text_of(file.read_bytes())
        config, more = mapping_of(text, file.name, kind)
    except (Unusable, OSError) as error:
        return _Site(issues=issues, root=root, config={}, remarks=(Remark("odd", f"{file.name}: {error}"),))
    return _Site(issues=issues, root=root, config=config, remarks=(*remarks, *more))


def _files(issues: Path) -> Iterator[Path]:
    return (p for p in issues.rglob("*") if p.suffix.lower() in _PAGES and p.name != "_index.md" and p.is_file())


def _read(file: Path, name: str, context: cstate_issue.Context) -> tuple[str, Record, tuple[Remark, ...]] | Item:
    """The record of one file, or why there is none."""
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise Unusable(f"it is larger than {MAX_FILE_BYTES} bytes")
        data = file.read_bytes()
        return (name, *cstate_issue.record(name, data, hashlib.sha256(data).hexdigest(), context))
    except cstate_issue.LeftOut as reason:
        return Item(path=name, id=cstate_issue.slug_of(name), outcome="left out", reason=str(reason))
    except (Unusable, OSError) as error:
        return Item(path=name, id=cstate_issue.slug_of(name), outcome="refused", reason=str(error))


def _systems(site: _Site) -> list[dict[str, str]]:
    entries = site.params.get("systems") or []
    listed = [entry if isinstance(entry, dict) else {"name": entry} for entry in entries] if isinstance(entries, list) else []
    return [{k: str(v) for k, v in entry.items() if v is not None} for entry in listed if entry.get("name")]


def _whole(site: _Site, records: tuple[tuple[str, Record, tuple[Remark, ...]], ...], others: tuple[Item, ...]) -> Harvest:
    remarks = [*site.remarks, *_left_behind(site)]
    groups = _groups(site, remarks)
    first = min((record.started for _, record, _ in records), default=None)
    names: dict[str, str] = {}
    components = []
    for entry in _systems(site):
        if entry["name"] in names:
            continue
        names[entry["name"]] = key = unlike(component_id(entry["name"]), set(names.values()))
        group = next((g.id for name, g in groups if g and name == entry.get("category")), None)
        components.append(
            Component(
                id=key, name=short(_line(entry.get("displayname") or entry["name"])), group=group,
                description=_line(entry.get("description", "")) or None, since=first.date() if first else None,
            )
        )  # fmt: skip
    components += _unlisted([record for _, record, _ in records], names, remarks, listed=bool(names))
    page = Page(name=_line(str(site.config.get("title") or "")) or None, url=site.url, time_zone=str(site.config.get("timezone") or "") or None)
    return Harvest(
        system=SYSTEM, page=page, groups=tuple(g for _, g in groups if g), components=tuple(components),
        names=names, records=records, others=others, remarks=tuple(remarks),
    )  # fmt: skip


def _groups(site: _Site, remarks: list[Remark]) -> list[tuple[str, Group | None]]:
    """The categories by name; None for one whose name is not shown, since its systems stand on their own."""
    groups: list[tuple[str, Group | None]] = []
    taken: set[str] = set()
    for entry in site.params.get("categories") or []:
        name = str((entry.get("name") if isinstance(entry, dict) else entry) or "").strip()
        if not name:
            continue
        if isinstance(entry, dict) and cstate_issue.yes(entry.get("untitled")):
            groups.append((name, None))
        elif not any(system.get("category") == name for system in _systems(site)):
            remarks.append(Remark("lost", f"the category `{name}` has no systems"))
        else:
            key = unlike(component_id(name), taken)
            taken.add(key)
            description = _line(str(entry.get("description") or "")) if isinstance(entry, dict) else ""
            groups.append((name, Group(id=key, name=short(_line(name)), description=description or None)))
    return groups


def _unlisted(records: list[Record], names: dict[str, str], remarks: list[Remark], *, listed: bool) -> list[Component]:
    """Components for names that the configuration does not have. Where it has others, they were never on the home page: retired once all is over."""
    found: dict[str, list[Record]] = {}
    for record in records:
        for name, _ in record.components:
            if name not in names:
                found.setdefault(name, []).append(record)
    components = []
    for name, using in sorted(found.items(), key=lambda pair: min(r.started for r in pair[1])):
        names[name] = key = unlike(component_id(name), set(names.values()))
        ends = [record.ended for record in using]
        last = None if None in ends else max(*filter(None, ends), *(w.at for r in using for w in r.words))
        since = min(record.started for record in using).date()
        retired = (last + timedelta(days=1)).date() if last and listed else None
        components.append(Component(id=key, name=short(_line(name)), since=since, retired=retired))
    if found:
        named = ", ".join(f"`{name}` ({len(using)})" for name, using in found.items())
        remarks.append(Remark("moved", f"names in `affected` that the configuration does not have: {named}; each is a component of its own" + (", off the home page once all is over" if listed else "")))
    return components


def _left_behind(site: _Site) -> Iterator[Remark]:
    lost = [words for key, words in _NOT_CARRIED.items() if site.params.get(key)]
    if links := sum("link" in entry for entry in _systems(site)):
        lost.append(f"the link of {links} system{'s' if links > 1 else ''}")
    if lost:
        yield Remark("lost", f"from the configuration: {', '.join(lost)}")
    if site.root and (pages := [p for p in sorted((site.issues.parent).rglob("*.md")) if site.issues not in p.parents and p.name != "_index.md"]):
        names = ", ".join(p.relative_to(site.issues.parent).as_posix() for p in pages[:5])
        yield Remark("lost", f"{len(pages)} other page{'s' if len(pages) > 1 else ''} ({names}): copy what you still want to site_src/pages")


def _line(text: str) -> str:
    return " ".join(text.split())
