"""An entry as Statuspage writes it: all updates of a record in one text, newest first, with days that have no year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from html import unescape

from onrecord.importing.bodies import to_article, to_words
from onrecord.importing.feed_files import Entry
from onrecord.importing.foreign import Unusable
from onrecord.importing.moments import Moment, leading, read
from onrecord.importing.records import Words
from onrecord.importing.told import Told
from onrecord.model import FINAL_STATUSES, Kind, Status
from onrecord.times import DAY, BadTime

_ID = re.compile(r"/incidents/([a-z0-9]{12})/?$")
_UPDATE = re.compile(r"<p>\s*<small>(?P<when>.{1,300}?)</small>\s*<br\s*/?>\s*<strong>(?P<status>[^<]{1,60})</strong>\s*[-–—]?\s*", re.DOTALL | re.IGNORECASE)
_AHEAD = re.compile(r"<p>\s*<strong>\s*THIS IS A SCHEDULED EVENT\s*(?P<when>.{1,400}?)</strong>\s*</p>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
STATUSES = {status.replace("_", " "): status for status in Status if status is not Status.cancelled}
_QUARTER = timedelta(minutes=15)
_FARTHEST = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One update in an entry: its day and time, its state, its words."""

    when: str
    word: str
    html: str

    @property
    def status(self) -> Status | None:
        return STATUSES.get(self.word)


def is_statuspage(entry: Entry, *, strict: bool = True) -> bool:
    """Whether an entry has Statuspage's form; strictly, also an address with one of its ids."""
    return bool(_UPDATE.search(entry.html) or _AHEAD.search(entry.html)) and (not strict or bool(_ID.search(entry.link)))


def statuspage_id(entry: Entry) -> str:
    """The id that the record has there, at the end of its address."""
    found = _ID.search(entry.link)
    return found[1] if found else entry.id


def told(entry: Entry, base: str | None) -> Told:
    """The record of an entry.

    Raises:
        Unusable: one of its times cannot be told.
    """
    found = list(pieces(entry.html))
    anchor = entry.published or entry.updated
    if anchor is None:
        raise Unusable("it has no time, so the years of its updates are not known")
    made = Told(path=f"{entry.file}#{statuspage_id(entry)}", id=statuspage_id(entry), title=entry.title, started=anchor, url=entry.link or None)
    times = _times([piece.when for piece in found], anchor, made)
    for piece, at in reversed(list(zip(found, times, strict=True))):
        if piece.word == "postmortem":
            made.postmortem, remarks = to_article(piece.html, base)
            made.published = at
        else:
            body, remarks = to_words(piece.html, base)
            status = piece.status
            body = body if status or piece.word in ("update", "") else f"**{piece.word.capitalize()}:** {body}"
            made.words.append(Words(at=at, body=body, status=status))
        made.remarks += [one for one in remarks if one not in made.remarks]
    _shape(made, entry)
    return made


def pieces(html: str) -> Iterator[Piece]:
    """The updates in their order there."""
    found = list(_UPDATE.finditer(html))
    for match, following in zip(found, [*found[1:], None], strict=False):
        body = html[match.end() : following.start() if following else len(html)].strip()
        yield Piece(when=_plain(match["when"]), word=_plain(match["status"]).lower(), html=body.removesuffix("</p>").strip())


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())


def _times(written: list[str], anchor: datetime, made: Told) -> list[datetime]:
    """The moments of the updates, newest first. The year and the zone are those with which the newest is the entry's own time."""
    found: list[datetime] = []
    zone: tzinfo | None = None
    for text in written:
        try:
            at = read(text)[0]
        except BadTime:
            moment = leading(text)
            if moment is None or moment[0].clock is None or moment[0].month_day is None:
                raise Unusable(f"`{text}` of an update is no day and time") from None
            zone = zone or _zone(moment[0], text, anchor, made)
            at = _before(moment[0], found[-1] if found else anchor + DAY, zone)
        # Never the seconds of the entry's own time: they would be another update's at the next import.
        found.append(at.replace(second=0))
    return found


def _zone(moment: Moment, text: str, anchor: datetime, made: Told) -> tzinfo:
    if moment.zone is not None:
        return timezone(moment.zone)
    naive = _before(moment, anchor + DAY, UTC)
    offset = round((naive - anchor) / _QUARTER) * _QUARTER
    if abs(naive - offset - anchor) < timedelta(minutes=1) and abs(offset) <= _FARTHEST:
        return timezone(offset)
    made.note("odd", f"the zone in `{text}` is not known; its times are read as UTC")
    return UTC


def _before(moment: Moment, latest: datetime, zone: tzinfo) -> datetime:
    """The last such day and time that is not later than `latest`."""
    month, day = moment.month_day or (1, 1)
    for year in range(latest.year + 1, latest.year - 9, -1):
        try:
            at = datetime.combine(datetime(year, month, day, tzinfo=UTC).date(), moment.clock or datetime.min.time(), tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
        if at <= latest + timedelta(minutes=1):
            return at
    raise Unusable("one of its days does not exist")


def _shape(made: Told, entry: Entry) -> None:
    """What it is, when it began, and of a maintenance its window."""
    ahead = _AHEAD.search(entry.html)
    planned = bool(ahead) or any(words.status in (Status.scheduled, Status.in_progress, Status.verifying, Status.completed) for words in made.words)
    first = made.words[0].at if made.words else made.started
    made.started = first
    if not planned:
        return
    made.kind = Kind.maintenance
    begun = next((words.at for words in made.words if words.status in (Status.in_progress, Status.verifying)), None)
    ended = next((words.at for words in made.words if words.status in FINAL_STATUSES), None)
    if ahead and (window := _window(_plain(ahead["when"]), first)):
        made.started, made.until = window
    else:
        made.started, made.until = begun or first, ended
        made.note("repaired", "the feed does not name its window; it is taken from when it began, as far as that is said, to when it ended")


def _window(text: str, after: datetime) -> tuple[datetime, datetime] | None:
    """`Apr 7, 13:00 - 18:00 UTC`, or with a day at both ends; the first such time after the announcement."""
    begin, _, end = text.partition(" - ")
    first, last = leading(begin), leading(end)
    if not (first and last and first[0].clock and last[0].clock and first[0].month_day):
        return None
    zone = timezone(last[0].zone) if last[0].zone is not None else UTC
    start = _before(first[0], after + timedelta(days=364), zone)
    until = _before(replace(last[0], month_day=last[0].month_day or first[0].month_day), start + timedelta(days=364), zone)
    return start, until + DAY if until <= start else until
