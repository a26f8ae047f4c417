"""Which record is meant: as typed, the one that is open, or the one that somebody picks on a terminal."""

from __future__ import annotations

from pathlib import Path

from onrecord.commands import asking
from onrecord.commands.desk import Desk, meant, open_records, sit_down
from onrecord.commands.manner import Manner
from onrecord.model import Status
from onrecord.snapshot.records import IncidentView


def chosen(root: Path, manner: Manner, id: str | None, status: Status | None = None) -> tuple[Desk, IncidentView]:
    """The record, and the desk that knows it.

    Raises:
        click.UsageError: no record, or several, can be meant; says which, and what to type.
    """
    if id is None and manner.asks:
        desk = sit_down(root, manner.now, everything=True)
        views = {view.id: view for view in open_records(desk)}
        if len(views) > 1:
            picked = None
            while picked is None:
                picked = asking.choose("Which one", {key: view.title for key, view in views.items()})
            return desk, views[picked]
    return meant(root, manner.now, id, status)
