"""Markdown as plain text that an e-mail or a chat can carry: paragraphs, lists, and addresses written out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from onrecord.markup import to_html

_BLOCKS = frozenset({"p", "li", "ul", "ol", "pre", "blockquote", "table", "tr", "hr", "br"})


def plain(markdown: str) -> str:
    """The words with an empty line between paragraphs, `- ` before items, and each link's address behind its text."""
    writer = _Writer()
    writer.feed(to_html(markdown))
    writer.close()
    return writer.text()


class _Writer(HTMLParser):
    """Collects the words of safe HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []
        self._literal = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
            self._parts.append("\n")
        elif tag == "li" and self._lists:
            self._parts.append(f"\n{'  ' * (len(self._lists) - 1)}{self._bullet()}")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._parts)))
        elif tag == "pre":
            self._literal = True
        elif tag == "br":
            self._parts.append("\n")
        elif tag in ("p", "blockquote") and not self._begins_item():
            self._parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "a" and self._links:
            self._address(*self._links.pop())
        elif tag == "pre":
            self._literal = False
        elif tag in ("td", "th"):
            self._parts.append("  ")
        if tag in _BLOCKS - {"li", "br"}:
            self._parts.append("\n" if tag == "tr" else "\n\n")

    def handle_data(self, data: str) -> None:
        if self._literal or data.strip():
            self._parts.append(data if self._literal else re.sub(r"\s+", " ", data))
        elif self._parts and not self._parts[-1].endswith(("\n", " ")):
            self._parts.append(" ")

    def text(self) -> str:
        lines = (line.rstrip() for line in "".join(self._parts).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _bullet(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    def _begins_item(self) -> bool:
        return bool(self._parts) and bool(re.fullmatch(r"\n *(?:- |\d+\. )", self._parts[-1]))

    def _address(self, href: str, since: int) -> None:
        shown = "".join(self._parts[since:]).strip()
        target = href.removeprefix("mailto:")
        if target and shown not in (href, target):
            self._parts.append(f" ({target})")
