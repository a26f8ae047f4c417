"""What a page weighs: bytes over the wire, what the first paint waits for, hosts that are asked."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gzip import compress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import days
from onrecord.files import WorkTree
from onrecord.site.assemble import assemble
from onrecord.site.assets import CARRIED, FOLDER, THEME
from onrecord.site.engine import draw
from onrecord.snapshot import derive
from onrecord.templating import environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WINDOW = 14_000
"""What a server sends before it waits for the reader's first word: ten packets, less their headers."""
LEADING = 3 * 1448 - 300
"""What comes with the first three packets, less the headers of the answer."""
MOST = 30_000
REQUESTS = 4
OPEN, OVER = "incidents/2026-11-21-card-payments-fail/", "incidents/2026-08-04-seats-sold-twice/"
SOUGHT = (("worst", ""), ("quiet", ""), ("worst", OPEN))
"""The pages that a crowd comes to."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sites of both days."""
    root, out = tmp_path_factory.mktemp("repository"), tmp_path_factory.mktemp("sites")
    (root / "mkdocs.yml").write_text("site_name: Larkfield Status\nsite_url: https://status.larkfield.example/\nplugins: [onrecord]\ntheme: {name: material}\ndocs_dir: pages\n")
    drawn = draw(root, tmp_path_factory.mktemp("work"))
    for name, (dataset, at) in {"worst": days.worst_day(), "quiet": days.quiet_day()}.items():
        for artifact in assemble(derive(dataset, at), drawn, WorkTree(root), lambda _: environment()):
            target = out / name / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(artifact.data)
    return out


@pytest.mark.parametrize(("day", "page"), SOUGHT)
def test_the_whole_page_comes_in_the_first_packets(built: Path, day: str, page: str) -> None:
    """Style and words are one file, which fits into what a server sends at once."""
    data = (built / day / page / "index.html").read_bytes()
    assert b'rel="stylesheet"' not in data
    assert b" src=" not in data.replace(b"defer>", b"").partition(b"<script src=")[0], "nothing stands before the first words that must be fetched"
    assert len(compress(data, 6, mtime=0)) < WINDOW


@pytest.mark.parametrize(("day", "page"), SOUGHT)
def test_the_state_comes_before_the_rest_of_the_style(built: Path, day: str, page: str) -> None:
    """The first three packets of a host with few headers hold header and state; a picture without content holds the rest of the style behind them."""
    data = (built / day / page / "index.html").read_bytes()
    state = data.index(b'class="facts"' if page else b'id="state"')
    assert data.index(b"</style>") < state < data.index(b'<svg class="vh" aria-hidden="true"><style>')
    assert data.count(b"<style>") == 2
    assert b"<!-- style -->" not in data
    first = zlib.decompressobj(wbits=31).decompress(compress(data, 6, mtime=0)[:LEADING])
    assert len(first) > state


@pytest.mark.browser
@pytest.mark.parametrize(("day", "page"), SOUGHT)
@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_painted_first_stays_where_it_is(built: Path, browser: Browser, day: str, page: str, width: int) -> None:
    """A reader whose line stalls behind the state sees it in its place and its colours; nothing moves when the rest has come."""
    data = (built / day / page / "index.html").read_bytes()
    with stalling(data, data.index(b'<svg class="vh"')) as (address, go_on):
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
        visitor = context.new_page()
        visitor.goto(address, wait_until="commit")
        expect(visitor.locator("main h1")).to_be_visible()
        visitor.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        before = visitor.evaluate(PLACES)
        go_on.set()
        visitor.wait_for_load_state("load")
        after = visitor.evaluate(PLACES)
        context.close()
    assert len(before) > 10
    assert after[: len(before)] == before


@contextmanager
def stalling(data: bytes, at: int) -> Iterator[tuple[str, threading.Event]]:
    """A host that sends a page up to that byte, and the rest when it is told to."""
    go_on = threading.Event()

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(data) if self.path == "/" else 0))
            self.end_headers()
            if self.path == "/":
                self.wfile.write(data[:at])
                go_on.wait(60)
                self.wfile.write(data[at:])

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", go_on
        go_on.set()
        server.shutdown()


PLACES = """
() => [...document.querySelectorAll(".md-header *, .banner h1, .banner .headline, .banner .since, .crumbs *, .top .kind, .top h1, .top .facts")]
  .filter((element) => !element.closest("nav.md-nav, use, svg"))
  .map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const { color, backgroundColor, fontSize, fontWeight, borderTopColor } = getComputedStyle(element);
    return [element.tagName, x, y, width, height, color, backgroundColor, fontSize, fontWeight, borderTopColor];
  })
"""


def test_what_is_open_comes_before_what_is_well(built: Path) -> None:
    """However many parts a page has, the state and every open incident stand in its first packets."""
    data = (built / "worst/index.html").read_bytes()
    first = zlib.decompressobj(wbits=31).decompress(compress(data, 6, mtime=0)[: WINDOW - 1000]).decode(errors="ignore")
    dataset, at = days.worst_day()
    titles = [incident.title for incident in derive(dataset, at).open_incidents]
    assert titles
    assert all(f"{title}</a>" in first for title in titles)


def test_a_page_of_the_past_shares_its_style(built: Path) -> None:
    """Ten thousand of them would carry ten thousand copies."""
    names = {path.relative_to(built).as_posix() for path in built.rglob("index.html") if b"<style>" in path.read_bytes()}
    assert "worst/index.html" in names
    assert not {name for name in names if not name.endswith("embed/index.html")} - {f"{day}/{page}index.html" for day, page in SOUGHT} - {
        path.relative_to(built).as_posix() for path in built.glob("*/incidents/*/index.html")
    }


@pytest.mark.browser
@pytest.mark.parametrize(("day", "page"), SOUGHT)
def test_few_requests_and_no_other_host(built: Path, served: Callable[[Path], str], browser: Browser, day: str, page: str) -> None:
    """A reader's first visit, as a browser makes it: the page, the script, the icon."""
    context = browser.new_context()
    visitor = context.new_page()
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    address = served(built)
    visitor.goto(f"{address}{day}/{page}", wait_until="networkidle")
    icon = visitor.evaluate("document.querySelector('link[rel=icon]').href")
    context.close()
    asked = list(dict.fromkeys([*asked, icon]))
    assert len(asked) <= REQUESTS
    assert all(url.startswith(address) for url in asked)
    files = [built / url.removeprefix(address) for url in asked]
    assert sum(len(compress((file / "index.html" if file.is_dir() else file).read_bytes(), 6)) for file in files) < MOST


@pytest.mark.browser
@pytest.mark.parametrize(("day", "page"), SOUGHT)
def test_no_page_misses_the_style_that_it_does_not_carry(built: Path, served: Callable[[Path], str], browser: Browser, day: str, page: str) -> None:
    """None of the rules that were left out would fit anything on the page."""
    context = browser.new_context()
    visitor = context.new_page()
    visitor.goto(f"{served(built)}{day}/{page}")
    for name in sorted(CARRIED["incident" if page else "home"]):
        text = (THEME / FOLDER / f"{name}.css").read_text(encoding="utf-8")
        assert visitor.evaluate(FITTING, text) == [], name
    context.close()


FITTING = """
(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const flat = (rules) => [...rules].flatMap((rule) => rule.selectorText ? [rule.selectorText] : flat(rule.cssRules || []));
  const element = (selector) => selector.replace(/::[a-z-]+/g, "").replace(/:(hover|focus-visible|target|active)/g, "");
  return flat(sheet.cssRules).filter((selector) => document.querySelector(element(selector)));
}
"""
