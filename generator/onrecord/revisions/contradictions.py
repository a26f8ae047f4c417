"""Which commits of the line have clocks that contradict the others, and so cannot be true."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import accumulate

from onrecord.settings import AHEAD_MINUTES

SKEW = timedelta(minutes=AHEAD_MINUTES)
"""So far may the clocks of two machines be apart."""


def outliers(times: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """The fewest commits whose times must be wrong for all others to be in order: number, the time it contradicts, how."""
    skew = int(SKEW.total_seconds())
    if not any(time < latest - skew for time, latest in zip(times, accumulate(times, max), strict=True)):
        return
    kept = _in_order(times)
    position = 0
    for number, time in enumerate(times):
        if position < len(kept) and kept[position] == number:
            position += 1
            continue
        if position and time < times[kept[position - 1]] - skew:
            yield number, times[kept[position - 1]], "behind"
        elif position < len(kept) and time > times[kept[position]] + skew:
            yield number, times[kept[position]], "ahead"


def _in_order(times: Sequence[int]) -> list[int]:
    """The most commits whose times rise; of two that contradict each other the earlier one is believed."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = [-1] * len(times)
    for number in range(len(times) - 1, -1, -1):
        place = bisect_right(tails, -times[number])
        before[number] = ends[place - 1] if place else -1
        if place == len(tails):
            tails.append(-times[number])
            ends.append(number)
        else:
            tails[place], ends[place] = -times[number], number
    found, number = [], ends[-1] if ends else -1
    while number >= 0:
        found.append(number)
        number = before[number]
    return found
