"""How text fits on the terminal, whatever its width: wrapped between words, with an indent that shows what belongs together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shutil import get_terminal_size
from textwrap import wrap

_WIDEST = 88
"""Longer lines are hard to read, however wide the terminal is."""


def columns() -> int:
    """How many letters a line may have."""
    return max(min(get_terminal_size().columns - 1, _WIDEST), 30)


def hung(first: str, text: str) -> str:
    """`first`, then the text, whose further lines begin below its first word."""
    lines = _wrapped(text, columns() - len(first))
    return f"\n{' ' * len(first)}".join((f"{first}{lines[0]}", *lines[1:]))


def table(rows: Iterable[tuple[str, str]], indent: str = "  ") -> Iterator[str]:
    """Names with their texts beside them, as wide as the longest name."""
    held = list(rows)
    wide = max((len(name) for name, _ in held), default=0) + 2
    return (hung(f"{indent}{name:<{wide}}", text) for name, text in held)


def block(text: str, indent: str = "  ") -> str:
    """The paragraphs a little to the right."""
    return "\n".join(hung(indent, line).rstrip() if line.strip() else "" for line in text.splitlines())


def quoted(lines: Iterable[str]) -> str:
    """The lines behind a bar, as what somebody else will see."""
    return "\n".join(f"  | {piece}".rstrip() for line in lines for piece in _wrapped(line, columns() - 4))


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
