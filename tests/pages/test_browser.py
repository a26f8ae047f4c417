"""Both days in a real browser: what a reader sees with and without the script, on a phone, as the clock goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

import days
from onrecord.files import WorkTree
from onrecord.site.assemble import assemble
from onrecord.site.engine import draw
from onrecord.snapshot import derive
from onrecord.templating import environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

CONFIG = """
site_name: Larkfield Status
site_url: https://status.larkfield.example/
docs_dir: site_src/pages
theme: {name: material}
plugins: [onrecord]
"""
OPEN = "incidents/2026-11-21-card-payments-fail/"
Show = Callable[..., Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sites of both days, `worst/` and `quiet/`, of the `eve/` of planned work, and `past/`: a look back to the worst."""
    root = tmp_path_factory.mktemp("repository")
    (root / "mkdocs.yml").write_text(CONFIG)
    (root / "site_src/pages").mkdir(parents=True)
    (root / "site_src/pages/about.md").write_text("# About\n")
    out = tmp_path_factory.mktemp("sites")
    drawn = draw(root, tmp_path_factory.mktemp("work"))
    quiet, at = days.quiet_day()
    named = {"worst": days.worst_day(), "quiet": (quiet, at), "eve": (quiet, at + timedelta(days=2)), "past": days.worst_day()}
    for name, (dataset, at) in named.items():
        for artifact in assemble(derive(dataset, at, as_of=at if name == "past" else None), drawn, WorkTree(root), lambda _: environment()):
            target = out / name / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(artifact.data)
    return out


@pytest.fixture
def show(browser: Browser, built: Path, served: Callable[[Path], str]) -> Iterator[Show]:
    """Opens a page in a fresh context, at a given time by the reader's clock."""
    address = served(built)

    @contextmanager
    def opened(path: str, now: str = "", **context: Any) -> Iterator[Page]:
        made = browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Berlin", **context})
        page = made.new_page()
        found: list[str] = []
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
        if now:
            page.clock.install(time=now)
        page.goto(address + path)
        yield page
        made.close()
        assert not found

    yield opened


def text(element: Locator) -> str:
    """What the element shows, with plain spaces."""
    return element.inner_text().replace("\u00a0", " ")


def pass_time(page: Page, minutes: int) -> None:
    """Lets the reader's clock go on."""
    page.clock.fast_forward(minutes * 60_000)
    page.clock.run_for(1500)


def test_the_page_is_whole_without_the_script(show: Show) -> None:
    """State, parts, promise and the missed promise stand there, in UTC."""
    with show("worst/", java_script_enabled=False) as page:
        banner = text(page.locator(".banner"))
        assert "Partial System Outage" in banner
        assert "Next update by 21 Nov, 14:58 UTC" in banner
        assert text(page.locator(".card .promise.late")) == "Promised for 21 Nov, 14:10 UTC: no word yet"
        assert page.locator(".stale").is_hidden()
        assert page.locator("[data-md-component=palette]").is_hidden()


def test_times_are_the_readers_with_utc_beside(show: Show) -> None:
    """The reader's clock comes first, `today` where it is, and UTC stays; the first time names the zone."""
    with show("worst/", now="2026-11-21T14:21:30Z") as page:
        assert text(page.locator(".banner .since")) == "Since today 14:58 CET · 13:58 UTC · for 23 min"
        assert text(page.locator(".banner .promise").first) == "Next update by 15:58 · 14:58 UTC · in 37 min"
    with show(f"worst/{OPEN}", now="2026-11-22T14:21:30Z", timezone_id="Etc/UTC") as page:
        assert text(page.locator(".update h3 time").first) == "yesterday 14:20 UTC"


def test_a_promise_is_missed_while_the_page_is_open(show: Show) -> None:
    """The countdown ends, and the page says by how much the word is late, without a rebuild."""
    with show("worst/", now="2026-11-21T14:56:30Z") as page:
        promise = page.locator(".banner .promise").first
        assert "in 2 min" in text(promise)
        pass_time(page, 14)
        assert text(promise) == "Promised for 15:58 · 14:58 UTC: no word yet, 12 min late"
        assert "late" in str(promise.get_attribute("class"))


def test_a_late_word_is_named_in_the_banner(show: Show) -> None:
    """That of a lesser incident too, also where it falls due while the page is open."""
    with show("worst/", now="2026-11-21T15:40:30Z") as page:
        late = page.locator(".banner .also:visible")
        assert text(late) == "No word yet on Reports arrive late, promised for 15:10 · 14:10 UTC · 1 h 30 min late"
        pass_time(page, 6)
        assert late.count() == 2
        assert "No word yet on Some help articles are empty" in text(late.first)


def test_on_a_look_back_the_clock_stands(show: Show) -> None:
    """Months later, nothing of that day is months late, and the page is not called old."""
    with show("past/", now="2027-02-01T08:00:00Z") as page:
        assert text(page.locator(".banner .since")) == "Since 21 Nov 2026, 14:58 · 13:58 UTC · for 23 min"
        assert text(page.locator(".banner .promise").first).endswith("in 37 min")
        assert text(page.locator(".banner .also:visible")).endswith("11 min late")
        assert page.locator(".stale").is_hidden()


def test_a_maintenance_begins_and_overruns_while_the_page_is_open(show: Show) -> None:
    """Chip, banner, part and group follow the clock."""
    with show("eve/", now="2026-12-08T03:58:00Z") as page:
        card = page.locator("article.card")
        assert card.locator(".chip").inner_text() == "Scheduled"
        assert text(page.locator("h1")) == "All Systems Operational"
        pass_time(page, 3)
        assert card.locator(".chip").inner_text() == "In progress"
        assert text(page.locator("h1")) == "Service Under Maintenance"
        assert page.locator("#part-sign-in > .state").text_content() == "Under maintenance"
        assert page.locator(".group:has(#part-sign-in) > summary > .state").text_content() == "Under maintenance"
        assert page.locator("#part-checkout > .state").text_content() == "Operational"
        pass_time(page, 25)
        assert card.locator(".chip").inner_text() == "Overrun"


def test_a_maintenance_begins_while_the_page_of_a_part_is_open(show: Show) -> None:
    """Its entry follows the clock there, too, and nothing breaks: the banner of a part is no heading."""
    with show("eve/components/sign-in/", now="2026-12-08T03:58:00Z") as page:
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        entry = page.locator("[data-begins]")
        assert entry.locator(".chip").inner_text() == "Scheduled"
        pass_time(page, 3)
        assert entry.locator(".chip").inner_text() == "In progress"
        pass_time(page, 25)
        assert entry.locator(".chip").inner_text() == "Overrun"
        assert broken == []


def test_a_page_that_has_grown_old_says_so(show: Show) -> None:
    """After `valid_until` the page tells its age, and not before."""
    with show("quiet/", now="2026-12-05T09:31:00Z") as page:
        assert page.locator(".stale").is_hidden()
        pass_time(page, 60 * 24)
        assert text(page.locator(".stale")) == "This page was made 1 d ago and may be out of date."


def test_the_palette_is_kept(show: Show) -> None:
    """The button changes the colours, says so, and the next page has them."""
    with show("quiet/") as page:
        button = page.locator("[data-md-component=palette]")
        assert button.get_attribute("aria-pressed") == "false"
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        page.reload()
        expect(page.locator("[data-md-component=palette]")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("path", ["", "components/checkout/", "groups/payments/", "history/", OPEN, "incidents/2026-11-04-sign-in-fails/postmortem/"])
def test_a_small_phone_shows_it_all(show: Show, path: str) -> None:
    """At 320 px nothing is cut off or wider than the screen, and every target is 24 px high."""
    with show(f"worst/{path}", now="2026-11-21T14:21:30Z", viewport={"width": 320, "height": 640}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        small = page.evaluate(
            """[...document.querySelectorAll(".onrecord :is(summary, .crumbs a, .follow a, .links a, .contents a)")]
               .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24).map((e) => e.textContent)"""
        )
        assert small == []


def test_the_home_page_is_light(built: Path) -> None:
    """The script stays small, and so does the page of the worst day."""
    script = next((built / "worst/assets/onrecord").glob("onrecord.*.js"))
    assert script.stat().st_size < 10_000
    import gzip

    assert len(gzip.compress((built / "worst/index.html").read_bytes())) < 14_000
