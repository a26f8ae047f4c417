"""How feeds are written: Atom (RFC 4287) and RSS 2.0 by feedgen, and JSON Feed 1.1 (jsonfeed.org).

Every time is set, because feedgen's default is now; in RSS the self link stands before the
channel's own, because readers take the last; and no text holds what XML forbids, because one such
character makes feedgen refuse the whole feed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlsplit

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from onrecord import __version__
from onrecord.markup import bare, clean
from onrecord.render.entries import Entry
from onrecord.settings import Site
from onrecord.times import iso

Form = Literal["atom", "rss", "json"]
_Markup = Literal["atom", "rss"]
TYPES: dict[_Markup, Literal["application/atom+xml", "application/rss+xml"]] = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
}
_ID_YEAR = 2026
"""The year in every tag URI. It only says when the ids were laid down, and changing it would change them all."""
_END: dict[_Markup, bytes] = {"atom": b"</feed>", "rss": b"  </channel>\n</rss>"}
_DEPTH: dict[_Markup, int] = {"atom": 1, "rss": 2}
"""How deep an entry stands in its feed."""
_DC = "http://purl.org/dc/elements/1.1/"
_JSON_FEED = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed without its entries. `path` is its address without the ending, `page` that of the page it belongs to."""

    path: str
    page: str
    title: str
    description: str
    updated: datetime


class Press:
    """Writes feeds for one site. An entry that several feeds hold is written once for each form."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._tag = _tag_of(site)
        self._done: dict[tuple[_Markup, str], bytes] = {}
        self._items: dict[str, str] = {}

    def feed(self, form: Form, channel: Channel, entries: Iterable[Entry]) -> bytes:
        """The whole feed."""
        if form == "json":
            return self._json(channel, entries)
        empty = self._empty(form, channel)
        written: bytes = empty.atom_str(pretty=True) if form == "atom" else empty.rss_str(pretty=True)
        head, end, tail = written.rpartition(_END[form])
        return b"".join([head, *(self._entry(form, entry) for entry in entries), end, tail])

    def _empty(self, form: _Markup, channel: Channel) -> FeedGenerator:
        """The feed before its entries are put into it."""
        site = self._site
        feed = FeedGenerator()
        feed.id(self._tag + channel.path)
        feed.title(clean(channel.title))
        feed.description(bare(clean(channel.description)))
        feed.author(name=clean(site.name), uri=site.url)
        feed.link(href=f"{site.url}{channel.path}.{form}", rel="self", type=TYPES[form])
        feed.link(href=site.url + channel.page, rel="alternate", type="text/html")
        feed.language(site.language)
        feed.generator("onrecord", version=__version__)
        feed.updated(channel.updated)
        return feed

    def _entry(self, form: _Markup, entry: Entry) -> bytes:
        key = (form, entry.key)
        if key not in self._done:
            made = self._made(form, entry)
            element = made.atom_entry() if form == "atom" else self._credited(made.rss_entry())
            etree.indent(element, level=_DEPTH[form])
            indent = b"  " * _DEPTH[form]
            self._done[key] = indent + etree.tostring(element, encoding="UTF-8") + b"\n"
        return self._done[key]

    def _credited(self, item: etree._Element) -> etree._Element:
        """The item with the page's name as its author: RSS's own `author` wants an address of e-mail, and without any some programs write `<author>`."""
        etree.SubElement(item, f"{{{_DC}}}creator", nsmap={"dc": _DC}).text = clean(self._site.name)
        return item

    def _made(self, form: _Markup, entry: Entry) -> FeedEntry:
        made = FeedEntry()
        made.id(self._tag + entry.key)
        made.title(clean(entry.title))
        made.link(href=self._site.url + entry.address, rel="alternate", type="text/html")
        made.content(clean(entry.html).strip(), type="html")
        made.updated(entry.updated)
        # RSS has one date only, and readers put an item where that date says: that of the newest word.
        made.published(entry.published if form == "atom" else entry.updated)
        for id, name in entry.categories:
            made.category(term=id, label=clean(name))
        return made

    def _json(self, channel: Channel, entries: Iterable[Entry]) -> bytes:
        site = self._site
        head = {
            "version": _JSON_FEED,
            "title": clean(channel.title),
            "home_page_url": site.url + channel.page,
            "feed_url": f"{site.url}{channel.path}.json",
            "description": bare(clean(channel.description)),
            "language": site.language,
            "authors": [{"name": clean(site.name), "url": site.url}],
        }
        items = ",\n".join(self._item(entry) for entry in entries)
        return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "items": [\n{items}\n]}}\n'.encode()

    def _item(self, entry: Entry) -> str:
        if entry.key not in self._items:
            item = {
                "id": self._tag + entry.key,
                "url": self._site.url + entry.address,
                "title": clean(entry.title),
                "content_html": clean(entry.html).strip(),
                "date_published": iso(entry.published),
                "date_modified": iso(entry.updated),
                "tags": [clean(name) for _, name in entry.categories],
            }
            self._items[entry.key] = json.dumps(item, ensure_ascii=False)
        return self._items[entry.key]


def _tag_of(site: Site) -> str:
    """What begins the tag URI (RFC 4151) of everything on this site, whatever becomes of its address."""
    parts = urlsplit(site.url)
    host = re.sub(r"[^a-z0-9.-]", "-", _ascii(parts.hostname or "localhost"))
    return f"tag:{host},{_ID_YEAR}:{quote(parts.path or '/', safe='/%')}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()
