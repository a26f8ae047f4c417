"""What nearly every page and every audit asks of all records, in a row for each year instead of a dossier for each record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from onrecord.revisions.dossier import Point
from onrecord.revisions.ledger import Ledger
from onrecord.revisions.publishing import IMPORTED, Clocks
from onrecord.revisions.records import Publication


class Published(Mapping[str, Mapping[str, Publication]]):
    """For each record, when each of its updates came out: all that a build asks of most records, and nothing more is read."""

    def __init__(self, ledger: Ledger, clocks: Clocks) -> None:
        self._clocks = clocks
        self._ledger = ledger

    @cached_property
    def _points(self) -> dict[str, dict[str, Point | None]]:
        return {id: points for _, year in self._ledger.rows.all("points") for id, points in year.items()}

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many updates came out by which clock."""
        points = (point for updates in self._points.values() for point in updates.values())
        return Counter("unknown" if point is None else self._clocks.kind(*parts_of(point)) for point in points)

    def __getitem__(self, id: str) -> Mapping[str, Publication]:
        return {update: IMPORTED if point is None else self._clocks.of(*parts_of(point)) for update, point in self._points[id].items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._points)

    def __len__(self) -> int:
        return len(self._points)


class Yearly(Mapping[str, str]):
    """A word about each record, of a table that has one row a year: `titles`, and `digests` of the dossiers."""

    def __init__(self, ledger: Ledger, table: str) -> None:
        self._ledger = ledger
        self._table = table

    @cached_property
    def _words(self) -> dict[str, str]:
        return {id: word for _, year in self._ledger.rows.all(self._table) for id, word in year.items()}

    def __getitem__(self, id: str) -> str:
        return self._words[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def parts_of(point: Point) -> tuple[int, str, str]:
    """The number, the commit whose clock counts, and the merged commit."""
    number, commit, merged = point
    return int(number), str(commit), str(merged)
