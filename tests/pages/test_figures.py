"""What post-mortems show beside their words."""

from __future__ import annotations

import re

import pytest

from onrecord import diagrams, markup
from onrecord.diagrams import draw
from onrecord.model import Postmortem, PostmortemFile
from onrecord.render.pages.figures import drawings, dress
from onrecord.templating import Language

FLOW = "flowchart LR\n  accDescr: First A, then B\n  A --> B"


def shown(body: str, **facts: object) -> str:
    """The article of that text as its page shows it."""
    story = Postmortem(path="p/postmortem.md", head=PostmortemFile(), body=body, **facts)  # type: ignore[arg-type]
    return str(dress(markup.article(body).html, story, Language()))


PICTURES = [
    (
        "a picture keeps its place",
        "![Errors](a.png)",
        '<figure class="picture"><img src="a.png" alt="Errors" width="200" height="100" loading="lazy" decoding="async"></figure>',
    ),
    (
        "its title is the caption",
        '![Errors](a.png "By the minute")',
        '<figure class="picture"><img src="a.png" alt="Errors" width="200" height="100" loading="lazy" decoding="async"><figcaption><span>By the minute</span></figcaption></figure>',
    ),
    (
        "a wide one can be seen in full size",
        "![Errors](wide.png)",
        '<figure class="picture"><img src="wide.png" alt="Errors" width="900" height="300" loading="lazy" decoding="async"><figcaption><a href="wide.png">Show it in full size</a></figcaption></figure>',
    ),
    (
        "one that only a phone shrinks, there",
        "![Errors](middle.png)",
        '<figure class="picture"><img src="middle.png" alt="Errors" width="400" height="300" loading="lazy" decoding="async"><figcaption><a href="middle.png" class="narrow">Show it in full size</a></figcaption></figure>',
    ),
    (
        "one inside a line stays there",
        "See ![Errors](a.png) here",
        '<p>See <img src="a.png" alt="Errors" width="200" height="100" loading="lazy" decoding="async"> here</p>',
    ),
    (
        "a width that the author gives counts",
        '<img src="wide.png" alt="Errors" width="450">',
        '<figure class="picture"><img src="wide.png" alt="Errors" width="450" height="150" loading="lazy" decoding="async"><figcaption><a href="wide.png">Show it in full size</a></figcaption></figure>',
    ),
    (
        "a name with blanks",
        "![Errors](<a b.png>)",
        '<figure class="picture"><img src="a%20b.png" alt="Errors" width="20" height="10" loading="lazy" decoding="async"></figure>',
    ),
    (
        "one without a size",
        "![Errors](sizeless.svg)",
        '<figure class="picture"><img src="sizeless.svg" alt="Errors" loading="lazy" decoding="async"><figcaption><a href="sizeless.svg">Show it in full size</a></figcaption></figure>',
    ),
    ("one that is not published", "![Errors & more](gone.png)", '<p><span class="absent">A picture is missing here: Errors &amp; more</span></p>'),
    ("one from elsewhere", "![Errors](https://t.example/x.png)", '<p><span class="absent">A picture is missing here: Errors</span></p>'),
]
SIZES = {"a.png": (200, 100), "wide.png": (900, 300), "middle.png": (400, 300), "a b.png": (20, 10)}


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in PICTURES], ids=[row[0] for row in PICTURES])
def test_pictures(body: str, expected: str) -> None:
    """A picture has its size, so that nothing jumps, and is loaded when it comes near."""
    found = shown(body, pictures=(*SIZES, "sizeless.svg"), sizes=SIZES)
    assert found == expected


def test_a_hostile_picture_is_text() -> None:
    """Words around a picture cannot become markup."""
    found = shown('![" onerror="alert(1) <table>](a.png "<script>alert(1)</script>")', pictures=("a.png",), sizes=SIZES)
    assert "<script" not in found
    assert "<table" not in found
    assert not re.search(r"<[^>]*\sonerror=", re.sub(r'"[^"]*"', '""', found))


def test_tables_scroll_in_a_box_of_their_own() -> None:
    """The box has a name and can be reached by keyboard; nested tables have their own."""
    found = shown("| What | How *many* |\n|---|---|\n| A | 1 |\n")
    assert found.startswith('<div class="scroll" role="group" aria-label="Table: What, How many" tabindex="0"><table>')
    assert found.endswith("</table></div>")
    nested = shown("<table><tr><td><table><tr><td>x</td></tr></table></td></tr></table>")
    assert nested.count("<div") == nested.count("</div>") == 2
    assert 'aria-label="Table"' in nested


def test_a_diagram_is_a_picture_with_its_source_below() -> None:
    """Drawn, described, sized, and still text for whoever wants it."""
    found = shown(f"```mermaid\n{FLOW}\n```\n", diagrams=(f"{FLOW}\n",))
    drawing = draw(FLOW)
    assert drawing is not None
    assert f'<img src="{drawing.name}" alt="First A, then B" width="{drawing.size.width}" height="{drawing.size.height}" loading="lazy"' in found
    assert "<summary>Source of the diagram</summary><pre><code>flowchart LR" in found


def test_a_wide_diagram_scrolls_and_is_not_shrunk_to_nothing() -> None:
    """Its words stay as large as words are."""
    source = "flowchart LR\n  " + " --> ".join(f"N{i}[Number {i}]" for i in range(9))
    found = shown(f"```mermaid\n{source}\n```\n", diagrams=(source,))
    assert '<figure class="picture diagram"><div class="scroll" role="group" aria-label="Diagram" tabindex="0"><img' in found


@pytest.mark.parametrize("source", ["flowchart\n  subgraph", FLOW], ids=["broken", "without the library"])
def test_a_diagram_that_cannot_be_drawn_is_its_source(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost, and no picture is missing."""
    monkeypatch.setattr(diagrams, "_library", diagrams._library if source != FLOW else lambda: None)
    draw.cache_clear()
    found = shown(f"```mermaid\n{source}\n```\n", diagrams=(source,))
    draw.cache_clear()
    assert "<img" not in found
    assert f"<pre><code>{source.replace('>', '&gt;')}</code></pre>" in found
    assert "in the notation of Mermaid" in found


def test_drawings_are_those_that_the_page_shows() -> None:
    """Each is published under the name by which the page asks for it; broken ones are left out."""
    story = Postmortem(path="p", head=PostmortemFile(), body="", diagrams=(f"{FLOW}\n", "flowchart\n  subgraph"))
    assert [d.name for d in drawings(story)] == [d.name for d in (draw(FLOW),) if d]


def test_the_way_back_from_a_footnote_has_a_name() -> None:
    """An arrow alone says nothing to a screen reader."""
    found = shown("Text[^1].\n\n[^1]: The note.\n")
    assert 'class="footnote-backref" href="#fnref:1" aria-label="Back to the text"' in found


def test_signs_in_the_words_of_a_picture_end_no_element() -> None:
    """Whatever a sanitiser leaves as it is inside quotes: no word of it becomes an element."""
    story = Postmortem(path="p/postmortem.md", head=PostmortemFile(), body="", pictures=("a.png",), sizes={})
    html = dress('<p><img alt="a > <script>b</script>" src="a.png"></p>', story, Language())
    assert str(html).startswith('<figure class="picture"><img src="a.png" alt="a &gt; &lt;script&gt;b&lt;/script&gt;"')
