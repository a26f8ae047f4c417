"""`publications.json`: which commit was published when, as a chain in which every entry holds the digest of the one before.

The file is one line an entry, oldest first, so that a deployment adds a line and changes none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from onrecord.times import BadTime, iso, parse_instant

PUBLICATIONS = "publications.json"
LIVE = "live"
"""The word for the chain that stands at the site's own address."""
_KEYS = ("commit", "at", "build", "previous")


class BrokenChain(ValueError):
    """A file that is no chain, or one that somebody changed; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One entry: a build of `commit` went online soon after the instant `at`.

    `build` is the SHA-256 of its `build.json`, `previous` that of the entry before, None of the first one.
    `note` says why a chain begins anew, where an older one was known and could not be read.
    """

    commit: str
    at: datetime
    build: str
    previous: str | None
    note: str = ""

    @property
    def digest(self) -> str:
        """What the next entry holds as `previous`."""
        return sha256(self.line.encode()).hexdigest()

    @property
    def line(self) -> str:
        """The entry as it stands in the file."""
        facts: dict[str, str | None] = {"commit": self.commit, "at": iso(self.at), "build": self.build, "previous": self.previous}
        return json.dumps(facts | ({"note": self.note} if self.note else {}), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Everything that was ever published, oldest first."""

    entries: tuple[Publication, ...] = ()

    @property
    def newest(self) -> Publication | None:
        return self.entries[-1] if self.entries else None

    def first_published(self) -> dict[str, datetime]:
        """When each commit that was built first went online. A commit between two of these went online with the later one."""
        found: dict[str, datetime] = {}
        for entry in self.entries:
            found.setdefault(entry.commit, entry.at)
        return found

    def followed_by(self, *, commit: str, at: datetime, build: str, note: str = "") -> Chain:
        """The chain with one more entry."""
        newest = self.newest
        entry = Publication(commit=commit, at=at, build=build, previous=newest.digest if newest else None, note=note)
        return Chain(entries=(*self.entries, entry))

    def written(self) -> bytes:
        """The file."""
        rows = ",\n".join(entry.line for entry in self.entries)
        return f'{{"publications": [\n{rows}\n]}}\n'.encode()


def parse_chain(data: bytes) -> Chain:
    """The chain that the file holds, every link of it looked at.

    Raises:
        BrokenChain: no such file, or an entry does not follow the one before.
    """
    try:
        rows = json.loads(data)["publications"]
        entries = [_entry(row) for row in rows]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BrokenChain(f"this is no {PUBLICATIONS}: {error}") from None
    before: Publication | None = None
    for number, entry in enumerate(entries, 1):
        if entry.previous != (before.digest if before else None):
            raise BrokenChain(f"entry {number}, of {iso(entry.at)}, does not follow the one before it: one of the two was changed")
        before = entry
    return Chain(entries=tuple(entries))


def _entry(row: Any) -> Publication:
    if not isinstance(row, dict) or not {*_KEYS} <= row.keys() <= {*_KEYS, "note"} or not all(isinstance(row[k], str) for k in ("commit", "at", "build")):
        raise ValueError("an entry lacks a key, or has one too many")
    try:
        at = parse_instant(row["at"])
    except BadTime as error:
        raise ValueError(str(error)) from None
    return Publication(commit=row["commit"], at=at, build=row["build"], previous=row["previous"], note=str(row.get("note", "")))
