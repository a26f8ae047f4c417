"""The working of an uptime figure: its minutes and intervals, rounded so that every sum holds to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from onrecord.model import Effect
from onrecord.snapshot.records import Interval, Working
from onrecord.snapshot.sweep import Stretch
from onrecord.times import Span

_EFFECTS = tuple(Effect)
_PER_SECOND = 100 / 60
"""Hundredths of a minute."""


class Row(NamedTuple):
    """The part of a stretch that falls into one month and is known, in seconds since 1970."""

    start: int
    end: int
    stretch: Stretch

    @property
    def length(self) -> int:
        return self.end - self.start


def working(whole: int, known: int, rows: Sequence[Row], now: int) -> Working:
    """The working of a stretch of `whole` seconds of which `known` ones count; `rows` are in order, `now` is T."""
    planned = shared([row.length * _PER_SECOND for row in rows if row.stretch.weight is None])
    down = shared([row.length * _PER_SECOND * row.stretch.weight for row in rows if row.stretch.weight is not None])
    left_out, counted = iter(planned), iter(down)
    all_of_it = round(whole * _PER_SECOND)
    unknown = round((whole - known - sum(row.length for row in rows if row.stretch.weight is None)) * _PER_SECOND)
    return Working(
        whole=all_of_it / 100,
        unknown=unknown / 100,
        planned=sum(planned) / 100,
        known=(all_of_it - unknown - sum(planned)) / 100,
        down=sum(down) / 100,
        intervals=tuple(
            _interval(row, next(left_out), 0, now)
            if row.stretch.weight is None
            else _interval(row, round(row.length * _PER_SECOND), next(counted), now)
            for row in rows
        ),
    )


def shared(values: Sequence[float]) -> list[int]:
    """Whole numbers close to the values whose sum is the rounded sum: what is left over goes to the largest remainders."""
    found = [int(value) for value in values]
    left = round(sum(values)) - sum(found)
    for index in sorted(range(len(found)), key=lambda i: found[i] - values[i])[:left]:
        found[index] += 1
    return found


def _interval(row: Row, minutes: int, down: int, now: int) -> Interval:
    return Interval(
        span=Span(datetime.fromtimestamp(row.start, UTC), datetime.fromtimestamp(row.end, UTC)),
        effect=_EFFECTS[row.stretch.rank],
        weight=row.stretch.weight,
        minutes=minutes / 100,
        down=down / 100,
        incidents=row.stretch.incidents,
        lasting=row.end == now,
        components=row.stretch.components,
    )
