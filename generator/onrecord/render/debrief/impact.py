"""What an incident did to each part: how long what was felt, and how much of it counts as down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from onrecord.model import EFFECT_RANK, Effect, PolicyFile
from onrecord.render.debrief.course import DID
from onrecord.snapshot.records import IncidentView
from onrecord.times import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """One part: how long each effect was felt, the worst first, and the weighted downtime."""

    name: str
    felt: tuple[tuple[Effect, timedelta], ...]
    down: timedelta


def tolls(view: IncidentView, names: Callable[[str], str], policy: PolicyFile) -> tuple[Toll, ...]:
    """Every part that felt something, in display order."""
    by_part: dict[str, dict[Effect, timedelta]] = {}
    for span in view.spans:
        felt = by_part.setdefault(span.component, {})
        felt[span.effect] = felt.get(span.effect, timedelta()) + span.span.length
    weights = policy.uptime.weights
    return tuple(
        Toll(
            name=names(component),
            felt=tuple(sorted(felt.items(), key=lambda row: -EFFECT_RANK[row[0]])),
            down=sum((length * getattr(weights, effect.value) for effect, length in felt.items()), timedelta()),
        )
        for component, felt in by_part.items()
    )


def table(found: tuple[Toll, ...]) -> Iterator[str]:
    """The parts as a Markdown table, a line each."""
    yield from ("| Part | What its customers felt | Counted as down |", "|---|---|---|")
    for toll in found:
        felt = "; ".join(f"{DID[effect]} for {in_words(length)}" for effect, length in toll.felt)
        yield f"| {_cell(toll.name)} | {felt} | {minutes(toll.down)} |"


def minutes(length: timedelta) -> str:
    """`28.7 min`, or `0`: minutes to a tenth."""
    return f"{length.total_seconds() / 60:.1f}".removesuffix(".0") + " min" if length else "0"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
