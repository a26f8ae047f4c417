"""Overlapping effects on one component, made into stretches that follow one another: in each, one effect counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from onrecord.model import EFFECT_RANK, Effect
from onrecord.snapshot.records import EffectSpan

_MAINTENANCE = EFFECT_RANK[Effect.under_maintenance]


class Felt(NamedTuple):
    """An effect, with its times in seconds since 1970."""

    start: int
    end: int
    rank: int
    planned: bool
    lasting: bool
    incident: str

    @classmethod
    def of(cls, span: EffectSpan) -> Felt:
        start, end = int(span.span.start.timestamp()), int(span.span.end.timestamp())
        return cls(start, end, EFFECT_RANK[span.effect], span.planned, span.lasting, span.incident)


class Stretch(NamedTuple):
    """Seconds since 1970 in which one effect counts, with its weight; a weight of None leaves the stretch out.

    `rank` is the effect's, `incidents` are the records under way; `components` are those that felt it, where
    several are looked at together.
    """

    start: int
    end: int
    weight: float | None
    rank: int
    incidents: tuple[str, ...]
    components: tuple[str, ...] = ()


def stretches(effects: Iterable[Felt], weights: Sequence[float]) -> list[Stretch]:
    """The time in which anything was felt, in order and without overlaps. `weights` are by rank of effect."""
    changes = []
    for start, end, rank, planned, _, incident in effects:
        if start < end:
            changes.append((start, 1, rank, planned, incident))
            changes.append((end, -1, rank, planned, incident))
    changes.sort()
    found: list[Stretch] = []
    felt, left_out = [0] * len(weights), [0] * len(weights)
    under_way: dict[str, int] = {}
    since = 0
    for moment, step, rank, planned, incident in changes:
        if under_way and moment > since:
            _append(found, Stretch(since, moment, *_counts(felt, left_out, weights), tuple(under_way)))
        since = moment
        (left_out if planned else felt)[rank] += step
        under_way[incident] = under_way.get(incident, 0) + step
        if not under_way[incident]:
            del under_way[incident]
    return found


def together(parts: Mapping[str, Iterable[Stretch]]) -> list[Stretch]:
    """The stretches of several components as one: at each moment that of the heaviest weight counts, once.

    A moment is left out where nothing but planned work was felt. Named are the components and the records that count.
    """
    changes = sorted(
        ((moment, component, stretch) for component, row in parts.items() for stretch in row for moment in stretch[:2]),
        key=itemgetter(0),
    )
    found: list[Stretch] = []
    felt: dict[str, Stretch] = {}
    since = 0
    for moment, component, stretch in changes:
        if felt and moment > since:
            _append(found, _heaviest({c: felt[c] for c in parts if c in felt}, since, moment))
        since = moment
        if moment == stretch.start:
            felt[component] = stretch
        elif felt.get(component) == stretch:
            del felt[component]
    return found


def _heaviest(felt: Mapping[str, Stretch], start: int, end: int) -> Stretch:
    weight, rank = max((-1.0 if s.weight is None else s.weight, s.rank) for s in felt.values())
    left_out = weight < 0
    alike = {c: s for c, s in felt.items() if s.rank == rank and (s.weight is None) == left_out}
    incidents = dict.fromkeys(chain.from_iterable(s.incidents for s in alike.values()))
    return Stretch(start, end, None if left_out else weight, rank, tuple(incidents), tuple(alike))


def _append(found: list[Stretch], new: Stretch) -> None:
    """Adds a stretch, or makes the last one longer where nothing changed in between."""
    if found and found[-1].end == new.start and found[-1][2:] == new[2:]:
        new = new._replace(start=found.pop().start)
    found.append(new)


def _counts(felt: Sequence[int], left_out: Sequence[int], weights: Sequence[float]) -> tuple[float | None, int]:
    """The weight that counts, and the effect whose it is. Both lists count effects by rank, `left_out` the planned ones."""
    if any(left_out) and not any(felt[_MAINTENANCE + 1 :]):
        return None, max(rank for rank, (one, other) in enumerate(zip(felt, left_out, strict=True)) if one or other)
    return max((weights[rank], rank) for rank, count in enumerate(felt) if count)
