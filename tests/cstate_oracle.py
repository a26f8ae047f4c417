"""What cState made of its own issues, compared field by field with what the import wrote. Also a script: see `main`."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onrecord.files import WorkTree
from onrecord.importing import cstate
from onrecord.importing.cstate_issue import SEVERITIES
from onrecord.importing.moments import read
from onrecord.importing.writing import Done, bring_in
from onrecord.loading import load
from onrecord.model import FINAL_STATUSES, Dataset, Incident, Kind
from onrecord.times import BadTime, iso, now

ORACLE = "cstate-oracle.jsonl"
_GO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) \S+")
_NOTHING = "<no value>"
_BACK = {severity: word for word, (severity, _) in SEVERITIES.items()}
_ABOUT = {
    "title": ("title", "front matter"),
    "createdAt": ("`date`", "front matter"),
    "severity": ("severity", "front matter"),
    "resolved": ("resolved", "front matter", "notice"),
    "resolvedAt": ("resolvedWhen", "it ends (", "front matter", "without an end", "no end"),
    "affected": ("`affected`", "front matter", "no longer names"),
}
"""The words by which a remark of the import explains a difference in that field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that cState and the import read differently; `reason` is empty where nothing explains it."""

    slug: str
    field: str
    theirs: Any
    ours: Any
    reason: str


def compare(rows: Sequence[dict[str, Any]], dataset: Dataset, done: Done) -> list[Difference]:
    """Every difference in title, begin, end, state, severity and what is affected."""
    ours = {incident.head.source.id: incident for incident in dataset.incidents if incident.head.source}
    names = {component.id: component.name for component in dataset.components}
    remarks = {item.id: [remark.text for remark in item.remarks] for item in done.items}
    found: list[Difference] = []
    for row in rows:
        incident = ours.get(row["slug"])
        if incident is None:
            found.append(Difference(slug=row["slug"], field="item", theirs=row["title"], ours=None, reason=""))
            continue
        for field, theirs, mine in _fields(row, incident, names):
            if theirs != mine:
                found.append(Difference(slug=row["slug"], field=field, theirs=theirs, ours=mine, reason=_reason(field, theirs, mine, remarks[row["slug"]])))
    extra = set(ours) - {row["slug"] for row in rows}
    return found + [Difference(slug=slug, field="item", theirs=None, ours=ours[slug].head.title, reason="") for slug in sorted(extra)]


def _fields(row: dict[str, Any], incident: Incident, names: dict[str, str]) -> Iterator[tuple[str, Any, Any]]:
    head = incident.head
    ended = next((u.head.effective or u.head.at for u in incident.updates if u.head.status in FINAL_STATUSES), head.until)
    over = any(u.head.status in FINAL_STATUSES for u in incident.updates)
    yield "title", row["title"], head.title
    yield "createdAt", _go_time(row["createdAt"]), iso(head.started or head.from_ or datetime(1, 1, 1, tzinfo=UTC))
    yield "severity", row["severity"], _BACK[head.severity] if head.severity else _NOTHING
    yield "resolved", row["resolved"], over
    yield "resolvedAt", _instant(row["resolvedAt"]), iso(ended) if ended else _NOTHING
    yield "informational", row["informational"], head.kind is Kind.notice
    yield "affected", row["affected"], [names[key] for key in head.components]


def _reason(field: str, theirs: Any, ours: Any, remarks: Sequence[str]) -> str:
    if isinstance(theirs, str) and theirs.strip() == ours:
        return "spaces at the ends are taken away"
    return next((text for text in remarks if any(word in text for word in _ABOUT.get(field, ()))), "")


def _go_time(text: str) -> str:
    found = _GO_TIME.fullmatch(text)
    assert found, text
    moment = datetime.strptime(f"{found[1]} {found[2]} {found[3]}", "%Y-%m-%d %H:%M:%S %z")
    return text if moment.year == 1 else iso(moment.astimezone(UTC))


def _instant(text: str) -> str:
    try:
        return iso(read(text)[0])
    except BadTime:
        return text


def main(folders: Sequence[str]) -> int:
    """Imports each site folder that has a cstate-oracle.jsonl into a fresh place, and lists every difference with its reason.

    Run it as `python tests/cstate_oracle.py FOLDER…`. Exit code 1 means that a difference has no reason.
    """
    unexplained = 0
    for folder in folders:
        rows = [json.loads(line) for line in (Path(folder) / ORACLE).read_text(encoding="utf-8").splitlines()]
        with tempfile.TemporaryDirectory() as place:
            done = bring_in(cstate.harvest(Path(folder), now()), Path(place), now())
            differences = compare(rows, load(WorkTree(Path(place)), now=now()).dataset, done)
        print(f"{folder}: {len(rows)} issues, {len(rows) * 7} fields, {len(differences)} differences")
        for found in differences:
            print(f"  {found.slug} {found.field}: {found.theirs!r} there, {found.ours!r} here\n      {found.reason or 'NO REASON'}")
            unexplained += not found.reason
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
