"""How much one added update costs, counted and not timed: pieces made, files written, bytes sent; and what the clock alone changes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

import changing
import repositories
from onrecord import cli
from onrecord.settings import BuildOptions
from onrecord.site import publish
from onrecord.site.pipeline import Outcome, build
from onrecord.times import iso, parse_instant

RECORDS = 120
NOW = parse_instant("2026-11-21T16:00:00Z")
REPOSITORY = Path(__file__).parent.parent.parent


def _built(root: Path, at: str) -> Outcome:
    return build(BuildOptions(root=root, out=root / "site", now=parse_instant(at)), changing.Quiet())


def _times(site: Path) -> Mapping[str, int]:
    return {path.relative_to(site).as_posix(): path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}


def _of_size(root: Path) -> changing.Page:
    """A page with a record every third day, and one that is open."""
    page = changing.Page(root, Random(1))
    for number in range(RECORDS):
        page.open(NOW - timedelta(days=3 * number + 10), over=True)
    repositories.commit(root, at=iso(NOW))
    return page


@pytest.mark.parametrize("large", [0, 10_000], ids=["renamed in", "exchanged"])
def test_one_update_costs_what_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    """With an update to the open record, its page, its month and the feeds that hold it are made; no other record is."""
    monkeypatch.setattr(publish, "LARGE", large)
    page = _of_size(tmp_path / "page")
    root, site = page.root, page.root / "site"
    _built(root, "2026-11-21T16:05:00Z")
    before = _times(site)
    page.update(next(folder for folder in reversed(page.folders) if "2026-11-20" in folder), NOW, "monitoring")
    repositories.commit(root, at="2026-11-21T16:01:00Z")
    outcome = _built(root, "2026-11-21T16:05:00Z")
    made = [path for path in outcome.why if path.startswith("incidents/") and path.endswith("index.html")]
    assert len([path for path in made if not path.endswith("record/index.html")]) == 1, made
    assert sum(path.startswith("history/2") for path in outcome.why) == 1
    assert len(outcome.published.written) < 60 < 300 < outcome.published.files
    sizes = {path: (site / path).stat().st_size for path in outcome.published.written}
    assert sum(sizes.values()) < 2_000_000, sorted(sizes.items(), key=lambda item: -item[1])[:12]
    after = _times(site)
    assert {path for path in after if after[path] != before.get(path)} == set(outcome.published.written)


def test_nothing_new_touches_nothing(tmp_path: Path) -> None:
    """The same again: no piece of a record is made, no file written."""
    page = _of_size(tmp_path / "page")
    _built(page.root, "2026-11-21T16:05:00Z")
    outcome = _built(page.root, "2026-11-21T16:05:00Z")
    assert not outcome.published.written
    assert set(outcome.why.values()) == {"it is made in every build"}


@pytest.mark.parametrize(
    ("later", "most"),
    [(timedelta(minutes=1), 30), (timedelta(hours=1), 75), (timedelta(days=1), 105)],
    ids=["a minute", "an hour", "a day"],
)
def test_time_alone_changes_few_files(tmp_path: Path, later: timedelta, most: int) -> None:
    """On the example page: no page of a record, no feed, no calendar; the parts, whose uptime goes on, and what tells the time."""
    root = tmp_path / "page"
    for name in ("incidents", "site_src"):
        shutil.copytree(REPOSITORY / name, root / name)
    for name in ("mkdocs.yml", "redactions.yml"):
        shutil.copy2(REPOSITORY / name, root / name)
    at = parse_instant("2026-11-26T16:00:00Z")
    _built(root, iso(at))
    outcome = _built(root, iso(at + later))
    written = outcome.published.written
    assert not [path for path in written if path.endswith((".atom", ".rss", ".ics", "record/index.html"))], written
    assert len(written) <= most, written


def test_explain_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each file that changed, in plain words."""
    page = changing.Page(tmp_path / "page", Random(2))
    page.build()
    changing.change_template(page)
    os.utime(page.root / "site/index.html", (1, 1))
    capsys.readouterr()
    assert cli.main(["-C", str(page.root), "build", "--now", iso(page.at), "--explain"]) in (0, 1)
    told = capsys.readouterr().out
    assert "a template of yours changed" in told or "it is made in every build" in told
