"""`onrecord report`: uptime, service levels, credits, promises and times, by month, with the working shown."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import click

from onrecord import gitio
from onrecord.commands.auditing import chain_at
from onrecord.commands.options import instant
from onrecord.commands.proposing import letters_of
from onrecord.files import WorkTree
from onrecord.gitio.history import Incomplete
from onrecord.loading import load
from onrecord.model import Dataset
from onrecord.render.accounts.notices import Notice, notices
from onrecord.render.accounts.period import ALWAYS, Month, Period, What, last_whole_month
from onrecord.render.accounts.tables import to_csv, to_json
from onrecord.render.accounts.text import to_text
from onrecord.render.messages import BadMessage
from onrecord.revisions import History, read_history
from onrecord.settings import CACHE_FOLDER
from onrecord.site.standing import stood
from onrecord.snapshot import Built, Snapshot, derive
from onrecord.times import day_of, now
from onrecord.withholding import Withholding

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
Format = Literal["text", "csv", "json"]


def _month(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Month | None:
    if value is None:
        return None
    match = _MONTH.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"`{value}` is no month; write it like 2026-11")
    return int(match[1]), int(match[2])


@click.command("report")
@click.option("--month", callback=_month, metavar="MONTH", help="One month, such as 2026-11. Left out, the last one that is over.")
@click.option("--from", "first", callback=_month, metavar="MONTH", help="The first of several months.")
@click.option("--until", "last", callback=_month, metavar="MONTH", help="The last of several months; left out, the running one.")
@click.option("--what", "whats", type=click.Choice(get_args(What)), multiple=True, help="Only this: service levels with credits, uptime of each part, promises, times, what else was given, or drafts of credit notices. May be repeated.")
@click.option("--format", "form", type=click.Choice(get_args(Format)), default="text", show_default=True, help="For people, for billing, or for tools. CSV holds one table: `levels`, unless --what names another.")
@click.option("--publications", "chain", metavar="WHERE", help="The chain of publications that proves when words came out, by its path or address, or `live`. Without it the committers' clocks count.")
@click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock. Also ONRECORD_NOW.")
@click.pass_obj
def command(root: Path, *, month: Month | None, first: Month | None, last: Month | None, whats: tuple[What, ...], form: Format, chain: str | None, at: datetime | None) -> int:
    """Account for a month: uptime, credits owed, promises kept, times.

    Every figure comes with the sum behind it. Records count in the month of the page in which
    they began. What a word promised is judged by when readers had the next one, as far as git
    knows it. Exit code 1 means that a record cannot be read, so that figures may lack it.
    """
    if month and (first or last):
        raise click.UsageError("--month names one month, --from and --until several: use one or the other")
    if form == "csv" and len(whats) > 1:
        raise click.UsageError("CSV holds one table: name one with --what, or use --format json")
    snapshot = _snapshot(root, at or now(), chain)
    period = _period(snapshot, month, first, last)
    drafts = _drafts(root, snapshot, period) if "notices" in whats else ()
    if form == "csv":
        click.echo(to_csv(snapshot, period, whats[0] if whats else "levels", drafts), nl=False)
    else:
        click.echo((to_text if form == "text" else to_json)(snapshot, period, whats or ALWAYS, drafts), nl=False)
    for record in snapshot.unreadable:
        click.echo(f"{record.place}: {record.message}; this record is missing in every figure. Next: onrecord check", err=True)
    return 1 if snapshot.unreadable else 0


def _snapshot(root: Path, at: datetime, chain: str | None) -> Snapshot:
    head = gitio.head(root)
    dataset = load(WorkTree(root), now=at).dataset
    built = Built(commit=head.commit, committed=head.committed, dirty=head.dirty) if head else Built()
    history = _history(root, head, dataset, chain)
    return derive(dataset, at, built=built, history=history, stood=stood(root, dataset, history, at))


def _history(root: Path, head: gitio.Head | None, dataset: Dataset, chain: str | None) -> History | None:
    """What git knows of the records; None, and said aloud, where it does not know enough."""
    if head is None:
        click.echo("There is no git here, so each word counts from the time that it gives itself.", err=True)
        return None
    published = chain_at(root, chain).first_published() if chain is not None else None
    try:
        return read_history(
            root,
            root / CACHE_FOLDER,
            revision=head.commit,
            published=published,
            since=dataset.policy.record.since,
            withholding=Withholding(dataset.redactions),
        )
    except Incomplete as error:
        click.echo(f"{error}: each word counts from the time that it gives itself.\n    hint: {error.hint}", err=True)
    except gitio.GitFailed as error:
        click.echo(f"Git cannot read the history, so each word counts from the time that it gives itself: {error}", err=True)
    return None


def _drafts(root: Path, snapshot: Snapshot, period: Period) -> tuple[Notice, ...]:
    try:
        return tuple(notices(snapshot, period, letters_of(root, snapshot.policy)))
    except BadMessage as error:
        raise click.ClickException(str(error)) from None


def _period(snapshot: Snapshot, month: Month | None, first: Month | None, last: Month | None) -> Period:
    today = day_of(snapshot.at, snapshot.zone)
    if first or last:
        end = last or (today.year, today.month)
        begin = first or end
        if begin > end:
            raise click.UsageError(f"--from {begin[0]}-{begin[1]:02d} comes after --until {end[0]}-{end[1]:02d}: change one of them")
        return Period(first=begin, last=end)
    only = month or last_whole_month(snapshot.at, snapshot.zone)
    return Period(first=only, last=only)
