"""A page made of nothing but attacks: it is built, and no reader, browser, terminal, table or shell does what they ask."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import repositories
from hostile import elsewhere, pictures, planting, reading, walking
from hostile.attacks import ATTACKS, MARK
from hostile.planting import NOW
from hostile.settings import ALERTED
from onrecord.cli import main
from onrecord.importing.systems import SYSTEMS

_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository, built; the summary of that run stands beside it."""
    found = planting.planted(tmp_path_factory.mktemp("hostile") / "page")
    assert main(["-C", str(found), "build", "--now", NOW, "--summary", str(found.parent / "summary.md")]) == 1
    return found


def test_nothing_in_the_site_can_run(root: Path) -> None:
    """Pages, feeds, pictures, calendars and answers, each by a parser that is not ours; and most of the attacks are there to be read."""
    assert list(reading.found(root / "site", walking.some(root / "site", 5))) == []
    site = _site(root)
    assert {int(number) for number in re.findall(rf"{MARK}-(\d+)", site)} >= {1, 2, 5, 6, 12, 16, 17, 25, 26, 33}
    assert f"49{MARK}" not in site


def test_what_is_kept_inside_is_nowhere(root: Path) -> None:
    """Internal notes and a drill, in no file and no name; nor what an alert said, of which there are but blanks."""
    assert planting.HIDDEN not in _site(root)
    assert not [path for path in (root / "site").rglob("*") if "rehearsal" in path.name]
    drafts = [path.read_text(encoding="utf-8") for part in ALERTED for path in root.glob(f"incidents/2026/2026-11-21-{part}/**/*") if path.is_file()]
    assert len(drafts) == 4
    assert not [text for text in drafts if MARK in text]


def test_every_history_came_in(root: Path) -> None:
    """Each importer brought its records, and what it brought can be read again."""
    heads = "".join(path.read_text(encoding="utf-8") for path in root.glob("incidents/*/*/incident.yml"))
    assert {system for system, _ in elsewhere.histories()} == set(re.findall(r"system: (\w+)", heads)) == set(SYSTEMS)


def test_pictures_that_live_are_left_out(root: Path) -> None:
    """And those that only draw are shown."""
    found = {path.name for path in (root / "site" / "incidents").rglob("*.*")}
    assert pictures.STILL in found
    assert not found & set(pictures.LIVING)


def test_nothing_steers_a_terminal_a_run_or_a_table(root: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What check, audit, report and messages print: no escape, no command of a workflow but our own, no formula."""
    problems = _printed(capfd, root, "check", "--format", "json")
    count = len(json.loads(problems))
    annotations = _printed(capfd, root, "check", "--format", "github")
    assert len([line for line in annotations.splitlines() if re.match("::(error|warning|notice)", line)]) <= count
    assert not [line for line in annotations.splitlines() if line.startswith("::error file=x") or "::warning::two" in line.split("::")[:2]]
    for verb in (("check",), ("audit",), ("audit", "--format", "github"), ("messages", "2026-11-02-p1"), ("messages", "2026-11-20-p19"), ("report",)):
        said = _printed(capfd, root, *verb)
        assert not (hit := _STEERS.search(said)), f"{verb}: {said[max(0, hit.start() - 60) : hit.start() + 20]!r}"
    for form in ("audit", "report"):
        cells = [cell for row in csv.reader(io.StringIO(_printed(capfd, root, form, "--format", "csv"))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "\t"))]


def test_the_summary_of_a_run_shows_and_does_nothing(root: Path) -> None:
    """No tag, link or picture of an attack's; no command."""
    text = (root.parent / "summary.md").read_text(encoding="utf-8")
    assert MARK in text
    assert not re.search(r"<(?!br>|/?(?:details|summary|b|code)>)[a-z!/]|\]\(\s*(?!https://status\.example\.com)|^::", text, re.IGNORECASE | re.MULTILINE)


@pytest.mark.parametrize("title", [ATTACKS[25], "'; touch x; '", '"$(id)"', "--upload-pack=x", "-m"])
def test_what_is_to_be_typed_is_quoted(root: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path, title: str) -> None:
    """The commands that a verb proposes hold the words as one word."""
    import shutil

    page = shutil.copytree(root, tmp_path / "copy", symlinks=True, ignore=shutil.ignore_patterns("site", ".cache"))
    said = _printed(capfd, page, "open", "--component", "c1=partial_outage", "-m", "Words.", "--", title)
    (line,) = [line for line in said.splitlines() if line.startswith("To publish:")]
    words = shlex.split(line.removeprefix("To publish:"))
    assert words[:2] == ["git", "add"]
    assert words.count("&&") == 1
    assert all(word in ("git", "add", "&&", "commit", "-m") or word.startswith(("incidents/", "incident(")) for word in words)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_a_browser_runs_and_fetches_nothing(root: Path, browser: Browser, width: int) -> None:
    """No dialog, no request to elsewhere, nothing that the policy had to block, no page wider than the window, with scripts on."""
    site = root / "site"
    chosen = walking.some(site, 2)
    assert len(chosen) > 40
    assert walking.walk(browser, site, [*chosen, *(site / "badges").glob("*.svg")], width) == []


@pytest.mark.browser
def test_the_walk_notices(tmp_path: Path, browser: Browser) -> None:
    """A page that runs, fetches, is blocked or is too wide is named; else the test above would prove nothing."""
    page = f"<title>{MARK}</title><script>alert(1)</script><img src=/__tripwire__/x><img src=https://evil.example/x.png><p style='width:5000px'>x</p><main><b onclick='alert(2)'>x</b></main>"
    repositories.lay_out(tmp_path, {"a.html": page, "b.html": page, "search/index.html": "<div class=results><a>x</a></div>", "_headers": "/b.html\n  Content-Security-Policy: script-src 'none'; style-src 'none'\n"})
    (pages,) = zip(*walking.kinds(tmp_path), strict=True)
    found = "\n".join(walking.walk(browser, tmp_path, pages, 320))
    assert re.findall(r"a\.html ran (\d)", found) == ["1", "2"]
    assert len(re.findall("[ab].html asked for .*(?:__tripwire__|evil.example)", found)) == 4
    assert "a.html: is 5" in found
    assert {"b.html: had script-src-elem inline blocked", "b.html: had style-src-attr inline blocked"} <= set(found.splitlines())


def _site(root: Path) -> str:
    """All that readers and programs are given as text."""
    return "".join(path.read_text(encoding="utf-8") for path in (root / "site").rglob("*") if path.suffix in (".html", ".json", ".atom", ".rss", ".ics", ".svg"))


def _printed(capfd: pytest.CaptureFixture[str], root: Path, *arguments: str) -> str:
    capfd.readouterr()
    verb, *rest = arguments
    main(["-C", str(root), verb, "--now", NOW, *rest])
    said = capfd.readouterr()
    return said.out + (said.err if "--format" not in rest else "")
