"""`onrecord import`: a history from another system, as incident folders, with a report of every item."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Literal, NoReturn

import click

from onrecord.commands.options import instant
from onrecord.importing import report
from onrecord.importing.companions import CannotMerge
from onrecord.importing.records import NotThere
from onrecord.importing.systems import SYSTEMS, Asked, read
from onrecord.importing.writing import bring_in
from onrecord.times import BadTime, now, zone


def _zone(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        return value and str(zone(value))
    except BadTime as error:
        raise click.BadParameter(f"{error}; {error.hint}") from None



@click.command("import")
@click.argument("system", type=click.Choice(sorted(SYSTEMS)))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--all", "everything", is_flag=True, help="Show every line of the report, however long.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people, or for tools.")
@click.option(
    "--unfinished", type=click.Choice(["keep", "end"]), default="keep", show_default=True,
    help="Statuspage and feeds: what becomes of records that were last seen open, and that the newest files no longer have so.",
)
@click.option("--time-zone", callback=_zone, metavar="ZONE", help="Cachet: the zone of its times, such as Europe/Berlin, which have no offset; left out, UTC.")
@click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock: the time of the import. Also ONRECORD_NOW.")
@click.pass_obj
def command(
    root: Path, *, system: str, path: Path, dry_run: bool, everything: bool, form: Literal["text", "json"], unfinished: str,
    time_zone: str | None, at: datetime | None,
) -> int:  # fmt: skip
    """Bring a history from another system.

    SYSTEM is what the history was kept in. PATH is a file or a folder: for cstate, statusfy and
    upptime the folder of the site, for the others what their API, or their feed, answered with.
    Nothing is fetched. Every record says where it came from; a second run changes nothing that
    is here, and adds what is new there. Exit code 1 means that an item was refused.
    """
    began = perf_counter()
    for option, given in (("end_unfinished", unfinished == "end"), ("time_zone", time_zone)):
        if given and option not in SYSTEMS[system]:
            _not_for(system, option)
    asked = Asked(now=at or now(), end_unfinished=unfinished == "end", time_zone=time_zone or "UTC")
    try:
        done = bring_in(read(system, path.resolve(), asked), root, asked.now, dry_run=dry_run)
    except NotThere as error:
        raise click.UsageError(str(error)) from None
    except CannotMerge as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"stopped halfway: {error}; run the same again when that is mended, and it goes on from there") from error
    if form == "json":
        click.echo(report.to_json(done, system=system, source=str(path), dry_run=dry_run), nl=False)
    else:
        seconds = perf_counter() - began
        click.echo(report.to_text(done, source=str(path), dry_run=dry_run, seconds=seconds, everything=everything), nl=False)
    return 1 if any(item.outcome == "refused" for item in done.items) else 0


def _not_for(system: str, option: str) -> NoReturn:
    takes = " and ".join(name for name, options in SYSTEMS.items() if option in options)
    flag, why = {
        "end_unfinished": ("--unfinished", "records of other systems say themselves whether they are over"),
        "time_zone": ("--time-zone", "times of other systems name their offset"),
    }[option]
    raise click.UsageError(f"{flag} is for {takes}, not for {system}: {why}")
