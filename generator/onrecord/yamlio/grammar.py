"""What breaks YAML's grammar, in the words of people who never read its specification."""

from __future__ import annotations

import re
from typing import Any

from onrecord.problems import Place, Problem, unread

_KEY_AND_VALUE = re.compile(r"\s*(?:- +)*(?P<key>[^\s:#\"'\[{][^:]*):\s+(?P<value>\S.*)")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)

_SHOWN = 40

_SAYINGS: tuple[tuple[str, str, str], ...] = (
    ("found unexpected end of stream", "the quote that opens here is never closed", "close it; inside '…' an apostrophe is written twice: ''"),
    ("found unexpected document separator", "the quote that opens here is never closed", "close it before the `---`"),
    ("found unknown escape character", "after `\\` stands no escape that YAML knows", "write `\\\\` for a backslash, or use '…' instead of \"…\""),
    ("expected ',' or ']'", "the `[` that opens here is never closed, or a comma is missing", "write it like [one, two]"),
    ("expected ',' or '}'", "the `{` that opens here is never closed, or a comma is missing", "write it like {checkout: major_outage, api: operational}"),
    ("expected the node content", "a value is expected here", "put a text that begins with a sign in quotes"),
    ("sequence entries are not allowed", "a list cannot begin behind a key", "begin it on the next line, or write it like [one, two]"),
    ("expected a comment or a line break", "a text after `|` begins on the next line", "begin the text on a line of its own, indented"),
    ("that cannot start any token", "a text cannot begin with this sign", 'put the text in quotes: "…"'),
    ("expected alphabetic or numeric", "`&` and `*` are anchors and aliases in YAML", 'put the text in quotes: "…"'),
    ("while parsing a", "this does not line up with the lines around it", "lines of one level begin in one column; a text with several parts stands in quotes"),
)


def in_plain_words(error: Any, text: str, path: str, first_line: int) -> Problem:
    """A `MarkedYAMLError` of ruamel as a Problem that says what to do; `first_line` is the text's line in its file."""
    lines = text.split("\n")
    mark = error.problem_mark or error.context_mark
    row, column = (mark.line, mark.column) if mark is not None else (0, 0)
    row = min(row, len(lines) - 1)

    def at(row: int, column: int) -> Place:
        return Place(path, row + first_line, column + 1)

    if (found := conflict(text)) is not None:
        return unread("merge-conflict", at(found, 0), *CONFLICT_WORDS)
    if tab := _tab(lines, row, column):
        return unread("tab-indent", at(*tab), "a tab stands where YAML wants spaces", "indent with spaces, two for each level")
    if "mapping values are not allowed" in error.problem:
        row, column, message, hint = _second_colon(lines, row, column)
        return unread("bad-yaml", at(row, column), message, hint)
    whole = f"{error.problem or ''} {error.context or ''}"
    for fragment, message, hint in _SAYINGS:
        if fragment in whole:
            if "opens here" in message and error.context_mark is not None:
                row, column = error.context_mark.line, error.context_mark.column
            return unread("bad-yaml", at(row, column), message, hint)
    return unread("bad-yaml", at(row, column), f"this is no YAML: {whole.strip()}", 'put a text with special signs in quotes: "…"')


CONFLICT_WORDS = ("a merge was left half done here", "keep the words that are right, and take out the lines of <<<<<<<, ======= and >>>>>>>")


def conflict(text: str) -> int | None:
    """The row (from 0) of the first mark that git leaves where a merge stopped."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return None
    found = _CONFLICT.search(text)
    return text.count("\n", 0, found.start()) if found else None


def _tab(lines: list[str], row: int, column: int) -> tuple[int, int] | None:
    """The tab that is to blame: at the mark, or in the indent of that line or the one before."""
    for candidate in (row, row - 1):
        if 0 <= candidate < len(lines):
            indent = lines[candidate][: len(lines[candidate]) - len(lines[candidate].lstrip())]
            if "\t" in indent:
                return candidate, indent.index("\t")
    return (row, column) if lines[row][column : column + 1] == "\t" else None


def _second_colon(lines: list[str], row: int, column: int) -> tuple[int, int, str, str]:
    """Row, column, message and hint for a `:` that YAML takes for a key's where it cannot be one."""
    line = lines[row]
    found = _KEY_AND_VALUE.match(line)
    if found and column >= found.start("value"):
        value = found["value"].rstrip()
        quoted = (value if len(value) <= _SHOWN else value[:_SHOWN] + "…").replace("\\", "\\\\").replace('"', '\\"')
        hint = f'put the text in quotes: {found["key"]}: "{quoted}"'
        return row, column, "a second `: ` in one line: YAML takes it for another key", hint
    above = next((n for n in range(row - 1, -1, -1) if lines[n].strip() and not lines[n].lstrip().startswith("#")), None)
    if above is not None and not re.search(r":(\s|$)", lines[above]):
        missing = "there is no space after the `:`" if re.match(r"\s*[\w-]+:\S", lines[above]) else "this line has no `:`"
        return above, len(lines[above]) - len(lines[above].lstrip()), missing, "write it like `key: value`"
    indent = len(line) - len(line.lstrip())
    return row, indent, "this line is indented under a key that already has its value", "begin it in the column of the other keys"
