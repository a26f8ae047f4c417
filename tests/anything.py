"""Histories that nobody would think of: records over three parts with anything in them that files may say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from onrecord.model import INCIDENT_STATUSES, MAINTENANCE_STATUSES, Dataset, Effect, Incident, Kind
from onrecord.times import iso
from saying import clock, page, record, update

T = clock("12:00")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo")
PARTS = ("checkout", "api", "search")

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
        if draw(st.integers(0, 9)) == 0:  # of a file that cannot be read, only the time of its commit is known
            found.append({"at": at, "unread": True})
            continue
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
