"""What the host and the search engines read: `_headers`, `_redirects`, `robots.txt` and the sitemap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

from onrecord.render.artifacts import Artifact
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
"""What only a header can say; the rest of each page's policy stands in the page, with the hashes of its inline parts."""
_FRAMED = ("Content-Security-Policy: frame-ancestors 'none'", "X-Frame-Options: DENY")
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
"""The feeds and calendars of a folder. Not every host knows what they are by their ending."""
_FOLDERS = ("", "/:kind/:id")
"""The folders in which they lie: the page's own, and that of each component, group, severity and incident.

By pattern, because hosts read a hundred rules and no more, while a page may have any number of components.
"""
_API = "api/"


def headers(paths: Iterable[str]) -> Iterator[Artifact]:
    """`_headers`, as Netlify and Cloudflare Pages read it; other hosts need the same in their own words.

    A file among `paths` whose name holds a digest of its content never changes, and may be kept for ever.
    """
    paths = sorted(paths)
    tops = sorted({path.partition("/")[0] for path in paths if path.endswith(".html") and "/" in path} - {"embed"})
    rules: list[tuple[str, Sequence[str]]] = [("/*", _SECURITY)]
    rules += [(path, _FRAMED) for path in ("/", "/index.html", "/404.html", *(f"/{top}/*" for top in tops))]
    rules += [(_FRAME, ("Content-Security-Policy: frame-ancestors *",))]
    rules += [
        (f"/{path}", ("Cache-Control: public, max-age=31536000, immutable",))
        for path in paths
        if _FINGERPRINT.search(path)
    ]
    rules += [(path, (_OPEN, "Cache-Control: public, max-age=30")) for path in ("/now.json", "/api/*", "/badges/*", "/widget.json")]
    rules += [("/widget.js", (_OPEN, "Cache-Control: public, max-age=3600", "Cross-Origin-Resource-Policy: cross-origin"))]
    rules += [(path, (_OPEN, "Cache-Control: public, max-age=60")) for path in ("/build.json", "/manifest.json", "/publications.json")]
    rules += [
        (f"{folder}/{name}", (_OPEN, "Cache-Control: public, max-age=60", f"Content-Type: {type}; charset=utf-8"))
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


def robots(site: Site) -> Iterator[Artifact]:
    """`robots.txt`: everything may be read, and here is the list of it."""
    yield Artifact(path="robots.txt", data=f"User-agent: *\nAllow: /\n\nSitemap: {site.url}sitemap.xml\n".encode())


def sitemap(site: Site, pages: Sequence[tuple[str, str | None]]) -> Iterator[Artifact]:
    """`sitemap.xml` with each address and, where known, the time of its last change; in parts where it is long."""
    parts = [pages[start : start + SITEMAP_LENGTH] for start in range(0, len(pages), SITEMAP_LENGTH)] or [()]
    if len(parts) == 1:
        yield Artifact(path="sitemap.xml", data=_list("urlset", "url", site, parts[0]))
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield Artifact(path="sitemap.xml", data=_list("sitemapindex", "sitemap", site, [(name, None) for name in names]))
    for name, part in zip(names, parts, strict=True):
        yield Artifact(path=name, data=_list("urlset", "url", site, part))


def _list(outer: str, inner: str, site: Site, rows: Iterable[tuple[str, str | None]]) -> bytes:
    entries = "".join(
        f"<{inner}><loc>{escape(site.url + quote(address, safe='/'))}</loc>"
        + (f"<lastmod>{changed}</lastmod>" if changed else "")
        + f"</{inner}>\n"
        for address, changed in rows
    )
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{namespace}">\n{entries}</{outer}>\n'.encode()
