"""Files that a verb is about to write: looked at as `check` would, shown as a diff, and written all or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

import click

from onrecord.authoring import Draft
from onrecord.authoring.together import HalfWritten, write_together
from onrecord.commands import screen
from onrecord.commands.manner import Manner
from onrecord.commands.sending import send
from onrecord.files import WorkTree
from onrecord.gitio import GitFailed, writing
from onrecord.loading import load
from onrecord.model import Dataset
from onrecord.policy import Readers, review
from onrecord.policy.privacy import RULES as PRIVACY
from onrecord.problems import Problem
from onrecord.settings import MAX_FILE_BYTES

_INSIDE = frozenset(rule.slug for rule in PRIVACY)


@dataclass(frozen=True, slots=True)
class Judged:
    """What `check` would say of a record with the draft written: its data, and the findings that the draft brings."""

    data: Dataset
    new: tuple[Problem, ...]
    inside: tuple[Problem, ...] = ()
    """What must stay inside, and would leave with a commit."""

    @property
    def refused(self) -> bool:
        return any(problem.level == "error" for problem in self.new)


def judged(root: Path, draft: Draft, now: datetime) -> Judged:
    """Looks at the record before and after; what was wrong before is nobody's fault now."""
    tree = WorkTree(root)
    before, _ = _read(tree, draft, now)
    taken = {*draft.files, f"{draft.folder}/incident.yml"}
    after, data = _read(_Overlay(tree, draft), draft, now)
    known = {(problem.code, problem.place.path, problem.message) for problem in before}
    return Judged(
        data,
        new=tuple(p for p in after if (p.code, p.place.path, p.message) not in known),
        inside=tuple(p for p in after if p.slug in _INSIDE and p.level == "warning" and p.place.path in taken),
    )


@dataclass(frozen=True, slots=True)
class _Overlay:
    """A tree as it would be with the draft written."""

    base: WorkTree
    over: Draft

    def paths(self, prefix: str) -> Iterable[str]:
        new = (path for path in self.over.files if path.startswith(f"{prefix.strip('/')}/"))
        return sorted({*self.base.paths(prefix), *new})

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        data = self.over.files.get(path)
        return data if data is not None else self.base.read(path, limit)

    def exists(self, path: str) -> bool:
        return path in self.over.files or self.base.exists(path)


def _read(tree: WorkTree | _Overlay, draft: Draft, now: datetime) -> tuple[list[Problem], Dataset]:
    """The problems of the draft's record in that tree, wherever they stand, and its data."""
    loaded = load(tree, now=now, only=(draft.folder,))
    readers = Readers(tree.base.root if isinstance(tree, _Overlay) else tree.root, loaded.dataset.policy.record.visibility)
    found = (*loaded.problems, *review(loaded.dataset, at=now, elsewhere=loaded.elsewhere, readers=readers))
    return [problem for problem in found if problem.level != "note"], loaded.dataset


def refuse(problems: Iterable[Problem], words: str) -> None:
    """Says why `check` would refuse it; words that were typed into a prompt or an editor are given back, so that nobody types them twice."""
    click.echo("Nothing was written, because `check` would refuse it:", err=True)
    for problem in problems:
        click.echo(f"  {problem.code} {problem.slug}: {problem.message}", err=True)
        if problem.hint:
            click.echo(f"    hint: {problem.hint}", err=True)
    if words:
        click.echo(f"Your words were:\n\n{words}\n", err=True)


def diff(draft: Draft) -> str:
    """The draft as a unified diff."""
    lines: list[str] = []
    for path, data in draft.files.items():
        old = draft.before.get(path)
        was = (old or b"").decode("utf-8", "replace").splitlines(keepends=True)
        names = f"a/{path}" if old is not None else "/dev/null", f"b/{path}"
        lines += unified_diff(was, data.decode("utf-8", "replace").splitlines(keepends=True), *names)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write(root: Path, draft: Draft) -> None:
    """Writes every file, or none: a new record appears whole, and what was begun is taken back where not all can be written.

    Raises:
        click.ClickException: says what was written, if anything.
    """
    try:
        write_together(root, draft.files)
    except HalfWritten as error:
        stand = ", ".join(error.written)
        raise click.ClickException(f"only {stand} could be written, and not taken back: {error}; take it away, then type the same again") from error
    except OSError as error:
        raise click.ClickException(f"nothing was written: {error}; make room or mend the rights, then type the same again") from error


@contextmanager
def given_back(words: str) -> Iterator[None]:
    """Gives typed words back where they could not be written, or somebody thought better of it, so that nobody types them twice."""
    try:
        yield
    except (click.ClickException, click.Abort):
        if words:
            click.echo(f"\nYour words were:\n\n{words}\n", err=True)
        raise


def may_be_committed(root: Path, draft: Draft, found: Judged) -> bool:
    """Whether a commit would take neither somebody's other changes along, nor what must stay inside."""
    if found.inside:
        return False
    try:
        _stands_alone(root, draft)
    except click.ClickException:
        return False
    return True


def ready_to_commit(root: Path, draft: Draft, manner: Manner, found: Judged) -> None:
    """Refuses, before anything is written, to commit where that would take somebody's other changes along, or let out what must stay inside."""
    if not manner.commits:
        return
    if found.inside:
        refuse(found.inside, "")
        raise click.ClickException("leave --commit, --push and --pr out to write it on this machine alone")
    _stands_alone(root, draft)


def _stands_alone(root: Path, draft: Draft) -> None:
    try:
        if not writing.in_repository(root):
            raise click.UsageError("this is no git repository, so there is nothing to commit to: leave --commit, --push and --pr out")
        touched = writing.changed(root, *draft.before) if draft.before else []
    except GitFailed as error:
        raise click.ClickException(str(error)) from None
    foreign = [path for path in touched if writing.is_committed(root, path)]
    if foreign:
        raise click.UsageError(f"{foreign[0]} has changes that are not committed, and they would go along: commit them first, or leave --commit out")


def hand_over(root: Path, draft: Draft, manner: Manner, found: Judged) -> int:
    """Commits and sends as asked, else says how; what must stay inside is told instead of proposed. Returns the exit code."""
    if not found.inside:
        return send(root, draft, manner)
    click.echo("Keep this on this machine for now:")
    for problem in found.inside:
        click.echo(screen.hung("  ", f"{problem.place.path}: {problem.message}."))
    click.echo(screen.hung("", f"To have it in a commit, {found.inside[0].hint}."))
    click.echo()
    return 0
