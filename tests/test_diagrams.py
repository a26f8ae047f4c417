"""Diagrams as drawings: what is drawn, what is not, and that it is the same each time."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from onrecord import diagrams
from onrecord.diagrams import Undrawable, draw, words

FLOW = "flowchart LR\n  A[Order] --> B{Seat held?}\n  B -- yes --> C[Ticket]"
SOURCES = [
    ("a flow", FLOW),
    ("a sequence", "sequenceDiagram\n  Ann->>Server: hold F 12\n  Server-->>Ann: yes"),
    ("states", "stateDiagram-v2\n  [*] --> open\n  open --> [*]"),
    ("with front matter of its own", f"---\ntitle: How it goes\n---\n{FLOW}"),
    ("with a look of its own", '%%{init: {"theme": "forest"}}%%\n' + FLOW),
    ("with words that look like markup", 'flowchart TD\n  A["<script>alert(1)</script> & {{ x }}"] --> B'),
]


@pytest.mark.parametrize("source", [row[1] for row in SOURCES], ids=[row[0] for row in SOURCES])
def test_what_is_drawn(source: str) -> None:
    """A drawing is well-formed, runs nothing, has a size, and a name that its content gives it."""
    drawing = draw(source)
    assert drawing is not None
    root = ElementTree.fromstring(drawing.data)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not [e for e in root.iter() if str(e.tag).rpartition("}")[2] in ("script", "foreignObject", "image")]
    assert min(drawing.size) > 20
    draw.cache_clear()
    assert draw(source) == drawing


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "No Mermaid diagram"),
        ("a shopping list", "No Mermaid diagram"),
        ("flowchart TD\n  subgraph", "unexpected end"),
        ("flowchart TD\n" + "  A --> B\n" * 3_000, "more than the 20,000"),
    ],
    ids=["nothing", "no notation", "half of one", "too long"],
)
def test_what_is_not_drawn(source: str, why: str) -> None:
    """What breaks the rules of the notation says so, and never stops a build."""
    with pytest.raises(Undrawable, match=why):
        draw(source)


def test_without_the_library_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is optional."""
    monkeypatch.setattr(diagrams, "_library", lambda: None)
    draw.cache_clear()
    assert draw(FLOW) is None
    draw.cache_clear()


DESCRIBED = [
    ("one line", "flowchart TD\n  accDescr: First A, then B\n  A --> B", "First A, then B"),
    ("a title too", "flowchart TD\n  accTitle: Order\n  accDescr: First A\n  A --> B", "Order First A"),
    ("several lines", "flowchart TD\n  accDescr {\n    First A,\n    then B\n  }\n  A --> B", "First A, then B"),
    ("none", FLOW, ""),
]


@pytest.mark.parametrize(("source", "expected"), [row[1:] for row in DESCRIBED], ids=[row[0] for row in DESCRIBED])
def test_what_it_says_to_those_who_do_not_see_it(source: str, expected: str) -> None:
    """Mermaid's own keys for it count."""
    assert words(source) == expected
