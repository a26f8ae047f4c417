"""Updates: one Markdown file each, its words kept whatever its front matter is like."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from onrecord import yamlio
from onrecord.files import Tree, Unreadable, printable, safe_stem
from onrecord.model import Update, UpdateFile
from onrecord.problems import Place, Problem, unread
from onrecord.times import BadTime, parse_instant

_STAMP = re.compile(r"\d{8}T\d{6}Z")


def read_update(tree: Tree, path: str, stand_in: Callable[[str], datetime]) -> tuple[Update, list[Problem]]:
    """The update of that path. One that cannot be read is marked, and keeps its words.

    `stand_in` says when an update was said whose own `at` cannot be read.
    """
    stem = path[path.rfind("/") + 1 : -3]
    try:
        found = yamlio.document(tree.read(path), printable(path), UpdateFile)
    except Unreadable as error:
        problem = Problem(code=error.code, slug=error.slug, level="error", place=Place(printable(path)), message=error.message, hint=error.hint)
        return _unread(stem, path, "", 1, stand_in(path)), [problem]
    problems = list(found.problems)
    id = safe_stem(stem)
    if id is not stem:
        hint = f"rename it to {id}.md; use letters, digits, `-` and `_`"
        problems.append(unread("unsafe-path", Place(printable(path)), f"`{printable(stem)}.md` cannot be part of an address", hint))
    if found.head is None:
        at = _said_at(found.said) or stand_in(path)
        return _unread(stem, path, found.body, found.body_line, at), problems
    update = Update(id=id, path=path, head=found.head, body=found.body, body_line=found.body_line)
    return update, problems


def stamp_of(path: str) -> datetime | None:
    """The instant with which the tools begin the name of an update's file."""
    found = _STAMP.match(path[path.rfind("/") + 1 :])
    try:
        return datetime.strptime(found.group(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _unread(stem: str, path: str, body: str, body_line: int, at: datetime) -> Update:
    return Update(id=safe_stem(stem), path=path, head=UpdateFile(at=at), body=body, body_line=body_line, unread=True)


def _said_at(said: object) -> datetime | None:
    try:
        return parse_instant(said["at"]) if isinstance(said, dict) else None
    except (BadTime, KeyError, TypeError):
        return None
