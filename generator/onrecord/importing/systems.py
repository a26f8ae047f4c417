"""The systems that a history can come from, each with what its importer asks for besides the path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path

from onrecord.importing.records import Harvest

SYSTEMS: dict[str, tuple[str, ...]] = {
    "cachet": ("time_zone",),
    "cstate": ("now",),
    "feed": ("now", "end_unfinished"),
    "gcp": (),
    "instatus": (),
    "statusfy": (),
    "statuspage": ("now", "end_unfinished"),
    "upptime": ("now",),
}
"""Each system by its name, which is its module's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run was asked for: its time, whether unfinished records end, and the zone of times without an offset."""

    now: datetime
    end_unfinished: bool = False
    time_zone: str = "UTC"


def read(system: str, path: Path, asked: Asked) -> Harvest:
    """Everything below a path, by the importer of that system; no other one is loaded.

    Raises:
        NotThere: the path holds nothing of it.
    """
    module = import_module(f"onrecord.importing.{system}")
    found: Harvest = module.harvest(path, **{name: getattr(asked, name) for name in SYSTEMS[system]})
    return found
