"""Promises of a next update: for when each was made, and whether it was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onrecord.model import Kind
from onrecord.snapshot.records import Promise
from onrecord.snapshot.said import Said


def promises(kind: Kind, words: Sequence[Said], at: datetime) -> list[Promise | None]:
    """For each update its promise, or None. Only the very next update can keep it, by coming at or before it is due."""
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
    met_by, met_at = answer.update.id, answer.at
    if met_at <= due:
        return Promise(update=one.update.id, due=due, state="kept", met_by=met_by, met_at=met_at)
    return Promise(update=one.update.id, due=due, state="missed", met_by=met_by, met_at=met_at, late=met_at - due)
