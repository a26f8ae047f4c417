"""YAML in and out: a fast path for healthy files, an explaining one for the rest, and the only user of the YAML libraries.

Every scalar is read as the text that was written, so `no`, `012`, `12:30` and `1e3` stay
texts where texts are meant; the shapes of `model` decide what becomes a time or a number.
"""

from __future__ import annotations

import re
from typing import Any, Generic, NamedTuple, TypeVar

import yaml_rs
from pydantic import ValidationError

from onrecord.model import Shape
from onrecord.problems import Place, Problem, unread
from onrecord.yamlio.text import decode, rescue
from onrecord.yamlio.writing import dump, scalar

__all__ = ["Document", "document", "dump", "outline", "parse", "places", "quick_place", "scalar", "split"]

S = TypeVar("S", bound=Shape)

_LIMITS = yaml_rs.AliasLimits(max_total_replayed_events=5_000)
_ODD = re.compile(r"[\t\\\u0085\u2028\u2029]|^%|(?:^|[\s\[{,])!|[|>][-+\d]*[ ]*(?:#.*)?(?:\n[ ]*)?(?:\n|\Z)", re.MULTILINE)
"""What the two paths could read differently: tabs, escapes, foreign line ends, directives, tags, empty blocks."""
_SIGNS = re.compile("[\t\\\\\u0085\u2028\u2029%!|>]")
"""A text without any of these has nothing of that; most have none."""
_MOST = 50
"""So many findings about one file are enough to mend it by."""
_MAX_DASHES = 40
"""More of `- ` or `? ` in one line nests deeper than the fast parser's stack."""


class Document(NamedTuple, Generic[S]):
    """A Markdown file with front matter. `head` is None where it could not be read; `said` is what its keys say as texts."""

    head: S | None
    body: str
    body_line: int
    problems: tuple[Problem, ...] = ()
    said: Any = None


def parse(data: bytes, path: str, shape: type[S], *, first_line: int = 1, may_be_empty: bool = False) -> tuple[S | None, list[Problem]]:
    """The record that the YAML makes, or None and every reason why not, each with its line and column.

    A record can come with problems: a byte order mark or a control character is named, and read over.
    """
    text, problems = decode(data, path)
    if text is None:
        return None, problems
    if may_be_empty and _is_empty(text):
        return shape(), problems
    record = _quickly(text, shape)
    if record is None:
        record, _, found = _explain(text, path, shape, first_line)
        problems = problems + found
    return record, problems


def document(data: bytes, path: str, shape: type[S]) -> Document[S]:
    """A Markdown file with front matter, read as far as it can be; its words are kept whatever happens."""
    text, problems = decode(data, path)
    if text is None:
        return Document(head=None, body=rescue(data).strip("\n"), body_line=1, problems=tuple(problems))
    found = split(text)
    if found is None:
        problems = [*problems, _front_matter_problem(text, path)]
        return Document(head=None, body=_words_of(text), body_line=1, problems=tuple(problems))
    head, body, body_line = found
    record = _quickly(head, shape)
    said = None
    if record is None:
        record, said, more = _explain(head, path, shape, 2)
        problems = [*problems, *more]
    if "<<<<<<<" in body or ">>>>>>>" in body:
        problems = [*problems, *_conflict(body, path, body_line)]
    return Document(head=record, body=body, body_line=body_line, problems=tuple(problems), said=said)


def outline(text: str, path: str) -> Any:
    """What a YAML of somebody else's says, in plain texts, lists and keys, without its tags; None where there can be two readings."""
    from onrecord.yamlio.nodes import compose

    node, problems = compose(text, path, 1)
    return node.plain() if node is not None and all(problem.slug == "yaml-tag" for problem in problems) else None


def places(data: bytes, path: str, *, front_matter: bool = False) -> dict[str, Place]:
    """Where each key (`components.checkout:`) and value (`components.checkout`) stands; empty where the YAML is broken."""
    from onrecord.yamlio.explain import places

    text, _ = decode(data, path)
    if text is None:
        return {}
    if not front_matter:
        return places(text, path)
    found = split(text)
    if found is None:
        return {}
    return {**places(found[0], path, 2), "body": Place(path, found[2])}


def quick_place(data: bytes, path: str, key: str, *, front_matter: bool = False) -> Place | None:
    """The place of one outermost key (`title:`), its value (`title`) or the `body`, without reading the rest; None where unsure."""
    text, problems = decode(data, path)
    found = split(text) if text is not None and front_matter else None
    if text is None or problems or (front_matter and found is None):
        return None
    if found is not None:
        if key == "body":
            return Place(path, found[2])
        text = f"---\n{found[0]}"
    lines = list(re.finditer(rf"^{re.escape(key.rstrip(':'))}:(?:[ ]+(?=[^\s#|>&!*])|$)", text, re.MULTILINE))
    if len(lines) != 1:
        return None
    column = 1 if key.endswith(":") or lines[0].end() == lines[0].start() + len(key) + 1 else lines[0].end() - lines[0].start() + 1
    return Place(path, text.count("\n", 0, lines[0].start()) + 1, column)


def split(text: str) -> tuple[str, str, int] | None:
    """The YAML of the front matter, the body without blank lines around it, and the line where the body begins."""
    if not text.startswith("---\n"):
        return None
    end = text.find("\n---\n", 3)
    if end >= 0:
        rest = end + 5
    elif text.endswith("\n---"):
        end, rest = len(text) - 4, len(text)
    else:
        return _split_loosely(text)
    return _halves(text, 4, end + 1, rest)


def _halves(text: str, start: int, end: int, rest: int) -> tuple[str, str, int]:
    body = text[rest:]
    inner = body.lstrip("\n")
    line = text.count("\n", 0, rest + len(body) - len(inner)) + 1
    return text[start:end], inner.rstrip(), line


def _split_loosely(text: str) -> tuple[str, str, int] | None:
    """The same where the closing `---` carries spaces, or front matter is closed by `...`."""
    found = re.compile(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE).search(text, 4)
    return _halves(text, 4, found.start(), found.end()) if found else None


def _quickly(text: str, shape: type[S]) -> S | None:
    if (_SIGNS.search(text) and _ODD.search(text)) or _is_deep(text):
        return None
    try:
        record: S = shape.__pydantic_validator__.validate_python(yaml_rs.loads(text, parse_datetime=False, alias_limits=_LIMITS))  # `model_validate` without its questions
        return record
    except (yaml_rs.YAMLDecodeError, ValidationError, ValueError, TypeError, OverflowError, RecursionError):
        return None


def _is_deep(text: str) -> bool:
    if text.count("- ") + text.count("? ") <= _MAX_DASHES:
        return False
    return any(line.count("- ") + line.count("? ") > _MAX_DASHES for line in text.split("\n"))


def _explain(text: str, path: str, shape: type[S], first_line: int) -> tuple[S | None, Any, list[Problem]]:
    from onrecord.yamlio.explain import explain

    record, said, problems = explain(text, path, shape, first_line)
    return record, said, problems[:_MOST]


def _is_empty(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n"))


def _front_matter_problem(text: str, path: str) -> Problem:
    if not text.strip():
        return unread("empty-file", Place(path), "there is nothing in it", "begin with `---`, then `at: …`, then `---`, then the words")
    if text.startswith("---\n"):
        return unread("open-front-matter", Place(path), "the front matter that begins here is never closed", "put a line `---` between it and the words")
    return unread("no-front-matter", Place(path), "the file does not begin with its front matter", "begin with a line `---`, then `at: …`, then `---`, then the words")


def _words_of(text: str) -> str:
    """The words of a file whose front matter cannot be told apart: what follows the lines that look like keys."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return text.strip()
    keys = re.compile(r"[\w-]+:(\s|$)|[ \t#-]")
    rest = next((n for n in range(1, len(lines)) if not keys.match(lines[n])), len(lines))
    return "\n".join(lines[rest:]).strip()


def _conflict(body: str, path: str, body_line: int) -> list[Problem]:
    from onrecord.yamlio.grammar import CONFLICT_WORDS, conflict

    row = conflict(body)
    return [] if row is None else [unread("merge-conflict", Place(path, row + body_line), *CONFLICT_WORDS)]
