"""How long a post is on the social networks: each counts letters and links in its own way."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LINK = re.compile(r"https?://[^\s<>\"]+")
_NARROW = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that X counts once; every other one counts twice (twitter-text, configuration 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network: how much a post may hold, what a link counts (None: its letters), and what a wide letter does."""

    name: str
    limit: int
    link: int | None
    wide: int = 1


NETWORKS = (
    Network(name="X", limit=280, link=23, wide=2),
    Network(name="Bluesky", limit=300, link=None),
    Network(name="Mastodon", limit=500, link=23),
)


def count(text: str, network: Network) -> int:
    """What the network counts. Letters of several code points count as many: never less than there."""
    whole = unicodedata.normalize("NFC", text)
    links = 0
    if network.link is not None:
        whole, found = _LINK.subn("", whole)
        links = found * network.link
    if network.wide == 1:
        return links + len(whole)
    return links + sum(1 if any(low <= ord(letter) <= high for low, high in _NARROW) else network.wide for letter in whole)


def room(text: str) -> int:
    """How many plain letters the post may still grow by on every network; below 0 where it is too long for one."""
    return min(network.limit - count(text, network) for network in NETWORKS)


def tightest(text: str) -> Network:
    """The network with the least room left for that post."""
    return min(NETWORKS, key=lambda network: network.limit - count(text, network))
