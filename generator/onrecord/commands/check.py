"""`onrecord check`: what is wrong in the records, where, and what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

import click

from onrecord.commands.options import instant
from onrecord.files import Tree, Unreadable, WorkTree
from onrecord.gitio.past import versions
from onrecord.loading import Loaded, load
from onrecord.policy import review
from onrecord.problems import Problem, has_errors, in_order, summary, to_github, to_json
from onrecord.settings import COMPONENTS_FILE, INCIDENTS, MAX_FILE_BYTES
from onrecord.times import now

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_WIDTH = 100
_STEP = 500
_WHOLE_FILES = frozenset({"stray-file", "unsafe-path", "wrong-year", "same-id-twice", "missing-head", "binary-file", "byte-order-mark", "no-updates"})
"""Findings about a file as a whole: no line of it says more."""
Format = Literal["text", "json", "github"]


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]…")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True, help="For people, for tools, or as annotations on a pull request.")
@click.option("--strict", is_flag=True, help="Warnings count as errors, too.")
@click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock that times are compared with. Also ONRECORD_NOW.")
@click.pass_obj
def command(root: Path, paths: tuple[str, ...], form: Format, strict: bool, at: datetime | None) -> int:
    """Find what is wrong before readers do.

    Reads every record, or those at PATH alone: files or folders, from here or from the root.
    Nothing of the repository is run, so this is safe on anybody's pull request. Exit code 1
    means that there are errors.
    """
    tree = _Watched(root)
    only = [_inside(root, path) for path in paths] or None
    moment = at or now()
    loaded = load(tree, now=moment, only=only, versions=partial(versions, root), recover=False)
    tree.done()
    found = in_order([*loaded.problems, *review(loaded.dataset, at=moment, elsewhere=loaded.elsewhere)])
    problems = found if only is None else [p for p in found if any(_covers(path, p.place.path) for path in only)]
    if form == "text":
        _show(problems, loaded)
    else:
        click.echo((to_json if form == "json" else to_github)(problems), nl=False)
    return 1 if has_errors(problems, strict=strict) else 0


class _Watched(WorkTree):
    """The work tree, saying on a terminal how many files were read where that takes a moment."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._count = 0
        self._shown = sys.stderr.isatty()

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        self._count += 1
        if self._shown and self._count % _STEP == 0:
            click.echo(f"\rreading: {self._count:,} files", nl=False, err=True)
        return super().read(path, limit)

    def done(self) -> None:
        if self._shown and self._count >= _STEP:
            click.echo("\r\033[K", nl=False, err=True)
        self._shown = False


def _inside(root: Path, path: str) -> str:
    """The path from the repository's root, whether it was given from there or from the folder that we are in."""
    there = [given for start in (Path.cwd(), root) if os.path.lexists(given := start / path)]
    for given in there:
        absolute = given.parent.resolve() / given.name if given.name != ".." else given.resolve()
        if absolute.is_relative_to(root):
            inner = absolute.relative_to(root).as_posix()
            return "" if inner == "." else inner
    if there:
        raise click.UsageError(f"{path} lies outside the repository {root}")
    raise click.UsageError(f"there is no {path}, neither here nor in {root}")


def _covers(path: str, place: str) -> bool:
    """Whether a finding there is about what lies at the path: in it, or about a folder that it lies in."""
    return not path or place == path or place.startswith(f"{path}/") or path.startswith(f"{place}/")


def _show(problems: Sequence[Problem], loaded: Loaded) -> None:
    lines = _Excerpts(loaded.tree)
    for problem in problems:
        level = click.style(f"{problem.level}:", fg=_COLOURS[problem.level], bold=True)
        click.echo(f"{click.style(str(problem.place), bold=True)}: {level} {problem.code} {problem.slug}: {problem.message}")
        for line in lines.around(problem):
            click.echo(click.style(line, dim=True))
        if problem.hint:
            click.echo(f"    hint: {problem.hint}")
        click.echo()
    click.echo(_closing(problems, loaded))


def _closing(problems: Sequence[Problem], loaded: Loaded) -> str:
    """What was looked at, what came out, and what to do next."""
    data = loaded.dataset
    records = len(data.incidents) + len(data.unreadable)
    updates = sum(len(incident.updates) for incident in data.incidents)
    looked = f"{_count(records, 'record')}, {_count(updates, 'update')}"
    if not records and not problems and not data.components:
        return f"There are no records here: no {INCIDENTS}/ and no {COMPONENTS_FILE}.\nNext: go to the root of a status repository, or name it with `onrecord -C DIR check`"
    files = len({problem.place.path for problem in problems})
    if not problems:
        return f"{looked}: no problems.\nNext: onrecord build"
    counted = f"{looked}: {summary(problems)} in {_count(files, 'file')}."
    if has_errors(problems):
        return f"{counted}\nNext: mend the errors, then run `onrecord check` again."
    return f"{counted}\nNext: onrecord build"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


class _Excerpts:
    """The lines that problems are about, each file read once in a row."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._path = ""
        self._lines: list[str] = []

    def around(self, problem: Problem) -> list[str]:
        """The line with a caret below the column; nothing where there is no such line."""
        place = problem.place
        if problem.slug in _WHOLE_FILES:
            return []
        if place.path != self._path:
            self._path, self._lines = place.path, self._read(place.path)
        if place.line > len(self._lines) or not self._lines[place.line - 1].strip():
            return []
        line = self._lines[place.line - 1]
        start = max(0, place.column - 1 - _WIDTH // 2)
        shown = "".join(c if c.isprintable() else "·" for c in line[start : start + _WIDTH])
        gutter = f"{place.line:>5} | "
        return [gutter + shown, " " * (len(gutter) - 2) + "| " + " " * (place.column - 1 - start) + "^"]

    def _read(self, path: str) -> list[str]:
        try:
            return self._tree.read(path).decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        except Unreadable:
            return []
