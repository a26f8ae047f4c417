"""Values that several verbs take on the command line."""

from __future__ import annotations

from datetime import datetime

import click

from onrecord.times import BadTime, parse_instant


def instant(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    """Reads an option that is an instant with its offset, such as 2026-11-21T14:28:00Z."""
    try:
        return parse_instant(value) if value is not None else None
    except BadTime as error:
        raise click.BadParameter(f"{error}; {error.hint}") from None
