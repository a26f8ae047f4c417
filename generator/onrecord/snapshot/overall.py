"""The state of the whole page, in Statuspage's words: what its components say, and what open records add."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from onrecord.model import EFFECT_RANK, SEVERITY_RANK, Effect, Kind, Severity, Unreadable
from onrecord.snapshot.records import IncidentView, Indicator, Overall

_Claim = tuple[Indicator, str]

_WELL: _Claim = ("none", "All Systems Operational")
_MAINTENANCE: _Claim = ("maintenance", "Service Under Maintenance")
_DEGRADED: _Claim = ("minor", "Partially Degraded Service")
_PARTIAL: _Claim = ("minor", "Minor Service Outage")
_MAJOR: _Claim = ("major", "Partial System Outage")
_CRITICAL: _Claim = ("critical", "Major Service Outage")
_RANK = {claim: rank for rank, claim in enumerate((_WELL, _MAINTENANCE, _DEGRADED, _PARTIAL, _MAJOR, _CRITICAL))}

_BY_EFFECT = {
    Effect.operational: _WELL,
    Effect.under_maintenance: _MAINTENANCE,
    Effect.degraded_performance: _DEGRADED,
    Effect.partial_outage: _PARTIAL,
    Effect.major_outage: _MAJOR,
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BY_SEVERITY = {Severity.critical: _CRITICAL, Severity.major: _MAJOR}


def overall(
    incidents: Sequence[IncidentView], shown: Mapping[str, Effect], unknown: Sequence[Unreadable] = ()
) -> Overall:
    """The worst of three claims: of the components on show (`shown`), of each record under way, and of what is `unknown`.

    A record whose components show it needs no claim of its own. One that names no component on
    show claims by its severity; one whose components all work again is still not over. A recent
    record that cannot be read may be an outage, so the page does not say that all is well.
    """
    under_way = [view for view in incidents if view.is_open and view.kind is not Kind.notice]
    claims = [_rollup(shown.values()), *(_claim(view, shown) for view in under_way), *(_DEGRADED for _ in unknown)]
    indicator, description = max(claims, key=_RANK.__getitem__)
    ends = (view.ended for view in incidents if view.kind is Kind.incident)
    trouble = any(view.kind is Kind.incident for view in under_way)
    return Overall(
        indicator=indicator,
        description=description,
        headline=max(under_way, key=lambda view: _weight(view, shown), default=None),
        quiet_since=None if trouble or unknown else max((end for end in ends if end is not None), default=None),
        unknown=len(unknown),
    )


def recent(records: Iterable[Unreadable], since: date) -> list[Unreadable]:
    """Those of that day or later, by the day in their ids; an id without a day could be of today."""
    return [record for record in records if record.id[:10] >= since.isoformat() or not _DAY.match(record.id)]


def worst(effects: Iterable[Effect]) -> Effect:
    """The worst of the effects, operational where there is none."""
    return max(effects, key=EFFECT_RANK.__getitem__, default=Effect.operational)


def _rollup(effects: Iterable[Effect]) -> _Claim:
    felt = list(effects)
    if felt and all(effect is Effect.major_outage for effect in felt):
        return _CRITICAL
    return _BY_EFFECT[worst(felt)]


def _claim(view: IncidentView, shown: Mapping[str, Effect]) -> _Claim:
    named = [effect for component, effect in view.now if component in shown]
    if any(effect is not Effect.operational for effect in named) or (named and view.kind is Kind.maintenance):
        return _WELL
    if view.kind is Kind.maintenance:
        return _MAINTENANCE
    return _DEGRADED if named else _BY_SEVERITY.get(view.severity or Severity.none, _DEGRADED)


def _weight(view: IncidentView, shown: Mapping[str, Effect]) -> tuple[int, bool, int, datetime]:
    """How much a record has to do with the state of the page: its effects or its claim, then its severity, then the newest."""
    felt = _BY_EFFECT[worst(effect for component, effect in view.now if component in shown)]
    severity = SEVERITY_RANK[view.severity or Severity.none]
    return max(_RANK[felt], _RANK[_claim(view, shown)]), view.kind is Kind.incident, severity, view.started
