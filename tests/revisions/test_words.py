"""Differences of words: what is formatting, what is not, and that nothing gets lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.revisions.packing import pack_change, unpack_change
from onrecord.revisions.records import Change, ChangeKind, Run
from onrecord.revisions.words import difference, same_words

_TEXTS = st.lists(st.sampled_from(["We", "know", "**now**", "`it`", "- ", "\n\n", "a", "third.", "-5", "~~gone~~", "ü"]), max_size=30).map(" ".join)


def words(text: str) -> list[str]:
    """The words as a reader counts them."""
    return [word for word in (part.strip("*_`\\") for part in text.split()) if word and word != "-"]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("We know.", "We\nknow.", True),
        ("We know.", "*We* **know.**", True),
        ("One\ntwo", "- One\n- two", True),
        ("Why", "## Why", True),
        ("5 fail", "-5 fail", False),
        ("It fails", "~~It fails~~", False),
        ("It fails", "<!-- It fails -->", False),
        ("[help](https://a.example)", "[help](https://b.example)", False),
        ("1,204 payments", "1,205 payments", False),
    ],
)
def test_formatting_is_no_change(before: str, after: str, same: bool) -> None:
    """Line ends, bullets, headings and emphasis say nothing; signs, comments and addresses do."""
    assert same_words(before, after) is same


@given(before=_TEXTS, after=_TEXTS)
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    """What was kept and removed are the words of the older text, what was kept and added those of the newer one."""
    runs = difference(before, after)
    assert words("".join(run.text + " " for run in runs if run.kind != "removed")) == words(after.replace(" - ", " "))
    assert words("".join(run.text + " " for run in runs if run.kind != "added")) == words(before.replace(" - ", " "))
    assert same_words(before, after) == all(run.kind == "kept" for run in runs)


@given(st.builds(Change, kind=st.sampled_from(ChangeKind), path=st.just("a/b.md"), update=st.none() | st.text(min_size=1), key=st.text(), before=st.text(), after=st.text(), living=st.booleans(), diff=st.lists(st.builds(Run, st.sampled_from(["kept", "removed", "added"]), st.text(min_size=1))).map(tuple)))
def test_changes_survive_the_cache(change: Change) -> None:
    """Packed and unpacked, a change is what it was."""
    assert unpack_change(pack_change(change)) == change
