"""How a new word on an incident begins in free text: a label, a time, or both, set apart from what follows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from onrecord.importing.moments import Moment, leading
from onrecord.model import Status

Role = Literal["first", "last", "update", "list", "postmortem", ""]

_LABELS: tuple[tuple[str, Role, Status | None], ...] = (
    (r"investigating", "", Status.investigating),
    (r"identified", "", Status.identified),
    (r"monitoring", "", Status.monitoring),
    (r"resolved|resolution|fixed|solved|completed|closed", "last", Status.resolved),
    (r"final(?: message| update)?|clos(?:e|ing)(?: the)?(?: issue| incident| message)?", "last", Status.resolved),
    (r"initial(?: message| report)?|open(?:ing)?(?: issue| incident| message)?", "first", Status.investigating),
    (r"updates", "list", None),
    (r"updated?|edit(?:ed)?|reopened|in progress|ongoing", "update", None),
    (r"post-? ?mortem", "postmortem", None),
)
_LABEL = re.compile("|".join(f"(?P<l{n}>{words})" for n, (words, _, _) in enumerate(_LABELS)), re.IGNORECASE)
_NUMBER = re.compile(r"\s*#?\s*(\d{1,2})(?![\d:h./-])(?!\s*(?:st|nd|rd|th|[ap]m)\b)(?!\s+[A-Z][a-z]{2})")
_LINK = re.compile(r"\s*(?:[-–—:,(@]\s*|\b(?:on|at|of|from)\b\s*)*", re.IGNORECASE)
_PREFIX = re.compile(r"(?P<heading>#{1,6}\s+)?(?P<item>[-*+]\s+)?(?P<mark>\[|[*_]{1,3}|`)?\s*")
_END = re.compile(
    r"(?:\s*[).])?(?:\s*(?P<closed>\]|`|[*_]{1,3}))?(?:\s*(?P<colon>:)|\s+(?P<dash>[-–—]+)(?=\s|$)|\s*(?P<line>$))?(?:\s*(?P<late>\]|`|[*_]{1,3}))?"
)
_GAP = re.compile(r"\s{20}")
_PLAIN = frozenset({"update", "updated", "updates", "edit", "edited", "resolved", "fixed", "investigating", "identified", "monitoring"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a line says before its words: which part of the story it tells, its status, number and time."""

    label: str = ""
    role: Role = ""
    status: Status | None = None
    number: int | None = None
    moment: Moment | None = None
    item: bool = False
    words: str = ""


def opening(line: str) -> Opening | None:
    """The opening that a line begins with, or None where it is only text.

    Known forms: `*Investigating* - …`, `**Resolved:** …`, `[Final message]`, `_UPDATE #2_: …`, `### Update - 4th July`,
    `Update 14:05 UTC: …`, `15:30 UTC`, `- Tue Oct 11 12:24:02 UTC: …`.
    """
    prefix = _PREFIX.match(line)
    if prefix is None or line.startswith((" ", "\t")) or _GAP.search(line, 0, 300):
        return None
    rest, mark = line[prefix.end() :], prefix["mark"] or ""
    found = _LABEL.match(rest)
    label, number, position = "", None, 0
    if found and not rest[found.end() : found.end() + 1].isalnum():
        label, position = found.group(), found.end()
        if counted := _NUMBER.match(rest, position):
            number, position = int(counted[1]), counted.end()
    timed = leading(rest[(start := _LINK.match(rest, position).end() if label else 0) :])  # type: ignore[union-attr]
    if timed:
        position = start + timed[1]
    if not label and not timed:
        return None
    words = _words(rest[position:], mark, bool(prefix["heading"]), label, timed[0] if timed else None)
    if words is None:
        return None
    role, status = _meaning(found) if label and found else ("", None)
    return Opening(
        label=label, role=role, status=status, number=number, moment=timed[0] if timed else None, item=bool(prefix["item"]), words=words
    )


def _words(rest: str, mark: str, heading: bool, label: str, moment: Moment | None) -> str | None:
    """What follows the opening, or None where nothing sets the opening apart from the text."""
    end = _END.match(rest)
    if end is None:
        return None
    closed = bool(end["closed"] or end["late"])
    apart = end["colon"] is not None or end["dash"] is not None or end["line"] is not None
    following = rest[end.end() :].strip()
    if mark == "[":
        return following if "]" in (end["closed"], end["late"]) and not rest[end.end() :].startswith("(") else None
    if mark:
        return following if apart and (closed or end["line"] is not None) else None
    if heading:
        return following if apart else None
    if label and not moment:
        return following if end["colon"] and label.lower() in _PLAIN else None
    exact = moment is not None and moment.clock is not None and (moment.zone is not None or moment.day is not None)
    return following if apart and (exact or (label and end["colon"])) else None


def _meaning(found: re.Match[str]) -> tuple[Role, Status | None]:
    number = next(n for n in range(len(_LABELS)) if found[f"l{n}"] is not None)
    _, role, status = _LABELS[number]
    return role, status
