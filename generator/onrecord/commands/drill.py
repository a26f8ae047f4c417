"""`onrecord drill`: a rehearsal, from the first alarm to the score."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import click

from onrecord.commands import drilling
from onrecord.commands.desk import sit_down
from onrecord.commands.options import instant
from onrecord.drills.scenario import cast, names, scenario
from onrecord.drills.scratch import lay_out
from onrecord.drills.state import Drill, NoDrill, is_drill, read_state, write_state
from onrecord.files import write_atomically
from onrecord.times import Clock, in_words, now, real_now

_clock = click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the drill's clock for this command. Also ONRECORD_NOW.")
_form = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people, or for tools.")
Form = Literal["text", "json"]


@click.group("drill")
def command() -> None:
    """Rehearse an outage, with a clock, a page of its own, and a score.

    Choose a scenario and start it. Alerts, support, customers and the boss speak up as time goes by;
    you answer with the ordinary verbs in a scratch folder. Nothing of it can reach the real page.
    """


@command.command("list")
@_form
def list_(form: Form) -> int:
    """Show the scenarios that there are."""
    found = [(name, scenario(name)) for name in names()]
    if form == "json":
        rows = [{"scenario": name, "title": s.title, "about": s.about.strip(), "minutes": s.minutes, "severity": s.severity} for name, s in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    for name, one in found:
        click.echo(f"{click.style(name, bold=True)}  {one.title} ({one.severity}, {one.minutes:.0f} min)")
        click.echo(drilling.wrapped(one.about, "  ") + "\n")
    click.echo(f"Next: onrecord drill start {found[0][0]}")
    return 0


@command.command("start")
@click.argument("name", metavar="SCENARIO")
@click.option("--speed", type=click.FloatRange(0.1, 10_000), default=1.0, show_default=True, help="How many times as fast as real time it plays.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="The scratch folder. Without it: a new one beside the repository.")
@_clock
@click.pass_obj
def start(root: Path, *, name: str, speed: float, folder: Path | None, at: datetime | None) -> int:
    """Begin a scenario in a scratch folder.

    The folder gets your parts, policy, pages and theme, and no record. On a terminal the verb stays and
    tells what happens; Ctrl-C stops the drill's clock, and `drill resume` lets it go on. Elsewhere it
    returns at once, and `drill status` tells what has happened.
    """
    try:
        found = scenario(name)
    except LookupError as error:
        raise click.UsageError(str(error)) from None
    if is_drill(root):
        raise click.UsageError(f"{root} is the folder of a drill itself; begin from your repository, or end this one: onrecord drill end")
    target = folder or root.parent / f"{root.name}-drill"
    desk = sit_down(root, at or now())
    try:
        lay_out(root, target, desk.data.policy)
        real = real_now()
        began = at or real.replace(microsecond=0)
        drill = Drill(scenario=name, roles=cast(found, desk.data.components), began=began, speed=speed, clock=Clock(real, began, speed))
        write_state(target, drill)
    except FileExistsError:
        raise click.UsageError(f"{target} is not empty; say where else: --folder DIR") from None
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"the drill could not be laid out in {target}: {error}") from error
    click.echo(drilling.introduction(drill, found, desk, target))
    return _play(target, drill, at)


@command.command("status")
@_form
@_clock
@click.pass_obj
def status(root: Path, *, form: Form, at: datetime | None) -> int:
    """Tell what has happened so far, and how it stands."""
    drill = _read(root)
    moment = drill.ended or at or now()
    stand = drilling.standing(root, drill, moment)
    if form == "json":
        click.echo(json.dumps({**_facts(drill, moment), "injects": drilling.told(stand), "score": drilling.as_json(stand.score())}, indent=2, ensure_ascii=False))
        return 0
    click.echo(f"{stand.scenario.title}: {in_words(drill.elapsed(moment))} of about {stand.scenario.minutes:.0f} min{_mark(drill)}\n")
    for inject in stand.due():
        click.echo(drilling.inject(stand, inject) + "\n")
    click.echo(drilling.said_so_far(stand))
    return 0


@command.command("pause")
@click.pass_obj
def pause(root: Path) -> int:
    """Stop the drill's clock."""
    drill = _running(root)
    if not drill.paused:
        _note(root, drill.stopped(real_now()))
    click.echo("The drill's clock stands.\nNext: onrecord drill resume")
    return 0


@command.command("resume")
@click.pass_obj
def resume(root: Path) -> int:
    """Let the drill's clock go on, and tell what happens.

    Where the machine was off meanwhile, it goes on from where somebody last watched or spoke.
    """
    drill = _running(root)
    real = real_now()
    if drill.paused or (drill.beat is not None and real - drill.beat > drilling.AWAY):
        drill = drill.going(real, drilling.left_at(root, drill))
        _note(root, drill)
        click.echo(f"It goes on at {drill.clock.shown:%H:%M} UTC of the drill, {in_words(drill.elapsed(drill.clock.shown))} after it began.\n")
    return _play(root, drill, None)


@command.command("end")
@click.option("--keep", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the score there, too, as Markdown with the day: what was practised, and what to do better.")
@_form
@_clock
@click.pass_obj
def end(root: Path, *, keep: Path | None, form: Form, at: datetime | None) -> int:
    """End the drill, and show the score.

    It may be asked for again later; the drill has ended when it was called over first.
    """
    drill = _read(root)
    moment = drill.ended or at or now()
    if drill.ended is None:
        drill = replace(drill.stopped(real_now()), ended=moment)
        _note(root, drill)
    stand = drilling.standing(root, drill, moment)
    found = stand.score()
    if form == "json":
        click.echo(json.dumps({**_facts(drill, moment), "score": drilling.as_json(found)}, indent=2, ensure_ascii=False))
    else:
        click.echo(drilling.as_text(stand, found))
    if keep is not None:
        try:
            write_atomically(keep.absolute(), drilling.as_markdown(stand, found).encode())
        except OSError as error:
            raise click.ClickException(f"{keep} could not be written: {error.strerror}") from error
        click.echo(f"\nwrote {keep}", err=form == "json")
    return 0


def _read(root: Path) -> Drill:
    try:
        return read_state(root)
    except NoDrill as error:
        raise click.UsageError(f"{error}\n  {error.hint}") from None


def _running(root: Path) -> Drill:
    drill = _read(root)
    if drill.ended is not None:
        raise click.UsageError("this drill has ended\n  its score: onrecord drill end")
    return drill


def _note(root: Path, drill: Drill) -> None:
    try:
        write_state(root, drill)
    except OSError as error:
        raise click.ClickException(f"the drill's state could not be written: {error.strerror or error}; make room or mend the rights") from error


def _mark(drill: Drill) -> str:
    return ", ended" if drill.ended else ", the clock stands" if drill.paused else ""


def _facts(drill: Drill, moment: datetime) -> dict[str, Any]:
    return {
        "scenario": drill.scenario,
        "began": drill.began.isoformat().replace("+00:00", "Z"),
        "minutes": round(drill.elapsed(moment) / timedelta(minutes=1), 1),
        "state": "ended" if drill.ended else "paused" if drill.paused else "running",
    }


def _play(root: Path, drill: Drill, at: datetime | None) -> int:
    """Tells what happens as it happens where somebody watches; else what has happened."""
    stand = drilling.standing(root, drill, at or drill.clock.at(real_now()))
    if at is not None or not drilling.watched():
        for inject in stand.due():
            click.echo(drilling.inject(stand, inject) + "\n")
        click.echo(f"Next: onrecord -C {root} drill status")
        return 0
    return drilling.play(root, drill)
