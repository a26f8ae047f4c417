"""What renderers make: finished files, and the contents of pages that a shell still has to surround."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from onrecord.snapshot.records import Snapshot

import orjson

from onrecord.settings import Site

PageKind = Literal[
    "home", "component", "year", "group", "history", "month", "incident", "postmortem", "record", "maintenance", "postmortems", "reliability", "subscribe", "search", "gallery", "missing"
]
"""One shell is drawn for each kind; all pages of a kind have the same depth. `missing` is 404.html."""

DEPTH: dict[PageKind, int] = {
    "home": 0,
    "component": 2,
    "year": 3,
    "group": 2,
    "history": 1,
    "month": 2,
    "incident": 2,
    "postmortem": 3,
    "record": 3,
    "maintenance": 1,
    "postmortems": 1,
    "reliability": 1,
    "subscribe": 1,
    "search": 1,
    "gallery": 1,
    "missing": 0,
}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

UNLISTED: frozenset[PageKind] = frozenset({"record", "search", "gallery", "missing"})
"""Kinds of pages that search engines leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A finished file. `path` is relative to the published folder, with `/`."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """A page that people wrote and the engine drew. `address` is relative to the site's root and ends with `/`.

    `text` holds its words, a line each paragraph, for the search; None where the page wants to stay out of it.
    """

    address: str
    title: str
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that a page announces; `path` is relative to the site's root."""

    title: str
    path: str
    type: Literal["application/atom+xml", "application/rss+xml", "application/feed+json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """A page without its surroundings.

    `address` is relative to the site's root and ends with `/` (the home page's is empty; the
    missing page's is `404.html`). `title` and `description` are plain text, `content` is HTML.
    """

    address: str
    kind: PageKind
    title: str
    description: str
    content: str
    state: str = ""
    """The overall indicator, for the favicon and the theme; only the home page sets it."""
    feeds: tuple[FeedLink, ...] = ()
    previous: str | None = None
    """The address of the page before it in reading order, for `rel=prev`."""
    following: str | None = None
    published: str | None = None
    """RFC 3339 time for Open Graph's article:published_time, where the page has one."""
    modified: str | None = None
    sought: bool = False
    """Whether a crowd comes to it now, so that it brings its style along and waits for no second file."""

    @property
    def path(self) -> str:
        return self.address if self.address.endswith(".html") else self.address + "index.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some files of the site that are made together, and what they are made of.

    `make` is given the snapshot and may read all of it: whoever keeps the files finds out what it read. `of` is what
    it knows beside that: a record, a month, the subject of a feed. All else that it uses must be the same for every
    piece of a build: the site, the templates, the words. None for `of` says that there is more, and that it is made in every build.
    """

    name: str
    """Unique in a build, and the same in the next one."""
    kind: str
    of: tuple[object, ...] | None
    make: Callable[[Snapshot], Iterable[PageContent | Artifact]]


def alternates(address: str, site: Site) -> list[tuple[str, str]]:
    """The address, which is relative to a language's root, in each language of the site, from the site's root; the first one also for `x-default`."""
    found = [(code, site.spoken(code).folder + address) for code in site.languages]
    return [*found, ("x-default", address)] if found else []


def compact(facts: object) -> bytes:
    """Those facts as JSON on one line without a space, in UTF-8; a lone surrogate, which UTF-8 has not, becomes a question mark."""
    try:
        return orjson.dumps(facts)
    except orjson.JSONEncodeError:
        return _encode(facts).encode("utf-8", "replace")
