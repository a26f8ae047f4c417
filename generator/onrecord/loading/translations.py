"""Words of a record in other languages: `updates/<language>/<stem>.md` and `postmortem.<language>.md`."""

from __future__ import annotations

from typing import TypeVar

from onrecord import yamlio
from onrecord.files import Tree, Unreadable, printable
from onrecord.model import Shape, Translation
from onrecord.problems import Place, Problem

S = TypeVar("S", bound=Shape)
_NO_HEAD = b"---\n{}\n---\n"


def read_translation(tree: Tree, path: str, language: str, shape: type[S]) -> tuple[Translation[S] | None, list[Problem]]:
    """The translation at that path, or None where it cannot be read, and why. Its front matter may be left out."""
    try:
        data = tree.read(path)
    except Unreadable as error:
        return None, [Problem(code=error.code, slug=error.slug, level="error", place=Place(printable(path)), message=error.message, hint=error.hint)]
    added = b"" if data.lstrip(b"\xef\xbb\xbf").startswith(b"---") else _NO_HEAD
    found = yamlio.document(added + data, printable(path), shape)
    if found.head is None:
        return None, list(found.problems)
    line = found.body_line - added.count(b"\n")
    return Translation(language=language, path=path, head=found.head, body=found.body, body_line=line), list(found.problems)
