"""Free text taken apart where its own words allow it: labels, times and dividers begin a piece, a time stamp ends one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from onrecord.importing.openings import Opening, opening

STAMP = re.compile(r"\x02([^\x03]*)\x03")
"""A time that the foreign system marks as one; importers put it between these two characters."""
_STAMP_AT_END = re.compile(r"^(.*?)\s*\x02([^\x03]*)\x03\s*$")
_DIVIDER = re.compile(r"\s{0,3}(?:-{2,}|\*{3,}|_{3,})\s*")
_TELLING = frozenset({"reopened", "in progress", "ongoing"})
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")


@dataclass(slots=True)
class Piece:
    """A stretch of text with what opens and what ends it. `raw` has the opening, too."""

    opening: Opening | None = None
    stamp: str | None = None
    lines: list[str] = field(default_factory=list)
    raw_lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words without their opening, where a status or a time can stand for it; an opening alone is the words."""
        words, label = _tidy(self.lines), self.opening.label if self.opening else ""
        if not words:
            return label
        return f"**{label}:** {words}" if label.lower() in _TELLING else words

    @property
    def raw(self) -> str:
        return _tidy(self.raw_lines)

    @property
    def role(self) -> str:
        return self.opening.role if self.opening else ""

    def add(self, line: str, raw: str | None = None) -> None:
        self.lines.append(line)
        self.raw_lines.append(line if raw is None else raw)


@dataclass(slots=True)
class _Cutter:
    """Walks through the lines and begins a new piece where one begins."""

    pieces: list[Piece] = field(default_factory=lambda: [Piece()])
    fence: str = ""
    in_list: bool = False
    after_gap: bool = True
    ended: bool = False

    def line(self, line: str, following: str) -> None:
        if self.fence or _FENCE.match(line):
            return self.fenced(line)
        if _DIVIDER.fullmatch(line) and self.after_gap:
            self.begin(Piece())
        elif (found := self.opens(line)) is not None:
            self.begin(Piece(opening=found))
            self.in_list = found.role == "list" or (self.in_list and found.item)
            self.text(found.words, line, following)
        else:
            if self.ended and line.strip():
                self.begin(Piece())
            self.text(line[2:] if self.in_list and line.startswith("  ") else line, line, following)
        self.after_gap = not line.strip() or bool(_DIVIDER.fullmatch(line))
        return None

    def opens(self, line: str) -> Opening | None:
        """The opening of this line, where one may stand: after a gap, in brackets, or in a list of updates."""
        if not (self.after_gap or self.ended or self.in_list or line.startswith("[")):
            return None
        found = opening(line)
        return found if found is None or not found.item or self.in_list else None

    def text(self, words: str, line: str, following: str) -> None:
        stamped = _STAMP_AT_END.match(words) if not following.strip() or _DIVIDER.fullmatch(following) or opening(following) else None
        piece = self.pieces[-1]
        if stamped is None or STAMP.search(stamped[1]):
            piece.add(words, line)
            return
        piece.add(stamped[1], STAMP.sub("", line).rstrip())
        piece.stamp, self.ended = stamped[2], True

    def fenced(self, line: str) -> None:
        """Code belongs to the words before it, even behind their time stamp."""
        mark = _FENCE.match(line)
        if not self.fence:
            self.fence = mark[1] if mark else ""
        elif mark and mark[1].startswith(self.fence) and not line.strip().strip(self.fence[0]):
            self.fence = ""
        self.pieces[-1].add(line)
        self.after_gap = False

    def begin(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.ended = False


def cut(text: str) -> tuple[Piece, ...]:
    """The pieces of a text in their order there; a text without openings, stamps and dividers is one piece."""
    cutter = _Cutter()
    lines = text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        cutter.line(line, following)
    return tuple(_kept(cutter.pieces))


def newest_first(pieces: tuple[Piece, ...]) -> bool:
    """Whether the text tells its story backwards, by times, numbers and the roles of labels."""
    for keys in (_stamps(pieces), _days(pieces), _clocks(pieces), _numbers(pieces)):
        if len(keys) > 1 and keys[0] != keys[-1]:
            return keys[0] > keys[-1]
    roles = [piece.role or ("first" if piece.opening and piece.opening.label.lower() == "investigating" else "") for piece in pieces]
    if len(roles) < 2:
        return False
    return (roles[0] == "last" or roles[-1] == "first") and roles[0] != "first" and roles[-1] != "last"


def _kept(pieces: list[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if piece.raw and not (piece.role == "list" and not _tidy(piece.lines)):
            yield piece


def _stamps(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.stamp for piece in pieces if piece.stamp]


def _days(pieces: tuple[Piece, ...]) -> list[str]:
    moments = [p.opening.moment for p in pieces if p.opening and p.opening.moment]
    return [f"{m.day or m.month_day} {m.clock or ''}" for m in moments if m.day or m.month_day]


def _clocks(pieces: tuple[Piece, ...]) -> list[str]:
    return [str(p.opening.moment.clock) for p in pieces if p.opening and p.opening.moment and p.opening.moment.clock]


def _numbers(pieces: tuple[Piece, ...]) -> list[str]:
    return [f"{p.opening.number:02}" for p in pieces if p.opening and p.opening.number is not None]


def _tidy(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()
