"""Pieces of text to updates: each gets the time and the status that its words or the item's own fields give it, never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from onrecord.importing.moments import Moment, read
from onrecord.importing.pieces import STAMP, Piece, cut, newest_first
from onrecord.importing.records import Remark, Sort, Words
from onrecord.model import Status
from onrecord.times import DAY, BadTime, iso

NO_END_WORDS = "Recorded as resolved at this time. The original has no words about the end; this line comes from the import."
NO_END_TIME = "Recorded as resolved, without a time for it. This line comes from the import, which puts it at the last time that the original names."
NO_WORDS = "The original has only this title. This line comes from the import."

_END = re.compile(
    r"\b(?:resolved|fixed|completed?|success(?:ful(?:ly)?l?)?|restored|finished|done|over|operational|reverted|rolled back|aborted"
    r"|(?:back to|operat\w+) normal(?:ly)?|normal operat\w+|working (?:again|fine)|(?:operat\w+|working) normally|back up|we(?:'|’| a)re back)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:not|n't|n’t|until|till|once|when|as soon as|will be|to be|if|before|after|while)\b[^.;]{0,40}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the item's own fields say: begin, end, whether it is over, and the zone of times without one."""

    started: datetime
    ended: datetime | None
    over: bool
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The updates in order, the post-mortem if the text has one, and what is worth knowing."""

    words: tuple[Words, ...]
    ended: datetime | None
    postmortem: str | None
    remarks: tuple[Remark, ...]


@dataclass(slots=True)
class _Line:
    """A piece with its time, while the story is put together."""

    piece: Piece
    at: datetime | None = None
    status: Status | None = None
    body: str = ""


@dataclass(slots=True)
class _Teller:
    frame: Frame
    remarks: list[Remark] = field(default_factory=list)

    def note(self, sort: Sort, text: str) -> None:
        self.remarks.append(Remark(sort, text))

    def times(self, lines: list[_Line]) -> None:
        """The time that each piece names, in the order of the story."""
        day = self.frame.started.astimezone(self.frame.zone).date()
        last = None
        for line in lines:
            line.at = self.stamped(line.piece.stamp) if line.piece.stamp else self.opened(line.piece, day, last)
            if line.at is not None:
                day, last = line.at.astimezone(self.frame.zone).date(), line.at
        self.straighten(lines)

    def stamped(self, stamp: str) -> datetime | None:
        try:
            at, mended = read(stamp, self.frame.zone)
        except BadTime as error:
            self.note("odd", f"the time of an update cannot be read: {error}; its words have no time of their own")
            return None
        if mended:
            self.note("repaired", f"the time of an update, {mended}")
        return at

    def opened(self, piece: Piece, day: date, last: datetime | None) -> datetime | None:
        """The time in the opening; what it leaves out comes from the words before it."""
        moment = piece.opening.moment if piece.opening else None
        if moment is None:
            return None
        known = moment.day or _in_year(moment, self.frame.started)
        if moment.clock is None and known is not None:
            return self.without_hour(known)
        at = moment.at(self.frame.zone, day=known or day)
        if at is not None and known is None and last is not None and at < last:
            at += DAY
        return at

    def without_hour(self, day: date) -> datetime:
        """Noon of a day, or the nearest moment to it while the incident lasted."""
        noon = datetime.combine(day, time(12), tzinfo=self.frame.zone).astimezone(UTC)
        at = max(noon, self.frame.started) if self.frame.ended is None else min(max(noon, self.frame.started), self.frame.ended)
        self.note("repaired", f"an update names the day {day} and no hour; it is put at {iso(at)}")
        return at

    def straighten(self, lines: list[_Line]) -> None:
        """Mends a time whose day is mistyped: out of the order of the text, and in order with its neighbour's day."""
        timed = [line for line in lines if line.at is not None]
        for before, line, after in zip([None, *timed], timed, [*timed[1:], None], strict=False):
            earliest = before.at if before and before.at else self.frame.started
            if line.at is None or line.at >= earliest:
                continue
            latest = after.at if after else self.frame.ended
            for near in (before, after):
                if near and near.at and latest and earliest <= (moved := _on_day(line.at, near.at)) <= latest:
                    self.note("repaired", f"an update of {iso(line.at)} stands between later ones; with its neighbour's day it is {iso(moved)}")
                    line.at = moved
                    break

    def place(self, lines: list[_Line]) -> None:
        """The last words without a time stand at the end if that is what they speak of, the first at the beginning."""
        first, last = lines[0], lines[-1]
        speaks_of_end = last.piece.role == "last" or (first is not last and says_end(last.piece.text))
        if last.at is None and self.frame.over and self.frame.ended is not None and speaks_of_end:
            last.at = max(self.frame.ended, *(line.at for line in lines if line.at is not None), self.frame.started)
            last.status = Status.resolved
        if first.at is None and all(line.at is None or line.at >= self.frame.started for line in lines):
            first.at = self.frame.started

    def story(self, text: str) -> Story:
        pieces = cut(text)
        reports = [p for p in pieces if p.role == "postmortem"]
        told = tuple(p for p in pieces if p.role != "postmortem")
        lines = [_Line(p) for p in (reversed(told) if newest_first(told) else told)]
        words: list[Words] = []
        if lines:
            self.times(lines)
            self.place(lines)
            lines = _joined(lines)
            if len(told) > 1 == len(lines) and not reports and not lines[0].piece.stamp and lines[0].at in (None, self.frame.started):
                lines[0].body, lines[0].at = text.strip("\n"), self.frame.started
            words = self.worded(sorted(lines, key=lambda line: line.at or self.frame.started))
        said = self.finished(words or [Words(at=self.frame.started, body=NO_WORDS, ours=True)])
        postmortem = in_words("\n\n".join(p.text for p in reports), self.frame.zone) or None
        return Story(words=tuple(said[0]), ended=said[1], postmortem=postmortem, remarks=tuple(self.remarks))

    def worded(self, lines: list[_Line]) -> list[Words]:
        """The words of each piece with its status; words of one moment stay together."""
        words: list[Words] = []
        for line in lines:
            at = line.at or self.frame.started
            opening = line.piece.opening
            status = line.status or (opening.status if opening else None)
            body = line.body or line.piece.text
            if words and words[-1].at == at and not (status is Status.resolved and words[-1].status is not Status.resolved):
                more = in_words(line.body or line.piece.raw, self.frame.zone)
                words[-1] = replace(words[-1], body=f"{words[-1].body}\n\n{more}", status=status or words[-1].status)
                self.note("odd", f"two updates of {iso(at)} stay together as one")
            else:
                label = opening.label if opening and not line.body else ""
                words.append(Words(at=at, body=in_words(body, self.frame.zone), status=status, label=label))
        return words

    def finished(self, words: list[Words]) -> tuple[list[Words], datetime | None]:
        """Gives the story its first status and, where it is over, exactly one end."""
        ended = self.frame.ended if self.frame.over else None
        if self.frame.over and ended is None:
            ended = next((w.at for w in words if w.status is Status.resolved), None)
            if ended is not None:
                self.note("repaired", f"it is resolved without `resolvedWhen`; its own words put the end at {iso(ended)}")
        final = _final(words, self.frame.started, ended) if ended else None
        plain = [self.unresolved(w, ended, n < final if final is not None else True) if n != final else w for n, w in enumerate(words)]
        if final is not None and ended is not None:
            plain[final] = replace(plain[final], status=Status.resolved, effective=ended if ended < plain[final].at else None)
        elif self.frame.over:
            plain.append(self.added_end(plain, ended))
            ended = plain[-1].effective or plain[-1].at
        if plain[0].status is None:
            plain[0] = replace(plain[0], status=Status.investigating)
        return plain, ended

    def unresolved(self, words: Words, ended: datetime | None, before: bool) -> Words:
        """Words that are not the end: none of them may say `resolved`, and none may reopen what is over."""
        if words.status is Status.resolved:
            reason = "is still open there" if not self.frame.over else f"ended at {iso(ended)} there" if ended else "has no time for its end"
            self.note("odd", f"an update of {iso(words.at)} says resolved, while the item {reason}; its words are kept without that status")
            return _labelled(words)
        if ended and not before and words.status is not None:
            self.note("odd", f"an update of {iso(words.at)} says {words.status}, after the end at {iso(ended)}; its words are kept without that status")
            return _labelled(words)
        return words

    def added_end(self, words: list[Words], ended: datetime | None) -> Words:
        last = max(w.at for w in words)
        if ended is None:
            self.note("repaired", f"it is resolved, and nothing says since when; the end is put at {iso(last)}, the last time that it names")
            return Words(at=last, body=NO_END_TIME, status=Status.resolved, ours=True)
        effective = ended if ended < last else None
        return Words(at=max(last, ended), body=NO_END_WORDS, status=Status.resolved, effective=effective, ours=True)


def tell(text: str, frame: Frame) -> Story:
    """The updates that a text holds. Words that no time can be told for stay with their neighbours; nothing is dropped."""
    return _Teller(frame).story(text)


def says_end(text: str) -> bool:
    """Whether the words say that it is over, rather than hope so."""
    return any(not _NOT_YET.search(text[: found.start()]) for found in _END.finditer(text))


def in_words(text: str, zone: tzinfo = UTC) -> str:
    """The text with the time stamps that are left in it written out for readers."""

    def written(stamp: re.Match[str]) -> str:
        try:
            at, _ = read(stamp[1], zone)
        except BadTime:
            return f"({stamp[1]})"
        return f"({at:%H:%M} UTC, {at.day} {at:%B %Y})"

    return STAMP.sub(written, text)


def _labelled(words: Words) -> Words:
    """Words without their status, which then stands in the text, as it did there."""
    label = f"**{words.label}:** " if words.label else ""
    return replace(words, status=None, body=label + words.body, label="")


def _joined(lines: list[_Line]) -> list[_Line]:
    """Words without a time join the next words that have one, else the words before them."""
    kept: list[_Line] = []
    waiting: list[_Line] = []
    for line in lines:
        if line.at is None:
            waiting.append(line)
            continue
        if waiting:
            line.body = "\n\n".join([*(w.piece.raw for w in waiting), line.piece.raw])
            waiting = []
        kept.append(line)
    if waiting and kept:
        kept[-1].body = "\n\n".join([kept[-1].body or kept[-1].piece.text, *(w.piece.raw for w in waiting)])
    return kept or lines[:1]


def _final(words: list[Words], started: datetime, ended: datetime) -> int | None:
    """Which words are the end: the first that say so, at the end or after it; else the first unlabelled ones after the last label."""
    late = [n for n, w in enumerate(words) if w.at >= ended]
    named = next((n for n in late if words[n].status is Status.resolved), None)
    if named is not None:
        return named
    labelled = max((n for n in late if words[n].status is not None), default=-1)
    return next((n for n in late if n > labelled and (words[n].at > started or says_end(words[n].body))), None)


def _on_day(at: datetime, other: datetime) -> datetime:
    return at.replace(year=other.year, month=other.month, day=other.day)


def _in_year(moment: Moment, started: datetime) -> date | None:
    """A day without a year: the first such day that is not clearly before the start."""
    if moment.month_day is None:
        return None
    month, day = moment.month_day
    for year in (started.year, started.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= (started - timedelta(days=180)).date():
            return found
    return None
