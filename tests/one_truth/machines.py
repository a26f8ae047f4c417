"""What programs are told: feeds, API, small JSON files, calendars, badges, the search, and the messages of each channel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import icalendar
import markdown
from bs4 import BeautifulSoup

from one_truth.claims import EFFECTS, STATUSES, Claim, Text, second

_RECORD = re.compile(r"incidents/([^/#]+)/")
_UPDATE = re.compile(r"incidents/([^/]+)/updates/(.+)$")


def loaded(path: Path) -> Any:
    """The JSON of a file."""
    return json.loads(path.read_text(encoding="utf-8"))


def _seen(html: str) -> str:
    return BeautifulSoup(html, "html5lib").get_text(" ")


def _translated(site: Path, path: Path) -> bool:
    """Whether a feed speaks another language than the site's first: its times must agree, its words are others."""
    top = path.relative_to(site).parts[0]
    return (site / top / "history.atom").exists() and top not in ("components", "groups", "incidents", "severity")


def feeds(site: Path) -> Iterator[Claim | Text]:
    """Every Atom and RSS feed of the site."""
    for path in sorted([*site.rglob("*.atom"), *site.rglob("*.rss")]):
        yield from _timed(_feed(site, path), only=_translated(site, path))


def _timed(found: Iterator[Claim | Text], *, only: bool) -> Iterator[Claim | Text]:
    """What is claimed, or only the times of it."""
    return (one for one in found if not only or (isinstance(one, Claim) and one.fact == "at"))


def _feed(site: Path, path: Path) -> Iterator[Claim | Text]:
    surface = path.relative_to(site).as_posix()
    found = feedparser.parse(path.read_bytes())
    assert not found.bozo, f"{surface}: {found.bozo_exception}"
    for entry in found.entries:
        html = entry.content[0].value if "content" in entry else entry.summary
        if update := _UPDATE.search(entry.id):
            yield from _update(surface, update, entry.title, datetime(*entry.published_parsed[:6], tzinfo=UTC), html)
        elif "/postmortem" not in entry.link:  # its words are its own
            yield from _whole(surface, entry.link, entry.title, html)


def _update(surface: str, named: re.Match[str], title: str, at: datetime, html: str) -> Iterator[Claim | Text]:
    about = f"update {named[1]}/{named[2]}"
    status, _, rest = title.partition(": ")
    if status in STATUSES:
        yield Claim(surface, about, "status", STATUSES[status])
        yield Claim(surface, f"record {named[1]}", "title", " ".join(rest.split()))
    yield Claim(surface, about, "at", at.replace(microsecond=0))
    yield Text(surface, about, _seen(html))


def _whole(surface: str, link: str, title: str, html: str) -> Iterator[Claim | Text]:
    found = _RECORD.search(link)
    assert found is not None, f"{surface}: {link} leads to no record"
    yield Claim(surface, f"record {found[1]}", "title", " ".join(title.split()))
    heard = BeautifulSoup(html, "html5lib")
    if (time := heard.select_one("small time")) is not None:
        yield Claim(surface, f"update {found[1]} -0", "at", second(str(time["datetime"])))
    yield Text(surface, f"update {found[1]} -0", heard.get_text(" "))


def json_feeds(site: Path) -> Iterator[Claim | Text]:
    """Every JSON Feed."""
    for path in sorted(site.rglob("feed.json")):
        for item in loaded(path)["items"]:
            if update := _UPDATE.search(item["id"]):
                told = _update(path.relative_to(site).as_posix(), update, item["title"], second(item["date_published"]), item["content_html"])
                yield from _timed(told, only=_translated(site, path))


def api(site: Path) -> Iterator[Claim | Text]:
    """Statuspage's endpoints and the months beside them."""
    folder = site / "api/v2"
    for path in (folder / "status.json", folder / "summary.json"):
        yield Claim(path.stem, "page", "says", loaded(path)["status"]["description"])
    for path in (folder / "components.json", folder / "summary.json"):
        for component in loaded(path)["components"]:
            if not component["group"]:
                yield Claim(path.stem, f"API's component {component['id']}", "state", component["status"])
                yield Claim(path.stem, f"named component {component['name']}", "state", component["status"])
    summary = loaded(folder / "summary.json")
    both = [*summary["incidents"], *summary["scheduled_maintenances"]]
    yield Claim("summary", "page", "open", frozenset(_id(row) for row in both if row["status"] != "scheduled"))
    for path in sorted([*folder.glob("*.json"), *folder.glob("*/*.json")]):
        found = loaded(path)
        for kind in ("incidents", "scheduled_maintenances"):
            for row in found[kind] if "page" in found and kind in found else ():
                yield from _incident(path.relative_to(folder).as_posix(), row)


def _id(row: Any) -> str:
    found = _RECORD.search(row["shortlink"])
    assert found is not None
    return found[1]


def _incident(surface: str, row: Any) -> Iterator[Claim | Text]:
    id = _id(row)
    about = f"record {id}"
    yield Claim(surface, about, "title", " ".join(row["name"].split()))
    updates = [update for update in row["incident_updates"] if update["status"] != "postmortem"]
    if row["status"] != "postmortem":
        yield Claim(surface, about, "API's status", row["status"])
    if row["impact"] != "maintenance":
        yield Claim(surface, about, "begun", second(row["started_at"]))
        if row["resolved_at"]:
            yield Claim(surface, about, "closed", second(row["resolved_at"]))
    if row["status"] not in ("resolved", "completed", "postmortem", "scheduled"):  # Statuspage says there how the parts are, whichever record it is that hurts them
        for part in row["components"]:
            yield Claim(surface, f"named component {part['name']}", "state", part["status"])
    for age, update in enumerate(updates):
        yield Claim(surface, f"update {id} -{age}", "API's status", update["status"])
        yield Claim(surface, f"update {id} -{age}", "at", second(update["display_at"]))
        yield Text(surface, f"update {id} -{age}", _seen(markdown.markdown(update["body"])))
    yield Claim(surface, about, "updates", len(updates))


def accounts(site: Path) -> Iterator[Claim]:
    """Uptime and promises."""
    for part in loaded(site / "api/v2/uptime.json")["components"]:
        about = f"component {part['id']}"
        yield Claim("uptime.json", about, "name", part["name"])
        if part["uptime_90_days"] is not None:
            yield Claim("uptime.json", about, "uptime", cut(part["uptime_90_days"]))
        for month in part["months"]:
            if month["uptime"] is not None:
                yield Claim("uptime.json", f"{about} {month['month']}", "uptime", cut(month["uptime"]))
    for row in loaded(site / "api/v2/promises.json")["incidents"]:
        about = f"record {row['incident']}"
        yield Claim("promises.json", about, "kind", row["kind"])
        yield Claim("promises.json", about, "promises kept", row["promises_kept"])
        yield Claim("promises.json", about, "promises missed", row["promises_missed"])


def cut(percent: float) -> float:
    """The figure as pages show it: two places, never rounded up."""
    return int(round(percent * 10_000) // 100) / 100


def small(site: Path) -> Iterator[Claim]:
    """What an open page, a banner in the owner's product and a badge ask for."""
    now = loaded(site / "now.json")
    yield Claim("now.json", "page", "says", now["says"])
    banner = loaded(site / "widget.json")["open"]
    ids = [row["id"] for row in banner]
    for surface, count, first in (("now.json", now["count"], list(now["open"])), ("widget.json", len(ids), ids[: len(now["open"])])):
        yield Claim(surface, "page", "count", count)
        yield Claim(surface, "page", "first of what is open", tuple(first))
    yield Claim("widget.json", "page", "open", frozenset(row["id"] for row in banner if row["kind"] != "notice"))
    for row in banner:
        about = f"record {row['id']}"
        yield Claim("widget.json", about, "title", row["title"])
        yield Claim("widget.json", about, "kind", row["kind"])
        if row["next"]:
            yield Claim("widget.json", about, "next", second(row["next"]))
    dues = [second(row["next"]) for row in banner if row["next"]]
    yield Claim("widget.json", "page", "next", min(dues, default=None))
    yield Claim("now.json", "page", "next", second(now["next_update_by"]) if now["next_update_by"] else None)
    for path in sorted((site / "badges").glob("*.json")):
        badge, drawing = loaded(path), ElementTree.parse(path.with_suffix(".svg")).getroot()
        about, fact = ("page", "says") if path.stem == "status" else (f"component {path.stem}", "state")
        said = (badge["message"], str(drawing.get("aria-label")).removeprefix(f"{badge['label']}: "))
        for surface, text in zip(("badge's JSON", "badge"), said, strict=True):
            yield Claim(surface, about, fact, text if fact == "says" else EFFECTS.get(text[:1].upper() + text[1:], text))


def calendars(site: Path) -> Iterator[Claim | Text]:
    """Maintenance and incidents as events."""
    for name in ("history.ics", "maintenance.ics"):
        for event in icalendar.Calendar.from_ical((site / name).read_bytes()).walk("VEVENT"):
            id = str(event["UID"]).rpartition("@")[0]
            yield Claim(name, f"record {id}", "title", re.sub(r"^\w+: ", "", str(event["SUMMARY"])) if event.get("STATUS") == "CANCELLED" else str(event["SUMMARY"]))
            begun, ended = _instant(event["DTSTART"].dt), _instant(event["DTEND"].dt)
            yield Claim(name, f"record {id}", "begun", begun)
            if (ended - begun).total_seconds() > 60:  # a shorter event would be seen in no calendar, so none is shorter
                yield Claim(name, f"record {id}", "ended", ended)
            yield Text(name, f"update {id} -0", str(event["DESCRIPTION"]))


def _instant(moment: datetime | date) -> datetime:
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def search(site: Path) -> Iterator[Text]:
    """The words by which a record is found."""
    for path in sorted((site / "search").glob("[0-9]*.json")):
        for id, text in loaded(path).items():
            if "/" not in id:  # a post-mortem's words are its own
                yield Text(path.name, f"update {id} -0", text)
