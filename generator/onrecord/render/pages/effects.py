"""The effect of one record on each part over time: a strip drawn to scale, whose every stretch also stands beside it in words.

The height says what the colour says, as in the bars, and announced minutes are hatched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from markupsafe import Markup

from onrecord.model import Effect
from onrecord.render.pages.words import SHAPES
from onrecord.snapshot.records import EffectSpan, IncidentView
from onrecord.times import Span

_SHARES: dict[Effect, int] = {
    Effect.under_maintenance: 60,
    Effect.degraded_performance: 70,
    Effect.partial_outage: 85,
    Effect.major_outage: 100,
}
"""How much of the strip's height each effect takes, in percent."""
_LEAST = 0.6
"""No stretch is drawn narrower than so many percent: one that is there must be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The parts that went through the same: their strip, and its stretches."""

    components: tuple[str, ...]
    strip: Markup
    spans: tuple[EffectSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The strips of all parts on one scale, `whole`. `marks` are the updates, `hatches` the patterns that strips fill with."""

    whole: Span
    marks: Markup
    hatches: Markup
    rows: tuple[Row, ...]


def chart(view: IncidentView) -> Chart | None:
    """The chart of a record, None where it did nothing to any part."""
    if not view.spans:
        return None
    spans = [span.span for span in view.spans]
    whole = Span(min([span.start for span in spans]), max([span.end for span in spans]))
    return Chart(
        whole=whole,
        marks=_marks([update.at for update in view.updates], whole),
        hatches=_hatches(view),
        rows=tuple(_rows(view, whole)),
    )


def _rows(view: IncidentView, whole: Span) -> Iterator[Row]:
    found: dict[tuple[object, ...], list[tuple[str, tuple[EffectSpan, ...]]]] = {}
    for component, run in groupby(view.spans, key=attrgetter("component")):
        spans = tuple(run)
        course = tuple([(span.effect, span.span, span.planned, span.lasting) for span in spans])
        found.setdefault(course, []).append((component, spans))
    for alike in found.values():
        spans = alike[0][1]
        yield Row(components=tuple(component for component, _ in alike), strip=_strip(spans, whole, view.id), spans=spans)


def _strip(spans: Sequence[EffectSpan], whole: Span, id: str) -> Markup:
    rects = "".join([_rect(span, whole, id) for span in spans])
    return _svg("strip", f'<rect class="ok" y="60%" width="100%" height="40%"/>{rects}')


def _rect(span: EffectSpan, whole: Span, id: str) -> str:
    left, right = _place(span.span.start, whole), _place(span.span.end, whole)
    width = max(right - left, _LEAST)
    share, shape = _SHARES[span.effect], SHAPES[span.effect]
    look = f'fill="url(#hatch-{id}-{shape})"' if span.planned else f'class="{shape}"'
    return f'<rect {look} x="{min(left, 100 - width):.4g}%" y="{100 - share}%" width="{width:.4g}%" height="{share}%"/>'


def _marks(moments: Iterable[datetime], whole: Span) -> Markup:
    places = [_place(moment, whole) for moment in moments if whole.start <= moment <= whole.end]
    lines = "".join([f'<rect x="{min(place, 99.7):.4g}%" width="2" height="100%"/>' for place in places])
    return _svg("marks", lines) if lines else Markup()


def _hatches(view: IncidentView) -> Markup:
    shapes = dict.fromkeys([SHAPES[span.effect] for span in view.spans if span.planned])
    if not shapes:
        return Markup()
    patterns = "".join(
        f'<pattern id="hatch-{view.id}-{shape}" class="{shape}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="ground" width="6" height="6"/><rect width="3" height="6"/></pattern>'
        for shape in shapes
    )
    return _svg("hatches", f"<defs>{patterns}</defs>")


def _place(moment: datetime, whole: Span) -> float:
    """Where the instant lies, in percent of the whole."""
    return 100 * ((moment - whole.start) / whole.length) if whole.length else 0


def _svg(name: str, content: str) -> Markup:
    # Numbers, our own class names and safe ids.
    return str.__new__(Markup, f'<svg class="{name}" aria-hidden="true">{content}</svg>')
