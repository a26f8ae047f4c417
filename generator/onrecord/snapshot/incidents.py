"""One record at T: its state, its effects over time, its updates and its promises."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from onrecord.loading.kept import facts_of
from onrecord.model import EFFECT_RANK, FINAL_STATUSES, Effect, Incident, Kind, Severity, Status
from onrecord.settings import AHEAD_MINUTES, LATER_DAYS, NEWS_DAYS, SOON_HOURS
from onrecord.snapshot.effects import Replay, replay
from onrecord.snapshot.kept import KeptView, Row, Whole, standing, started, unpacked
from onrecord.snapshot.maintenance import BEGINNING_OF_TIME, Course, course, effects_at_work
from onrecord.snapshot.promises import answered_meanwhile, promises
from onrecord.snapshot.records import EffectSpan, IncidentView, Phase, Promise, UpdateView
from onrecord.snapshot.said import Said, said
from onrecord.times import DAY, Span

if TYPE_CHECKING:
    from onrecord.revisions.records import History

_AHEAD = timedelta(minutes=AHEAD_MINUTES)
_SOON = timedelta(hours=SOON_HOURS)
_LATER = timedelta(days=LATER_DAYS)


@dataclass(slots=True, kw_only=True)
class _Facts:
    """What is known of one record before its neighbours are."""

    incident: Incident
    words: list[Said]
    course: Course | None
    status: Status | None
    phase: Phase
    started: datetime
    ended: datetime | None


def incident_views(
    incidents: Iterable[Incident], at: datetime, order: Mapping[str, int], history: History | None = None
) -> tuple[IncidentView, ...]:
    """Every record at the instant `at`, newest first. `order` is the place of each component on the page.

    `history` says when readers had each word; of one that git does not know the word itself says it.
    """
    found = [_settled(incident, at, history) or _facts(incident, at, history) for incident in incidents]
    found.sort(key=lambda fact: (fact.started, fact.incident.id), reverse=True)
    ids = [None, *(fact.incident.id for fact in found), None]

    def whole(view: IncidentView) -> IncidentView:
        return _view(_facts(view.source, at, history), at, order, history, previous=view.previous, following=view.following)

    return tuple(
        fact.view(at, whole, previous=previous, following=following)
        if isinstance(fact, _Settled)
        else _view(fact, at, order, history, previous=previous, following=following)
        for fact, previous, following in zip(found, ids[2:], ids, strict=False)
    )


def is_settled(view: IncidentView, at: datetime, order: Mapping[str, int], history: History | None) -> bool:
    """Whether the clock cannot change anything of that record any more, but for how long ago it ended."""
    if view.phase not in ("ended", "cancelled") or view.promise is not None:
        return False
    later = _view(_facts(view.source, at + _LATER, history), at + _LATER, order, history, previous=view.previous, following=view.following)
    return replace(later, is_news=view.is_news) == view


@dataclass(slots=True, kw_only=True)
class _Settled:
    """A record that need not be derived again."""

    incident: Incident
    started: datetime
    row: Row

    def view(self, at: datetime, whole: Whole, *, previous: str | None, following: str | None) -> KeptView:
        view = unpacked(self.row, self.incident, previous=previous, following=following, whole=whole)
        object.__setattr__(view, "is_news", _is_news(view.kind, view.phase, view.ended, at))
        return view


def _settled(incident: Incident, at: datetime, history: History | None) -> _Settled | None:
    """The record as it was found to be before, where nothing can have changed of it since."""
    facts = facts_of(incident)
    if facts is None or not standing(facts.view, at, told_of(incident.id, history)):
        return None
    return _Settled(incident=incident, started=started(facts.view), row=facts.view)


def told_of(id: str, history: History | None) -> str | None:
    """A digest of what git tells of that record; None where it is not asked, or tells nothing."""
    digest = history.digest if history is not None else None
    return digest(id) if digest is not None else None


# ---------------------------------------------------------------- state and times


def _facts(incident: Incident, at: datetime, history: History | None) -> _Facts:
    words = said(incident, at, history)
    if incident.head.kind is Kind.maintenance:
        return _maintenance_facts(incident, words, course(incident, words, at))
    status = words[-1].status if words else None
    over = status in FINAL_STATUSES
    started = _started(incident, words, at)
    ended = max(started, _closed(words) or started) if over else None
    phase: Phase = "ended" if over else "active"
    if incident.head.kind is Kind.notice:
        phase, ended = _notice_phase(incident, status, started, ended, at)
        status = None
    elif status is None:
        status = Status.investigating
    return _Facts(incident=incident, words=words, course=None, status=status, phase=phase, started=started, ended=ended)


def _maintenance_facts(incident: Incident, words: list[Said], run: Course) -> _Facts:
    if run.phase == "upcoming" and run.window is not None:
        started = run.window.start
    elif run.runs:
        started = run.runs[0].start
    else:
        started = run.window.start if run.window is not None else _fallback(incident, words)
    ended = run.runs[-1].end if run.runs and run.phase in ("ended", "cancelled") else None
    return _Facts(
        incident=incident, words=words, course=run, status=run.status, phase=run.phase, started=started, ended=ended
    )


def _started(incident: Incident, words: Sequence[Said], at: datetime) -> datetime:
    """The head's word, else the earliest time that an update gives."""
    head = incident.head
    if head.kind is Kind.notice and head.from_ is not None:
        return head.from_
    if head.started is not None:
        return head.started
    return min((one.effective for one in words), default=None) or min(_fallback(incident, words), at)


def _fallback(incident: Incident, words: Sequence[Said]) -> datetime:
    """The first word, else the day in the id: a record without any time still needs a place in the history."""
    if words:
        return words[0].at
    try:
        return datetime.fromisoformat(incident.id[:10]).replace(tzinfo=UTC)
    except ValueError:
        return BEGINNING_OF_TIME


def _closed(words: Sequence[Said]) -> datetime | None:
    return next((one.closes for one in reversed(words) if one.closes is not None), None)


def _notice_phase(
    incident: Incident, status: Status | None, started: datetime, ended: datetime | None, at: datetime
) -> tuple[Phase, datetime | None]:
    if status is Status.cancelled:
        return "cancelled", ended
    until = incident.head.until
    ends = min((moment for moment in (until, ended) if moment is not None), default=None)
    if ends is not None and ends <= at:
        return "ended", ends
    return ("upcoming", None) if started > at else ("active", None)


# ---------------------------------------------------------------- effects


def _spans(fact: _Facts, past: Replay, at: datetime, names: Iterable[str]) -> tuple[EffectSpan, ...]:
    run = fact.course
    found: list[EffectSpan] = []
    for component in names:
        for start, end, effect in _stretches(past.steps[component]):
            whole = EffectSpan(
                component=component,
                effect=effect,
                span=Span(start, at if end is None else end),
                incident=fact.incident.id,
                lasting=end is None,
            )
            found.extend([whole] if run is None else _while_at_work(whole, run))
    return tuple(found)


def _stretches(steps: Sequence[tuple[datetime, Effect]]) -> Iterator[tuple[datetime, datetime | None, Effect]]:
    """Stretches of one effect other than operational; the end of one that lasts is None."""
    start, current = steps[0]
    for moment, effect in steps[1:]:
        if effect is not current:
            if current is not Effect.operational:
                yield start, moment, current
            start, current = moment, effect
    if current is not Effect.operational:
        yield start, None, current


def _while_at_work(whole: EffectSpan, run: Course) -> Iterator[EffectSpan]:
    """The parts of a stretch in which the work ran, cut where announced minutes begin and end."""
    for index, work in enumerate(run.runs):
        lasting = whole.lasting and run.running and index == len(run.runs) - 1
        first, last = max(whole.span.start, work.start), min(whole.span.end, work.end)
        if first > last or (first == last and not lasting):
            continue
        cuts = sorted({first, last, *(c for p in run.planned for c in (p.start, p.end) if first < c < last)})
        for left, right in zip(cuts, cuts[1:] or cuts, strict=False):
            planned = any(p.start <= left < p.end for p in run.planned)
            yield replace(whole, span=Span(left, right), planned=planned, lasting=lasting and right == last)


def in_display_order(components: Collection[str], order: Mapping[str, int]) -> list[str]:
    """Components as the page lists them, then those that it does not know."""
    if len(components) < 2:
        return list(components)
    last = len(order)
    return sorted(components, key=lambda component: order.get(component, last))


# ---------------------------------------------------------------- the view


def _view(
    fact: _Facts, at: datetime, order: Mapping[str, int], history: History | None, *, previous: str | None, following: str | None
) -> IncidentView:
    incident, head, run = fact.incident, fact.incident.head, fact.course
    if head.kind is Kind.notice:
        past = Replay(steps={}, changes={})
    elif run is None:
        past = replay(head.components, min(fact.started, at), fact.words)
    else:
        past = replay(effects_at_work(incident), BEGINNING_OF_TIME, fact.words, ends=False)
    kept = _promises(fact, at, history)
    names = in_display_order(past.steps, order)
    spans = _spans(fact, past, at, names)
    over = fact.phase in ("ended", "cancelled")
    severity, expected, workaround = _newest(fact)
    return IncidentView(
        source=incident,
        status=fact.status,
        phase=fact.phase,
        severity=severity,
        started=fact.started,
        ended=fact.ended,
        felt_until=_felt_until(fact, spans),
        window=run.window if run is not None else None,
        updates=_updates(fact, past, kept, at, order),
        spans=spans,
        now=_worst(names, (span for span in spans if span.lasting)),
        worst=_worst(names, spans),
        promise=kept[-1] if kept and not over else None,
        promises=tuple(promise for promise in kept if promise is not None),
        expected_resolution=expected,
        workaround=workaround,
        announced=tuple((name, past.steps[name][-1][1]) for name in names) if run is not None else (),
        moves=run.moves if run is not None else (),
        notice=run.notice if run is not None else None,
        soon=run is not None and fact.phase == "upcoming" and fact.started - at <= _SOON,
        overrun=run.overrun if run is not None else timedelta(),
        previous=previous,
        following=following,
        is_news=_is_news(head.kind, fact.phase, fact.ended, at),
    )


def _is_news(kind: Kind, phase: Phase, ended: datetime | None, at: datetime) -> bool:
    if kind is Kind.notice or phase == "cancelled":
        return False
    return ended is None or at - ended < NEWS_DAYS * DAY


def _promises(fact: _Facts, at: datetime, history: History | None) -> list[Promise | None]:
    """What became of each promise. Where one was missed, git is asked for words that were removed since."""
    kept = promises(fact.incident.head.kind, fact.words, at)
    if history is None or not any(promise is not None and promise.state == "missed" for promise in kept):
        return kept
    if history.shorn is not None and fact.incident.id not in history.shorn:
        return kept
    known = history.records.get(fact.incident.id)
    removed = [update for update in known.updates if update.removed is not None] if known is not None else []
    return answered_meanwhile(kept, fact.words, removed) if removed else kept


def _felt_until(fact: _Facts, spans: Iterable[EffectSpan]) -> datetime | None:
    """Those who watch on before they close an incident did not make it longer."""
    if fact.ended is None or fact.incident.head.kind is not Kind.incident:
        return fact.ended
    return max((span.span.end for span in spans), default=fact.ended)


def _updates(
    fact: _Facts, past: Replay, kept: Sequence[Promise | None], at: datetime, order: Mapping[str, int]
) -> tuple[UpdateView, ...]:
    instead = _set_right(fact.words)
    corrections: dict[str, str] = {}
    withdrawn: dict[str, dict[str, Effect]] = {}
    for one in fact.words if instead else ():
        if one.target is not None:
            corrections[one.target] = one.update.id
            withdrawn.setdefault(one.target, {}).update(instead[one.update.id])
    never_ran = fact.course is not None and not fact.course.runs
    views = [
        UpdateView(
            source=one.update,
            status=one.status,
            at=one.update.head.at,
            effective=one.effective,
            changes=_changes({} if never_ran and one.final else past.changes.get(one.update.id, {}), order),
            promise=promise,
            corrected_by=corrections.get(one.update.id),
            ahead=one.update.head.at - at > _AHEAD,
            told=one.told,
            clock=one.clock,
            withdrawn=_changes(withdrawn.get(one.update.id, {}), order),
            instead_of=_changes(instead.get(one.update.id, {}), order),
        )
        for one, promise in zip(fact.words, kept, strict=True)
    ]
    views.reverse()
    return tuple(views)


def _set_right(words: Sequence[Said]) -> dict[str, dict[str, Effect]]:
    """For each correction, what the corrected update had claimed of components of which it says something else."""
    if all(one.target is None for one in words):
        return {}
    claims = {one.update.id: {} if one.update.unread else one.update.head.components for one in words}
    return {
        one.update.id: {
            component: claimed
            for component, effect in claims[one.update.id].items()
            if (claimed := claims[one.target].get(component, effect)) is not effect
        }
        for one in words
        if one.target is not None
    }


def _changes(effects: Mapping[str, Effect], order: Mapping[str, int]) -> tuple[tuple[str, Effect], ...]:
    return tuple((component, effects[component]) for component in in_display_order(effects, order)) if effects else ()


def _worst(names: Sequence[str], spans: Iterable[EffectSpan]) -> tuple[tuple[str, Effect], ...]:
    worst = dict.fromkeys(names, Effect.operational)
    for span in spans:
        if EFFECT_RANK[span.effect] > EFFECT_RANK[worst[span.component]]:
            worst[span.component] = span.effect
    return tuple(worst.items())


def _newest(fact: _Facts) -> tuple[Severity | None, datetime | None, str | None]:
    """The severity, the expected end and the workaround that were said last."""
    head = fact.incident.head
    severity, expected, workaround = head.severity, head.expected_resolution, head.workaround
    for one in fact.words:
        said_now = one.update.head
        severity = said_now.severity or severity
        expected = said_now.expected_resolution or expected
        workaround = said_now.workaround if said_now.workaround is not None else workaround
    return severity, expected, workaround
