"""`onrecord schedule`: a maintenance, announced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from onrecord.authoring import Facts, new_record
from onrecord.commands import asking, values
from onrecord.commands.desk import Desk, day_words, sit_down, tail
from onrecord.commands.manner import Manner, spoken
from onrecord.commands.options import instant
from onrecord.commands.proposing import phase_named, proposed
from onrecord.commands.saying import say
from onrecord.model import Effect, IncidentFile, Kind, Status, UpdateFile
from onrecord.times import BadTime, Span, in_words, parse_instant

_EXAMPLE = 'onrecord schedule "Database upgrade" --from 2026-12-03T03:30:00Z --until 2026-12-03T05:00:00Z --component api -m "…"'


@click.command("schedule")
@click.argument("title", required=False)
@click.option("--from", "begins", callback=instant, metavar="TIME", help="When the window begins.")
@click.option("--until", "ends", callback=instant, metavar="TIME", help="When the window ends.")
@click.option("-c", "--component", "components", multiple=True, metavar="ID[=EFFECT]", help="A part that is worked on, and what its customers feel meanwhile; under_maintenance where nothing is said.")
@spoken
def command(
    root: Path, *, manner: Manner, title: str | None, begins: datetime | None, ends: datetime | None, components: tuple[str, ...],
) -> int:  # fmt: skip
    """Announce a maintenance.

    TITLE is what will be done, in customers' words. Short notice, freezes and other maintenance
    on the same parts are named; what they mean is for people to decide.
    """
    manner = manner.asking(_EXAMPLE, title, begins, ends, components)
    desk = sit_down(root, manner.now, standing=True)
    if manner.asks:
        title, begins, ends, components = _ask(desk)
    if not title or begins is None or ends is None:
        missing = "a title" if not title else "--from TIME" if begins is None else "--until TIME"
        raise click.UsageError(f"{missing} is missing: {_EXAMPLE}")
    if ends <= begins or ends <= manner.at:
        why = "ends before it begins" if ends <= begins else "is over"
        raise click.UsageError(f"the window {why}: {day_words(begins, manner.now)} until {day_words(ends, manner.now)}; mend --from or --until")
    felt = values.effects(desk, components, default=Effect.under_maintenance)
    head = IncidentFile.model_validate(
        {"title": " ".join(title.split()), "kind": Kind.maintenance, "drill": desk.rehearses, "components": felt, "scheduled": {"from": begins, "until": ends}}
    )
    for warning in _doubts(desk, Span(begins, ends), felt, manner.at):
        click.echo(f"warning: {warning}", err=True)
    phase = phase_named(manner.template, Kind.maintenance, (Status.scheduled,)) if manner.template else "maintenance-announced"
    start = partial(proposed, desk, head, UpdateFile(at=manner.at, status=Status.scheduled), phase)
    words = manner.words(start, (f"{head.title}, {day_words(begins, manner.now)} until {day_words(ends, manner.now)}",))
    manner = manner.spoken()
    facts = Facts(id=desk.new_id(begins, head.title), kind=Kind.maintenance, tail=tail)
    return say(desk, new_record(facts, head, UpdateFile(at=manner.at, status=Status.scheduled), words), manner, words)


def _doubts(desk: Desk, window: Span, parts: dict[str, Effect], at: datetime) -> Iterator[str]:
    """What speaks against that window: short notice, a freeze, another maintenance on the same parts."""
    policy = desk.data.policy.maintenance
    notice = window.start - at
    if notice < policy.minimum_notice:
        given = f"{in_words(notice)} of notice" if notice.total_seconds() > 0 else "no notice"
        yield f"this gives {given}, and policy.yml promises {in_words(policy.minimum_notice)}"
    for freeze in policy.freezes:
        if Span(freeze.from_, freeze.until).overlap(window):
            reason = f" ({freeze.reason})" if freeze.reason else ""
            yield f"nothing may be planned from {day_words(freeze.from_, at)} until {day_words(freeze.until, at)}{reason}"
    for view in desk.views():
        if view.kind is Kind.maintenance and view.phase not in ("ended", "cancelled") and view.window and view.window.overlap(window):
            shared = [desk.name(id) for id in parts if id in view.source.head.components]
            if shared or not parts:
                yield f"it falls together with {view.id}" + (f", which is about {', '.join(shared)} too" if shared else "")


def _ask(desk: Desk) -> tuple[str, datetime, datetime, tuple[str, ...]]:
    title = asking.line("What will be done? (the title)", check=_present)
    begins = asking.line("From (such as 2026-12-03T03:30Z)", check=_instant)
    ends = asking.line("Until", check=_instant)
    return title, begins, ends, tuple(_ask_parts(desk))


def _ask_parts(desk: Desk) -> Sequence[str]:
    found: list[str] = []
    while left := {id: part.name for id, part in desk.parts.items() if id not in found}:
        id = asking.choose("Part that is worked on (Enter for no more)", left, listed=not found)
        if id is None:
            break
        found.append(id)
    return found


def _present(text: str) -> str:
    if not text:
        raise click.UsageError("say it in a few words")
    return text


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except BadTime as error:
        raise click.UsageError(f"{error}; {error.hint}") from None
