"""Atom and RSS files taken apart: entries with their times, addresses and HTML. Nothing that a file names is fetched or expanded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from lxml import etree

from onrecord.importing.answers import MOST_BYTES, moment
from onrecord.importing.foreign import Unusable
from onrecord.importing.records import Item
from onrecord.markup import clean

_SUFFIXES = frozenset({".atom", ".rss", ".xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `html` is its content; `link` its page, where it names one."""

    file: str
    id: str
    title: str
    link: str
    published: datetime | None
    updated: datetime | None
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One file. `page` is the address of the page whose history it is, without the slash at its end."""

    title: str
    page: str
    entries: tuple[Entry, ...]


def gather(path: Path) -> tuple[list[Feed], list[Item]]:
    """Every feed in a file, or in a folder and below, and the files that are none."""
    feeds: list[Feed] = []
    refused: list[Item] = []
    for file in [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.suffix.lower() in _SUFFIXES and file.is_file()):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        try:
            feeds.append(_feed(file, name))
        except (Unusable, OSError) as error:
            refused.append(Item(path=name, id=name, outcome="refused", reason=str(error)))
    return feeds, refused


def _feed(file: Path, name: str) -> Feed:
    if file.stat().st_size > MOST_BYTES:
        raise Unusable(f"it is larger than {MOST_BYTES:,} bytes")
    # No entity is expanded, no DTD loaded, nothing fetched; broken XML is read as far as it goes.
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(file.read_bytes(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unusable(f"its XML cannot be read: {error}") from None
    if root is None or _name(root) not in ("feed", "rss", "RDF"):
        raise Unusable("it is no Atom or RSS feed")
    head = next((child for child in root if _name(child) == "channel"), root)
    page = _link(head)
    items = [element for element in root.iter() if isinstance(element.tag, str) and _name(element) in ("entry", "item")]
    entries = tuple(_entry(element, name, number, page) for number, element in enumerate(items))
    parts = urlsplit(page)
    return Feed(title=_text(head, "title"), page=f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else "", entries=entries)


def _entry(element: etree._Element, file: str, number: int, page: str) -> Entry:
    link = urljoin(page, _link(element))
    return Entry(
        file=file, id=_text(element, "id", "guid") or link or f"{file}#{number}", title=_text(element, "title"),
        link=link if urlsplit(link).scheme in ("http", "https") else "", published=_moment(_text(element, "published", "pubDate", "date", "issued")),
        updated=_moment(_text(element, "updated", "modified")), html=_html(element),
    )  # fmt: skip


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: etree._Element, names: Iterable[str]) -> list[etree._Element]:
    """The children that are called so, in the order of the names."""
    return [child for name in names for child in element if isinstance(child.tag, str) and _name(child) == name]


def _text(element: etree._Element, *names: str) -> str:
    return next((found for child in _children(element, names) if (found := clean("".join(_texts(child))).strip())), "")


def _texts(element: etree._Element) -> list[str]:
    return [str(text) for text in element.itertext(tag=etree.Element)] if len(element) else [element.text or ""]


def _link(element: etree._Element) -> str:
    """The page that it leads to: Atom's `rel="alternate"`, or RSS's text."""
    for child in _children(element, ["link"]):
        address = child.get("href") if child.get("rel", "alternate") == "alternate" else None
        if found := (address or (child.text or "" if child.get("href") is None else "")).strip():
            return clean(str(found))
    return ""


def _html(element: etree._Element) -> str:
    """The content as HTML; XHTML is written out, plain text escaped."""
    for child in _children(element, ["content", "encoded", "description", "summary"]):
        kind = child.get("type", "html")
        if kind == "xhtml":
            found = "".join(etree.tostring(inner, encoding="unicode", method="html") for inner in child if isinstance(inner.tag, str))
        else:
            words = "".join(_texts(child))
            found = escape(words) if kind in ("text", "text/plain") and _name(child) in ("content", "summary") else words
        if found.strip():
            return clean(str(found))
    return ""


def _moment(written: str) -> datetime | None:
    """A time in Atom's form or in that of e-mails; None of what is neither."""
    try:
        return moment(written)
    except Unusable:
        pass
    try:
        found = parsedate_to_datetime(written)
        return moment(found.isoformat() if found.tzinfo else f"{found.isoformat()}Z")
    except (ValueError, TypeError, OverflowError, Unusable):
        return None
