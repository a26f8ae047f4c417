"""What a look-over finds: one thing each, with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from onrecord.channels import AnnouncedChannel
from onrecord.fetching import Site as Live
from onrecord.model import Dataset
from onrecord.settings import Site
from onrecord.starting.keeping import Kept

Weight = Literal["error", "warning", "note"]
"""An error keeps the page from working, a warning will hurt on the worst day, a note is worth a thought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing. `about` is a stable word for tools, `message` says what is so, `hint` what to do."""

    about: str
    level: Weight
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What is looked over. `live` is the published site, None where nobody is to be asked."""

    root: Path
    now: datetime
    dataset: Dataset
    site: Site
    kept: Kept | None
    files: Mapping[str, str] = field(default_factory=dict)
    """The workflows and other settings of the host, as text, by path."""
    channels: tuple[AnnouncedChannel, ...] = ()
    live: Live | None = None


Check = Callable[[Patient], Iterable[Finding]]
