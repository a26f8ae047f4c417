"""Statusfy: a site's folder, or its folder of incidents, one Markdown file each."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from onrecord.importing.answers import moment
from onrecord.importing.bodies import to_line
from onrecord.importing.catalogue import Catalogue
from onrecord.importing.cstate_issue import yes
from onrecord.importing.foreign import Page as Fields
from onrecord.importing.foreign import Unusable, mapping_of, page_of, text_of
from onrecord.importing.naming import slug, without_date
from onrecord.importing.plain import to_markdown
from onrecord.importing.records import Harvest, NotThere, Page, Record, Remark, Words
from onrecord.importing.told import WORST, Sheaf, Told
from onrecord.model import Effect, Kind, Status
from onrecord.settings import MAX_FILE_BYTES

SYSTEM = "statusfy"
STATUSES = {
    "investigating": Status.investigating, "notified": Status.investigating, "identified": Status.identified, "monitoring": Status.monitoring,
    "resolved": Status.resolved, "fixed": Status.resolved, "completed": Status.completed, "planned": Status.scheduled,
    "scheduled": Status.scheduled, "in progress": Status.in_progress, "verifying": Status.verifying,
}  # fmt: skip
"""Titles of updates that name a state; people write any others, too, which stay in the words."""
_UPDATE = re.compile(r"^ {0,3}:{3,}[ \t]*update[ \t]+(?P<title>[^\n|]*)\|?(?P<at>[^\n]*)\n(?P<body>.*?)(?:^ {0,3}:{3,}[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_MARKED = re.compile(r"\A\s*---(json|toml|yaml)[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_SETTING = r"""["']?{}["']?\s*:\s*["']([^"'\n]{{1,300}})["']"""
_SYSTEMS = re.compile(r"""["']?systems["']?\s*:\s*\[([^\]]{0,20000})\]""")
_QUOTED = re.compile(r"""["']([^"'\n]{1,200})["']""")
_CARRIED = frozenset({"id", "title", "description", "date", "modified", "severity", "affectedsystems", "resolved", "scheduled", "duration"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    incidents: Path
    title: str = ""
    url: str | None = None
    systems: tuple[str, ...] = ()
    names: Mapping[str, Mapping[str, Any]]


def harvest(path: Path) -> Harvest:
    """Every incident of a site's folder, or of its folder `content`.

    Raises:
        NotThere: there is none.
    """
    site = _find(path)
    sheaf, catalogue = Sheaf(system=SYSTEM), Catalogue(system=SYSTEM)
    for key in site.systems:
        named = site.names.get(key, {})
        catalogue.add(key, str(named.get("title") or key), description=str(named.get("description") or ""))
    for file in _files(site.incidents):
        name = file.relative_to(site.incidents).as_posix()
        sheaf.add(name, _id(name), lambda file=file, name=name: _told(file, name, site, catalogue))  # type: ignore[misc]
    records = sheaf.records()
    groups, components, names = catalogue.whole([record for _, record, _ in records])
    return Harvest(
        system=SYSTEM, page=Page(name=site.title or None, url=site.url), groups=groups, components=components, names=names,
        records=records, others=tuple(sheaf.others), remarks=tuple(_left_behind(site, [record for _, record, _ in records])),
    )  # fmt: skip


def _find(path: Path) -> _Site:
    root, incidents = (path, path / "content") if (path / "content").is_dir() else (path.parent, path)
    if path.is_file() or not any(_files(incidents)):
        raise NotThere(f"there are no incidents of Statusfy in {path}: it takes the folder of the site, or its folder `content`")
    try:
        config = text_of((root / "config.js").read_bytes())[0][:MAX_FILE_BYTES]
    except (Unusable, OSError):
        config = ""
    url = _setting(config, "baseUrl")
    listed = _SYSTEMS.search(config)
    language = _setting(config, "defaultLocale") or "en"
    return _Site(
        incidents=incidents, title=to_line(_setting(config, "title")), url=url.rstrip("/") + "/" if url.startswith(("http://", "https://")) else None,
        systems=tuple(_QUOTED.findall(listed[1])) if listed else (), names=_names(root / "locales" / f"{slug(language)}.json"),
    )  # fmt: skip


def _setting(config: str, key: str) -> str:
    """A text in the configuration, which is a program, and so is only looked at."""
    found = re.search(_SETTING.format(key), config)
    return found[1].strip() if found else ""


def _names(file: Path) -> Mapping[str, Mapping[str, Any]]:
    """What the systems are called for readers."""
    try:
        items = json.loads(text_of(file.read_bytes())[0])["systems"]["items"]
    except (Unusable, OSError, ValueError, KeyError, TypeError):
        return {}
    return {key: value for key, value in items.items() if isinstance(value, dict)} if isinstance(items, dict) else {}


def _files(incidents: Path) -> Iterator[Path]:
    """The incidents in the page's first language: those in others lie in folders of their own."""
    return (file for file in sorted(incidents.glob("*.md")) if file.name.lower() != "readme.md" and file.is_file())


def _left_behind(site: _Site, records: list[Record]) -> Iterator[Remark]:
    others = sorted({file.parent.name for file in site.incidents.glob("*/*.md")})
    if others:
        yield Remark("lost", f"the incidents in other languages: {', '.join(others[:8])}")
    if not site.systems and records:
        yield Remark("odd", "no systems in config.js: each name in `affectedsystems` is a component")


def _id(name: str) -> str:
    return slug(name.removesuffix(".md"))


def _told(file: Path, name: str, site: _Site, catalogue: Catalogue) -> Told:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise Unusable(f"it is larger than {MAX_FILE_BYTES} bytes")
        data = file.read_bytes()
    except OSError as error:
        raise Unusable(str(error)) from None
    content, remarks = text_of(data)
    page = _page(f"{content}\n", name)
    made = _head(page, name, catalogue)
    made.sha256, made.remarks = hashlib.sha256(data).hexdigest(), [*remarks, *page.remarks, *made.remarks]
    made.url = f"{site.url}incidents/{slug(own)}" if site.url and (own := _text(page, "id")) else None
    _say(made, page, site.url)
    for key in sorted(set(page.fields) - _CARRIED):
        made.note("lost", f"the field `{key}`: {page.fields[key]}")
    return made


def _page(content: str, name: str) -> Fields:
    marked = _MARKED.match(content)
    if marked is None:
        return page_of(content, name)
    text = marked[2].strip()
    fields, remarks = mapping_of("{" + text + "}" if marked[1] == "json" and not text.startswith("{") else text, name, marked[1])
    return Fields(fields=fields, body=content[marked.end() :], remarks=remarks)


def _text(page: Fields, key: str) -> str:
    value = page.fields.get(key)
    return "" if value is None or isinstance(value, (list, dict)) else str(value).strip()


def _head(page: Fields, name: str, catalogue: Catalogue) -> Told:
    started = moment(_text(page, "date"))
    if started is None:
        raise Unusable("it has no `date`")
    word = _text(page, "severity").replace("-", "_")
    effect = Effect(word) if word in Effect.__members__ else Effect.operational
    planned = effect is Effect.under_maintenance
    made = Told(path=name, id=_id(name), title=_text(page, "title") or without_date(_id(name)), started=started, over=yes(_text(page, "resolved")))
    if effect is Effect.operational:
        made.note("odd", f"its severity `{_text(page, 'severity')}` is none of Statusfy's; it has no effect here")
    listed = page.fields.get("affectedsystems")
    names = [str(entry) for entry in (listed if isinstance(listed, list) else [listed]) if entry]
    made.components = tuple((key, effect) for key in dict.fromkeys(catalogue.key_of(entry) for entry in names))
    length = _duration(_text(page, "duration"))
    if planned:
        made.kind, made.started = Kind.maintenance, moment(_text(page, "scheduled")) or started
        made.until = made.started + length if length else None
    else:
        made.severity = WORST[effect]
        made.ended = started + length if length and made.over else None
    return made


def _duration(minutes: str) -> timedelta | None:
    return timedelta(minutes=int(minutes)) if re.fullmatch(r"\d{1,6}", minutes) and int(minutes) else None


def _say(made: Told, page: Fields, base: str | None) -> None:
    """First the description and what stands around the updates; then the updates, which people write newest first."""
    announced = moment(_text(page, "date")) or made.started
    around, remarks = to_markdown(_UPDATE.sub("\n", page.body), base)
    made.remarks += remarks
    updates = [_words(found, made, base) for found in _UPDATE.finditer(page.body)]
    if updates and updates[0].at >= updates[-1].at:
        updates.reverse()
    description = _text(page, "description")
    parts = [part for part in (description, around.strip()) if part and not any(part in words.body for words in updates)]
    first = "\n\n".join(part for part in dict.fromkeys(parts) if not any(part in other for other in parts if other != part))
    if first:
        updates.insert(0, Words(at=min([announced, *(words.at for words in updates)]), body=first))
    made.words = _joined(sorted(updates, key=lambda words: words.at), first)
    if made.over and not any(words.status in (Status.resolved, Status.completed) for words in made.words):
        # A maintenance is over with its window, an incident with its `duration`, else with its last word.
        made.ended = made.ended or made.until


def _joined(words: list[Words], first: str) -> list[Words]:
    """The introduction and the first update are one where both were said at once, unless that update is the end."""
    if not first or len(words) < 2 or words[0].at != words[1].at or words[1].status in (Status.resolved, Status.completed):
        return words
    return [replace(words[1], body=f"{first}\n\n{words[1].body}"), *words[2:]]


def _words(found: re.Match[str], made: Told, base: str | None) -> Words:
    label = to_line(found["title"])
    at = moment(found["at"].strip())
    if at is None:
        raise Unusable(f"its update `{label}` has no time")
    body, remarks = to_markdown(found["body"], base)
    made.remarks += remarks
    status = STATUSES.get(label.casefold())
    return Words(at=at, body=body.strip() if status or not label else f"**{label}:** {body.strip()}", status=status, label=label)
