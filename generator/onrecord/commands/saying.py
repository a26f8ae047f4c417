"""From a draft to published words: checked as `check` would, shown as customers will see it, written, committed, sent."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from textwrap import wrap

import click

from onrecord.authoring import Draft
from onrecord.commands.desk import Desk, day_words
from onrecord.commands.manner import Manner
from onrecord.commands.sending import send
from onrecord.files import Tree, WorkTree, write_atomically
from onrecord.gitio import GitFailed, writing
from onrecord.loading import load
from onrecord.markup import to_text
from onrecord.model import FINAL_STATUSES, Dataset, Incident, Kind, Status
from onrecord.policy import review
from onrecord.problems import Problem
from onrecord.render.pages.words import Words
from onrecord.settings import MAX_FILE_BYTES
from onrecord.snapshot import Snapshot, derive
from onrecord.templating import Language
from onrecord.times import in_words

_WIDTH = 88
_FOLLOWING = {
    Status.investigating: "update {} --status identified -m \"…\"",
    Status.identified: "update {} --status monitoring -m \"…\"",
    Status.monitoring: "resolve {} -m \"…\"",
    Status.scheduled: "update {} --status in_progress -m \"…\"",
    Status.in_progress: "resolve {} -m \"…\"",
    Status.verifying: "resolve {} -m \"…\"",
}


@dataclass(frozen=True, slots=True)
class _Overlay:
    """A tree as it would be with the draft written."""

    base: Tree
    over: Draft

    def paths(self, prefix: str) -> Iterable[str]:
        new = (path for path in self.over.files if path.startswith(f"{prefix.strip('/')}/"))
        return sorted({*self.base.paths(prefix), *new})

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        data = self.over.files.get(path)
        return data if data is not None else self.base.read(path, limit)

    def exists(self, path: str) -> bool:
        return path in self.over.files or self.base.exists(path)


def say(desk: Desk, draft: Draft, manner: Manner, words: str = "") -> int:
    """Writes the draft unless `check` would refuse it, and shows what came of it. Returns the exit code."""
    tree = WorkTree(desk.root)
    before, _ = _read(tree, draft, manner.now)
    after, data = _read(_Overlay(tree, draft), draft, manner.now)
    known = {(problem.code, problem.place.path, problem.message) for problem in before}
    new = [problem for problem in after if (problem.code, problem.place.path, problem.message) not in known]
    if any(problem.level == "error" for problem in new):
        _refuse(new, words if manner.typed else "")
        return 1
    shown = _shown(data, draft, manner.now)
    if manner.dry_run:
        click.echo(_diff(draft), nl=False)
        click.echo(f"\n{shown}\n\nNothing was written. Without --dry-run it is.")
        return 0
    if manner.asks:
        click.echo(f"\n{shown}\n")
        click.confirm("Write it?", default=True, abort=True)
    _ready_to_commit(desk.root, draft, manner)
    _write(desk.root, draft)
    for path in draft.files:
        click.echo(f"{'changed' if path in draft.before else 'wrote'} {path}")
    for problem in new:
        click.echo(f"{problem.level}: {problem.message}" + (f"; {problem.hint}" if problem.hint else ""))
    if not manner.asks:
        click.echo(f"\n{shown}")
    click.echo()
    sent = send(desk.root, draft, manner)
    click.echo(_closing(data, draft, manner.now))
    return sent


def _read(tree: Tree, draft: Draft, now: datetime) -> tuple[list[Problem], Dataset]:
    """The problems of the draft's record in that tree, wherever they stand, and its data."""
    loaded = load(tree, now=now, only=(draft.folder,))
    found = (*loaded.problems, *review(loaded.dataset, at=now, elsewhere=loaded.elsewhere))
    return [problem for problem in found if problem.level != "note"], loaded.dataset


def _refuse(problems: Iterable[Problem], words: str) -> None:
    """Says why; words that were typed into a prompt or an editor are given back, so that nobody types them twice."""
    click.echo("Nothing was written, because `check` would refuse it:", err=True)
    for problem in problems:
        click.echo(f"  {problem.code} {problem.slug}: {problem.message}", err=True)
        if problem.hint:
            click.echo(f"    hint: {problem.hint}", err=True)
    if words:
        click.echo(f"Your words were:\n\n{words}\n", err=True)


# ---------------------------------------------------------------- what customers will see


def _shown(data: Dataset, draft: Draft, now: datetime) -> str:
    """The record's newest words as customers will see them, as plain text."""
    snapshot = _snapshot(data, draft, now)
    if not snapshot.incidents:
        return ""
    view = snapshot.incidents[0]
    words = Words(snapshot, Language())
    kind = words.open[view.severity] if view.kind is Kind.incident else words.kinds[view.kind]
    state = " · ".join(filter(None, (words.statuses[view.status], kind)))
    felt = (f"{found.word}: {found.names}" for found in words.felt(view.announced if view.phase == "upcoming" else view.now))
    lines = [view.title, state, *felt]
    if view.window is not None:
        lines.append(f"From {day_words(view.window.start, now)} until {day_words(view.window.end, now)}")
    newest = next((u for u in view.updates if f"{draft.folder}/updates/{u.id}.md" in draft.files), view.updates[0])
    if newest.source.head.scope:
        lines.append(newest.source.head.scope)
    for line in to_text(newest.body).splitlines():
        lines += ["", *wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)]
    if view.promise is not None:
        lines += ["", f"Next update by {day_words(view.promise.due, now)}"]
    drill = ["(a drill: customers see nothing of this)"] if _record(data, draft).head.drill else []
    return "\n".join(f"  | {line}".rstrip() for line in (*drill, *lines))


def _record(data: Dataset, draft: Draft) -> Incident:
    return next(incident for incident in data.incidents if incident.id == draft.id)


def _snapshot(data: Dataset, draft: Draft, now: datetime) -> Snapshot:
    record = _record(data, draft)
    as_real = replace(record, head=record.head.model_copy(update={"drill": False}))
    return derive(replace(data, incidents=(as_real,), unreadable=()), now)


def _closing(data: Dataset, draft: Draft, now: datetime) -> str:
    """When the next word is due, and what to type then."""
    view = _snapshot(data, draft, now).incidents[0]
    lines = []
    if view.promise is not None:
        left = view.promise.due - now
        when = f"in {in_words(left)}" if left.total_seconds() > 0 else f"{in_words(left)} ago"
        lines.append(f"The next word is due by {day_words(view.promise.due, now)}, {when}.")
    elif view.status in FINAL_STATUSES:
        lines.append("No further word is due.")
    following = _FOLLOWING.get(view.status) if view.status else None
    lines.append(f"Next: onrecord {following.format(draft.id)}" if following else "Next: onrecord build")
    return "\n".join(lines)


def _diff(draft: Draft) -> str:
    lines: list[str] = []
    for path, data in draft.files.items():
        old = draft.before.get(path)
        was = (old or b"").decode("utf-8", "replace").splitlines(keepends=True)
        names = f"a/{path}" if old is not None else "/dev/null", f"b/{path}"
        lines += unified_diff(was, data.decode("utf-8", "replace").splitlines(keepends=True), *names)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


# ---------------------------------------------------------------- writing


def _write(root: Path, draft: Draft) -> None:
    """Writes every file, or none: where one cannot be written, those before it are taken back."""
    done: list[str] = []
    try:
        for path, data in draft.files.items():
            write_atomically(root / path, data)
            done.append(path)
    except OSError as error:
        for path in done:
            with suppress(OSError):
                _take_back(root / path, draft.before.get(path))
        raise click.ClickException(f"nothing was written: {error}; make room or mend the rights, then type the same again") from error


def _take_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink()
    else:
        write_atomically(path, before)


def _ready_to_commit(root: Path, draft: Draft, manner: Manner) -> None:
    """Refuses, before anything is written, to commit where that would take somebody's other changes along."""
    if not manner.commits:
        return
    try:
        if not writing.in_repository(root):
            raise click.UsageError("this is no git repository, so there is nothing to commit to: leave --commit, --push and --pr out")
        touched = writing.changed(root, *draft.before) if draft.before else []
    except GitFailed as error:
        raise click.ClickException(str(error)) from None
    foreign = [path for path in touched if writing.is_committed(root, path)]
    if foreign:
        raise click.UsageError(f"{foreign[0]} has changes that are not committed, and they would go along: commit them first, or leave --commit out")
