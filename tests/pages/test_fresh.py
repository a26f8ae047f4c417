"""A page that stays open: it asks for the small file, takes in what is new without moving, and says so once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Route, expect

import days
from onrecord.files import WorkTree
from onrecord.model import Dataset, Update, UpdateFile
from onrecord.render.pages import pages
from onrecord.site.assemble import assemble
from onrecord.site.engine import Drawn, draw
from onrecord.snapshot import derive
from onrecord.templating import environment
from repositories import lay_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OPEN = "2026-11-21-card-payments-fail"
CONFIG = "site_name: Larkfield Status\nsite_url: https://status.larkfield.example/\ndocs_dir: pages\ntheme: {name: material}\nplugins: [onrecord]\n"


def said_later(data: Dataset, status: str = "monitoring") -> Dataset:
    """The worst day with one more word on its worst incident."""
    promise = {} if status == "resolved" else {"next_update_by": "2026-11-21T15:30:00Z"}
    head = UpdateFile.model_validate({"at": "2026-11-21T14:21:00Z", "status": status, **promise})
    update = Update(id=f"20261121T142100Z-{status}-zz9z", path="x.md", head=head, body="Payments work again. We are watching.")
    return replace(data, incidents=tuple(replace(i, updates=(*i.updates, update)) if i.id == OPEN else i for i in data.incidents))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """The house."""
    root = lay_out(tmp_path_factory.mktemp("fresh") / "repository", {"mkdocs.yml": CONFIG, "pages/about.md": "# About\n"})
    return draw(root, root.parent / "work")


@pytest.fixture
def site(tmp_path: Path, drawn: Drawn) -> Callable[[Dataset], Path]:
    """Writes the site of that dataset on the worst day, over the one before."""

    def write(data: Dataset, at: datetime = days.WORST) -> Path:
        for artifact in assemble(derive(data, at), drawn, WorkTree(tmp_path), lambda _: environment()):
            target = tmp_path / "site" / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(artifact.data)
        return tmp_path / "site"

    return write


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose clock stands at the worst day."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", viewport={"width": 320, "height": 640})
    opened = context.new_page()
    opened.clock.install(time="2026-11-21T14:21:30Z")
    yield opened
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["", f"incidents/{OPEN}/"], ids=["home", "incident"])
def test_news_come_in_by_themselves(page: Page, site: Callable[[Dataset], Path], served: Callable[[Path], str], path: str) -> None:
    """The new words are there without a reload; title, place and unfolded parts stay; a screen reader is told once."""
    data, _ = days.worst_day()
    page.goto(served(site(data)) + path)
    fold = page.locator("main details").first
    if fold.count():
        fold.locator("summary").first.click()
        was = fold.evaluate("fold => fold.open")
    page.evaluate("window.mark = 1; scrollTo(0, 400)")
    at = page.evaluate("scrollY")
    site(said_later(data))
    page.clock.run_for(100_000)
    expect(page.locator("main")).to_contain_text("Payments work again. We are watching.")
    expect(page.locator("body > [role=status]")).to_contain_text("There is news:")
    assert page.evaluate("window.mark") == 1
    if fold.count():
        assert page.locator("main details").first.evaluate("fold => fold.open") == was
    assert at == 0 or page.evaluate("scrollY") > 0
    site(data)
    expect(page.locator("main [data-version]")).to_have_count(1)


@pytest.mark.browser
def test_what_one_reads_stays_where_it_is(page: Page, site: Callable[[Dataset], Path], served: Callable[[Path], str]) -> None:
    """Words that come in above push nothing away, and whoever had a link under the keys has it still."""
    data, _ = days.worst_day()
    page.goto(served(site(data)))
    reading = page.locator("#part-api")
    reading.scroll_into_view_if_needed()
    link = reading.locator("a").first
    link.focus()
    page.evaluate("scrollBy(0, -137)")
    before = reading.bounding_box()
    site(said_later(data))
    page.clock.run_for(100_000)
    expect(page.locator("main")).to_contain_text("Payments work again. We are watching.")
    after = reading.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == pytest.approx(before["y"], abs=2)
    expect(link).to_be_focused()
    # The style that came with the page is there still, below the new banner.
    expect(page.locator("main svg > style")).to_have_count(1)
    expect(page.locator("main .card").first).to_have_css("border-top-width", "1px")


@pytest.mark.browser
def test_a_page_that_nobody_sees_asks_nothing(page: Page, site: Callable[[Dataset], Path], served: Callable[[Path], str]) -> None:
    """Hidden for an hour it is silent; seen again, it asks at once, and not again within the minute."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("now.json") else None)
    page.goto(served(site(days.worst_day()[0])))
    hide = "hidden => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden }); document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(hide, True)
    for _ in range(60):
        page.clock.run_for(60_000)
    assert asked == []
    with page.expect_request("**/now.json"):
        page.evaluate(hide, False)
    page.evaluate(hide, True)
    page.evaluate(hide, False)
    page.clock.run_for(30_000)
    assert len(asked) == 1


@pytest.mark.browser
def test_asking_is_spread(page: Page, site: Callable[[Dataset], Path], served: Callable[[Path], str]) -> None:
    """Between one and one and a half minutes, as chance has it, so that readers of one outage do not all ask at once."""
    page.goto(served(site(days.worst_day()[0])))
    for chance, least, most in ((0, 59_000, 61_000), (0.999, 89_000, 91_000)):
        asked: list[str] = []
        page.add_init_script(f"Math.random = () => {chance}")
        page.reload()
        page.on("request", lambda request, found=asked: found.append(request.url) if request.url.endswith("now.json") else None)  # type: ignore[misc]
        page.clock.run_for(least)
        assert asked == []
        with page.expect_request("**/now.json"):
            page.clock.run_for(most - least)


@pytest.mark.browser
def test_the_end_comes_in_too(page: Page, site: Callable[[Dataset], Path], served: Callable[[Path], str]) -> None:
    """When nothing is open any more the page says so, with title and icon, and asks no more."""
    data, _ = days.worst_day()
    page.goto(served(site(data)))
    title = page.title()
    site(replace(data, incidents=()))
    page.clock.run_for(100_000)
    expect(page.locator("h1")).to_have_text("All Systems Operational")
    assert page.title() != title
    assert str(page.locator("link[rel=icon]").get_attribute("href")).endswith("state-none.svg")
    expect(page.locator("main [data-version]")).to_have_count(0)


@pytest.mark.browser
def test_the_tab_of_an_incident_says_how_it_stands(page: Page, site: Callable[[Dataset], Path], served: Callable[[Path], str]) -> None:
    """Its title in words and its icon, from the first look to the end."""
    data, _ = days.worst_day()
    page.goto(f"{served(site(data))}incidents/{OPEN}/")
    icon = page.locator("link[rel=icon]")
    expect(page).to_have_title("Identified: Card payments fail at checkout · Larkfield Status")
    expect(icon).to_have_attribute("href", "../../assets/onrecord/state-major.svg")
    site(said_later(data))
    page.clock.run_for(100_000)
    expect(page).to_have_title("Monitoring: Card payments fail at checkout · Larkfield Status")
    site(said_later(data, status="resolved"))
    page.clock.run_for(100_000)
    expect(page).to_have_title("Resolved: Card payments fail at checkout · Larkfield Status")
    expect(icon).to_have_attribute("href", "../../assets/onrecord/state-none.svg")


@pytest.mark.browser
def test_it_asks_once_a_minute_at_most_and_less_where_nobody_answers(page: Page, site: Callable[[Dataset], Path], served: Callable[[Path], str]) -> None:
    """A million readers must not bring the host down, least of all when it is weak."""
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503)

    page.route("**/now.json", fail)
    page.goto(served(site(days.worst_day()[0])))
    for _ in range(60):
        page.clock.run_for(60_000)
    assert 3 <= len(asked) <= 8


def test_a_quiet_page_asks_nothing() -> None:
    """Nor does a look back, a record that is over, or a page without a state."""
    quiet = {page.address: page.content for page in pages(derive(*days.quiet_day()), days.SITE, environment())}
    assert [address for address, content in quiet.items() if "data-version" in content] == []
    data, at = days.worst_day()
    back = [page.address for page in pages(derive(data, at, as_of=at), days.SITE, environment()) if "data-version" in page.content]
    assert back == []
    worst = [page.address for page in pages(derive(data, at), days.SITE, environment()) if "data-version" in page.content]
    assert "" in worst
    assert f"incidents/{OPEN}/" in worst
    assert all(address == "" or address.startswith("incidents/") for address in worst)
