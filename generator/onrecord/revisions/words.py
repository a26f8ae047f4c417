"""Two versions of a text compared by their words: what was kept, removed and added; mere formatting is no difference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from onrecord.revisions.records import Run

_WORD = re.compile(r"\S+\s*")
_BEGINS_A_LINE = re.compile(r"^[ \t]*(?:[-*+]|#{1,6})[ \t]+", re.MULTILINE)
_MARKS = "*_`\\"
"""Emphasis, code and escapes: they set words, and say nothing."""
_LONG = 2_000
"""Longer texts are compared with common words left to their neighbours, or it would take seconds."""


def same_words(before: str, after: str) -> bool:
    """Whether both say the same, however they are wrapped and set."""
    return before == after or [key for key, _ in _words(before)] == [key for key, _ in _words(after)]


def difference(before: str, after: str) -> tuple[Run, ...]:
    """The runs of words from the older text to the newer one, in order; kept words are set as in the newer text."""
    old, new = _words(before), _words(after)
    keys = [key for key, _ in old], [key for key, _ in new]
    matcher = SequenceMatcher(None, *keys, autojunk=max(len(old), len(new)) > _LONG)
    runs: list[Run] = []
    for what, left, left_end, right, right_end in matcher.get_opcodes():
        if what == "equal":
            runs.append(Run("kept", _joined(new[right:right_end])))
            continue
        if left_end > left:
            runs.append(Run("removed", _joined(old[left:left_end])))
        if right_end > right:
            runs.append(Run("added", _joined(new[right:right_end])))
    return tuple(runs)


def _joined(words: Iterable[tuple[str, str]]) -> str:
    return "".join(text for _, text in words)


def _words(text: str) -> Sequence[tuple[str, str]]:
    """Each word as it is compared, and as it stands with the space behind it."""
    plain = _BEGINS_A_LINE.sub("", text)
    found = ((word.group().strip().strip(_MARKS), word.group()) for word in _WORD.finditer(plain))
    return [(key, word) for key, word in found if key]
