"""Which record is meant: as typed, the one that is open, or the one that somebody picks on a terminal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from onrecord.commands import asking
from onrecord.commands.desk import Desk, meant, named, open_records, sit_down, with_history
from onrecord.commands.manner import Manner
from onrecord.model import Kind, Status
from onrecord.snapshot.records import IncidentView

Story = Literal["none", "draft", "done"]
"""Which post-mortem is looked for: one that is owed, one to publish, one with actions to tick off."""
_WAITING: dict[Story, tuple[str, str]] = {
    "none": ("no incident waits for a post-mortem", "several incidents wait for their post-mortem"),
    "draft": ("no post-mortem is a draft", "several post-mortems are drafts"),
    "done": ("no action of a published post-mortem is open", "several post-mortems have open actions"),
}
_SHOWN = 8


def chosen(root: Path, manner: Manner, id: str | None, status: Status | None = None) -> tuple[Desk, IncidentView]:
    """The record, and the desk that knows it.

    Raises:
        click.UsageError: no record, or several, can be meant; says which, and what to type.
    """
    if id is None and manner.asks:
        desk = sit_down(root, manner.now, standing=True)
        views = {view.id: view for view in open_records(desk)}
        if len(views) > 1:
            picked = None
            while picked is None:
                picked = asking.choose("Which one", {key: view.title for key, view in views.items()})
            return desk, views[picked]
    return meant(root, manner.now, id, status)


def afterwards(root: Path, now: datetime, given: str | None, story: Story) -> tuple[Desk, IncidentView]:
    """The record whose post-mortem is meant: as typed, or the one whose post-mortem is in that state.

    Raises:
        click.UsageError: no record, or several, can be meant; says which, and what to type.
    """
    desk = with_history(sit_down(root, now, everything=True))
    if given is not None:
        id = meant(root, now, given)[1].id if len(ids := named(desk.ids(), given)) != 1 else ids[0]
        found = [view for view in desk.views() if view.id == id]
        return (desk, found[0]) if found else meant(root, now, given)
    waiting = [view for view in desk.views() if view.kind is Kind.incident and view.ended and _waits(desk, view, story)]
    if len(waiting) == 1:
        return desk, waiting[0]
    if waiting:
        rows = "\n".join(f"  {view.id}" for view in waiting[:_SHOWN])
        raise click.UsageError(f"{_WAITING[story][1]}; say which one:\n{rows}")
    raise click.UsageError(f"{_WAITING[story][0]}\n  for another one: onrecord postmortem ID")


def _waits(desk: Desk, view: IncidentView, story: Story) -> bool:
    found = view.source.postmortem
    if story == "none":
        wanted = desk.data.policy.severity(view.severity).postmortem_within if view.severity else None
        return view.postmortem is None and view.source.head.source is None and wanted is not None
    if story == "draft":
        return found is not None and found.head.status == "draft"
    return view.postmortem is not None and any(action.done is None for action in view.postmortem.head.actions)
