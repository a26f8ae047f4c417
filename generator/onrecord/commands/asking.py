"""Questions on a terminal, for those who typed the verb alone: few, each with an answer that Enter gives."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import click

from onrecord.commands import screen

T = TypeVar("T")
_CUT = "---- Above this line: what customers will read, in Markdown. This line and all below it are left out. ----"
_SHOWN = 9
_ALIKE = 65.0
"""From which likeness on, of 100, a name is offered as a guess."""


def on_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def nearest(typed: str, choices: Mapping[str, str]) -> tuple[list[str], bool]:
    """The keys that were meant, and whether that is sure.

    Sure are a key or name, its beginning, the beginning of a word in it, a part of it; letters in their order and
    what merely looks alike are guesses.
    """
    wanted = typed.strip().lower()
    named = {key: (key.lower(), name.lower()) for key, name in choices.items()}
    ways: tuple[Callable[[str], bool], ...] = (
        lambda text: text == wanted,
        lambda text: text.startswith(wanted),
        lambda text: any(word.startswith(wanted) for word in text.replace("-", " ").replace("_", " ").split()),
        lambda text: wanted in text,
    )
    for way in ways:
        if found := [key for key, texts in named.items() if any(way(text) for text in texts)]:
            return found, True
    alike = _alike(wanted, named)
    in_order = [key for key, both in named.items() if any(_in_order(wanted, text) for text in both)]
    return list(dict.fromkeys((*alike, *in_order))), False


def _alike(wanted: str, named: Mapping[str, Sequence[str]]) -> list[str]:
    """The keys whose id or name looks like what was typed, the likest first: letters swapped or left out, words in another order."""
    from rapidfuzz import fuzz

    scores = {key: max(fuzz.WRatio(wanted, text.replace("-", " ").replace("_", " ")) for text in both) for key, both in named.items()}
    best = max(scores.values(), default=0.0)
    return sorted((key for key, score in scores.items() if score >= max(_ALIKE, best - 15)), key=lambda key: -scores[key])


def choose(question: str, choices: Mapping[str, str], default: str | None = None, *, listed: bool = True) -> str | None:
    """One of the choices by number, name or some of its letters; Enter gives the default, and a guess is shown before it counts.

    `choices` are names for people by key; a key that its name does not show is told, too.
    """
    shown = list(choices)
    if listed:
        _list(shown, choices)
    while True:
        typed = click.prompt(f"{question} [{default}]" if default else question, default="", show_default=False).strip()
        if not typed:
            return default
        if typed.isdigit() and 1 <= int(typed) <= len(shown):
            return _echoed(shown[int(typed) - 1], choices)
        found, sure = nearest(typed, choices)
        if len(found) == 1 and sure:
            return _echoed(found[0], choices)
        if found:
            shown = found
            _list(shown, choices)
            default = None if sure else found[0]
        else:
            click.echo(f"  nothing here is like `{typed}`")


def line(question: str, default: str = "", *, check: Callable[[str], T]) -> T:
    """One line that `check` makes something of; asked again while it refuses."""
    while True:
        typed = click.prompt(question, default=default, show_default=bool(default)).strip()
        try:
            return check(typed)
        except click.UsageError as error:
            click.echo(f"  {error.message}")


def edited(start: str, notes: Sequence[str] = ()) -> str:
    """What comes back from `$EDITOR`, empty where nothing was saved."""
    below = "\n".join(("", "", _CUT, *notes))
    try:
        text = click.edit(f"{start}{below}\n", extension=".md", require_save=True)
    except click.ClickException as error:
        raise click.ClickException(f"{error.message}; say it with -m TEXT instead") from None
    return (text or "").partition(_CUT)[0].strip()


def _echoed(key: str, choices: Mapping[str, str]) -> str:
    click.echo(f"  → {choices[key]}")
    return key


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _list(keys: Sequence[str], choices: Mapping[str, str]) -> None:
    for number, key in enumerate(keys[:_SHOWN], 1):
        name = choices[key]
        told = name if key in name or key.replace("_", " ") in name else f"{name} ({key})"
        click.echo(screen.hung(f"  {number}. ", told))
    if len(keys) > _SHOWN:
        click.echo(f"  … and {len(keys) - _SHOWN} more: type some letters of one")
