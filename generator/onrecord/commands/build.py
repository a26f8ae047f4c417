"""`onrecord build`: the site, written all at once, with a summary of what was written and what to type next."""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TextIO

import click

from onrecord.commands.options import demand_root, instant
from onrecord.gitio import GitFailed
from onrecord.problems import Problem, has_errors, summary
from onrecord.render.summary import in_markdown
from onrecord.settings import OUTPUT_FOLDER, BuildOptions
from onrecord.site.engine import ENGINES, EngineFailed
from onrecord.site.holding import CannotPublish
from onrecord.site.lineage import rewritten
from onrecord.site.pipeline import Outcome, build
from onrecord.times import iso

_SHOWN = {"error": 20, "warning": 5}
"""So many findings are printed whole; `onrecord check` shows them all."""
_MAIN = ("home", "history", "maintenance", "postmortems", "reliability", "subscribe", "missing")
_NAMES = {
    "component": ("part", "parts"),
    "year": ("older year of a part", "older years of parts"),
    "group": ("group", "groups"),
    "incident": ("incident page", "incident pages"),
    "month": ("month", "months"),
    "postmortem": ("post-mortem", "post-mortems"),
    "record": ("record page", "record pages"),
    "picture": ("picture", "pictures"),
    "feed": ("feed", "feeds"),
    "own": ("file of your own and of the theme", "files of your own and of the theme"),
}


def moment(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | str | None:
    """Reads an option that is an instant or the name of a commit."""
    looks_like_a_time = value is None or re.match(r"\d{4}-\d\d-\d|\d{8}T", value)
    return instant(context, parameter, value) if looks_like_a_time else value


@click.command()
@click.option(
    "--now",
    callback=instant,
    metavar="TIME",
    envvar="ONRECORD_NOW",
    help="Set the clock; hides nothing. Also ONRECORD_NOW.",
)
@click.option(
    "--as-of",
    callback=moment,
    metavar="TIME|COMMIT",
    help="Show only what was said up to a time, or what the tree of a commit held.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(OUTPUT_FOLDER),
    show_default=True,
    help="The folder to publish to.",
)
@click.option("--clean", is_flag=True, help="Write every file anew, also those that are the same.")
@click.option("--strict", is_flag=True, help="End non-zero for warnings too.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="What draws the theme and your own pages; else what policy.yml says.",
)
@click.option("--explain", is_flag=True, help="Say why the theme was drawn anew, and of each file that changed why it was made.")
@click.option("--gallery", is_flag=True, help="Add gallery/, a page of every component of the interface in every state, for designers.")
@click.option(
    "--precompress", is_flag=True, help="Put compressed copies (.gz, and .br where brotli is installed) beside the texts, for a server that gives those out."
)
@click.option(
    "--publications",
    metavar="PATH|ADDRESS|live",
    help="Continue that chain of publications; `live` is the one at the site's own address. For a deployment.",
)
@click.option(
    "--summary",
    "told",
    type=click.File("a", encoding="utf-8"),
    metavar="FILE",
    help="Append to that file, as Markdown, what customers will see and what is wrong. For the summary of a run in CI.",
)
@click.option("--base", metavar="REF", help="With --summary: begin it with what changes for customers since the work went apart from that commit or branch.")
@click.pass_obj
def command(
    root: Path,
    *,
    now: datetime | None,
    as_of: datetime | str | None,
    out: Path,
    clean: bool,
    strict: bool,
    engine: str | None,
    explain: bool,
    gallery: bool,
    precompress: bool,
    publications: str | None,
    told: TextIO | None,
    base: str | None,
) -> int:
    """Write the site.

    The published folder changes all at once, or not at all. A record that cannot be read never
    stops the site: it is written without it, the problem is shown, and the exit code is 1.
    """
    options = BuildOptions(
        root=root, out=root / out, now=now, gallery=gallery, clean=clean, strict=strict, engine=engine, explain=explain, publications=publications
    )
    if as_of is not None:
        options = replace(options, as_of=as_of) if isinstance(as_of, datetime) else replace(options, commit=as_of)
    began = perf_counter()
    compare = None
    if base is not None:
        from onrecord.commands.comparing import comparison  # brings the messages along, which no other build needs

        compare = comparison(root, base)
    outcome = built(options, Progress())
    packed = _packed(options.out) if precompress else []
    click.echo(report(outcome, options, perf_counter() - began, packed), nl=False)
    if told is not None:
        changes = compare(outcome.snapshot) if compare else ()
        told.write(in_markdown(outcome.snapshot, outcome.problems, lineage_of(outcome), changes))
    return int(is_bad(outcome, options))


def _packed(out: Path) -> list[str]:
    from onrecord.site.precompress import precompress  # brings brotli along, which no other build needs

    with Progress() as progress:
        progress.step("Compressing")
        copies = precompress(out)
    kinds = ".gz and .br" if copies.brotli else ".gz; for .br, too, pip install 'onrecord[precompress]'"
    return [f"{copies.files} compressed copies beside them ({kinds}): {copies.written} written."]


def built(options: BuildOptions, progress: Progress, *, serve: bool = False) -> Outcome:
    """The outcome of a build, with its problems shown; what stops a build is told in plain words.

    Raises:
        click.ClickException: nothing was published.
    """
    demand_root(options.root)
    try:
        with progress:
            outcome = build(options, progress, serve=serve)
    except (CannotPublish, EngineFailed) as error:
        raise click.ClickException(f"{error}\n    hint: {error.hint}" if error.hint else str(error)) from error
    except GitFailed as error:
        raise click.UsageError(
            f"`{options.commit}` is no time, and no commit that holds this folder.\n    {error.said.strip()}"
        ) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(
            f"{where}{error.strerror or error}; what is published is the old site or the new one, whole"
        ) from error
    show_problems(outcome.problems, outcome.drawn.warnings)
    for rewrite in outcome.snapshot.built.unexplained:
        click.echo(f"error: {rewritten(rewrite)}\n    hint: the home page says so, too; docs/record.md says how to account for it", err=True)
    return outcome


def is_bad(outcome: Outcome, options: BuildOptions) -> bool:
    """Whether the build must end non-zero."""
    if outcome.snapshot.built.unexplained or (outcome.lineage and outcome.lineage.failed):
        return True
    return has_errors(outcome.problems, strict=options.strict) or (options.strict and bool(outcome.drawn.warnings))


def lineage_of(outcome: Outcome) -> list[str]:
    """What is known of the publications before this one, the worst first; nothing where they were not asked for."""
    if outcome.lineage is None:
        return []
    return [*map(rewritten, outcome.snapshot.built.unexplained), outcome.lineage.told]


def show_problems(problems: Sequence[Problem], warnings: Sequence[str]) -> None:
    """Prints the errors, the warnings if they are few, and what the engine warned of; the rest is counted by rule."""
    for level, most in _SHOWN.items():
        found = [problem for problem in problems if problem.level == level]
        for problem in found[:most] if level == "error" or len(found) <= most else ():
            click.echo(str(problem), err=True)
        if len(found) > most:
            counts = Counter(f"{problem.code} {problem.slug}" for problem in found).most_common()
            click.echo(f"{len(found):,} {level}s: {', '.join(f'{n:,} {name}' for name, n in counts)}", err=True)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


# ---------------------------------------------------------------- progress


class Progress:
    """One line on a terminal that says what is going on; nothing where nobody watches."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()
        self._text = ""
        self._files = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def step(self, text: str) -> None:
        """A new stage begins."""
        self._text = text
        self._show(f"{text} …")

    def wrote(self, _kind: str, _path: str) -> None:
        """A file was made."""
        self._files += 1
        if self._files % 250 == 0:
            self._show(f"{self._text} … {self._files:,} files")

    def _show(self, text: str) -> None:
        if self._on:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\033[K{text[:width]}")
            sys.stderr.flush()


# ---------------------------------------------------------------- the summary


def report(outcome: Outcome, options: BuildOptions, seconds: float, more: Sequence[str] = ()) -> str:
    """What was written, what it says, `more`, and what to type next."""
    lines = [_what(outcome), *_from(outcome), *_says(outcome), _files(outcome, seconds), *more]
    if options.explain:
        lines += _explained(outcome)
    return "\n".join(f"  {line}" if i else line for i, line in enumerate(lines)) + "\n\n" + _next(outcome, options)


def _what(outcome: Outcome) -> str:
    pages = sum(outcome.counts[kind] for kind in _MAIN)
    parts = [_count(pages, "main page", "main pages")]
    parts += [_count(outcome.counts[kind], *names) for kind, names in _NAMES.items() if outcome.counts[kind]]
    return f"Wrote {_shown(outcome.published.target)}: {', '.join(parts)}."


def _from(outcome: Outcome) -> list[str]:
    built, at = outcome.snapshot.built, outcome.snapshot.at
    source = "no commit" if built.commit is None else f"commit {built.commit[:10]}"
    changed = ", with changes that are not committed" if built.dirty else ""
    lines = [f"As it stands at {iso(at)}, from {source}{changed}."]
    if built.as_of is not None:
        lines.append(f"Only what was said up to {iso(built.as_of)} is shown.")
    return lines


def _says(outcome: Outcome) -> list[str]:
    snapshot = outcome.snapshot
    counted = [
        (len(snapshot.open_incidents), "open incident", "open incidents"),
        (len(snapshot.active_maintenance), "maintenance under way", "maintenances under way"),
        (len(snapshot.unreadable), "record that cannot be read", "records that cannot be read"),
    ]
    words = [snapshot.overall.description, *(_count(*row) for row in counted if row[0])]
    lines = [f"It says: {'; '.join(words)}."]
    missed = [view for view in snapshot.open_incidents if view.promise is not None and view.promise.state == "missed"]
    if outcome.lineage is not None:
        lines.append(f"{'error: ' if outcome.lineage.failed else ''}{outcome.lineage.told[:1].upper()}{outcome.lineage.told[1:]}.")
    if missed:
        lines.append(f"A promised update is late: {', '.join(view.id for view in missed)}.")
    return lines


def _files(outcome: Outcome, seconds: float) -> str:
    done = outcome.published
    changes = f"{len(done.written):,} written, {done.kept:,} unchanged, {len(done.removed):,} removed"
    return f"{done.files:,} files, {done.size / 1_000_000:.1f} MB, in {seconds:.1f} s: {changes}."


def _explained(outcome: Outcome) -> list[str]:
    lines = [f"The theme and your own pages: {outcome.drawn.why}."] if outcome.drawn.why else []
    lines += [f"written  {path}{_why(path, outcome)}" for path in outcome.published.written]
    return lines + [f"removed  {path}" for path in outcome.published.removed]


def _why(path: str, outcome: Outcome) -> str:
    """Why that file was made and not left as it was, where there is more to say than that it always is."""
    reason = outcome.why.get(path, "")
    return f": {reason}" if reason else ""


def _next(outcome: Outcome, options: BuildOptions) -> str:
    target = _shown(outcome.published.target)
    look = (
        f"To look at it:  python3 -m http.server --directory {target}\nTo write on and see it change:  onrecord serve\n"
    )
    counted = [problem for problem in outcome.problems if problem.level != "note"]
    if not counted:
        return look
    site = "The site is written all the same" if is_bad(outcome, options) else "The site is written"
    return f"{look}\n{site}, with {summary(counted)}. To see each with its place:  onrecord check\n"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _shown(path: Path) -> str:
    """The path as one would type it from here."""
    try:
        return f"{path.relative_to(Path.cwd())}/"
    except ValueError:
        return f"{path}/"
