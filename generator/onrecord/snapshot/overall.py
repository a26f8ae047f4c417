"""The state of the whole page, in Statuspage's words: what its components say, and what open records add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from onrecord.model import EFFECT_RANK, SEVERITY_RANK, Effect, Kind, Severity
from onrecord.snapshot.records import IncidentView, Indicator, Overall
from onrecord.times import Span

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
_BY_SEVERITY = {Severity.critical: _CRITICAL, Severity.major: _MAJOR}


def overall(incidents: Sequence[IncidentView], shown: Mapping[str, Effect], at: datetime) -> Overall:
    """The worse of two claims: that of the components on show (`shown`), and that of each record under way.

    A record whose components show it needs no claim of its own. One that names no component on
    show claims by its severity; one whose components all work again is still not over.
    """
    under_way = [view for view in incidents if view.is_open and view.kind is not Kind.notice]
    claims = [_rollup(shown.values()), *(_claim(view, shown) for view in under_way)]
    claim = max(claims, key=_RANK.__getitem__)
    indicator, description = claim
    ends = (view.ended for view in incidents if view.kind is Kind.incident)
    trouble = any(view.kind is Kind.incident for view in under_way)
    return Overall(
        indicator=indicator,
        description=description,
        since=_back_from(at, _stretches(claim, incidents, shown, at)) if under_way else None,
        headline=max(under_way, key=lambda view: _weight(view, shown), default=None),
        quiet_since=None if trouble else max((end for end in ends if end is not None), default=None),
    )


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
    return _of_itself(view, view.severity, named=bool(named))


def _of_itself(view: IncidentView, severity: Severity | None, *, named: bool) -> _Claim:
    """What a record says by being open. `named` says whether it names a component on show, which would say how bad it is."""
    if view.kind is Kind.maintenance:
        return _MAINTENANCE
    return _DEGRADED if named else _BY_SEVERITY.get(severity or Severity.none, _DEGRADED)


def _weight(view: IncidentView, shown: Mapping[str, Effect]) -> tuple[int, bool, int, datetime]:
    """How much a record has to do with the state of the page: its effects or its claim, then its severity, then the newest."""
    felt = _BY_EFFECT[worst(effect for component, effect in view.now if component in shown)]
    severity = SEVERITY_RANK[view.severity or Severity.none]
    return max(_RANK[felt], _RANK[_claim(view, shown)]), view.kind is Kind.incident, severity, view.started


# ---------------------------------------------------------------- since when


def _stretches(
    claim: _Claim, incidents: Iterable[IncidentView], shown: Mapping[str, Effect], at: datetime
) -> Iterator[Span]:
    """The stretches of time in which the page was at least as bad as that claim."""
    least = _RANK[claim]
    as_felt = min(least, _RANK[_MAJOR])
    felt: dict[str, list[Span]] = {}
    for view in incidents:
        for span in view.spans:
            if span.component in shown and _RANK[_BY_EFFECT[span.effect]] >= as_felt:
                felt.setdefault(span.component, []).append(span.span)
        since = _claimed_since(view, least, shown) if view.is_open or view.ended is not None else None
        if since is not None:
            yield Span(min(since, at), view.ended or at)
    if claim is not _CRITICAL:
        yield from (span for spans in felt.values() for span in spans)
    elif felt.keys() == shown.keys():
        starts = [_back_from(at, spans) for spans in felt.values()]
        yield Span(max(start or at for start in starts), at)


def _claimed_since(view: IncidentView, least: int, shown: Mapping[str, Effect]) -> datetime | None:
    """Since when a record has claimed that much by being open, None where it does not."""
    if view.kind is Kind.notice:
        return None
    named = any(component in shown for component, _ in view.now)
    severity, since = view.source.head.severity, None
    words = () if named else reversed(view.updates)
    for moment, said in ((view.started, None), *((u.effective, u.source.head.severity) for u in words)):
        severity = said or severity
        if _RANK[_of_itself(view, severity, named=named)] < least:
            since = None
        elif since is None:
            since = moment
    return since


def _back_from(at: datetime, stretches: Iterable[Span]) -> datetime | None:
    """Back from T through stretches that overlap or adjoin, to where there was a pause; None where none reaches T."""
    since: datetime | None = None
    for span in sorted(stretches, key=lambda span: (span.end, span.start), reverse=True):
        if since is not None and span.end < since:
            break
        if since is not None or span.end >= at:
            since = span.start if since is None else min(since, span.start)
    return since
