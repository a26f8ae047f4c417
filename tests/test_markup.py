"""What Markdown becomes, and what can never come through."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import markup

UPDATES = [
    ("a paragraph", "We are *rolling back*.", "<p>We are <em>rolling back</em>.</p>"),
    ("a heading becomes a bold line", "# Summary\nText", "<p><strong>Summary</strong></p>\n<p>Text</p>"),
    ("a link", "[pay](https://a.example/x)", '<p><a href="https://a.example/x" rel="noopener noreferrer">pay</a></p>'),
    ("a plain address", "See https://a.example/x.", '<p>See <a href="https://a.example/x" rel="noopener noreferrer">https://a.example/x</a>.</p>'),
    ("an address with a query", "https://a.example/?a=1&b=2", '<p><a href="https://a.example/?a=1&amp;b=2" rel="noopener noreferrer">https://a.example/?a=1&amp;b=2</a></p>'),
    ("an address with two hashes", "[chat](https://m.example/#/#a)", '<p><a href="https://m.example/#/%23a" rel="noopener noreferrer">chat</a></p>'),
    ("a plain address with a sign that none holds", "https://a.example/x|y", '<p><a href="https://a.example/x%7Cy" rel="noopener noreferrer">https://a.example/x|y</a></p>'),
    ("an address that leads nowhere", "[pay](https:///x) at http://a.example:99999/", "<p>pay at http://a.example:99999/</p>"),
    ("an address in code", "`https://a.example`", "<p><code>https://a.example</code></p>"),
    ("no script", "<script>alert(1)</script>ok", "ok"),
    ("no handler", '<b onclick="x()">b</b>', "<p><b>b</b></p>"),
    ("no scheme that runs", "[x](javascript:alert(1))", "<p>x</p>"),
    ("no picture", "![x](https://t.example/p.gif)", "<p></p>"),
    ("no style", '<p style="position:fixed">x</p>', "<p>x</p>"),
    ("a control character", "a\x08b", "<p>ab</p>"),
    ("less-than stays text", "load < 5 & rising", "<p>load &lt; 5 &amp; rising</p>"),
]


@pytest.mark.parametrize(("markdown", "expected"), [row[1:] for row in UPDATES], ids=[row[0] for row in UPDATES])
def test_updates(markdown: str, expected: str) -> None:
    """An update becomes exactly this HTML."""
    assert markup.to_html(markdown) == expected


def test_plain_text_keeps_words_and_lines() -> None:
    """Text for feeds and descriptions has the words of every paragraph and item, each on its line."""
    assert markup.to_text("**Paying** fails.\n\n- one\n- two & three\n") == "Paying fails.\none\ntwo & three"


def test_a_summary_ends_between_words() -> None:
    """A summary never breaks a word, unless there is only one."""
    assert markup.summary("Payments fail for about a third of customers.", 24) == "Payments fail for about…"
    assert markup.summary("x" * 40, 10) == "x" * 9 + "…"
    assert markup.summary("Short.", 10) == "Short."


@given(st.text(alphabet="ab1 \n\t\r*_`<&.)-+=#\u00a0\"!", max_size=40))
def test_the_short_way_to_the_words_says_the_same(text: str) -> None:
    """Words without markup are read straight, and are those that the HTML shows."""
    assert markup.to_text(text) == markup.text_of(markup.to_html(text))


@given(st.text())
def test_any_text_becomes_well_formed_harmless_html(text: str) -> None:
    """Whatever is written, the HTML parses as XML (voided elements closed) and runs nothing."""
    html = markup.to_html(text)
    tree = ElementTree.fromstring(f"<div>{html.replace('<br>', '<br/>').replace('<hr>', '<hr/>')}</div>".replace("&nbsp;", " "))
    for element in tree.iter():
        assert element.tag not in {"script", "style", "img", "iframe"}
        assert not any(name.startswith("on") or name == "style" for name in element.attrib)


@given(st.text(alphabet="ab *_`[]()<>\"'&:/.#-!\n", max_size=60))
def test_the_short_way_sanitises_no_less(text: str) -> None:
    """Sanitising once more changes nothing: what skipped the sanitiser had nothing to sanitise."""
    html = markup.to_html(text)
    assert markup._UPDATE_CLEANER.clean(html) == html


def test_an_article_orders_its_headings() -> None:
    """The highest heading becomes h2, none is skipped, and the contents list the h2s."""
    found = markup.article("# Summary\n\ntext\n\n### Detail\n\ntext\n\n# Root cause & effect\n")
    assert '<h2 id="summary">Summary</h2>' in found.html
    assert '<h3 id="detail">Detail</h3>' in found.html
    assert [(h.id, h.text) for h in found.toc] == [("summary", "Summary"), ("root-cause-effect", "Root cause & effect")]


def test_an_article_supports_what_authors_expect() -> None:
    """Tables, admonitions, details, footnotes and fenced code come out as elements."""
    found = markup.article(
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n!!! note \"Mind\"\n    this\n\n??? tip\n    more\n\nText[^1].\n\n[^1]: The note.\n\n```sh\nmake site\n```\n\n- [x] done\n"
    ).html
    for part in ("<table>", 'class="admonition note"', '<p class="admonition-title">Mind</p>', "<details", 'class="footnote"', '<div class="highlight"><pre><code>make<span'):
        assert part in found, part


HOSTILE = [
    ("a remote picture", "![x](https://t.example/p.gif)", "t.example"),
    ("a picture without a scheme", "![x](//t.example/p.gif)", "t.example"),
    ("a picture with backslashes", '<img src="\\\\t.example/p.gif" alt="x">', "t.example"),
    ("a picture with data", "![x](data:image/svg+xml,<svg/onload=alert(1)>)", "data:"),
    ("a script", "<script src=x></script>", "<script"),
    ("a style", "<style>*{display:none}</style>", "display"),
    ("a handler", '<img src="a.png" alt="" onerror="alert(1)">', "onerror"),
    ("a foreign class", '<div class="banner">x</div>', "banner"),
    ("a block in a heading", "## Summary <p>x</p>", "<p>"),
    ("a list in a heading", "## Summary <div><ul><li>x</li></ul></div>", "<li>"),
]


@pytest.mark.parametrize(("markdown", "forbidden"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_an_article_runs_and_fetches_nothing(markdown: str, forbidden: str) -> None:
    """A post-mortem can neither run a script nor ask another host for anything."""
    assert forbidden not in markup.article(markdown).html


def test_an_article_shows_its_own_pictures() -> None:
    """A picture beside the post-mortem stays, with its alternative text."""
    assert '<img alt="Errors a minute" src="errors.png">' in markup.article("![Errors a minute](errors.png)").html


def test_code_has_classes_and_nothing_else() -> None:
    """Highlighting marks what a word is; how it looks is the style's to say."""
    html = markup.article("```python\nreturn None  # why\n```\n").html
    assert '<span class="k">return</span>' in html
    assert '<span class="c1"># why</span>' in html
    assert "style=" not in html
    assert "<span></span>" not in html


def test_only_classes_of_code_come_through() -> None:
    """A span that people write cannot dress up as a state or a chip."""
    assert markup.article('<span class="state major k">x</span>').html == '<p><span class="k">x</span></p>'


def test_diagrams_stay_text_here() -> None:
    """The source of a diagram comes out whole and escaped, in a place where it can be found."""
    html = markup.article('```mermaid\nflowchart TD\n  A["<b>"] --> B\n```\n').html
    assert html == '<pre class="mermaid"><code>flowchart TD\n  A["&lt;b&gt;"] --&gt; B</code></pre>'


def test_columns_keep_their_side() -> None:
    """Alignment is a class, since the page's policy blocks inline style."""
    html = markup.article("| a | b |\n|---|--:|\n| 1 | 2 |\n").html
    assert '<th>a</th>' in html
    assert '<td class="align-right">2</td>' in html


def test_words_of_an_article_are_those_that_are_read() -> None:
    """Neither the signs of Markdown nor the source of a diagram are among them."""
    text = '# One\n\n!!! note "Two"\n    Three[^1].\n\n```mermaid\ngraph TD; a --> b\n```\n\n```\nfour = 4\n```\n\n[^1]: Five\n'
    assert markup.article_text(text) == "One\nTwo\nThree.\nfour = 4\nFive"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Card payments fail: since 13:52", "Card payments fail: since 13:52"),
        ("<script>alert(1)</script> Checkout", "alert(1) Checkout"),
        ("javascript:alert(1)", "alert(1)"),
        ("<javascript:alert(1)>", ""),
        ("a <img src=x onerror=alert(1)", "a"),
        ("<<b>javascript:x", "x"),
    ],
)
def test_bare_text_looks_like_nothing_else(text: str, expected: str) -> None:
    """Some who read a description take text for HTML, so nothing in it looks like any."""
    assert markup.bare(text) == expected


def test_a_refused_address_leaves_words_and_no_link() -> None:
    """A link without an address is no valid HTML, and nothing to press."""
    assert markup.to_html("[click](javascript:x) me") == "<p>click me</p>"


@given(text=st.text(alphabet="abc Z.,;:'()!?-+=/019%$@^{}\"é\n", max_size=40))
def test_mere_words_are_set_as_by_the_library(text: str) -> None:
    """What is known to be words alone is not given to the library, and comes out as if it were."""
    quick = markup.to_html.__wrapped__(text), markup.to_text(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(markup, "_mere_words", lambda _: None)
        assert (markup.to_html.__wrapped__(text), markup.to_text(text)) == quick
