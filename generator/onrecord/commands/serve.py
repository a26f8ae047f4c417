"""`onrecord serve`: the site while one writes; each saved file is on the screen a moment later."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter

import click
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from onrecord import times
from onrecord.commands.build import Progress, built, is_bad
from onrecord.commands.options import instant
from onrecord.problems import summary
from onrecord.settings import CONFIG_FILE, INCIDENTS, PAGES_FOLDER, REDACTIONS_FILE, BuildOptions
from onrecord.site.engine import ENGINES
from onrecord.site.pipeline import Outcome
from onrecord.site.preview import Changes, Preview

_QUIET_SECONDS = 0.15
"""A build begins when no file has changed for so long: editors and git write several files at once."""
_LONGEST_WAIT = 3600.0
_CHANGES = frozenset({"created", "modified", "deleted", "moved"})


@click.command()
@click.option(
    "--now", callback=instant, metavar="TIME", envvar="ONRECORD_NOW", help="Set the clock; it then stands still."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 takes a free one."
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="What draws the theme and your own pages; else what policy.yml says.",
)
@click.pass_obj
def command(root: Path, *, now: datetime | None, host: str, port: int, engine: str | None) -> int:
    """Show the site while you write, with live reload.

    Nothing is published: the site lies in a temporary folder. A file that cannot be read is named
    here, and the page goes on with what can.
    """
    changed, changes = Event(), Changes()
    with TemporaryDirectory(prefix="onrecord-serve-", ignore_cleanup_errors=True) as work:
        options = BuildOptions(root=root, out=Path(work) / "site", now=now, engine=engine)
        server = _listen(options.out, changes, host, port)
        with server, _watching(root, changed):
            Thread(target=server.serve_forever, daemon=True).start()
            try:
                _go_on(options, server, changed, changes)
            except KeyboardInterrupt:
                click.echo("\nstopped")
            finally:
                server.shutdown()
    return 0


def _listen(folder: Path, changes: Changes, host: str, port: int) -> Preview:
    try:
        return Preview(folder, changes, (host, port))
    except OSError as error:
        hint = (
            f"use another one: onrecord serve --port {port + 1}"
            if error.errno == errno.EADDRINUSE
            else "check --host and --port"
        )
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}\n    hint: {hint}") from None


def _go_on(options: BuildOptions, server: Preview, changed: Event, changes: Changes) -> None:
    """Builds, and builds again whenever a file or the clock changes a fact; only Ctrl-C ends it."""
    due = _rebuild(options, server)
    changes.tell()
    click.echo(f"\nLook at {server.url} and write on; Ctrl-C ends it.\n")
    while True:
        changed.wait(_seconds_until(due) if options.now is None else None)
        while changed.is_set():
            changed.clear()
            changed.wait(_QUIET_SECONDS)
        due = _rebuild(options, server)
        changes.tell()


def _rebuild(options: BuildOptions, server: Preview) -> datetime | None:
    """One build, with one line on it; whatever goes wrong is shown, and the last good site stays. Returns when the clock is due."""
    began = perf_counter()
    try:
        outcome = built(options, Progress(), serve=True)
    except click.ClickException as error:
        error.show()
        return None
    except Exception:
        traceback.print_exc()
        click.echo("That is a bug in onrecord; the site stays as it was. Please report the lines above.", err=True)
        return None
    server.at(outcome.drawn.site)
    click.echo(_line(outcome, options, perf_counter() - began))
    return outcome.snapshot.next_event


def _line(outcome: Outcome, options: BuildOptions, seconds: float) -> str:
    counted = [problem for problem in outcome.problems if problem.level != "note"]
    said = f"; {summary(counted)} above" if counted else ""
    count = len(outcome.published.written) + len(outcome.published.removed)
    colour = "red" if is_bad(outcome, options) else "green"
    mark = click.style("●", fg=colour)
    return f"{mark} {times.now():%H:%M:%S} UTC: {outcome.snapshot.overall.description}; {count} files changed in {seconds:.1f} s{said}"


def _seconds_until(due: datetime | None) -> float:
    """How long the clock lets us sleep; a page whose promise has just been missed shows it a second later."""
    if due is None:
        return _LONGEST_WAIT
    return min(max(times.seconds_until(due) + 1, 1), _LONGEST_WAIT)


# ---------------------------------------------------------------- file events


class _Ear(FileSystemEventHandler):
    """Hears what could change the site. Reading a file is no change."""

    def __init__(self, root: Path, changed: Event) -> None:
        self._files = (str(root / CONFIG_FILE), str(root / REDACTIONS_FILE))
        self._sources = tuple(f"{folder}/" for folder in _sources(root))
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        paths = (str(event.src_path), str(event.dest_path))
        if event.event_type in _CHANGES and any(p in self._files or f"{p}/".startswith(self._sources) for p in paths):
            self._changed.set()


def _sources(root: Path) -> tuple[Path, ...]:
    return (root / INCIDENTS, (root / PAGES_FOLDER).parent)


@contextmanager
def _watching(root: Path, changed: Event) -> Iterator[None]:
    """Listens to the system's file events; looks for changes every second where the system offers too few."""
    try:
        observer = _observe(Observer(), root, changed)
    except OSError as error:
        click.echo(f"warning: no file events ({error.strerror}); looking for changes every second instead", err=True)
        observer = _observe(PollingObserver(timeout=1.0), root, changed)
    try:
        yield
    finally:
        observer.stop()
        observer.join()


def _observe(observer: BaseObserver, root: Path, changed: Event) -> BaseObserver:
    ear = _Ear(root, changed)
    observer.schedule(ear, str(root), recursive=False)
    for folder in _sources(root):
        if folder.is_dir():
            observer.schedule(ear, str(folder), recursive=True)
    observer.start()
    return observer
