"""From a draft to published words: checked as `check` would, shown as customers will see it, written, committed, sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from gettext import NullTranslations

import click

from onrecord.authoring import Draft
from onrecord.commands import screen
from onrecord.commands.desk import Desk, day_words
from onrecord.commands.drafts import (
    Judged,
    diff,
    given_back,
    hand_over,
    judged,
    may_be_committed,
    ready_to_commit,
    refuse,
    write,
)
from onrecord.commands.manner import Manner
from onrecord.markup import to_text
from onrecord.model import FINAL_STATUSES, Dataset, Incident, Kind, Status
from onrecord.render.pages.words import Words
from onrecord.snapshot.incidents import incident_views
from onrecord.snapshot.records import IncidentView
from onrecord.times import in_words

_FOLLOWING = {
    Status.investigating: "update {} --status identified -m \"…\"",
    Status.identified: "update {} --status monitoring -m \"…\"",
    Status.monitoring: "resolve {} -m \"…\"",
    Status.scheduled: "update {} --status in_progress -m \"…\"",
    Status.in_progress: "resolve {} -m \"…\"",
    Status.verifying: "resolve {} -m \"…\"",
}


def say(desk: Desk, draft: Draft, manner: Manner, words: str = "") -> int:
    """Writes the draft unless `check` would refuse it, and shows what came of it. Returns the exit code."""
    found = judged(desk.root, draft, manner.now)
    if found.refused:
        refuse(found.new, words if manner.typed else "")
        return 1
    data = found.data
    shown = _shown(data, draft, manner.now)
    if manner.dry_run:
        click.echo(diff(draft), nl=False)
        click.echo(f"\n{shown}\n\nNothing was written. Without --dry-run it is.")
        return 0
    with given_back(words if manner.typed else ""):
        if manner.asks:
            click.echo(f"\n{shown}\n")
            click.confirm("Write it?", default=True, abort=True)
            manner = _committing(desk, draft, manner, found)
        ready_to_commit(desk.root, draft, manner, found)
        write(desk.root, draft)
    for path in draft.files:
        click.echo(f"{'changed' if path in draft.before else 'wrote'} {path}")
    for problem in (p for p in found.new if p not in found.inside):
        click.echo(f"{problem.level}: {problem.message}" + (f"; {problem.hint}" if problem.hint else ""))
    if not manner.asks:
        click.echo(f"\n{shown}")
    click.echo()
    sent = hand_over(desk.root, draft, manner, found)
    click.echo(_closing(data, draft, manner.now))
    return sent


def _committing(desk: Desk, draft: Draft, manner: Manner, found: Judged) -> Manner:
    """The manner with what somebody on a terminal wants of git, where it could be committed at all."""
    if manner.commits or not may_be_committed(desk.root, draft, found):
        return manner
    return replace(manner, commit=click.confirm("And commit it?", default=True))


# ---------------------------------------------------------------- what customers will see


def _shown(data: Dataset, draft: Draft, now: datetime) -> str:
    """The record's newest words as customers will see them, as plain text."""
    view = _view(data, draft, now)
    words = Words(replace(data, components=tuple(data.displayed)), NullTranslations())
    kind = words.open[view.severity] if view.kind is Kind.incident else words.kinds[view.kind]
    state = " · ".join(filter(None, (words.statuses[view.status], kind)))
    felt = (f"{found.word}: {found.names}" for found in words.felt(view.announced if view.phase == "upcoming" else view.now))
    title = f"DRILL: {view.title}" if data.policy.page.drill else view.title
    lines = [title, state, *felt]
    if view.window is not None:
        lines.append(f"From {day_words(view.window.start, now)} until {day_words(view.window.end, now)}")
    newest = next((u for u in view.updates if f"{draft.folder}/updates/{u.id}.md" in draft.files), view.updates[0])
    if newest.source.head.scope:
        lines.append(newest.source.head.scope)
    for line in to_text(newest.body).splitlines():
        lines += ["", line]
    head = newest.source.head
    lines += ["", *(f"What you can do: {line}" if number == 0 else line for number, line in enumerate(to_text(head.workaround).splitlines()))] if head.workaround else []
    lines += ["", f"What we give back: {head.amends}"] if head.amends else []
    if view.promise is not None:
        lines += ["", f"Next update by {day_words(view.promise.due, now)}"]
    drill = ["(a drill: customers see nothing of this)"] if _record(data, draft).head.drill else []
    return screen.quoted((*drill, *lines))


def _record(data: Dataset, draft: Draft) -> Incident:
    return next(incident for incident in data.incidents if incident.id == draft.id)


def _view(data: Dataset, draft: Draft, now: datetime) -> IncidentView:
    order = {component.id: number for number, component in enumerate(data.displayed)}
    return incident_views((_record(data, draft),), now, order)[0]


def _closing(data: Dataset, draft: Draft, now: datetime) -> str:
    """When the next word is due, and what to type then."""
    view = _view(data, draft, now)
    lines = []
    if view.promise is not None:
        left = view.promise.due - now
        when = f"in {in_words(left)}" if left.total_seconds() > 0 else f"{in_words(left)} ago"
        lines.append(f"The next word is due by {day_words(view.promise.due, now)}, {when}.")
    elif view.status in FINAL_STATUSES:
        lines.append("No further word is due.")
        if view.kind is Kind.incident and view.severity and data.policy.severity(view.severity).postmortem_within and view.postmortem is None:
            lines.append(f"Then the post-mortem: onrecord postmortem {draft.id}")
    if view.kind is not Kind.notice:
        lines.append(f"For support, sales and social media: onrecord messages {draft.id}")
    following = _FOLLOWING.get(view.status) if view.status else None
    lines.append(f"Next: onrecord {following.format(draft.id)}" if following else "Next: onrecord build")
    return "\n".join(lines)
