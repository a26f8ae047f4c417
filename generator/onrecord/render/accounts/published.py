"""What programs read of the accounts: `promises.json`, `uptime.json` and `reliability.json` in `/api/v2/`, and a file a month beside the first two where there is much to tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from onrecord.render.accounts import facts
from onrecord.render.accounts.facts import Facts
from onrecord.render.accounts.overview import overview
from onrecord.render.accounts.period import month_key_of
from onrecord.render.artifacts import Artifact, compact
from onrecord.snapshot.records import ComponentView, Snapshot
from onrecord.snapshot.reliability import Timing

FOLDER = "api/v2"
MOST_TIMINGS = 2_000
"""Where more incidents than this were told in twelve months, each month's are in a file of its own: they are some 1.2 KB each."""
MOST_NAMED = 20_000
"""Where the months of all components name incidents more often than this, the names are in a file for each month."""
BY_MONTH = "incidents_by_month"
"""The key that then stands for `incidents`, with the months that have a file."""


def accounts(snapshot: Snapshot) -> Iterator[Artifact]:
    """Promises and times, by incident for the last twelve months, by month for ever; uptime of parts and service levels by month; and a year of both in short."""
    yield from _promises(snapshot)
    yield from _uptime(snapshot)
    yield _file("reliability", overview(snapshot))


def _promises(snapshot: Snapshot) -> Iterator[Artifact]:
    found = snapshot.reliability
    recent = [t for t in found.timings if (t.year, t.month) >= found.since]
    whole: Facts = {
        "since": month_key_of(found.since),
        "total": facts.sum_facts(found.year),
        "severities": facts.by_severity(found),
        "months": [facts.month_sum(month) for month in found.months],
    }
    if len(recent) <= MOST_TIMINGS:
        yield _file("promises", whole | {"incidents": _timings(recent)})
        return
    months = [(key, list(told)) for key, told in groupby(sorted(recent, key=lambda t: t.key, reverse=True), key=lambda t: t.key)]
    yield _file("promises", whole | {BY_MONTH: [key for key, _ in months]})
    for key, told in months:
        yield _file(f"promises/{key}", {"month": key, "incidents": _timings(told)})


def _timings(timings: Iterable[Timing]) -> list[Facts]:
    return [{**facts.timing(t), "promises": [facts.promise(t.incident, p) for p in t.promises]} for t in timings]


def _uptime(snapshot: Snapshot) -> Iterator[Artifact]:
    parts = snapshot.components
    apart = sum(len(month.uptime.incidents) for part in parts for month in part.months) > MOST_NAMED
    named: dict[str, list[Facts]] = {}
    for part in parts if apart else ():
        for month in part.months:
            if month.uptime.incidents:
                named.setdefault(month.key, []).append(facts.uptime(part, month))
    months = sorted(named, reverse=True)
    yield _file("uptime", {"time_zone": snapshot.zone.key, **_uptimes(snapshot, named=not apart), **({BY_MONTH: months} if apart else {})})
    for key in months:
        yield _file(f"uptime/{key}", {"month": key, "components": named[key]})


def _uptimes(snapshot: Snapshot, *, named: bool) -> Facts:
    """The months of each part and each service level; `named` says whether those of a part name their incidents."""

    def months(part: ComponentView) -> list[Facts]:
        rows = [facts.uptime(part, month) for month in part.months]
        return rows if named else [{key: value for key, value in row.items() if key != "incidents"} for row in rows]

    return {
        "components": [
            {"id": part.id, "name": part.name, "uptime_90_days": part.uptime.percent, "months": months(part)} for part in snapshot.components
        ],
        "service_levels": [
            {
                "name": level.name,
                "target": level.target,
                "components": list(level.components),
                "credits": [{"below": tier.below, "credit": tier.credit} for tier in level.tiers],
                "months": [facts.level(level, month) for month in level.months],
            }
            for level in snapshot.levels
        ],
    }


def _file(name: str, answer: Facts) -> Artifact:
    return Artifact(path=f"{FOLDER}/{name}.json", data=compact(answer))
