"""The Content-Security-Policy of a page: only this host, and only those inline parts that the theme itself wrote."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

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
    scripts = " 'unsafe-inline'" if reloads else "".join(hashes["script"])
    return (
        "default-src 'none'; "
        f"script-src 'self'{scripts}; "
        f"style-src 'self'{''.join(hashes['style'])}; "
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
