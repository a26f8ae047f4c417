"""The pictures of the reliability page: small strips, each of which stands in a row of a table that says the same in words.

They are hidden from screen readers, and drawn in percent, so that they fit every width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import log

from markupsafe import Markup

from onrecord.snapshot.reliability import Kept, LevelMonth
from onrecord.times import DAY, HOUR, MINUTE

TICKS = (MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 4 * DAY)
"""What the scale of times names; it is logarithmic, so that a minute and a day can both be seen."""
_LEAST, _MOST = MINUTE, 4 * DAY
_BEYOND = 4.0
"""A month in which so many times the allowance was down fills the strip; more is not drawn longer."""


def kept(found: Kept, most: int) -> Markup:
    """Promises as a strip: kept, missed, open; `most` of them fill it."""
    left, rects = 0.0, ""
    for name, count in (("kept", found.kept), ("missed", found.missed), ("open", found.open)):
        if count and most:
            width = 100 * count / most
            rects += f'<rect class="{name}" x="{left:.4g}%" width="{width:.4g}%" height="100%"/>'
            left += width
    return _svg("tally", rects)


def allowance(month: LevelMonth) -> Markup:
    """The minutes that were down beside those that the target allows, where a line stands."""
    if not month.allowed:
        return _svg("spent", "")
    share = month.working.down / month.allowed / _BEYOND * 100
    bar = f'<rect class="{"kept" if month.met else "missed"}" y="25%" width="{min(share, 100):.4g}%" height="50%"/>' if share else ""
    return _svg("spent", f'<rect class="ground" y="25%" width="100%" height="50%"/>{bar}<rect class="mark" x="{100 / _BEYOND:g}%" width="2" height="100%"/>')


def dots(lengths: Iterable[timedelta], target: timedelta | None) -> Markup:
    """Each duration as a dot on the scale of times; filled up to the target, hollow beyond it, and a line at the target."""
    places = sorted({(round(place(length), 1), target is None or length <= target) for length in lengths})
    marks = "".join(f'<circle class="{"kept" if fine else "missed"}" cx="{x:g}%" cy="50%" r="4.5"/>' for x, fine in places)
    line = f'<rect class="mark" x="{place(target):.4g}%" width="2" height="100%"/>' if target is not None else ""
    return _svg("dots", f'<rect class="ground" y="50%" width="100%" height="1"/>{line}{marks}')


def scale(names: Sequence[str]) -> Markup:
    """The scale of times: the names of its ticks, in their order. The style puts each at its `place`, as words that a reader can set larger."""
    return Markup('<span class="ticks" aria-hidden="true">%s</span>') % Markup("").join(Markup("<span>%s</span>") % name for name in names)


def place(length: timedelta) -> float:
    """Where a duration lies on the scale of times, in percent; what is shorter or longer lies at its ends."""
    length = min(max(length, _LEAST), _MOST)
    return 3 + 94 * log(length / _LEAST) / log(_MOST / _LEAST)


def _svg(name: str, content: str) -> Markup:
    # Numbers, our own class names, and escaped names of ticks.
    return str.__new__(Markup, f'<svg class="plot {name}" aria-hidden="true">{content}</svg>')
