"""`onrecord export`: the history in the files of another system, with an account of what those cannot hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Literal

import click

from onrecord import gitio
from onrecord.commands.options import instant
from onrecord.exporting import cstate, report, statuspage
from onrecord.exporting.made import Made
from onrecord.exporting.verifying import read_back
from onrecord.files import WorkTree, write_atomically
from onrecord.loading import Loaded, load
from onrecord.loading.site import site_of
from onrecord.model import Dataset
from onrecord.problems import has_errors
from onrecord.snapshot import Built, derive
from onrecord.times import now

System = Literal["cstate", "statuspage"]


@click.command("export")
@click.argument("system", type=click.Choice(["cstate", "statuspage"]))
@click.option("--out", metavar="DIR", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write into; files of others in it are left alone.")
@click.option("--all", "everything", is_flag=True, help="Name every record of each line of the report.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people, or for tools.")
@click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock. Also ONRECORD_NOW.")
@click.pass_obj
def command(root: Path, *, system: System, out: Path, everything: bool, form: Literal["text", "json"], at: datetime | None) -> int:
    """Write the history in the files of another system.

    SYSTEM is cstate (the site's configuration and one file for each record) or statuspage (the
    answers of its API, with every record). What those files cannot hold is found by reading
    them back, and listed. Exit code 1 means that a record here cannot be read, so that it is missing.
    """
    began = perf_counter()
    moment = at or now()
    loaded = load(WorkTree(root), now=moment)
    dataset = _public(loaded.dataset)
    made = _made(system, root, dataset, moment)
    lost = read_back(system, made, dataset, moment)
    try:
        written = tuple(name for name, data in made.files.items() if _write(out / name, data))
        others = sum(path.is_file() and path.relative_to(out).as_posix() not in made.files for path in out.rglob("*"))
    except OSError as error:
        raise click.ClickException(f"stopped halfway: {error}; run the same again when that is mended") from error
    done = report.Exported(
        system=system, folder=str(out), records=len(made.records), components=len(made.components), written=written,
        same=len(made.files) - len(written), others=others, losses=tuple(lost),
    )  # fmt: skip
    click.echo(report.to_json(done) if form == "json" else report.to_text(done, perf_counter() - began, everything=everything), nl=False)
    return _unread(loaded)


def _public(dataset: Dataset) -> Dataset:
    """The records that the site shows: no drill leaves the repository."""
    return replace(dataset, incidents=tuple(incident for incident in dataset.incidents if not incident.head.drill))


def _made(system: System, root: Path, dataset: Dataset, moment: datetime) -> Made:
    head = gitio.head(root)
    snapshot = derive(dataset, moment, built=Built(commit=head.commit, committed=head.committed) if head else Built())
    site = site_of(WorkTree(root), dataset.policy)
    return statuspage.export(snapshot, site) if system == "statuspage" else cstate.export(snapshot, dataset, site)


def _write(path: Path, data: bytes) -> bool:
    """Writes a file that is new or differs; whether it did."""
    if path.is_file() and path.read_bytes() == data:
        return False
    write_atomically(path, data)
    return True


def _unread(loaded: Loaded) -> int:
    for record in loaded.dataset.unreadable:
        click.echo(f"{record.place}: {record.message}; this record is not in the export. Next: onrecord check", err=True)
    return int(has_errors(loaded.problems, strict=False))
