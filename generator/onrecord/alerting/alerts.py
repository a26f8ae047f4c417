"""What a monitoring system delivers, in one form whatever the system is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256


class BadDelivery(ValueError):
    """What came is no delivery that we know; `hint` says what to send instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert. `id` is the system's own, the same whenever this alert fires; `notes` are its words for people inside."""

    system: str
    id: str
    name: str
    firing: bool
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None

    @property
    def key(self) -> str:
        """What a record keeps of it, so that it is known again: of its words nothing can be read there."""
        return f"{self.system}:{sha256(self.id.encode('utf-8', 'replace')).hexdigest()[:16]}"

    @property
    def is_grave(self) -> bool:
        """Whether its own system calls it urgent."""
        return any(self.labels.get(label, "").lower() in _GRAVE for label in ("severity", "urgency", "priority"))


_GRAVE = frozenset({"critical", "page", "emergency", "high", "fatal", "disaster", "p1", "sev1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The alerts that came at once. `group` is the same for all deliveries about one group of alerts."""

    group: str
    alerts: tuple[Alert, ...]
    left_out: int = 0
    """How many alerts the system itself left out."""

    @property
    def branch(self) -> str:
        """How the branches begin on which drafts of this group wait for somebody to read them."""
        return f"intake/{sha256(self.group.encode('utf-8', 'replace')).hexdigest()[:12]}"
