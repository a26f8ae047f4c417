"""Days, months and uptime of a component, in the page's zone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from onrecord.model import Incident
from onrecord.snapshot import ComponentView, DayBar
from onrecord.snapshot.uptime import percent
from onrecord.times import parse_instant
from saying import page, record, snapshot, update, window

HOUR = timedelta(hours=1)


def outage(start: str, end: str | None, effect: str = "major_outage", id: str = "2026-11-21-outage") -> Incident:
    """An outage of the checkout between two RFC 3339 times, or since the first."""
    ends = [update("z", end, status="resolved")] if end else []
    return record(update("a", start, status="investigating"), *ends, id=id, components={"checkout": effect})


def work(start: str, end: str, *, done: str | None = None, effect: str = "under_maintenance") -> Incident:
    """A maintenance of the checkout with that window, done at its end or later."""
    said = update("a", "2026-01-01T00:00:00Z", status="scheduled")
    return record(
        said,
        update("z", done or end, status="completed"),
        id="2026-11-20-work",
        kind="maintenance",
        scheduled=window(start, end),
        components={"checkout": effect},
    )


def checkout(*incidents: Incident, at: str, zone: str = "UTC", weights: dict[str, float] | None = None, **extra: str) -> ComponentView:
    """The checkout at that time."""
    policy = {"page": {"time_zone": zone}, "uptime": {"weights": weights or {}}}
    return snapshot(*incidents, at=at, components={"checkout": extra}, policy=policy).components[0]


def bar(view: ComponentView, day: str) -> DayBar:
    """That day's bar."""
    return next(bar for bar in view.days if bar.day == date.fromisoformat(day))


def month(view: ComponentView, year: int, number: int) -> tuple[float | None, timedelta, timedelta]:
    """That month's percent, downtime and known time."""
    found = next(m.uptime for m in view.months if (m.year, m.month) == (year, number))
    return found.percent, found.down, found.known


WEIGHTS: list[tuple[str, list[Incident], dict[str, float], float, float]] = [
    ("a major outage counts whole", [outage("10:00", "12:00")], {}, 2, 24),
    ("a partial outage counts 0.3", [outage("10:00", "12:00", "partial_outage")], {}, 0.6, 24),
    ("degraded performance counts nothing", [outage("10:00", "12:00", "degraded_performance")], {}, 0, 24),
    ("weights are the owner's", [outage("10:00", "12:00", "degraded_performance")], {"degraded_performance": 0.5}, 1, 24),
    ("two at once count once", [outage("10:00", "12:00"), outage("11:00", "13:00", id="2026-11-21-two")], {}, 3, 24),
    (
        "the heaviest at once counts",
        [outage("10:00", "14:00", "partial_outage"), outage("11:00", "13:00", id="2026-11-21-two")],
        {},
        2.6,
        24,
    ),
    ("planned minutes are left out", [work("10:00", "12:00")], {}, 0, 22),
    ("planned minutes with an announced outage are left out too", [work("10:00", "12:00", effect="major_outage")], {}, 0, 22),
    ("the minutes of an overrun count", [work("10:00", "12:00", done="13:00")], {}, 1, 22),
    ("an overrun weighs what the owner says", [work("10:00", "12:00", done="13:00")], {"under_maintenance": 0.5}, 0.5, 22),
    ("an outage during planned work counts", [work("10:00", "12:00"), outage("11:00", "12:00")], {}, 1, 23),
    ("a weightless effect during planned work makes the time count as up", [work("10:00", "12:00"), outage("11:00", "12:00", "degraded_performance")], {}, 0, 23),
    ("an overrun beside a mild effect keeps its weight", [work("10:00", "12:00", done="14:00"), outage("12:00", "14:00", "degraded_performance")], {}, 2, 22),
]


@pytest.mark.parametrize(("incidents", "weights", "down", "known"), [case[1:] for case in WEIGHTS], ids=[case[0] for case in WEIGHTS])
def test_what_counts_as_down(incidents: list[Incident], weights: dict[str, float], down: float, known: float) -> None:
    """Each case says how many hours of the day count as down, and how many are known."""
    found = bar(checkout(*incidents, at="22T12:00", weights=weights), "2026-11-21")
    assert (found.down, found.known) == (down * HOUR, known * HOUR)


LENGTHS: list[tuple[str, str, str, str, float]] = [
    ("spring forward in Berlin", "Europe/Berlin", "2026-03-29", "2026-04-02T12:00:00Z", 23),
    ("fall back in Berlin", "Europe/Berlin", "2026-10-25", "2026-10-28T12:00:00Z", 25),
    ("a plain day in Berlin", "Europe/Berlin", "2026-10-26", "2026-10-28T12:00:00Z", 24),
    ("spring forward in New York", "America/New_York", "2026-03-08", "2026-03-10T12:00:00Z", 23),
    ("half an hour in Lord Howe", "Australia/Lord_Howe", "2026-04-05", "2026-04-07T12:00:00Z", 24.5),
    ("a midnight that does not exist in Cairo", "Africa/Cairo", "2026-04-24", "2026-04-26T12:00:00Z", 23),
    ("an hour before midnight twice in Cairo", "Africa/Cairo", "2026-10-29", "2026-11-01T12:00:00Z", 25),
    ("a day that Samoa never had", "Pacific/Apia", "2011-12-30", "2012-01-02T12:00:00Z", 0),
]


@pytest.mark.parametrize(("zone", "day", "at", "hours"), [case[1:] for case in LENGTHS], ids=[case[0] for case in LENGTHS])
def test_days_are_as_long_as_the_zone_makes_them(zone: str, day: str, at: str, hours: float) -> None:
    """A day around a change of the clock has the hours that people there live through, all of them down here."""
    found = checkout(outage("2011-01-01T00:00:00Z", None), at=at, zone=zone)
    assert (bar(found, day).known, bar(found, day).down) == (hours * HOUR, hours * HOUR)


def test_an_outage_across_midnight_is_cut_at_the_pages_midnight() -> None:
    """22:30 to 23:30 UTC is half an hour of one day and half an hour of the next in Berlin."""
    found = checkout(outage("2026-11-20T22:30:00Z", "2026-11-20T23:30:00Z"), at="22T12:00", zone="Europe/Berlin")
    assert [(b.day.day, b.down / HOUR) for b in found.days if b.down] == [(20, 0.5), (21, 0.5)]


def test_months_begin_at_the_pages_midnight() -> None:
    """An hour in October for Berlin is an hour in September for New York."""
    incident = outage("2026-09-30T22:30:00Z", "2026-09-30T23:30:00Z")
    berlin, york = (checkout(incident, at="22T12:00", zone=zone) for zone in ("Europe/Berlin", "America/New_York"))
    assert [(m.year, m.month) for m in berlin.months if m.uptime.down] == [(2026, 10)]
    assert [(m.year, m.month) for m in york.months if m.uptime.down] == [(2026, 9)]
    assert month(berlin, 2026, 10) == (99.8657, HOUR, 745 * HOUR)


def test_ninety_bars_end_today_and_today_counts_up_to_now() -> None:
    """What lies ahead is not known, and not up."""
    found = checkout(outage("10:00", None), at="12:00")
    assert (len(found.days), found.days[0].day, found.days[-1].day) == (90, date(2026, 8, 24), date(2026, 11, 21))
    assert (found.days[-1].known, found.days[-1].down, found.days[-1].worst) == (12 * HOUR, 2 * HOUR, "major_outage")
    assert found.uptime.known == timedelta(days=89, hours=12)


def test_what_began_this_very_second_colours_today() -> None:
    """The page of the first minute already shows the bar, though no time has passed."""
    found = checkout(outage("12:00", None), at="12:00")
    assert (found.effect, found.days[-1].worst, found.days[-1].incidents, found.days[-1].down) == ("major_outage", "major_outage", ("2026-11-21-outage",), timedelta())


def test_at_midnight_itself_today_has_begun() -> None:
    """No second of today has passed, and its state is known all the same."""
    found = checkout(outage("2026-11-20T10:00:00Z", None), at="00:00")
    assert (found.days[-1].day, found.days[-1].worst, found.days[-1].known) == (date(2026, 11, 21), "major_outage", timedelta())


def test_before_since_and_from_retirement_on_the_state_is_unknown() -> None:
    """Unknown days are neither up nor down, and their outages do not count."""
    found = checkout(
        outage("2026-10-01T00:00:00Z", "2026-10-03T00:00:00Z"), at="12:00", since="2026-10-02", retired="2026-11-10", zone="Europe/Berlin"
    )
    assert bar(found, "2026-10-01").worst is None
    assert (bar(found, "2026-10-02").worst, bar(found, "2026-10-02").known, bar(found, "2026-10-02").down) == ("major_outage", 24 * HOUR, 24 * HOUR)
    assert (bar(found, "2026-11-09").worst, bar(found, "2026-11-10").worst) == ("operational", None)
    assert found.uptime.known == timedelta(days=39, hours=1)
    assert [(m.year, m.month) for m in found.months] == [(2026, 11), (2026, 10)]
    assert found.retired


def test_a_component_of_today_has_one_known_day() -> None:
    """Eighty-nine unknown days do not make it reliable."""
    found = checkout(at="12:00", since="2026-11-21")
    assert [b.worst for b in found.days] == [None] * 89 + ["operational"]
    assert (found.uptime.percent, found.uptime.known) == (100, 12 * HOUR)


def test_a_component_of_tomorrow_is_unknown() -> None:
    """Nothing known has no percent."""
    found = checkout(at="12:00", since="2026-11-22")
    assert (found.uptime.percent, found.days[-1].worst, found.months) == (None, None, ())


def test_a_day_of_nothing_but_planned_work_is_shown_and_counts_nothing() -> None:
    """Its bar says maintenance; its percent would be of nothing."""
    found = checkout(work("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"), at="12:00", since="2026-11-20")
    assert (bar(found, "2026-11-20").worst, bar(found, "2026-11-20").known) == ("under_maintenance", timedelta())
    assert (found.uptime.planned, found.uptime.percent) == (24 * HOUR, 100)


def test_months_without_since_begin_with_the_first_record() -> None:
    """The page cannot vouch for months in which nobody kept it; and the newest month comes first."""
    found = checkout(outage("2026-09-15T10:00:00Z", "2026-09-15T11:00:00Z"), at="12:00")
    assert [m.month for m in found.months] == [11, 10, 9]


def test_a_mistyped_year_costs_no_thousand_months() -> None:
    """A record of the year 202 is for `check` to name; the page stays small."""
    found = checkout(outage("0202-09-15T10:00:00Z", None, id="0202-09-15-x"), at="12:00", zone="America/New_York")
    assert (len(found.months), found.uptime.percent) == (240, 0)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York"])
def test_the_ends_of_the_calendar_break_nothing(time: str, zone: str) -> None:
    """No time that the files may hold stops the page."""
    assert checkout(outage(time, None, id=f"{time[:10]}-x"), at="12:00", zone=zone, since="0001-01-01", retired="9999-12-31").effect == "major_outage"


def test_records_of_a_stretch_are_named_newest_first() -> None:
    """The day, the month and the whole each name what touched them."""
    found = checkout(
        outage("10:00", "11:00", id="2026-11-21-one"), outage("12:00", "13:00", id="2026-11-21-two"), outage("20T10:00", "20T11:00", id="2026-11-20-old"), at="14:00"
    )
    assert found.days[-1].incidents == ("2026-11-21-two", "2026-11-21-one")
    assert found.uptime.incidents == found.months[0].uptime.incidents == ("2026-11-21-two", "2026-11-21-one", "2026-11-20-old")


PERCENTS: list[tuple[str, timedelta, timedelta, float | None]] = [
    ("nothing known", timedelta(), timedelta(), None),
    ("nothing down", timedelta(days=90), timedelta(), 100.0),
    ("one second in ninety days is not 100", timedelta(days=90), timedelta(seconds=1), 99.9999),
    ("one microsecond is not 100 either", timedelta(days=90), timedelta(microseconds=1), 99.9999),
    ("all down", HOUR, HOUR, 0.0),
    ("half", HOUR, HOUR / 2, 50.0),
    ("cut off, not rounded", timedelta(seconds=3), timedelta(seconds=1), 66.6666),
    ("no error of binary fractions", timedelta(seconds=1000), timedelta(seconds=5), 99.5),
]


@pytest.mark.parametrize(("known", "down", "expected"), [case[1:] for case in PERCENTS], ids=[case[0] for case in PERCENTS])
def test_percent(known: timedelta, down: timedelta, expected: float | None) -> None:
    """Each case says the percent of known time that was up."""
    assert percent(known, down) == expected


def test_a_page_without_components_has_no_bars() -> None:
    """An owner may begin with incidents alone."""
    assert page(outage("10:00", None), components={}).components == ()
    assert snapshot(outage("10:00", None), at="12:00", components={}).groups == ()


def test_now_is_read_to_the_second() -> None:
    """A fraction of a second neither adds nor loses time."""
    found = snapshot(outage("10:00", None), at="2026-11-21T12:00:00.7Z", components={"checkout": {}})
    assert found.at == parse_instant("2026-11-21T12:00:00Z")
    assert found.components[0].days[-1].down == 2 * HOUR
