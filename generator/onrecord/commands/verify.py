"""`onrecord verify`: a published site is made again from the commit that it names, and every byte compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from onrecord.commands.build import Progress
from onrecord.fetching import Missing, Unreachable, is_address
from onrecord.gitio import GitFailed
from onrecord.gitio.history import Incomplete
from onrecord.site.engine import EngineFailed
from onrecord.site.holding import CannotPublish
from onrecord.site.verifying import CannotVerify, Verdict, verify
from onrecord.times import iso

_SHOWN = 100


@click.command()
@click.argument("site", metavar="FOLDER|ADDRESS")
@click.option("--trust", is_flag=True, help="Run the repository's hooks, plugins and template overrides. Read them first.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people, or for tools.")
@click.pass_obj
def command(root: Path, site: str, *, trust: bool, form: Literal["text", "json"]) -> int:
    """Prove that a published site is what its commit makes.

    The commit that the site's build.json names is laid out in a folder of its own, built with the
    same clock and the same versions, and compared file by file. Run it in a clone of the repository
    with its whole history. Exit code 0: every byte is the same.
    """
    where = site if is_address(site) or Path(site).is_dir() or not (root / site).is_dir() else str(root / site)
    try:
        with Progress() as progress:
            verdict = verify(where, root, progress, trust=trust)
    except (CannotVerify, Unreachable, Incomplete, CannotPublish, EngineFailed) as error:
        raise click.ClickException(f"{error}\n    hint: {error.hint}" if error.hint else str(error)) from error
    except Missing as error:
        raise click.ClickException(f"there is no {error}\n    hint: name the folder or the address of a published site") from error
    except GitFailed as error:
        raise click.ClickException(
            f"the commit that the site names is not in this repository ({root})\n    hint: fetch it with `git fetch origin`, or name the repository with -C\n    {error.said.strip()}"
        ) from error
    click.echo(_as_json(verdict, site) if form == "json" else _as_text(verdict, site), nl=False)
    return 1 if verdict.differences else 0


def _as_json(verdict: Verdict, site: str) -> str:
    facts = {
        "site": site,
        "commit": verdict.card.commit,
        "at": iso(verdict.card.at),
        "files": verdict.files,
        "same": not verdict.differences,
        "differences": [{"path": d.path, "kind": d.kind, "message": d.message} for d in verdict.differences],
        "unseen": list(verdict.unseen),
    }
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def _as_text(verdict: Verdict, site: str) -> str:
    card = verdict.card
    made = f"{verdict.files:,} files of {site}, of commit {card.commit[:10]} as of {iso(card.at)}"
    lines = [f"{d.path}: {d.kind}: {d.message}" for d in verdict.differences[:_SHOWN]]
    if len(verdict.differences) > _SHOWN:
        lines.append(f"… and {len(verdict.differences) - _SHOWN:,} more; --format json has them all")
    unseen = [f"Not seen, because a host keeps it to itself: {', '.join(verdict.unseen)}."] if verdict.unseen else []
    if not lines:
        return "\n".join([f"{made}: every byte is what the commit makes.", *unseen]) + "\n"
    return "\n".join([*lines, "", f"{made}: {len(verdict.differences):,} differences.", *unseen]) + "\n"
