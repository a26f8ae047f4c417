"""A record as the files of its folder: head, updates, post-mortem."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from onrecord.importing.records import Origin, Record, Words
from onrecord.model import Effect, Kind
from onrecord.times import stamp
from onrecord.yamlio import dump

HEAD, UPDATES, POSTMORTEM = "incident.yml", "updates", "postmortem.md"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SAFE_TAIL = re.compile(r"[a-z0-9]{4,40}")


def head_file(record: Record, ids: Mapping[str, str], now: datetime) -> bytes:
    """`incident.yml`, with its source."""
    head = head_of(record, ids) | {"waivers": [{"rule": rule, "reason": reason} for rule, reason in record.waivers]}
    origin = record.origin
    head["source"] = {"system": origin.system, "id": origin.id, "url": origin.url, "sha256": origin.sha256, "imported": now}
    return dump(head).encode()


def head_of(record: Record, ids: Mapping[str, str]) -> dict[str, Any]:
    """What the head says, without waivers and source."""
    head: dict[str, Any] = {"title": record.title}
    if record.kind is not Kind.incident:
        head["kind"] = record.kind
    head |= {"severity": record.severity, "components": _effects(record.components, ids)}
    if record.kind is Kind.notice:
        return head | {"from": record.started, "until": record.ended}
    if record.kind is Kind.maintenance:
        return head | {"scheduled": {"from": record.started, "until": record.ended}}
    return head | {"started": record.started}


def update_file(folder: str, words: Words, origin: Origin, ids: Mapping[str, str]) -> tuple[str, bytes]:
    """The path of an update, which never varies with the run, and its bytes."""
    front = {
        "at": words.at,
        "status": words.status,
        "effective": words.effective,
        "components": _effects(words.components, ids),
        "severity": words.severity,
        "scheduled": {"from": words.scheduled.from_, "until": words.scheduled.until} if words.scheduled else None,
        "scope": words.scope or None,
        "source": {"system": origin.system, "id": words.id} if words.id else None,
    }
    text = f"---\n{dump(front)}---\n{words.body}\n".encode()
    return f"{folder}/{UPDATES}/{stamp(words.at)}-{words.status or 'update'}-{_tail(words, text)}.md", text


def texts(folder: str, record: Record, ids: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Every file but the head."""
    for words in record.words:
        yield update_file(folder, words, record.origin, ids)
    if record.postmortem:
        published = record.published or record.ended or record.words[-1].at
        source = {"system": record.origin.system, "id": record.postmortem_id} if record.postmortem_id else None
        front = dump({"status": "published", "published": published, "source": source})
        yield f"{folder}/{POSTMORTEM}", f"---\n{front}---\n{record.postmortem}\n".encode()


def four(data: bytes) -> str:
    """Four letters and digits that depend on the content alone, so that the same words always have the same name."""
    number = int.from_bytes(hashlib.sha256(data).digest()[:8], "big")
    return "".join(_DIGITS[number // 36**place % 36] for place in range(4))


def _tail(words: Words, text: bytes) -> str:
    """How the name of an update's file ends: with the id that it has there, where a file can be called so."""
    if words.id and _SAFE_TAIL.fullmatch(words.id):
        return words.id
    return four((words.id or words.key).encode() or text)


def _effects(components: tuple[tuple[str, Effect], ...], ids: Mapping[str, str]) -> dict[str, Effect]:
    return {ids[name]: effect for name, effect in components}
