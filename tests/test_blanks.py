"""Blanks and comments: what counts as one, and what is code."""

from __future__ import annotations

import pytest

from onrecord.authoring.blanks import says_nothing
from onrecord.blanks import left_blank, without_comments

BLANKS = {
    "none": ("No blank [here] at [all](x).", []),
    "with its place": ("One\n\nAnd [[ who? ]] said [[what]].", [("who?", 3, 5), ("what", 3, 21)]),
    "a link is none": ("[[1]](https://example.com)", []),
    "code holds none": ("`[[a]]` and\n```sh\n[[ -f x ]]\n```\n[[b]]", [("b", 5, 1)]),
    "an open fence": ("```\n[[a]]", []),
    "over two lines": ("[[a\nb]]", []),
}
COMMENTS = {
    "none": ("1 < 2 --> 3", "1 < 2 --> 3"),
    "in a line": ("a <!-- b --> c", "a  c"),
    "over lines": ("a\n\n<!-- b\n\nc -->\n\nd", "a\n\n\n\nd"),
    "never closed": ("a\n\n<!-- b\n\nc", "a\n\n"),
    "never closed, in a line, where pages show it": ("a <!-- b", "a <!-- b"),
    "in code": ("`<!-- a -->` <!-- b -->\n```\n<!-- c -->\n```\n", "`<!-- a -->` \n```\n<!-- c -->\n```\n"),
}


@pytest.mark.parametrize(("text", "expected"), BLANKS.values(), ids=BLANKS)
def test_blanks(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Each with its line and column."""
    assert [tuple(blank) for blank in left_blank(text)] == expected


@pytest.mark.parametrize(("text", "expected"), COMMENTS.values(), ids=COMMENTS)
def test_comments(text: str, expected: str) -> None:
    """What readers of a page do not see, readers of the API do not see either."""
    assert without_comments(text) == expected


ASKS = "We know what is wrong. [[what it is]] Checkout may fail.\n\nWe put it right: [[how?]] Soon."


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("We know what is wrong. Checkout may fail.\n\nSoon.", True),
        ("We know what is wrong.\nCheckout may fail. We put it right: Soon.", True),
        ("Checkout may fail.", True),
        ("We know what is wrong. A cable broke. Checkout may fail.", False),
        ("A cable broke.", False),
    ],
    ids=["all blanks deleted", "their brackets deleted", "nearly all deleted", "filled", "another text"],
)
def test_words_that_only_the_template_says(text: str, nothing: bool) -> None:
    """Where it asked for something that must be said, its own sentences are no news."""
    assert says_nothing(text, ASKS) is nothing
    assert not says_nothing(text, ASKS.replace("[[what it is]]", "[[what it is?]]"))
