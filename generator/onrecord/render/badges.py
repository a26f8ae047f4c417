"""Badges: the state of the page and of each component as a small picture, and as JSON for shields.io."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from markupsafe import escape

from onrecord.markup import clean
from onrecord.render.artifacts import Artifact, compact
from onrecord.render.pages.words import SHAPES, Words
from onrecord.settings import Site
from onrecord.snapshot.records import ComponentView, Indicator, Snapshot
from onrecord.templating import Templates

FOLDER = "badges"
_COLOURS = {"ok": "12703f", "planned": "2a5aa0", "degraded": "7d5100", "partial": "a24300", "major": "ad1b29", "unknown": "535a64"}
"""The inks of the pages: white words on them have a contrast of 6:1 and more."""
_INDICATORS: dict[Indicator, str] = {"none": "ok", "maintenance": "planned", "minor": "degraded", "major": "partial", "critical": "major"}
_LABEL = "3c434d"
_KEPT = 60
"""How long a copy may be kept, in seconds."""
_HEIGHT, _SIDE = 20, 7


def badges(snapshot: Snapshot, site: Site, templates: Templates) -> Iterator[Artifact]:
    """`/badges/status` and one for each component on show, each as `.svg` and as `.json` (shields.io's endpoint)."""
    words = Words(snapshot, templates.language)
    unknown = templates.language.gettext("Unknown")
    yield from _badge("status", site.name, words.states[snapshot.overall.description], _COLOURS[_INDICATORS[snapshot.overall.indicator]])
    for component in snapshot.components:
        if not component.retired:
            message = unknown if component.ahead else words.effects[component.effect]
            yield from _badge(component.id, component.name, message, _colour(component))


def _colour(component: ComponentView) -> str:
    return _COLOURS["unknown" if component.ahead else SHAPES[component.effect]]


def _badge(name: str, label: str, message: str, colour: str) -> Iterator[Artifact]:
    label, message = clean(label), clean(message)
    yield Artifact(path=f"{FOLDER}/{name}.svg", data=_picture(label, message, colour).encode())
    facts = {
        "schemaVersion": 1,
        "label": label,
        "message": message,
        "color": colour,
        "isError": colour not in (_COLOURS["ok"], _COLOURS["planned"]),
        "cacheSeconds": _KEPT,
    }
    yield Artifact(path=f"{FOLDER}/{name}.json", data=compact(facts))


def _picture(label: str, message: str, colour: str) -> str:
    """The picture: its words are its name for a screen reader, and its colour says nothing that they do not."""
    left, right = _width(label), _width(message)
    whole = left + right
    said = escape(f"{label}: {message}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{_HEIGHT}" role="img" aria-label="{said}"><title>{said}</title>'
        f'<clipPath id="r"><rect width="{whole}" height="{_HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="#{_LABEL}"/><rect x="{left}" width="{right}" height="{_HEIGHT}" fill="#{colour}"/></g>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">'
        f"{_text(label, left / 2, left)}{_text(message, left + right / 2, right)}</g></svg>\n"
    )


def _text(words: str, middle: float, room: int) -> str:
    return f'<text x="{middle:g}" y="14" textLength="{room - 2 * _SIDE}" lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'


def _width(words: str) -> int:
    """About how wide the words are with space on both sides; the picture then fits them to it."""
    units = sum(0 if unicodedata.combining(c) else 11 if unicodedata.east_asian_width(c) in "WF" else 4 if c in "ijlI.,:;|'!" else 7 for c in words)
    return max(units, 1) + 2 * _SIDE
