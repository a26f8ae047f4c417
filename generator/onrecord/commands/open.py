"""`onrecord open`: the first word of an incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from onrecord.authoring import Facts, new_record
from onrecord.commands import asking, screen, values
from onrecord.commands.desk import Desk, sit_down, tail
from onrecord.commands.manner import Manner, spoken
from onrecord.commands.options import instant
from onrecord.commands.proposing import phase_named, phase_to_say, proposed
from onrecord.commands.roles import who_does_what
from onrecord.commands.saying import say
from onrecord.model import Effect, IncidentFile, Kind, Severity, Status, UpdateFile
from onrecord.render.messages import PHASES
from onrecord.times import in_words

_EXAMPLE = 'onrecord open "Checkout errors" --component checkout=partial_outage --severity major -m "We are looking into it."'
_FIRST = (Status.investigating, Status.identified, Status.monitoring)


@click.command("open")
@click.argument("title", required=False)
@click.option("-c", "--component", "components", multiple=True, metavar="ID=EFFECT", help="A part and what its customers feel; once for each part.")
@click.option("--severity", type=click.Choice([severity.value for severity in Severity]), help="How bad it is as a whole. Without it: major for an outage of a part, else minor.")
@click.option("--next", "following", metavar="30m", help="When the next word comes. Without it: as often as policy.yml says for the severity.")
@click.option("--status", type=click.Choice([status.value for status in _FIRST]), help="What is known already. Without it: that of --template, else investigating.")
@click.option("--started", callback=instant, metavar="TIME", help="When customers began to feel it. Without it: when it is said.")
@click.option("--scope", metavar="TEXT", help="Who is affected, where, how many, in one line.")
@click.option("--workaround", metavar="TEXT", help="What customers can do meanwhile, in Markdown.")
@spoken
def command(
    root: Path, *, manner: Manner, title: str | None, components: tuple[str, ...], severity: str | None,
    following: str | None, status: str | None, started: datetime | None, scope: str | None, workaround: str | None,
) -> int:  # fmt: skip
    """Say that something is wrong.

    TITLE is what customers notice, not the cause. Alone on a terminal, the verb asks for all
    that it needs; with arguments it never asks. The words come from -m, from $EDITOR on the text
    of a template, or with --yes from that text alone.
    """
    manner = manner.asking(_EXAMPLE, title, components, severity, following, started, scope, workaround)
    desk = sit_down(root, manner.now)
    phase = phase_named(manner.template, Kind.incident, _FIRST) if manner.template else None
    if manner.asks:
        click.echo(who_does_what(desk), nl=False)
        title, felt, level, following = _ask(desk, manner)
    else:
        felt = values.effects(desk, components)
        level = Severity(severity) if severity else values.severity_of(felt.values())
    values.next_word(desk, following, level, manner.moment)
    if title is None or not title.strip():
        raise click.UsageError(f"what do customers notice? Say it first: {_EXAMPLE}")
    if not (manner.asks or severity):
        click.echo(f"severity: {level}, as none was given; --severity says another:\n" + "\n".join(screen.table(values.thresholds(desk).items())), err=True)
    head = _head({"title": " ".join(title.split()), "severity": level, "components": felt, "started": started, "drill": desk.rehearses})
    state = Status(status) if status else PHASES[phase].status if phase else None

    def first(manner: Manner) -> UpdateFile:
        due = values.next_word(desk, following, level, manner.moment)
        return UpdateFile(at=manner.at, status=state or Status.investigating, next_update_by=due, scope=scope, workaround=workaround)

    update = first(manner)
    phase = phase or phase_to_say(update.status or Status.investigating, is_new=True, changes=True)
    in_all = in_words((update.next_update_by or manner.moment) - manner.moment)
    words = manner.words(partial(proposed, desk, head, update, phase), (f"{head.title} ({level}), next update in {in_all}", *screen.table(values.thresholds(desk).items(), "")))
    manner = manner.spoken()
    facts = Facts(id=desk.new_id(started or manner.at, head.title), kind=Kind.incident, tail=tail)
    code = say(desk, new_record(facts, head, first(manner), words), manner, words)
    if code == 0 and not (manner.asks or manner.dry_run):
        click.echo(who_does_what(desk), nl=False)
    return code


def _head(values: Mapping[str, Any]) -> IncidentFile:
    return IncidentFile.model_validate({key: value for key, value in values.items() if value is not None})


def _ask(desk: Desk, manner: Manner) -> tuple[str, dict[str, Effect], Severity, str]:
    """Title, effects, severity and the next word, one question after the other."""
    title = asking.line("What do customers notice? (the title)", check=_title)
    felt = _ask_effects(desk)
    click.echo("\nHow bad is it?")
    choices = {name: f"{name}: {meaning}" for name, meaning in values.thresholds(desk).items()}
    level = Severity(asking.choose("Severity", choices, default=values.severity_of(felt.values())) or Severity.minor)
    rhythm = in_words(values.cadence(desk, level)).replace(" min", "m").replace(" ", "")
    return title, felt, level, asking.line("Next update in", rhythm, check=lambda text: values.due_text(text, manner.moment))


def _ask_effects(desk: Desk) -> dict[str, Effect]:
    felt: dict[str, Effect] = {}
    effects = {effect.value: effect.value.replace("_", " ") for effect in reversed(Effect) if effect is not Effect.operational}
    while left := {id: part.name for id, part in desk.parts.items() if id not in felt}:
        click.echo("\nWhich part?" if not felt else "\nAnother part?")
        id = asking.choose("Part (Enter for none)" if not felt else "Part (Enter for no more)", left, listed=not felt)
        if id is None:
            break
        felt[id] = Effect(asking.choose("What do its customers feel?", effects, default=Effect.partial_outage) or Effect.partial_outage)
    return felt


def _title(text: str) -> str:
    if not text:
        raise click.UsageError("say in a few words what customers notice")
    return text
