"""The feeds of the page, each component, group and severity, and of incidents that are news: one entry a record, and one a word, as Atom and as RSS; words as JSON Feed too.

An entry is the same in every feed that holds it, id included, and none depends on T, so that a feed
changes only when there is something new to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from heapq import nlargest
from operator import attrgetter

from onrecord.render.artifacts import Artifact, Piece
from onrecord.render.entries import Entries, Entry, Word, changed, words_of
from onrecord.render.pages.setting import feed_links, incident_feed
from onrecord.render.pages.words import Words
from onrecord.render.subjects import Subject, subjects
from onrecord.render.syndication import Channel, Form, Press
from onrecord.settings import FEED_LENGTH, Site
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Language, Templates

_Order = tuple[datetime, str, str]
_FORMS: dict[str, Form] = {"atom": "atom", "rss": "rss", "json": "json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A record with its places in the two orders: by its newest change, and by its newest word."""

    changed: tuple[datetime, str]
    said: _Order | None
    record: IncidentView


def feeds(snapshot: Snapshot, site: Site, templates: Templates) -> Iterator[Artifact]:
    """`updates` and `history`, each as Atom and as RSS, and `feed.json`, with the newest entries first, in the folder of each subject."""
    for piece in feed_pieces(snapshot, site, templates, Words(snapshot, templates.language)):
        yield from (file for file in piece.make(snapshot) if isinstance(file, Artifact))


def feed_pieces(snapshot: Snapshot, site: Site, templates: Templates, words: Words) -> Iterator[Piece]:
    """The same in pieces: the feeds of each subject, and of each record that is news."""
    press = _Press(site, templates, words)
    for subject in subjects(snapshot, templates.language):
        yield Piece(name=f"feeds {subject.folder}", kind="feed", of=(subject,), make=partial(press.of_subject, subject))
    for view in snapshot.incidents:
        if view.is_news and view.words:
            yield Piece(name=f"feed {view.id}", kind="feed", of=(view,), make=partial(press.of_record, view))


class _Press:
    """Writes feeds; an entry that several hold is put into words once."""

    def __init__(self, site: Site, templates: Templates, words: Words) -> None:
        self._site = site
        self._language = templates.language
        self._entries = Entries(words, site, templates)
        self._press = Press(site)
        self._choice = _Choice()

    def of_subject(self, subject: Subject, snapshot: Snapshot) -> Iterator[Artifact]:
        """The feeds of one subject, in its folder."""
        entries = self._entries
        records, updates = self._choice.entries(subject.records)
        chosen = {
            "updates": [entries.of_word(record, word) for record, word in updates],
            "history": [entries.of_record(record) for record in records],
        }
        for link in feed_links(self._site, self._language, subject.folder, subject.part):
            path, _, form = link.path.rpartition(".")
            name = "history" if path.endswith("history") else "updates"
            channel = Channel(
                path=path,
                page=subject.page,
                title=link.title,
                description=_description(name, subject.part, self._language),
                updated=_updated(chosen[name], snapshot),
            )
            yield Artifact(path=link.path, data=self._press.feed(_FORMS[form], channel, chosen[name]))

    def of_record(self, view: IncidentView, snapshot: Snapshot) -> Iterator[Artifact]:
        """The feed of one record alone."""
        newest = nlargest(FEED_LENGTH, words_of(view), key=lambda word: _order(view, word))
        own = [self._entries.of_word(view, word) for word in newest]
        link, page = incident_feed(self._site, view), f"incidents/{view.id}/"
        about = Channel(path=f"{page}updates", page=page, title=link.title, description=view.title, updated=_updated(own, snapshot))
        yield Artifact(path=link.path, data=self._press.feed("atom", about, own))


def _description(name: str, part: str, language: Language) -> str:
    _ = language.gettext
    if part:
        told = _("Incidents and maintenance of %(part)s, each with all that was said about it.")
        words = _("What was said about incidents and maintenance of %(part)s, word by word.")
        return (told if name == "history" else words) % {"part": part}
    if name == "history":
        return _("Incidents and maintenance, each with all that was said about it.")
    return _("What was said about incidents and maintenance, word by word.")


def _updated(entries: Sequence[Entry], snapshot: Snapshot) -> datetime:
    """The time of the newest entry. A part without any is as old as the history, and a page without a history as the commit."""
    if not entries and snapshot.incidents:
        return min(snapshot.incidents[-1].started, snapshot.at)
    if not entries:
        return snapshot.built.committed or snapshot.at
    return max(entry.updated for entry in entries)


class _Choice:
    """Chooses what was said last. A record that lies ahead and of which nothing was said is kept back."""

    def __init__(self) -> None:
        self._known: dict[str, _Told] = {}

    def _told(self, record: IncidentView) -> _Told:
        known = self._known.get(record.id)
        if known is None:
            newest = record.newest
            said = (newest[0], record.id, newest[1]) if newest is not None else None
            known = self._known[record.id] = _Told(changed=(changed(record), record.id), said=said, record=record)
        return known

    def entries(self, records: Iterable[IncidentView]) -> tuple[list[IncidentView], list[tuple[IncidentView, Word]]]:
        """Of those records, the ones about which something was said last, and the words that were said last."""
        told = [self._told(record) for record in records if record.words or record.phase != "upcoming"]
        changed_last = nlargest(FEED_LENGTH, told, key=attrgetter("changed"))
        # The newest words are among those of as many records: the ones with the newest word.
        spoke_last = nlargest(FEED_LENGTH, (one for one in told if one.said), key=attrgetter("said"))
        pairs = ((one.record, word) for one in spoke_last for word in words_of(one.record))
        return [one.record for one in changed_last], nlargest(FEED_LENGTH, pairs, key=lambda pair: _order(*pair))


def _order(record: IncidentView, word: Word) -> _Order:
    return (word, record.id, "") if isinstance(word, datetime) else (word.at, record.id, word.id)
