"""The gallery shows every macro, is sound HTML, and stays out of every list."""

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest

import days
import onrecord
from onrecord.render.artifacts import UNLISTED, PageContent
from onrecord.render.pages import pages
from onrecord.render.pages.gallery import gallery
from onrecord.render.pages.setting import Setting
from onrecord.snapshot import derive
from onrecord.templating import environment

TEMPLATES = Path(onrecord.__file__).parent / "theme" / "onrecord"
PIECES = ("macros", "cards", "updates", "effects", "parts", "works", "promised", "changes")


@pytest.fixture(scope="module")
def page() -> PageContent:
    """The gallery."""
    return gallery(Setting.of(derive(*days.quiet_day()), days.SITE, environment()))


def test_every_piece_is_shown() -> None:
    """A macro stands in the gallery, or is a part of one that does."""
    texts = {name: (TEMPLATES / f"{name}.html").read_text() for name in (*PIECES, "gallery")}
    aliases = {"macros": "m", "cards": "cards", "updates": "updates", "effects": "effects", "parts": "parts", "works": "works", "promised": "promises", "changes": "changes"}
    macros = {(name, macro) for name in PIECES for macro in re.findall(r"macro (\w+)\(", texts[name])}

    def uses(text: str, own: str = "") -> set[tuple[str, str]]:
        return {(name, macro) for name, macro in macros if re.search(rf"\b{aliases[name]}\.{macro}\(" + (rf"|(?<![\w.]){macro}\(" if name == own else ""), text)}

    shown, waiting = set(), uses(texts["gallery"])
    while waiting:
        shown |= waiting
        bodies = [(name, re.search(rf"macro {macro}\(.*?endmacro", texts[name], re.DOTALL)) for name, macro in waiting]
        waiting = set().union(*(uses(body[0], name) for name, body in bodies if body)) - shown
    assert sorted(macros - shown) == [], "give these a place in gallery.html"


def test_it_is_sound(page: PageContent) -> None:
    """The HTML parses without an error, and no id stands twice."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(f"<!doctype html><html lang=en><title>x</title><body>{page.content}")
    assert [error for error in parser.errors if error[1] != "unknown"] == []
    ids = re.findall(r'\sid="([^"]*)"', page.content)
    assert sorted(ids) == sorted(set(ids))


def test_hostile_words_stay_words(page: PageContent) -> None:
    """A title with a script in it, in every piece."""
    assert "<script" not in page.content
    assert "onclick=" not in re.sub(r">[^<]*", ">", page.content)
    assert page.content.count("&lt;script&gt;alert(") >= 3


def test_its_links_lead_nowhere(page: PageContent) -> None:
    """Its records are invented, so no link may point to their pages."""
    assert {link for link in re.findall(r'href="([^"]*)"', page.content) if not link.startswith("https://")} == {"#__content"}


def test_it_is_built_on_demand_and_listed_nowhere() -> None:
    """Without the option there is no gallery; with it, neither a link nor the sitemap names it."""
    snapshot = derive(*days.quiet_day())
    kinds = [page.kind for page in pages(snapshot, days.SITE, environment())]
    found = list(pages(snapshot, days.SITE, environment(), with_gallery=True))
    assert "gallery" not in kinds
    assert [page.kind for page in found].count("gallery") == 1
    assert "gallery" in UNLISTED
    assert not any("gallery/" in page.content for page in found)
