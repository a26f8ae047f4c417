"""The widget in another site's page under a strict policy, and the frame: only what concerns, and silence where nothing answers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import html5lib
import pytest
from playwright.sync_api import Route, expect

import days
from onrecord.model import Dataset
from onrecord.render.widget import frame, widget
from onrecord.snapshot import derive
from onrecord.templating import environment

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOSTILE = '</script><img src=x onerror=alert(1)>"'


def made(dataset: Dataset, at: datetime = days.WORST) -> dict[str, bytes]:
    """The files of the widget."""
    snapshot, templates = derive(dataset, at), environment()
    artifacts = [*widget([(snapshot, days.SITE, templates.language)]), *frame(snapshot, days.SITE, templates)]
    return {artifact.path: artifact.data for artifact in artifacts}


@pytest.fixture
def host() -> Iterator[Callable[[dict[str, bytes]], str]]:
    """A host that answers any origin, as the published headers tell it to."""
    with ExitStack() as servers:

        def serve(files: dict[str, bytes]) -> str:
            class Answers(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    data = files.get(self.path.lstrip("/"))
                    self.send_response(200 if data is not None else 404)
                    self.send_header("Access-Control-Allow-Origin", "*")
                    self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "application/json")
                    self.end_headers()
                    self.wfile.write(data or b"")

                def log_message(self, format: str, *args: object) -> None:
                    """Says nothing."""

            server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
            Thread(target=server.serve_forever, daemon=True).start()
            servers.callback(server.server_close)
            servers.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield serve


def product(folder: Path, status: str, parts: str = "") -> Path:
    """A page of the product that loads the widget under a strict policy."""
    policy = f"default-src 'none'; script-src {status}; connect-src {status}; img-src data:"
    folder.mkdir(exist_ok=True)
    (folder / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><link rel="icon" href="data:,">'
        f'<title>Shop</title><p>Shop</p><script src="{status}/widget.js" data-components="{parts}" async></script></html>'
    )
    return folder


def test_it_is_small() -> None:
    """Under three kilobytes on the wire."""
    assert len(gzip.compress(made(Dataset())["widget.js"])) < 3_000


def test_its_facts_are_what_is_open() -> None:
    """The worst first, each with the parts that feel it; on a quiet day only a notice."""
    facts = json.loads(made(days.worst_day()[0])["widget.json"])
    assert facts["open"][0]["id"] == "2026-11-21-card-payments-fail"
    assert "checkout" in facts["open"][0]["components"]
    assert {one["kind"] for one in json.loads(made(*days.quiet_day())["widget.json"])["open"]} == {"notice"}


@pytest.mark.browser
def test_it_shows_what_concerns_the_parts_asked_for(page: Page, tmp_path: Path, host: Callable[[dict[str, bytes]], str], served: Callable[[Path], str]) -> None:
    """Under a policy that allows neither inline style nor script; it can be closed."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    status = host(made(days.worst_day()[0]))
    page.goto(served(product(tmp_path / "shop", status, "checkout")))
    bar = page.get_by_role("status")
    expect(bar).to_contain_text("Card payments fail at checkout")
    assert "Reports" not in bar.inner_text()
    assert bar.get_by_role("link").first.get_attribute("href") == f"{status}/incidents/2026-11-21-card-payments-fail/"
    assert said == []
    bar.get_by_role("button", name="Close").click()
    expect(page.get_by_role("status")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("parts", ["labels", "nothing-like-it"])
def test_it_is_not_there_where_nothing_concerns(page: Page, tmp_path: Path, host: Callable[[dict[str, bytes]], str], served: Callable[[Path], str], parts: str) -> None:
    """No empty bar, no word."""
    with page.expect_response("**/widget.json"):
        page.goto(served(product(tmp_path / "shop", host(made(days.worst_day()[0])), parts)))
    page.wait_for_timeout(300)
    assert page.get_by_role("status").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("how", ["refused", "missing", "no JSON", "another shape"])
def test_it_says_nothing_where_the_page_cannot_be_reached(
    page: Page, tmp_path: Path, host: Callable[[dict[str, bytes]], str], served: Callable[[Path], str], how: str
) -> None:
    """No error of ours in the product's console, whatever stands in the way."""
    found: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    answers: dict[str, Callable[[Route], None]] = {
        "refused": lambda route: route.abort("connectionrefused"),
        "missing": lambda route: route.fulfill(status=404),
        "no JSON": lambda route: route.fulfill(body="<!doctype html>", headers={"Access-Control-Allow-Origin": "*"}),
        "another shape": lambda route: route.fulfill(body="[]", headers={"Access-Control-Allow-Origin": "*"}),
    }

    def answered(route: Route) -> None:
        asked.append(route.request.url)
        answers[how](route)

    page.route("**/widget.json", answered)
    with page.expect_request("**/widget.json"):
        page.goto(served(product(tmp_path / "shop", host({"widget.js": made(days.worst_day()[0])["widget.js"]}))))
    page.wait_for_timeout(300)
    assert (page.get_by_role("status").count(), found, len(asked)) == (0, [], 1)


def test_the_frame_has_no_script_and_a_policy_of_its_own() -> None:
    """Hostile titles stay titles; its one style is named by its hash."""
    record = days.incident("2026-11-21-x", [("2026-11-21T14:00:00Z", {"status": "investigating"}, "We look.")], title=HOSTILE, severity="major")
    html = made(Dataset(incidents=(record,)))["embed/index.html"].decode()
    tree = html5lib.parse(html, treebuilder="lxml", namespaceHTMLElements=False)
    assert tree.findall(".//script") == []
    assert tree.findall(".//img") == []
    assert tree.find(".//li/a").text == HOSTILE
    assert "style-src 'sha256-" in tree.find(".//meta[@http-equiv]").get("content")


@pytest.mark.parametrize(("due", "says"), [("2026-11-21T14:59:00Z", "· next update by"), ("2026-11-21T14:20:00Z", "· promised for")])
def test_the_frame_tells_a_promise_and_that_it_is_late(due: str, says: str) -> None:
    """A word that is late is no less said here than on the page itself."""
    head = {"status": "investigating", "next_update_by": due}
    record = days.incident("2026-11-21-x", [("2026-11-21T14:00:00Z", head, "We look.")], title="Checkout errors", severity="major")
    html = made(Dataset(incidents=(record,)))["embed/index.html"].decode()
    assert f'{says} <time datetime="{due}">' in html
    assert ("no word yet" in html) == ("promised" in says)
