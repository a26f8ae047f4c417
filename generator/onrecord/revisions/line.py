"""What is odd about the line itself: commits whose clocks cannot be true, and pulls that put published commits aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from onrecord.gitio.history import Author
from onrecord.revisions.contradictions import SKEW, outliers
from onrecord.revisions.ledger import Ledger
from onrecord.revisions.publishing import Clocks
from onrecord.revisions.records import Demotion, Misdated

Authors = Callable[[str], Author]


def misdated(ledger: Ledger, author: Authors) -> Iterator[Misdated]:
    """Commits that claim to be older than the one before them, or that were dated ahead, in order."""
    times: Sequence[int] = ledger.rows.get("state", "times") or ()
    found: dict[str, tuple[int, str]] = {}
    for number, against, kind in outliers(times):
        ids = ledger.rows.get("state", "ids")
        width = len(ids) // len(times)
        found[ids[number * width : (number + 1) * width]] = against, kind
    for commit in ledger.state["ahead"]:
        authored = author(commit).authored
        if authored - author(commit).committed > SKEW:
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
