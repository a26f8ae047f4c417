"""The page of one group: its parts, its days, and the records about them."""

from __future__ import annotations

from markupsafe import Markup

from onrecord.model import Effect
from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages import bars
from onrecord.render.pages.component import current
from onrecord.render.pages.part import Part
from onrecord.render.pages.setting import Setting, feed_links
from onrecord.snapshot.records import GroupView

_ROOT = "../" * DEPTH["group"]
_SHOWN = 25
"""So many records are listed, the newest; the history has them all."""


def address(id: str) -> str:
    """Where the page of that group lies."""
    return f"groups/{id}/"


def group(id: str, view: GroupView, setting: Setting) -> PageContent:
    """The page of the group with that id."""
    worst = [day.worst for day in view.days]
    content = setting.render(
        "group",
        _ROOT,
        g=view,
        felt=setting.words.felt((part.id, part.effect) for part in view.components if part.effect is not Effect.operational),
        current=current(view.incidents),
        rows=[Part.of(part) for part in view.components],
        retired=[Part.of(part) for part in view.retired],
        picture=bars.draw(worst) if any(worst) else Markup(),
        days=bars.affected(view.days),
        records=view.incidents[:_SHOWN],
        more=max(0, len(view.incidents) - _SHOWN),
    )
    state = setting.words.effects[view.effect]
    return PageContent(
        address=address(id),
        kind="group",
        title=view.name,
        description=". ".join(filter(None, [state, ", ".join(part.name for part in view.components), view.description])),
        content=content,
        feeds=feed_links(setting.site, setting.language, address(id), view.name),
    )
