"""`onrecord check`: what is wrong in the records, where, and what to do."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from onrecord.commands.options import instant
from onrecord.commands.sarif import to_sarif
from onrecord.files import Tree, Unreadable, WorkTree
from onrecord.loading import Loaded, load
from onrecord.policy import (
    CHANGE_RULES,
    FAMILIES,
    FILE_RULES,
    RULES,
    ChangeRule,
    FileRule,
    Readers,
    Rule,
    TextRule,
    review,
)
from onrecord.problems import (
    READING,
    Problem,
    did_you_mean,
    has_errors,
    in_order,
    quantity,
    summary,
    to_github,
    to_json,
)
from onrecord.settings import CHANNELS_FILE, COMPONENTS_FILE, INCIDENTS, MAX_FILE_BYTES, MESSAGES_FOLDER
from onrecord.times import now

if TYPE_CHECKING:
    from onrecord.gitio.past import Version

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_WIDTH = 100
_STEP = 500
_WHOLE_FILES = frozenset({"stray-file", "unsafe-path", "wrong-year", "same-id-twice", "missing-head", "binary-file", "byte-order-mark", "no-updates"})
"""Findings about a file as a whole: no line of it says more."""
_UNSHOWN = frozenset({CHANNELS_FILE})
"""Files that may hold a secret by mistake: no line of them is printed."""
_FEW = 5
"""How many notes on the past are shown in full; more are counted."""
Format = Literal["text", "json", "github", "sarif"]


def _rules(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> frozenset[str]:
    """The codes that families, slugs and codes stand for.

    Raises:
        click.BadParameter: there is no such rule or family.
    """
    rules: tuple[Rule | TextRule | FileRule | ChangeRule, ...] = (*RULES, *FILE_RULES, *CHANGE_RULES)
    known = {slug: {code} for slug, (code, _) in READING.items()} | {rule.slug: {rule.code} for rule in rules}
    known |= {code: {code} for codes in list(known.values()) for code in codes}
    known["changes"] = {rule.code for rule in CHANGE_RULES}
    known["files"] = {code for code, _ in READING.values()}
    for family in FAMILIES.values():
        known[family] = {rule.code for rule in rules if rule.family == family}
    for name in names:
        if name not in known:
            raise click.BadParameter(f"there is no rule or family `{name}`; {did_you_mean(name, known)}")
    return frozenset(code for name in names for code in known[name])


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]…")
@click.option("--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text", show_default=True, help="For people, for tools, as annotations on a pull request, or for code scanning.")
@click.option("--only", "wanted", multiple=True, callback=_rules, metavar="RULE", help="Report only that rule, or that family of rules (such as `timing`); once for each.")
@click.option("--all", "everything", is_flag=True, help="List every note on the past, however many there are.")
@click.option("--base", metavar="REVISION", help="Ask of each change to what that branch or commit has published: a typo, a correction, or a rewrite? For pull requests.")
@click.option("--strict", is_flag=True, help="Warnings count as errors, too.")
@click.option("--now", "at", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock that times are compared with. Also ONRECORD_NOW.")
@click.pass_obj
def command(
    root: Path, *, paths: tuple[str, ...], form: Format, wanted: frozenset[str], everything: bool, base: str | None, strict: bool, at: datetime | None,
) -> int:  # fmt: skip
    """Find what is wrong before readers do.

    Reads every record, or those at PATH alone: files or folders, from here or from the root.
    Nothing of the repository is run, so this is safe on anybody's pull request. Exit code 1
    means that there are errors.
    """
    tree = _Watched(root)
    only = [_inside(root, path) for path in paths] or None
    moment = at or now()
    loaded = load(tree, now=moment, only=only, versions=lambda path: _versions(root, path), recover=False)
    tree.done()
    readers = Readers(root, loaded.dataset.policy.record.visibility)
    found = in_order([*loaded.problems, *_templates(loaded.tree, only), *_channels(loaded, only), *review(loaded.dataset, at=moment, elsewhere=loaded.elsewhere, readers=readers)])
    if base is not None:
        from onrecord.commands.proposed import proposed

        found = in_order([*found, *proposed(root, base, loaded)])
    problems = [p for p in found if _is_asked_for(p, only, wanted)]
    if form == "text":
        past = [p for p in problems if p.past]
        folded = past if len(past) > _FEW and not everything else []
        _show([p for p in problems if not (folded and p.past)], loaded)
        click.echo(_closing(problems, folded, loaded))
    elif form == "json":
        click.echo(to_json(problems), nl=False)
    else:  # these ask somebody to mend something, and a host shows only so many
        click.echo((to_sarif if form == "sarif" else to_github)([p for p in problems if not p.past]), nl=False)
    return 1 if has_errors(problems, strict=strict) else 0


def _templates(tree: Tree, only: Sequence[str] | None) -> Iterable[Problem]:
    """What is wrong with templates of messages, where there are any; they are read and not rendered."""
    asked = only is None or any(_covers(path, MESSAGES_FOLDER) or path.startswith(MESSAGES_FOLDER) for path in only)
    if not asked or not any(tree.paths(MESSAGES_FOLDER)):
        return ()
    from onrecord.render.messages.looking import problems_of

    return problems_of(tree)


def _channels(loaded: Loaded, only: Sequence[str] | None) -> Iterable[Problem]:
    """What is wrong with channels.yml, where there is one."""
    if (only is not None and not any(_covers(path, CHANNELS_FILE) for path in only)) or not loaded.tree.exists(CHANNELS_FILE):
        return ()
    from onrecord.announcing.looking import channels_of

    return channels_of(loaded.tree, loaded.dataset)[1]


def _versions(root: Path, path: str) -> Iterable[Version]:
    """The older versions of a file; git is loaded only where a redaction asks for them."""
    from onrecord.gitio.past import versions

    return versions(root, path)


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


def _is_asked_for(problem: Problem, paths: Sequence[str] | None, codes: Collection[str]) -> bool:
    within = paths is None or any(_covers(path, problem.place.path) for path in paths)
    return within and (not codes or problem.code in codes)


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


def _closing(problems: Sequence[Problem], folded: Sequence[Problem], loaded: Loaded) -> str:
    """What was looked at, what came out, and what to do next; what is `folded` is counted by rule."""
    data = loaded.dataset
    records = len(data.incidents) + len(data.unreadable)
    updates = sum(len(incident.updates) for incident in data.incidents)
    looked = f"{quantity(records, 'record')}, {quantity(updates, 'update')}"
    if not records and not problems and not data.components:
        return f"There are no records here: no {INCIDENTS}/ and no {COMPONENTS_FILE}.\nNext: go to the root of a status repository, or name it with `onrecord -C DIR check`"
    files = len({problem.place.path for problem in problems})
    if not problems:
        return f"{looked}: no problems.\nNext: onrecord build"
    counted = f"{looked}: {summary(problems)} in {quantity(files, 'file')}."
    if folded:
        rules = ", ".join(f"{number} {slug}" for slug, number in sorted(Counter(problem.slug for problem in folded).items()))
        counted += f"\nOf these {len(folded)} notes are on the past, and nothing mends them: {rules}. `--all` lists them."
    if has_errors(problems):
        return f"{counted}\nNext: mend the errors, then run `onrecord check` again."
    return f"{counted}\nNext: onrecord build"



class _Excerpts:
    """The lines that problems are about, each file read once in a row."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._path = ""
        self._lines: list[str] = []

    def around(self, problem: Problem) -> list[str]:
        """The line with a caret below the column; nothing where there is no such line."""
        place = problem.place
        if problem.slug in _WHOLE_FILES or place.path in _UNSHOWN:
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
