"""What responders type after an option: effects of parts, the time of the next word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import click

from onrecord.commands.asking import nearest
from onrecord.commands.desk import Desk
from onrecord.model import EFFECT_RANK, Effect, Severity
from onrecord.problems import did_you_mean
from onrecord.times import BadTime, in_words, parse_duration, parse_instant

_FEW = 5
"""How many components a hint names."""
_RHYTHMS = {"1 h": "hour", "1 d": "day"}
_EXAMPLE = "such as `--component {id}=partial_outage`"


def effects(desk: Desk, given: Sequence[str], default: Effect | None = None) -> dict[str, Effect]:
    """`checkout=partial_outage` and the like; without `=EFFECT` the default counts, where there is one.

    Raises:
        click.UsageError: an unknown part or effect, or one part twice; with the nearest that is known.
    """
    found: dict[str, Effect] = {}
    for text in given:
        name, sign, word = text.partition("=")
        id = part(desk, name.strip())
        if not sign and default is None:
            raise click.UsageError(f"`{text}` does not say what customers feel: write it {_EXAMPLE.format(id=id)}\n{_all_effects()}")
        if found.get(id) is not None:
            raise click.UsageError(f"`{id}` is named twice: keep one of the two")
        found[id] = effect(word) if sign or default is None else default
    return found


def part(desk: Desk, name: str) -> str:
    """The component's id, also where its name was given.

    Raises:
        click.UsageError: there is none; names the nearest.
    """
    known = {component.id: component.name for component in desk.data.components}
    if name in known or not known:
        return name
    by_name = {called.lower(): id for id, called in known.items()}
    if name.lower() in by_name:
        return by_name[name.lower()]
    found, sure = nearest(name, known)
    if sure and len(found) <= _FEW:
        raise click.UsageError(f"unknown component `{name}`; did you mean {' or '.join(f'`{id}`' for id in found)}?")
    near = did_you_mean(name, known)
    if not near.startswith("did you mean"):
        called = did_you_mean(name.lower(), by_name)
        near = f"did you mean `{by_name[called.split('`')[1]]}`?" if called.startswith("did you mean") else near
    raise click.UsageError(f"unknown component `{name}`; {near or 'list it in site_src/components.yml'}")


def effect(word: str) -> Effect:
    """The effect of that name, also by the beginning of it: `partial`, `major-outage`.

    Raises:
        click.UsageError: there is none.
    """
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    near = [known for known in Effect if plain and known.startswith(plain)]
    if plain in Effect.__members__:
        return Effect(plain)
    if len(near) == 1:
        return near[0]
    hint = did_you_mean(plain, [*Effect])
    raise click.UsageError(f"`{word}` is no effect; {hint if hint.startswith('did') else ''}\n{_all_effects()}".replace("; \n", "\n"))


def due(text: str, at: datetime) -> datetime:
    """When the next word comes: `30m`, `1h30m`, or a time with its offset.

    Raises:
        click.UsageError: neither, or not after `at`.
    """
    try:
        found = parse_instant(text) if text[:4].isdigit() and "-" in text else at + parse_duration(text)
    except (BadTime, OverflowError) as error:
        raise click.UsageError(f"--next: {error}; write it like 30m, 2h or 1h30m") from None
    if found <= at:
        raise click.UsageError(f"--next: `{text}` is over by {in_words(at - found)}; write it like 30m, 2h or 1h30m")
    return found


def due_text(text: str, at: datetime) -> str:
    """The text itself, once `due` takes it.

    Raises:
        click.UsageError: as `due`.
    """
    due(text, at)
    return text


def next_word(desk: Desk, text: str | None, severity: Severity | None, at: datetime) -> datetime:
    """When the next word comes: as typed, else as the policy says.

    Raises:
        click.UsageError: what was typed is no such time.
    """
    return due(text, at) if text else at + cadence(desk, severity)


def cadence(desk: Desk, severity: Severity | None) -> timedelta:
    """How long the policy lets customers wait for the next word."""
    return desk.data.policy.severity(severity).update_every or timedelta(hours=1)


def severity_of(felt: Iterable[Effect]) -> Severity:
    """The severity that nobody named, by the worst effect: an outage is major, anything less minor."""
    worst = max(felt, key=EFFECT_RANK.__getitem__, default=Effect.operational)
    return Severity.major if worst in (Effect.partial_outage, Effect.major_outage) else Severity.minor


def thresholds(desk: Desk) -> dict[str, str]:
    """Each severity with what it means here, when it applies and how often it wants a word; the worst first."""
    found = {}
    for severity in reversed(Severity):
        policy = desk.data.policy.severity(severity)
        said = " ".join(text.strip() for text in (policy.meaning, policy.when) if text)
        every = f" An update every {_RHYTHMS.get(rhythm := in_words(policy.update_every), rhythm)}." if policy.update_every else ""
        found[str(severity)] = f"{said}{every}"
    return found


def _all_effects() -> str:
    return "effects: " + ", ".join(reversed(Effect))
