"""Values that several verbs take on the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from onrecord.settings import CONFIG_FILE, INCIDENTS, POLICY_FILE
from onrecord.times import BadTime, parse_instant, within_reason

_SOURCE = POLICY_FILE.partition("/")[0]


def instant(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    """Reads an option that is an instant with its offset, such as 2026-11-21T14:28:00Z."""
    try:
        return within_reason(parse_instant(value)) if value is not None else None
    except BadTime as error:
        raise click.BadParameter(f"{error}; {error.hint}") from None


def demand_root(root: Path) -> None:
    """Makes sure that the folder is the root of a status repository: that it has records, sources or a mkdocs.yml.

    Raises:
        click.UsageError: it is not, so that nobody speaks into a folder that is never published, or publishes an empty page.
    """
    if any((root / name).exists() for name in (INCIDENTS, _SOURCE, CONFIG_FILE)):
        return
    above = next((folder for folder in root.parents if (folder / INCIDENTS).is_dir() and (folder / _SOURCE).is_dir()), None)
    there = f"go there: cd {above or 'ITS-FOLDER'}, or name it: onrecord -C {above or 'ITS-FOLDER'} …"
    raise click.UsageError(f"{root} is not the root of a status repository\n  {there}")
