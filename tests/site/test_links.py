"""Links from people's pages to what the generator writes."""

from __future__ import annotations

import pytest

from onrecord.site.links import GeneratedLinks, generated, settle


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("incidents/2026-11-21-x/", "incidents/2026-11-21-x/"),
        ("incidents/2026-11-21-x", "incidents/2026-11-21-x/"),
        ("../incidents/2026-11-21-x/index.md#k3f9", "incidents/2026-11-21-x/#k3f9"),
        ("/incidents/2026-11-21-x.md", "incidents/2026-11-21-x/"),
        ("./incidents/2026-11-21-x/postmortem/", "incidents/2026-11-21-x/postmortem/"),
        ("/history/2026-11/", "history/2026-11/"),
        ("history.atom", "history.atom"),
        ("/now.json?fresh", "now.json?fresh"),
        ("about.md", None),
        ("guide/history.md", None),
        ("https://example.com/incidents/x/", None),
        ("//example.com/history/", None),
        ("#history", None),
        ("mailto:history@example.com", None),
        ("historyless/", None),
    ],
)
def test_targets(link: str, expected: str | None) -> None:
    """All the ways in which people write such a link are understood, and no other link is touched."""
    assert GeneratedLinks({"about.md", "guide/history.md"}).target(link) == expected


def test_the_owners_own_file_wins() -> None:
    """A page that is there is what a link beside it means."""
    links = GeneratedLinks({"guide/history.md"})
    links.source = "guide/index.md"
    assert links.target("history.md") is None
    links.source = "other.md"
    assert links.target("history.md") == "history/"


def test_settle_makes_them_relative() -> None:
    """Only what was marked changes."""
    html = '<a href="onrecord:history/">a</a> <a href="b/">onrecord:</a>'
    assert settle(html, "../../") == '<a href="../../history/">a</a> <a href="b/">onrecord:</a>'


def test_generated() -> None:
    """The addresses that people's pages cannot have."""
    assert generated("incidents/x/")
    assert generated("404.html")
    assert not generated("about/")
