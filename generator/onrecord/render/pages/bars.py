"""Ninety days as bars: a small drawing whose every day is also a row of a table or part of a sentence.

The height says what the colour says. The drawing is hidden from screen readers; the words beside it are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from markupsafe import Markup

from onrecord.model import Effect
from onrecord.render.pages.words import SHAPES
from onrecord.snapshot.records import DayBar, GroupDay

_Day = TypeVar("_Day", DayBar, GroupDay)
_HEIGHT = 24
_STEP = 4
_HEIGHTS: dict[Effect, int] = {
    Effect.operational: 14,
    Effect.under_maintenance: 14,
    Effect.degraded_performance: 17,
    Effect.partial_outage: 20,
    Effect.major_outage: 24,
}
_UNKNOWN_HEIGHT = 3
_SVG = Markup('<svg class="bars" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>')
_PATH = Markup('<path class="{}" d="{}"/>')


def draw(days: Sequence[Effect | None]) -> Markup:
    """The days as an SVG, the oldest on the left; None is a day whose state is unknown."""
    lines = [_runs(days, known=True), _runs(days, known=False)]
    lines += [_strokes(days, effect) for effect in Effect if effect is not Effect.operational]
    return _SVG.format(len(days) * _STEP, _HEIGHT, Markup().join(lines))


def affected(days: Sequence[_Day]) -> list[_Day]:
    """The days on which something was felt, newest first: the rows of the table."""
    return [day for day in reversed(days) if day.worst not in (None, Effect.operational)]


def _runs(days: Sequence[Effect | None], *, known: bool) -> Markup:
    """One dashed line through each run of known (or unknown) days: the dashes are the days."""
    height = _HEIGHTS[Effect.operational] if known else _UNKNOWN_HEIGHT
    path, begun = "", None
    for i, day in enumerate([*days, None if known else Effect.operational]):
        if (day is not None) == known:
            begun = i if begun is None else begun
        elif begun is not None:
            path += f"M{begun * _STEP}.5 {_HEIGHT - height / 2:g}H{i * _STEP}"
            begun = None
    return _PATH.format("ok" if known else "unknown", path) if path else Markup()


def _strokes(days: Sequence[Effect | None], effect: Effect) -> Markup:
    path = "".join(f"M{i * _STEP + 2} {_HEIGHT}v-{_HEIGHTS[effect]}" for i, day in enumerate(days) if day is effect)
    return _PATH.format(SHAPES[effect], path) if path else Markup()
