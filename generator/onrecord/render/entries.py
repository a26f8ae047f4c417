"""What the entries of feeds say: one stable entry a record, and one immutable entry an update."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from onrecord.model import FINAL_STATUSES, Effect, IncidentFile, Kind, UpdateFile
from onrecord.render.pages.words import Words
from onrecord.settings import Site
from onrecord.snapshot.records import IncidentView, UpdateView
from onrecord.templating import Templates
from onrecord.times import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, in no format yet. `title` is plain text, `html` is safe HTML, `key` ends the entry's id."""

    key: str
    address: str
    title: str
    html: str
    published: datetime
    updated: datetime
    categories: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One update as the template shows it; `effects` are the names of components and what their users feel, in words."""

    update: UpdateView
    status: str
    effects: tuple[tuple[str, str], ...]
    window: Span | None
    workaround: str | None
    corrects: UpdateView | None
    corrected_by: UpdateView | None = None
    """Known in the history only: what was said alone does not change."""


Word = UpdateView | datetime
"""What an entry of its own is about: an update, or a post-mortem by the time at which it came out."""


class Entries:
    """Puts the words of entries together, each once, however many feeds hold it."""

    def __init__(self, words: Words, site: Site, templates: Templates) -> None:
        self._site = site
        self._templates = templates
        self._words = words
        self._records: dict[str, Entry] = {}
        self._said_so_far: dict[tuple[str, str], Entry] = {}

    def of_record(self, record: IncidentView) -> Entry:
        """The entry of a record, with all that was said about it."""
        if record.id not in self._records:
            self._records[record.id] = self._record_entry(record)
        return self._records[record.id]

    def of_word(self, record: IncidentView, word: Word) -> Entry:
        """The entry of one update of that record, or of its post-mortem."""
        key = (record.id, "" if isinstance(word, datetime) else word.id)
        if key not in self._said_so_far:
            made = self._postmortem_entry(record, word) if isinstance(word, datetime) else self._update_entry(record, word)
            self._said_so_far[key] = made
        return self._said_so_far[key]

    def _postmortem_entry(self, record: IncidentView, published: datetime) -> Entry:
        address = f"incidents/{record.id}/postmortem/"
        return Entry(
            key=address.rstrip("/"),
            address=address,
            title=self._templates.language.gettext("Post-mortem: %(title)s") % {"title": record.title},
            html=self._templates.render("onrecord/feed.html", said=(), postmortem=self._site.url + address),
            published=published,
            updated=published,
            categories=self._categories({id for update in record.updates for id in update.source.head.components} | set(record.source.head.components)),
        )

    def _record_entry(self, record: IncidentView) -> Entry:
        by_id = {update.id: update for update in record.updates}
        said = [self._said(record, u, _changes(record, u), by_id.get(u.corrected_by or "")) for u in record.updates]
        components = {id for update in record.updates for id in update.source.head.components}
        postmortem = f"{self._site.url}incidents/{record.id}/postmortem/" if record.postmortem else None
        return Entry(
            key=f"incidents/{record.id}",
            address=f"incidents/{record.id}/",
            title=record.title,
            html=self._templates.render("onrecord/feed.html", said=said, postmortem=postmortem),
            published=min((update.at for update in record.updates), default=record.started),
            updated=changed(record),
            categories=self._categories(components | set(record.source.head.components)),
        )

    def _update_entry(self, record: IncidentView, update: UpdateView) -> Entry:
        said = self._said(record, update, _effects_after(record, update))
        components = {*record.source.head.components, *update.source.head.components}
        return Entry(
            key=f"incidents/{record.id}/updates/{quote(update.id)}",
            address=f"incidents/{record.id}/#{quote(update.id)}",
            title=f"{said.status}: {record.title}",
            html=self._templates.render("onrecord/feed.html", said=[said], postmortem=None),
            published=update.at,
            updated=update.at,
            categories=self._categories(components),
        )

    def _said(
        self, record: IncidentView, update: UpdateView, effects: Mapping[str, Effect], corrected_by: UpdateView | None = None
    ) -> Said:
        head = update.source.head
        opening = record.source.head if update is record.updates[-1] else None
        return Said(
            update=update,
            status=self._words.statuses[head.status],
            effects=tuple((self._words.name(id), self._words.effects[effect]) for id, effect in effects.items()),
            window=_window(head) or (_window(opening) if opening else None),
            workaround=head.workaround or (opening.workaround if opening else None),
            corrects=next((other for other in record.updates if other.id == head.corrects), None),
            corrected_by=corrected_by,
        )

    def _categories(self, components: set[str]) -> tuple[tuple[str, str], ...]:
        return tuple((id, self._words.name(id)) for id in self._words.components if id in components)


def words_of(record: IncidentView) -> Iterator[Word]:
    """All that readers of updates are told of: each update, and the post-mortem."""
    yield from record.updates
    published = record.postmortem.head.published if record.postmortem else None
    if published is not None:
        yield published


def changed(record: IncidentView) -> datetime:
    """When something was last said about the record."""
    return record.newest[0] if record.newest is not None else record.started


def _at_first(record: IncidentView) -> dict[str, Effect]:
    """The effects that the head names. A maintenance that names a part without saying how means that it is worked on."""
    effects = record.source.head.components
    if record.kind is not Kind.maintenance:
        return dict(effects)
    return {id: Effect.under_maintenance if effect is Effect.operational else effect for id, effect in effects.items()}


def _changes(record: IncidentView, update: UpdateView) -> dict[str, Effect]:
    """The effects that the update sets, and with the first one those that the head names."""
    return (_at_first(record) if update is record.updates[-1] else {}) | update.source.head.components


def _effects_after(record: IncidentView, update: UpdateView) -> dict[str, Effect]:
    """All effects as they were said to be with that update; none at the end."""
    if update.source.head.status in FINAL_STATUSES:
        return {}
    effects = _at_first(record)
    for said in reversed(record.updates):
        effects |= said.source.head.components
        if said is update:
            break
    return effects


def _window(head: IncidentFile | UpdateFile) -> Span | None:
    return Span(head.scheduled.from_, head.scheduled.until) if head.scheduled else None
