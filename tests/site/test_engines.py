"""Both engines make the same site: every file of the example is compared, and what a screen reader is given, on its worst day and on a quiet one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import axtree
import example
from onrecord.model import Engine
from onrecord.site.engine import ENGINES
from tools import absent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("engines")

OPEN, OVER = "incidents/2026-08-18-card-payments-declined/", "incidents/2026-06-19-most-of-fenrow-down/"
MAIN = {
    "worst": ("", OPEN, OVER, f"{OVER}postmortem/", "components/card-payments/", "groups/money/", "history/2026-06/", "maintenance/", "about/", f"ar/{OPEN}"),
    "quiet": ("", f"{OVER}record/", "history/", "postmortems/", "reliability/", "subscribe/", "search/", "404.html", "de/about/", "ar/"),
}
"""The kinds of pages, each on one of the days."""
MADE_BY = re.compile(rb"<a [^>]+>(?:Material for MkDocs|Zensical)</a>")
SAME_FOLDER = re.compile(rb'(href|src)="\./(?=[^"])')
PROOF = ("build.json", "manifest.json", "publications.json")
"""What names the engine, or is a digest of what does."""


def files(folder: Path) -> dict[str, bytes]:
    """Every file of the site, with what may differ taken out: which engine drew it, and `./about/` for `about/`."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in PROOF:
            data = path.read_bytes()
            found[name] = SAME_FOLDER.sub(rb'\1="', MADE_BY.sub(b"", data)) if name.endswith(".html") else data
    return found


def compare(root: Path, tmp_path: Path, day: datetime, *, gallery: bool, back: bool = True) -> list[str]:
    """The files of which the engines write different bytes; that both write the same files is asserted."""
    if find_spec("zensical") is None:
        absent("needs Zensical: pip install 'onrecord[zensical]'")
    sites = {}
    for engine in ENGINES:
        outcome = example.built(tmp_path / engine, day, root=root, engine=engine, gallery=gallery, back=back)
        assert outcome.drawn.warnings == ()
        sites[engine] = files(tmp_path / engine)
    mkdocs, zensical = sites["mkdocs"], sites["zensical"]
    assert mkdocs.keys() == zensical.keys()
    return [name for name in mkdocs if mkdocs[name] != zensical[name]]


@pytest.fixture(scope="module", params=example.DAYS)
def sites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, list[str]]:
    """A day, the folder with the example as each engine draws it, and the files in which they differ. On the quiet day it has its record pages."""
    folder = tmp_path_factory.mktemp("engines")
    day = str(request.param)
    return day, folder, compare(example.ROOT, folder, example.DAYS[day], gallery=True, back=day == "worst")


def test_both_engines_write_the_same_site(sites: tuple[str, Path, list[str]]) -> None:
    """Not only by their text: byte for byte, chrome, people's pages, style and all."""
    _, folder, different = sites
    assert different == []
    assert len(files(folder / "mkdocs")) > 300


@pytest.mark.browser
def test_both_engines_tell_a_screen_reader_the_same(sites: tuple[str, Path, list[str]], browser: Browser, served: Callable[[Path], str]) -> None:
    """Chromium's own tree of each kind of page, header and footer included, with the words of the script; only the engine's name differs."""
    day, folder, _ = sites
    told: dict[str, list[str]] = {}
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    for engine in ENGINES:
        address = served(folder / engine)
        for path in MAIN[day]:
            page = context.new_page()
            page.clock.install(time=example.DAYS[day])
            page.goto(f"{address}{path}")
            told.setdefault(path, []).append(re.sub("Material for MkDocs|Zensical", "the engine", axtree.tree(page, "RootWebArea")))
            page.close()
    context.close()
    assert [path for path, (mkdocs, zensical) in told.items() if mkdocs != zensical] == []
    assert all(mkdocs.count("\n") > 30 and "  main\n" in mkdocs and "heading" in mkdocs for mkdocs, _ in told.values())


@pytest.mark.parametrize("nav", ["nav: [{About us: about.md}, {Help: [help/index.md]}]\n", ""], ids=["navigation", "none"])
def test_both_engines_speak_the_same_languages(repository: Callable[[Mapping[str, str]], Path], tmp_path: Path, nav: str) -> None:
    """Shells, people's pages in several languages and links between them; one of them is written from right to left."""
    root = repository(
        {
            "mkdocs.yml": "site_name: Ours\nsite_url: https://status.example.com/\ndocs_dir: site_src/pages\ntheme: {name: material}\nplugins: [onrecord]\n"
            + nav,
            "site_src/components.yml": "components:\n  - {id: checkout, name: Checkout}\n",
            "site_src/policy.yml": "page: {languages: [en, de, ar]}\n",
            "site_src/pages/about.md": "# About us\n\n[All](history/) and [help](help/index.md)\n",
            "site_src/pages/help/index.md": "# Help\n",
            "site_src/pages/de/about.md": "# Über uns\n\n[Alles](history/)\n",
            "site_src/pages/ar/about.md": "---\ntitle: من نحن\n---\nنص\n",
        }
    )
    assert compare(root, tmp_path, example.DAYS["quiet"], gallery=True) == []
    html = (tmp_path / "zensical/ar/about/index.html").read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl"' in html


def test_the_setting_names_the_engines_that_there_are() -> None:
    """`page.engine` of policy.yml and `--engine` take the same words."""
    assert Engine.__args__ == ENGINES  # type: ignore[attr-defined]
