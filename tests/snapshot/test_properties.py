"""What must hold of every Snapshot, whatever the files say: tried on histories that nobody would think of."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anything import PARTS, T, datasets, incidents, minutes
from onrecord.model import (
    EFFECT_RANK,
    FINAL_STATUSES,
    Dataset,
    Effect,
    HeadTranslation,
    Incident,
    Kind,
    Translation,
    UpdateTranslation,
)
from onrecord.snapshot import DayBar, EffectSpan, Snapshot, derive
from onrecord.snapshot.spoken import in_language
from onrecord.times import iso
from saying import clock, record, update

WEIGHT = {"under_maintenance": 1.0, "degraded_performance": 0.0, "partial_outage": 0.3, "major_outage": 1.0}
often = settings(max_examples=int(os.environ.get("ONRECORD_EXAMPLES", "25")), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


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
@given(datasets(), st.lists(minutes, min_size=2, max_size=4))
def test_at_any_moment_a_promise_is_in_one_state_and_never_takes_it_back(dataset: Dataset, moments: list[str]) -> None:
    """Open up to the second when it is due, then kept or missed for good; reckoned here from the words alone."""
    before: dict[tuple[str, str], str] = {}
    for moment in sorted(map(clock, moments)):
        now: dict[tuple[str, str], str] = {}
        for view in derive(dataset, moment, as_of=moment).incidents:
            words = sorted((u for i in dataset.incidents if i.id == view.id for u in i.updates if u.head.at <= moment), key=lambda u: (u.head.at, u.id))
            following = {one.id: other.head.at for one, other in pairwise(words)}
            for promise in view.promises:
                assert (view.id, promise.update) not in now
                now[view.id, promise.update] = promise.state
                answered = following.get(promise.update)
                expected = ("open" if moment <= promise.due else "missed") if answered is None else "kept" if answered <= promise.due else "missed"
                assert promise.state == expected
        assert all(now.get(key, state) == state for key, state in before.items() if state != "open")
        before = now


@often
@given(datasets(), st.integers(1, 600), st.integers(1, 600), st.integers(1, 6000), st.sampled_from(["major_outage", "partial_outage", "degraded_performance"]))
def test_an_outage_in_two_pieces_weighs_as_much_as_in_one(dataset: Dataset, first: int, second: int, before: int, effect: str) -> None:
    """Told as one record, as two that meet, or as one that says the same once more in the middle: the figures are the same."""
    end = T - timedelta(minutes=before)
    middle, start = end - timedelta(minutes=second), end - timedelta(minutes=first + second)

    def outage(id: str, begun: datetime, over: datetime, *more: datetime) -> Incident:
        said = [update(f"m{n}", iso(at), components={"checkout": effect}) for n, at in enumerate(more)]
        return record(*said, update("z", iso(over), status="resolved"), id=id, started=iso(begun), components={"checkout": effect})

    told = [
        (outage("2026-11-16-whole", start, end),),
        (outage("2026-11-16-a", start, middle), outage("2026-11-16-b", middle, end)),
        (outage("2026-11-16-whole", start, end, middle),),
    ]
    figures = [_figures(derive(replace(dataset, incidents=(*dataset.incidents, *records)), T)) for records in told]
    assert figures[0] == figures[1] == figures[2]


def _figures(snapshot: Snapshot) -> object:
    """What is reckoned of each part, without the names of the records."""
    return [
        (part.id, part.effect, [(day.day, day.worst, day.down, day.known) for day in part.days], [replace(u, incidents=()) for u in (part.uptime, *(m.uptime for m in part.months))])
        for part in snapshot.components
    ]


@often
@given(datasets())
def test_facts_do_not_depend_on_the_language(dataset: Dataset) -> None:
    """Translated or not, in whatever order the languages stand: only words are others."""
    policy = dataset.policy.model_copy(update={"page": dataset.policy.page.model_copy(update={"languages": ("en", "de", "ar")})})
    spoken = [
        replace(
            incident,
            head=incident.head.model_copy(update={"translations": {"de": HeadTranslation(title="Anders", workaround="Warten")}}),
            updates=tuple(
                replace(u, translations=(Translation(language="de", path=f"de/{u.id}.md", head=UpdateTranslation(scope="Wenige"), body="Andere Worte."),))
                for u in incident.updates
            ),
        )
        for incident in dataset.incidents
    ]
    translated = replace(dataset, incidents=tuple(spoken), policy=policy)
    facts = [_everything(derive(one, T)) for one in (dataset, translated, in_language(translated, "de", "en"), in_language(translated, "ar", "en"))]
    assert all(one == facts[0] for one in facts)


def _everything(snapshot: Snapshot) -> object:
    """Every fact of a page that is no word."""
    records = [(v.id, v.phase, v.status, v.now, v.spans, v.promises, v.started, v.ended, [(u.id, u.at) for u in v.updates]) for v in snapshot.incidents]
    return records, _figures(snapshot), snapshot.overall.indicator, snapshot.next_event, (snapshot.promises_kept, snapshot.promises_due)


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
