"""How a drill is told: the introduction, what happens as it happens, and the score."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import fill
from typing import Any

import click

from onrecord.commands.desk import Desk, sit_down
from onrecord.commands.roles import who_does_what
from onrecord.drills.scenario import Inject, Scenario, filled, scenario
from onrecord.drills.score import Played, Score, score
from onrecord.drills.state import Drill, NoDrill, read_state, write_state
from onrecord.markup import to_text
from onrecord.model import Kind
from onrecord.snapshot.records import IncidentView
from onrecord.times import in_words, real_now

AWAY = timedelta(minutes=2)
"""A watcher that was silent for longer was switched off."""
_ASLEEP = timedelta(seconds=30)
"""A gap between two looks at the clock that only a machine asleep leaves."""
_LOOK = 0.5
_BEAT = timedelta(seconds=10)
_WIDTH = 78
_NOBODY = "Who does what: nobody has said yet. Decide now who leads and who writes,\nand add `roles` to site_src/policy.yml."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A drill at one instant of its clock, with what was said by then."""

    drill: Drill
    scenario: Scenario
    desk: Desk
    at: datetime

    def due(self) -> Sequence[Inject]:
        """What was told by now."""
        return [inject for inject in self.scenario.injects if self.when(inject) <= self.at]

    def when(self, inject: Inject) -> datetime:
        return self.drill.began + timedelta(minutes=inject.minute)

    def text(self, words: str) -> str:
        return filled(words, self.scenario, self.drill.roles, self.desk.data.components)

    def records(self) -> tuple[IncidentView, ...]:
        """The incidents that were opened, oldest first."""
        return tuple(view for view in reversed(self.desk.views()) if view.kind is Kind.incident)

    def score(self) -> Score:
        data = self.desk.data
        main = self.drill.roles.get("main", "")
        return score(Played(scenario=self.scenario, policy=data.policy, began=self.drill.began, now=self.at, records=self.records(), main=main, name=self.desk.name))


def standing(root: Path, drill: Drill, at: datetime) -> Standing:
    """How the drill stands at that instant of its clock."""
    try:
        found = scenario(drill.scenario)
    except LookupError as error:
        raise click.ClickException(f"{error}; this drill was begun with another version of onrecord") from None
    return Standing(drill=drill, scenario=found, desk=sit_down(root, at, everything=True), at=at)


def left_at(root: Path, drill: Drill) -> datetime:
    """The drill's time from which it goes on: where it was stopped or last watched, and never before a word that was said."""
    shown = drill.clock.at(drill.beat or real_now())
    views = sit_down(root, shown, everything=True).data.incidents
    return max([shown, *(update.head.at for view in views for update in view.updates)])


def watched() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


# ---------------------------------------------------------------- while it goes on


def play(root: Path, drill: Drill) -> int:
    """Tells each inject when it is due, until the last. Ctrl-C stops the drill's clock; a machine asleep lets the drill wait."""
    looked = beaten = real_now()
    try:
        while drill.told < len(scenario(drill.scenario).injects):
            real = real_now()
            drill = replace(read_state(root), told=drill.told)  # another terminal may have stopped or ended it
            if drill.ended or drill.paused:
                click.echo("The drill has ended." if drill.ended else "The drill's clock was stopped.")
                return 0
            if real - looked > _ASLEEP:
                drill = drill.going(real, drill.clock.at(looked))
                write_state(root, drill)
                click.echo(click.style("(The machine was asleep, and the drill waited.)\n", dim=True))
            drill, told = _tell(root, drill, drill.clock.at(real))
            if told or real - beaten > _BEAT:
                drill, beaten = replace(drill, beat=real), real
                write_state(root, drill)
            looked = real
            time.sleep(_LOOK)
    except KeyboardInterrupt:
        write_state(root, drill.stopped(real_now()))
        click.echo(f"\n\nThe drill's clock stands. To go on: {_verb(root, 'drill resume')}\nTo end it, with the score: {_verb(root, 'drill end')}")
        return 0
    except NoDrill as error:
        raise click.ClickException(f"{error}\n  {error.hint}") from None
    write_state(root, replace(drill, beat=None))
    click.echo(f"Nothing more will be told. Say that it is over, then: {_verb(root, 'drill end')}")
    return 0


def _tell(root: Path, drill: Drill, at: datetime) -> tuple[Drill, bool]:
    found = scenario(drill.scenario)
    due = sum(drill.began + timedelta(minutes=inject.minute) <= at for inject in found.injects)
    if due <= drill.told:
        return drill, False
    stand = Standing(drill=drill, scenario=found, desk=sit_down(root, at), at=at)
    for one in found.injects[drill.told : due]:
        click.echo(inject(stand, one) + "\n")
    return replace(drill, told=due), True


def inject(stand: Standing, one: Inject) -> str:
    """What somebody says, with the drill's time."""
    head = f"{stand.when(one):%H:%M} UTC  {one.from_}"
    return click.style(head, bold=True) + "\n" + wrapped(stand.text(one.says), "  ")


# ---------------------------------------------------------------- before it


def introduction(drill: Drill, found: Scenario, desk: Desk, folder: Path) -> str:
    """What those who play must know: the situation, the roles, the promises, and what to type where."""
    data = desk.data
    names = {part.id: part.name for part in data.components}
    parts = [names[id] for id in drill.roles.values() if id in names]
    speed = "" if drill.speed == 1 else f", {drill.speed:g} times as fast"
    rules = data.policy.severity(found.severity)
    promised = (("the first word within", rules.acknowledge_within), ("a word every", rules.update_every), ("the post-mortem within", rules.postmortem_within))
    main = drill.roles.get("main", "ID")
    lines = [
        click.style(f"DRILL: {found.title}", bold=True),
        wrapped(f"{found.about.strip()} It begins at {drill.began:%H:%M} UTC{speed}.", ""),
        *([f"It plays on: {', '.join(parts)}."] if parts else []),
        "",
        who_does_what(desk).strip("\n") or _NOBODY,
        "",
        wrapped(f"What your policy promises when it is {found.severity}: {', '.join(f'{what} {in_words(length)}' for what, length in promised if length)}.", ""),
        "",
        "Speak in another terminal, with the ordinary verbs:",
        f"  cd {shlex.quote(str(folder))}",
        f"  onrecord open \"What customers notice\" --component {main}=partial_outage",
        "  onrecord update -m \"…\"",
        "  onrecord resolve -m \"…\"",
        "  onrecord serve          the page, with DRILL across it",
        "  onrecord drill end      the score",
        "Ctrl-C here stops the clock of the drill.",
        "",
    ]
    return "\n".join(lines)


# ---------------------------------------------------------------- how it went


def said_so_far(stand: Standing) -> str:
    """Each word that was said, and when the next one is due."""
    lines = []
    for record in stand.records():
        lines.append(click.style(f"{record.id}: {record.title}", bold=True))
        lines += [wrapped(f"{update.at:%H:%M} UTC  {' '.join(to_text(update.body).split())}", "  ", " " * 13) for update in reversed(record.updates)]
        if record.promise is not None:
            lines.append(f"  The next word is promised for {record.promise.due:%H:%M} UTC; it is {stand.at:%H:%M} UTC now.")
    return "\n".join(lines or ["You have said nothing yet."])


def told(stand: Standing) -> list[dict[str, str]]:
    """The injects so far, for tools."""
    return [{"at": f"{stand.when(one):%Y-%m-%dT%H:%M:%SZ}", "from": one.from_, "says": stand.text(one.says)} for one in stand.due()]


def as_json(found: Score) -> dict[str, Any]:
    """The score for tools."""
    marks = [{"key": m.key, "title": m.title, "points": m.points, "of": m.of, "seen": m.seen, "better": m.better} for m in found.marks]
    return {"points": found.points, "of": found.of, "marks": marks}


def as_text(stand: Standing, found: Score) -> str:
    """The score for those who played."""
    lines = [click.style(f"{stand.scenario.title}: {found.points} of {found.of}", bold=True), ""]
    lines += [wrapped(f"{mark.points:>2}/{mark.of:<2}  {mark.title}: {stand.text(mark.seen)}.", "  ", " " * 9) for mark in found.marks]
    if found.advice():
        lines += ["", "To do better:", *(wrapped(f"- {advice}", "  ", "    ") for advice in found.advice())]
    return "\n".join(lines)


def as_markdown(stand: Standing, found: Score) -> str:
    """The score to be kept: small, dated, for the next time."""
    day = stand.drill.began
    rows = [f"| {mark.title} | {mark.points} of {mark.of} | {stand.text(mark.seen)} |".replace("\n", " ") for mark in found.marks]
    better = [f"- {advice}" for advice in found.advice()]
    lines = [
        f"# Drill of {day.day} {day:%B %Y}: {stand.scenario.title}",
        "",
        f"{found.points} of {found.of} points, {in_words(stand.drill.elapsed(stand.at))} by the drill's clock.",
        "",
        "| What | Points | How it was |",
        "|---|---|---|",
        *rows,
        *(["", "To do better:", "", *better] if better else []),
    ]
    return "\n".join(lines) + "\n"


def wrapped(text: str, indent: str, hanging: str | None = None) -> str:
    """The text in lines that fit a terminal of 80 columns."""
    return fill(" ".join(text.split()) if hanging is None else text, _WIDTH, initial_indent=indent, subsequent_indent=indent if hanging is None else hanging, break_long_words=False, break_on_hyphens=False)


def _verb(root: Path, verb: str) -> str:
    return f"onrecord -C {shlex.quote(str(root))} {verb}"
