"""Bodies of updates: HTML, Markdown, or both, read as their readers saw them."""

from __future__ import annotations

import pytest

from onrecord.importing.bodies import to_article, to_line, to_words
from onrecord.markup import to_html

BASE = "https://status.tallerie.example/"

BODIES = [
    ("plain words", "We are looking into it.", "We are looking into it."),
    ("Markdown as it was typed", "We see **5xx** errors.", "We see **5xx** errors."),
    ("line ends", "Line one\nLine two: a;b \\ c", "Line one\\\nLine two: a;b \\ c"),
    ("bold lines", "**Update:** one\ntwo", "**Update:** one\\\ntwo"),
    ("paragraphs", "One.\n\nTwo.", "One.\n\nTwo."),
    ("a list", "Affected:\n- API\n- Website\nMore soon.", "Affected:\n- API\n- Website\n\nMore soon."),
    ("a code block", "```\na\nb\n```", "```\na\nb\n```"),
    ("breaks", "A <code>nginx</code> change.<br /><br />Rolling back.<br>Soon.", "A `nginx` change.\n\nRolling back.\\\nSoon."),
    ("breaks around", "<br />It is over.<br /> ", "It is over."),
    ("a list by breaks", "Affected:<br />- API<br />- Website<br />More.", "Affected:\n- API\n- Website\n\nMore."),
    ("line ends and tags", "One.\n\nTwo <b>bold</b>\nthree.", "One.\n\nTwo **bold**\\\nthree."),
    ("a typed rule", "One.<br /><br />---<br />Stamp", "One.\n\n\\---\\\nStamp"),
    ("a rule at the end", "One.<br />---", "One.\\\n\\---"),
    ("blocks", "<p>Hi, <em>all</em>.</p>\n<ul><li>a</li><li>b</li></ul>", "Hi, *all*.\n\n- a\n- b"),
    ("stars in blocks are stars", "<p>2*3*4 and snake_case</p>", "2\\*3\\*4 and snake\\_case"),
    ("a table", "<table><tr><th>Region</th></tr><tr><td>EU</td></tr></table>", "| Region |\n| --- |\n| EU |"),
    ("a link", 'See <a href="https://example.com/a">the guide</a>.', "See [the guide](https://example.com/a)."),
    ("a relative link", '<a href="/incidents/x1">earlier</a>', "[earlier](https://status.tallerie.example/incidents/x1)"),
    ("a picture", '<p><img src="https://example.com/a.png" alt="Errors over time"></p>', "[Errors over time](https://example.com/a.png)"),
    ("a typed picture", "![Errors](https://example.com/a.png)", "[Errors](https://example.com/a.png)"),
    ("no tag at all", "error <nil>, list<string>, `a<b>` and x < y", "error \\<nil>, list\\<string>, `a<b>` and x < y"),
    ("no tag beside tags", "error <nil> in <b>all</b> `map<b>`", "error \\<nil> in **all** `map<b>`"),
    ("entities", "AT&amp;T &lt;b&gt;", "AT&T \\<b>"),
    ("an escaped entity", "write &amp;lt; here", "write \\&lt; here"),
    ("an address in angle brackets", "see <https://example.com/>", "see <https://example.com/>"),
    ("a script", "<script>alert(1)</script>We are back.", "We are back."),
    ("a comment", "Back. <!-- who broke it -->", "Back."),
    ("right to left", "שגיאות <b>5xx</b> — خطا", "שגיאות **5xx** — خطا"),
]


@pytest.mark.parametrize(("body", "markdown"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
def test_bodies(body: str, markdown: str) -> None:
    """Each body becomes the Markdown that a person would have written."""
    assert to_words(body, BASE)[0] == markdown


@pytest.mark.parametrize("body", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>', "<iframe src=//evil.example></iframe>", "&lt;script&gt;alert(1)&lt;/script&gt;"])
def test_nothing_runs(body: str) -> None:
    """Whatever a body holds, its page holds neither a script nor a handler of its own."""
    html = to_html(to_words(body, BASE)[0])
    assert "<script" not in html
    assert "<img" not in html
    assert "<iframe" not in html
    assert "javascript:" not in html


def test_what_is_lost_is_said() -> None:
    """Dropped elements and pictures that became links are named."""
    texts = [remark.text for remark in to_words("<p>a<iframe src='https://example.com/'></iframe><img src='/a.png'></p>", BASE)[1]]
    assert texts[:2] == ["the element `iframe` in a text: updates run and embed nothing", "a picture is a link: updates show no pictures"]


def test_postmortems_keep_their_line_ends() -> None:
    """They are Markdown there, so a single line end means nothing."""
    assert to_article("## What happened\n\nA certificate\nexpired.", BASE)[0] == "## What happened\n\nA certificate\nexpired."
    assert to_article("<h2>What happened</h2><p>It broke.</p>", BASE)[0] == "## What happened\n\nIt broke."


@pytest.mark.parametrize(("text", "line"), [(" REST &  GraphQL <v2>\n", "REST & GraphQL <v2>"), ("Our <a href='https://example.com'>API</a> &amp; more", "Our API & more")])
def test_lines(text: str, line: str) -> None:
    """Names and descriptions are one line of plain words."""
    assert to_line(text) == line


def test_elements_within_elements_within_elements() -> None:
    """Nobody nests so deep but to do harm: the words are kept, and it is said."""
    text, remarks = to_words("<p><small>" * 5_000 + "Down.", None)
    assert text == "Down."
    assert [remark.sort for remark in remarks] == ["lost"]
