"""The page of one record: what is felt, what was said when, and whether promises were kept."""

from __future__ import annotations

from onrecord import markup
from onrecord.model import Kind
from onrecord.render import versions
from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages.effects import chart
from onrecord.render.pages.setting import Setting, incident_feed
from onrecord.render.subjects import is_news
from onrecord.snapshot.records import IncidentView
from onrecord.times import day_of, iso

_ROOT = "../" * DEPTH["incident"]


def address(id: str) -> str:
    """Where the page of that record lies."""
    return f"incidents/{id}/"


def incident(view: IncidentView, setting: Setting) -> PageContent:
    """The page of one record. While it is over, its bytes depend on the record alone and not on the clock."""
    began = day_of(view.started, setting.snapshot.zone)
    heads = [update.source.head for update in view.updates]
    own = bool(view.updates) and is_news(view, setting.snapshot)
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
    )


def _version(view: IncidentView, setting: Setting) -> str:
    """What an open page compares; none where the record is over, or on a look back."""
    waits = view.is_open and view.kind is not Kind.notice and setting.snapshot.built.as_of is None
    return versions.of_record(view) if waits else ""
