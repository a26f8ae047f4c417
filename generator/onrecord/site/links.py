"""Links in people's pages to pages that the generator writes: MkDocs does not know those, so they are set right here."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown import Markdown

_SCHEME = "onrecord:"
_GENERATED = re.compile(
    r"(?:incidents|history|components|groups|maintenance|postmortems|reliability|subscribe|search)(?:/.*)?|404\.html|(?:history|updates)\.(?:atom|rss)|(?:now|build|manifest)\.json"
)


def generated(address: str) -> bool:
    """Whether the generator writes what stands at that address, relative to the site's root."""
    return bool(_GENERATED.fullmatch(address.rstrip("/")))


class GeneratedLinks(Extension):
    """Marks each link to a generated page, so that MkDocs leaves it alone without a warning.

    `sources` are the files of docs_dir; set `source` to the page before it is rendered.
    """

    def __init__(self, sources: Collection[str]) -> None:
        super().__init__()
        self.sources = sources
        self.source = ""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        """Runs before MkDocs' own treatment of links, which has priority 0."""
        md.treeprocessors.register(_Marker(self), "onrecord-links", 1)

    def target(self, link: str) -> str | None:
        """The address that a link means, where it means a generated page.

        `incidents/x`, `../incidents/x/`, `/incidents/x/` and `incidents/x.md` are all taken, unless the owner has such a file.
        """
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not parts.path:
            return None
        own = posixpath.normpath(posixpath.join(posixpath.dirname(self.source), parts.path))
        if not {own, f"{own}.md", f"{own}/index.md"}.isdisjoint(self.sources):
            return None
        path = re.sub(r"^(?:\.{0,2}/)+", "", parts.path)
        path = re.sub(r"(?:^|(?<=/))index\.(?:md|html)$|\.md$", "", path)
        if not generated(path):
            return None
        slash = "" if path.endswith("/") or posixpath.splitext(path)[1] else "/"
        return parts._replace(path=path + slash).geturl()


class _Marker(Treeprocessor):
    def __init__(self, links: GeneratedLinks) -> None:
        super().__init__()
        self.links = links

    def run(self, root: Element) -> None:
        for element in root.iter("a"):
            address = self.links.target(element.get("href", ""))
            if address is not None:
                element.set("href", _SCHEME + address)


def settle(html: str, root: str) -> str:
    """The page's HTML with each marked link made relative; `root` leads from the page to the site's root."""
    return html.replace(f'href="{_SCHEME}', f'href="{root}')
