"""Settled records: what the clock cannot change any more of them, packed for the next build and unpacked without reading them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from onrecord.loading.kept import asked
from onrecord.model import Effect, Incident, Kind, Postmortem, Severity, Status
from onrecord.snapshot.records import Clock, EffectSpan, IncidentView, Promise
from onrecord.times import Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAZY = ("updates", "now", "expected_resolution", "workaround", "announced", "moves", "notice")
"""What few ask of a record that is over."""
Whole = Callable[[IncidentView], IncidentView]
Row = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When the words of a record reached readers."""

    clock: Clock
    """The least sure clock of all of them."""
    first: datetime | None
    between: tuple[timedelta, ...]
    """From word to word until it was over."""
    after: timedelta | None
    """From its end to the word that said so."""


class KeptView(IncidentView):
    """To whoever reads it, the view of that record. What every page asks of all records is at hand; for the rest, `whole` derives it."""

    __slots__ = ("_derived", "_whole", "causes", "detected", "digest", "has_story", "kind", "named", "newest", "oldest", "title", "told", "words", "written")

    digest: str
    """The digest of all that it is by itself, as `snapshot.digests` reckons it."""
    told: Told
    has_story: bool
    _derived: IncidentView | None
    _whole: Whole

    __class__ = property(lambda _self: IncidentView)

    @property
    def whole(self) -> IncidentView:
        """The view derived from the record's words, once."""
        known = self._derived
        if known is None:
            known = self._whole(self)
            object.__setattr__(self, "_derived", known)
        return known

    @property
    def postmortem(self) -> Postmortem | None:
        return self.whole.postmortem if self.has_story else None


for _name in _LAZY:
    setattr(KeptView, _name, asked(_name))


# ---------------------------------------------------------------- to and from rows


def packed(view: IncidentView, digest: str, told: Told, *, at: datetime, history: str | None) -> Row | None:
    """The row of a record that is settled at the instant `at`; None where its facts do not fit into one.

    `digest` is that of the view by itself, `history` that of what git tells of the record.
    """
    try:
        row: Row = [
            *(view.title, view.kind.value, view.status and view.status.value, view.phase, view.severity and view.severity.value),
            *(_second(view.started), _second(view.ended), _second(view.felt_until)),
            [[s.component, s.effect.value, _second(s.span.start), _second(s.span.end), s.planned] for s in view.spans],
            [[p.update, _second(p.due), p.state, p.met_by, _second(p.met_at), _length(p.late), p.clock] for p in view.promises],
            [told.clock, _second(told.first), [_length(wait) for wait in told.between], _length(told.after)],
            *(sorted(view.named), list(view.causes), _second(view.detected), view.postmortem is not None, view.words, view.written, _length(view.overrun)),
            *([_second(view.newest[0]), view.newest[1]] if view.newest is not None else None, [[name, effect.value] for name, effect in view.worst]),
            *(_second(view.oldest), [_second(view.window.start), _second(view.window.end)] if view.window is not None else None),
            *(digest, _second(at), history),
        ]
    except _Odd:
        return None
    again = unpacked(row, view.source, previous=view.previous, following=view.following, is_news=view.is_news, whole=lambda _: view)
    return row if _alike(again, view) and again.told == told else None


def _alike(kept: KeptView, view: IncidentView) -> bool:
    """Whether the row says all that is not derived anew, word for word."""
    at_hand = ("title", "kind", "status", "phase", "severity", "started", "ended", "felt_until", "spans", "promise", "promises", "soon", "detected", "words", "written", "overrun", "newest", "worst", "oldest", "window")
    return all(getattr(kept, name) == getattr(view, name) for name in at_hand) and kept.causes == view.causes and set(kept.named) == set(view.named)


def standing(row: Row, at: datetime, history: str | None) -> bool:
    """Whether the row is still true at the instant `at`, with that digest of what git tells: no clock went back, and git tells the same."""
    return bool(row[-2] <= at.timestamp() and row[-1] == history)


def started(row: Row) -> datetime:
    """When the record of that row began."""
    return _moment(row[5])


def unpacked(row: Row, source: Incident, *, previous: str | None, following: str | None, is_news: bool = False, whole: Whole) -> KeptView:
    """The view of a settled record; `whole` derives it from its words where somebody asks for more."""
    title, kind, status, phase, severity, began, ended, felt, spans, promises, told, named, causes, detected, has_story, words, written, overrun, newest, worst, oldest, window, digest, _, _ = row
    view = object.__new__(KeptView)
    put = partial(object.__setattr__, view)
    put("source", source)
    put("title", title)
    put("kind", _KINDS[kind])
    put("status", _STATUSES[status])
    put("phase", phase)
    put("severity", _SEVERITIES[severity])
    put("started", _moment(began))
    put("ended", _maybe(ended))
    put("felt_until", _maybe(felt))
    put("spans", tuple(_span(values, source.id) for values in spans))
    put("promise", None)
    put("promises", tuple(_promise(values) for values in promises))
    put("soon", False)
    put("previous", previous)
    put("following", following)
    put("is_news", is_news)
    put("named", named)
    put("causes", tuple(causes))
    put("detected", _maybe(detected))
    put("has_story", has_story)
    put("words", words)
    put("written", written)
    put("newest", (_moment(newest[0]), newest[1]) if newest is not None else None)
    put("oldest", _maybe(oldest))
    put("window", Span(_moment(window[0]), _moment(window[1])) if window is not None else None)
    put("worst", tuple((name, _EFFECTS[effect]) for name, effect in worst))
    put("overrun", timedelta(seconds=overrun))
    put("told", _told(told))
    put("digest", digest)
    put("_whole", whole)
    put("_derived", None)
    return view


class _Odd(Exception):
    """A time that no row holds: with parts of a second, or in no zone of ours."""


def _second(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    if moment.microsecond or moment.tzinfo is not UTC:
        raise _Odd
    return int(moment.timestamp())


def _length(wait: timedelta | None) -> int | None:
    if wait is None:
        return None
    if wait.microseconds:
        raise _Odd
    return wait.days * 86_400 + wait.seconds


def _moment(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def _maybe(seconds: int | None) -> datetime | None:
    return None if seconds is None else _EPOCH + timedelta(seconds=seconds)


def _wait(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _span(values: Sequence[Any], incident: str) -> EffectSpan:
    component, effect, start, end, planned = values
    return EffectSpan(component=component, effect=_EFFECTS[effect], span=Span(_moment(start), _moment(end)), incident=incident, planned=planned)


def _promise(values: Sequence[Any]) -> Promise:
    update, due, state, met_by, met_at, late, clock = values
    return Promise(
        update=update, due=_moment(due), state=state, met_by=met_by, met_at=_maybe(met_at), late=timedelta(seconds=late), clock=clock
    )


def _told(values: Sequence[Any]) -> Told:
    clock, first, between, after = values
    return Told(clock=clock, first=_maybe(first), between=tuple(timedelta(seconds=wait) for wait in between), after=_wait(after))


_KINDS = {kind.value: kind for kind in Kind}
_EFFECTS = {effect.value: effect for effect in Effect}
_STATUSES = {None: None} | {status.value: status for status in Status}
_SEVERITIES = {None: None} | {severity.value: severity for severity in Severity}
