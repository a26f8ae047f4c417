"""`onrecord import`: a history from another system, as incident folders, with a report of every item."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Literal

import click

from onrecord.commands.options import instant
from onrecord.importing import cstate, report, statuspage
from onrecord.importing.companions import CannotMerge
from onrecord.importing.records import NotThere
from onrecord.importing.writing import bring_in
from onrecord.times import now

SYSTEMS = {"cstate": cstate.harvest, "statuspage": statuspage.harvest}
"""Each system by its name, with the function that reads everything below a path."""


@click.command("import")
@click.argument("system", type=click.Choice(sorted(SYSTEMS)))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--all", "everything", is_flag=True, help="Show every line of the report, however long.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people, or for tools.")
@click.option(
    "--unfinished", type=click.Choice(["keep", "end"]), default="keep", show_default=True,
    help="Statuspage: what becomes of records that were last seen open, and that the newest files no longer have so.",
)
@click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock: the time of the import. Also ONRECORD_NOW.")
@click.pass_obj
def command(root: Path, *, system: str, path: Path, dry_run: bool, everything: bool, form: Literal["text", "json"], unfinished: str, at: datetime | None) -> int:
    """Bring a history from another system.

    SYSTEM is what the history was kept in. For cstate, PATH is the folder of the site, its
    content folder, or content/issues. For statuspage, PATH is a file from the page's /api/v2,
    or a folder of such files. Every record says where it came from; a second run
    changes nothing that is here, and adds what is new there. Exit code 1 means that an item
    was refused.
    """
    began = perf_counter()
    if unfinished == "end" and system != "statuspage":
        raise click.UsageError("--unfinished is for statuspage: records of other systems say themselves whether they are over")
    read = partial(statuspage.harvest, end_unfinished=unfinished == "end") if system == "statuspage" else SYSTEMS[system]
    try:
        done = bring_in(read(path.resolve(), at or now()), root, at or now(), dry_run=dry_run)
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
