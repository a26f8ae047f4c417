"""`onrecord report`: uptime, service levels, credits, promises and times, by month, with the working shown."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import click

from onrecord import gitio
from onrecord.commands.options import instant
from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.render.accounts.period import ALL, Month, Period, What, last_whole_month
from onrecord.render.accounts.tables import to_csv, to_json
from onrecord.render.accounts.text import to_text
from onrecord.snapshot import Built, Snapshot, derive
from onrecord.times import day_of, now

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
@click.option("--what", "whats", type=click.Choice(get_args(What)), multiple=True, help="Only this: service levels with credits, uptime of each part, promises, times, or what else was given. May be repeated.")
@click.option("--format", "form", type=click.Choice(get_args(Format)), default="text", show_default=True, help="For people, for billing, or for tools. CSV holds one table: `levels`, unless --what names another.")
@click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock. Also ONRECORD_NOW.")
@click.pass_obj
def command(root: Path, *, month: Month | None, first: Month | None, last: Month | None, whats: tuple[What, ...], form: Format, at: datetime | None) -> int:
    """Account for a month: uptime, credits owed, promises kept, times.

    Every figure comes with the sum behind it. Records count in the month of the page in which
    they began. What a word promised is judged by when readers had the next one, as far as git
    knows it. Exit code 1 means that a record cannot be read, so that figures may lack it.
    """
    if month and (first or last):
        raise click.UsageError("--month names one month, --from and --until several: use one or the other")
    if form == "csv" and len(whats) > 1:
        raise click.UsageError("CSV holds one table: name one with --what, or use --format json")
    snapshot = _snapshot(root, at or now())
    period = _period(snapshot, month, first, last)
    if form == "csv":
        click.echo(to_csv(snapshot, period, whats[0] if whats else "levels"), nl=False)
    else:
        click.echo((to_text if form == "text" else to_json)(snapshot, period, whats or ALL), nl=False)
    for record in snapshot.unreadable:
        click.echo(f"{record.place}: {record.message}; this record is missing in every figure. Next: onrecord check", err=True)
    return 1 if snapshot.unreadable else 0


def _snapshot(root: Path, at: datetime) -> Snapshot:
    head = gitio.head(root)
    loaded = load(WorkTree(root), now=at)
    built = Built(commit=head.commit, committed=head.committed, dirty=head.dirty) if head else Built()
    return derive(loaded.dataset, at, built=built)


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
