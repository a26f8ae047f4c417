"""The page of a post-mortem: the story, what is being done about it, and how far that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from markupsafe import Markup

from onrecord import markup
from onrecord.files import Tree, Unreadable
from onrecord.model import Action, Postmortem
from onrecord.render.artifacts import DEPTH, Artifact, PageContent
from onrecord.render.pages.incident import address
from onrecord.render.pages.setting import Setting
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.times import day_of, iso

_MAX_PICTURE = 10_000_000
_ALIVE = re.compile(rb"<script|<foreignObject|<!ENTITY|javascript:|\son\w+\s*=", re.IGNORECASE)
"""What makes an SVG more than a picture."""
_ROOT = "../" * DEPTH["postmortem"]
_HEADINGS = re.compile(r"\A(?:\s*#{1,6}[^\n]*(?:\n|\Z))+")
"""The headings that a text begins with: what they stand over describes it better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """An action and how far it is on the day of the snapshot."""

    action: Action
    state: Literal["done", "open", "overdue"]


def postmortem(view: IncidentView, found: Postmortem, setting: Setting) -> PageContent:
    """The page of the record's published post-mortem."""
    article = markup.article(found.body)
    today = day_of(setting.snapshot.at, setting.snapshot.zone)
    title = setting.language.gettext("Post-mortem: %(title)s") % {"title": view.title}
    began = day_of(view.started, setting.snapshot.zone)
    content = setting.render(
        "postmortem",
        _ROOT,
        i=view,
        head=found.head,
        article=Markup(article.html),  # noqa: S704  sanitised there
        toc=article.toc,
        actions=[Tracked(action=action, state=_state(action, today)) for action in found.head.actions],
        month=setting.language.month(began.year, began.month),
        month_key=f"{began:%Y-%m}",
    )
    return PageContent(
        address=f"{address(view.id)}postmortem/",
        kind="postmortem",
        title=title,
        description=markup.summary(_HEADINGS.sub("", found.body) or found.body),
        content=content,
        feeds=setting.feeds,
        published=iso(found.head.published) if found.head.published else None,
    )


def pictures(snapshot: Snapshot, tree: Tree) -> Iterator[Artifact]:
    """The pictures of published post-mortems, where their pages look for them.

    One that cannot be read, or that could run something when it is opened by itself, is left out.
    """
    for view in snapshot.incidents:
        if view.postmortem is None:
            continue
        folder = view.postmortem.path.rpartition("/")[0]
        for name in view.postmortem.pictures:
            try:
                data = tree.read(f"{folder}/{name}", _MAX_PICTURE)
            except Unreadable:
                continue
            if not (name.lower().endswith(".svg") and _ALIVE.search(data)):
                yield Artifact(path=f"{address(view.id)}postmortem/{name}", data=data)


def _state(action: Action, today: date) -> Literal["done", "open", "overdue"]:
    if action.done is not None:
        return "done"
    return "overdue" if action.due is not None and action.due < today else "open"
