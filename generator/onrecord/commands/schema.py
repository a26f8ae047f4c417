"""`onrecord schema`: the JSON Schemas of the files, for editors and other tools."""

from __future__ import annotations

from pathlib import Path

import click

from onrecord.files import WorkTree, write_atomically
from onrecord.loading import load
from onrecord.policy import CHANGE_RULES, FILE_RULES, RULES
from onrecord.schemas import SHAPES, Known, Name, schema
from onrecord.settings import COMPONENTS_FILE, SCHEMAS_FOLDER
from onrecord.times import now

_RULES = {rule.slug: rule.title for rule in (*RULES, *FILE_RULES, *CHANGE_RULES)}


@click.command("schema")
@click.argument("name", required=False, type=click.Choice(list(SHAPES)), metavar="[NAME]")
@click.option("--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=f"Write into that folder. Without it and without NAME: {SCHEMAS_FOLDER}.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing, and end with 1 where a file would change.")
@click.pass_obj
def command(root: Path, name: Name | None, out: Path | None, only_check: bool) -> int:
    """Write the JSON Schemas of the files, so that editors complete and check them.

    NAME is incident, update, postmortem, components, policy, channels or redactions; alone, that
    schema goes to standard output. Components, groups and severities of this repository are offered by name.
    """
    known = _known(root)
    if name and out is None and not only_check:
        click.echo(schema(name, known), nl=False)
        return 0
    folder = root / (out or SCHEMAS_FOLDER)
    files = {folder / f"{one}.json": schema(one, known).encode() for one in SHAPES if name in (None, one)}
    stale = {path: data for path, data in files.items() if _read(path) != data}
    if only_check:
        for path in stale:
            click.echo(f"{_short(path, root)} is not what the code and this repository say")
        click.echo("Next: onrecord schema" if stale else "The schemas are up to date.")
        return 1 if stale else 0
    _write(stale, root)
    click.echo("The schemas are up to date." if not stale else "Next: commit them, so that every editor finds them")
    return 0


def schema_files(root: Path) -> dict[Path, bytes]:
    """Every schema where editors look for it, by its path, as this repository has them."""
    known = _known(root)
    return {root / SCHEMAS_FOLDER / f"{name}.json": schema(name, known).encode() for name in SHAPES}


def _known(root: Path) -> Known:
    """What the repository says by itself; where a file of it cannot be read, the schemas offer nothing from there, and it is said."""
    loaded = load(WorkTree(root), now=now(), only=(COMPONENTS_FILE,))
    for problem in loaded.problems:
        if problem.level == "error":
            click.echo(f"warning: {problem.place}: {problem.message}; the schemas are written without what stands there", err=True)
    data = loaded.dataset
    return Known(components=data.components, groups=data.groups, policy=data.policy, rules=_RULES)


def _write(files: dict[Path, bytes], root: Path) -> None:
    try:
        for path, data in files.items():
            write_atomically(path, data)
            click.echo(f"wrote {_short(path, root)}")
    except OSError as error:
        raise click.ClickException(f"not every schema was written: {error}; make room or mend the rights, then run it again") from None


def _short(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
