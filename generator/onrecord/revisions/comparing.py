"""Two versions of one file compared in terms of the model: which words, times, effects and states are not as they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel

from onrecord.model import (
    LIVING_KEYS,
    Action,
    ComponentsFile,
    IncidentFile,
    PolicyFile,
    PostmortemFile,
    Shape,
    UpdateFile,
)
from onrecord.revisions.records import Change, ChangeKind
from onrecord.revisions.words import difference, same_words
from onrecord.times import iso

_WORDS, _TIME, _EFFECT = ChangeKind.words_changed, ChangeKind.time_moved, ChangeKind.effect_changed
_OF_UPDATES: Mapping[str, ChangeKind] = {
    "at": _TIME,
    "effective": _TIME,
    "expected_resolution": _TIME,
    "scheduled": _TIME,
    "status": ChangeKind.status_changed,
    "next_update_by": ChangeKind.promise_changed,
    "severity": _EFFECT,
    "components": _EFFECT,
}
_OF_HEADS: Mapping[str, ChangeKind] = {
    **dict.fromkeys(("started", "scheduled", "from_", "until", "expected_resolution"), _TIME),
    **dict.fromkeys(("severity", "components", "kind", "drill"), _EFFECT),
}
"""What a change of each key is called; of all other keys, that words changed."""
_SECRET = frozenset({"internal"})
"""Keys of which not even a difference may be shown."""


def head_changes(path: str, before: IncidentFile, after: IncidentFile) -> list[Change]:
    """What is not as it was in the head."""
    return [
        _living(path, key, old, new) if key in LIVING_KEYS else _named(_OF_HEADS.get(_root(key), _WORDS), path, key, old, new)
        for key, old, new in _differences(before, after)
    ]


def update_changes(path: str, id: str, before: tuple[UpdateFile, str], after: tuple[UpdateFile, str]) -> list[Change]:
    """What is not as it was in an update, its words included."""
    found = [
        _living(path, key, old, new, update=id) if key == "source" else _named(_OF_UPDATES.get(_root(key), _WORDS), path, key, old, new, update=id)
        for key, old, new in _differences(before[0], after[0])
    ]
    return found + _body(path, id, before[1], after[1])


def postmortem_changes(path: str, before: tuple[PostmortemFile, str], after: tuple[PostmortemFile, str]) -> list[Change]:
    """What is not as it was in a published post-mortem. An action that is new or done is its life; one that is gone or put off is not."""
    found: list[Change] = []
    for key, old, new in _differences(before[0], after[0]):
        if key in ("source", "status", "actions"):
            continue
        found.append(_named(_TIME if key == "published" else _WORDS, path, key, old, new))
    found += [*_action_changes(path, before[0].actions, after[0].actions), *_body(path, None, before[1], after[1])]
    return [replace(change, kind=ChangeKind.postmortem_changed) if change.kind is _WORDS else change for change in found]


def parts_changes(path: str, before: ComponentsFile, after: ComponentsFile) -> list[Change]:
    """Components and groups that came, went, or are not as they were, each under its id."""
    found: list[Change] = []
    for what in ("groups", "components"):
        old, new = ({part.id: part for part in getattr(file, what)} for file in (before, after))
        ids = (id for id in dict.fromkeys([*old, *new]) if old.get(id) != new.get(id))
        found += [_part(path, f"{what}.{id}", old.get(id), new.get(id)) for id in ids]
    return found


def policy_changes(path: str, before: PolicyFile, after: PolicyFile) -> list[Change]:
    """Keys of the policy that are not as they were."""
    return [
        Change(kind=ChangeKind.policy_changed, path=path, key=key.rstrip("_"), before=shown(old), after=shown(new))
        for key, old, new in _differences(before, after)
    ]


def shown(value: Any) -> str:
    """A value of a record as people read it: times as they are written, keys and lists in a row; nothing is empty."""
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, (date, Enum)):
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, BaseModel):
        return shown({k.rstrip("_"): v for k in type(value).model_fields if (v := getattr(value, k)) is not None})
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown(inner)}" for key, inner in value.items())
    if isinstance(value, (tuple, list)):
        return "; ".join(shown(inner) for inner in value)
    return str(value)


def _differences(before: Shape, after: Shape) -> Iterator[tuple[str, Any, Any]]:
    """The keys whose values differ; effects and windows one by one, texts only where their words do."""
    for key in type(before).model_fields:
        old, new = getattr(before, key), getattr(after, key)
        if old == new:
            continue
        if key == "components" and isinstance(old, Mapping):
            yield from _each(key, old, new)
        elif key == "scheduled" and old is not None and new is not None:
            yield from _each(key, {"from": old.from_, "until": old.until}, {"from": new.from_, "until": new.until})
        elif not (isinstance(old, str) and isinstance(new, str) and same_words(old, new)) or isinstance(old, Enum):
            yield key, old, new


def _root(key: str) -> str:
    return key.partition(".")[0]


def _each(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for inner in dict.fromkeys([*old, *new]):
        if old.get(inner) != new.get(inner):
            yield f"{key}.{inner}", old.get(inner), new.get(inner)


def _named(kind: ChangeKind, path: str, key: str, old: Any, new: Any, *, update: str | None = None) -> Change:
    before, after = shown(old), shown(new)
    runs = difference(before, after) if kind is _WORDS else ()
    return Change(kind=kind, path=path, update=update, key=key.rstrip("_"), before=before, after=after, diff=runs)


def _living(path: str, key: str, old: Any, new: Any, *, update: str | None = None) -> Change:
    before, after = ("", "") if key in _SECRET else (shown(old), shown(new))
    return Change(kind=ChangeKind.living_changed, path=path, update=update, key=key, before=before, after=after, living=True)


def _body(path: str, update: str | None, before: str, after: str) -> list[Change]:
    if same_words(before, after):
        return []
    return [Change(kind=_WORDS, path=path, update=update, key="body", diff=difference(before, after))]


def _action_changes(path: str, before: Iterable[Action], after: Iterable[Action]) -> Iterator[Change]:
    old, new = ({action.what: action for action in actions} for actions in (before, after))
    for what in dict.fromkeys([*old, *new]):
        first, then = old.get(what), new.get(what)
        if first == then:
            continue
        if then is None:
            yield _named(_WORDS, path, "actions", first, None)
        elif first is not None and first.due is not None and first.due != then.due:
            yield Change(kind=_TIME, path=path, key="actions.due", before=f"{what}: {first.due}", after=shown(then.due))
        else:
            yield _living(path, "actions", first, then)


def _part(path: str, key: str, old: BaseModel | None, new: BaseModel | None) -> Change:
    return Change(kind=ChangeKind.parts_changed, path=path, key=key, before=shown(old), after=shown(new))
