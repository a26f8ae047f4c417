"""WCAG 2.2 AA on every kind of page of the example: by axe, and by measuring what axe cannot see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import example
from contrast import faint
from test_tokens import contrast

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("accessibility")]

OPEN, OVER = "incidents/2026-08-18-card-payments-declined/", "incidents/2026-06-19-most-of-fenrow-down/"
WORST = (
    "", OPEN, OVER, f"{OVER}postmortem/", "components/card-payments/", "groups/money/", "history/", "history/2026-06/", "maintenance/", "postmortems/",
    "reliability/", "subscribe/", "search/", "gallery/", "404.html", "about/", "embed/", "ar/", f"ar/{OPEN}",
)  # fmt: skip
QUIET = ("", OVER, f"{OVER}record/", "components/card-payments/", "ar/", f"ar/{OVER}record/")
FINDINGS = ["violations", "incomplete"]
"""What axe found wrong, and what it could not decide."""
EVERYTHING = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, "resultTypes": FINDINGS}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}, "resultTypes": FINDINGS}
"""What depends on colours and width; the rest was asked of the same elements in the other one."""
SHOWN_TWICE = "landmark-unique"
"""The gallery shows one piece in several states, so its landmarks bear one name; no other page does that."""
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"
"""What success criterion 1.4.12 lets readers set."""
Show = Callable[..., Any]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example on its worst day with the gallery, and on a quiet one with its record pages."""
    out = tmp_path_factory.mktemp("sites")
    example.built(out / "worst", example.DAYS["worst"], gallery=True)
    example.built(out / "quiet", example.DAYS["quiet"], back=False)
    return out


@pytest.fixture
def show(browser: Browser, sites: Path, served: Callable[[Path], str]) -> Iterator[Show]:
    """Opens a page of a day in a fresh context; tests may look into it and set styles as a reader's own would."""
    addresses = {day: served(sites / day) for day in ("worst", "quiet")}

    @contextmanager
    def opened(day: str, width: int = 1280, **context: Any) -> Iterator[Callable[[str], Page]]:
        made = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True, locale="en-GB", timezone_id="Europe/Berlin", **context)
        page = made.new_page()

        def at(path: str) -> Page:
            page.goto(f"{addresses[day]}{path}")
            return page

        yield at
        made.close()

    yield opened


@pytest.mark.parametrize(
    ("day", "pages", "width", "scheme", "rules"),
    [
        pytest.param("worst", WORST, 1280, "light", EVERYTHING, id="worst day"),
        pytest.param("worst", WORST, 320, "dark", COLOURS, id="worst day, dark and narrow"),
        pytest.param("quiet", QUIET, 320, "light", EVERYTHING, id="quiet day, narrow"),
        pytest.param("quiet", QUIET, 1280, "dark", COLOURS, id="quiet day, dark"),
    ],
)
def test_axe_finds_nothing(show: Show, day: str, pages: tuple[str, ...], width: int, scheme: str, rules: dict[str, Any]) -> None:
    """Every rule for A and AA up to 2.2, and the best practices: names, roles, contrast, targets, headings, landmarks.

    Nothing is left undecided either, and what axe does not look at, such as folded parts, has contrast by our own measure.
    """
    found = {}
    with show(day, width, color_scheme=scheme) as at:
        for path in pages:
            page = at(path)
            response = Axe().run(page, options=rules).response
            results = [(kind, result) for kind in FINDINGS for result in response[kind] if not (path == "gallery/" and result["id"] == SHOWN_TWICE)]
            wrong = [f"{kind} {result['id']}: {result['nodes'][0]['html'][:200]}" for kind, result in results] + faint(page)
            if wrong:
                found[path or "home"] = wrong
    assert found == {}


PLANTED = [
    ("on paper", "<p style='color: #777'>x</p>", ["4.48:1 x"]),
    ("large", "<h1 style='color: #777'>x</h1>", []),
    ("half as opaque", "<div style='opacity: .5'><p style='color: #333'>x</p></div>", ["2.85:1 x"]),
    ("over a gradient", "<p style='color: #000; background: linear-gradient(#fff, #444)'>x</p>", ["2.16:1 x"]),
    ("over a shade behind it", "<style>p { isolation: isolate; position: relative } p::before { content: ''; position: absolute; z-index: -1; inset: 0; background: linear-gradient(#fff, #444) }</style><p>x</p>", ["2.16:1 x"]),
    ("in a picture", "<svg style='fill: #999'><text y='20'>x</text></svg>", ["2.85:1 x"]),
    ("folded", "<details><p style='color: #999'>x</p></details>", ["2.85:1 x"]),
    ("of the style", "<style>p::after { content: 'y'; color: #999 }</style><p>x</p>", ["2.85:1 y"]),
    ("only heard", "<style>.vh { position: absolute; clip-path: inset(50%) }</style><p>y <span class='vh' style='color: #999'>x</span></p>", []),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), [case[1:] for case in PLANTED], ids=[case[0] for case in PLANTED])
def test_the_measure_of_contrast_finds_what_is_faint(page: Page, html: str, expected: list[str]) -> None:
    """Text that is planted, with a ratio reckoned by hand."""
    page.set_content(f"<!doctype html><title>x</title><body style='color: #000'>{html}")
    assert faint(page) == expected


@pytest.mark.parametrize(("width", "style"), [(320, ""), (640, ""), (320, SPACED)], ids=["400 %", "200 %", "400 % and wide spacing"])
def test_pages_reflow(show: Show, width: int, style: str) -> None:
    """A window of 1280 pixels at 400 and 200 %: nothing needs scrolling sideways, also with a reader's own spacing."""
    wide = {}
    with show("worst", width) as at:
        for path in WORST:
            page = at(path)
            if style:
                page.add_style_tag(content=style)
            needs = page.evaluate("document.scrollingElement.scrollWidth")
            if needs > width:
                wide[path or "home"] = needs
    assert wide == {}


SMALL = """() => [...document.querySelectorAll("a[href], button, summary, input, select")]
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".vh"))
  .filter(e => ![...e.parentElement.childNodes].some(beside => beside.nodeType === Node.TEXT_NODE && beside.data.trim()))
  .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && Math.min(box.width, box.height) < 23.5)
  .map(([name, box]) => `${name} ${box.width} x ${box.height}`)"""


def test_targets_are_wide_and_high_enough_for_a_finger(show: Show) -> None:
    """At 320 pixels nothing that can be pressed is smaller than 24 by 24, but for links within a sentence and numbers of footnotes."""
    small = {}
    with show("worst", 320) as at:
        for path in WORST:
            page = at(path)
            page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true; })")
            found = [each for each in page.evaluate(SMALL) if not re.match(r"\d |Skip to content|انتقل", each)]
            if found:
                small[path or "home"] = found[:5]
    assert small == {}


STRAY = """() => {
  const found = [];
  for (const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT); walk.nextNode();) {
    const e = walk.currentNode.parentElement, words = walk.currentNode.data.match(/[A-Za-z]{3,}/g) || [];
    const arabic = /[\u0600-\u06ff]/.test(walk.currentNode.data), language = e.closest("[lang]").lang;
    if (e.closest("code, script, style, bdi:not([lang])")) continue;
    if (language === "ar" ? !arabic && words.length > 1 : arabic) found.push(`${language}: ${walk.currentNode.data.trim().slice(0, 50)}`);
  }
  return found;
}"""


def test_words_that_are_not_translated_say_their_language(show: Show) -> None:
    """On Arabic pages a screen reader is told where English begins and where it ends: in roles, causes, contents and differences, too."""
    stray = {}
    for day, paths in {
        "worst": ("", OPEN, OVER, f"{OVER}postmortem/", "components/card-payments/", "groups/money/", "history/", "maintenance/", "postmortems/"),
        "quiet": (f"{OVER}record/", "history/2026-06/"),
    }.items():
        with show(day) as at:
            for path in paths:
                found = at(f"ar/{path}").evaluate(STRAY)
                if found:
                    stray[f"ar/{path}"] = found[:5]
    assert stray == {}


FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  let ground = at.parentElement;
  while (ground.parentElement && getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
  return {
    name: (at.getAttribute("aria-label") || at.textContent).trim().slice(0, 60),
    line: style.outlineStyle, width: parseFloat(style.outlineWidth), colour: style.outlineColor,
    ground: getComputedStyle(ground).backgroundColor,
    shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def stops(page: Page) -> list[dict[str, Any]]:
    """Where the Tab key leads, from the first stop until it leaves the page."""
    found: list[dict[str, Any]] = []
    for _ in range(250):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            return found
        found.append(stop)
    raise AssertionError("the Tab key never leaves the page")


def hexadecimal(colour: str) -> str:
    """`rgb(10, 86, 166)` as `#0a56a6`."""
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", OPEN, "subscribe/"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(show: Show, path: str, scheme: str) -> None:
    """The skip link comes first; each stop is in sight with a line of two pixels, three times as bright or dark as what lies around it."""
    with show("worst", color_scheme=scheme) as at:
        page = at(path)
        found = stops(page)
        assert found[0]["name"] == "Skip to content"
        # Those in a closed disclosure cannot be reached, and need not be.
        can = page.locator("a[href]:visible, button:visible, summary:visible, input:visible, select:visible").count()
        assert len(found) >= can
        for stop in found:
            assert stop["shown"], stop
            assert stop["line"] != "none", stop
            assert stop["width"] >= 2, stop
            assert contrast(hexadecimal(stop["colour"]), hexadecimal(stop["ground"])) >= 3, stop


def test_the_skip_link_skips(show: Show) -> None:
    """It is in sight when it has the focus, and leads past the header."""
    with show("worst") as at:
        page = at("")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("main :focus")).to_have_count(1)


SHAPES = """() => [...document.querySelectorAll(".state")].filter(e => e.checkVisibility()).map(e => {
  const shape = getComputedStyle(e, "::before");
  return [e.textContent, shape.content !== "none" && parseFloat(shape.width) >= 6 && shape.backgroundColor !== getComputedStyle(document.body).backgroundColor];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_are_seen_in_forced_colours(show: Show, scheme: str) -> None:
    """Where a reader's system takes all colours away, each state keeps its shape, and the bars their marks."""
    with show("worst", forced_colors="active", color_scheme=scheme) as at:
        for path in ("", OPEN):
            shapes = at(path).evaluate(SHAPES)
            assert len(shapes) >= 5
            assert [text for text, seen in shapes if not seen] == []
        bars = at("").evaluate("""() => [...document.querySelectorAll(".part .bars path")].map(e => {
          const s = getComputedStyle(e); return [s.stroke, getComputedStyle(document.body).backgroundColor];
        })""")
        assert len(bars) > 10
        assert all(stroke not in ("none", ground) for stroke, ground in bars)


def test_nothing_moves_for_those_who_asked_for_that(show: Show) -> None:
    """No animation runs, and nothing changes gradually."""
    with show("worst", reduced_motion="reduce") as at:
        for path in ("", OPEN, "search/"):
            page = at(path)
            assert page.evaluate("document.getAnimations().length") == 0
            slow = """() => [...document.querySelectorAll("*")].filter(e => {
              const s = getComputedStyle(e); return parseFloat(s.transitionDuration) > 0 || parseFloat(s.animationDuration) > 0;
            }).length"""
            assert page.evaluate(slow) == 0


def test_paper_is_white_and_holds_all_words(show: Show) -> None:
    """However dark the screen is: an incident prints as dark words on white, with every update and without what only a screen needs."""
    with show("worst", color_scheme="dark") as at:
        page = at(OPEN)
        page.evaluate("document.documentElement.dataset.mdColorScheme = 'slate'")
        page.emulate_media(media="print")
        colours = page.evaluate("() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; }")
        assert contrast(hexadecimal(colours[0]), "#ffffff") >= 7
        assert colours[1] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        expect(page.locator(".md-tabs")).to_be_hidden()
        for words in page.locator(".update .words").all():
            expect(words).to_be_visible()
        page = at("")
        expect(page.locator(".older .words").first).to_be_visible()
        expect(page.locator(".neighbours, .md-header__button:visible")).to_have_count(0)


def test_live_regions_do_not_chatter(show: Show) -> None:
    """They are empty when the page opens, hold no countdown, and say nothing while only minutes pass."""
    with show("worst") as at:
        page = at("")
        page.clock.install(time=example.DAYS["worst"])
        page.reload()
        regions = page.locator("[role=status], [role=alert], [aria-live]:not([aria-live=off])")
        assert 1 <= regions.count() <= 3
        assert regions.locator("[data-due], [data-since], [data-ago], .left, .for").count() == 0
        page.clock.run_for("05:00")
        for region in regions.all():
            expect(region).to_have_text("")


def test_bars_are_told_in_words(show: Show) -> None:
    """Each picture of 90 days is hidden from those who do not see it, and stands beside the figure in words; its part has a table of them."""
    with show("worst") as at:
        page = at("")
        assert page.locator("svg.bars:not([aria-hidden=true])").count() == 0
        for part in page.locator("li.part").all():
            assert re.search(r"uptime over 90 days; disrupted on (no day|\d+ days?)$", part.text_content() or "")
        table = at("components/card-payments/").get_by_role("table", name="Days with a disruption")
        expect(table.get_by_role("columnheader")).to_have_count(4)
        expect(table.get_by_role("rowheader")).to_have_count(2)
