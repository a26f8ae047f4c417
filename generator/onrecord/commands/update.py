"""`onrecord update`: one more word on a record, as a new file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from onrecord.authoring import Draft, EditRefused, add_update, edit_head
from onrecord.authoring.blanks import all_optional, blanks, fill, optional
from onrecord.commands import asking, values
from onrecord.commands.choosing import chosen
from onrecord.commands.desk import Desk, facts
from onrecord.commands.manner import Manner, spoken
from onrecord.commands.options import instant
from onrecord.commands.proposing import phase_named, phase_to_say, proposed
from onrecord.commands.saying import say
from onrecord.gitio import writing
from onrecord.model import (
    FINAL_STATUSES,
    INCIDENT_STATUSES,
    MAINTENANCE_STATUSES,
    Effect,
    Kind,
    Severity,
    Status,
    UpdateFile,
)
from onrecord.render.messages import PHASES
from onrecord.snapshot.records import IncidentView
from onrecord.times import in_words, iso

_EXAMPLE = 'onrecord update ID --status identified --next 30m -m "We know what is wrong."'

Promise = Callable[[datetime], datetime | None]
"""When the next word is due, by the time at which this one is said."""


def _nothing(_moment: datetime) -> None:
    """The promise where none is owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """What the update will say: its state, the effects that change, its promise, and news that were typed already."""

    status: Status
    felt: dict[str, Effect]
    promise: Promise = _nothing
    news: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What was typed about the record; texts that need the desk to be understood are still texts."""

    status: str | None
    components: tuple[str, ...]
    following: str | None
    severity: str | None
    effective: datetime | None
    scope: str | None
    workaround: str | None
    expected: datetime | None
    amends: str | None
    corrects: str | None
    begins: datetime | None
    ends: datetime | None
    done: str | None
    mend: bool


@click.command("update")
@click.argument("id", required=False)
@click.option("--status", type=click.Choice([status.value for status in Status]), help="The state from here on. Without it: as before.")
@click.option("-c", "--component", "components", multiple=True, metavar="ID=EFFECT", help="A part whose effect has changed; once for each part.")
@click.option("--next", "following", metavar="30m", help="When the next word comes. Without it: as often as policy.yml says for the severity.")
@click.option("--severity", type=click.Choice([severity.value for severity in Severity]), help="A new severity, from here on.")
@click.option("--effective", callback=instant, metavar="TIME", help="When it became true, if that was before it is said.")
@click.option("--scope", metavar="TEXT", help="Who is affected, where, how many, in one line.")
@click.option("--workaround", metavar="TEXT", help="What customers can do meanwhile, in Markdown.")
@click.option("--expected", callback=instant, metavar="TIME", help="When it is expected to end. No promise, and shown as none.")
@click.option("--amends", metavar="TEXT", help="After the end: what customers are given in return, in one line.")
@click.option("--corrects", metavar="UPDATE", help="The earlier update that this one sets right: its id, or the beginning of it.")
@click.option("--from", "begins", callback=instant, metavar="TIME", help="Maintenance: the window has moved, and begins then.")
@click.option("--until", "ends", callback=instant, metavar="TIME", help="Maintenance: the window has moved, and ends then.")
@click.option("--done", metavar="STEP", help="Tick off a step of the plan, by its number or some of its words.")
@click.option("--mend", is_flag=True, help="Set effects in incident.yml right while no commit has it, and say nothing new.")
@spoken
def command(root: Path, *, manner: Manner, id: str | None, **options: Any) -> int:
    """Say what is new, or that nothing is.

    ID may be a prefix or the words after the date; left out, the one that is open is meant. An
    update is always a new file. Alone on a terminal, the verb asks; with arguments it never asks.
    """
    said = _Said(**options)
    manner = manner.asking(_EXAMPLE, id, *options.values())
    desk, view = chosen(root, manner, id, Status(said.status) if said.status else None)
    manner = manner.after(view.updates[0].at if view.updates else None)
    if view.kind is Kind.notice:
        raise click.UsageError(f"{view.id} is a notice: it has no states and no updates")
    if said.mend:
        return _mend(desk, view, said, manner)
    named = phase_named(manner.template, view.kind, _possible(view)) if manner.template else None
    said = replace(said, status=said.status or (PHASES[named].status if named else None))
    spoken = _ask(desk, view, manner) if manner.asks else _understood(desk, view, said)
    rest = _rest(view, said)

    def made(manner: Manner) -> UpdateFile:
        facts = {"at": manner.at, "status": spoken.status, "components": spoken.felt, "next_update_by": spoken.promise(manner.moment)}
        return UpdateFile.model_validate({key: value for key, value in rest.items() if value is not None} | facts)

    update = made(manner)
    phase = named or _phase(view, spoken, rest, manner)
    until = f", next update in {in_words(update.next_update_by - manner.moment)}" if update.next_update_by else ""

    def start() -> str:
        text = proposed(desk, view, update, phase)
        if spoken.status is view.status and phase == "identified":
            text = all_optional(text)  # what it is was said before; what changes is the news
        if spoken.news:
            text = fill(text, {next((question for question in blanks(text) if not optional(question)), ""): spoken.news})
        return text

    words = manner.words(start, (f"{view.title}: {spoken.status}{until}",))
    manner = manner.spoken()
    draft = add_update(facts(view), made(manner), words)
    return say(desk, _ticked(desk, view, said.done, manner, draft), manner, words)


def _possible(view: IncidentView) -> tuple[Status, ...]:
    return INCIDENT_STATUSES if view.kind is Kind.incident else MAINTENANCE_STATUSES


def _phase(view: IncidentView, spoken: _Spoken, rest: Mapping[str, Any], manner: Manner) -> str:
    """Which template to begin with: without questions, an editor is opened by somebody who has something to tell."""
    if rest["amends"] is not None and view.status in FINAL_STATUSES:
        return "amends"
    news = bool(spoken.news) if manner.asks else not manner.yes
    changes = bool(spoken.felt) or any(value is not None for value in rest.values())
    moved = rest["scheduled"] is not None and spoken.status not in FINAL_STATUSES
    return phase_to_say(spoken.status, is_new=spoken.status is not view.status, changes=changes, moved=moved, news=news)


def _understood(desk: Desk, view: IncidentView, said: _Said) -> _Spoken:
    """State, effects and promise as they were typed, with what the record and the policy say for the rest."""
    status = Status(said.status) if said.status else view.status or Status.investigating
    allowed = _possible(view)
    if status not in allowed:
        raise click.UsageError(f"`{status}` is no state of {view.id} ({view.kind}); it can be: {', '.join(allowed)}")
    if view.status in FINAL_STATUSES and status is not view.status and not said.corrects:
        raise click.UsageError(f"{view.id} is `{view.status}`, and a record does not begin again\n  to open a new one: onrecord open \"{view.title}\" --component ID=EFFECT")
    felt = values.effects(desk, said.components)
    if status in FINAL_STATUSES:
        if said.following:
            raise click.UsageError(f"nothing is due after `{status}`: leave --next out")
        return _Spoken(status=status, felt=felt)
    if view.kind is not Kind.incident and not said.following:
        return _Spoken(status=status, felt=felt)
    severity = Severity(said.severity) if said.severity else view.severity
    return _Spoken(status=status, felt=felt, promise=lambda moment: values.next_word(desk, said.following, severity, moment))


def _rest(view: IncidentView, said: _Said) -> dict[str, Any]:
    """What is written as it was typed."""
    window = None
    if said.begins or said.ends:
        if view.window is None:
            raise click.UsageError(f"{view.id} has no window that could move: leave --from and --until out")
        window = {"from": said.begins or view.window.start, "until": said.ends or view.window.end}
    return {
        "effective": said.effective,
        "severity": said.severity,
        "scheduled": window,
        "scope": said.scope,
        "workaround": said.workaround,
        "expected_resolution": said.expected,
        "amends": said.amends,
        "corrects": _corrected(view, said.corrects) if said.corrects is not None else None,
    }


def _corrected(view: IncidentView, given: str) -> str:
    ids = [update.id for update in view.updates]
    found = [id for id in ids if id == given] or [id for id in ids if given and given in id]
    if len(found) != 1:
        listed = "\n".join(f"  {id}" for id in found or ids)
        raise click.UsageError(f"`{given}` is {'several updates' if found else 'no update'} of {view.id}:\n{listed}")
    return found[0]


# ---------------------------------------------------------------- lines of incident.yml


def _ticked(desk: Desk, view: IncidentView, given: str | None, manner: Manner, draft: Draft) -> Draft:
    """The draft with a step of the plan ticked off in its own line, where one was named."""
    if given is None:
        return draft
    steps = [step.step for step in view.source.head.plan]
    names = {str(number): step for number, step in enumerate(steps)}
    number = given.strip()
    known = number.isdigit() and 0 < int(number) <= len(steps)
    found, sure = ([str(int(number) - 1)], True) if known else asking.nearest(given, names)
    if len(found) != 1 or not sure:
        listed = "\n".join(f"  {index}. {step}" for index, step in enumerate(steps, 1)) or "  (the plan has no steps)"
        raise click.UsageError(f"which step is `{given}`? Name one by its number:\n{listed}")
    return _edited(desk, draft, {("plan", int(found[0]), "done"): iso(manner.moment)})


def _mend(desk: Desk, view: IncidentView, said: _Said, manner: Manner) -> int:
    """Effects at the start, set right before anybody has read them."""
    path = f"{view.source.path}/incident.yml"
    if not said.components:
        raise click.UsageError("--mend sets effects right: name them with --component ID=EFFECT")
    if manner.commits or manner.message is not None:
        raise click.UsageError("--mend says nothing new and commits nothing: leave -m, --commit, --push and --pr out")
    if writing.is_committed(desk.root, path):
        raise click.UsageError(f"{path} is committed, and what was said stays: leave --mend out, and say what has changed")
    edits = {("components", part): effect.value for part, effect in values.effects(desk, said.components).items()}
    empty = Draft(id=view.id, kind=view.kind, status=view.status, files={})
    return say(desk, _edited(desk, empty, edits), manner)


def _edited(desk: Desk, draft: Draft, edits: dict[Any, str]) -> Draft:
    try:
        return edit_head(draft, (desk.root / draft.folder / "incident.yml").read_bytes(), edits)
    except EditRefused as error:
        raise click.ClickException(f"{draft.folder}/incident.yml: {error}; {error.hint}. Nothing was written.") from None


# ---------------------------------------------------------------- questions


def _ask(desk: Desk, view: IncidentView, manner: Manner) -> _Spoken:
    allowed = _possible(view)
    click.echo(f"{view.title} ({view.id}) is `{view.status}`.")
    status = Status(asking.choose("Status", {s.value: s.value.replace("_", " ") for s in allowed}, default=view.status or allowed[0]) or allowed[0])
    if status in FINAL_STATUSES:
        return _Spoken(status=status, felt={})
    felt = _ask_effects(desk, view)
    if view.kind is not Kind.incident:
        return _Spoken(status=status, felt=felt)
    news = ""
    if status is view.status:
        news = click.prompt("What is new? (Enter: nothing)", default="", show_default=False).strip()
    rhythm = in_words(values.cadence(desk, view.severity)).replace(" min", "m").replace(" ", "")
    following = asking.line("Next update in", rhythm, check=lambda text: values.due_text(text, manner.moment))
    return _Spoken(status=status, felt=felt, promise=lambda moment: values.due(following, moment), news=news)


def _ask_effects(desk: Desk, view: IncidentView) -> dict[str, Effect]:
    """The parts whose effect has changed: those of the record first."""
    felt: dict[str, Effect] = {}
    before = dict(view.now)
    effects = {effect.value: effect.value.replace("_", " ") for effect in reversed(Effect)}
    first = {id: f"{desk.name(id)}: {effect.replace('_', ' ')}" for id, effect in before.items()}
    others = {id: part.name for id, part in desk.parts.items() if id not in first}
    while left := {id: name for id, name in {**first, **others}.items() if id not in felt}:
        id = asking.choose("A part whose effect has changed (Enter for none)" if not felt else "Another one (Enter for no more)", left, listed=not felt)
        if id is None:
            break
        felt[id] = Effect(asking.choose("What do its customers feel now?", effects, default=Effect.operational) or Effect.operational)
    return felt
