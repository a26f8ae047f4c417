"""Promises of a next update: for when each was made, and whether it was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from onrecord.model import Kind
from onrecord.snapshot.records import Promise
from onrecord.snapshot.said import Said


def promises(kind: Kind, words: Sequence[Said], at: datetime) -> list[Promise | None]:
    """For each update its promise, or None. Only the very next update can keep it, by reaching readers at or before it is due."""
    following: list[Said | None] = [*words[1:], None]
    return [_promise(kind, one, answer, at) for one, answer in zip(words, following, strict=False)]


def _promise(kind: Kind, one: Said, answer: Said | None, at: datetime) -> Promise | None:
    due = one.update.head.next_update_by
    if due is None or one.final or one.update.unread or kind is Kind.notice:
        return None
    if answer is None:
        if at <= due:
            return Promise(update=one.update.id, due=due, state="open")
        return Promise(update=one.update.id, due=due, state="missed", late=at - due)
    told, late = answer.told, max(answer.told - due, timedelta())
    state: Literal["kept", "missed"] = "missed" if late else "kept"
    return Promise(update=one.update.id, due=due, state=state, met_by=answer.update.id, met_at=told, late=late, clock=answer.clock)
