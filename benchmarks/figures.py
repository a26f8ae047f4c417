"""How the benchmarks say figures: the middle of several runs, with the smallest and the largest, and ratios of middles."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """The median, and in brackets from the smallest to the largest."""
    return f"{median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def ratio(values: Sequence[float], base: Sequence[float]) -> str:
    """How many times the median of `base` that of `values` is; a dash where there is no base."""
    middle = median(base) if base else 0
    return f"{median(values) / middle:.2f}" if middle else "–"
