"""The house in a real browser: drawer, skip link, colours, and a policy that nothing of ours breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from onrecord.render.artifacts import PageContent
from onrecord.site.engine import draw
from repositories import lay_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FILES = {
    "mkdocs.yml": """\
        site_name: Ours
        site_url: https://status.example.com/
        docs_dir: pages
        theme: {name: material}
        nav: [about.md, {Safety: [safety.md]}]
        plugins: [onrecord]
        markdown_extensions: [tables, admonition, pymdownx.tasklist, pymdownx.superfences]
        """,
    "pages/about.md": """\
        # About

        - [x] Checked

        | a | b |
        |---|--:|
        | 1 | 2 |

        !!! note

            ```python
            def f(): ...
            ```
        """,
    "pages/safety.md": "# Safety\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of a home page and two pages of people."""
    root = lay_out(tmp_path_factory.mktemp("chrome") / "repository", FILES)
    drawn = draw(root, root.parent / "work")
    home = PageContent(
        address="", kind="home", title="All well", description="", content="<h1>All well</h1>", state="none"
    )
    (drawn.folder / "index.html").write_bytes(drawn.shells["home"].fill(home, drawn.site))
    return drawn.folder


@pytest.fixture
def address(site: Path, served: Callable[[Path], str]) -> str:
    """Where the site is served."""
    return served(site)


def test_drawer_opens_without_a_script(site: Path, address: str, browser: Browser) -> None:
    """A phone without JavaScript reaches every section."""
    page = browser.new_context(viewport={"width": 320, "height": 600}, java_script_enabled=False).new_page()
    page.goto(address)
    link = page.get_by_role("navigation", name="Menu").get_by_role("link", name="Safety")
    assert not link.is_visible()
    page.locator("summary", has_text="Menu").click()
    link.click()
    expect(page).to_have_title("Safety · Ours")
    expect(page.get_by_role("navigation", name="Sections")).to_have_count(0)


def test_where_one_is_stands_in_the_sections(page: Page, address: str) -> None:
    """By sight and by ear."""
    page.goto(address + "about/")
    assert page.get_by_role("link", name="About").get_attribute("aria-current") == "page"
    page.get_by_role("link", name="Status", exact=True).click()
    expect(page.locator(".md-tabs [aria-current=page]")).to_have_text("Status")


def test_skip_link_comes_first_and_leads_to_the_content(page: Page, address: str) -> None:
    """A keyboard does not have to walk through the sections."""
    page.goto(address + "about/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_id("__content")


def test_chosen_colours_are_kept_on_the_next_page(page: Page, address: str) -> None:
    """The button appears with the script, and what was chosen is there before the first paint."""
    page.emulate_media(color_scheme="light")
    page.goto(address)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark colours").click()
    page.goto(address + "about/")
    expect(page.get_by_role("button", name="Dark colours")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


@pytest.mark.parametrize("path", ["", "about/"], ids=["generated page", "page of people"])
def test_nothing_breaks_the_policy_and_nothing_leaves_the_host(page: Page, address: str, path: str) -> None:
    """No word on the console, and no request to anybody else."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + path, wait_until="networkidle")
    assert said == []
    assert asked
    assert all(url.startswith(address) for url in asked)


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, address: str, width: int) -> None:
    """No page scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 700})
    for path in ("", "about/"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
