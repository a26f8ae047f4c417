"""`onrecord postmortem`: what an incident leaves to be written, begun, published, and followed up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click

from onrecord.authoring import Draft, EditRefused, put_in_front, section
from onrecord.blanks import left_blank
from onrecord.commands import screen
from onrecord.commands.choosing import afterwards
from onrecord.commands.desk import Desk
from onrecord.commands.drafts import diff, hand_over, judged, ready_to_commit, refuse, write
from onrecord.commands.manner import Manner, kept
from onrecord.model import Kind, Postmortem
from onrecord.render.debrief.inside import inside
from onrecord.render.debrief.story import SECTIONS, story
from onrecord.snapshot.causes import repeats
from onrecord.snapshot.records import IncidentView, Repeat
from onrecord.times import day_of, in_words, iso, zone

_FIRST_DUE = timedelta(days=30)


@click.command("postmortem")
@click.argument("id", required=False)
@click.option("--publish", is_flag=True, help="Publish it: set `status` and `published`, once nothing is left blank.")
@click.option("--done", metavar="ACTION", help="Tick off an action, by its number or some of its words.")
@kept
def command(root: Path, *, manner: Manner, id: str | None, publish: bool, done: str | None) -> int:
    """Begin the post-mortem of an incident that is over.

    It writes `postmortem.md`, filled as far as the record knows, with a blank `[[…]]` wherever a
    person must write, and `internal.md` beside it, for what stays inside. What is there already
    is never overwritten. ID may be a prefix or the words after the date; left out, the one
    incident that waits for it is meant.
    """
    if publish and done is not None:
        raise click.UsageError("publish it first, and tick off its actions afterwards: leave one of --publish and --done out")
    desk, view = afterwards(root, manner.now, id, "done" if done is not None else "draft" if publish else "none")
    _may_have_one(view)
    if publish:
        return _keep(desk, view, manner, _published(desk, view, manner))
    if done is not None:
        return _keep(desk, view, manner, _ticked(desk, view, manner, done))
    return _begin(desk, view, manner)


def _may_have_one(view: IncidentView) -> None:
    if view.kind is not Kind.incident:
        raise click.UsageError(f"{view.id} is a {view.kind}; post-mortems are of incidents")
    if view.ended is None:
        raise click.UsageError(f"{view.id} is not over, and its timeline would have no end\n  when it is: onrecord resolve {view.id} -m \"…\"")


# ---------------------------------------------------------------- beginning it


def _begin(desk: Desk, view: IncidentView, manner: Manner) -> int:
    due = manner.now + _FIRST_DUE
    texts = {
        "postmortem.md": story(view, _earlier(desk, view), desk.name, desk.data.policy, due),
        "internal.md": inside(view, desk.data.policy),
    }
    there = [name for name in texts if (desk.root / view.source.path / name).exists()]
    for name in there:
        click.echo(f"{view.source.path}/{name} is there already, and stays as it is.")
    files = {f"{view.source.path}/{name}": text.encode() for name, text in texts.items() if name not in there}
    if files:
        about = "post-mortem begun" if "postmortem.md" not in there else "debrief begun"
        return _keep(desk, view, manner, Draft(id=view.id, kind=view.kind, status=None, files=files, about=about))
    click.echo()
    click.echo(_following(desk, view, view.source.postmortem))
    return 0


def _earlier(desk: Desk, view: IncidentView) -> tuple[Repeat, ...]:
    """The causes that it shares with earlier incidents; a drill shares them with drills."""
    alike = [other for other in desk.views() if other.source.head.drill == view.source.head.drill]
    return repeats(alike).get(view.id, ())


def _following(desk: Desk, view: IncidentView, found: Postmortem | None) -> str:
    """What is left to do, and what to type then."""
    path = desk.root / view.source.path / "postmortem.md"
    blank = list(left_blank(path.read_text(encoding="utf-8", errors="replace"))) if path.exists() else []
    published = found is not None and found.head.status == "published"
    lines = [] if published else list(_due(desk, view))
    if blank:
        places = ", ".join(str(one.line) for one in blank)
        lines.append(screen.hung("", f"{_count(len(blank), 'blank')} left in postmortem.md, on line{'s' if len(blank) > 1 else ''} {places}."))
        lines.append(f"Next: fill them, then onrecord postmortem {view.id} --publish")
    elif not published:
        lines.append(f"Next: onrecord postmortem {view.id} --publish")
    else:
        lines.append(f"For support, sales and those who asked: onrecord messages {view.id} --phase postmortem")
        waits = any(action.done is None for action in found.head.actions) if found else False
        lines.append(f"Next: onrecord postmortem {view.id} --done ACTION, when one is done" if waits else "Next: onrecord build")
    return "\n".join(lines)


def _due(desk: Desk, view: IncidentView) -> Iterator[str]:
    within = desk.data.policy.severity(view.severity).postmortem_within
    if within and view.ended:
        left = view.ended + within - desk.now
        when = f"in {in_words(left)}" if left > timedelta() else f"{in_words(left)} ago"
        yield f"It is due by {iso(view.ended + within)}, {when}."
    if not view.source.head.causes:
        yield screen.hung("", "No cause is named yet: add `causes: [deploy]` or the like to incident.yml, so that repeats are found.")


# ---------------------------------------------------------------- publishing it, and following up


def _published(desk: Desk, view: IncidentView, manner: Manner) -> Draft:
    """The edit that publishes it.

    Raises:
        click.UsageError: it is not ready; says all that is missing.
    """
    path, data, found = _written(desk, view)
    if found.head.status == "published":
        raise click.UsageError(f"{path} is published already" + (f", since {iso(found.head.published)}" if found.head.published else ""))
    missing = list(_missing(found, data.decode("utf-8", "replace")))
    if missing:
        raise click.ClickException("\n  ".join(("it is not ready to be published:", *missing)))
    edited = _put(path, _put(path, data, ("status",), "published"), ("published",), iso(manner.now))
    return Draft(id=view.id, kind=view.kind, status=None, files={path: edited}, before={path: data}, about="post-mortem published")


def _missing(found: Postmortem, text: str) -> Iterator[str]:
    """What a reader would miss."""
    yield from (f"line {blank.line}: [[{blank.question}]] is still blank" for blank in left_blank(text))
    for title in (SECTIONS[0], SECTIONS[3]):
        if not section(found.body, title):
            yield f"there is no section `{title}`, or it is empty"
    if not found.head.actions:
        yield "there are no `actions`: say what is changed, or one action that says why nothing is"


def _ticked(desk: Desk, view: IncidentView, manner: Manner, wanted: str) -> Draft:
    path, data, found = _written(desk, view)
    number = _action(found, wanted)
    action = found.head.actions[number]
    if action.done is not None:
        raise click.UsageError(f"`{action.what}` was done on {action.done} already")
    today = day_of(manner.now, zone(desk.data.policy.page.time_zone))
    edited = _put(path, data, ("actions", number, "done"), str(today))
    return Draft(id=view.id, kind=view.kind, status=None, files={path: edited}, before={path: data}, about=f"done: {action.what}"[:72])


def _action(found: Postmortem, wanted: str) -> int:
    """The index of the action of that number, or with these words.

    Raises:
        click.UsageError: none, or several; lists them.
    """
    actions = found.head.actions
    if wanted.isdigit() and 0 < int(wanted) <= len(actions):
        return int(wanted) - 1
    fitting = [n for n, action in enumerate(actions) if not wanted.isdigit() and wanted.casefold() in action.what.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    rows = "\n".join(f"  {n}. {action.what}{f' (done on {action.done})' if action.done else ''}" for n, action in enumerate(actions, 1))
    what = "several actions have" if fitting else "no action has"
    raise click.UsageError(f"{what} `{wanted}`; they are:\n{rows}" if actions else "this post-mortem has no actions")


def _written(desk: Desk, view: IncidentView) -> tuple[str, bytes, Postmortem]:
    """The path and bytes of the post-mortem, and what they say.

    Raises:
        click.UsageError: there is none, or it cannot be read.
    """
    path = f"{view.source.path}/postmortem.md"
    if not (desk.root / path).exists():
        raise click.UsageError(f"{view.id} has no post-mortem\n  to begin it: onrecord postmortem {view.id}")
    if view.source.postmortem is None:
        raise click.UsageError(f"{path} cannot be read; `onrecord check {view.source.path}` says why")
    return path, (desk.root / path).read_bytes(), view.source.postmortem


def _put(path: str, data: bytes, keys: tuple[str | int, ...], value: str) -> bytes:
    try:
        return put_in_front(data, keys, value)
    except EditRefused as error:
        raise click.ClickException(f"{path}: {error}\n    hint: {error.hint}") from None


# ---------------------------------------------------------------- writing


def _keep(desk: Desk, view: IncidentView, manner: Manner, draft: Draft) -> int:
    """Writes the draft unless `check` would refuse it, and says what came of it. Returns the exit code."""
    found = judged(desk.root, draft, manner.now)
    if found.refused:
        refuse(found.new, "")
        return 1
    if manner.dry_run:
        click.echo(diff(draft), nl=False)
        click.echo("\nNothing was written. Without --dry-run it is.")
        return 0
    ready_to_commit(desk.root, draft, manner, found)
    write(desk.root, draft)
    for path in draft.files:
        click.echo(f"{'changed' if path in draft.before else 'wrote'} {path}")
    for problem in (p for p in found.new if p.slug != "postmortem-overdue" and p not in found.inside):
        click.echo(screen.hung(f"{problem.level}: ", problem.message + (f"; {problem.hint}" if problem.hint else "")))
    click.echo()
    sent = hand_over(desk.root, draft, manner, found)
    fresh = next((i for i in found.data.incidents if i.id == view.id), None)
    click.echo(_following(desk, view, fresh.postmortem if fresh else None))
    return sent


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
