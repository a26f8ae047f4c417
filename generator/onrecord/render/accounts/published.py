"""What programs read of the accounts: `promises.json`, `uptime.json` and `reliability.json` in `/api/v2/`."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.render.accounts import facts
from onrecord.render.accounts.facts import Facts
from onrecord.render.accounts.overview import overview
from onrecord.render.accounts.period import month_key_of
from onrecord.render.artifacts import Artifact, compact
from onrecord.snapshot.records import Snapshot

FOLDER = "api/v2"


def accounts(snapshot: Snapshot) -> Iterator[Artifact]:
    """Promises and times, by incident for the last twelve months, by month for ever; uptime of parts and service levels by month; and a year of both in short."""
    yield _file("promises", _promises(snapshot))
    yield _file("uptime", _uptime(snapshot))
    yield _file("reliability", overview(snapshot))


def _promises(snapshot: Snapshot) -> Facts:
    found = snapshot.reliability
    recent = [t for t in found.timings if (t.year, t.month) >= found.since]
    return {
        "since": month_key_of(found.since),
        "total": facts.sum_facts(found.year),
        "severities": facts.by_severity(found),
        "months": [facts.month_sum(month) for month in found.months],
        "incidents": [{**facts.timing(t), "promises": [facts.promise(t.incident, p) for p in t.promises]} for t in recent],
    }


def _uptime(snapshot: Snapshot) -> Facts:
    return {
        "time_zone": snapshot.zone.key,
        "components": [
            {"id": part.id, "name": part.name, "uptime_90_days": part.uptime.percent, "months": [facts.uptime(part, m) for m in part.months]}
            for part in snapshot.components
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
