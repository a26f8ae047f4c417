"""Shells: split once, filled for each page, each mark with its own escaping."""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from hashlib import sha256

import pytest

from onrecord.render.artifacts import DEPTH, FeedLink, PageContent
from onrecord.settings import Site
from onrecord.site.assets import Carried
from onrecord.site.guarding import shell_of
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


STYLE = Carried(first="a{b:c}", rest="d>e{f:g}", whole="a{b:c}d>e{f:g}")
OURS = '<link rel="stylesheet" href="assets/onrecord/onrecord.12345678.css">'
CONTENT = "<h1>State</h1><!-- style --><p>More</p><!-- style -->"


def carrying(head: str) -> str:
    """The page of an incident that a crowd comes to, in a shell with that head."""
    shell = shell_of("incident", f'<meta content="{mark("csp")}">{head}{mark("content")}', STYLE)
    page = dataclasses.replace(PAGE, content=CONTENT, sought=True)
    kept = Shell.of_cache("incident", shell.for_cache())
    assert kept == shell
    return kept.fill(page, SITE).decode()


def test_the_rest_of_the_style_follows_the_state() -> None:
    """HTML knows no style below its head, so it stands in a picture; the policy vouches for both."""
    html = carrying(OURS)
    assert html.endswith('<style>a{b:c}</style><h1>State</h1><svg class="vh" aria-hidden="true"><style>d&gt;e{f:g}</style></svg><p>More</p>')
    for style in (STYLE.first, STYLE.rest):
        assert b64encode(sha256(style.encode()).digest()).decode() in html


@pytest.mark.parametrize("own", ['<link rel="stylesheet" href="own.css">', "<style>h1{color:red}</style>"], ids=["a file", "inline"])
def test_style_of_the_owner_goes_before_all_of_ours(own: str) -> None:
    """It stands in the head, so ours stands there whole, before it."""
    assert carrying(OURS + own).endswith(f"<style>{STYLE.whole}</style>{own}<h1>State</h1><p>More</p>")


def test_a_page_that_shares_its_style_has_no_place_for_it() -> None:
    """The same content, when nobody is sought there any more."""
    shell = shell_of("incident", OURS + mark("content"), STYLE)
    assert shell.fill(dataclasses.replace(PAGE, content=CONTENT), SITE).decode() == f"{OURS}<h1>State</h1><p>More</p>"
