"""Blanks in words: found, filled so that sentences stay sentences, and left out with theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.authoring.blanks import blanks, fill, without_optional

FILLED = {
    "one that must be filled": ("We [[do what]] now.", {"do what": "mend it"}, "We mend it now."),
    "a sentence of its own": ("It fails. [[who is affected?]] We look.", {"who is affected?": "customers in the EU"}, "It fails. Customers in the EU. We look."),
    "one that ends itself": ("It fails. [[who?]]", {"who?": "Everyone!"}, "It fails. Everyone!"),
    "two dots are one": ("It is [[what]].", {"what": "over."}, "It is over."),
    "left out with its sentence": ("It fails. [[who?]] We look.", {"who?": ""}, "It fails. We look."),
    "left out in the middle of one": ("It fails. Most of [[whom?]] can pay. We look.", {"whom?": " "}, "It fails. We look."),
    "a paragraph of nothing else": ("It fails.\n\n[[who?]]\n\nWe look.", {"who?": ""}, "It fails.\n\nWe look."),
    "two beside each other": ("[[a?]] [[b?]]", {"a?": "one", "b?": "two"}, "One. Two."),
    "one filled, one left out": ("[[a?]] [[b?]]", {"a?": "", "b?": "two"}, "Two."),
    "one that must be filled cannot stay out": ("We [[do what]].", {"do what": ""}, "We [[do what]]."),
    "others stay": ("[[a]] and [[b]].", {"b": "two"}, "[[a]] and two."),
    "in a list": ("- [[a?]]\n- two", {"a?": "one"}, "- One.\n- two"),
    "lines without one": ("A:\n- b\n- c\n\n[[d?]]", {"d?": "e"}, "A:\n- b\n- c\n\nE."),
    "a full stop inside": ("[[what, e.g. cards?]] We look.", {"what, e.g. cards?": "cards fail"}, "Cards fail. We look."),
}


@pytest.mark.parametrize(("text", "answers", "expected"), FILLED.values(), ids=FILLED)
def test_blanks_are_filled(text: str, answers: dict[str, str], expected: str) -> None:
    """Capitals, full stops and what is left out."""
    assert fill(text, answers) == expected


FOUND = {
    "each once, in order": ("[[b]] [[a?]] [[b]]", ("b", "a?")),
    "spaces around": ("[[ what ]]", ("what",)),
    "code": ("`[[a]]`\n\n```\n[[b]]\n```\n", ()),
    "a link": ("[[1]](https://example.com/)", ()),
    "half of one": ("[[a] and [b]]", ()),
}


@pytest.mark.parametrize(("text", "expected"), FOUND.values(), ids=FOUND)
def test_blanks_are_found(text: str, expected: tuple[str, ...]) -> None:
    """What is asked, and what only looks like it."""
    assert blanks(text) == expected


@given(st.lists(st.sampled_from(["Words.", "Words", "[[a?]]", "[[b?]]", "[[c]]", "\n\n", "\n- ", ", ", ". "]), max_size=30))
def test_what_may_stay_out_is_gone(pieces: list[str]) -> None:
    """No optional blank is left, and a text without any is the same."""
    text = " ".join(pieces)
    assert not [blank for blank in blanks(without_optional(text)) if blank.endswith("?")]
    assert fill("Words.\n\nMore.", {"a?": "x"}) == "Words.\n\nMore."
