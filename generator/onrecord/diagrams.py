"""Diagrams in Mermaid's notation, drawn while the site is built: the only user of the library that draws them.

The library is optional (`pip install onrecord[diagrams]`). Without it a page shows the diagram's source.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from types import ModuleType

from onrecord.pictures import Size, Unfit, measure

_LONGEST = 20_000
"""Characters of a source; a longer one is no diagram that anybody reads."""
_LOOK = {
    "theme": "base",
    "look": "classic",
    "themeVariables": {
        "fontFamily": "system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif",
        "background": "#ffffff",
        "primaryColor": "#f5f6f8",
        "primaryBorderColor": "#858c97",
        "primaryTextColor": "#191c20",
        "lineColor": "#535a64",
        "clusterBkg": "#ffffff",
        "clusterBorder": "#dcdfe4",
        "edgeLabelBackground": "#ffffff",
        "actorBkg": "#f5f6f8",
        "actorBorder": "#858c97",
        "noteBkgColor": "#f5f6f8",
        "noteBorderColor": "#858c97",
    },
}
"""Grey on white, since colour belongs to state. What a diagram says of its own look counts more."""
_FRONT = re.compile(r"\A\s*---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_FINE = re.compile(r"(?<![\w#.])(-?\d+\.\d\d)\d+")
_TITLE = re.compile(r"^\s*accTitle\s*:\s*(.+)$", re.MULTILINE)
_DESCRIPTION = re.compile(r"^\s*accDescr\s*(?::\s*(.+)$|\{([^}]*)\})", re.MULTILINE)


class Undrawable(Exception):
    """A source that is no diagram; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A diagram as an SVG. `name` is that of its file, made from its content."""

    name: str
    data: bytes
    size: Size


def words(source: str) -> str:
    """What the diagram says to those who do not see it: its `accTitle` and `accDescr` on one line, empty without them."""
    title, description = _TITLE.search(source), _DESCRIPTION.search(source)
    found = [title[1] if title else "", (description[1] or description[2]) if description else ""]
    return " ".join(" ".join(found).split())


@lru_cache(maxsize=256)
def draw(source: str) -> Drawing | None:
    """The diagram, or None where the library is not installed.

    Raises:
        Undrawable: the source breaks the notation's rules, or is longer than any diagram.
    """
    library = _library()
    if library is None:
        return None
    if len(source) > _LONGEST:
        raise Undrawable(f"it has {len(source):,} characters, more than the {_LONGEST:,} of any diagram that is read")
    try:
        svg = str(library.render(_in_our_look(source)).svg())
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic in Rust is no Exception
        raise Undrawable(" ".join(str(error).split())) from None
    return _drawing(_FINE.sub(r"\1", svg).encode())


def _in_our_look(source: str) -> str:
    """The source with our look before what it says of its own; its front matter stays in front."""
    front = _FRONT.match(source)
    cut = front.end() if front else 0
    return f"{source[:cut]}%%{{init: {json.dumps(_LOOK)}}}%%\n{source[cut:]}"


def _drawing(data: bytes) -> Drawing:
    """Figures of two digits are fine enough, and the same on every machine."""
    try:
        size = measure(data)
    except Unfit as error:
        raise Undrawable(error.message) from None
    if size is None:
        raise Undrawable("nothing would be drawn")
    return Drawing(name=f"diagram.{sha256(data).hexdigest()[:8]}.svg", data=data, size=size)


@cache
def _library() -> ModuleType | None:
    try:
        import mmdr
    except ImportError:
        return None
    found: ModuleType = mmdr
    return found
