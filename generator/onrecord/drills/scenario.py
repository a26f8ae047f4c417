"""Scenarios: what happens in a drill and when, the facts that customers ought to read, and what must not be said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from onrecord import yamlio
from onrecord.model import Component, Line, Number, Severity, Shape
from onrecord.problems import did_you_mean

FactKind = Literal["affected", "scope", "workaround", "plan", "end"]
_FOLDER = "scenarios"


def _pattern(text: str) -> str:
    re.compile(text)
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class Inject(Shape):
    """What somebody or something tells the responder."""

    minute: Number = Field(ge=0, description="How many minutes after the beginning.")
    from_: Line = Field(alias="from", description="Who says it: monitoring, support, a customer, the boss.")
    says: str = Field(description="The words.")


class Fact(Shape):
    """What customers ought to read, once it is known."""

    kind: FactKind = Field(description="What it answers: who is affected, scope, workaround, plan, end.")
    minute: Number = Field(ge=0, description="From when on the responder can know it.")
    text: Line = Field(description="The fact, for the score.")
    said: tuple[Pattern, ...] = Field(description="Regular expressions; where one is found in what was said, the fact was said.")


class Trap(Shape):
    """What an inject tempts to say, and what has no place on the page."""

    said: tuple[Pattern, ...] = Field(description="Regular expressions of the words.")
    why: Line = Field(description="Why they have no place there.")


class Cast(Shape):
    """A part of the service that plays a role."""

    like: tuple[Line, ...] = Field(description="Words of ids and names that fit, the best first.")
    otherwise: Line = Field(description="What it is called where there are no components at all.")


class Scenario(Shape):
    """One scenario. In texts, `{main}` stands for the name of the part that plays the role `main`."""

    title: Line = Field(description="What it is, in a few words.")
    about: str = Field(description="What the one who leads the drill should know; no surprise is given away.")
    minutes: Number = Field(gt=0, description="How long it takes.")
    severity: Severity = Field(description="How bad it is, for the promises of the policy.")
    parts: dict[str, Cast] = Field(description="The parts that play a role.")
    injects: tuple[Inject, ...] = Field(description="What is told, in order of time.")
    facts: tuple[Fact, ...] = Field(description="What customers ought to read.")
    traps: tuple[Trap, ...] = Field((), description="What tempts.")


def names() -> list[str]:
    """The scenarios that ship, by the word that starts them."""
    folder = files("onrecord.drills").joinpath(_FOLDER)
    return sorted(entry.name.removesuffix(".yml") for entry in folder.iterdir() if entry.name.endswith(".yml"))


@cache
def scenario(name: str) -> Scenario:
    """The scenario of that name.

    Raises:
        LookupError: there is none; the text names the nearest.
    """
    if name not in names():
        raise LookupError(f"there is no scenario `{name}`; {did_you_mean(name, names())}")
    data = files("onrecord.drills").joinpath(_FOLDER, f"{name}.yml").read_bytes()
    found, problems = yamlio.parse(data, f"{name}.yml", Scenario)
    if found is None:
        raise ValueError(f"{name}.yml: {problems[0].message}")
    return found


def cast(found: Scenario, components: Sequence[Component]) -> Mapping[str, str]:
    """Which component plays each role: one that sounds like it, else the first that is free. Ids; empty where there are none."""
    roles: dict[str, str] = {}
    free = {part.id: f"{part.id} {part.name}".lower() for part in components if part.retired is None}
    for role, wanted in found.parts.items():
        if not free:
            break
        fitting = (id for word in wanted.like for id, text in free.items() if word in text)
        chosen = next(fitting, next(iter(free)))
        roles[role] = chosen
        del free[chosen]
    return roles


def filled(text: str, found: Scenario, roles: Mapping[str, str], components: Sequence[Component]) -> str:
    """The text with the names of parts in place of their roles."""
    by_id = {part.id: part.name for part in components}
    for role, wanted in found.parts.items():
        text = text.replace("{" + role + "}", by_id.get(roles.get(role, ""), wanted.otherwise))
    return text
