"""The state of the whole page."""

from __future__ import annotations

import pytest

from onrecord.model import Dataset, Incident, Unreadable
from onrecord.problems import Place
from onrecord.snapshot import derive
from saying import clock, record, snapshot, update, window

WELL = ("none", "All Systems Operational")
MAINTENANCE = ("maintenance", "Service Under Maintenance")
DEGRADED = ("minor", "Partially Degraded Service")
MINOR = ("minor", "Minor Service Outage")
MAJOR = ("major", "Partial System Outage")
CRITICAL = ("critical", "Major Service Outage")


def one(id: str = "one", severity: str | None = "minor", status: str = "investigating", **components: str) -> Incident:
    """An incident since ten o'clock with those effects."""
    return record(update("a", "10:00", status=status), id=f"2026-11-21-{id}", severity=severity, components=components)


def work(**components: str) -> Incident:
    """A maintenance from ten to noon."""
    return record(
        update("a", "18T09:00", status="scheduled"), id="2026-11-21-work", kind="maintenance", scheduled=window("10:00", "12:00"), components=components
    )


CASES: list[tuple[str, list[Incident], tuple[str, str]]] = [
    ("nothing at all", [], WELL),
    ("over", [one(status="resolved", checkout="major_outage")], WELL),
    ("degraded", [one(checkout="degraded_performance")], DEGRADED),
    ("partial", [one(checkout="partial_outage")], MINOR),
    ("one of two major", [one(checkout="major_outage")], MAJOR),
    ("all major", [one(checkout="major_outage", api="major_outage")], CRITICAL),
    ("all major, by two incidents", [one(checkout="major_outage"), one("two", api="major_outage")], CRITICAL),
    ("a retired component is not on the page", [one(checkout="major_outage", old="operational")], MAJOR),
    ("maintenance", [work(checkout="under_maintenance")], MAINTENANCE),
    ("maintenance beside degraded", [work(checkout="under_maintenance"), one(api="degraded_performance")], DEGRADED),
    ("maintenance that names nothing", [work()], MAINTENANCE),
    ("partial outranks degraded", [one(checkout="degraded_performance"), one("two", api="partial_outage")], MINOR),
    ("open without components, critical", [one(severity="critical")], CRITICAL),
    ("open without components, major", [one(severity="major")], MAJOR),
    ("open without components, minor", [one(severity="minor")], DEGRADED),
    ("open without components, none", [one(severity="none")], DEGRADED),
    ("open without components or severity", [one(severity=None)], DEGRADED),
    ("open, its components well again", [one(severity="critical", checkout="operational")], DEGRADED),
    ("open, severe, with a mild effect: the component says it", [one(severity="critical", checkout="degraded_performance")], DEGRADED),
    ("open, of a part that the page does not know", [one(severity="major", unheard="major_outage")], MAJOR),
    ("open, of a retired part only", [one(severity="major", old="major_outage")], MAJOR),
    ("the worse claim wins", [one(severity="major"), one("two", checkout="degraded_performance")], MAJOR),
    ("monitoring is still open", [one(status="monitoring", checkout="operational")], DEGRADED),
    ("a notice claims nothing", [record(update("a", "10:00"), kind="notice")], WELL),
    ("a drill claims nothing", [record(update("a", "10:00"), drill=True, severity="critical")], WELL),
]
PARTS: dict[str, dict[str, str]] = {"checkout": {}, "api": {}, "old": {"retired": "2026-05-01"}}


@pytest.mark.parametrize(("incidents", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_overall(incidents: list[Incident], expected: tuple[str, str]) -> None:
    """Each case says what the banner reads."""
    found = snapshot(*incidents, at="11:00", components=PARTS).overall
    assert (found.indicator, found.description) == expected


def test_a_page_without_components_still_says_what_is_open() -> None:
    """No components is not the same as all components down."""
    assert snapshot(at="11:00", components={}).overall.indicator == "none"
    assert snapshot(one(severity="major"), at="11:00", components={}).overall.indicator == "major"


def spell(start: str, end: str | None, number: int) -> Incident:
    """An incident that lasted from start to end."""
    ends = [update("z", end, status="resolved")] if end else []
    return record(update("a", start, status="investigating"), *ends, id=f"2026-11-21-n{number}")


def test_quiet_since_the_last_incident_ended() -> None:
    """The end that came last counts, whichever began first, and maintenance does not."""
    found = snapshot(spell("08:00", "09:00", 1), spell("07:00", "09:30", 2), work(checkout="under_maintenance"), at="11:00").overall
    assert found.quiet_since == clock("09:30")
    assert snapshot(at="11:00").overall.quiet_since is None
    assert snapshot(spell("08:00", "09:00", 1), spell("10:00", None, 2), at="11:00").overall.quiet_since is None


HEADLINES: list[tuple[str, list[Incident], str | None]] = [
    ("quiet", [one(status="resolved", checkout="major_outage")], None),
    ("the one that is felt most", [one("mild", "major", checkout="degraded_performance"), one("bad", "minor", api="partial_outage")], "bad"),
    ("equally felt, the more severe", [one("a", "major", checkout="partial_outage"), one("b", "minor", api="partial_outage")], "a"),
    ("alike in all, the newest", [spell("08:00", None, 1), spell("09:00", None, 2)], "n2"),
    ("no part named, but severe", [one("mild", "minor", checkout="partial_outage"), one("bad", "major")], "bad"),
    ("an incident before maintenance", [work(checkout="degraded_performance"), one("a", "minor", api="degraded_performance")], "a"),
    ("maintenance alone", [work(checkout="under_maintenance")], "work"),
    ("a notice is no news", [record(update("a", "10:00"), kind="notice")], None),
]


@pytest.mark.parametrize(("incidents", "expected"), [case[1:] for case in HEADLINES], ids=[case[0] for case in HEADLINES])
def test_the_headline(incidents: list[Incident], expected: str | None) -> None:
    """Each case says which record the banner names."""
    found = snapshot(*incidents, at="11:00").overall.headline
    assert (found and found.id[11:]) == expected


def test_order_and_groups() -> None:
    """Groups come as listed, strays last; a group shows the worst of what is on show; an empty one is left out."""
    parts = {"a": {"group": "two"}, "b": {}, "c": {"group": "one"}, "d": {"group": "one", "retired": "2026-01-01"}, "e": {"group": "lost"}, "f": {"group": "gone", "retired": "2026-01-01"}}
    found = snapshot(one(a="degraded_performance", d="major_outage"), at="11:00", components=parts, groups=("one", "two", "gone"))
    assert [c.id for c in found.components] == ["c", "d", "a", "f", "b", "e"]
    assert [(g.id, g.effect, [c.id for c in g.components]) for g in found.groups] == [
        ("one", "operational", ["c"]),
        ("two", "degraded_performance", ["a"]),
        (None, "operational", ["b", "e"]),
    ]


def test_open_incidents_come_worst_first_then_newest() -> None:
    """The reader meets the worst first."""
    found = snapshot(spell("08:00", None, 1), spell("09:00", None, 2), one("bad", severity="critical"), at="11:00")
    assert [v.id for v in found.open_incidents] == ["2026-11-21-bad", "2026-11-21-n2", "2026-11-21-n1"]


def test_neighbours_in_time() -> None:
    """Previous and following lead through all records, whatever their kind."""
    found = snapshot(spell("08:00", "09:00", 1), spell("07:00", "07:30", 2), work(checkout="under_maintenance"), at="11:00")
    assert [(v.id[11:], v.previous and v.previous[11:], v.following and v.following[11:]) for v in found.incidents] == [
        ("work", "n1", None),
        ("n1", "n2", "work"),
        ("n2", None, "n1"),
    ]


@pytest.mark.parametrize(
    ("id", "claim"),
    [
        ("2026-11-21-broken", DEGRADED),
        ("2026-11-08-broken", DEGRADED),
        ("2026-11-07-broken", WELL),
        ("2019-01-01-broken", WELL),
        ("no-day-at-all", DEGRADED),
    ],
)
def test_a_recent_record_that_cannot_be_read_may_be_an_outage(id: str, claim: tuple[str, str]) -> None:
    """A head with a mistake in it, at 2 am: the page must not say that all is well while nobody can read it."""
    lost = Unreadable(id=id, place=Place(f"incidents/2026/{id}/incident.yml"), message="a tab stands where YAML wants spaces")
    found = derive(Dataset(unreadable=(lost,)), clock("11:00")).overall
    assert (found.indicator, found.description) == claim
    assert found.unknown == (claim == DEGRADED)
