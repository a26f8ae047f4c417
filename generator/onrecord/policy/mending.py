"""Whether a change of published words mends their spelling, or says something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from onrecord.revisions.records import Run

Manner = Literal["typo", "correction", "rewrite"]
_LETTERS = re.compile(r"\W+")
_SHORTEST, _SHORTEST_SWAP = 5, 3
"""Shorter words mean another thing with one letter changed (now, not), or with two swapped."""


def manner(runs: Sequence[Run]) -> Manner:
    """What kind of change the runs make: a typo, a correction of at most half of the words, or a rewrite.

    Only what cannot change the meaning is a typo: one wrong letter within a long word, two that were swapped,
    a capital, a mark, or a word that stood there twice. Figures are never one.
    """
    if all(_is_mended(runs, n) for n, run in enumerate(runs) if run.kind == "removed") and all(
        n and runs[n - 1].kind == "removed" for n, run in enumerate(runs) if run.kind == "added"
    ):
        return "typo"
    removed = sum(len(run.text.split()) for run in runs if run.kind == "removed")
    kept = sum(len(run.text.split()) for run in runs if run.kind == "kept")
    return "correction" if kept and kept >= removed else "rewrite"


def _is_mended(runs: Sequence[Run], number: int) -> bool:
    old = runs[number].text.split()
    if number + 1 < len(runs) and runs[number + 1].kind == "added":
        new = runs[number + 1].text.split()
        return len(old) == len(new) and all(map(is_spelling, old, new))
    around = [run.text.split() for run in (*runs[number - 1 : number], *runs[number + 1 : number + 2])]
    return len(old) == 1 and any(old[0] in (words[0], words[-1]) for words in around if words)


def is_spelling(old: str, new: str) -> bool:
    """Whether both are one word, once misspelt."""
    if any(c.isdigit() for c in old + new):
        return False
    one, other = (_LETTERS.sub("", word).casefold() for word in (old, new))
    if one == other:
        return bool(one)
    if one[:1] != other[:1]:
        return False
    if sorted(one) == sorted(other):
        return len(one) >= _SHORTEST_SWAP and _is_swapped(one, other)
    return min(len(one), len(other)) >= _SHORTEST and _is_one_off(one, other)


def _is_swapped(one: str, other: str) -> bool:
    n = next(n for n, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
    return one[n : n + 2] == other[n : n + 2][::-1] and one[n + 2 :] == other[n + 2 :]


def _is_one_off(one: str, other: str) -> bool:
    n = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[n + 1 :] == other[n + 1 :] or one[n:] == other[n + 1 :] or one[n + 1 :] == other[n:]
