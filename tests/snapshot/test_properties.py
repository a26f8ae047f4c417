"""What must hold of every Snapshot, whatever the files say: tried on histories that nobody would think of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.model import (
    EFFECT_RANK,
    FINAL_STATUSES,
    INCIDENT_STATUSES,
    MAINTENANCE_STATUSES,
    Dataset,
    Effect,
    Incident,
    Kind,
)
from onrecord.snapshot import DayBar, EffectSpan, Snapshot, derive
from onrecord.times import iso
from saying import clock, page, record, update

T = clock("12:00")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo")
PARTS = ("checkout", "api", "search")
WEIGHT = {"under_maintenance": 1.0, "degraded_performance": 0.0, "partial_outage": 0.3, "major_outage": 1.0}

minutes = st.integers(min_value=-5 * 24 * 60, max_value=2 * 60).map(lambda n: iso(T + timedelta(minutes=n)))
effects = st.dictionaries(st.sampled_from(PARTS), st.sampled_from([effect.value for effect in Effect]), max_size=3)


@st.composite
def updates(draw: st.DrawFn, kind: Kind) -> list[dict[str, Any]]:
    """The front matter of up to six updates, in order of time, with mistakes that people make."""
    statuses = MAINTENANCE_STATUSES if kind is Kind.maintenance else INCIDENT_STATUSES
    times = sorted(draw(st.lists(minutes, min_size=1, max_size=6)))
    found = []
    for index, at in enumerate(times):
        front: dict[str, Any] = {"at": at, "components": draw(effects)}
        front["status"] = draw(st.sampled_from([None, *statuses]))
        front["effective"] = draw(st.none() | minutes)
        front["next_update_by"] = draw(st.none() | minutes)
        front["corrects"] = draw(st.none() | st.sampled_from([f"u{n}" for n in range(index)])) if index else None
        front["unread"] = draw(st.integers(0, 9)) == 0
        if kind is Kind.maintenance and draw(st.booleans()):
            start, end = sorted((draw(minutes), draw(minutes)))
            front["scheduled"] = {"from": start, "until": end}
        found.append(front)
    return found


@st.composite
def incidents(draw: st.DrawFn, number: int = 0, kinds: Sequence[Kind] = (Kind.incident, Kind.maintenance)) -> Incident:
    """A record of that number with anything in it."""
    kind = draw(st.sampled_from(list(kinds)))
    said = [update(f"u{n}", **front) for n, front in enumerate(draw(updates(kind)))]
    head: dict[str, Any] = {"kind": kind, "components": draw(effects), "started": draw(st.none() | minutes)}
    if kind is Kind.maintenance and draw(st.integers(0, 3)):
        start, end = sorted((draw(minutes), draw(minutes)))
        head["scheduled"] = {"from": start, "until": end}
    return record(*said, id=f"2026-11-16-n{number}", **head)


@st.composite
def datasets(draw: st.DrawFn, kinds: Sequence[Kind] = (Kind.incident, Kind.maintenance)) -> Dataset:
    """Up to four records over three components, one of which may have a `since` or have retired."""
    count = draw(st.integers(0, 4))
    records = [draw(incidents(number, kinds)) for number in range(count)]
    days = st.none() | st.sampled_from(["2026-11-17", "2026-11-19", "2026-11-21"])
    parts = {"checkout": {}, "api": {"since": draw(days)}, "search": {"retired": draw(days)}}
    return page(*records, components=parts, policy={"page": {"time_zone": draw(st.sampled_from(ZONES))}})


often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def spans(snapshot: Snapshot, component: str) -> list[EffectSpan]:
    """All effects on that component, of every record."""
    return [span for view in snapshot.incidents for span in view.spans if span.component == component]


def by_the_minute(snapshot: Snapshot, component: str, day: date, since: date | None, retired: date | None) -> tuple[float, int, int]:
    """Minutes down, known and planned of that day, reckoned the slow way: minute by minute, from the words of the formula."""
    down, known, planned = 0.0, 0, 0
    found = spans(snapshot, component)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    for minute in range(-36 * 60, 36 * 60):
        moment = noon + timedelta(minutes=minute)
        local = moment.astimezone(snapshot.zone).date()
        if moment >= T or local != day or (since and local < since) or (retired and local >= retired):
            continue
        felt = [span for span in found if span.span.start <= moment < span.span.end]
        loud = [span for span in felt if not span.planned]
        if any(span.planned for span in felt) and not any(EFFECT_RANK[span.effect] > 1 for span in loud):
            planned += 1
            continue
        known += 1
        down += max((WEIGHT[span.effect] for span in loud), default=0.0)
    return down, known, planned


@often
@given(datasets(), st.integers(0, 5))
def test_the_fast_reckoning_agrees_with_the_slow_one(dataset: Dataset, back: int) -> None:
    """Downtime and known time of a day are what a count of its minutes says, in every zone."""
    found = derive(dataset, T)
    for component, view in zip(dataset.components, sorted(found.components, key=lambda c: PARTS.index(c.id)), strict=True):
        bar = view.days[-1 - back]
        down, known, _ = by_the_minute(found, component.id, bar.day, component.since, component.retired)
        assert bar.known == timedelta(minutes=known)
        assert abs(bar.down - timedelta(minutes=down)) < timedelta(seconds=1)


@often
@given(datasets())
def test_figures_stay_within_bounds(dataset: Dataset) -> None:
    """No percent below 0 or above 100, none of 100 with downtime, and never more down than known."""
    found = derive(dataset, T)
    for component in found.components:
        for one in (component.uptime, *(month.uptime for month in component.months)):
            assert one.percent is None or 0 <= one.percent <= 100
            assert (one.percent is None) == (one.known == timedelta())
            assert timedelta() <= one.down <= one.known
            assert not one.down or one.percent != 100
            assert one.planned >= timedelta()
        assert sum((bar.down for bar in component.days), timedelta()) - component.uptime.down < timedelta(milliseconds=1)
        assert sum((bar.known for bar in component.days), timedelta()) == component.uptime.known


def _rank(bar: DayBar) -> int:
    return -1 if bar.worst is None else EFFECT_RANK[bar.worst]


@often
@given(datasets(), incidents(9, (Kind.incident,)))
def test_another_outage_never_makes_it_better(dataset: Dataset, added: Incident) -> None:
    """Downtime only grows, effects only worsen, and without planned work the percent only falls."""
    before, after = derive(dataset, T), derive(replace(dataset, incidents=(*dataset.incidents, added)), T)
    for old, new in zip(before.components, after.components, strict=True):
        assert new.uptime.down >= old.uptime.down
        assert EFFECT_RANK[new.effect] >= EFFECT_RANK[old.effect]
        assert all(_rank(b) >= _rank(a) for a, b in zip(old.days, new.days, strict=True))
        if not old.uptime.planned and old.uptime.percent is not None:
            assert new.uptime.percent is not None
            assert new.uptime.percent <= old.uptime.percent
    order = ("none", "maintenance", "minor", "major", "critical")
    assert order.index(after.overall.indicator) >= order.index(before.overall.indicator)


@often
@given(datasets())
def test_a_component_feels_the_worst_of_what_lasts(dataset: Dataset) -> None:
    """Overlaps take the worst, and what is over is not felt."""
    found = derive(dataset, T)
    for component in found.components:
        lasting = [EFFECT_RANK[effect] for view in found.incidents for id, effect in view.now if id == component.id]
        assert EFFECT_RANK[component.effect] == max(lasting, default=0)
    for view in found.incidents:
        if not view.is_open:
            assert all(effect is Effect.operational for _, effect in view.now)


@often
@given(datasets())
def test_stretches_are_in_order_apart_and_not_ahead_of_the_clock(dataset: Dataset) -> None:
    """One record says one thing of one component at one time, and nothing of the future."""
    for view in derive(dataset, T).incidents:
        for component in {span.component for span in view.spans}:
            own = [span for span in view.spans if span.component == component]
            assert all(a.span.end <= b.span.start for a, b in pairwise(own))
            assert all(s.span.start <= s.span.end <= T and s.effect is not Effect.operational for s in own)
            assert all(s.span.start < s.span.end or s.lasting for s in own)
            assert not any(s.lasting for s in own[:-1])
        assert view.ended is None or (view.started <= view.ended and not view.is_open)


@often
@given(datasets())
def test_a_promise_has_one_fate(dataset: Dataset) -> None:
    """Kept by a word in time, missed once due without one, open before; and only open records owe one."""
    found = derive(dataset, T)
    for view in found.incidents:
        for promise in view.promises:
            late = promise.late > timedelta()
            assert late == (promise.state == "missed")
            assert promise.state != "open" or (promise.met_by is None and promise.due >= T)
            assert promise.state != "kept" or (promise.met_at is not None and promise.met_at <= promise.due)
        if view.status in FINAL_STATUSES:
            assert view.promise is None
    assert 0 <= found.promises_kept <= found.promises_due


@often
@given(datasets(), minutes, minutes)
def test_looking_back_further_shows_no_more(dataset: Dataset, one: str, other: str) -> None:
    """What was known at an earlier time was known later as well, word for word."""
    earlier, later = (derive(dataset, T, as_of=clock(moment)) for moment in sorted((one, other)))
    said = [{(view.id, u.id) for view in found.incidents for u in view.updates} for found in (earlier, later)]
    assert said[0] <= said[1]
    assert {view.id for view in earlier.incidents} <= {view.id for view in later.incidents}
    assert all(u.at <= clock(min(one, other)) for view in earlier.incidents for u in view.updates)


@often
@given(datasets())
def test_looking_back_from_now_equals_now(dataset: Dataset) -> None:
    """With nothing said after it, `as_of` changes nothing but what the page says of itself."""
    at = T + timedelta(days=1)
    now, back = derive(dataset, at), derive(dataset, at, as_of=at)
    assert replace(back, built=now.built) == now


@often
@given(datasets())
def test_until_the_next_event_the_clock_changes_no_fact(dataset: Dataset) -> None:
    """Up to the moment that the Snapshot names, states, effects and promises stay as they are."""
    found = derive(dataset, T, as_of=T)
    ahead = [i.head.started for i in dataset.incidents if i.head.started is not None and i.head.started > T]
    just_before = min([found.next_event or T + timedelta(hours=6), *ahead]) - timedelta(seconds=1)
    if just_before <= T:
        return
    later = derive(dataset, just_before, as_of=T)
    assert _facts(later) == _facts(found)
    assert later.overall.indicator == found.overall.indicator
    assert later.next_event == found.next_event
    assert found.valid_until > T


def _facts(snapshot: Snapshot) -> dict[str, object]:
    """What the clock may change; a promise due at T itself is open for that one second."""
    return {v.id: (v.phase, v.status, v.now, [p.state for p in v.promises if p.due != T]) for v in snapshot.incidents}
