"""The one way from the Dataset to the Snapshot at T."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from onrecord.loading.kept import facts_of
from onrecord.memory import collector_paused
from onrecord.model import SEVERITY_RANK, Dataset, Incident, Kind, Severity
from onrecord.revisions.records import History
from onrecord.settings import BAR_DAYS, RECENT_DAYS
from onrecord.snapshot.actions import postmortem_views, register
from onrecord.snapshot.calendar import by_month, calendar, next_event, recent_days, valid_until
from onrecord.snapshot.causes import repeats
from onrecord.snapshot.incidents import incident_views
from onrecord.snapshot.levels import level_views
from onrecord.snapshot.maintenance import past_years
from onrecord.snapshot.overall import overall, recent
from onrecord.snapshot.parts import component_views, group_views, in_order, reckoned
from onrecord.snapshot.records import Built, IncidentView, Snapshot
from onrecord.snapshot.reliability import Month, Stood
from onrecord.snapshot.revised import Basis, revised
from onrecord.snapshot.said import up_to
from onrecord.snapshot.timing import reliability
from onrecord.snapshot.uptime import Reckoner, by_component
from onrecord.times import DAY, day_of, zone


@collector_paused()
def derive(
    dataset: Dataset,
    at: datetime,
    *,
    built: Built = Built(),  # noqa: B008
    as_of: datetime | None = None,
    history: History | None = None,
    stood: Mapping[Month, Stood] = MappingProxyType({}),
    removed: Iterable[Incident] = (),
) -> Snapshot:
    """Every derived fact at the instant `at`, drills left out but on the page of a rehearsal.

    `as_of` leaves out what was said after it; `at` alone sets the clock and hides nothing.
    `history` is what git knows of the records. It dates each word, and so decides what kept its
    promise; without it a word counts from the time that it gives itself. `stood` has the records that
    stood otherwise when a month ended, for the service levels; `removed` are those that are gone and whose words are shown.
    """
    if as_of is not None:
        dataset, built = up_to(dataset, as_of), replace(built, as_of=as_of)
    page_zone = zone(dataset.policy.page.time_zone)
    components = in_order(dataset)
    order = {component.id: index for index, component in enumerate(components)}
    incidents = incident_views(_on_show(dataset), at, order, history)
    first = min((day_of(view.started, page_zone) for view in incidents), default=None)
    days = calendar(at, page_zone, [component.since for component in components] + [first])
    reckoner = Reckoner.of(days, dataset.policy.uptime.weights)
    spans = by_component(span for view in incidents for span in view.spans)
    uptimes = reckoned(components, spans, reckoner, first or days.today)
    levels = level_views(dataset.policy.service_levels, components, uptimes, reckoner, first or days.today)
    views = component_views(components, incidents, spans, uptimes, today=days.today, groups=dataset.groups)
    shown = {view.id: view.effect for view in views if not view.retired}
    promises = [p for view in incidents for p in view.promises if p.due >= at - BAR_DAYS * DAY]
    current = [view for view in incidents if view.phase not in ("ended", "cancelled")]
    planned = [view for view in reversed(current) if view.kind is Kind.maintenance]
    stories = postmortem_views(incidents, days.today)
    groups = group_views(dataset, views, incidents)
    event = next_event(current, at)
    unread = tuple(record for record in dataset.unreadable if dataset.policy.page.drill or not record.drill)
    return Snapshot(
        at=at,
        zone=page_zone,
        policy=dataset.policy,
        built=built,
        overall=overall(incidents, shown, recent(unread, days.today - (RECENT_DAYS - 1) * DAY)),
        incidents=incidents,
        open_incidents=_open_incidents(current),
        active_maintenance=tuple(view for view in planned if view.is_open),
        upcoming_maintenance=tuple(view for view in planned if not view.is_open),
        past_maintenance=past_years(incidents, page_zone),
        freezes=tuple(sorted((f for f in dataset.policy.maintenance.freezes if f.until > at), key=lambda f: f.from_)),
        postmortems=stories,
        register=register(stories),
        repeats=repeats(incidents),
        notices=tuple(view for view in current if view.kind is Kind.notice and view.is_open),
        unreadable=unread,
        last_good=dataset.last_good,
        withheld=dataset.withheld,
        components=views,
        groups=tuple(group for group in groups if group.components),
        past_groups=tuple(group for group in groups if group.id is not None and not group.components),
        days=recent_days(incidents, days),
        months=by_month(incidents, page_zone, _archived_before(dataset, at)),
        promises_kept=sum(p.state == "kept" for p in promises),
        promises_due=sum(p.state != "open" for p in promises),
        reliability=reliability(incidents, dataset.policy, at, page_zone, history),
        levels=revised(levels, stood, Basis(incidents=incidents, components=components, order=order, reckoner=reckoner)),
        next_event=event,
        valid_until=valid_until(days, event),
        history=history,
        removed=incident_views(removed, at, order, history),
        titles={view.id: view.title for view in incidents},
    )


def _archived_before(dataset: Dataset, at: datetime) -> datetime | None:
    """The instant before which months are archived; None where none is, or where that lies before all calendars."""
    after = dataset.policy.page.archive_after
    try:
        return at - after if after is not None else None
    except OverflowError:
        return None


def _on_show(dataset: Dataset) -> Iterator[Incident]:
    """The records without drills; on the page of a rehearsal all of them, each called a drill in its title."""
    for incident in dataset.incidents:
        if dataset.policy.page.drill:
            yield replace(incident, head=incident.head.model_copy(update={"title": f"DRILL: {incident.head.title}"}))
        elif facts_of(incident) is not None or not incident.head.drill:
            yield incident


def _open_incidents(incidents: Iterable[IncidentView]) -> tuple[IncidentView, ...]:
    found = [view for view in incidents if view.kind is Kind.incident and view.is_open]
    return tuple(sorted(found, key=lambda view: -SEVERITY_RANK[view.severity or Severity.none]))
