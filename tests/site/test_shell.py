"""Shells: split once, filled for each page, each mark with its own escaping."""

from __future__ import annotations

import dataclasses

import pytest

from onrecord.render.artifacts import DEPTH, FeedLink, PageContent
from onrecord.settings import Site
from onrecord.site.shell import KINDS, PATTERN, Shell, ShellBroken, base_of, mark

SITE = Site(name="Status", url="https://status.example.com/sub/", description="About us")
PAGE = PageContent(
    address="incidents/2026-11-21-x/", kind="incident", title="Down", description="All of it", content="<p>Words</p>"
)


def filled(template: str, **changes: object) -> str:
    """The page that comes out of a shell with that text before the content."""
    page = dataclasses.replace(PAGE, **changes)
    return Shell.split(page.kind, template + mark("content")).fill(page, SITE).decode().removesuffix(page.content)


def test_split_and_fill_keep_all_other_bytes() -> None:
    """What stands between the marks comes out as it went in."""
    assert filled(f"<!doctype html>é \n{mark('title')}…") == "<!doctype html>é \nDown…"


def test_the_drawn_html_comes_back_from_its_pieces() -> None:
    """A shell goes through the cache as the text that it was split from."""
    html = f"a{mark('title')}b{mark('content')}c"
    assert Shell.split("home", html).html == html


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("title", {"title": "</title><script>\"'&"}, "&lt;/title&gt;&lt;script&gt;&quot;&#x27;&amp;"),
        ("description", {"description": 'a"><img src=x>&'}, "a&quot;&gt;&amp;"),
        ("description", {"description": ""}, "About us"),
        ("canonical", {}, "https://status.example.com/sub/incidents/2026-11-21-x/"),
        ("canonical", {"address": 'incidents/a"b/'}, "https://status.example.com/sub/incidents/a%22b/"),
        ("slug", {}, "2026-11-21-x"),
        ("slug", {"kind": "history", "address": "history/"}, ""),
        ("state", {"state": ""}, "none"),
        ("state", {"state": "major"}, "major"),
    ],
    ids=[
        "hostile title",
        "hostile description",
        "no description",
        "address",
        "hostile address",
        "slug",
        "no slug",
        "no state",
        "state",
    ],
)
def test_each_mark_has_its_own_escaping(name: str, changes: dict[str, object], expected: str) -> None:
    """Text that people write cannot leave the place it is put into."""
    assert filled(f"[{mark(name)}]", **changes) == f"[{expected}]"


@pytest.mark.parametrize("name", ["content", "canonical", "csp"])
def test_a_title_cannot_inject_a_mark(name: str) -> None:
    """What is filled in is never searched for marks."""
    assert filled(f"<title>{mark('title')}</title>", title=mark(name)) == f"<title>{mark(name)}</title>"


def test_links_hold_neighbours_feeds_and_times() -> None:
    """What only some pages have stands in one mark, relative to the page."""
    feed = FeedLink(title='"Ours"', path="history.atom", type="application/atom+xml")
    found = filled(
        mark("links"), previous="incidents/a/", following="", feeds=(feed,), published="2026-11-21T14:00:00Z"
    )
    assert found == (
        '<link rel="prev" href="../../incidents/a/"><link rel="next" href="../.././">'
        '<link rel="alternate" type="application/atom+xml" title="&quot;Ours&quot;" href="../../history.atom">'
        '<meta property="article:published_time" content="2026-11-21T14:00:00Z">'
    )


def test_a_missing_page_links_from_the_base_path() -> None:
    """404.html is shown at any depth, so its links begin at the root of the host."""
    page = dataclasses.replace(PAGE, kind="missing", address="404.html")
    assert base_of(page, SITE) == "/sub/"
    assert base_of(page, Site(name="", url="https://status.example.com/")) == "/"


def test_content_must_have_a_place() -> None:
    """A theme that drops the content is refused, with what to do."""
    with pytest.raises(ShellBroken, match="without its content") as caught:
        Shell.split("incident", "<main></main>")
    assert "super()" in caught.value.hint


def test_an_owners_own_404_page_may_have_no_content() -> None:
    """It is published as the owner wrote it."""
    assert Shell.split("missing", "<h1>Gone fishing</h1>").fill(PAGE, SITE) == b"<h1>Gone fishing</h1>"


def test_an_unknown_mark_is_refused() -> None:
    """A mark that nobody fills would reach readers as a strange word."""
    with pytest.raises(ShellBroken, match="unknown mark `nonsense`"):
        Shell.split("home", mark("content") + mark("nonsense"))


@pytest.mark.parametrize("kind", KINDS)
def test_addresses_have_the_depth_of_their_kind(kind: str) -> None:
    """A shell is drawn at the depth at which all its pages lie."""
    assert PATTERN[kind].count("/") == DEPTH[kind]
