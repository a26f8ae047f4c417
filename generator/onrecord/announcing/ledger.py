"""What was sent to whom: lines that are only ever added, so that two that were written at once are simply put together.

A line is written before a message goes out, and another one after it. Where only the first is there,
nobody knows whether the message went out, and nothing sends it again but a person who looked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from onrecord.times import BadTime, iso, parse_instant

State = Literal["sending", "sent", "failed"]
LEDGER = "announced"
"""The name of the git notes that hold it."""
_STATES = frozenset(get_args(State))
_LOOKED = "looked"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Line:
    """At that instant the message of that key was about to go to that channel, had gone, or had not been taken."""

    at: datetime
    state: str
    key: str
    channel: str

    def __str__(self) -> str:
        return f"{iso(self.at)} {self.state} {self.key} {self.channel}"


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Every line, and the commit up to which everything was looked at."""

    states: dict[tuple[str, str], str] = field(default_factory=dict)
    """The newest state of each key and channel."""
    looked: tuple[datetime, str] | None = None

    def state(self, key: str, channel: str) -> str | None:
        """`sent`, `failed`, `sending` where nobody knows whether it went out, None where it was never tried."""
        return self.states.get((key, channel))

    def told(self, record: str, channel: str) -> bool:
        """Whether that channel has, or may have, heard of that record."""
        return any(where == channel and state != "failed" and key.startswith(f"{record}/") for (key, where), state in self.states.items())

    def waiting(self) -> frozenset[str]:
        """The keys of all that some channel did not take, or that may not have gone out."""
        return frozenset(key.partition("#")[0] for (key, _), state in self.states.items() if state != "sent")

    def enter(self, line: Line) -> None:
        """Takes a line in that is newer than all before it."""
        # Two that ran at once: what was sent was sent, whatever the other says.
        if self.states.get((line.key, line.channel)) != "sent":
            self.states[line.key, line.channel] = line.state


def read(rows: Iterable[str]) -> Ledger:
    """The ledger that those lines make; a line that is none of ours is passed over."""
    ledger = Ledger()
    found: list[Line] = []
    for row in rows:
        parts = row.split()
        try:
            at = parse_instant(parts[0]) if parts else None
        except BadTime:
            continue
        if at is not None and len(parts) == 4 and parts[1] in _STATES:
            found.append(Line(at=at, state=parts[1], key=parts[2], channel=parts[3]))
        elif at is not None and len(parts) == 3 and parts[1] == _LOOKED:
            ledger.looked = max(filter(None, (ledger.looked, (at, parts[2]))))
    for line in sorted(found, key=lambda line: (line.at, line.state != "sending", line.state)):
        ledger.enter(line)
    return ledger


def looked(at: datetime, commit: str) -> str:
    """The line that says up to which commit everything was looked at."""
    return f"{iso(at)} {_LOOKED} {commit}"
