"""What a page weighs and when a reader on a bad line sees it: ours, cState's, Material's own and the bare words, in one run.

    python benchmarks/weight.py

Takes the example company on a quiet day and on its worst, and shows the same records four ways. Chromium visits each in
turns, with 400 kbit/s and 400 ms from question to answer, with nothing kept from before: once with the line that
Chromium imitates, which hands over an answer in one or two pieces, and once packet by packet. cState takes part where Hugo is
installed and `--cstate` names a clone of its theme (github.com/cstate/cstate).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from figures import ratio, spread
from hosts import Host, Road, chromium, hosted, visitor

from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.times import parse_instant

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
LINE: dict[str, object] = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbit/s, and 400 ms from each question to the first byte of its answer."""
WAIT, SPEED = 0.4, 50_000
"""The same line, for a host that sends packet by packet."""
OURS, CSTATE, MATERIAL, BARE = "onrecord", "cState", "MkDocs + Material", "bare HTML"
DAYS = {"quiet": ("2026-09-10T09:00:00Z", "2026-08-18-card-payments-declined"), "worst": ("2026-08-18T14:21:00Z", "2026-08-18-card-payments-declined")}
"""Each day's instant, and the incident that people look for: on the quiet day it is over."""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime || 0"
_WATCHED = """
(state) => {
  window.seen = 0;
  const mark = (_, watcher) => { const found = document.querySelector(state); if (found) { found.setAttribute("elementtiming", "state"); watcher.disconnect(); } };
  new MutationObserver(mark).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => { window.seen ||= list.getEntries()[0].renderTime; }).observe({ type: "element", buffered: true });
}
"""
"""Notes when the words that say the state are painted."""
STATES = {(OURS, "home"): "#state", (OURS, "incident"): ".facts > span", (CSTATE, "home"): ".status-text", (CSTATE, "incident"): ".article h1"}
"""Where a page says its state; the others say it in their first heading."""
_BLOCKING = """[...document.querySelectorAll("link[rel~=stylesheet], head script[src]:not([defer]):not([async]):not([type=module])")].map((e) => new URL(e.href || e.src).pathname)"""
_ICON = "new URL(document.querySelector('link[rel~=icon]')?.href || '/favicon.ico', location).pathname"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of one contestant on one day, at `path` of the site in `folder`."""

    name: str
    day: str
    what: str
    folder: Path
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one visit took: bytes compressed, requests with the icon, bytes that the first paint waits for, and other hosts.

    In milliseconds, over the line that Chromium imitates and packet by packet: the first paint, and that of the state.
    """

    html: int
    needed: int
    total: int
    requests: int
    paint: float
    seen: float
    paint_by_packet: float
    seen_by_packet: float
    strangers: int


# ---------------------------------------------------------------- who takes part


def laid_out(work: Path, hugo: str | None, theme: Path | None) -> list[Page]:
    """Builds everything below `work`, and says where the pages are."""
    pages: list[Page] = []
    for day, (clock, incident) in DAYS.items():
        scene = work / "scenes" / day
        cut(scene, parse_instant(clock))
        ours, other, plain = (work / day / name for name in ("onrecord", "material", "bare"))
        _run("build", "--now", clock, "--out", str(ours), at=scene)
        made = {"home": "", "incident": f"incidents/{incident}/"}
        pages += [Page(name=OURS, day=day, what=what, folder=ours, path=path) for what, path in made.items()]
        if hugo and theme:
            theirs = work / day / "cstate"
            _cstate(scene, clock, theirs, hugo, theme)
            pages += [Page(name=CSTATE, day=day, what=what, folder=theirs, path=path) for what, path in (("home", ""), ("incident", f"issues/{incident}/"))]
        words = {what: bare((ours / path / "index.html").read_text(encoding="utf-8")) for what, path in made.items()}
        _material(words, other)
        _bare(words, plain)
        pages += [Page(name=name, day=day, what=what, folder=folder, path=f"{what}/") for name, folder in ((MATERIAL, other), (BARE, plain)) for what in words]
    return pages


def cut(scene: Path, at: datetime) -> None:
    """The example company as its repository stood at that instant."""
    for name in ("incidents", "site_src"):
        shutil.copytree(ROOT / name, scene / name)
    shutil.copy(ROOT / "mkdocs.yml", scene)
    for incident in load(WorkTree(scene), now=at).dataset.incidents:
        folder = scene / "incidents" / incident.id[:4] / incident.id
        later = [update for update in incident.updates if update.head.at > at]
        if len(later) == len(incident.updates):
            shutil.rmtree(folder)
            continue
        for update in later:
            (folder / "updates" / f"{update.id}.md").unlink()
        story = incident.postmortem
        if story is not None and (story.head.published is None or story.head.published > at):
            (folder / "postmortem.md").unlink()


def bare(html: str) -> tuple[str, str]:
    """Title and content of one of our pages, without style, script, picture or class: what any page with these words must send."""
    soup = BeautifulSoup(html, "lxml")
    content = soup.select_one("main .onrecord")
    assert content is not None and soup.title is not None
    for element in content.select("svg, script, style"):
        element.decompose()
    for element in [content, *content.find_all(True)]:
        element.attrs = {name: value for name, value in element.attrs.items() if name in ("href", "datetime", "id", "open")}
    return str(soup.title.string), content.decode(formatter="minimal")


def _bare(words: dict[str, tuple[str, str]], out: Path) -> None:
    for what, (title, body) in words.items():
        (out / what).mkdir(parents=True)
        (out / what / "index.html").write_text(f"<!doctype html>\n<html lang=en><meta charset=utf-8><title>{title}</title>\n{body}</html>\n", encoding="utf-8")


def _material(words: dict[str, tuple[str, str]], out: Path) -> None:
    """The same words in Material as it comes, but for the fonts, which it would ask another host for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "docs").mkdir()
        for what, (title, body) in words.items():
            lines = "\n".join(line for line in body.splitlines() if line.strip())
            (folder / "docs" / f"{what}.md").write_text(f"---\ntitle: {json.dumps(title)}\n---\n{lines}\n", encoding="utf-8")
        (folder / "mkdocs.yml").write_text("site_name: Fenrow status\nsite_url: https://status.fenrow.example/\ntheme: {name: material, font: false}\n", encoding="utf-8")
        subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(out)], cwd=folder, check=True, stderr=subprocess.DEVNULL)


def _cstate(scene: Path, clock: str, out: Path, hugo: str, theme: Path) -> None:
    """What our own export gives to cState, drawn by its theme."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run("export", "cstate", "--now", clock, "--out", str(folder), at=scene)
        shutil.copytree(theme, folder / "themes" / "cstate", ignore=shutil.ignore_patterns(".git"))
        # The list of all parts fails in its example site, too, with the Hugo of today; no visitor comes to it.
        command = [hugo, "--minify", "--disableKinds", "taxonomy", "--baseURL", "/", "--destination", str(out)]
        # Its JSON breaks on a quotation mark in a title, and Hugo then makes nothing smaller.
        environment = os.environ | {"HUGO_MINIFY_DISABLEJSON": "true"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"cState failed:\n{done.stdout}{done.stderr}")


def _run(*arguments: str, at: Path) -> None:
    command = [sys.executable, "-c", "import sys; from onrecord.cli import main; sys.exit(main(sys.argv[1:]))", *arguments]
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise RuntimeError(f"onrecord {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


# ---------------------------------------------------------------- the visits


def visited(browser: Browser, address: str, page: Page) -> Visit:
    """Two visits of somebody who was never here, over either line."""
    state = STATES.get((page.name, page.what), "h1")
    watched = f"({_WATCHED})({json.dumps(state)})"
    Host.road = Road(wait=WAIT, speed=SPEED)
    with visitor(browser) as reader:
        reader.add_init_script(watched)
        reader.goto(address + page.path, wait_until="networkidle")
        paint_by_packet, seen_by_packet = (reader.evaluate(script) for script in (_PAINT, "window.seen"))
    Host.road = None
    Host.sent.clear()
    asked: list[str] = []
    with visitor(browser, LINE) as reader:
        reader.add_init_script(watched)
        reader.on("request", lambda request: asked.append(request.url))
        reader.goto(address + page.path, wait_until="networkidle")
        paint, seen, blocking, icon = (reader.evaluate(script) for script in (_PAINT, "window.seen", _BLOCKING, _ICON))
        if icon not in Host.sent:  # Chromium without a window asks for none, people's browsers do
            reader.request.get(address + icon.removeprefix("/"))
    sent = {path: size for path, size in Host.sent.items() if size}
    html = sent["/" + page.path]
    return Visit(
        html=html,
        needed=html + sum(sent.get(path, 0) for path in blocking),
        total=sum(sent.values()),
        requests=len(sent),
        paint=paint,
        seen=seen,
        paint_by_packet=paint_by_packet,
        seen_by_packet=seen_by_packet,
        strangers=len({url for url in asked if url.startswith("http") and not url.startswith(address)}),
    )


def compare(pages: Sequence[Page], rounds: int, tell: Callable[[str], None]) -> dict[Page, list[Visit]]:
    """The visits to each page, in turns, so that a busy moment is shared."""
    found: dict[Page, list[Visit]] = {page: [] for page in pages}
    with ExitStack() as stack, chromium() as browser:
        addresses = {folder: stack.enter_context(hosted(folder)) for folder in dict.fromkeys(page.folder for page in pages)}
        for number in range(rounds):
            for page in pages:
                found[page].append(visited(browser, addresses[page.folder], page))
            tell(f"round {number + 1} of {rounds}")
    return found


def table(found: dict[Page, list[Visit]]) -> str:
    """A line for each page, ours first; the ratios are those of the first paint to ours."""
    lines = [
        "| page | | requests | KB in all | KB before paint | other hosts | first paint, ms | state seen, ms | ratio | by packets: first paint, ms | state seen, ms | ratio |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for day in DAYS:
        for what in ("home", "incident"):
            rows = {page: visits for page, visits in found.items() if (page.day, page.what) == (day, what)}
            ours = next(visits for page, visits in rows.items() if page.name == OURS)
            lines += (_row(page, visits, ours) for page, visits in rows.items())
    return "\n".join(lines)


def _row(page: Page, visits: Sequence[Visit], ours: Sequence[Visit]) -> str:
    one = visits[0]
    cells = [f"{page.what}, {page.day} day", page.name, str(one.requests), f"{one.total / 1000:.1f}", f"{one.needed / 1000:.1f}", str(one.strangers)]
    for paint, seen in (("paint", "seen"), ("paint_by_packet", "seen_by_packet")):
        paints, seens, base = ([getattr(visit, name) for visit in row] for row, name in ((visits, paint), (visits, seen), (ours, paint)))
        cells += [spread(paints, ".0f"), f"{median(seens):.0f}", ratio(paints, base)]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Reads the arguments, builds, visits, and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="how many visits to each page (default: 5)")
    parser.add_argument("--hugo", default=shutil.which("hugo"), help="the program hugo (default: the one that is found)")
    parser.add_argument("--cstate", type=Path, default=os.environ.get("CSTATE"), help="a clone of cState's theme (also CSTATE)")
    parser.add_argument("--json", type=Path, help="write each visit to this file as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onrecord-weight-") as name:
        work = Path(name)
        pages = laid_out(work, arguments.hugo, arguments.cstate)
        if not any(page.name == CSTATE for page in pages):
            print("cState does not take part: it needs hugo, and --cstate with a clone of its theme (github.com/cstate/cstate)\n", file=sys.stderr)
        found = compare(pages, arguments.rounds, lambda line: print(line, file=sys.stderr, flush=True))
    print(table(found))
    if arguments.json:
        rows = [{"name": page.name, "day": page.day, "what": page.what, "visits": [asdict(visit) for visit in visits]} for page, visits in found.items()]
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
