"""Promises of a next update: for when each was made, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from onrecord.model import Kind
from onrecord.snapshot.records import Clock, Promise
from onrecord.snapshot.said import Said

if TYPE_CHECKING:
    from onrecord.revisions.records import Publication, UpdateHistory


def promises(kind: Kind, words: Sequence[Said], at: datetime) -> list[Promise | None]:
    """For each update its promise, or None. Only the very next update can keep it, by reaching readers at or before it is due."""
    following: list[Said | None] = [*words[1:], None]
    return [_promise(kind, one, answer, at) for one, answer in zip(words, following, strict=False)]


def answered_meanwhile(kept: Sequence[Promise | None], words: Sequence[Said], removed: Iterable[UpdateHistory]) -> list[Promise | None]:
    """The same promises, where a word that was removed later had kept one: readers had it in time."""
    gone = [(update.id, update.published) for update in removed if update.published.time is not None]
    return [
        next((_kept_by(promise, id, out) for id, out in gone if out.time is not None and one.told < out.time <= promise.due), promise)
        if promise is not None and promise.state == "missed"
        else promise
        for promise, one in zip(kept, words, strict=True)
    ]


def _kept_by(promise: Promise, id: str, out: Publication) -> Promise:
    clock: Clock = "proven" if out.clock == "proven" else "claimed"
    return Promise(update=promise.update, due=promise.due, state="kept", met_by=id, met_at=out.time, clock=clock)


def _came_too_late(one: Said, due: datetime) -> bool:
    """Whether readers had the promise only when its time was over: it told them nothing."""
    return one.clock != "said" and one.told > due


def _promise(kind: Kind, one: Said, answer: Said | None, at: datetime) -> Promise | None:
    due = one.update.head.next_update_by
    if due is None or one.final or one.update.unread or kind is Kind.notice or _came_too_late(one, due):
        return None
    if answer is None:
        if at <= due:
            return Promise(update=one.update.id, due=due, state="open")
        return Promise(update=one.update.id, due=due, state="missed", late=at - due)
    told, late = answer.told, max(answer.told - due, timedelta())
    state: Literal["kept", "missed"] = "missed" if late else "kept"
    return Promise(update=one.update.id, due=due, state=state, met_by=answer.update.id, met_at=told, late=late, clock=answer.clock)
