"""Characters that nobody sees: their codes are shown where they could make a text read as something else, and nowhere else."""

from __future__ import annotations

import pytest

from onrecord.model import IncidentFile
from onrecord.yamlio import parse
from onrecord.yamlio.text import decode

SHOWN = {
    "turned round": ("a\u202egpj.exe", "a(U+202E)gpj.exe"),
    "split": ("pay\u200bpal\u200d", "pay(U+200B)pal(U+200D)"),
    "a stretch that never ends": ("x \u2067 y", "x (U+2067) y"),
    "a stretch that never began": ("x \u2069 y \u2067", "x (U+2069) y (U+2067)"),
    "letters that only machines read": ("x\U000e0041\U000e0042y", "x(U+E0041)y"),
}
KEPT = {
    "an isolated stretch": "\u0634\u0643\u0631\u0627 \u2067abc\u2069.",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a flag": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a Persian word": "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Thai words": "\u0e44\u0e17\u0e22\u200b\u0e44\u0e17\u0e22",
    "combining marks": "Z\u0361\u0300\u0301\u0302algo",
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.values(), ids=SHOWN)
def test_tricks_are_shown(text: str, shown: str) -> None:
    """With one warning a line, and the same through an escape, which is seen in the file itself."""
    found, problems = decode(text.encode(), "a.md")
    assert (found, [(p.slug, p.level) for p in problems]) == (shown, [("hidden-character", "warning")])
    escaped = "".join(f"\\U{ord(c):08x}" if not c.isascii() else c for c in text)
    record, _ = parse(f'title: "{escaped}"\n'.encode(), "a.yml", IncidentFile)
    assert record is not None
    assert record.title == shown


def test_the_warning_has_a_place() -> None:
    """The line and the letter; and no more than a few in one file."""
    _, problems = decode(b"ab\n" + "pay\u200bpal\n".encode() * 9, "a.md")
    assert [str(problem.place) for problem in problems] == [f"a.md:{line}:4" for line in range(2, 7)]


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_people_write_stays(text: str) -> None:
    """In every script."""
    assert decode(text.encode(), "a.md") == (text, [])
