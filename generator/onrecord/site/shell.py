"""A shell: the theme's page around one kind of content, split at its marks once and filled for each page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape
from typing import get_args
from urllib.parse import quote

from onrecord.markup import bare
from onrecord.render.artifacts import FeedLink, PageContent, PageKind, alternates
from onrecord.settings import Site

KINDS: tuple[PageKind, ...] = get_args(PageKind)
PATTERN: dict[PageKind, str] = {
    "home": "",
    "component": "components/{slug}/",
    "year": "components/{slug}/year/",
    "group": "groups/{slug}/",
    "history": "history/",
    "month": "history/{slug}/",
    "incident": "incidents/{slug}/",
    "postmortem": "incidents/{slug}/postmortem/",
    "record": "incidents/{slug}/record/",
    "maintenance": "maintenance/",
    "postmortems": "postmortems/",
    "reliability": "reliability/",
    "subscribe": "subscribe/",
    "search": "search/",
    "gallery": "gallery/",
    "missing": "404.html",
}
"""The address of each kind of page; `{slug}` is what differs from page to page."""


def mark(name: str) -> str:
    """The word that stands in a drawn shell where `name` is filled in; letters only, so that every filter lets it through."""
    return f"xqonrecord{name}markqx"


BEHIND = "<!-- style -->"
"""Where a content's first lines end, and the rest of the style has its place. No word that people wrote can hold it: `<` is escaped, and comments are taken away."""
_MARK = re.compile(r"xqonrecord([a-z]+?)markqx")


class ShellBroken(Exception):
    """A shell that cannot be filled. `message` says why, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The page of one kind without its content. `pieces` are text and the mark that follows it; the last mark is empty."""

    kind: PageKind
    pieces: tuple[tuple[str, str], ...]
    carrying: Shell | None = None
    """The same page with its style in it, for those that a crowd comes to."""
    behind: str = ""
    """The rest of that style, which follows the first lines of the content, so that they are painted before it has come.

    It stands in a picture without content: HTML knows no style below its head, SVG does.
    """
    _texts: tuple[bytes, ...] = field(init=False, repr=False, compare=False)
    """The same texts as they are written, so that they are not encoded for every page."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_texts", tuple(_written(text) for text, _ in self.pieces))

    @classmethod
    def split(cls, kind: PageKind, html: str) -> Shell:
        """The shell that the theme drew.

        Raises:
            ShellBroken: the content has no place in it, or it holds a mark that nobody fills. Only an owner's
                404 page may do without content.
        """
        parts = _MARK.split(html)
        texts, marks = parts[::2], parts[1::2]
        if "content" not in marks and kind != "missing":
            raise ShellBroken(
                f"the theme draws the {kind} page without its content",
                "let the block `content` of your template override call {{ super() }}",
            )
        unknown = set(marks) - set(_FILLED)
        if unknown:
            raise ShellBroken(
                f"the {kind} page holds an unknown mark `{min(unknown)}`", "remove `xqonrecord…` from the theme"
            )
        return cls(kind=kind, pieces=tuple(zip(texts, [*marks, ""], strict=True)))

    @property
    def html(self) -> str:
        """The shell as it was drawn, for the cache."""
        return "".join(text + (mark(name) if name else "") for text, name in self.pieces)

    def for_cache(self) -> list[str]:
        """What `of_cache` needs."""
        return [self.html, *([self.carrying.html, self.carrying.behind] if self.carrying else [])]

    @classmethod
    def of_cache(cls, kind: PageKind, drawn: Sequence[str]) -> Shell:
        """The shell as it was kept."""
        plain, *carrying = drawn
        shell = cls.split(kind, plain)
        return replace(shell, carrying=replace(cls.split(kind, carrying[0]), behind=carrying[1])) if carrying else shell

    def fill(self, page: PageContent, site: Site) -> bytes:
        """The whole page. Each mark has its own escaping, and what is filled in is never searched for marks."""
        if page.sought and self.carrying:
            return self.carrying.fill(page, site)
        filled: dict[str, bytes] = {"": b""}
        out: list[bytes] = []
        for text, (_, name) in zip(self._texts, self.pieces, strict=True):
            if name not in filled:
                filled[name] = _written(_FILLED[name](page, site) if name != "content" else _joined(page.content, self.behind))
            out += (text, filled[name])
        return b"".join(out)


def _joined(content: str, behind: str) -> str:
    """The content with the rest of the style in its first place."""
    lines, _, others = content.partition(BEHIND)
    return f"{lines}{behind}{others.replace(BEHIND, '')}"


def _written(text: str) -> bytes:
    return text.encode("utf-8", "xmlcharrefreplace")


def _slug(page: PageContent, _site: Site) -> str:
    return quote(page.address.split("/")[1], safe="") if page.address.count("/") > 1 else ""


def _link(rel: str, address: str, more: str = "") -> str:
    return f'<link rel="{rel}"{more} href="{escape(address)}">'


def _links(page: PageContent, site: Site) -> str:
    """What belongs into the head and not every page has: neighbours, feeds, times of an article."""
    root = base_of(page, site)
    out = _alternates(page, site) if site.languages else []
    out += [
        _link(rel, root + (a or "./"))
        for rel, a in (("prev", page.previous), ("next", page.following))
        if a is not None
    ]
    out.append(_feeds(root, page.feeds))
    times = (("published", page.published), ("modified", page.modified))
    out += [f'<meta property="article:{name}_time" content="{escape(time)}">' for name, time in times if time]
    return "".join(out)


def _alternates(page: PageContent, site: Site) -> list[str]:
    """The page in every language, itself included. Nobody is sent to a page that does not exist, or that designers alone look at."""
    if page.kind in ("missing", "gallery"):
        return []
    return [_link("alternate", site.home + quote(address, safe="/"), f' hreflang="{code}"') for code, address in alternates(page.address, site)]


@lru_cache(maxsize=512)
def _feeds(root: str, feeds: tuple[FeedLink, ...]) -> str:
    """All pages of one kind announce the same feeds, but for those of parts."""
    return "".join(_link("alternate", root + f.path, f' type="{f.type}" title="{escape(f.title)}"') for f in feeds)


def base_of(page: PageContent, site: Site) -> str:
    """What leads from the page to the site's root; a missing page may be shown at any depth, so there it is the base path."""
    if page.kind == "missing":
        return re.sub(r"^[a-z]+://[^/]*", "", site.url) or "/"
    return "../" * page.address.count("/")


_FILLED: dict[str, Callable[[PageContent, Site], str]] = {
    "title": lambda page, _: escape(page.title),
    "description": lambda page, site: escape(bare(page.description or site.description or page.title)),
    "canonical": lambda page, site: escape(site.url + quote(page.address, safe="/")),
    "slug": _slug,
    "address": lambda page, _: escape("" if page.kind == "missing" else quote(page.address, safe="/")),
    "links": _links,
    "state": lambda page, _: escape(page.state or "none"),
    "content": lambda page, _: page.content,
}
