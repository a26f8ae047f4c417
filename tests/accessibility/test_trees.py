"""What a screen reader is given: the tree of roles, names and words of our content on the main pages, kept as it was last read through.

The trees are taken with the script running, by a reader in Berlin. Chrome and header stay out: those are the theme's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import days
import example
from golden import Golden
from onrecord.files import WorkTree
from onrecord.site.assemble import assemble
from onrecord.site.engine import draw
from onrecord.snapshot import derive
from onrecord.templating import environment
from repositories import commit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("accessibility")]

PAGES = {
    "home-worst": ("worst", ""),
    "home-quiet": ("quiet", ""),
    "incident-open": ("worst", "incidents/2026-11-21-card-payments-fail/"),
    "incident-over": ("quiet", "incidents/2026-11-04-sign-in-fails/"),
    "postmortem": ("worst", "incidents/2026-11-04-sign-in-fails/postmortem/"),
    "component": ("worst", "components/checkout/"),
    "reliability": ("quiet", "reliability/"),
    "subscribe": ("quiet", "subscribe/"),
}
CONFIG = "site_name: Larkfield Status\nsite_url: https://status.larkfield.example/\ndocs_dir: pages\ntheme: {name: material}\nplugins: [onrecord]\n"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worst and the quiet day of `days`, which no commit of this repository can change."""
    root, out = tmp_path_factory.mktemp("repository"), tmp_path_factory.mktemp("sites")
    (root / "mkdocs.yml").write_text(CONFIG)
    drawn = draw(root, tmp_path_factory.mktemp("work"))
    for name, (dataset, at) in {"worst": days.worst_day(), "quiet": days.quiet_day()}.items():
        for artifact in assemble(derive(dataset, at), drawn, WorkTree(root), lambda _: environment()):
            target = out / name / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(artifact.data)
    return out


def heard(browser: Browser, address: str, at: datetime) -> str:
    """The tree of a page's content, at that time by the reader's clock."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", viewport={"width": 1280, "height": 900})
    page: Page = context.new_page()
    page.clock.install(time=at)
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    if page.locator(".since .for").count():
        expect(page.locator(".since .for").first).not_to_be_empty()
    tree = page.locator("main").aria_snapshot()
    context.close()
    return tree + "\n"


@pytest.mark.parametrize("name", PAGES)
def test_the_tree_is_the_one_that_was_read(browser: Browser, sites: Path, served: Callable[[Path], str], golden: Golden, name: str) -> None:
    """A heading that loses its level, a link its name, a state its word: all of it is a line here."""
    day, path = PAGES[name]
    at = days.WORST if day == "worst" else days.QUIET
    golden(f"trees/{name}.txt", heard(browser, served(sites / day) + path, at))


def test_the_tree_of_a_record_page(browser: Browser, tmp_path: Path, served: Callable[[Path], str], golden: Golden) -> None:
    """What git knows of an incident whose words were changed after they were published."""
    root, folder = tmp_path / "repository", "incidents/2026-11-20-checkout-errors"
    update = "---\nat: 2026-11-20T09:05:00Z\nstatus: {}\n{}---\n{}\n"
    begun = update.format("investigating", "next_update_by: 2026-11-20T09:35:00Z\n", "Some of you cannot pay.")
    commit(
        root,
        {
            "mkdocs.yml": CONFIG,
            "site_src/components.yml": "components:\n  - {id: checkout, name: Checkout}\n",
            "incidents/2026/2026-11-20-checkout-errors/incident.yml": "title: Checkout errors\nseverity: minor\ncomponents: {checkout: degraded_performance}\nstarted: 2026-11-20T09:00:00Z\n",
            "incidents/2026/2026-11-20-checkout-errors/updates/one.md": begun,
        },
        at="2026-11-20T09:06:00Z",
    )
    commit(root, {"incidents/2026/2026-11-20-checkout-errors/updates/one.md": begun.replace("Some", "A few")}, at="2026-11-20T11:00:00Z", message="Say it smaller")
    example.built(tmp_path / "site", days.WORST, root=root, back=False)
    tree = heard(browser, served(tmp_path / "site") + f"{folder}/record/", days.WORST)
    golden("trees/record.txt", re.sub(r"\b[0-9a-f]{7,40}\b", "c0ffee", tree))
