"""The address that a reader builds from choices: always a file that is there; without a script the list has it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from ruamel.yaml import YAML

import days
from onrecord.files import WorkTree
from onrecord.site.assemble import assemble
from onrecord.site.engine import draw
from onrecord.snapshot import derive
from onrecord.templating import environment
from repositories import lay_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CONFIG = "site_name: Larkfield Status\nsite_url: https://status.larkfield.example/\ndocs_dir: pages\ntheme: {name: material}\nplugins: [onrecord]\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the worst day."""
    root = lay_out(tmp_path_factory.mktemp("subscribe") / "repository", {"mkdocs.yml": CONFIG, "pages/about.md": "# About\n"})
    drawn = draw(root, root.parent / "work")
    for artifact in assemble(derive(*days.worst_day()), drawn, WorkTree(root), lambda _: environment()):
        target = root.parent / "site" / artifact.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(artifact.data)
    return root.parent / "site"


def address(page: Page) -> Locator:
    """Where the built address stands."""
    return page.locator("form.builder code")


def choose(page: Page, about: str, kind: str, form: str = "") -> None:
    """Makes the choices, by what they are called."""
    page.get_by_label("About", exact=True).select_option(label=about)
    page.get_by_label("Tell me").select_option(label=kind)
    if form:
        page.get_by_label("As", exact=True).select_option(label=form)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("about", "kind", "form", "path"),
    [
        ("Everything", "Every update", "", "updates.rss"),
        ("Everything", "Every update", "JSON Feed", "feed.json"),
        ("Checkout", "Each incident once", "Atom", "components/checkout/history.atom"),
        ("All of Payments", "Maintenance, in my calendar", "", "groups/payments/maintenance.ics"),
        ("Critical incidents", "Incidents, in my calendar", "", "severity/critical/history.ics"),
    ],
)
def test_choices_make_an_address(page: Page, site: Path, served: Callable[[Path], str], about: str, kind: str, form: str, path: str) -> None:
    """In full, of a file that is there; a calendar can be opened at once."""
    page.goto(served(site) + "subscribe/")
    choose(page, about, kind, form)
    expect(address(page)).to_have_text(days.SITE.url + path)
    assert (site / path).is_file()
    opened = page.get_by_role("link", name="Open it in my calendar")
    if path.endswith(".ics"):
        expect(opened).to_have_attribute("href", f"webcal://status.larkfield.example/{path}")
    else:
        expect(opened).to_have_count(0)


@pytest.mark.browser
def test_every_choice_leads_to_a_file(page: Page, site: Path, served: Callable[[Path], str]) -> None:
    """Whatever is chosen after whatever: what is not there cannot be chosen."""
    page.goto(served(site) + "subscribe/")
    found = page.evaluate(
        """() => {
          const form = document.querySelector("form.builder");
          const { about, kind, form: as } = form.elements;
          const told = () => form.dispatchEvent(new Event("change"));
          const made = new Set();
          for (const one of about.options) { about.value = one.value; told();
            for (const two of kind.options) { if (two.disabled) continue; kind.value = two.value; told();
              for (const three of as.options) { if (three.disabled) continue; as.value = three.value; told(); made.add(form.querySelector("code").textContent); } } }
          return [...made];
        }"""
    )
    missing = [one for one in found if not (site / one.removeprefix(days.SITE.url)).is_file()]
    assert missing == []
    assert len(found) == 7 * (1 + 40 + 8) + 3 * 6


@pytest.mark.browser
def test_the_lines_to_paste_follow_the_choice(page: Page, site: Path, served: Callable[[Path], str]) -> None:
    """Slack's and that of rss2email name the feed that was built."""
    page.goto(served(site) + "subscribe/")
    choose(page, "Checkout", "Every update")
    expect(page.locator(".tools code").first).to_have_text(f"/feed subscribe {days.SITE.url}components/checkout/updates.rss")
    expect(page.locator(".tools code", has_text="r2e")).to_have_text(f"r2e add status {days.SITE.url}components/checkout/updates.rss")


@pytest.mark.browser
def test_without_a_script_it_is_a_list(browser: Browser, site: Path, served: Callable[[Path], str]) -> None:
    """The form is not there; groups are folded, and the page is not endless on a phone."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(served(site) + "subscribe/")
    expect(page.get_by_label("About", exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="Checkout", exact=True)).to_be_hidden()
    page.get_by_role("heading", name="Payments", exact=True).click()
    expect(page.get_by_role("link", name="Checkout", exact=True)).to_be_visible()
    assert page.locator("body").bounding_box()["height"] < 640 * 12  # type: ignore[index]
    context.close()


def test_the_line_for_home_assistant_is_yaml(site: Path) -> None:
    """One sensor with the address of the state, whatever the page is called."""
    text = (site / "subscribe/index.html").read_text(encoding="utf-8")
    line = next(found for found in re.findall(r"<code>(sensor:.*?)</code>", text))
    read = YAML(typ="safe").load(html.unescape(line.replace("<wbr>", "")))
    assert read == {
        "sensor": [
            {
                "platform": "rest",
                "name": "Larkfield Status",
                "resource": "https://status.larkfield.example/api/v2/status.json",
                "value_template": "{{ value_json.status.description }}",
            }
        ]
    }


def test_headings_go_down_by_one(site: Path) -> None:
    """No level is left out on the page."""
    levels = [int(found) for found in re.findall(r"<h([1-6])[ >]", (site / "subscribe/index.html").read_text(encoding="utf-8"))]
    assert all(after <= before + 1 for before, after in pairwise(levels))
