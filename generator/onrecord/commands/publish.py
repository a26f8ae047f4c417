"""`onrecord publish`: the site on a host, from this machine, for the day when the usual way there is what is down."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

import click

from onrecord.commands.build import Progress, built, is_bad, lineage_of
from onrecord.problems import quantity
from onrecord.settings import OUTPUT_FOLDER, BuildOptions
from onrecord.site.copying import CannotCopy, copy
from onrecord.times import iso

_SHOWN = 20


@click.command()
@click.argument("target")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(OUTPUT_FOLDER), show_default=True, help="The folder that is built, and copied.")
@click.option("--as-it-is", is_flag=True, help="Build nothing: copy the folder as it lies there.")
@click.option("--publications", metavar="PATH|ADDRESS|live", default="live", show_default=True, help="Continue that chain of publications, as a deployment does.")
@click.option("--dry-run", is_flag=True, help="Copy nothing, and show what would be copied.")
@click.pass_obj
def command(root: Path, *, target: str, out: Path, as_it_is: bool, publications: str, dry_run: bool) -> int:
    """Build the site and copy it to TARGET by rsync.

    TARGET is a folder on a host that you reach over SSH, such as user@host:/srv/status/site/, or a
    folder here. It comes to hold exactly the site.
    """
    _demand_target(root, target)
    bad = False
    if not as_it_is:
        outcome = built(BuildOptions(root=root, out=root / out, publications=publications), Progress())
        bad = is_bad(outcome, BuildOptions(root=root, out=root / out))
        click.echo("\n".join([f"Built as it stands at {iso(outcome.snapshot.at)}: {outcome.snapshot.overall.description}.", *lineage_of(outcome)]))
    elif not (root / out / "build.json").is_file():
        raise click.UsageError(f"{root / out} holds no site of onrecord; leave --as-it-is out, and it is built")
    began = perf_counter()
    try:
        done = copy(root / out, target if _is_elsewhere(target) else str(root / target), dry_run=dry_run)
    except CannotCopy as error:
        raise click.ClickException(f"{error}\n    hint: {error.hint}") from None
    verb = "Would send" if dry_run else "Sent"
    click.echo(f"{verb} {quantity(len(done.sent), 'file')} to {target} and {'would remove' if dry_run else 'removed'} {len(done.removed):,}, in {perf_counter() - began:.1f} s.")
    for path in done.sent[:_SHOWN] if dry_run else ():
        click.echo(f"  {path}")
    click.echo("Next: open it there, and point the page's name in the DNS to that host; then  onrecord verify ADDRESS" if not dry_run else "Next: the same without --dry-run")
    return int(bad)


def _is_elsewhere(target: str) -> bool:
    """Whether rsync takes it for another machine: a colon before the first slash."""
    return ":" in target.partition("/")[0]


def _demand_target(root: Path, target: str) -> None:
    """Refuses what rsync would take for an option, and folders that hold anything but a site: all else in them would be removed."""
    if target.startswith("-") or not target.strip() or re.search(r"[\0\r\n]", target):
        raise click.UsageError(f"`{target}` is no target; write user@host:/path/ or a folder")
    if _is_elsewhere(target):
        return
    folder = root / target
    strangers = folder.is_dir() and any(folder.iterdir()) and not (folder / "build.json").is_file()
    if folder.is_file() or strangers or root.resolve().is_relative_to(folder.resolve()):
        raise click.UsageError(f"{folder} holds something that is no site of onrecord, and would lose it; name another folder")
