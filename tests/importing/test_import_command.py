"""`onrecord import`: what people and tools read, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import cstate_oracle
from onrecord.cli import main
from onrecord.files import WorkTree
from onrecord.importing import cstate
from onrecord.importing.writing import bring_in
from onrecord.loading import load
from onrecord.times import parse_instant

Repository = Callable[[Mapping[str, "str | bytes"]], Path]

NOW = parse_instant("2026-11-21T14:00:00Z")
CONFIG = "title: Example Status\nbaseURL: https://status.example.com/\nparams:\n  systems:\n    - name: API\n"
FRONT = "section: issue\nresolved: true\nseverity: down\naffected: [API]\n"
FILES = {
    "config.yml": CONFIG,
    "content/issues/2026-03-05-slow.md": f"---\ntitle: 'Slow '\ndate: 2026-03-05 10:00:00\nresolvedWhen: 2026-03-06T9:51:30+01:00\n{FRONT}---\nSlow.\n\nUpdate: all is fixed.\n",
    "content/issues/2026-04-05-down.md": f"---\ntitle: Down\ndate: 2026-04-05T012:00:00Z\nresolvedWhen: 2026-03-05 13:00:00\n{FRONT}---\nDown.\n",
    "content/issues/2026-05-05-headless.md": f"title: Headless\ndate: 2026-05-05 12:00:00\nresolvedWhen: 2026-05-05 13:00:00\n{FRONT}---\nDown.\n",
    "content/issues/2026-06-05-note.md": "---\ntitle: Note\ndate: 2026-06-05 12:00:00\ninformational: true\nsection: issue\n---\nRead this.\n",
    "content/issues/nothing.md": "",
}
ORACLE = [
    {"title": "Slow ", "createdAt": "2026-03-05 10:00:00 +0000 UTC", "severity": "down", "resolvedAt": "2026-03-06T9:51:30+01:00", "slug": "2026-03-05-slow"},
    {"title": "Down", "createdAt": "0001-01-01 00:00:00 +0000 UTC", "severity": "down", "resolvedAt": "2026-03-05 13:00:00", "slug": "2026-04-05-down"},
    {"title": "", "createdAt": "0001-01-01 00:00:00 +0000 UTC", "severity": "<no value>", "resolved": False, "resolvedAt": "<no value>", "affected": [], "slug": "2026-05-05-headless"},
    {"title": "Note", "createdAt": "2026-06-05 12:00:00 +0000 UTC", "severity": "<no value>", "resolved": False, "informational": True, "resolvedAt": "<no value>", "affected": [], "slug": "2026-06-05-note"},
]  # fmt: skip


@pytest.fixture
def site(repository: Repository) -> Path:
    """A small cState site with one item of each fate."""
    return repository(FILES)


def run(here: Path, site: Path, *more: str) -> int:
    """The verb, at a fixed time, in a repository of its own."""
    here.mkdir(exist_ok=True)
    return main(["-C", str(here), "import", "cstate", str(site), "--now", "2026-11-21T14:00:00Z", *more])


def test_the_report_for_people(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Groups, counts, and the next command; a refused item makes the exit code 1."""
    assert run(tmp_path / "here", site) == 1
    text = capsys.readouterr().out
    assert "Refused:\n  nothing.md: it is empty\n" in text
    assert "Repaired:\n" in text
    assert "an hour of 3 digits" in text
    assert "5 items in" in text
    assert "4 imported, 1 refused." in text
    assert "3 repaired, 5 updates found in their words." in text
    assert text.endswith("Next: onrecord check, then git add incidents mkdocs.yml site_src\n")
    assert run(tmp_path / "here", site) == 1
    assert "4 unchanged, 1 refused." in capsys.readouterr().out


def test_the_report_for_tools(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as an object, with every item and every remark."""
    run(tmp_path / "here", site, "--format", "json", "--dry-run")
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"items": 5, "imported": 4, "updated": 0, "unchanged": 0, "changed": 0, "left out": 0, "refused": 1, "repaired": 3, "updates": 5}
    assert [item["outcome"] for item in found["items"]] == ["imported"] * 4 + ["refused"]
    assert found["dry_run"] is True
    assert not list((tmp_path / "here").iterdir())


def test_a_folder_that_is_no_site_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and what was looked for."""
    assert run(tmp_path / "here", tmp_path) == 2
    assert "there is no content/issues in" in capsys.readouterr().err


def test_what_was_imported_passes_check(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a single finding."""
    run(tmp_path / "here", site)
    assert main(["-C", str(tmp_path / "here"), "check", "--strict", "--now", "2026-11-21T14:00:00Z"]) == 0
    assert "no problems" in capsys.readouterr().out


def test_every_difference_from_cstates_own_reading_has_its_reason(site: Path, tmp_path: Path) -> None:
    """Field by field; where cState shows the year 1, the import has the right day."""
    done = bring_in(cstate.harvest(site, NOW), tmp_path / "here", NOW)
    rows = [{"resolved": True, "informational": False, "affected": ["API"]} | row for row in ORACLE]
    found = cstate_oracle.compare(rows, load(WorkTree(tmp_path / "here"), now=NOW).dataset, done)
    assert [(f.slug, f.field) for f in found if not f.reason] == []
    assert {(f.slug[11:], f.field, str(f.ours)) for f in found} >= {
        ("slow", "title", "Slow"),
        ("down", "createdAt", "2026-04-05T12:00:00Z"),
        ("down", "resolvedAt", "2026-04-05T13:00:00Z"),
        ("headless", "title", "Headless"),
        ("headless", "affected", "['API']"),
    }
