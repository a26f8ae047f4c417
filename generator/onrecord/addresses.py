"""Web addresses as a page can carry them: what people typed and old pages held, with every sign that no address may hold as its code."""

from __future__ import annotations

import re
from urllib.parse import unquote

_PARTS = re.compile(r"(?P<site>https?://(?P<user>[^/?#@\\]*@)?(?P<host>[^/?#\\]*))?(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<anchor>#.*)?", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[^\x00-\x20\x7f\"<>\\^`{|}#%/?@\[\]:]+)(?::(\d{0,5}))?", re.IGNORECASE)
_WHOLE = re.compile(r"https?://|mailto:[^\s]", re.IGNORECASE)
_UNFIT = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})")
"""What may stand in no path, query or anchor (RFC 3986, 2)."""
_NOWHERE = re.compile(r"https?:(?!//).*|mailto:\s*", re.IGNORECASE | re.DOTALL)
_AROUND = "".join(map(chr, range(33)))


def fitted(address: str) -> str | None:
    """The address in a form that every reader takes for the same one; None for one that leads nowhere.

    Nowhere leads an address without a host, with a host that none can have, or with a port above 65535. Relative
    addresses stay relative.
    """
    found = _PARTS.fullmatch(address.strip(_AROUND))
    if found is None or not found[0] or _NOWHERE.fullmatch(found[0]):
        return None
    site = ""
    if found["site"]:
        host = _host(found["host"])
        if host is None or found["path"][:1] not in ("", "/"):
            return None
        site = f"{found['site'].partition('://')[0]}://{_coded(found['user'] or '')}{host}"
    path, query, anchor = (found[part] or "" for part in ("path", "query", "anchor"))
    return site + _coded(path) + _coded(query) + anchor[:1] + _coded(anchor[1:]).replace("#", "%23")


def leads_out(address: str) -> bool:
    """Whether it is a whole address of a kind that pages link to: http, https or mailto, and a place behind it."""
    return _WHOLE.match(address) is not None and fitted(address) is not None


def _host(host: str) -> str | None:
    """The host and its port. Letters of other languages stay as they are: browsers know how they are asked for."""
    plain = unquote(host)
    found = _HOST.fullmatch(plain)
    return None if found is None or int(found[1] or 0) > 65535 else plain


def _coded(text: str) -> str:
    return _UNFIT.sub(lambda sign: f"%{ord(sign[0]):02X}", text)
