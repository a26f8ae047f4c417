"""Words as another system's editors would have typed them, so that they are read back as they were."""

from __future__ import annotations

import re

from onrecord.blanks import without_comments
from onrecord.importing.bodies import to_words
from onrecord.markup import to_html

_NAMES = {"b": "strong", "i": "em"}
_SAME = re.compile(r"(</?)(b|i)(?=>)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_STRUCTURE = re.compile(r"\s{0,3}(?:[-*+]\s|[>|]|#{1,6}\s|\d{1,9}[.)]\s|(?:[-*_=][ \t]*){3,}$|\[[^\]]+\]:)")
_CLOSED = re.compile(r"\s{0,3}(?:[>|]|#{1,6}\s|(?:[-*_=][ \t]*){3,}$|\[[^\]]+\]:)")
"""Lines that take no further line of text."""


def seen(markdown: str) -> str:
    """What readers see of some words: two texts with the same HTML say the same."""
    html = _SAME.sub(lambda tag: tag[1] + _NAMES[tag[2]], to_html(markdown))
    return " ".join(html.split())


def as_typed(markdown: str) -> str:
    """The words for a system in which a line end is a line end: Markdown where it is read back alike, else HTML."""
    text = without_comments(markdown).strip()
    typed = _unwrapped(text)
    return typed if seen(to_words(typed, None)[0]) == seen(text) else to_html(text).replace("\n", "")


def _unwrapped(text: str) -> str:
    """The text with each paragraph and item on one line, and a line end only where one is shown."""
    found: list[str] = []
    fence, may_join = "", False
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence or mark:
            fence = fence if fence and not (mark and mark[1].startswith(fence)) else "" if fence else mark[1] if mark else ""
            found.append(line)
            may_join = False
        elif not line.strip() or _STRUCTURE.match(line) or not found or not found[-1].strip():
            found.append(line)
            may_join = bool(line.strip()) and not _CLOSED.match(line)
        elif found[-1].endswith(("\\", "  ")):
            found[-1] = found[-1].rstrip(" \\")
            found.append(line.strip())
            may_join = True
        elif may_join:
            found[-1] += f" {line.strip()}"
        else:
            found.append(line)
            may_join = True
    return "\n".join(found)
