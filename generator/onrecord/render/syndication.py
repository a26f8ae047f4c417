"""How feeds are written: Atom (RFC 4287) and RSS 2.0, as text.

Every time is given and none is the build's; in RSS the self link stands before the channel's own,
because readers take the last; and no text holds what XML forbids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Literal
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from onrecord import __version__
from onrecord.markup import clean
from onrecord.render.entries import Entry
from onrecord.settings import Site

Form = Literal["atom", "rss"]
TYPES: dict[Form, Literal["application/atom+xml", "application/rss+xml"]] = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
}
_ID_YEAR = 2026
"""The year in every tag URI. It only says when the ids were laid down, and changing it would change them all."""


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
        self._done: dict[tuple[Form, str], str] = {}

    def feed(self, form: Form, channel: Channel, entries: Iterable[Entry]) -> bytes:
        """The whole feed."""
        texts = "".join(self._entry(form, entry) for entry in entries)
        text = self._atom(channel, texts) if form == "atom" else self._rss(channel, texts)
        return f"<?xml version='1.0' encoding='UTF-8'?>\n{text}".encode()

    def _entry(self, form: Form, entry: Entry) -> str:
        key = (form, entry.key)
        if key not in self._done:
            self._done[key] = self._atom_entry(entry) if form == "atom" else self._rss_item(entry)
        return self._done[key]

    def _atom(self, channel: Channel, entries: str) -> str:
        site = self._site
        return f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_attribute(site.language)}>
  <id>{self._id(channel.path)}</id>
  <title>{_text(channel.title)}</title>
  <updated>{channel.updated.isoformat()}</updated>
  <author>
    <name>{_text(site.name)}</name>
    <uri>{_text(site.url)}</uri>
  </author>
  <link href={_attribute(f"{site.url}{channel.path}.atom")} rel="self" type="{TYPES["atom"]}"/>
  <link href={_attribute(site.url + channel.page)} rel="alternate" type="text/html"/>
  <generator version="{__version__}">onrecord</generator>
  <subtitle>{_text(channel.description)}</subtitle>
{entries}</feed>
"""

    def _atom_entry(self, entry: Entry) -> str:
        categories = "".join(f"    <category term={_attribute(id)} label={_attribute(name)}/>\n" for id, name in entry.categories)
        return f"""  <entry>
    <id>{self._id(entry.key)}</id>
    <title>{_text(entry.title)}</title>
    <updated>{entry.updated.isoformat()}</updated>
    <content type="html">{_text(entry.html.strip())}</content>
    <link href={_attribute(self._site.url + entry.address)}/>
{categories}    <published>{entry.published.isoformat()}</published>
  </entry>
"""

    def _rss(self, channel: Channel, items: str) -> str:
        site = self._site
        return f"""<rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
  <channel>
    <atom:link href={_attribute(f"{site.url}{channel.path}.rss")} rel="self" type="{TYPES["rss"]}"/>
    <title>{_text(channel.title)}</title>
    <link>{_text(site.url + channel.page)}</link>
    <description>{_text(channel.description)}</description>
    <docs>https://www.rssboard.org/rss-specification</docs>
    <generator>onrecord {__version__}</generator>
    <language>{_text(site.language)}</language>
    <lastBuildDate>{format_datetime(channel.updated)}</lastBuildDate>
{items}  </channel>
</rss>
"""

    def _rss_item(self, entry: Entry) -> str:
        """RSS has one date only, and readers put an item where that date says: that of the newest word."""
        categories = "".join(f"      <category>{_text(name)}</category>\n" for _, name in entry.categories)
        return f"""    <item>
      <title>{_text(entry.title)}</title>
      <link>{_text(self._site.url + entry.address)}</link>
      <description>{_text(entry.html.strip())}</description>
      <guid isPermaLink="false">{self._id(entry.key)}</guid>
{categories}      <pubDate>{format_datetime(entry.updated)}</pubDate>
    </item>
"""

    def _id(self, key: str) -> str:
        return _text(self._tag + key)


def _text(text: str) -> str:
    return escape(clean(text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(clean(text))


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
