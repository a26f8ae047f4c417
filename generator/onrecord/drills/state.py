"""The state of a drill on disk: which scenario, its clock, what was told already. Written atomically, so that it outlives anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from onrecord.files import write_atomically
from onrecord.times import Clock

FOLDER = ".drill"
_FILE = "state.json"
_VERSION = 1


class NoDrill(Exception):
    """There is no drill in that folder, or its state cannot be read; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One drill. `began` and `ended` are by its own clock, and so is everything that is said in it."""

    scenario: str
    roles: Mapping[str, str]
    """The component that plays each role of the scenario."""
    began: datetime
    speed: float
    clock: Clock
    told: int = 0
    """How many injects were shown."""
    beat: datetime | None = None
    """When somebody last watched, by the machine's clock."""
    ended: datetime | None = None

    @property
    def paused(self) -> bool:
        return self.clock.speed == 0

    def stopped(self, real: datetime) -> Drill:
        """The drill with its clock standing."""
        return replace(self, clock=Clock(real, self.clock.at(real), 0), beat=None)

    def going(self, real: datetime, shown: datetime | None = None) -> Drill:
        """The drill with its clock running on from what it showed, or from `shown`."""
        return replace(self, clock=Clock(real, shown or self.clock.at(real), self.speed))

    def elapsed(self, now: datetime) -> timedelta:
        """How long it has gone on by its own clock."""
        return (self.ended or now) - self.began


def is_drill(root: Path) -> bool:
    """Whether that folder is one of a drill."""
    return (root / FOLDER / _FILE).exists()


def read_state(root: Path) -> Drill:
    """The drill in that folder.

    Raises:
        NoDrill: there is none, or its state cannot be read.
    """
    try:
        found = json.loads((root / FOLDER / _FILE).read_bytes())
        return _drill(found)
    except FileNotFoundError:
        raise NoDrill(f"there is no drill in {root}", "begin one with `onrecord drill start SCENARIO`, or name its folder: onrecord -C DIR drill …") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoDrill(f"the drill's state in {root / FOLDER / _FILE} cannot be read: {error}", "begin a new drill in another folder") from None


def write_state(root: Path, drill: Drill) -> None:
    """Keeps it, in a folder that git never takes along.

    Raises:
        OSError: no room, no permission; what was kept before stays.
    """
    ignore = root / FOLDER / ".gitignore"
    if not ignore.exists():
        write_atomically(ignore, b"*\n")
    write_atomically(root / FOLDER / _FILE, (json.dumps(_json(drill), indent=2) + "\n").encode())


def _json(drill: Drill) -> Mapping[str, object]:
    clock = drill.clock
    return {
        "version": _VERSION,
        "scenario": drill.scenario,
        "roles": dict(drill.roles),
        "began": drill.began.isoformat(),
        "speed": drill.speed,
        "clock": {"real": clock.real.isoformat(), "shown": clock.shown.isoformat(), "speed": clock.speed},
        "told": drill.told,
        "beat": drill.beat.isoformat() if drill.beat else None,
        "ended": drill.ended.isoformat() if drill.ended else None,
    }


def _drill(found: Mapping[str, object]) -> Drill:
    if found["version"] != _VERSION:
        raise ValueError("it was written by another version of onrecord")
    clock = found["clock"]
    if not isinstance(clock, dict) or not isinstance(found["roles"], dict):
        raise ValueError("it is no state of a drill")
    return Drill(
        scenario=str(found["scenario"]),
        roles={str(role): str(part) for role, part in found["roles"].items()},
        began=_moment(found["began"]),
        speed=_number(found["speed"]),
        clock=Clock(_moment(clock["real"]), _moment(clock["shown"]), _number(clock["speed"])),
        told=int(_number(found["told"])),
        beat=_moment(found["beat"]) if found["beat"] else None,
        ended=_moment(found["ended"]) if found["ended"] else None,
    )


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError(f"`{value}` has no offset")
    return moment


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"`{value}` is no number")
    return float(value)
