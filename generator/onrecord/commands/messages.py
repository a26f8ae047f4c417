"""`onrecord messages`: the same facts in the words of each channel, to read, to copy, or as a folder for support."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from onrecord.commands import wording
from onrecord.commands.clipboard import copy
from onrecord.commands.desk import Desk, meant, sit_down
from onrecord.commands.messaging import as_json, as_text, complain, listed, take_over, write_folder
from onrecord.commands.options import instant
from onrecord.commands.proposing import alone, as_if_said, letters_of, phase_named
from onrecord.files import WorkTree
from onrecord.model import INCIDENT_STATUSES, MAINTENANCE_STATUSES, Kind
from onrecord.render.messages import CHANNELS, BadMessage, Message, message, phase_of
from onrecord.render.messages.looking import problems_of
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.times import now as clock


@click.command("messages")
@click.argument("id", required=False)
@click.option("--channel", "channels", multiple=True, type=click.Choice(list(CHANNELS)), help="Only that channel; once for each. Without it: all of them.")
@click.option("--phase", metavar="PHASE", help="The text of another phase, such as `resolved`, with blanks for what was not said yet. Without it: that of the newest update.")
@click.option("--update", "stem", metavar="UPDATE", help="As things stood with that update: its id, or some of it.")
@click.option("--set", "answers", multiple=True, metavar="BLANK=TEXT", help="Fill a blank, by some of its words; once for each.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people, or for tools.")
@click.option("--copy", "copies", is_flag=True, help="Put the message of the one channel into the clipboard.")
@click.option("--all", "folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Write a folder for support: one file a channel, and an index.")
@click.option("--list", "lists", is_flag=True, help="List phases and channels, and which template speaks for each.")
@click.option("--own", metavar="NAME", help="Copy that template to site_src/messages/ to say it in your own words: PHASE/CHANNEL, PHASE, `frames` or `phrases`.")
@click.option("--now", "set_clock", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock. Also ONRECORD_NOW.")
@click.pass_obj
def command(
    root: Path, *, id: str | None, channels: tuple[str, ...], phase: str | None, stem: str | None, answers: tuple[str, ...],
    form: str, copies: bool, folder: Path | None, lists: bool, own: str | None, set_clock: datetime | None,
) -> int:  # fmt: skip
    """Say the same in the words of each channel.

    ID may be a prefix or the words after the date; left out, the one that is open is meant. What is
    printed follows from what was said: a blank is left only where nobody has said it yet.
    """
    now = set_clock or clock()
    if lists:
        letters = letters_of(root, sit_down(root, now).data.policy)
        click.echo(listed(letters), nl=False)
        return complain(problems_of(WorkTree(root)))
    if own is not None:
        return take_over(root, own)
    if copies and len(channels) != 1:
        raise click.UsageError("--copy takes one message: say which with --channel")
    desk, view = meant(root, now, id)
    if view.kind is Kind.notice:
        raise click.UsageError(f"{view.id} is a notice: its words are for every channel as they are")
    named = phase_named(phase, view.kind, (*INCIDENT_STATUSES, *MAINTENANCE_STATUSES), "--phase") if phase else None
    snapshot, view = _then(desk, view, stem)
    if named not in (None, phase_of(view)):
        snapshot, view = as_if_said(desk, view, named, snapshot.at)
    made = _made(desk, (snapshot, view, named or phase_of(view)), channels or tuple(CHANNELS), answers)
    return _handed_over(view, made, form=form, copies=copies, folder=folder, now=now)


def _then(desk: Desk, view: IncidentView, stem: str | None) -> tuple[Snapshot, IncidentView]:
    """The record alone with what it means, now or when that update was said; a drill stays one."""
    at = desk.now
    if stem is not None:
        found = [update for update in view.updates if update.id == stem] or [update for update in view.updates if stem in update.id]
        if len(found) != 1:
            known = "\n".join(f"  {update.id}" for update in found or view.updates)
            raise click.UsageError(f"--update: `{stem}` is {'several updates' if found else 'no update'} of {view.id}:\n{known}")
        at = found[0].at
    return alone(desk, view.source, at, as_of=at if stem else None)


def _made(desk: Desk, about: tuple[Snapshot, IncidentView, str], channels: Sequence[str], answers: Sequence[str]) -> list[Message]:
    """The messages about that record in that phase, with the blanks that were answered filled.

    Raises:
        click.ClickException: a template breaks the language.
    """
    snapshot, view, phase = about
    letters = letters_of(desk.root, desk.data.policy)
    if letters.site.url == "/":
        click.echo("warning: mkdocs.yml says no `site_url`, so the messages cannot say where the page is", err=True)
    try:
        return [
            message(snapshot, view, channel, phase, letters, fill=lambda text: wording.answered(text, answers, strict=False))
            for channel in channels
        ]
    except BadMessage as error:
        raise click.ClickException(str(error)) from None


def _handed_over(view: IncidentView, made: Sequence[Message], *, form: str, copies: bool, folder: Path | None, now: datetime) -> int:
    left = tuple(dict.fromkeys(blank for one in made for blank in one.blanks))
    if left and (copies or folder is not None):
        click.echo(f"Nothing was handed over, as this is still to be said, with --set 'BLANK=TEXT':\n{wording.listed(left)}", err=True)
        return 1
    if folder is not None:
        write_folder(folder, view, made, now)
    elif copies:
        click.echo(as_text(made), nl=False)
        click.echo(copy(made[0].whole), err=True)
    else:
        click.echo(as_json(view, made) if form == "json" else as_text(made), nl=False)
    if left:
        click.echo(f"This is still to be said, with --set 'BLANK=TEXT':\n{wording.listed(left)}", err=True)
    return 1 if left else 0
