"""Entries of feeds that have no form of their own: their words are taken apart as far as they allow it."""

from __future__ import annotations

import re
from datetime import datetime

from onrecord.importing.bodies import to_article
from onrecord.importing.feed_files import Entry
from onrecord.importing.feed_statuspage import pieces
from onrecord.importing.foreign import Unusable
from onrecord.importing.openings import opening
from onrecord.importing.plain import to_markdown
from onrecord.importing.records import Words
from onrecord.importing.telling import Frame, says_end, tell
from onrecord.importing.told import Told
from onrecord.model import Status

_MARK = re.compile(r"\s*[\[(]?\s*(?P<word>resolved|fixed|completed|closed|update[sd]?|investigating|identified|monitoring|new|open|ongoing)\s*(?:[\])]\s*:?|:|\s[-–—]\s)\s*", re.IGNORECASE)
_OVER = frozenset({"resolved", "fixed", "completed", "closed"})
_STATUSES = {"investigating": Status.investigating, "identified": Status.identified, "monitoring": Status.monitoring}


def alone(entry: Entry, base: str | None) -> Told:
    """A record that one entry tells whole.

    Raises:
        Unusable: it has no time.
    """
    at = _at(entry)
    title, word = _title(entry)
    made = Told(path=f"{entry.file}#{entry.id}", id=entry.id, title=title, started=at, url=entry.link or None)
    body, remarks = to_article(entry.html, base)
    markdown, more = to_markdown(body, base)
    made.remarks += [*remarks, *more]
    over = word in _OVER or says_end(markdown)
    story = tell(markdown, Frame(started=at, ended=None, over=over))
    made.words, made.postmortem, made.over, made.ended = list(story.words), story.postmortem, over or None, story.ended
    made.started = min(at, *(words.at for words in story.words))
    made.remarks += story.remarks
    if len(made.words) > 1:
        made.note("split", f"its text holds {sum(not words.ours for words in made.words)} updates")
    return made


def together(entries: tuple[Entry, ...], base: str | None) -> Told:
    """A record of several entries, each one an update: they lead to one page.

    Raises:
        Unusable: one of them has no time.
    """
    oldest_first = entries[::-1]
    inorder = sorted(oldest_first, key=_at)
    first = inorder[0]
    title, _ = _title(first)
    address = first.link.partition("#")[0]
    made = Told(path=f"{first.file}#{address}", id=address, title=title, started=_at(first), url=address)
    for entry in inorder:
        piece = next(pieces(entry.html), None)
        body, remarks = to_article(piece.html if piece else entry.html, base)
        made.remarks += [one for one in remarks if one not in made.remarks]
        made.words.append(Words(at=_at(entry), body=body, status=piece.status if piece else _status(entry, body), id=entry.id))
    made.note("split", f"{len(inorder)} entries lead to one page: one record with as many updates")
    return made


def _status(entry: Entry, body: str) -> Status | None:
    _, word = _title(entry)
    found = opening(body.partition("\n")[0])
    return Status.resolved if word in _OVER else _STATUSES.get(word) or (found.status if found else None)


def _title(entry: Entry) -> tuple[str, str]:
    """The title without its mark, and the word of the mark: `[RESOLVED] …`, `Update: …`."""
    found = _MARK.match(entry.title)
    return (entry.title[found.end() :] or entry.title, found["word"].lower()) if found else (entry.title, "")


def _at(entry: Entry) -> datetime:
    found = entry.published or entry.updated
    if found is None:
        raise Unusable("it has no time")
    return found
