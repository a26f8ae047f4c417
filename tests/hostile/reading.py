"""What a site made of attacks holds, read by parsers that are not ours: everything in it that could run, fetch, or is not well formed."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import html5lib
from icalendar import Calendar
from lxml import etree

from hostile.attacks import MARK

_SCHEMES = re.compile(r"(?:https?:|mailto:|#|\.|/(?!/)|[\w-]+(?:[/.?#]|$)|$)", re.IGNORECASE)
_HIDING = re.compile("[\u202a-\u202e]|(?<=[A-Za-z])\u200b")
_RUNNING = frozenset({"base", "embed", "iframe", "frame", "object", "applet", "portal", "foreignobject"})
_SMUGGLED = re.compile(rb"^(?:SUMMARY|URL):[^\r\n]{0,3}alert\(/" + MARK.encode() + rb"-27/", re.MULTILINE)
"""What the attack on calendars would add."""
_STATEMENT = "application/ld+json"


def found(site: Path, pages: Container[Path] | None = None) -> Iterator[str]:
    """Everything that is wrong, with the file that it is in; of the pages, which take long, only those."""
    for path in sorted(site.rglob("*")):
        reader = _READERS.get(path.suffix)
        if path.is_file() and reader is not None and (pages is None or path.suffix != ".html" or path in pages):
            data = path.read_bytes()
            yield from (f"{path.relative_to(site)}: {what}" for what in (*reader(data), *_hiding(data)))


def _hiding(data: bytes) -> Iterator[str]:
    """No surface holds a character that nobody sees and that turns its text round."""
    if hit := _HIDING.search(data.decode()):
        yield f"holds {hit[0]!r}"


def _page(data: bytes) -> Iterator[str]:
    yield from _elements(html5lib.parse(data.decode(), treebuilder="lxml", namespaceHTMLElements=False).iter())


@cache
def _fragment(text: str) -> tuple[str, ...]:
    """What is wrong with words that stand in many feeds and answers."""
    nodes = html5lib.parseFragment(text, treebuilder="lxml", namespaceHTMLElements=False)
    return tuple(what for node in nodes if not isinstance(node, str) for what in _elements(node.iter()))


def _elements(nodes: Iterator[Any]) -> Iterator[str]:
    for node in nodes:
        if not isinstance(node.tag, str):
            continue
        tag = node.tag.rpartition("}")[2].lower()
        if tag in _RUNNING:
            yield f"holds <{tag}>"
        if tag in ("script", "style") and MARK in (node.text or "") and node.get("type") != _STATEMENT:
            yield f"an attack stands in <{tag}>"
        if tag == "meta" and node.get("http-equiv", "").lower() == "refresh" and not re.fullmatch(r"0; ?url=[\w./-]+", node.get("content", "")):
            yield f"goes to {node.get('content')}"
        for name, value in node.attrib.items():
            yield from _attribute(tag, name.rpartition("}")[2].lower(), value)


def _attribute(tag: str, name: str, value: str) -> Iterator[str]:
    plain = re.sub(r"[\x00-\x20]", "", value)
    if name.startswith("on") or name in ("srcdoc", "style"):
        yield f"<{tag} {name}={value[:60]!r}>"
    drawn = name == "src" and plain.startswith("data:image/")
    if name in ("href", "src", "action", "formaction", "poster", "data", "srcset") and not drawn and not _SCHEMES.match(plain):
        yield f"<{tag} {name}={value[:60]!r}>"
    if tag in ("img", "script", "link", "source") and name in ("src", "srcset") and re.match(r"(?:https?:)?//", plain):
        yield f"<{tag}> fetches {value[:60]}"


def _feed(data: bytes) -> Iterator[str]:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    for node in root.iter():
        if isinstance(node.tag, str) and etree.QName(node).localname in ("content", "summary", "description", "encoded") and node.text:
            yield from _fragment(node.text)
        if isinstance(node.tag, str) and etree.QName(node).localname in ("script", "style"):
            yield "holds a script"


def _picture(data: bytes) -> Iterator[str]:
    """Drawings have styles; what these ask for is looked at."""
    yield from (what for what in _elements(etree.fromstring(data).iter()) if " style=" not in what or "url(" in what)


def _facts(data: bytes) -> Iterator[str]:
    for key, text in _texts(json.loads(data)):
        if key.rpartition("_")[2] == "html" and MARK in text:
            yield from _fragment(text)


def _texts(facts: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(facts, dict):
        for name, value in facts.items():
            yield from _texts(value, str(name))
    elif isinstance(facts, list):
        for value in facts:
            yield from _texts(value, key)
    elif isinstance(facts, str):
        yield key, facts


def _calendar(data: bytes) -> Iterator[str]:
    events = list(Calendar.from_ical(data).walk("VEVENT"))
    if len(events) != data.count(b"\nBEGIN:VEVENT"):
        yield "an event was smuggled in"
    if _SMUGGLED.search(data):
        yield "a line was smuggled in"
    if max(map(len, data.split(b"\r\n"))) > 75:
        yield "a line is longer than 75 bytes"


_READERS = {".html": _page, ".xml": _feed, ".atom": _feed, ".rss": _feed, ".svg": _picture, ".json": _facts, ".ics": _calendar}
