"""The Content-Security-Policy of a page: only this host, and only those inline parts that the theme itself wrote."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import unescape

LONGEST_HEADER = 1800
"""Hosts take a line of 2,000 letters; what is said of frames comes on top."""
_SAID = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')
_SOURCES = re.compile(r"\b(script|style)-src ([^;]*)")
_INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_HANDLER = re.compile(r"<[a-z][^>]*\s(on[a-z]+|style)\s*=", re.IGNORECASE)


def policy(chrome: str, *, reloads: bool = False) -> str:
    """The policy for a page with that chrome. Pass the page without the content that people wrote: it vouches for nothing inline.

    With `reloads` every inline script runs: `mkdocs serve` adds one to each page, and no hash can know it.
    """
    hashes: dict[str, dict[str, None]] = {"script": {}, "style": {}}
    for tag, text in _inline_parts(chrome):
        digest = b64encode(sha256(text.encode()).digest()).decode()
        hashes[tag][f" 'sha256-{digest}'"] = None
    return _policy(" 'unsafe-inline'" if reloads else "".join(hashes["script"]), "".join(hashes["style"]))


def of_all(pages: Iterable[str]) -> str:
    """The narrowest policy under which each of these finished pages works, for the host's headers; the page's own then narrows it further.

    Empty where a header would become longer than hosts take, or where a page lets every inline script run.
    """
    hashes: dict[str, set[str]] = {"script": set(), "style": set()}
    for page in pages:
        for said in _SAID.findall(page):
            for tag, sources in _SOURCES.findall(unescape(said)):
                hashes[tag] |= {f" {source}" for source in sources.split() if source != "'self'"}
    scripts, styles = ("".join(sorted(hashes[tag])) for tag in ("script", "style"))
    found = _policy(scripts, styles)
    return "" if "'unsafe-inline'" in found or len(found) > LONGEST_HEADER else found


def _policy(scripts: str, styles: str) -> str:
    return (
        "default-src 'none'; "
        f"script-src 'self'{scripts}; "
        f"style-src 'self'{styles}; "
        "img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'"
    )


def blocked(content: str) -> str | None:
    """The first inline script, style or handler in content that people wrote, which the policy keeps from working."""
    for tag, _ in _inline_parts(content):
        return f"<{tag}>"
    found = _HANDLER.search(content)
    return f"the attribute {found[1].lower()}=…" if found else None


def _inline_parts(html: str) -> Iterator[tuple[str, str]]:
    for tag, attributes, text in _INLINE.findall(html):
        if text.strip() and not re.search(r"\bsrc\s*=", attributes):
            yield tag.lower(), text
