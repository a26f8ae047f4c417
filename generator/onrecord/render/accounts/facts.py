"""The accounts as plain facts, flat and in a stable order of keys: what JSON and CSV are written from.

Durations are whole seconds, uptime is in percent, times are RFC 3339 in UTC, months `YYYY-MM`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from onrecord.model import Kind, Severity
from onrecord.snapshot.records import ComponentView, IncidentView, Interval, MonthUptime, Promise, Working
from onrecord.snapshot.reliability import Due, Kept, LevelMonth, LevelView, MonthSum, Reliability, Spread, Sum, Timing
from onrecord.times import iso

Facts = dict[str, object]


# ---------------------------------------------------------------- service levels and uptime


def level(view: LevelView, month: LevelMonth) -> Facts:
    """A service level in one month."""
    return {
        "plan": view.name,
        "month": month.key,
        "final": not month.running,
        "target": view.target,
        "uptime": month.uptime.percent,
        "reached": month.met,
        "credit": month.credit.credit if month.credit else None,
        "owed": month.owed.credit if month.owed else None,
        "first_uptime": month.first.percent if month.first else None,
        "first_credit": month.first_credit.credit if month.first_credit else None,
        **sums(month.working),
    }


def sums(working: Working) -> Facts:
    """The minutes behind a figure: whole - unknown - planned = known; uptime = 1 - down / known."""
    return {
        "whole_minutes": working.whole,
        "unknown_minutes": working.unknown,
        "planned_minutes": working.planned,
        "known_minutes": working.known,
        "down_minutes": working.down,
    }


def interval(one: Interval) -> Facts:
    """One row of the sum; a weight of None leaves it out."""
    return {
        "from": iso(one.span.start),
        "until": iso(one.span.end),
        "lasting": one.lasting,
        "effect": one.effect.value,
        "weight": one.weight,
        "minutes": one.minutes,
        "minutes_down": one.down,
        "components": list(one.components),
        "incidents": list(one.incidents),
    }


def uptime(component: ComponentView, month: MonthUptime) -> Facts:
    """The uptime of one component in one month."""
    return {
        "component": component.id,
        "month": month.key,
        "uptime": month.uptime.percent,
        **sums(month.working),
        "incidents": list(month.uptime.incidents),
    }


# ---------------------------------------------------------------- promises and times


def promise(view: IncidentView, one: Promise) -> Facts:
    """One promise of a next update. `late_seconds` runs on until the word comes; `clock` says how the time of it is known."""
    return {
        "incident": view.id,
        "update": one.update,
        "due": iso(one.due),
        "state": one.state,
        "met_by": one.met_by,
        "met_at": _iso(one.met_at),
        "late_seconds": _seconds(one.late),
        "clock": one.clock if one.met_by else None,
    }


def timing(one: Timing) -> Facts:
    """How one record was told."""
    states = [p.state for p in one.promises]
    return {
        "incident": one.incident.id,
        "kind": one.incident.kind.value,
        "month": one.key,
        "severity": _severity(one.incident),
        "clock": one.clock,
        "started": iso(one.incident.started),
        "first_word_seconds": _seconds(one.from_start),
        "first_word_from_detection_seconds": _seconds(one.from_detection),
        **_due("first_word", one.first),
        "longest_wait_seconds": _seconds(one.silence),
        "to_resolve_seconds": _seconds(one.to_resolve),
        "end_told_after_seconds": _seconds(one.told_after),
        **_due("postmortem", one.postmortem),
        "promises_kept": states.count("kept"),
        "promises_missed": states.count("missed"),
        "promises_open": states.count("open"),
    }


def amends(views: Iterable[IncidentView]) -> Iterator[Facts]:
    """What customers were given in return beside credits, as the newest update that names it says."""
    for view in views:
        for update in view.updates:
            if update.source.head.amends:
                yield {"incident": view.id, "update": update.id, "said": iso(update.at), "amends": update.source.head.amends}
                break


def _severity(view: IncidentView) -> str | None:
    return (view.severity or Severity.none).value if view.kind is Kind.incident else None


def _due(name: str, due: Due | None) -> Facts:
    if due is None:
        return {f"{name}_due": None, f"{name}_state": None, f"{name}_late_seconds": None}
    return {f"{name}_due": iso(due.at), f"{name}_state": due.state, f"{name}_late_seconds": _seconds(due.late)}


# ---------------------------------------------------------------- sums


def sum_facts(found: Sum) -> Facts:
    """Several records together."""
    return {
        "incidents": found.incidents,
        "clocks": dict(found.clocks),
        "promises": _kept(found.promises),
        "first_words": _kept(found.first),
        "postmortems": _kept(found.postmortems),
        "first_word_seconds": spread(found.from_start),
        "first_word_from_detection_seconds": spread(found.from_detection),
        "between_words_seconds": spread(found.between),
        "to_resolve_seconds": spread(found.to_resolve),
        "end_told_after_seconds": spread(found.told_after),
    }


def month_sum(month: MonthSum) -> Facts:
    """The records that began in one month."""
    return {"month": month.key, **sum_facts(month.sum)}


def by_severity(found: Reliability) -> list[Facts]:
    """The last twelve months, by severity, the worst first."""
    return [{"severity": severity.value, **sum_facts(one)} for severity, one in found.severities]


def _kept(found: Kept) -> Facts:
    return {"kept": found.kept, "missed": found.missed, "open": found.open, "late_seconds": spread(found.late)}


def spread(found: Spread) -> Facts:
    """With fewer than five values the median is left out: it would say more than is known."""
    return {
        "count": found.count,
        "median": None if found.few else _seconds(found.median),
        "least": _seconds(found.least),
        "most": _seconds(found.most),
    }


def _seconds(length: timedelta | None) -> int | None:
    return int(length.total_seconds()) if length is not None else None


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment is not None else None
