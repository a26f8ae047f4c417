"""The effects of one record over time: what its head and updates say, replayed in the order in which they were said.

A statement holds from its effective time on and replaces whatever was said before about that
time and later. A correction takes the place of what it corrects, so that words said in between
stand. What is added after the end is placed before the end: over is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from onrecord.model import Effect
from onrecord.snapshot.said import Said

Steps = dict[str, list[tuple[datetime, Effect]]]
"""For each component its effects, each from its instant on, in order of time."""


@dataclass(slots=True)
class _Statement:
    since: datetime
    effects: dict[str, Effect]
    said: Said | None = None
    closes: bool = False
    exempt: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Replay:
    """The effects of one record, and those that each update set, by its id."""

    steps: Steps
    changes: dict[str, dict[str, Effect]]


def replay(start: Mapping[str, Effect], since: datetime, words: Sequence[Said], *, ends: bool = True) -> Replay:
    """Replays the effects at the start, from `since` on, and then every update.

    With `ends` false the steps go on past the end of the record: those of a maintenance hold
    whenever it runs, and it may run again.
    """
    steps: Steps = {}
    changes: dict[str, dict[str, Effect]] = {}
    for statement in _in_place(start, since, words):
        said = statement.effects
        if statement.closes:
            ended = [c for c, past in steps.items() if past[-1][1] is not Effect.operational and c not in statement.exempt]
            said = dict.fromkeys(ended, Effect.operational)
        for component, effect in said.items() if ends or not statement.closes else ():
            past = steps.setdefault(component, [])
            while past and past[-1][0] >= statement.since:
                past.pop()
            past.append((statement.since, effect))
        if statement.said is not None and said:
            changes.setdefault(statement.said.update.id, {}).update(said)
    return Replay(steps=steps, changes=changes)


def _in_place(start: Mapping[str, Effect], since: datetime, words: Sequence[Said]) -> list[_Statement]:
    """The statements in the order in which they count."""
    order = [_Statement(since, dict(start))]
    own: dict[str, _Statement] = {}
    ends: dict[str, _Statement] = {}
    standing: _Statement | None = None
    for one in words:
        id = one.update.id
        mine = own[id] = _Statement(one.effective, {} if one.update.unread else dict(one.update.head.components), one)
        if one.target is not None:
            if one.target in ends and not one.final:
                ends[one.target].exempt.update(mine.effects)
            _correct(order, mine, own[one.target])
        elif standing is not None and one.final:
            order.insert(_index(order, standing), mine)
        else:
            order.append(mine)
        if one.closes is not None:
            standing = ends[id] = _Statement(one.closes, {}, one, closes=True)
            order.append(standing)
        elif not one.final:
            standing = None
    return order


def _correct(order: list[_Statement], mine: _Statement, target: _Statement) -> None:
    """Puts a correction where the corrected statement stands, or later where it names a later time of its own."""
    for component in mine.effects:
        target.effects.pop(component, None)
    index = _index(order, target) + 1
    if mine.since != target.since:
        while index < len(order) and order[index].since <= mine.since and not order[index].closes:
            index += 1
    order.insert(index, mine)


def _index(order: list[_Statement], statement: _Statement) -> int:
    return next(i for i, one in enumerate(order) if one is statement)
