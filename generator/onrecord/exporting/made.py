"""What an exporter makes: files, and under which names the records and components stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The files by their path, and our id of each record and component by its id or name there."""

    files: Mapping[str, bytes]
    records: Mapping[str, str]
    components: Mapping[str, str]
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Our id of each record that has no place there, with the reason."""
