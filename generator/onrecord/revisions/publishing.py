"""When each commit of the line came out: by the chain of publications where there is one, else by the committer's word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from onrecord.cache import digest
from onrecord.cache.rows import Rows
from onrecord.revisions.contradictions import SKEW, outliers
from onrecord.revisions.ledger import State
from onrecord.revisions.records import Clock, Publication

IMPORTED = Publication(time=None, clock="unknown", reason="it was imported, so git knows only the day of the import")
TOO_OLD = Publication(time=None, clock="unknown", reason="it is older than the commit from which publication times count")
DRAFT = Publication(time=None, clock="unknown", reason="it was never published")


@dataclass(kw_only=True)
class Clocks:
    """The publication of any commit. `published` has the time at which a commit was deployed, from the chain."""

    rows: Rows
    state: State
    published: Mapping[str, datetime] = field(default_factory=dict)
    since: int = 0
    """The number of the commit from which publication times count."""
    _times: list[int] = field(init=False)
    _line: list[tuple[int, datetime]] = field(init=False)
    _begun: int = field(init=False)
    _known: dict[tuple[int, str, str], Publication] = field(default_factory=dict)
    aside: dict[str, datetime] = field(init=False)
    """Commits that the chain proves were published and that are not on the line any more, and when."""
    astray: tuple[str, ...] = field(init=False)
    """Commits of the chain that the branch does not hold any more."""

    def __post_init__(self) -> None:
        self._line, self.aside = [], {}
        self._times = self.rows.get("state", "times") or []
        astray: list[str] = []
        for commit, time in sorted(self.published.items(), key=lambda item: item[1]):
            row = self.rows.get("commits", commit)
            if row is None:
                astray.append(commit)
            elif row[0] is None:
                self._put_aside(commit, time)
            else:
                self._line.append((row[0], time))
        self.astray = tuple(astray)
        self._begun = self._line[0][0] if self._line else 0
        self._line = _earliest(self._line)

    @cached_property
    def alike(self) -> str | None:
        """A digest of all that says when commits came out beside what each says itself; None where a chain of publications says it of each."""
        return digest([repr((self.since, self.state["pulled"], self._odd)).encode()]) if not self.published else None

    def kind(self, number: int, commit: str, merged: str = "") -> Clock:
        """By which clock the publication of a commit is known."""
        if number < self.since:
            return "unknown"
        return "proven" if (merged or commit) in self.aside or self._deployed(number) is not None else "claimed"

    def of(self, number: int, commit: str, merged: str = "") -> Publication:
        """When what that commit changed came out.

        `number` is where it is on the line, or where it was merged; `merged` is the commit that had it before the merge.
        """
        key = number, commit, merged
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._of(number, commit, merged)
        return known

    def _of(self, number: int, commit: str, merged: str) -> Publication:
        if number < self.since:
            return TOO_OLD
        proven = self.aside.get(merged or commit) or self._deployed(number)
        if proven is not None:
            return Publication(time=proven, clock="proven")
        made = self._aside_made(commit) if self.state["pulled"] else None
        made = made or self._pushed(number) or datetime.fromtimestamp(self._believed(number), UTC)
        return Publication(time=max(made, self._written(merged or commit) or made), clock="claimed")

    def _believed(self, number: int) -> int:
        """When a commit of the line was made: by its own clock, but not before the commit that it was built on."""
        return max(self._times[number], self._odd.get(number, 0))

    @cached_property
    def _odd(self) -> dict[int, int]:
        """The clocks that lie behind those of the commits before them, by number, each with the time that it cannot be before."""
        return {odd: against for odd, against, kind in outliers(self._times) if kind == "behind"}

    def _written(self, commit: str) -> datetime | None:
        """When its author wrote a commit that claims to be older than that, by more than two clocks may be apart."""
        row = self.rows.get("commits", commit) if commit in self.state["ahead"] else None
        return datetime.fromtimestamp(row[2], UTC) if row is not None and row[2] - row[1] > SKEW.total_seconds() else None

    def _aside_made(self, commit: str) -> datetime | None:
        """When a commit that a pull put aside was made: it was out before the merge."""
        row = self.rows.get("commits", commit)
        return datetime.fromtimestamp(row[1], UTC) if row is not None and row[0] is None else None

    def _deployed(self, number: int) -> datetime | None:
        """When the first site was published that held the commit. What is older than the chain is not proven by it."""
        if number <= self._begun:
            return None
        index = bisect_left(self._line, number, key=lambda entry: entry[0])
        return self._line[index][1] if index < len(self._line) else None

    def _pushed(self, number: int) -> datetime | None:
        """Commits that lay on somebody's machine until a pull came out with the merge that the pull made."""
        for merge, commit, fork, _ in self.state["pulled"]:
            if isinstance(fork, int) and isinstance(merge, int) and fork < number < merge:
                return datetime.fromtimestamp(self.rows.get("commits", str(commit))[1], UTC)
        return None

    def _put_aside(self, commit: str, time: datetime) -> None:
        """A deployed commit that a merge put aside proves the time of all that it was built on beside the line."""
        asked = [commit]
        while asked:
            id = asked.pop()
            row = self.rows.get("commits", id)
            if row is not None and row[0] is None and id not in self.aside:
                self.aside[id] = time
                asked += row[7]


def _earliest(entries: Iterable[tuple[int, datetime]]) -> list[tuple[int, datetime]]:
    """By number, each with the earliest time at which it, or one after it, was deployed."""
    found: list[tuple[int, datetime]] = []
    for number, time in sorted(entries, reverse=True):
        earliest = min(time, found[-1][1]) if found else time
        found.append((number, earliest))
    found.reverse()
    return found
