"""What a page's API v2 says, compared field by field with what the import wrote and the Snapshot makes of it. Also a script: see `main`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import markdown
from bs4 import BeautifulSoup

from onrecord.files import WorkTree
from onrecord.importing import statuspage
from onrecord.importing.writing import Done, bring_in
from onrecord.loading import load
from onrecord.markup import article, to_html
from onrecord.model import FINAL_STATUSES, Dataset, Incident, Update
from onrecord.policy import review
from onrecord.snapshot import IncidentView, Snapshot, derive
from onrecord.times import iso, now

BEGINNING = datetime.min.replace(tzinfo=UTC)
_ENDS = ("resolved", "completed", "postmortem")
_ABOUT = {
    "affected": ("just after an update", "still `"),
    "at": ("a second later",),
    "end": ("an update of the import",),
    "resolved_at": ("`effective`", "an update of the import"),
    "monitoring_at": ("`monitoring_at`",),
    "severity": ("its impact",),
    "window": ("its window",),
    "status now": (),
    "more": ("an update of the import",),
}
"""The words by which a remark of the import explains a difference in that field."""


@dataclass(slots=True, kw_only=True)
class Source:
    """Every answer of one page, read without the importer: the newest of each thing."""

    at: datetime = BEGINNING
    page: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One fact that the source and the import say differently; `reason` is empty where nothing explains it."""

    id: str
    field: str
    theirs: Any
    ours: Any
    reason: str


def read(path: Path) -> Source:
    """The answers in a file, or in a folder and below."""
    source = Source()
    for file in [path] if path.is_file() else sorted(path.rglob("*.json")):
        answer = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(answer.get("page"), dict):
            continue
        source.page = answer["page"]
        parts = {part["id"]: part for part in answer.get("components", [])}
        entries = [*answer.get("incidents", []), *answer.get("scheduled_maintenances", [])]
        source.at = max(source.at, *(_second(raw["updated_at"]) for raw in (answer["page"], *parts.values(), *entries)))
        source.parts = parts or source.parts
        for entry in entries:
            if entry["id"] not in source.entries or source.entries[entry["id"]]["updated_at"] <= entry["updated_at"]:
                source.entries[entry["id"]] = entry
    return source


def compare(source: Source, dataset: Dataset, done: Done, counted: dict[str, int] | None = None) -> list[Difference]:
    """Every difference in components, incidents, updates, effects and times. `counted` is filled with how many facts were compared."""
    snapshot = derive(dataset, source.at)
    remarks = {item.id: [remark.text for remark in item.remarks] for item in done.items}
    found: list[Difference] = []
    for id, name, theirs, ours in _facts(source, dataset, snapshot):
        if counted is not None:
            counted[name] = counted.get(name, 0) + 1
        if theirs != ours:
            found.append(Difference(id=id, field=name, theirs=theirs, ours=ours, reason=_reason(name, theirs, ours, remarks.get(id.partition("/")[0], ()))))
    return found


def _facts(source: Source, dataset: Dataset, snapshot: Snapshot) -> Iterator[tuple[str, str, Any, Any]]:
    """Each fact as (id, field, theirs, ours)."""
    ours = {incident.head.source.id: incident for incident in dataset.incidents if incident.head.source}
    views = {view.id: view for view in snapshot.incidents}
    yield "page", "zone", source.page["time_zone"], dataset.policy.page.time_zone
    yield "page", "page id", source.page["id"], dataset.policy.page.source.id if dataset.policy.page.source else None
    yield from _parts(source, dataset, snapshot)
    yield "page", "incidents", sorted(source.entries), sorted(id for id in ours if not id.startswith("states of "))
    codes = {component.id: component.source.id for component in dataset.components if component.source}
    for id, entry in source.entries.items():
        if id in ours:
            yield from _entry(entry, ours[id], views[ours[id].id], codes, source.at)


def _parts(source: Source, dataset: Dataset, snapshot: Snapshot) -> Iterator[tuple[str, str, Any, Any]]:
    ours = {component.source.id: component for component in dataset.components if component.source}
    groups = {group.source.id: group for group in dataset.groups if group.source}
    for id, part in source.parts.items():
        if part["group"]:
            yield id, "group", " ".join(part["name"].split()), groups[id].name if id in groups else None
            continue
        mine = ours.get(id)
        yield id, "component", " ".join(part["name"].split()), mine.name if mine else None
        if mine is not None:
            view = snapshot.component(mine.id)
            yield id, "component status", part["status"], view.effect.value if view else None
            yield id, "description", " ".join((part["description"] or "").split()), mine.description or ""
            yield id, "member of", source.parts[part["group_id"]]["name"].strip() if part["group_id"] else None, next((g.name for g in dataset.groups if g.id == mine.group), None)
            yield id, "on show", False, view.retired if view else None
            if part["start_date"]:
                yield id, "start_date", part["start_date"], str(mine.since)


def _entry(entry: dict[str, Any], incident: Incident, view: IncidentView, codes: dict[str, str], at: datetime) -> Iterator[tuple[str, str, Any, Any]]:
    id, head = entry["id"], incident.head
    yield id, "name", " ".join(entry["name"].split()), head.title
    yield id, "kind", "maintenance" if "scheduled_for" in entry else "incident", head.kind.value
    if head.scheduled:
        yield id, "window", [iso(_second(entry["scheduled_for"])), iso(_second(entry["scheduled_until"]))], [iso(head.scheduled.from_), iso(head.scheduled.until)]
    else:
        yield id, "started_at", iso(_second(entry["started_at"])), iso(head.started) if head.started else None
        yield id, "severity", entry["impact"], head.severity.value if head.severity else None
    yield id, "status", entry["status"], _status(incident)
    yield id, "status now", {"postmortem": "resolved"}.get(entry["status"], entry["status"]), view.status.value if view.status else None
    ended = next((u.head.effective or u.head.at for u in incident.updates if u.head.status in FINAL_STATUSES), None)
    yield id, "resolved_at", _stamp(entry["resolved_at"]), iso(ended) if ended else None
    if entry["monitoring_at"]:
        yield id, "monitoring_at", _stamp(entry["monitoring_at"]), next((iso(u.head.at) for u in incident.updates if u.head.status == "monitoring"), None)
    named = {part["id"] for part in entry["components"]} | {t["code"] for u in entry["incident_updates"] for t in u["affected_components"] or ()}
    yield id, "components", sorted(named), sorted({codes[key] for key, _ in view.now} | {codes[key] for key, _ in view.announced})
    yield from _updates(entry, incident, view, codes)


def _updates(entry: dict[str, Any], incident: Incident, view: IncidentView, codes: dict[str, str]) -> Iterator[tuple[str, str, Any, Any]]:
    id = entry["id"]
    theirs = [update for update in reversed(entry["incident_updates"]) if update["status"] != "postmortem"]
    ours = {update.head.source.id: update for update in incident.updates if update.head.source}
    yield id, "updates", [update["id"] for update in theirs], list(ours)
    yield id, "more", [], [update.id for update in incident.updates if not update.head.source]
    felt = {codes[key]: effect.value for key, effect in incident.head.components.items()}
    for said in theirs:
        mine = ours.get(said["id"])
        if mine is None:
            continue
        yield f"{id}/{said['id']}", "at", iso(_second(said["display_at"])), iso(mine.head.at)
        yield f"{id}/{said['id']}", "said", said["status"], mine.head.status.value if mine.head.status else None
        yield f"{id}/{said['id']}", "body", _text(_rendered(said["body"])), _text(to_html(mine.body))
        yield from _affected(said, mine, incident, felt, codes)
    for said in entry["incident_updates"]:
        if said["status"] == "postmortem":
            mortem = incident.postmortem
            yield f"{id}/{said['id']}", "postmortem", [said["id"], iso(_second(said["display_at"]))], [mortem.head.source.id, iso(mortem.head.published)] if mortem and mortem.head.source and mortem.head.published else None
            yield f"{id}/{said['id']}", "postmortem body", _text(_rendered(said["body"])), _text(article(mortem.body).html) if mortem else None


def _affected(said: dict[str, Any], mine: Update, incident: Incident, felt: dict[str, str], codes: dict[str, str]) -> Iterator[tuple[str, str, Any, Any]]:
    """The states that the update leaves behind. What a maintenance does to its components holds while it runs only."""
    felt |= {codes[key]: effect.value for key, effect in mine.head.components.items()}
    if said["status"] in _ENDS:
        felt |= dict.fromkeys(felt, "operational")
    if incident.head.kind == "maintenance" and said["status"] not in ("in_progress", "verifying"):
        return
    for touched in said["affected_components"] or ():
        yield f"{incident.head.source.id if incident.head.source else ''}/{said['id']}", "affected", touched["new_status"], felt.get(touched["code"])


def _status(incident: Incident) -> str | None:
    """The newest state that the source's own updates name; `postmortem` where there is one."""
    own = [update.head.status for update in incident.updates if update.head.source and update.head.status]
    return "postmortem" if incident.postmortem else own[-1].value if own else None


def _reason(name: str, theirs: Any, ours: Any, remarks: Iterable[str]) -> str:
    if name == "status now" and theirs == "scheduled" and ours == "in_progress":
        return "by the clock: its window has begun, and here that is in progress"
    if name == "description" and " ".join(str(theirs).split()) == " ".join(str(ours).split()):
        return "white space"
    return next((text for text in remarks if any(word in text for word in _ABOUT.get(name, ()))), "")


def _second(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def _stamp(text: str | None) -> str | None:
    return iso(_second(text)) if text else None


def _rendered(body: str) -> str:
    """The source's text by another renderer than ours, which takes HTML and Markdown as they come."""
    return markdown.markdown(body)


def _text(html: str) -> str:
    """The words alone; only what begins a new line parts them."""
    soup = BeautifulSoup(html, "html.parser")
    for block in soup.find_all(["br", "p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "tr", "td", "th"]):
        block.insert_after("\n")
    return " ".join(soup.get_text("").split())


def main(paths: Sequence[str]) -> int:
    """Imports each file or folder into a fresh place, and lists every difference with its reason.

    Run it as `python tests/statuspage_oracle.py PATH…`. Exit code 1 means that a difference has no
    reason, or that `check` finds an error.
    """
    failed = 0
    for path in paths:
        source = read(Path(path))
        with tempfile.TemporaryDirectory() as place:
            done = bring_in(statuspage.harvest(Path(path), now()), Path(place), now())
            loaded = load(WorkTree(Path(place)), now=now())
            counted: dict[str, int] = {}
            differences = compare(source, loaded.dataset, done, counted)
            errors = [p for p in (*loaded.problems, *review(loaded.dataset, at=now())) if p.level == "error"]
        updates = sum(len(entry["incident_updates"]) for entry in source.entries.values())
        print(f"{path}: {len(source.parts)} components and groups, {len(source.entries)} incidents and maintenances, {updates} updates")
        print(f"  {sum(counted.values())} facts compared, {len(differences)} differences, {len(errors)} errors of check")
        reasons: dict[tuple[str, str], list[Difference]] = {}
        for found in differences:
            reasons.setdefault((found.field, found.reason), []).append(found)
        for (name, reason), some in reasons.items():
            print(f"  {name} ({len(some)}): {reason or 'NO REASON'}")
            for found in some if not reason else some[:1]:
                print(f"      {found.id}: {found.theirs!r} there, {found.ours!r} here")
        failed += len(errors) + sum(not found.reason for found in differences)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
