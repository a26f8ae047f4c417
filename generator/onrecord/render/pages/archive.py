"""Months that are long over: their records stand on the pages of the month with all their words, and old addresses lead there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from onrecord.render.artifacts import Artifact
from onrecord.render.pages.incident import Edits, address, edits_of, marks_of
from onrecord.render.pages.record import leading_to
from onrecord.render.pages.setting import Setting
from onrecord.render.pages.sheets import Sheet
from onrecord.settings import PUBLISHED_WITHIN
from onrecord.snapshot.record import RecordView, UpdateMark, record_view
from onrecord.snapshot.records import IncidentView, Move, UpdateView


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a month says of one of its archived records beside the record itself; see the template `archive`."""

    said: Mapping[str, UpdateView]
    moved: Mapping[str, Move]
    past: RecordView | None
    head_edits: Edits
    marks: Mapping[str, tuple[UpdateMark, Edits]]
    proven: bool
    """Whether it has a page with its record from git: where something was changed after it was published."""


def has_record_page(past: RecordView | None) -> TypeGuard[RecordView]:
    """Whether git's record of an archived record is a page: where it tells of a change."""
    return past is not None and not past.history.is_untouched


def kept(views: Iterable[IncidentView], setting: Setting) -> dict[str, Kept]:
    """Those records by id, each with what git says of it."""
    return {view.id: _kept(view, setting) for view in views}


def _kept(view: IncidentView, setting: Setting) -> Kept:
    past = record_view(setting.history, view, PUBLISHED_WITHIN)
    return Kept(
        said={update.id: update for update in view.updates},
        moved={move.update: move for move in view.moves},
        past=past,
        head_edits=edits_of(past.head, setting) if past is not None else [],
        marks=marks_of(past, setting) if past is not None else {},
        proven=has_record_page(past),
    )


def archived(view: IncidentView, past: RecordView | None, sheet: Sheet) -> Iterator[Artifact]:
    """A small page at each address that an archived record had, leading to its place in the month."""
    place = f"{sheet.address}#{view.id}"
    yield Artifact(path=f"{address(view.id)}index.html", data=leading_to(f"../../{place}", view.title))
    if past is not None and not has_record_page(past):
        yield Artifact(path=f"{address(view.id)}record/index.html", data=leading_to(f"../../../{place}", view.title))
