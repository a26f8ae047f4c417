"""One component as a row: its name, its state, its days and its figure."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from onrecord.render.pages import bars
from onrecord.snapshot.records import ComponentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One component with its bars."""

    view: ComponentView
    picture: Markup
    troubled: int
    """On how many of its days something was felt."""

    @classmethod
    def of(cls, view: ComponentView) -> Part:
        return cls(view=view, picture=bars.draw([day.worst for day in view.days]), troubled=len(bars.affected(view.days)))
