"""Blanks that a person must fill, such as `[[what customers could not do]]`, wherever they are left in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

BLANK = re.compile(r"\[\[\s*([^\[\]\n]{1,200}?)\s*\]\](?!\()")
"""A blank; its first group is what is asked. `[[1]](address)` is a link and none."""
_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1[`~]*[ ]*$|\Z)|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.MULTILINE | re.DOTALL)


class Blank(NamedTuple):
    """What is asked, and where: the line and the column, from 1."""

    question: str
    line: int
    column: int


def left_blank(text: str) -> Iterator[Blank]:
    """Each blank of the text, in order; code is left out."""
    bare = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), text)
    for found in BLANK.finditer(bare):
        yield Blank(found[1], bare.count("\n", 0, found.start()) + 1, found.start() - bare.rfind("\n", 0, found.start()))
