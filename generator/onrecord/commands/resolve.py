"""`onrecord resolve`: the last word of an incident or a maintenance."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

import click

from onrecord.authoring import add_update
from onrecord.commands import asking
from onrecord.commands.choosing import chosen
from onrecord.commands.desk import facts
from onrecord.commands.manner import Manner, spoken
from onrecord.commands.options import instant
from onrecord.commands.proposing import phase_named, phase_to_say, proposed
from onrecord.commands.saying import say
from onrecord.model import FINAL_STATUSES, Kind, Status, UpdateFile
from onrecord.snapshot.records import IncidentView
from onrecord.times import BadTime, iso, parse_duration, parse_instant

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
    phase = phase_named(manner.template, view.kind, (status,)) if manner.template else phase_to_say(status, is_new=True, changes=True)
    if manner.asks:
        effective, amends = _ask(view, manner)
    if manner.typed and manner.live and effective is None:
        effective = manner.moment  # the words that are proposed name this time, and typing takes a while
    update = UpdateFile(at=manner.at, status=status, effective=effective, amends=amends)
    words = manner.words(partial(proposed, desk, view, update, phase), (f"{view.title}: {status}",))
    manner = manner.spoken()
    return say(desk, add_update(facts(view), update.model_copy(update={"at": manner.at}), words), manner, words)


def _ask(view: IncidentView, manner: Manner) -> tuple[datetime | None, str | None]:
    """When it was over, and what is given back."""
    click.echo(f"{view.title} ({view.id}) is `{view.status}`.")
    ended = asking.line("When was it over? (Enter: now; or 20m for that long ago; or 2026-11-21T15:05Z)", check=lambda text: _before(text, manner.moment))
    if view.kind is not Kind.incident:
        return ended, None
    amends: str = click.prompt("What do customers get for it, in one line? (Enter: nothing is decided)", default="", show_default=False).strip()
    return ended, amends or None


def _before(text: str, moment: datetime) -> datetime | None:
    """The time that was typed: none, a time, or how long ago.

    Raises:
        click.UsageError: it is no time, or one to come.
    """
    if not text:
        return None
    try:
        found = parse_instant(text) if text[:4].isdigit() and "-" in text else moment - parse_duration(text)
    except (BadTime, OverflowError) as error:
        raise click.UsageError(f"{error}; write it like 20m, or 2026-11-21T15:05Z") from None
    if found > moment:
        raise click.UsageError(f"`{text}` is still to come")
    return found
