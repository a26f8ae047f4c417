"""Which clocks of a line of commits cannot be true: the fewest, and none for the few minutes by which machines differ."""

from __future__ import annotations

import pytest

from onrecord.revisions.contradictions import outliers

HOUR, SKEW = 3600, 300
CASES: dict[str, tuple[list[int], list[tuple[int, int, str]]]] = {
    "none": ([], []),
    "in order": ([0, 0, HOUR], []),
    "as far apart as clocks may be": ([0, SKEW, 0], []),
    "a second farther": ([0, SKEW + 1, 0], [(2, SKEW + 1, "behind")]),
    "an hour behind": ([0, 2 * HOUR, HOUR, 3 * HOUR], [(2, 2 * HOUR, "behind")]),
    "far ahead, and two came after it": ([0, 9 * HOUR, HOUR, 2 * HOUR], [(1, HOUR, "ahead")]),
    "the first is ahead of all": ([9 * HOUR, HOUR, 2 * HOUR], [(0, HOUR, "ahead")]),
    "only two, and the earlier one is believed": ([9 * HOUR, 0], [(1, 9 * HOUR, "behind")]),
    "a drift of which no step is too long": ([3 * SKEW, 2 * SKEW, SKEW], [(2, 3 * SKEW, "behind")]),
    "just behind enough, beside one that is far ahead": ([0, 1000, 1000 - SKEW, 9000, 2000], [(4, 9000, "behind")]),
    "just ahead enough, beside one that is far ahead": ([0, 1000 + SKEW, 1000, 1100, 9000, 2000, 3000], [(4, 2000, "ahead")]),
    "the last one is only a little behind": ([0, 2 * HOUR, HOUR, 3 * HOUR, 3 * HOUR - 100], [(2, 2 * HOUR, "behind")]),
    "two are behind": ([0, 5 * HOUR, HOUR, 6 * HOUR, 2 * HOUR, 7 * HOUR], [(2, 5 * HOUR, "behind"), (4, 6 * HOUR, "behind")]),
}


@pytest.mark.parametrize(("times", "expected"), CASES.values(), ids=CASES)
def test_outliers(times: list[int], expected: list[tuple[int, int, str]]) -> None:
    """Each with its number, the time that it contradicts, and whether it is behind that or ahead of it."""
    assert list(outliers(times)) == expected
