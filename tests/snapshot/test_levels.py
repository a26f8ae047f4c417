"""Service levels: one figure for several components, the credit that is owed, and months that are not over."""

from __future__ import annotations

from typing import Any

import pytest

from onrecord.model import Incident
from onrecord.snapshot.reliability import LevelMonth, LevelView
from onrecord.snapshot.sweep import Stretch, together
from saying import record, snapshot, update, window

TIERS = [{"below": 99.9, "credit": "5 %"}, {"below": 99.0, "credit": "25 %"}, {"below": 99.5, "credit": "10 %"}]
NOVEMBER = 43_200


def outage(start: str, end: str, id: str = "2026-11-10-x", **components: str) -> Incident:
    """An incident from one time to another of November 2026."""
    return record(update("z", end, status="resolved"), id=id, started=start, components=components)


def level(*incidents: Incident, at: str = "2026-12-01T00:00:00Z", components: tuple[str, ...] = (), parts: Any = None) -> LevelView:
    """The only service level that there is."""
    policy = {"service_levels": [{"name": "Plan", "target": 99.9, "components": list(components), "credits": TIERS}]}
    return snapshot(*incidents, at=at, policy=policy, components=parts).levels[0]


def november(*incidents: Incident, **options: Any) -> LevelMonth:
    """November of that level."""
    return next(month for month in level(*incidents, **options).months if month.key == "2026-11")


BOTH = (outage("10T10:00", "10T11:00", checkout="major_outage"), outage("10T10:30", "10T11:30", "2026-11-10-y", api="major_outage"))
DOWN = [
    ("nothing that counts", (outage("10T10:00", "10T11:00", checkout="degraded_performance"),), (), 0),
    ("one part", BOTH[:1], (), 60),
    ("two parts at once count once", BOTH, (), 90),
    ("a part that it does not cover", BOTH, ("checkout",), 60),
    (
        "the heaviest counts",
        (outage("10T10:00", "10T11:00", checkout="partial_outage"), outage("10T10:30", "10T11:00", "2026-11-10-y", api="major_outage")),
        (),
        30 * 0.3 + 30,
    ),
]


@pytest.mark.parametrize(("incidents", "components", "down"), [case[1:] for case in DOWN], ids=[case[0] for case in DOWN])
def test_minutes_down(incidents: tuple[Incident, ...], components: tuple[str, ...], down: float) -> None:
    """At each moment the part whose effect weighs most counts, once."""
    found = november(*incidents, components=components)
    assert found.working.down == pytest.approx(down)
    assert sum(interval.down for interval in found.working.intervals) == pytest.approx(down)


def test_the_working_names_parts_and_records() -> None:
    """Each interval says which parts felt it, in the order of the page, and by which records."""
    found = november(*BOTH)
    named = [(i.minutes, i.components, i.incidents) for i in found.working.intervals]
    assert named == [
        (30, ("checkout",), ("2026-11-10-x",)),
        (30, ("checkout", "api"), ("2026-11-10-x", "2026-11-10-y")),
        (30, ("api",), ("2026-11-10-y",)),
    ]


TIER_CASES = [("59 minutes", "10T10:43", None), ("one tier", "10T10:44", "5 %"), ("two tiers", "10T14:00", "10 %"), ("all tiers", "10T18:00", "25 %")]


@pytest.mark.parametrize(("end", "credit"), [case[1:] for case in TIER_CASES], ids=[case[0] for case in TIER_CASES])
def test_credits(end: str, credit: str | None) -> None:
    """The lowest bound that the figure is below decides, in whatever order the tiers stand: 43.2 minutes are 99.9 %."""
    found = november(outage("10T10:00", end, checkout="major_outage"))
    assert (found.credit.credit if found.credit else None) == credit
    assert found.met is (credit is None)
    assert found.owed == found.credit


def test_a_month_that_is_not_over_owes_nothing_yet() -> None:
    """What would be owed is said, and that it is not owed."""
    found = november(outage("10T10:00", "10T18:00", checkout="major_outage"), at="2026-11-20T00:00:00Z")
    assert (found.running, found.owed, found.credit and found.credit.credit) == (True, None, "25 %")


def test_planned_minutes_are_left_out_unless_another_part_is_down() -> None:
    """Two hours of planned work on one part, half an hour of which another part was down."""
    work = record(
        update("a", "01T09:00", status="scheduled"),
        update("z", "10T12:00", status="completed"),
        id="2026-11-10-work",
        kind="maintenance",
        scheduled=window("10T10:00", "10T12:00"),
        components={"checkout": "under_maintenance"},
    )
    found = november(work, outage("10T11:00", "10T11:30", api="major_outage"))
    assert (found.working.planned, found.working.known, found.working.down) == (90, NOVEMBER - 90, 30)


def test_what_is_not_known_does_not_count() -> None:
    """A level begins with its oldest part, ends with its last, and a part counts only while it is known."""
    parts = {"checkout": {"since": "2026-11-11"}, "api": {"since": "2026-11-21", "retired": "2026-11-26"}}
    early = outage("10T10:00", "10T11:00", checkout="major_outage")
    later = outage("20T23:00", "21T01:00", "2026-11-20-y", api="major_outage")
    found = november(early, later, parts=parts)
    assert (found.working.unknown, found.working.down) == (10 * 1440, 60)
    assert level(parts={"checkout": {"since": "2026-11-11"}}, at="2026-11-20T00:00:00Z").months[-1].key == "2026-11"


def test_a_level_without_a_part_has_no_months() -> None:
    """It names only parts that do not exist: there is nothing to reckon, and nothing breaks."""
    found = level(components=("cheese",))
    assert (found.components, found.months) == ((), ())


def test_stretches_that_touch_become_one() -> None:
    """Two parts that hand an outage from one to the other, and one that goes on alone."""
    a, b = Stretch(0, 60, 1.0, 4, ("x",)), Stretch(60, 120, 1.0, 4, ("x",))
    assert together({"a": [a], "b": [b]}) == [a._replace(components=("a",)), b._replace(components=("b",))]
    assert together({"a": [a, Stretch(60, 90, None, 1, ("y",))]})[-1] == Stretch(60, 90, None, 1, ("y",), ("a",))


def test_the_bound_itself_is_reached() -> None:
    """A level is met by its very target, and a tier begins below its bound and not on it."""
    parts = {"checkout": {"since": "2026-11-11"}, "api": {"since": "2026-11-11"}}  # twenty days, of which 28.8 minutes are a thousandth
    policy = {"service_levels": [{"name": "Plan", "target": 99.0, "credits": [{"below": 99.0, "credit": "5 %"}]}]}
    exact, over = (
        next(month for month in snapshot(outage("20T10:00", end, checkout="major_outage"), at="2026-12-01T00:00:00Z", policy=policy, components=parts).levels[0].months if month.key == "2026-11")
        for end in ("20T14:48", "20T14:49")
    )
    assert (exact.uptime.percent, exact.met, exact.credit) == (99.0, True, None)
    assert (over.met, over.credit and over.credit.credit) == (False, "5 %")


def test_what_a_level_allows() -> None:
    """The minutes that its target leaves, of those that are known, to a hundredth."""
    assert november(parts={"checkout": {"since": "2026-11-01"}}).allowed == 43.2
    assert november(parts={"checkout": {"since": "2026-11-30"}}).allowed == 1.44


def test_a_level_says_whether_it_is_about_everything() -> None:
    """Where it names no part."""
    assert (level().everything, level(components=("checkout",)).everything) == (True, False)
