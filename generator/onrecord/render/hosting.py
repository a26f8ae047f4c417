"""What the host and the search engines read: `_headers`, `_redirects`, `robots.txt` and the sitemap."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.sax.saxutils import escape

from onrecord.render.artifacts import Artifact, alternates
from onrecord.settings import Site

SITEMAP_LENGTH = 50_000
"""No sitemap may name more addresses (sitemaps.org); a longer one is split, with an index in its place."""
_FINGERPRINT = re.compile(r"\.[0-9a-f]{8}\.[a-z0-9]+")
_SECURITY = (
    "Cross-Origin-Opener-Policy: same-origin",
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy: strict-origin-when-cross-origin",
    "Strict-Transport-Security: max-age=31536000",
    "X-Content-Type-Options: nosniff",
)
"""What only a header can say, of every file; each page's policy stands in the page, too, with the hashes of its inline parts."""
_UNFRAMED = ("Cross-Origin-Resource-Policy: same-origin", "X-Frame-Options: DENY")
_FRAME = "/embed/*"
"""The one page that others may put into a frame. Hosts join what all matching rules say, so the rules above stand at each other page."""
_OPEN = "Access-Control-Allow-Origin: *"
_TYPES = {
    "history.atom": "application/atom+xml",
    "history.rss": "application/rss+xml",
    "updates.atom": "application/atom+xml",
    "updates.rss": "application/rss+xml",
    "feed.json": "application/feed+json",
    "maintenance.ics": "text/calendar",
    "history.ics": "text/calendar",
}
"""The feeds and calendars of a folder. Those beside a page are as old as the page may be. Not every host knows what they are by their ending."""
_FOLDERS = ("", "/:kind/:id")
"""The folders in which they lie: the page's own, and that of each component, group, severity and incident.

By pattern, because hosts read a hundred rules and no more, while a page may have any number of components.
"""
_API = "api/"
_BRIEFLY = "Cache-Control: public, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
"""What people read is a minute old at most, two where a cache asks behind their back; and while the host is down, what a cache still has is better than nothing: the page says itself how old it is."""
_POLLED = "Cache-Control: public, max-age=30, stale-if-error=86400"
_CHECKED = "Cache-Control: no-cache"
"""The proof is asked for anew each time: the next publication continues the chain that is live."""
_FOREVER = "Cache-Control: public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page for the sitemap: its address from the site's root, when it was changed, and whether people wrote it, so that it may be in one language only."""

    address: str
    modified: str | None = None
    own: bool = False


def headers(paths: Iterable[str], site: Site, policy: str = "") -> Iterator[Artifact]:
    """`_headers`, as Netlify and Cloudflare Pages read it; other hosts need the same in their own words.

    `policy` is a Content-Security-Policy under which every page works; each page narrows it further by its own.
    A file among `paths` whose name holds a digest of its content never changes, and may be kept for ever.
    """
    paths = sorted(paths)
    rules: list[tuple[str, Sequence[str]]] = [("/*", _SECURITY)]
    unframed = list(_unframed(paths, site))
    framed = (f"Content-Security-Policy: {f'{policy}; ' if policy else ''}frame-ancestors 'none'", *_UNFRAMED, _BRIEFLY)
    rules += [(path, framed) for path in unframed]
    frames = (_FRAME, *(f"/{code}{_FRAME}" for code in site.languages[1:]))
    rules += [(path, ("Content-Security-Policy: frame-ancestors *", _BRIEFLY)) for path in frames]
    rules += [(f"/{path}", (_FOREVER,)) for path in paths if _FINGERPRINT.search(path) and f"/{path.partition('/')[0]}/*" not in unframed]
    rules += [(path, (_OPEN, _POLLED)) for path in ("/now.json", "/api/*", "/badges/*", "/widget.json")]
    rules += [("/widget.js", (_OPEN, "Cache-Control: public, max-age=3600", "Cross-Origin-Resource-Policy: cross-origin"))]
    rules += [(path, (_OPEN, _CHECKED)) for path in ("/build.json", "/manifest.json", "/publications.json")]
    prefixes = ("", *(("/:language",) if site.languages else ()))
    rules += [(f"{prefix}/severity/*", (_BRIEFLY,)) for prefix in prefixes]
    rules += [
        (f"{prefix}{folder}/{name}", (_OPEN, *(() if folder else (_BRIEFLY,)), f"Content-Type: {type}; charset=utf-8"))
        for prefix in prefixes
        for folder in _FOLDERS
        for name, type in _TYPES.items()
    ]
    text = "\n".join(f"{path}\n" + "".join(f"  {line}\n" for line in lines) for path, lines in rules)
    yield Artifact(path="_headers", data=text.encode())


def redirects(paths: Iterable[str]) -> Iterator[Artifact]:
    """`_redirects`, as Netlify, Cloudflare Pages and GitLab Pages read it: each file of the API also answers without `.json`.

    Some programs ask so, because the original does not care. Each file has a line of its own: where a
    pattern would do, one of those hosts would apply it to what is there already, too.
    """
    named = sorted(path.removesuffix(".json") for path in paths if path.startswith(_API) and path.endswith(".json"))
    yield Artifact(path="_redirects", data="".join(f"/{name} /{name}.json 200\n" for name in named).encode())

def _unframed(paths: Sequence[str], site: Site) -> Iterator[str]:
    """What nobody may put into a frame: every page but one in each language. Those below the folder of a language go by pattern."""
    languages = site.languages[1:]
    for folder in ("", *(f"{code}/" for code in languages)):
        yield from (f"/{folder}", f"/{folder}index.html", f"/{folder}404.html")
    pages = [path.split("/") for path in paths if path.endswith(".html")]
    yield from (f"/{top}/*" for top in sorted({parts[0] for parts in pages if len(parts) > 1} - {"embed", *languages}))
    below = {parts[1] for parts in pages if len(parts) > 2 and parts[0] in languages}
    yield from (f"/:language/{top}/*" for top in sorted(below - {"embed"}))



def robots(site: Site) -> Iterator[Artifact]:
    """`robots.txt`: everything may be read, and here is the list of it."""
    yield Artifact(path="robots.txt", data=f"User-agent: *\nAllow: /\n\nSitemap: {site.url}sitemap.xml\n".encode())


def sitemap(site: Site, pages: Sequence[Listed]) -> Iterator[Artifact]:
    """`sitemap.xml` with each address and, where known, the time of its last change and the other languages; in parts where it is long."""
    addresses = {page.address for page in pages if page.own}
    parts = [pages[start : start + SITEMAP_LENGTH] for start in range(0, len(pages), SITEMAP_LENGTH)] or [()]
    if len(parts) == 1:
        yield Artifact(path="sitemap.xml", data=_list("urlset", "url", site, parts[0], addresses))
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield Artifact(path="sitemap.xml", data=_list("sitemapindex", "sitemap", site, [Listed(address=name) for name in names]))
    for name, part in zip(names, parts, strict=True):
        yield Artifact(path=name, data=_list("urlset", "url", site, part, addresses))


def _list(outer: str, inner: str, site: Site, rows: Iterable[Listed], own: Collection[str] = ()) -> bytes:
    entries = "".join(
        f"<{inner}><loc>{escape(site.home + quote(page.address, safe='/'))}</loc>"
        + (f"<lastmod>{page.modified}</lastmod>" if page.modified else "")
        + (_others(page, site, own) if inner == "url" and site.languages else "")
        + f"</{inner}>\n"
        for page in rows
    )
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    more = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"' if inner == "url" and site.languages else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{namespace}"{more}>\n{entries}</{outer}>\n'.encode()


def _others(page: Listed, site: Site, own: Collection[str]) -> str:
    """The same page in every language that it is in, itself included, as search engines want it said on each of them."""
    address = page.address
    for code in site.languages[1:]:
        address = address.removeprefix(f"{code}/")
    found = [other for other in alternates(address, site) if not page.own or other[1] in own]
    return "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(site.home + quote(there, safe="/"))}"/>' for language, there in found
    ) if len({there for _, there in found}) > 1 else ""
