"""A page made of nothing but attacks: it is built, and no reader, browser, terminal, table or shell does what they ask."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hostile import planting, reading
from hostile.planting import MARK
from onrecord.cli import main

NOW = "2026-11-21T10:00:00Z"
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository, built."""
    found = planting.planted(tmp_path_factory.mktemp("hostile") / "page")
    assert main(["-C", str(found), "build", "--now", NOW]) == 1
    return found


def test_nothing_in_the_site_can_run(root: Path) -> None:
    """Pages, feeds, pictures, calendars and answers, each by a parser that is not ours; and most of the attacks are there to be read."""
    assert list(reading.found(root / "site")) == []
    site = "".join(path.read_text(encoding="utf-8") for path in (root / "site").rglob("*") if path.suffix in (".html", ".json"))
    assert {int(number) for number in re.findall(rf"{MARK}-(\d+)", site)} >= {1, 2, 5, 6, 12, 16, 17, 25, 26}
    assert f"49{MARK}" not in site


def test_pictures_that_live_are_left_out(root: Path) -> None:
    """And those that only draw are shown."""
    pictures = {path.name for path in (root / "site").rglob("*.svg")}
    assert "still.svg" in pictures
    assert "live.svg" not in pictures


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


def test_the_summary_of_a_run_shows_and_does_nothing(root: Path, tmp_path: Path) -> None:
    """No tag, link or picture of an attack's; no command."""
    summary = tmp_path / "summary.md"
    main(["-C", str(root), "build", "--now", NOW, "--out", str(tmp_path / "site"), "--summary", str(summary)])
    text = summary.read_text(encoding="utf-8")
    assert MARK in text
    assert not re.search(r"<(?!br>|/?(?:details|summary|b|code)>)[a-z!/]|\]\(\s*(?!https://status\.example\.com)|^::", text, re.IGNORECASE | re.MULTILINE)


@pytest.mark.parametrize("title", [planting.ATTACKS[25], "'; touch x; '", '"$(id)"', "--upload-pack=x", "-m"])
def test_what_is_to_be_typed_is_quoted(root: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path, title: str) -> None:
    """The commands that a verb proposes hold the words as one word."""
    import shutil

    page = shutil.copytree(root, tmp_path / "copy", symlinks=True)
    said = _printed(capfd, page, "open", "--component", "c1=partial_outage", "-m", "Words.", "--", title)
    (line,) = [line for line in said.splitlines() if line.startswith("To publish:")]
    words = shlex.split(line.removeprefix("To publish:"))
    assert words[:2] == ["git", "add"]
    assert words.count("&&") == 1
    assert all(word in ("git", "add", "&&", "commit", "-m") or word.startswith(("incidents/", "incident(")) for word in words)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_a_browser_runs_and_fetches_nothing(root: Path, served: Callable[[Path], str], browser: Browser, width: int) -> None:
    """No dialog, no request to elsewhere or to a tripwire, no page wider than the window, with scripts on."""
    address = served(root / "site")
    tripped: list[str] = []
    pages = sorted({path for path in (root / "site").rglob("*.html") if MARK in path.read_text(encoding="utf-8")}, key=str)
    kinds: dict[str, list[Path]] = {}
    for path in pages:
        kinds.setdefault(re.sub(r"\d+|p\d+", "", str(path.relative_to(root / "site")).replace("record/", "R/")), []).append(path)
    chosen = [path for some in kinds.values() for path in some[:: max(1, len(some) // 6)]][:70]
    context = browser.new_context(viewport={"width": width, "height": 800}, service_workers="block")
    context.route("**/*", lambda route: route.continue_() if route.request.url.startswith(address) and "__tripwire__" not in route.request.url else (tripped.append(route.request.url), route.abort()))
    page = context.new_page()
    page.on("dialog", lambda dialog: (tripped.append(f"{page.url}: {dialog.message}"), dialog.dismiss()))
    wide = []
    for path in [*chosen, *(root / "site" / "badges").glob("*.svg")]:
        page.goto(address + path.relative_to(root / "site").as_posix())
        if path.suffix == ".html":
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
            for target in page.query_selector_all("[onclick],[onfocus],[onmouseover],a[href^='javascript:' i]"):
                target.dispatch_event("click")
            if (reach := page.evaluate("document.documentElement.scrollWidth")) > width:
                wide.append(f"{path.relative_to(root / 'site')}: {reach}")
    context.close()
    assert tripped == []
    assert wide == []
    assert len(chosen) > 20


def _printed(capfd: pytest.CaptureFixture[str], root: Path, *arguments: str) -> str:
    capfd.readouterr()
    verb, *rest = arguments
    main(["-C", str(root), verb, "--now", NOW, *rest])
    said = capfd.readouterr()
    return said.out + (said.err if "--format" not in rest else "")
