"""A month of a page's life, step by step, and those who follow it, each with what they have seen before."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import feedparser
import icalendar

import days
from onrecord.model import Component, Dataset, Incident, PolicyFile, Postmortem, PostmortemFile
from onrecord.render import api
from onrecord.render.calendar import calendars
from onrecord.render.feeds import feeds
from onrecord.render.statuspage import statuspage
from onrecord.render.widget import widget
from onrecord.snapshot import derive
from onrecord.templating import environment
from onrecord.times import parse_instant

Files = Mapping[str, bytes]
Word = tuple[str, dict[str, Any], str]
PAY, LATE, MOVE, OFF = "2026-11-03-payments-fail", "2026-11-14-search-slow", "2026-11-20-database-move", "2026-11-24-new-terminals"
_PARTS = tuple(Component(id=id, name=id.capitalize()) for id in ("checkout", "search"))
_WINDOW = {"from": "2026-11-20T02:00:00Z", "until": "2026-11-20T04:00:00Z"}
_MOVED = {"from": "2026-11-21T02:00:00Z", "until": "2026-11-21T05:00:00Z"}
_OFF = {"from": "2026-11-24T01:00:00Z", "until": "2026-11-24T02:00:00Z"}
HEADS: dict[str, dict[str, Any]] = {
    PAY: {"title": "Payments fail", "severity": "major", "started": "2026-11-03T14:00:00Z", "components": {"checkout": "major_outage"}},
    MOVE: {"title": "Database move", "kind": "maintenance", "scheduled": _WINDOW, "components": {"checkout": "under_maintenance"}},
    OFF: {"title": "New terminals", "kind": "maintenance", "scheduled": _OFF, "components": {"search": "under_maintenance"}},
    LATE: {"title": "Search is slow", "severity": "minor", "started": "2026-11-14T08:50:00Z", "components": {"search": "degraded_performance"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens: a word about a record, a post-mortem, or only time that passes."""

    what: str
    at: datetime
    record: str = ""
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> Word:
        """What is said, as a test's record wants it."""
        return self.at.isoformat(), self.said, f"{self.what}."


def _step(at: str, what: str, record: str = "", **said: Any) -> Step:
    return Step(what=what, at=parse_instant(f"2026-11-{at}:00Z"), record=record, said=said)


MONTH = (
    _step("03T14:05", "Payments fail", PAY, status="investigating", next_update_by="2026-11-03T14:35:00Z"),
    _step("03T14:25", "The cause is known", PAY, status="identified", next_update_by="2026-11-03T15:30:00Z"),
    _step("03T14:55", "Half an hour passes"),
    _step("03T15:10", "It is mended, and watched", PAY, status="monitoring", next_update_by="2026-11-03T16:00:00Z", components={"checkout": "operational"}),
    _step("03T15:40", "It is over", PAY, status="resolved"),
    _step("05T09:00", "A move is announced", MOVE, status="scheduled"),
    _step("06T10:00", "The post-mortem comes out", PAY),
    _step("08T09:00", "New terminals are announced", OFF, status="scheduled"),
    _step("12T09:00", "The move moves to another night", MOVE, status="scheduled", scheduled=_MOVED),
    _step("14T09:00", "Search is slow", LATE, status="investigating", next_update_by="2026-11-14T10:00:00Z"),
    _step("14T09:40", "It is over, and was sooner", LATE, status="resolved", effective="2026-11-14T09:31:00Z"),
    _step("16T09:00", "The terminals are called off", OFF, status="cancelled"),
    _step("21T02:02", "The move begins", MOVE, status="in_progress"),
    _step("21T04:30", "The move is done", MOVE, status="completed"),
    _step("28T12:00", "A week passes"),
)
"""What happens, in its order. A step without a status is the post-mortem."""


def published(steps: Sequence[Step]) -> Files:
    """What the page publishes after those steps, at the time of the last one."""
    records = tuple(_record(id, [step for step in steps if step.record == id]) for id in sorted(HEADS) if any(s.record == id for s in steps))
    data = Dataset(incidents=records, components=_PARTS, policy=PolicyFile.model_validate({"page": {"time_zone": "Europe/London"}}))
    snapshot, templates = derive(data, steps[-1].at), environment()
    made = (feeds(snapshot, days.SITE, templates), calendars(snapshot, days.SITE, templates), statuspage(snapshot, days.SITE), widget([(snapshot, days.SITE, templates.language)]), api.now(snapshot))
    return {artifact.path: artifact.data for several in made for artifact in several}


def _record(id: str, steps: Sequence[Step]) -> Incident:
    told = next((step.at for step in steps if not step.said), None)
    story = Postmortem(path="postmortem.md", head=PostmortemFile.model_validate({"status": "published", "published": told.isoformat()}), body="## Summary\n\nIt was a change of ours.\n") if told else None
    return days.incident(id, [step.word for step in steps if step.said], story, **HEADS[id])


class Follower:
    """Somebody who reads one file again and again. `look` gives what stands there by key, with what would make it news again, and its name."""

    def __init__(self, name: str, how: str, look: Callable[[Files], dict[str, tuple[str, str]]], *, gone: bool = False) -> None:
        self.name, self.how, self._look, self._gone = name, how, look, gone
        self._seen: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self.heard: list[list[str]] = []

    def reads(self, files: Files) -> None:
        """Reads what is published now, and notes what is news to them."""
        found = self._look(files)
        news = [name for key, (mark, name) in reversed(found.items()) if self._seen.get(key) != mark]
        if self._gone:
            news += [f"{self._names[key]}: gone" for key in self._seen if key not in found]
            self._seen, self._names = {}, {}
        self._seen |= {key: mark for key, (mark, _) in found.items()}
        self._names |= {key: name for key, (_, name) in found.items()}
        self.heard.append(news)


def _entries(path: str, *, change: bool = False) -> Callable[[Files], dict[str, tuple[str, str]]]:
    def look(files: Files) -> dict[str, tuple[str, str]]:
        if path not in files:
            return {}
        found = feedparser.parse(files[path]).entries
        return {entry.id: (entry.updated if change else "", entry.title) for entry in found}

    return look


def _items(files: Files) -> dict[str, tuple[str, str]]:
    return {item["id"]: ("", item["title"]) for item in json.loads(files["feed.json"])["items"]}


def _events(path: str) -> Callable[[Files], dict[str, tuple[str, str]]]:
    """By UID; an event counts as changed only where its SEQUENCE grew, as programs do."""

    def look(files: Files) -> dict[str, tuple[str, str]]:
        found = icalendar.Calendar.from_ical(files[path]).walk("VEVENT")
        return {str(e["uid"]): (f"{e['sequence']:04d}", f"{e['summary']}, {e.decoded('dtstart'):%-d %b %H:%M} to {e.decoded('dtend'):%H:%M}") for e in found}

    return look


def _polled(files: Files) -> dict[str, tuple[str, str]]:
    answers = [json.loads(files[f"api/v2/{name}.json"]) for name in ("incidents", "scheduled-maintenances")]
    events = [event for answer in answers for event in (*answer.get("incidents", ()), *answer.get("scheduled_maintenances", ()))]
    return {event["id"]: (event["updated_at"], f"{event['name']}: {event['status']}") for event in events}


def _summary(files: Files) -> dict[str, tuple[str, str]]:
    answer = json.loads(files["api/v2/summary.json"])
    return {event["id"]: (event["updated_at"], f"{event['name']}: {event['status']}") for event in (*answer["incidents"], *answer["scheduled_maintenances"])}


def _banner(files: Files) -> dict[str, tuple[str, str]]:
    shown = [one for one in json.loads(files["widget.json"])["open"] if "checkout" in one["components"]]
    return {one["id"]: ("", f"{one['says']}: {one['title']}") for one in shown}


def _asked(files: Files) -> dict[str, tuple[str, str]]:
    now = json.loads(files["now.json"])
    return {"page": (now["version"], f"{now['says']}, {now['count']} open")}


def followers() -> list[Follower]:
    """One of each kind, who have seen nothing yet."""
    return [
        Follower("`updates.atom`", "by id", _entries("updates.atom")),
        Follower("`updates.rss`", "by guid", _entries("updates.rss")),
        Follower("`feed.json`", "by id", _items),
        Follower("`history.atom`", "new ids only", _entries("history.atom")),
        Follower("`history.atom`", "reposts what changed", _entries("history.atom", change=True)),
        Follower(f"`incidents/{PAY}/updates.atom`", "by id", _entries(f"incidents/{PAY}/updates.atom")),
        Follower("`components/checkout/updates.atom`", "by id", _entries("components/checkout/updates.atom")),
        Follower("`severity/major/updates.atom`", "by id", _entries("severity/major/updates.atom")),
        Follower("`maintenance.ics`", "by UID and SEQUENCE", _events("maintenance.ics")),
        Follower("`history.ics`", "by UID and SEQUENCE", _events("history.ics")),
        Follower("API, all", "by id and `updated_at`", _polled),
        Follower("API, `summary.json`", "by id, and what leaves it", _summary, gone=True),
        Follower("Banner for Checkout", "shown and gone", _banner, gone=True),
        Follower("`now.json`", "by version", _asked),
    ]


def replay() -> list[Follower]:
    """Everybody, after the month."""
    all_of_them = followers()
    for number in range(len(MONTH)):
        files = published(MONTH[: number + 1])
        for one in all_of_them:
            one.reads(files)
    return all_of_them


def table(everybody: Sequence[Follower]) -> str:
    """What each follower heard at each step, in Markdown: what was new to them, or nothing."""
    heads = ["", *(f"{one.name}, {one.how}" for one in everybody)]
    rows = [[f"{step.at:%-d %b %H:%M} {step.what}", *("; ".join(one.heard[n]) for one in everybody)] for n, step in enumerate(MONTH)]
    return "".join("| " + " | ".join(row) + " |\n" for row in (heads, ["---"] * len(heads), *rows))
