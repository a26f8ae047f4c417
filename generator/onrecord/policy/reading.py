"""How easily a text reads, for English: Flesch's reading ease, with the syllables that a hyphenation dictionary counts."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyphen import Pyphen

FEWEST_WORDS = 40
"""Of fewer words the figure says nothing."""
_MOST_WORDS = 400
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_END = re.compile(r"[.!?:;]+(?=\s|$)|\n\s*\n|\n(?=\s*[-*])")
_LETTERS_A_SYLLABLE = 2.6
"""Fewer letters make no syllable on average: with this many the figure comes out too low, never too high."""


def ease(text: str) -> float | None:
    """Flesch's reading ease of the first words: 100 is very easy, below 30 is for scholars. None of a text that is too short.

    Easy texts are told by the length of their words alone; the dictionary is read only for the others.
    """
    words = _WORD.findall(text)[:_MOST_WORDS]
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, sum(1 for part in _END.split(text) if _WORD.search(part)))
    length = len(words) / sentences if len(words) < _MOST_WORDS else 20.0
    at_least = _flesch(length, sum(map(len, words)) / _LETTERS_A_SYLLABLE / len(words))
    return at_least if at_least > 50 else _flesch(length, sum(map(_syllables, words)) / len(words))


def _flesch(words_a_sentence: float, syllables_a_word: float) -> float:
    return 206.835 - 1.015 * words_a_sentence - 84.6 * syllables_a_word


def _syllables(word: str) -> int:
    return len(_dictionary().positions(word[:40])) + 1


@cache
def _dictionary() -> Pyphen:
    from pyphen import Pyphen

    return Pyphen(lang="en_US", left=1, right=1)
