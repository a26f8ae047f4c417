"""The feeds: one stable entry a record, and one immutable entry an update, each as Atom and as RSS.

No entry depends on T, so that a feed changes only when there is something new to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from typing import Literal
from urllib.parse import quote, urlsplit

from feedgen.feed import FeedGenerator

from onrecord import __version__
from onrecord.markup import clean
from onrecord.model import FINAL_STATUSES, Effect, IncidentFile, Kind, UpdateFile
from onrecord.render.artifacts import Artifact
from onrecord.render.pages.words import Words
from onrecord.settings import FEED_LENGTH, Site
from onrecord.snapshot.records import IncidentView, Snapshot, UpdateView
from onrecord.templating import Templates
from onrecord.times import Span

Form = Literal["atom", "rss"]
_TYPES: dict[Form, str] = {"atom": "application/atom+xml", "rss": "application/rss+xml"}
_ID_YEAR = 2026
"""The year in every tag URI. It only says when the ids were laid down, and changing it would change them all."""


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


def feeds(snapshot: Snapshot, site: Site, templates: Templates) -> Iterator[Artifact]:
    """`history` and `updates`, each as Atom and as RSS, with the newest entries first."""
    _ = templates.language.gettext
    writer = _Writer(snapshot, site, templates)
    made = (
        ("history", _("%(site)s: every incident"), _("Incidents and maintenance, each with all that was said about it."), writer.history()),
        ("updates", _("%(site)s: every update"), _("What was said about incidents and maintenance, word by word."), writer.updates()),
    )
    empty = snapshot.built.committed or snapshot.at
    for name, title, description, entries in made:
        channel = _Channel(name=name, title=title % {"site": site.name}, description=description, entries=entries, empty=empty)
        yield Artifact(path=f"{name}.atom", data=_generator(channel, site, "atom").atom_str(pretty=True))
        yield Artifact(path=f"{name}.rss", data=_generator(channel, site, "rss").rss_str(pretty=True))


# ---------------------------------------------------------------- what the entries say


class _Writer:
    """Chooses the newest entries and puts their words together."""

    def __init__(self, snapshot: Snapshot, site: Site, templates: Templates) -> None:
        self._site = site
        self._records = [record for record in snapshot.incidents if record.updates or record.phase != "upcoming"]
        self._templates = templates
        self._words = Words(snapshot, templates.language)
        self._components = tuple(component.id for component in snapshot.components)

    def history(self) -> tuple[Entry, ...]:
        """The records about which something was said last."""
        newest = nlargest(FEED_LENGTH, self._records, key=lambda record: (_changed(record), record.id))
        return tuple(self._record_entry(record) for record in newest)

    def updates(self) -> tuple[Entry, ...]:
        """The updates that were said last."""
        pairs = ((record, update) for record in self._records for update in record.updates)
        newest = nlargest(FEED_LENGTH, pairs, key=lambda pair: (pair[1].at, pair[0].id, pair[1].id))
        return tuple(self._update_entry(record, update) for record, update in newest)

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
            updated=_changed(record),
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
        return tuple((id, self._words.name(id)) for id in self._components if id in components)


def _changed(record: IncidentView) -> datetime:
    """When something was last said about the record."""
    postmortem = record.postmortem.head.published if record.postmortem else None
    times = [update.at for update in record.updates] + ([postmortem] if postmortem else [])
    return max(times, default=record.started)


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


# ---------------------------------------------------------------- how feeds are written


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    """A feed in no format yet. `empty` is its time while it has no entry."""

    name: str
    title: str
    description: str
    entries: tuple[Entry, ...]
    empty: datetime


def _generator(channel: _Channel, site: Site, form: Form) -> FeedGenerator:
    """The feed for one format.

    Every time is set, because feedgen's default is now; the self link comes before the
    alternate, because RSS takes the last; and no text holds what XML forbids, because one
    such character makes it refuse the whole feed.
    """
    feed = FeedGenerator()
    feed.id(_tag(site, channel.name))
    feed.title(clean(channel.title))
    feed.description(clean(channel.description))
    feed.author(name=clean(site.name), uri=site.url)
    feed.link(href=f"{site.url}{channel.name}.{form}", rel="self", type=_TYPES[form])
    feed.link(href=site.url, rel="alternate", type="text/html")
    feed.language(site.language)
    feed.generator("onrecord", version=__version__)
    feed.updated(max((entry.updated for entry in channel.entries), default=channel.empty))
    for entry in channel.entries:
        _add(feed, entry, site, form)
    return feed


def _add(feed: FeedGenerator, entry: Entry, site: Site, form: Form) -> None:
    added = feed.add_entry(order="append")
    added.id(_tag(site, entry.key))
    added.title(clean(entry.title))
    added.link(href=site.url + entry.address, rel="alternate", type="text/html")
    added.content(clean(entry.html).strip(), type="html")
    added.updated(entry.updated)
    # RSS has one date only, and readers put an item where that date says.
    added.published(entry.published if form == "atom" else entry.updated)
    for id, name in entry.categories:
        added.category(term=id, label=clean(name))


def _tag(site: Site, key: str) -> str:
    """A tag URI (RFC 4151) of what stands under that key on this site, whatever becomes of its address."""
    parts = urlsplit(site.url)
    host = re.sub(r"[^a-z0-9.-]", "-", _ascii(parts.hostname or "localhost"))
    return f"tag:{host},{_ID_YEAR}:{quote(parts.path or '/', safe='/%')}{key}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()
