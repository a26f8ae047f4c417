"""The page of one record: what is felt, what was said when, and whether promises were kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from onrecord import markup
from onrecord.model import Kind
from onrecord.render import versions
from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages.deeds import Deed, deeds
from onrecord.render.pages.effects import chart
from onrecord.render.pages.setting import Setting, incident_feed
from onrecord.snapshot.record import EditMark, RecordView, UpdateMark
from onrecord.snapshot.records import IncidentView
from onrecord.times import day_of, iso

_ROOT = "../" * DEPTH["incident"]


def address(id: str) -> str:
    """Where the page of that record lies."""
    return f"incidents/{id}/"


def incident(view: IncidentView, setting: Setting, past: RecordView | None = None) -> PageContent:
    """The page of one record, with what git adds to it. While it is over, its bytes depend on the record alone and not on the clock."""
    began = day_of(view.started, setting.snapshot.zone)
    heads = [update.source.head for update in view.updates]
    own = bool(view.updates) and view.is_news
    content = setting.render(
        "incident",
        _ROOT,
        i=view,
        chart=chart(view),
        month=setting.language.month(began.year, began.month),
        month_key=f"{began:%Y-%m}",
        scope=next((head.scope for head in heads if head.scope), None),
        amends=next((head.amends for head in heads if head.amends), None),
        moved={move.update: move for move in view.moves},
        said={update.id: update for update in view.updates},
        repeated={earlier.id for repeat in setting.snapshot.repeats.get(view.id, ()) for earlier in repeat.earlier},
        past=past,
        head_edits=edits_of(past.head, setting) if past is not None and past.head else [],
        marks=marks_of(past, setting) if past is not None else {},
        unwitnessed="" if past is not None else _unwitnessed(setting),
        version=_version(view, setting),
        own_feed=own,
    )
    newest = view.updates[0] if view.updates else None
    return PageContent(
        address=address(view.id),
        kind="incident",
        title=view.title,
        description=markup.summary(newest.body) if newest else view.title,
        content=content,
        feeds=(*((incident_feed(setting.site, view),) if own else ()), *setting.feeds),
        previous=address(view.previous) if view.previous else None,
        following=address(view.following) if view.following else None,
        published=iso(view.updates[-1].at) if newest else None,
        modified=iso(newest.at) if newest else None,
        sought=own,
    )


def _version(view: IncidentView, setting: Setting) -> str:
    """What an open page compares; none where the record is over, or on a look back."""
    waits = view.is_open and view.kind is not Kind.notice and setting.snapshot.built.as_of is None
    return versions.of_record(view) if waits else ""


Edits = list[tuple[timedelta | None, list[Deed]]]
"""Edits in words, each with how long after publication it came."""


def marks_of(past: RecordView, setting: Setting) -> dict[str, tuple[UpdateMark, Edits]]:
    """What stands beside updates that came out late or were changed; the others have no mark."""
    return {id: (mark, edits_of(mark.edits, setting)) for id, mark in past.updates.items() if mark.late is not None or mark.edits}


def edits_of(edits: Iterable[EditMark], setting: Setting) -> Edits:
    """Those edits in words."""
    return [(edit.after, list(deeds(edit.edit.changes, setting))) for edit in edits]


def _unwitnessed(setting: Setting) -> str:
    """Why the page cannot say what was changed after publication."""
    _ = setting.language.gettext
    if setting.snapshot.built.as_of is not None:
        return _("This is a look back. What was changed later stands on the page of today.")
    if setting.history is not None:
        return _("This record is not committed yet, so nothing proves when it was published.")
    if setting.snapshot.built.commit is None:
        return _("This page was made without git, so it cannot say what was changed after publication.")
    return _("This page was made from a clone without the whole history, so it cannot say what was changed after publication.")
