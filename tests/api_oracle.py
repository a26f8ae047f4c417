"""A page's API compared with ours after an import, key by key: what an import can know is equal, and the rest has a reason. Also a script: see `main`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import statuspage_oracle as oracle
from onrecord.files import WorkTree
from onrecord.importing import statuspage as importer
from onrecord.importing.writing import bring_in
from onrecord.loading import load
from onrecord.render.statuspage import statuspage
from onrecord.settings import Site
from onrecord.snapshot import derive

_OWN: Mapping[str, str] = {
    "shortlink": "leads to this page",
    "component.start_date": "a component has its first day here, seen or named, and a group has none",
    "component.created_at": "records know the first day of a component, not its second",
    "component.updated_at": "here it is when the state last changed",
    "component.position": "counted from 1 in each list; theirs has gaps",
    "component.showcase": "not kept: a switch of their home page",
    "component.only_show_if_degraded": "not kept: a switch of their home page",
    "update.deliver_notifications": "not kept: whether they sent it",
    "update.custom_tweet": "not kept: what they posted elsewhere",
    "update.tweet_id": "not kept: what they posted elsewhere",
    "update.created_at": "an update has one time here, the one on display",
    "update.updated_at": "an update has one time here, the one on display",
    "event.reminder_intervals": "not kept: whom they remind",
    "event.created_at": "here it is the time of the first word",
    "event.updated_at": "here it is the time of the newest word",
}
"""Why a key can differ in any page: these say how the other system was worked, not what customers were told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One key of one object: theirs, ours, and why they differ; `reason` is empty where nothing explains it."""

    id: str
    key: str
    theirs: Any
    ours: Any
    reason: str


def again(folder: Path, place: Path) -> tuple[list[Row], Counter[str]]:
    """Imports the answers of a page into `place`, makes our API of it, and compares: the differences, and how often each key was equal."""
    source = oracle.read(folder)
    done = bring_in(importer.harvest(folder, source.at), place, source.at)
    dataset = load(WorkTree(place), now=source.at).dataset
    site = Site(name=source.page["name"], url=source.page["url"].rstrip("/") + "/", description="")
    made = {a.path: json.loads(a.data) for a in statuspage(derive(dataset, source.at), site)}
    parts = {part["id"]: part for part in made["api/v2/components.json"]["components"]}
    events = {e["id"]: e for answer in made.values() for key in ("incidents", "scheduled_maintenances") for e in answer.get(key, ())}
    remarks = {item.id: " ".join(remark.text for remark in item.remarks) for item in done.items}
    found: list[Row] = []
    equal: Counter[str] = Counter()
    for id, key, theirs, ours in _keys(source, made["api/v2/summary.json"]["page"], parts, events):
        if _same(key, theirs, ours):
            equal[key] += 1
        else:
            found.append(Row(id=id, key=key, theirs=theirs, ours=ours, reason=_reason(key, theirs, ours, remarks.get(id.partition("/")[0], ""))))
    return found, equal


def _keys(source: oracle.Source, page: Mapping[str, Any], parts: Mapping[str, Any], events: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    for key in ("id", "name", "url", "time_zone"):
        yield "page", f"page.{key}", source.page[key].rstrip("/"), page[key]
    for id, part in source.parts.items():
        yield from _object(id, "component", part, parts.get(id, {}))
    for id, event in source.entries.items():
        ours = events.get(id, {})
        yield from _object(id, "event", {k: v for k, v in event.items() if k != "incident_updates"}, ours)
        own = {update["id"]: update for update in ours.get("incident_updates", ())}
        yield id, "event.updates", [u["id"] for u in event["incident_updates"] if u["status"] != "postmortem"], [id for id, u in own.items() if u["status"] != "postmortem"]
        for update in event["incident_updates"]:
            if update["status"] != "postmortem":
                yield from _object(f"{id}/{update['id']}", "update", update, own.get(update["id"], {}))


def _object(id: str, kind: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    for key, value in theirs.items():
        yield id, f"{kind}.{key}", value, ours.get(key, "absent")


def _same(key: str, theirs: Any, ours: Any) -> bool:
    name = key.partition(".")[2]
    if name == "components":
        return sorted(_ids(theirs)) == sorted(_ids(ours))
    if name == "affected_components":
        return _touched(theirs) == _touched(ours)
    if name.endswith(("_at", "_for", "_until")) and theirs and ours and ours != "absent":
        return datetime.fromisoformat(theirs).replace(microsecond=0) == datetime.fromisoformat(ours)
    if isinstance(theirs, str) and isinstance(ours, str):
        return " ".join(theirs.split()) == " ".join(ours.split())
    return bool((theirs or None) == (ours or None)) if not isinstance(theirs, bool) else theirs is ours


def _ids(parts: Sequence[Any]) -> list[str]:
    return [part["id"] if isinstance(part, dict) else part for part in parts]


def _touched(rows: Any) -> dict[str, str]:
    return {row["code"]: row["new_status"] for row in rows or ()}


_LATER = "was set just after an update"


def _reason(key: str, theirs: Any, ours: Any, remarks: str) -> str:
    name = key.partition(".")[2]
    if name == "body" and _words(theirs) == _words(ours):
        return "HTML or line breaks there, the same words in Markdown here"
    if key == "event.status" and (theirs, ours) == ("scheduled", "in_progress"):
        return "by the clock: its window has begun"
    if name == "updates" and remarks and [id for id in ours if id in theirs] == theirs:
        return "beside theirs one of the import, which says what the files show without a word: a state of components, an end"
    if name == "affected_components" and _LATER in remarks:
        return "a state that was set just after an update stands with that update"
    if name == "affected_components" and not _touched(theirs).items() - _touched(ours).items():
        return "here every part that was named so far stands with each update"
    if name == "components" and set(_ids(theirs)) <= set(_ids(ours)):
        return "here every part that was named"
    return _OWN.get(name) or _OWN.get(key) or ""


def _words(body: str) -> str:
    """The words alone, whichever marks begin a new line or are only signs."""
    return oracle._text(oracle._rendered(body.replace("\\\n", "\n"))).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def report(rows: Sequence[Row], equal: Mapping[str, int]) -> Iterator[str]:
    """A line for each key: how often it was equal, and how often and why it was not, with one example."""
    different: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        different.setdefault(row.key, {}).setdefault(row.reason, []).append(row)
    for key in sorted({*equal, *different}):
        yield f"{key}: {equal.get(key, 0)} equal"
        for reason, some in different.get(key, {}).items():
            yield f"    {len(some)} differ: {reason or 'NO REASON'}; {some[0].id}: {str(some[0].theirs)[:90]!r} there, {str(some[0].ours)[:90]!r} here"


def main(paths: Sequence[str]) -> int:
    """Compares each page, a file or folder of its answers: `python tests/api_oracle.py PATH…`. Exit code 1 where a difference has no reason."""
    bare = 0
    for path in paths:
        with tempfile.TemporaryDirectory() as place:
            rows, equal = again(Path(path), Path(place))
        print(f"{path}: {sum(equal.values())} equal, {len(rows)} different, {sum(not row.reason for row in rows)} without a reason")
        print("".join(f"  {line}\n" for line in report(rows, equal)), end="")
        bare += sum(not row.reason for row in rows)
    return 1 if bare else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
