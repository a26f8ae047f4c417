"""Post-mortems as texts: their front matter edited in its own lines, and their sections."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.authoring import EditRefused, put_in_front, section

FRONT = b"---\nstatus: draft # ours\nactions:\n  - what: 'One'\n    due: 2026-12-01\n---\n"
EDITS = {
    "in place": (FRONT, ("status",), "published", FRONT.replace(b"draft", b"published")),
    "one more key": (FRONT, ("actions", 0, "done"), "2026-12-02", FRONT.replace(b"12-01\n", b"12-01\n    done: 2026-12-02\n")),
    "line ends of Windows": (FRONT.replace(b"\n", b"\r\n"), ("status",), "published", FRONT.replace(b"draft", b"published").replace(b"\n", b"\r\n")),
    "a byte order mark": (b"\xef\xbb\xbf" + FRONT, ("status",), "published", b"\xef\xbb\xbf" + FRONT.replace(b"draft", b"published")),
    "spaces behind the dashes": (FRONT.replace(b"---\n", b"--- \n"), ("status",), "published", FRONT.replace(b"---\n", b"--- \n").replace(b"draft", b"published")),
}


@pytest.mark.parametrize(("before", "keys", "value", "after"), EDITS.values(), ids=EDITS)
def test_edits(before: bytes, keys: tuple[str | int, ...], value: str, after: bytes) -> None:
    """Only the line of the value changes."""
    assert put_in_front(before, keys, value) == after


@given(st.binary(max_size=300))
def test_the_words_stay(words: bytes) -> None:
    """Whatever stands below the front matter is byte for byte what it was."""
    edited = put_in_front(FRONT + words, ("status",), "published")
    assert edited == FRONT.replace(b"draft", b"published") + words


@pytest.mark.parametrize("data", [b"", b"# Words", b"status: draft\n---\n", b"---\nstatus: draft\n"])
def test_no_front_matter(data: bytes) -> None:
    """Refused with what to do."""
    with pytest.raises(EditRefused, match="front matter"):
        put_in_front(data, ("status",), "published")


BODY = "## Summary ##\n\nShort.\n\n# Root cause\n\nLong.\n\n### And\n\nMore.\n"


@pytest.mark.parametrize(("title", "words"), [("Summary", "Short."), ("root CAUSE", "Long."), ("And", "More."), ("Impact", "")])
def test_sections(title: str, words: str) -> None:
    """By their headings of any level, up to the next one."""
    assert section(BODY, title) == words
