"""What is odd about the line itself: commits whose clocks cannot be true, and pulls that put published commits aside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from onrecord.gitio.history import Author
from onrecord.revisions.ledger import Ledger
from onrecord.revisions.publishing import Clocks
from onrecord.revisions.records import Demotion, Misdated
from onrecord.settings import AHEAD_MINUTES

_SKEW = timedelta(minutes=AHEAD_MINUTES)
"""So far may the clocks of two machines be apart."""

Authors = Callable[[str], Author]


def misdated(ledger: Ledger, author: Authors) -> Iterator[Misdated]:
    """Commits that claim to be older than the one before them, or that were dated ahead, in order."""
    times: Sequence[int] = ledger.rows.get("state", "times") or ()
    skew = int(_SKEW.total_seconds())
    found: dict[str, tuple[int, str]] = {}
    if any(later < earlier - skew for earlier, later in pairwise(times)):
        ids = ledger.rows.get("state", "ids")
        width = len(ids) // len(times)
        for number, against, kind in _outliers(times, skew):
            found[ids[number * width : (number + 1) * width]] = against, kind
    for commit in ledger.state["ahead"]:
        authored = author(commit).authored
        if authored - author(commit).committed > _SKEW:
            found.setdefault(commit, (int(authored.timestamp()), "authored"))
    for commit, (against, kind) in found.items():
        records = tuple(id for id in ledger.rows.get("commits", commit)[8] if id)
        yield Misdated(commit=author(commit), against=datetime.fromtimestamp(against, UTC), kind=kind, records=records)  # type: ignore[arg-type]


def demotions(ledger: Ledger, clocks: Clocks, author: Authors) -> Iterator[Demotion]:
    """Merges that put published commits on their second parent, as their message or the chain of publications says."""
    seen: set[str] = set()
    for number, merge, _, commits in ledger.state["pulled"]:
        aside = [str(commit) for commit in commits] if isinstance(commits, list) else []
        seen |= set(aside)
        yield _demotion(ledger, clocks, author, (int(str(number)), str(merge), aside))
    for merge, commits in _proven(ledger, clocks, seen).items():
        yield _demotion(ledger, clocks, author, (ledger.rows.get("commits", merge)[0], merge, commits))


def _demotion(ledger: Ledger, clocks: Clocks, author: Authors, found: tuple[int, str, Sequence[str]]) -> Demotion:
    number, merge, commits = found
    records = dict.fromkeys(id for commit in commits for id in ledger.rows.get("commits", commit)[8])
    return Demotion(
        merge=author(merge),
        publication=clocks.of(number, merge),
        commits=tuple(author(commit) for commit in commits),
        records=tuple(records),
        proven=any(commit in clocks.aside for commit in commits),
    )


def _proven(ledger: Ledger, clocks: Clocks, seen: set[str]) -> dict[str, list[str]]:
    """Commits that the chain proves were published beside the line, by the merge that brought them."""
    found: dict[str, list[str]] = {}
    for commit in clocks.aside:
        merge = ledger.rows.get("commits", commit)[9]
        if commit not in seen and merge:
            found.setdefault(merge, []).append(commit)
    return found


def _outliers(times: Sequence[int], skew: int) -> Iterator[tuple[int, int, str]]:
    """The fewest commits whose times must be wrong for all others to be in order: number, the time it contradicts, how."""
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
