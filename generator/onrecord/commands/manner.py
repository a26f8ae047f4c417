"""How something is said: the options that `open`, `update`, `resolve` and `schedule` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from onrecord.commands import asking, wording
from onrecord.commands.options import instant
from onrecord.times import MINUTE, now

_SENDING = (
    click.option("--commit", is_flag=True, help="Commit what was written, and nothing else."),
    click.option("--push", is_flag=True, help="Commit, then send the branch, rebased on what others sent meanwhile."),
    click.option("--pr", is_flag=True, help="Commit on a branch of its own, send it, and open a pull request with `gh`."),
    click.option("--now", "set_clock", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock. Also ONRECORD_NOW."),
)
_OPTIONS = (
    click.option("-m", "--message", metavar="TEXT", help="What customers will read, in Markdown; `-` reads it from standard input."),
    click.option("--editor", is_flag=True, help="Open $EDITOR also where a message was given."),
    click.option("--template", metavar="PHASE", help="Begin with the text of that phase, such as `no-news`; `onrecord messages --list` has them all."),
    click.option("--set", "answers", multiple=True, metavar="BLANK=TEXT", help="Fill a blank of the text, by some of its words; once for each."),
    click.option("-y", "--yes", is_flag=True, help="Without a message, say the text of the phase without what may stay out; open no editor."),
    click.option("--at", callback=instant, metavar="TIME", help="When it is said, if that is not now."),
    click.option("--dry-run", is_flag=True, help="Show the diff and the message, and write nothing."),
    *_SENDING,
)
_KEPT = (click.option("--dry-run", is_flag=True, help="Show the diff, and write nothing."), *_SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """Those options. `now` is the clock, `at` when it is said; `asks` that questions are answered on a terminal."""

    message: str | None
    editor: bool
    yes: bool
    at: datetime
    now: datetime
    dry_run: bool
    commit: bool
    push: bool
    pr: bool
    template: str | None = None
    """The phase whose text it begins with, as typed."""
    answers: tuple[str, ...] = ()
    """Blanks that were filled on the command line."""
    asks: bool = False
    dated: bool = False
    """Whether somebody said when it is said."""
    live: bool = False
    """Whether the clock is the real one."""

    @property
    def moment(self) -> datetime:
        """What promises are reckoned from: the time that was given, else the clock."""
        return self.at if self.dated else self.now

    @property
    def commits(self) -> bool:
        return self.commit or self.push or self.pr

    def asking(self, example: str, *said: object) -> Manner:
        """The manner where questions are asked if nothing was `said` on the command line.

        Raises:
            click.UsageError: nothing was said, and there is nobody to ask.
        """
        if any(said) or self.message is not None or self.yes or self.template or self.answers:
            return self
        if not asking.on_terminal():
            raise click.UsageError(f"there is nobody to ask here, so say it all: {example}")
        return replace(self, asks=True)

    @property
    def typed(self) -> bool:
        """Whether the words come from a prompt or an editor, and so take their time."""
        return self.message is None and (self.asks or self.editor or not self.yes)

    def spoken(self) -> Manner:
        """The manner once the words are there: they are said now, and not when somebody began to type them."""
        if not (self.live and self.typed):
            return self
        moment = now()
        return replace(self, now=moment, at=self.at if self.dated else max(moment, self.at))

    def after(self, newest: datetime | None) -> Manner:
        """The manner, a second later than the newest word where both fall into one second: their order must not be left to chance."""
        if newest is None or self.dated or not self.at <= newest < self.at + MINUTE:
            return self
        return replace(self, at=newest + timedelta(seconds=1))

    def words(self, start: Callable[[], str], notes: Sequence[str] = ()) -> str:
        """What customers will read: as given, asked for, written in the editor, or what `start` proposes with its blanks filled.

        Raises:
            click.UsageError: none of these is possible, or the words are empty, or a blank is left.
        """
        if self.message is not None:
            text = wording.answered(wording.given(self.message), self.answers)
            return wording.edited(text, notes) if self.editor else wording.not_empty(text)
        text = wording.answered(start(), self.answers)
        if self.asks:
            return wording.asked(text)
        if self.yes and not self.editor:
            return wording.whole(text)
        if asking.on_terminal():
            return wording.edited(text, notes)
        if self.template or self.answers:
            return wording.whole(text)
        raise click.UsageError("what should customers read? Say it with -m TEXT; --yes says what the template of the phase proposes")


def spoken(command: Callable[..., int]) -> Callable[..., int]:
    """Gives a verb these options, as one `manner`."""

    @wraps(command)
    def run(root: Path, /, *, at: datetime | None, set_clock: datetime | None, **options: Any) -> int:
        shared = {name: options.pop(name) for name in ("message", "editor", "yes", "dry_run", "commit", "push", "pr", "template", "answers")}
        moment = set_clock or now()
        manner = Manner(at=at or moment, now=moment, dated=at is not None, live=set_clock is None, **shared)
        for given in (manner.message, *manner.answers, *options.values()):
            _whole(given)
        try:
            return command(root, manner=manner, **options)
        except ValidationError as error:
            raise click.UsageError(_why(error)) from None

    found: Callable[..., int] = click.pass_obj(run)
    for option in reversed(_OPTIONS):
        found = option(found)
    return found


def kept(command: Callable[..., int]) -> Callable[..., int]:
    """Gives a verb that writes files and says nothing to customers its options, as one `manner`."""

    @wraps(command)
    def run(root: Path, /, *, set_clock: datetime | None, **options: Any) -> int:
        shared = {name: options.pop(name) for name in ("dry_run", "commit", "push", "pr")}
        moment = set_clock or now()
        manner = Manner(message=None, editor=False, yes=True, at=moment, now=moment, live=set_clock is None, **shared)
        return command(root, manner=manner, **options)

    found: Callable[..., int] = click.pass_obj(run)
    for option in reversed(_KEPT):
        found = option(found)
    return found


def _whole(given: object) -> None:
    """Refuses texts that the terminal sent in another encoding than UTF-8."""
    try:
        str(given).encode()
    except UnicodeEncodeError:
        raise click.UsageError(f"{given!r} is no UTF-8; set your terminal to UTF-8, or write the words in a file and use `-m - < FILE`") from None


def _why(error: ValidationError) -> str:
    """The first thing that a shape refuses, in its own plain words."""
    details = error.errors(include_url=False)[0]
    context = details.get("ctx", {})
    message, hint = context.get("message", details["msg"]), context.get("hint")
    return f"{'.'.join(map(str, details['loc']))}: {message}" + (f"; {hint}" if hint else "")
