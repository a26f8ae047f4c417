"""The page's own days and months, and until when it may be believed."""

from __future__ import annotations

from datetime import date

from saying import clock, record, snapshot, update, window

BERLIN = {"page": {"time_zone": "Europe/Berlin"}}
ENDED = update("z", "2026-11-20T01:00:00Z", status="resolved")


def test_the_last_fourteen_days_list_what_touched_them() -> None:
    """A record that ran through three days of the page stands under each; midnight is the page's."""
    long = record(update("a", "18T22:30", status="investigating"), ENDED, id="2026-11-18-long")
    old = record(update("a", "2026-11-01T10:00:00Z"), update("z", "2026-11-07T23:00:00Z", status="resolved"), id="2026-11-01-old")
    found = snapshot(long, old, at="12:00", policy=BERLIN)
    assert [day.day for day in found.days][:2] == [date(2026, 11, 21), date(2026, 11, 20)]
    assert len(found.days) == 14
    touched = {day.day.day: [view.id for view in day.incidents] for day in found.days if day.incidents}
    assert touched == {20: ["2026-11-18-long"], 19: ["2026-11-18-long"], 18: ["2026-11-18-long"]}


def test_what_lies_ahead_stands_under_no_day() -> None:
    """A window of this evening has touched nothing yet."""
    ahead = record(update("a", "10:00", status="scheduled"), kind="maintenance", scheduled=window("20:00", "21:00"))
    assert not any(day.incidents for day in snapshot(ahead, at="12:00").days)


def test_watching_on_past_midnight_is_no_event_of_the_next_day() -> None:
    """What was felt on Friday and closed on Saturday belongs to Friday."""
    said = [update("a", "20T22:00", status="investigating"), update("b", "20T23:00", status="monitoring", components={"api": "operational"})]
    late = record(*said, update("z", "00:30", status="resolved"), components={"api": "partial_outage"})
    assert [day.day.day for day in snapshot(late, at="12:00").days if day.incidents] == [20]


def test_a_notice_stands_under_its_first_day_only() -> None:
    """A banner of two weeks is said once."""
    notice = record(id="2026-11-10-offices", kind="notice", **{"from": "2026-11-10T08:00:00Z", "until": "2026-11-20T08:00:00Z"})
    assert [day.day.day for day in snapshot(notice, at="12:00").days if day.incidents] == [10]


def test_what_began_at_this_instant_stands_under_today() -> None:
    """Even at the page's midnight, when today is no second old."""
    found = snapshot(record(update("a", "00:00", status="investigating")), at="00:00")
    assert [day.day.day for day in found.days if day.incidents] == [21]


def test_months_hold_what_began_in_them_in_the_pages_zone() -> None:
    """Half past eleven at night in UTC is the next month in Berlin."""
    late = record(update("a", "2026-10-31T23:30:00Z", status="resolved"), id="2026-10-31-late")
    early = record(update("a", "2026-09-30T21:30:00Z", status="resolved"), id="2026-09-30-early")
    found = snapshot(late, early, at="12:00", policy=BERLIN)
    assert [(month.key, [view.id for view in month.incidents]) for month in found.months] == [
        ("2026-11", ["2026-10-31-late"]),
        ("2026-09", ["2026-09-30-early"]),
    ]


def test_a_quiet_page_is_believed_until_half_past_midnight() -> None:
    """The page's midnight, not that of Greenwich."""
    assert snapshot(at="12:00", policy=BERLIN).valid_until == clock("23:30")
    assert snapshot(at="12:00").valid_until == clock("22T00:30")
    assert snapshot(at="00:00").valid_until == clock("22T00:30")


def test_an_event_before_midnight_comes_first() -> None:
    """And one after midnight does not keep the page alive any longer."""
    soon, later = (record(update("a", "11:00", status="investigating", next_update_by=due)) for due in ("12:30", "22T09:00"))
    assert (snapshot(soon, at="12:00").valid_until, snapshot(later, at="12:00").valid_until) == (clock("13:00"), clock("22T00:30"))
    assert snapshot(later, at="12:00").next_event == clock("22T09:00")
