"""`onrecord resolve`: the last word of an incident or a maintenance."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from onrecord.authoring import Told, add_update, starter
from onrecord.commands.choosing import chosen
from onrecord.commands.desk import facts
from onrecord.commands.manner import Manner, spoken
from onrecord.commands.options import instant
from onrecord.commands.saying import say
from onrecord.model import FINAL_STATUSES, Kind, Status, UpdateFile
from onrecord.times import iso

_EXAMPLE = 'onrecord resolve ID -m "Payments work again since 15:05 UTC. We are sorry."'


@click.command("resolve")
@click.argument("id", required=False)
@click.option("--effective", callback=instant, metavar="TIME", help="When it was over, if that was before it is said.")
@click.option("--amends", metavar="TEXT", help="What customers are given in return, in one line.")
@spoken
def command(root: Path, *, manner: Manner, id: str | None, effective: datetime | None, amends: str | None) -> int:
    """Say that it is over.

    ID may be a prefix or the words after the date; left out, the one that is open is meant. An
    incident is `resolved`, a maintenance `completed`; every part is operational from then on.
    """
    manner = manner.asking(_EXAMPLE, id, effective, amends)
    desk, view = chosen(root, manner, id)
    manner = manner.after(view.updates[0].at if view.updates else None)
    if view.kind is Kind.notice:
        raise click.UsageError(f"{view.id} is a notice: it ends by itself at its `until`")
    if view.status in FINAL_STATUSES:
        ended = f" since {iso(view.ended)}" if view.ended else ""
        raise click.UsageError(f"{view.id} is `{view.status}`{ended} already\n  to add a word: onrecord update {view.id} -m TEXT")
    status = Status.completed if view.kind is Kind.maintenance else Status.resolved
    words = manner.words(starter(Told(status=status)), (f"{view.title}: {status}",))
    manner = manner.spoken()
    update = UpdateFile(at=manner.at, status=status, effective=effective, amends=amends)
    return say(desk, add_update(facts(view), update, words), manner, words)
