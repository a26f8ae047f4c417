"""The Content-Security-Policy of a page: only this host, and only those inline parts that the theme itself wrote."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

_INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_HANDLER = re.compile(r"<[a-z][^>]*\s(on[a-z]+|style)\s*=", re.IGNORECASE)


def policy(chrome: str) -> str:
    """The policy for a page with that chrome. Pass the page without the content that people wrote: it vouches for nothing inline."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for tag, attributes, text in _INLINE.findall(chrome):
        if not re.search(r"\bsrc\s*=", attributes) and text.strip():
            digest = b64encode(sha256(text.encode()).digest()).decode()
            hashes[tag.lower()].append(f" 'sha256-{digest}'")
    return (
        "default-src 'none'; "
        f"script-src 'self'{''.join(dict.fromkeys(hashes['script']))}; "
        f"style-src 'self'{''.join(dict.fromkeys(hashes['style']))}; "
        "img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'"
    )


def blocked(content: str) -> str | None:
    """The first inline script, style or handler in content that people wrote, which the policy keeps from working."""
    if found := _INLINE.search(content):
        return f"<{found[1].lower()}>"
    if found := _HANDLER.search(content):
        return f"the attribute {found[1].lower()}=…"
    return None
