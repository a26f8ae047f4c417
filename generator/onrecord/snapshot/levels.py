"""Service levels: what each promised for each month, what came of it, and what is owed.

The uptime of a level is that of the components which it covers, looked at as one: at each moment
the component whose effect weighs most counts, once. A mean over components would let an outage
weigh less the more parts are listed beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from onrecord.model import Component, CreditTier, ServiceLevel
from onrecord.snapshot.records import MonthUptime
from onrecord.snapshot.reliability import LevelMonth, LevelView
from onrecord.snapshot.uptime import Reckoner, Record


def level_views(
    levels: Iterable[ServiceLevel], components: Sequence[Component], records: Mapping[str, Record], reckoner: Reckoner, first: date
) -> tuple[LevelView, ...]:
    """Every service level with its months. `records` are the uptimes of the components, `first` is the first day of the page."""
    return tuple(_view(level, covered(level, components), records, reckoner, first) for level in levels)


def covered(level: ServiceLevel, components: Iterable[Component]) -> list[Component]:
    """The components that the level covers, in display order; those that it names and that do not exist are left out."""
    return [component for component in components if not level.components or component.id in level.components]


def _view(
    level: ServiceLevel, components: Sequence[Component], records: Mapping[str, Record], reckoner: Reckoner, first: date
) -> LevelView:
    months = reckoner.together(components, records, first) if components else ()
    tiers = tuple(sorted(level.credits, key=lambda tier: -tier.below))
    return LevelView(
        name=level.name,
        target=level.target,
        components=tuple(component.id for component in components),
        everything=not level.components,
        tiers=tiers,
        months=tuple(_months(months, level, reckoner)),
    )


def _months(months: Iterable[MonthUptime], level: ServiceLevel, reckoner: Reckoner) -> Iterator[LevelMonth]:
    for month in months:
        percent = month.uptime.percent
        yield LevelMonth(
            year=month.year,
            month=month.month,
            running=month.uptime.span.end > reckoner.calendar.at,
            uptime=month.uptime,
            working=month.working,
            met=percent >= level.target if percent is not None else None,
            credit=tier(level.credits, percent),
            allowed=round(month.working.known * (100 - level.target) / 100, 2),
        )


def tier(credits: Iterable[CreditTier], percent: float | None) -> CreditTier | None:
    """The tier with the lowest bound that the figure is below, None where it is below none."""
    return min((t for t in credits if percent is not None and percent < t.below), key=lambda t: t.below, default=None)
