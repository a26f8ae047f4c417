"""`onrecord audit`: what the history of git says about each record, with findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import click

from onrecord.audit import RULES, Finding, audit
from onrecord.commands.audited import as_text
from onrecord.commands.auditing import evidence, live_build, prove
from onrecord.commands.options import instant
from onrecord.problems import did_you_mean
from onrecord.publications import LIVE
from onrecord.render.findings import to_annotations, to_csv, to_json
from onrecord.revisions import History
from onrecord.times import now

Format = Literal["text", "json", "csv", "github"]
_WRITERS: dict[str, Callable[[Sequence[Finding]], str]] = {"json": to_json, "csv": to_csv, "github": to_annotations}
_SLUGS = tuple(rule.slug for rule in RULES)


@click.command("audit")
@click.argument("id", required=False)
@click.option("--format", "form", type=click.Choice(get_args(Format)), default="text", show_default=True, help="For people, for tools, for a table, or as annotations of a run.")
@click.option("--fail-on", "fatal", type=click.Choice((*_SLUGS, "any")), multiple=True, metavar="SLUG", help="End with exit code 1 where there is such a finding that nobody waived; `any` means each of them. May be repeated.")
@click.option("--since", "build", metavar="BUILD", help="A published build.json, by its path or address, or `live` for the one at the site's own address: prove that its commit is part of the history, and account for every word that was published with it.")
@click.option("--publications", "chain", metavar="WHERE", help="The chain of publications, by its path or address, or `live`. Left out, the one beside the build.json of --since.")
@click.option("--fresh", is_flag=True, help="Read the whole history anew, and believe nothing that the cache holds.")
@click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock by which promises are due. Also ONRECORD_NOW.")
@click.pass_obj
def command(
    root: Path,
    *,
    id: str | None,
    form: Format,
    fatal: tuple[str, ...],
    build: str | None,
    chain: str | None,
    fresh: bool,
    at: datetime | None,
) -> int:
    """Show what was said when, what was changed afterwards, and what does not fit.

    Reads the commits of the branch in first-parent order, as far as they are committed, and says
    for each finding which commit it rests on. With ID, one record is told whole. The exit code is 0
    whatever is found, unless --fail-on names it or the proof of --since fails.
    """
    if build == LIVE:
        build = live_build(root)
    known = evidence(root, at or now(), chain=chain, build=build, fresh=fresh)
    proof = prove(root, known, build) if build is not None else None
    if proof is not None:
        known = proof.evidence
    only = _meant(id, known.context.history) if id is not None else None
    found = audit(known.context, only, known.kept)
    if form == "text":
        click.echo(as_text(known, found, proof.told if proof else (), only), nl=False)
    else:
        click.echo(_WRITERS[form]([*found, *(proof.unaccounted if proof else ())]), nl=False)
        for line in (*known.notes, *(proof.told if proof else ())):
            click.echo(line, err=True)
    return int(_is_fatal(found, fatal) or (proof is not None and not proof.holds))


def _is_fatal(found: Sequence[Finding], fatal: Collection[str]) -> bool:
    return any(not finding.waived and (finding.slug in fatal or "any" in fatal) for finding in found)


def _meant(id: str, history: History) -> str:
    """The record of that id, of an id that it had before, or of the only id that ends so.

    Raises:
        click.UsageError: there is none, or there are several.
    """
    redirects: Mapping[str, str] = history.redirects
    if id in history.records or id in redirects:
        return redirects.get(id, id)
    ids = list(history.records)
    ending = [known for known in ids if known.endswith(id)] or [known for known in ids if id in known]
    if len(ending) == 1:
        return ending[0]
    hint = did_you_mean(id, ending or ids)
    raise click.UsageError(f"no commit has a record `{id}`; {hint}" if not ending else f"`{id}` could be any of {len(ending)} records; {hint}")


