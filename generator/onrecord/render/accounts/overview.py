"""How reliable page and parts were over the last twelve months, condensed for programs: `/api/v2/reliability.json`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from onrecord.model import Kind
from onrecord.render.accounts import facts
from onrecord.render.accounts.facts import Facts
from onrecord.render.accounts.period import month_key_of
from onrecord.snapshot.records import ComponentView, IncidentView, Snapshot
from onrecord.snapshot.reliability import Kept, LevelView, Timing
from onrecord.snapshot.timing import spread, wanted
from onrecord.snapshot.uptime import percent
from onrecord.times import MINUTE


def overview(snapshot: Snapshot) -> Facts:
    """What was kept, how fast it was, each promise that was missed, and each part and service level, all of the same twelve months."""
    found = snapshot.reliability
    year = found.year
    recent = [t for t in found.timings if (t.year, t.month) >= found.since]
    return {
        "since": month_key_of(found.since),
        "time_zone": snapshot.zone.key,
        "incidents": year.incidents,
        "clocks": dict(year.clocks),
        "promises": _share(year.promises),
        "first_words": _share(year.first),
        "postmortems": _share(year.postmortems),
        "first_word_seconds": facts.spread(year.from_start),
        "to_resolve_seconds": facts.spread(year.to_resolve),
        "end_told_after_seconds": facts.spread(year.told_after),
        "severities": list(_severities(snapshot)),
        "missed_promises": [facts.promise(t.incident, p) for t in recent for p in t.promises if p.state == "missed"],
        "components": [_component(part, recent, found.since) for part in snapshot.components if not part.retired],
        "service_levels": [_level(level, found.since) for level in snapshot.levels],
    }


def _share(found: Kept) -> Facts:
    """With the share of those whose fate is known, in percent, cut off after one decimal so that one that was missed never reads 100."""
    return {
        "kept": found.kept,
        "missed": found.missed,
        "open": found.open,
        "kept_percent": found.kept * 1000 // found.due / 10 if found.due else None,
    }


def _severities(snapshot: Snapshot) -> Iterator[Facts]:
    """By severity, the worst first, beside what the policy wants."""
    for severity, one in snapshot.reliability.severities:
        acknowledge = wanted(snapshot.policy, severity)[0]
        yield {
            "severity": severity.value,
            "incidents": one.incidents,
            "first_word_wanted_within_seconds": int(acknowledge.total_seconds()) if acknowledge else None,
            "first_word_seconds": facts.spread(one.from_start),
            "to_resolve_seconds": facts.spread(one.to_resolve),
            "promises": _share(one.promises),
        }


def _component(part: ComponentView, recent: Iterable[Timing], since: tuple[int, int]) -> Facts:
    """One part: what was down of what is known, and how long it was well between two incidents."""
    months = [month.working for month in part.months if (month.year, month.month) >= since]
    known, down = sum(month.known for month in months), sum(month.down for month in months)
    own = {view.id for view in part.incidents if view.kind is Kind.incident}
    told = [t for t in recent if t.incident.id in own]
    return {
        "id": part.id,
        "name": part.name,
        "incidents": len(told),
        "uptime": percent(known * MINUTE, down * MINUTE),
        "known_minutes": round(known, 2),
        "down_minutes": round(down, 2),
        "planned_minutes": round(sum(month.planned for month in months), 2),
        "to_resolve_seconds": facts.spread(spread(t.to_resolve for t in told if t.to_resolve is not None)),
        "well_between_seconds": facts.spread(spread(_well([t.incident for t in told]))),
    }


def _well(incidents: Iterable[IncidentView]) -> Iterator[timedelta]:
    """From the end of each incident to the beginning of the next one; those that overlap leave no time between them."""
    for before, after in pairwise(sorted(incidents, key=lambda view: view.started)):
        ended = before.felt_until or before.ended
        if ended is not None:
            yield max(after.started - ended, timedelta())


def _level(level: LevelView, since: tuple[int, int]) -> Facts:
    """One service level: in how many of the months that are over it was reached, and in which it was not."""
    over = [m for m in level.months if (m.year, m.month) >= since and not m.running and m.met is not None]
    return {
        "name": level.name,
        "target": level.target,
        "months": len(over),
        "reached": sum(m.met is True for m in over),
        "missed": [{"month": m.key, "uptime": m.uptime.percent, "owed": m.owed.credit if m.owed else None} for m in over if not m.met],
    }
