"""`onrecord doctor`: what is missing or stale around the page, and how to mend it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from onrecord import times
from onrecord.announcing.looking import channels_of
from onrecord.commands.options import instant
from onrecord.doctoring import leaning, online, settings, upkeep
from onrecord.doctoring.findings import Check, Finding, Patient
from onrecord.fetching import Site as Live
from onrecord.fetching import is_address
from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.loading.site import site_of
from onrecord.problems import quantity
from onrecord.starting.answers import BadAnswer
from onrecord.starting.keeping import KEPT_FILE, Kept, read_back

CHECKS: tuple[Check, ...] = (
    settings.address, settings.policy, leaning.shared_fate, leaning.domain,
    upkeep.clone, upkeep.fetch_depth, upkeep.version, upkeep.drift, upkeep.secrets, upkeep.channels, online.page,
)  # fmt: skip
_LEVELS = ("error", "warning", "note")
_TIMEOUT_SECONDS = 5.0


@click.command()
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="For people or for tools.")
@click.option("--offline", is_flag=True, help="Do not ask the published page.")
@click.option("--strict", is_flag=True, help="End non-zero for warnings too.")
@click.option("--now", callback=instant, metavar="TIME", envvar="ONRECORD_NOW", help="Set the clock. Also ONRECORD_NOW.")
@click.pass_obj
def command(root: Path, *, form: str, offline: bool, strict: bool, now: datetime | None) -> int:
    """Look the page over: address, policy, clone, versions, workflows, secrets, what it leans on, and what is online.

    Nothing is changed. What is wrong with the records themselves, `onrecord check` says.
    """
    patient = _patient(root, now or times.now(), offline=offline)
    found = sorted((finding for check in CHECKS for finding in check(patient)), key=lambda finding: _LEVELS.index(finding.level))
    if form == "json":
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        click.echo(_told(found))
    bad = ("error", "warning") if strict else ("error",)
    return int(any(finding.level in bad for finding in found))


def _patient(root: Path, now: datetime, *, offline: bool) -> Patient:
    loaded = load(WorkTree(root), now=now, only=())
    site = site_of(WorkTree(root), loaded.dataset.policy)
    asks = not offline and is_address(site.url)
    return Patient(
        root=root,
        now=now,
        dataset=loaded.dataset,
        site=site,
        kept=_kept(root),
        files=_settings(root),
        channels=channels_of(WorkTree(root), loaded.dataset)[0],
        live=Live(site.url, timeout=_TIMEOUT_SECONDS) if asks else None,
    )


def _kept(root: Path) -> Kept | None:
    try:
        return read_back((root / KEPT_FILE).read_bytes())
    except OSError:
        return None
    except BadAnswer as error:
        raise click.ClickException(f"{error}\n    hint: {error.hint}") from None


def _settings(root: Path) -> dict[str, str]:
    """The files by which a host builds, as text."""
    paths = [*sorted((root / ".github/workflows").glob("*.y*ml")), root / ".gitlab-ci.yml", root / "requirements.txt"]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file()}


def _told(found: list[Finding]) -> str:
    if not found:
        return "Nothing is missing or stale."
    lines = [f"{finding.level}: {finding.message}\n    hint: {finding.hint}" for finding in found]
    counts = ", ".join(quantity(sum(finding.level == level for finding in found), level) for level in _LEVELS if any(finding.level == level for finding in found))
    return "\n".join([*lines, "", f"{counts}. What is wrong with the records themselves:  onrecord check"])
