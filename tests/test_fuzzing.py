"""A few hundred mutated files for every reader; `make fuzz` throws more, for as long as it is let."""

from __future__ import annotations

import random

import pytest

from fuzzing import loop

EACH = 150


@pytest.mark.parametrize("name", loop.READERS)
def test_readers_take_or_refuse(name: str) -> None:
    """Whatever a file holds, a reader says in its own words what is wrong, within a moment."""
    wrong = [(data, found) for _, data, found in loop.fuzzed([name], random.Random(8), lambda number: number < EACH) if found is not None]
    assert wrong == []


def test_the_loop_finds_what_is_wrong() -> None:
    """A reader that breaks, and one that refuses in foreign words, are found; one that refuses in its own is not."""
    assert "ZeroDivisionError" in (loop.failing(loop.Reader(lambda _: 1 // 0, list), b"") or "")
    assert loop.failing(loop.Reader(lambda _: 1 // 0, list, (ZeroDivisionError,)), b"") is None
    assert loop.failing(loop.Reader(len, list), b"x") is None
