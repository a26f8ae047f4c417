"""`onrecord import statuspage` as people type it, and its result held against the source field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import statuspage_oracle
from answers import answer, entry, lay_out, maintenance, part, said, summary, touched
from onrecord.cli import main
from onrecord.files import WorkTree
from onrecord.importing import statuspage
from onrecord.importing.writing import bring_in
from onrecord.loading import load
from onrecord.times import parse_instant

NOW = parse_instant("2026-11-21T14:00:00Z")
API, EU = "c0mpapi00001", "c0mpeu000001"
PARTS = [
    part(API, "API", "partial_outage"), part("gr0up0000001", "Regions", group=True, position=2, components=[EU]),
    part(EU, "EU – Frankfurt", "under_maintenance", group_id="gr0up0000001", start_date="2025-01-01"),
]  # fmt: skip
OPEN = entry(
    "1nc000000001", "Errors ⚠️", said("u00000000001", "10:00", "investigating", "We see <b>5xx</b>.<br /><br />More soon.", touched(API, "operational", "partial_outage", "API")),
    said("u00000000002", "10:20", "monitoring", "Better."), monitoring_at="10:20", components=[PARTS[0]],
)  # fmt: skip
PAST = entry(
    "1nc000000002", "Website down", said("u00000000011", "09:00", "identified", "Down."), said("u00000000012", "09:30", "resolved", "Over."),
    said("u00000000013", "21T09:00", "postmortem", "## What happened\n\nA certificate expired."), resolved_at="09:30", impact="none",
)  # fmt: skip
WORK = maintenance("ma1nt0000001", "Upgrade", "21T11:00", "21T13:00", said("u00000000021", "08:00", "scheduled", "Soon."), said("u00000000022", "21T11:00", "in_progress"), components=[PARTS[2]])
ANSWERS = {
    "api/v2/components.json": answer(components=PARTS), "api/v2/incidents.json": answer(incidents=[OPEN, PAST]),
    "api/v2/scheduled-maintenances.json": answer(scheduled_maintenances=[WORK]), "api/v2/summary.json": summary(*PARTS, incidents=[OPEN], maintenances=[WORK]),
}  # fmt: skip


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The answers of a page, nested as they are there."""
    return lay_out(tmp_path / "there", ANSWERS)


def run(here: Path, *arguments: str) -> int:
    """The verb, at a fixed time, in a repository of its own."""
    here.mkdir(exist_ok=True)
    return main(["-C", str(here), "import", *arguments, "--now", "2026-11-21T14:00:00Z"])


def test_the_report_for_people(there: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was found, what has no place here, and the next command."""
    assert run(tmp_path / "here", "statuspage", str(there)) == 0
    text = capsys.readouterr().out
    assert "Fields that have no place here: `created_at` (3), `shortlink` (3), `updated_at` (3); of updates:" in text
    assert "3 items in" in text
    assert "3 imported." in text
    assert "2 components and 1 group added to components.yml." in text
    assert text.endswith("Next: onrecord check, then git add incidents mkdocs.yml site_src\n")


def test_the_report_for_tools(there: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as JSON; a dry run writes nothing."""
    assert run(tmp_path / "here", "statuspage", str(there), "--format", "json", "--dry-run") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["counts"]["imported"], found["counts"]["updates"], found["components"], found["groups"]) == (3, 6, 2, 1)
    assert [item["path"] for item in found["items"]] == [
        "api/v2/incidents.json#1nc000000001", "api/v2/incidents.json#1nc000000002", "api/v2/scheduled-maintenances.json#ma1nt0000001",
    ]  # fmt: skip
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["cstate", "--unfinished", "end"], 2, "--unfinished is for feed and statuspage"),
        (["statuspage"], 2, "there is no answer of a Statuspage API"),
    ],
    ids=["a setting of another system", "an empty folder"],
)
def test_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str) -> None:
    """Exit code 2, and what to do instead."""
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "here", arguments[0], str(tmp_path / "empty"), *arguments[1:]) == code
    assert words in capsys.readouterr().err


def test_a_broken_file_makes_the_exit_code_one(there: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything else is imported all the same."""
    (there / "old.json").write_text('{"page": {', encoding="utf-8")
    assert run(tmp_path / "here", "statuspage", str(there)) == 1
    text = capsys.readouterr().out
    assert "Refused:\n  old.json: its JSON cannot be read" in text
    assert "3 imported, 1 refused." in text


def test_the_result_equals_the_source(there: Path, tmp_path: Path) -> None:
    """Components, states, incidents, updates, effects and times: the comparison finds nothing, and finds what is spoilt."""
    done = bring_in(statuspage.harvest(there, NOW), tmp_path / "here", NOW)
    counted: dict[str, int] = {}
    source = statuspage_oracle.read(there)
    assert statuspage_oracle.compare(source, load(WorkTree(tmp_path / "here"), now=NOW).dataset, done, counted) == []
    assert {"component status", "at", "body", "affected", "resolved_at", "monitoring_at", "window", "postmortem body"} <= counted.keys()
    (update,) = (tmp_path / "here").rglob("*-monitoring-u00000000002.md")
    update.write_text(update.read_text(encoding="utf-8").replace("10:20:00Z", "10:21:00Z").replace("Better.", "Bad."), encoding="utf-8")
    spoilt = statuspage_oracle.compare(source, load(WorkTree(tmp_path / "here"), now=NOW).dataset, done)
    assert [(found.field, found.reason) for found in spoilt] == [("monitoring_at", ""), ("at", ""), ("body", "")]
