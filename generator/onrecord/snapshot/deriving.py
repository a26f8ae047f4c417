"""The one way from the Dataset to the Snapshot at T."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from onrecord.memory import collector_paused
from onrecord.model import SEVERITY_RANK, Component, Dataset, Effect, Kind, Severity
from onrecord.settings import BAR_DAYS
from onrecord.snapshot.calendar import Calendar, calendar, history, next_event, recent_days, valid_until
from onrecord.snapshot.incidents import incident_views
from onrecord.snapshot.overall import overall, worst
from onrecord.snapshot.records import Built, ComponentView, EffectSpan, GroupView, IncidentView, Snapshot
from onrecord.snapshot.said import up_to
from onrecord.snapshot.uptime import Reckoner, by_component
from onrecord.times import DAY, day_of, zone


@collector_paused()
def derive(dataset: Dataset, at: datetime, *, built: Built = Built(), as_of: datetime | None = None) -> Snapshot:  # noqa: B008
    """Every derived fact at the instant `at`, drills left out.

    `as_of` leaves out what was said after it; `at` alone sets the clock and hides nothing.
    """
    if as_of is not None:
        dataset, built = up_to(dataset, as_of), replace(built, as_of=as_of)
    page_zone = zone(dataset.policy.page.time_zone)
    components = _in_order(dataset)
    order = {component.id: index for index, component in enumerate(components)}
    incidents = incident_views((i for i in dataset.incidents if not i.head.drill), at, order)
    first = min((day_of(view.started, page_zone) for view in incidents), default=None)
    days = calendar(at, page_zone, [component.since for component in components] + [first])
    views = _component_views(components, incidents, days, dataset, first or days.today)
    shown = {view.id: view.effect for view in views if not view.retired}
    promises = [p for view in incidents for p in view.promises if p.due >= at - BAR_DAYS * DAY]
    current = [view for view in incidents if view.phase not in ("ended", "cancelled")]
    planned = [view for view in reversed(current) if view.kind is Kind.maintenance]
    event = next_event(current, at)
    return Snapshot(
        at=at,
        zone=page_zone,
        policy=dataset.policy,
        built=built,
        overall=overall(incidents, shown, at),
        incidents=incidents,
        open_incidents=_open_incidents(current),
        active_maintenance=tuple(view for view in planned if view.is_open),
        upcoming_maintenance=tuple(view for view in planned if not view.is_open),
        notices=tuple(view for view in current if view.kind is Kind.notice and view.is_open),
        unreadable=dataset.unreadable,
        components=views,
        groups=_groups(dataset, views),
        days=recent_days(incidents, days),
        months=history(incidents, page_zone),
        promises_kept=sum(p.state == "kept" for p in promises),
        promises_due=sum(p.state != "open" for p in promises),
        next_event=event,
        valid_until=valid_until(days, event),
    )


def _in_order(dataset: Dataset) -> list[Component]:
    """The components by group as the groups are listed, then those without a group that exists."""
    place = {group.id: index for index, group in enumerate(dataset.groups)}
    return sorted(dataset.components, key=lambda component: place.get(component.group or "", len(place)))


def _open_incidents(incidents: Iterable[IncidentView]) -> tuple[IncidentView, ...]:
    found = [view for view in incidents if view.kind is Kind.incident and view.is_open]
    return tuple(sorted(found, key=lambda view: -SEVERITY_RANK[view.severity or Severity.none]))


def _component_views(
    components: Sequence[Component], incidents: Iterable[IncidentView], days: Calendar, dataset: Dataset, first: date
) -> tuple[ComponentView, ...]:
    spans = by_component(span for view in incidents for span in view.spans)
    reckoner = Reckoner.of(days, dataset.policy.uptime.weights)
    groups = {group.id for group in dataset.groups}
    return tuple(_component_view(c, spans, reckoner, groups, first) for c in components)


def _component_view(
    component: Component, spans: Mapping[str, Sequence[EffectSpan]], reckoner: Reckoner, groups: set[str], first: date
) -> ComponentView:
    own = spans.get(component.id, ())
    record = reckoner.record(component, own, first)
    lasting: Iterable[Effect] = (span.effect for span in own if span.lasting)
    return ComponentView(
        id=component.id,
        name=component.name,
        description=component.description,
        group=component.group if component.group in groups else None,
        since=component.since,
        retired=component.retired is not None and component.retired <= reckoner.calendar.today,
        effect=worst(lasting),
        days=record.days,
        uptime=record.uptime,
        months=record.months,
    )


def _groups(dataset: Dataset, views: Sequence[ComponentView]) -> tuple[GroupView, ...]:
    shown: dict[str | None, list[ComponentView]] = {}
    for view in views:
        if not view.retired:
            shown.setdefault(view.group, []).append(view)
    heads: list[tuple[str | None, str, str | None]] = [(g.id, g.name, g.description) for g in dataset.groups]
    return tuple(
        GroupView(
            id=id,
            name=name,
            description=description,
            effect=worst(view.effect for view in shown[id]),
            components=tuple(shown[id]),
        )
        for id, name, description in [*heads, (None, "", None)]
        if id in shown
    )
