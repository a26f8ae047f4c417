"""What people leave in a text for each other: blanks to fill, such as `[[what customers could not do]]`, and comments in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

BLANK = re.compile(r"\[\[\s*([^\[\]\n]{1,200}?)\s*\]\](?!\()")
"""A blank; its first group is what is asked. `[[1]](address)` is a link and none."""
_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1[`~]*[ ]*$|\Z)|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.MULTILINE | re.DOTALL)
_OPENED = re.compile(r"^ {0,3}<!--", re.MULTILINE)


class Blank(NamedTuple):
    """What is asked, and where: the line and the column, from 1."""

    question: str
    line: int
    column: int


def left_blank(text: str) -> Iterator[Blank]:
    """Each blank of the text, in order; code is left out."""
    if "[[" not in text:
        return
    bare = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), text)
    for found in BLANK.finditer(bare):
        yield Blank(found[1], bare.count("\n", 0, found.start()) + 1, found.start() - bare.rfind("\n", 0, found.start()))


def without_comments(text: str) -> str:
    """The text without its comments in HTML, which pages do not show; code is left as it is."""
    if "<!--" not in text:
        return text
    kept, at = [], 0
    for code in _CODE.finditer(text):
        kept += [*_around(text[at : code.start()]), code.group()]
        at = code.end()
    return "".join([*kept, *_around(text[at:])])


def _around(text: str) -> Iterator[str]:
    """What stands around the comments; one that begins a line and is never closed hides all that follows."""
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        yield text[at:start]
        at = end + 3
    opened = _OPENED.search(text, at)
    yield text[at : opened.start()] if opened else text[at:]
