"""Service levels as first published: the figure of a month from the records as they stood when it ended, beside the one of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from onrecord.model import Component
from onrecord.snapshot.incidents import incident_views
from onrecord.snapshot.levels import tier
from onrecord.snapshot.records import EffectSpan, IncidentView
from onrecord.snapshot.reliability import LevelMonth, LevelView, Month, Stood
from onrecord.snapshot.uptime import Reckoner, by_component
from onrecord.times import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an earlier figure is reckoned with: today's records, in whose place earlier ones are put."""

    incidents: Sequence[IncidentView]
    components: Sequence[Component]
    order: Mapping[str, int]
    reckoner: Reckoner

    def spans(self, stood: Stood, month: Span) -> Mapping[str, Sequence[EffectSpan]]:
        """The effects on each component in that month as they were known when it ended."""
        old = incident_views((record for record in stood.values() if record is not None), month.end, self.order)
        kept = (view for view in self.incidents if view.id not in stood)
        found = (span for view in (*old, *kept) for span in view.spans)
        return by_component(span for span in found if span.span.start < month.end and span.span.end > month.start)


def revised(levels: Iterable[LevelView], stood: Mapping[Month, Stood], basis: Basis) -> tuple[LevelView, ...]:
    """The levels, with the figure as first published in each month where it differs from that of today."""
    if not stood:
        return tuple(levels)
    return tuple(replace(level, months=tuple(_month(month, level, stood, basis) for month in level.months)) for level in levels)


def _month(month: LevelMonth, level: LevelView, stood: Mapping[Month, Stood], basis: Basis) -> LevelMonth:
    then = stood.get((month.year, month.month))
    if then is None or month.running:
        return month
    components = [component for component in basis.components if component.id in level.components]
    first = basis.reckoner.month(components, basis.spans(then, month.uptime.span), month.uptime.span)
    if first.percent == month.uptime.percent:
        return month
    return replace(month, first=first, first_credit=tier(level.tiers, first.percent))
