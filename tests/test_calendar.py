"""Calendars: read again by the library that others use, stable as time goes by, safe with any text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

import days
from golden import Golden
from onrecord.model import Dataset, PolicyFile
from onrecord.render import content_lines
from onrecord.render.calendar import calendars
from onrecord.settings import FEED_LENGTH
from onrecord.snapshot import derive
from onrecord.templating import environment
from onrecord.times import parse_instant

NOON = parse_instant("2026-11-21T12:00:00Z")
WINDOW = {"from": "2026-11-25T01:00:00Z", "until": "2026-11-25T02:00:00Z"}
LATER = {"from": "2026-11-26T01:00:00Z", "until": "2026-11-26T03:00:00Z"}
ANNOUNCED = ("2026-11-18T10:00:00Z", {"status": "scheduled"}, "We plan **it**.")


def written(dataset: Dataset, at: datetime = NOON) -> dict[str, bytes]:
    """The calendars of that dataset, by path."""
    return {artifact.path: artifact.data for artifact in calendars(derive(dataset, at), days.SITE, environment())}


def events(data: bytes) -> list[Any]:
    """The events as a program reads them."""
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def works(*updates: tuple[str, dict[str, Any], str], zone: str = "UTC", **head: Any) -> Dataset:
    """A dataset with one maintenance."""
    record = days.incident("2026-11-25-works", (ANNOUNCED, *updates), **{"kind": "maintenance", "title": "Works", "scheduled": WINDOW, **head})
    return Dataset(incidents=(record,), policy=PolicyFile.model_validate({"page": {"time_zone": zone}}))


def test_a_maintenance_that_is_announced() -> None:
    """Its window, an alarm an hour before, and the words."""
    (event,) = events(written(works())["maintenance.ics"])
    assert (event["uid"], event["status"], event["sequence"]) == ("2026-11-25-works@status.larkfield.example", "CONFIRMED", 0)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (parse_instant(WINDOW["from"]), parse_instant(WINDOW["until"]))
    assert event.decoded("last-modified") == event.decoded("dtstamp") == datetime(2026, 11, 18, 10, tzinfo=UTC)
    assert str(event["description"]).startswith("We plan it.")
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=-1)


def test_a_window_that_moves_is_the_same_event() -> None:
    """With a higher number, so that programs take the new time."""
    moved = works(("2026-11-20T10:00:00Z", {"status": "scheduled", "scheduled": LATER}, "A day later."))
    (event,) = events(written(moved)["maintenance.ics"])
    assert (event["uid"], event["sequence"]) == ("2026-11-25-works@status.larkfield.example", 1)
    assert event.decoded("dtend") == parse_instant(LATER["until"])


def test_a_maintenance_that_is_called_off_stays() -> None:
    """A calendar that only lost it would leave people waiting."""
    (event,) = events(written(works(("2026-11-20T10:00:00Z", {"status": "cancelled"}, "Not now.")))["maintenance.ics"])
    assert (event["status"], event["summary"]) == ("CANCELLED", "Cancelled: Works")
    assert event.walk("VALARM") == []


def test_a_maintenance_that_is_over_ends_when_it_did() -> None:
    """An overrun is as long as it was."""
    over = works(("2026-11-25T02:40:00Z", {"status": "completed"}, "Done."))
    (event,) = events(written(over, parse_instant("2026-11-26T00:00:00Z"))["maintenance.ics"])
    assert event.decoded("dtend") == parse_instant("2026-11-25T02:40:00Z")
    assert event.walk("VALARM") == [], "who subscribes today is not reminded of last year"


def test_an_alarm_stays_until_somebody_says_that_it_is_over() -> None:
    """Time alone takes none away, so that a calendar changes with words only."""
    for at in ("2026-11-25T00:30:00Z", "2026-11-25T01:30:00Z", "2026-11-25T09:00:00Z"):
        (event,) = events(written(works(), parse_instant(at))["maintenance.ics"])
        assert len(event.walk("VALARM")) == 1, at


def test_times_carry_the_zone_of_the_page() -> None:
    """With its rules, so that no program has to know the zone."""
    data = written(works(zone="America/New_York"))["maintenance.ics"]
    (event,) = events(data)
    assert event["dtstart"].params["TZID"] == "America/New_York"
    assert event.decoded("dtstart").hour == 20
    assert b"BEGIN:VTIMEZONE" in data
    assert b"VTIMEZONE" not in written(works())["maintenance.ics"]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_a_calendar_is_whole(zone: str) -> None:
    """One without a component is none (RFC 5545, 3.6), a zone holds no comment, and what is published has an organizer (RFC 5546, 3.2.1)."""
    empty = Dataset(policy=PolicyFile.model_validate({"page": {"time_zone": zone}}))
    for data in (*written(empty).values(), *written(works(zone=zone)).values()):
        assert icalendar.Calendar.from_ical(data).subcomponents
        assert all("organizer" in event for event in events(data))
        assert b"COMMENT" not in data


def test_incidents_are_a_calendar_of_their_own() -> None:
    """One that lasts goes as far as the newest word about it; maintenance and notices are not among them."""
    found = written(*days.worst_day())
    told = {str(event["uid"]).partition("@")[0]: event for event in events(found["history.ics"])}
    snapshot = derive(*days.worst_day())
    assert len(told) == min(FEED_LENGTH, sum(view.kind == "incident" for view in snapshot.incidents))
    lasting = snapshot.open_incidents[0]
    assert told[lasting.id].decoded("dtend") == lasting.updates[0].at
    assert "components/checkout/history.ics" in found
    assert "groups/payments/maintenance.ics" in found


@pytest.mark.parametrize("name", ["maintenance.ics", "history.ics"])
def test_time_alone_changes_nothing(name: str) -> None:
    """A calendar that changes says something new."""
    data, at = days.quiet_day()
    assert written(data, at)[name] == written(data, at + timedelta(hours=2))[name]


def test_hostile_words_stay_words() -> None:
    """A title cannot begin a property, end the event or break the file."""
    title = "A; B, C\\n\\r END:VEVENT ATTACH:x \x00\x0b\u2028"
    (event,) = events(written(works(title=title))["maintenance.ics"])
    assert "attach" not in {key.lower() for key in event}
    assert str(event["summary"]).startswith("A; B, C")


def test_a_page_without_records_has_calendars() -> None:
    """Empty ones, to subscribe to before anything happens."""
    made = written(Dataset())
    assert {path for path in made if "/" not in path} == {"maintenance.ics", "history.ics"}
    assert all(events(data) == [] for data in made.values())


def test_the_maintenance_of_the_worst_day(golden: Golden) -> None:
    """Byte for byte."""
    golden("feeds/maintenance.ics", written(*days.worst_day())["maintenance.ics"])


PIECES = ("", "plain", "a, b; c", "back\\slash", "\\N and \\n", "line\nbreak\r\nand\rreturn", "ends in ^", "né 😀 ", "ü" * 40, "a" * 73 + "\\", "x" * 74, "\\" * 160)


@pytest.mark.parametrize("first", PIECES)
@pytest.mark.parametrize("second", PIECES)
def test_each_line_is_what_the_library_writes(first: str, second: str) -> None:
    """Escapes and folds alike, wherever the end of a line falls."""
    event = icalendar.Event()
    event.add("summary", first + second)
    assert content_lines.lines("BEGIN:VEVENT", f"SUMMARY:{content_lines.text(first + second)}", "END:VEVENT") == event.to_ical()


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Europe/Berlin", "America/New_York"])
def test_each_time_is_what_the_library_writes(zone: str) -> None:
    """In summer, in winter, and in the hour that comes twice."""
    for text in ("2026-07-01T12:00:00Z", "2026-12-31T23:59:59Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "0999-01-01T00:00:00Z"):
        moment = parse_instant(text)
        event = icalendar.Event()
        event.add("dtstamp", moment)
        event.add("dtstart", moment.astimezone(ZoneInfo(zone)))
        line = content_lines.local("DTSTART", moment, ZoneInfo(zone))
        assert content_lines.lines("BEGIN:VEVENT", f"DTSTAMP:{content_lines.stamp(moment)}", line, "END:VEVENT") == event.to_ical(sorted=False)
