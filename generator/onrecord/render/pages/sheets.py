"""The pages of a month: one, or several of a month with many records."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.snapshot.records import IncidentView, MonthView

LISTED, WHOLE = 200, 50
"""So many records stand on one page of a month, in a line or two each; so many of an archived one, with all their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of a month: the whole month, or a part of a long one. `number` counts from 1, the newest."""

    view: MonthView
    number: int
    count: int

    @property
    def key(self) -> str:
        """What stands in its address; the first page of a month has that of the month."""
        return self.view.key if self.number == 1 else f"{self.view.key}-page-{self.number}"

    @property
    def address(self) -> str:
        return f"history/{self.key}/"

    @property
    def records(self) -> tuple[IncidentView, ...]:
        """What stands on it, newest first."""
        length = _length(self.view)
        return self.view.incidents[(self.number - 1) * length : self.number * length]


def sheets(view: MonthView) -> list[Sheet]:
    """The pages of a month, newest records first."""
    count = -(-len(view.incidents) // _length(view))
    return [Sheet(view=view, number=number, count=count) for number in range(1, count + 1)]


def _length(view: MonthView) -> int:
    return WHOLE if view.archived else LISTED
