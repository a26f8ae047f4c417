"""The page of the search in a real browser: what is typed, what is found, and what can never run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

import days
from onrecord.files import WorkTree
from onrecord.model import Dataset, Incident
from onrecord.render import search as searching
from onrecord.site.assemble import assemble
from onrecord.site.engine import draw
from onrecord.snapshot import derive
from onrecord.templating import environment
from repositories import lay_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

FILES = {
    "mkdocs.yml": """\
        site_name: Larkfield Status
        site_url: https://status.larkfield.example/
        docs_dir: pages
        theme: {name: material}
        plugins: [onrecord]
        """,
    "pages/about.md": "# About\n\n| state | meaning |\n|---|---|\n| Operational | It works |\n",
    "pages/quiet.md": "---\nsearch: {exclude: true}\n---\n# Quiet corner\n",
}
HOSTILE = "<img src=x onerror=document.title='run'> & \"quotes\""
TOLD = (
    ("2026-11-10-hostile", HOSTILE, "<script>document.title='run'</script>harmless &lt;b&gt; words"),
    ("2026-11-09-zurich", "Störung im Rechenzentrum Zürich", "Die Straße nach Łódź ist blockiert. Café geschlossen."),
    ("2026-11-08-tokyo", "東京リージョンの決済障害", "カード決済が利用できません。APIの障害を調査しています。"),
    ("2026-11-07-long", "A long story", " ".join(f"word{n}" for n in range(200)) + " needle " + "tail " * 50 + "."),
    ("2024-03-02-old", "An old story", "A rare sturgeon swam into the cooling water."),
)
Show = Callable[..., Any]


def _records() -> Iterator[Incident]:
    yield from days.worst_day()[0].incidents
    for id, title, body in TOLD:
        yield days.incident(id, [(f"{id[:10]}T10:00:00Z", {"status": "resolved"}, body)], title=title)
    for number in range(1, 46):
        day = f"2025-{number // 20 + 1:02}-{number % 20 + 1:02}"
        yield days.incident(f"{day}-n{number}", [(f"{day}T10:00:00Z", {"status": "resolved"}, f"Queue number {number} was full.")], title=f"Full queue {number}" if number > 43 else "Busy")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose index has two files of months and two of years."""
    root = lay_out(tmp_path_factory.mktemp("search") / "repository", FILES)
    worst = days.worst_day()[0]
    dataset = Dataset(incidents=tuple(_records()), components=worst.components, groups=worst.groups, policy=worst.policy)
    drawn, out = draw(root, root.parent / "work"), root.parent / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "YEAR_LENGTH", 5_000)
        for artifact in assemble(derive(dataset, days.WORST), drawn, WorkTree(root), lambda _: environment()):
            target = out / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(artifact.data)
    for path in drawn.folder.rglob("*.*"):
        target = out / path.relative_to(drawn.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return out


@pytest.fixture
def show(browser: Browser, built: Path, served: Callable[[Path], str]) -> Iterator[Show]:
    """Opens a page in a fresh context; what the browser complains of fails the test."""
    address = served(built)

    @contextmanager
    def opened(path: str = "search/", expect: str = "", **context: Any) -> Iterator[Page]:
        made = browser.new_context(**{"locale": "en-GB", **context})
        page = made.new_page()
        found: list[str] = []
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
        page.goto(address + path)
        yield page
        made.close()
        assert [said for said in found if not expect or expect not in said] == []

    return opened


def find(page: Page, query: str) -> Locator:
    """Types the query and waits until everything is said about it; returns the links of the results."""
    page.get_by_role("searchbox").fill(query)
    page.locator(".found", has_text="esult").or_(page.locator(".found", has_text="Nothing")).wait_for()
    page.wait_for_timeout(400)
    return page.locator(".results a")


FOUND = [
    ("titles before words", "late", None, ["Reports arrive late", "Text messages arrive late", "Payouts arrive a day late", "Move of the search index, second half", "Signing in fails for some customers", "Move of the search index, first half"]),
    ("newest first, and before them what has no date", "sign-in", None, ["Sign-in", "Upgrade of the sign-in servers", "Signing in fails for some customers", "Signing in fails for some customers"]),
    ("the beginning of a word", "stur", "1 result", ["An old story"]),
    ("no middle of a word", "turgeon", "Nothing was found", []),
    ("all words, wherever they stand", "rare cool old", "1 result", ["An old story"]),
    ("case and accents", "ZURICH storung", "1 result", ["Störung im Rechenzentrum Zürich"]),
    ("accents that were typed", "Zürich", "1 result", ["Störung im Rechenzentrum Zürich"]),
    ("letters that are spelt out", "strasse lodz", "1 result", ["Störung im Rechenzentrum Zürich"]),
    ("a part of writing without spaces", "決済障害", "1 result", ["東京リージョンの決済障害"]),
    ("two writings in one word", "api障害", "1 result", ["東京リージョンの決済障害"]),
    ("a part, and what touched it", "carrier", "2 results", ["Carrier rates", "Shipping labels cannot be printed"]),
    ("a group", "logistics", "1 result", ["Logistics"]),
    ("a page of people", "operational works", "1 result", ["About"]),
    ("a page that stays out", "corner", "Nothing was found", []),
    ("a file that is loaded last", "sturgeon", "1 result", ["An old story"]),
    ("nothing to be found", "xyzzy", "Nothing was found", []),
]


@pytest.mark.parametrize(("query", "count", "titles"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_what_is_found(show: Show, query: str, count: str | None, titles: list[str]) -> None:
    """The titles in their order, and how many there are."""
    with show() as page:
        assert find(page, query).all_inner_texts() == titles
        if count:
            assert page.locator(".found").inner_text().startswith(count)


def test_a_result_says_what_it_is(show: Show) -> None:
    """Title, kind, state and date, and the sentence in which the words were found, marked."""
    with show() as page:
        find(page, "rolling back")
        result = page.locator(".results li").first
        assert result.locator(".title").inner_text() == "Card payments fail at checkout"
        assert result.locator(".facts").inner_text().split("\n") == ["Incident", "Identified", "21 Nov 2026"]
        assert result.locator(".sentence").inner_text() == "We are rolling it back now, and expect payments to recover before 15:00 UTC."
        assert result.locator("mark").all_inner_texts() == ["rolling", "back"]
        assert str(result.locator("a").get_attribute("href")).endswith("-fail/#:~:text=We%20are%20rolling%20it,recover%20before%2015%3A00%20UTC.")
        find(page, "reports late")
        assert page.locator(".facts").first.inner_text().split("\n")[1] == "Monitoring"
        find(page, "certificate")
        assert [line.split("\n")[:2] for line in page.locator(".facts").all_inner_texts()] == [["Incident", "Resolved"], ["Post-mortem", "4 Nov 2026"]]


def test_a_long_sentence_is_cut_around_the_word(show: Show) -> None:
    """A wall of words does not fill the screen, and the found word is in sight."""
    with show() as page:
        find(page, "needle")
        sentence = page.locator(".sentence").inner_text()
        assert len(sentence) < 260
        assert sentence[0] == sentence[-1] == "…"
        assert page.locator("mark").inner_text() == "needle"


def test_nothing_that_was_written_runs(show: Show) -> None:
    """A title and words that look like HTML are shown as they were typed."""
    with show() as page:
        assert find(page, "img onerror").all_inner_texts() == [HOSTILE]
        assert page.locator(".results").locator("img, script, b").count() == 0
        find(page, "harmless")
        assert page.locator(".sentence").inner_text() == "harmless <b> words"
        assert page.title() == "Search · Larkfield Status"


def test_the_keyboard_is_enough(show: Show) -> None:
    """One types at once, walks with the arrows, opens with Enter, and Escape leads back and clears."""
    with show() as page:
        field = page.get_by_role("searchbox")
        assert field.evaluate("field => field === document.activeElement")
        page.keyboard.type("sign-in")
        page.locator(".results li").nth(3).wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator(":focus")).to_have_text("Signing in fails for some customers")
        page.keyboard.press("Escape")
        expect(page.locator(":focus")).to_have_value("sign-in")
        page.keyboard.press("Escape")
        expect(field).to_have_value("")
        expect(page.locator(".results li")).to_have_count(0)
        expect(page.get_by_role("link", name="August 2026")).to_be_visible()
        page.keyboard.type("sturgeon")
        page.keyboard.press("Enter")
        page.locator(".results a:focus").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**/incidents/2024-03-02-old/**")


def test_the_address_keeps_the_words(show: Show) -> None:
    """A search can be sent to somebody, and the way back from a result leads to it."""
    with show("search/?q=rare+sturgeon") as page:
        page.locator(".results a").click()
        page.wait_for_url("**/incidents/2024-03-02-old/**")
        page.go_back()
        expect(page.get_by_role("searchbox")).to_have_value("rare sturgeon")
        find(page, "needle")
        assert page.url.endswith("?q=needle")
        page.reload()
        page.get_by_role("link", name="A long story").wait_for()


def test_more_is_shown_when_it_is_asked_for(show: Show) -> None:
    """Twenty results first; titles among them come first though they are older; the focus goes on where the new ones begin."""
    with show() as page:
        links = find(page, "full queue")
        assert page.locator(".found").inner_text() == "45 results"
        assert links.count() == 20
        assert links.all_inner_texts()[:3] == ["Full queue 45", "Full queue 44", "Busy"]
        page.get_by_role("button", name="Show more").click()
        page.locator(".results li").nth(39).wait_for()
        expect(page.locator(".results a").nth(20)).to_be_focused()
        page.get_by_role("button", name="Show more").click()
        page.locator(".results li").nth(44).wait_for()
        page.get_by_role("button", name="Show more").wait_for(state="hidden")


def test_only_what_is_needed_is_loaded(show: Show) -> None:
    """The titles, the pages of people and the newest words; what is older only when there are too few results."""
    with show("history/") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]) if request.url.endswith(".json") else None)
        page.get_by_role("link", name="Search", exact=True).click()
        find(page, "busy")
        assert asked == ["titles.json"]
        find(page, "sturgeon")
        assert asked == ["titles.json", "pages.json", *(f"2026-{month}.json" for month in (12, 11, 10, "09", "08")), "2025.json", "2024.json"]


def test_other_pages_carry_nothing_of_it(built: Path) -> None:
    """They have a link; script, style and index belong to the page of the search."""
    own = [path.name for path in (built / "assets/onrecord/search").iterdir()]
    assert len(own) == 2
    for path in set(built.rglob("*.html")) - {built / "embed/index.html"}:
        text = path.read_text()
        assert 'search/" aria-label="Search"' in text, path
        assert any(name in text for name in own) == (path == built / "search/index.html"), path


def test_a_file_that_cannot_be_loaded_is_said_and_tried_again(show: Show) -> None:
    """What was found is shown all the same."""
    with show(expect="Failed to load resource") as page:
        page.route("**/2024.json", lambda route: route.fulfill(status=500))
        find(page, "story")
        assert "Not everything could be loaded" in page.locator(".found").inner_text()
        assert page.locator(".results a").count() == 2
        page.unroute("**/2024.json")
        find(page, "sturgeon")
        assert page.locator(".found").inner_text() == "1 result"
    with show(expect="net::ERR") as page:
        page.route("**/*.json", lambda route: route.abort())
        page.get_by_role("searchbox").fill("story")
        page.locator(".found", has_text="Not everything").wait_for()


def test_without_the_script_it_is_a_way_into_the_history(show: Show) -> None:
    """The form is not there, and the page says why and leads on."""
    with show(java_script_enabled=False) as page:
        assert page.get_by_role("searchbox").count() == 0
        assert "needs JavaScript" in page.locator("main").inner_text()
        page.get_by_role("link", name="March 2024").click()
        expect(page.get_by_role("link", name="An old story")).to_be_visible()


def test_the_number_of_results_is_announced(show: Show) -> None:
    """Politely, in a live region that was there before."""
    with show() as page:
        region = page.get_by_role("status")
        assert region.count() == 1
        page.evaluate("() => { window.said = []; new MutationObserver(() => said.push(document.querySelector('.found').textContent)).observe(document.querySelector('.found'), { childList: true }); }")
        page.get_by_role("searchbox").press_sequentially("sturgeon", delay=30)
        page.locator(".found", has_text="1 result").wait_for()
        assert page.evaluate("said.at(-1)") == "1 result"
