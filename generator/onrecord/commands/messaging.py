"""Messages as people and tools take them: on the terminal, as JSON, as a folder; and the templates that speak for each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click

from onrecord.commands.desk import day_words
from onrecord.files import write_atomically
from onrecord.problems import Problem, did_you_mean, has_errors, in_order
from onrecord.render.messages import CHANNELS, PHASES, Letters, Message
from onrecord.render.messages.letters import FRAMES, PHRASES, known_names
from onrecord.settings import MESSAGES_FOLDER
from onrecord.snapshot.records import IncidentView


def as_text(made: Sequence[Message]) -> str:
    """Each message below the name of its channel; a single one bare, so that it can be piped."""
    if len(made) == 1:
        return f"{made[0].whole}\n"
    return "\n".join(f"---- {CHANNELS[one.channel].title} ({one.channel}{_measure(one)}) ----\n\n{one.whole}\n" for one in made)


def as_json(view: IncidentView, made: Sequence[Message]) -> str:
    """A list with one object a message; the keys are stable."""
    update = view.updates[0].id if view.updates else None
    rows = [
        {
            "record": view.id,
            "update": update,
            "phase": one.phase,
            "channel": one.channel,
            "subject": one.subject or None,
            "text": one.text,
            "length": one.length,
            "limit": one.limit,
            "blanks": list(one.blanks),
            "template": one.template,
            "drill": one.drill,
        }
        for one in made
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def write_folder(folder: Path, view: IncidentView, made: Sequence[Message], now: datetime) -> None:
    """One file a channel and `index.md`, which says until when they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in made:
        write_atomically(folder / CHANNELS[one.channel].file, f"{one.whole}\n".encode())
    write_atomically(folder / "index.md", _index(view, made, now).encode())
    click.echo(f"wrote {len(made)} messages and index.md to {folder}")
    click.echo(f"Next, after the next update: onrecord messages {view.id} --all {folder}")


def _index(view: IncidentView, made: Sequence[Message], now: datetime) -> str:
    due = _due(view.promise.due, now) if view.promise else ""
    rows = (f"- [{CHANNELS[one.channel].title}]({CHANNELS[one.channel].file}){_measure(one, '; ')}" for one in made)
    drill = "**EXERCISE: this is a rehearsal, and nothing of it must be sent.**\n\n" if made[0].drill else ""
    return (
        f"# {view.title}\n\n{drill}{PHASES[made[0].phase].title}. These messages were made {day_words(now, now)} on {now:%Y-%m-%d} from what the status page says, and say the same.{due}\n\n"
        + "\n".join(rows)
        + "\n\nSend each as it is. If a customer's question is not answered here, pass it on; please do not guess.\n"
    )


def _due(due: datetime, now: datetime) -> str:
    when = day_words(due, now)
    if due > now:
        return f" A newer word is due by {when}; from then on ask for new ones."
    return f" A newer word was promised for {when} and is late: ask for new messages before you send these."


def _measure(one: Message, before: str = ", ") -> str:
    return f"{before}{one.length} of {one.limit} letters" if one.limit is not None else ""


# ---------------------------------------------------------------- templates


def listed(letters: Letters) -> str:
    """Phases and channels, and the owner's templates."""
    wide = max(map(len, PHASES)) + 2
    lines = ["Phases:", *(f"  {name:<{wide}}{phase.title}" for name, phase in PHASES.items())]
    lines += ["", "Channels:", *(f"  {name:<{wide}}{channel.title}" for name, channel in CHANNELS.items())]
    lines += ["", f"Your own templates, in {MESSAGES_FOLDER}/:"]
    lines += [f"  {name}" for name in sorted(letters.own)] or ["  none; the package speaks for you"]
    lines += ["", "To say something in your own words, copy its template and edit the copy:", "  onrecord messages --own identified/email"]
    return "\n".join(lines) + "\n"


def complain(problems: Iterable[Problem]) -> int:
    """Names what is wrong with templates, and returns the exit code."""
    found = in_order(problems)
    for problem in found:
        click.echo(str(problem), err=True)
    return 1 if has_errors(found) else 0


def take_over(root: Path, name: str) -> int:
    """Copies templates of the package to the owner's folder; what is there already stays.

    Raises:
        click.UsageError: there is no such template.
    """
    wanted = list(_named(name))
    if not wanted:
        near = did_you_mean(name, [*PHASES, FRAMES, "phrases", *(f"{phase}/{channel}" for phase in PHASES for channel in CHANNELS)])
        raise click.UsageError(f"there is no template `{name}`; {near}")
    shipped = Letters()
    for path in wanted:
        target = root / MESSAGES_FOLDER / path
        if target.exists():
            click.echo(f"kept {MESSAGES_FOLDER}/{path}, which is there already")
        elif found := shipped.find(path):
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target, found.text.encode())
            click.echo(f"wrote {MESSAGES_FOLDER}/{path}")
    click.echo("Next: edit what it says, then look: onrecord messages ID")
    return 0


def _named(name: str) -> Iterable[str]:
    """The templates of that name: one, those of a phase, the frames, or the phrases."""
    wanted = name.strip("/").removesuffix(".txt").removesuffix(".md")
    for path in known_names():
        stem = path.rpartition(".")[0]
        if wanted in (stem, path.partition("/")[0]) or (path == PHRASES and wanted == "phrases"):
            yield path
