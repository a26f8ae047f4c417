"""Components and groups at T: what their users feel, since when, their days and months, and the records about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from onrecord.model import Component, Dataset, Effect, Group
from onrecord.snapshot.overall import worst
from onrecord.snapshot.records import ComponentView, DayBar, EffectSpan, GroupDay, GroupView, IncidentView
from onrecord.snapshot.uptime import Reckoner, Record


def in_order(dataset: Dataset) -> list[Component]:
    """The components as the page lists them."""
    return dataset.displayed


def reckoned(
    components: Iterable[Component], spans: Mapping[str, Sequence[EffectSpan]], reckoner: Reckoner, first: date
) -> dict[str, Record]:
    """The uptime of each component from the effects on it. `first` is the day with which the months begin of one that has no `since`."""
    return {component.id: reckoner.record(component, spans.get(component.id, ()), first) for component in components}


def component_views(
    components: Sequence[Component],
    incidents: Sequence[IncidentView],
    spans: Mapping[str, Sequence[EffectSpan]],
    records: Mapping[str, Record],
    *,
    today: date,
    groups: Iterable[Group],
) -> tuple[ComponentView, ...]:
    """Every component at T."""
    naming = _by_name(incidents)
    known = {group.id for group in groups}
    return tuple(
        _component_view(c, spans.get(c.id, ()), naming.get(c.id, ()), records[c.id], groups=known, today=today)
        for c in components
    )


def _by_name(incidents: Iterable[IncidentView]) -> Mapping[str, list[IncidentView]]:
    """The records that name each component, in the order in which they come."""
    found: dict[str, list[IncidentView]] = {}
    for view in incidents:
        for component in view.named:
            found.setdefault(component, []).append(view)
    return found


def _component_view(
    component: Component,
    spans: Sequence[EffectSpan],
    incidents: Iterable[IncidentView],
    record: Record,
    *,
    groups: set[str],
    today: date,
) -> ComponentView:
    effect = worst(span.effect for span in spans if span.lasting)
    return ComponentView(
        id=component.id,
        name=component.name,
        description=component.description,
        group=component.group if component.group in groups else None,
        since=component.since,
        retired=component.retired is not None and component.retired <= today,
        retired_on=component.retired,
        ahead=component.since is not None and component.since > today,
        effect=effect,
        effect_since=_since(effect, spans),
        days=record.days,
        uptime=record.uptime,
        months=record.months,
        incidents=tuple(incidents),
        source=component.source,
    )


def _since(effect: Effect, spans: Iterable[EffectSpan]) -> datetime | None:
    """Since when that is the worst effect; of what works, when the last effect ended."""
    if effect is Effect.operational:
        return max((span.span.end for span in spans), default=None)
    return min(span.span.start for span in spans if span.lasting and span.effect is effect)


def group_views(dataset: Dataset, components: Sequence[ComponentView], incidents: Sequence[IncidentView]) -> list[GroupView]:
    """Every group, then the components outside any."""
    found: dict[str | None, list[ComponentView]] = {}
    for view in components:
        found.setdefault(view.group, []).append(view)
    return [
        *(_group(group, found.get(group.id, ()), incidents) for group in dataset.groups),
        _group(None, found.get(None, ()), incidents),
    ]


def _group(group: Group | None, parts: Sequence[ComponentView], incidents: Iterable[IncidentView]) -> GroupView:
    shown = tuple(view for view in parts if not view.retired)
    naming = {incident.id for view in parts for incident in view.incidents}
    return GroupView(
        id=group.id if group else None,
        name=group.name if group else "",
        description=group.description if group else None,
        effect=worst(view.effect for view in shown),
        components=shown,
        days=tuple(_group_day(day) for day in zip(*(view.days for view in shown), strict=True)),
        retired=tuple(view for view in parts if view.retired),
        incidents=tuple(view for view in incidents if view.id in naming),
        source=group.source if group else None,
    )


def _group_day(day: Sequence[DayBar]) -> GroupDay:
    known = [bar.worst for bar in day if bar.worst is not None]
    return GroupDay(
        day=day[0].day,
        worst=worst(known) if known else None,
        incidents=tuple(dict.fromkeys(incident for bar in day for incident in bar.incidents)),
    )
