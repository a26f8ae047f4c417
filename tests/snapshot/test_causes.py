"""Repeats: the earlier incidents of the same cause, by cause, newest first and few."""

from __future__ import annotations

from saying import record, snapshot, update


def _one(day: int, *causes: str, **head: object) -> object:
    at = f"{day:02d}T10:00"
    return record(update("u", at, status="resolved"), id=f"2026-11-{day:02d}-x", started=at, causes=causes, **head)


def test_earlier_ones_of_the_same_cause() -> None:
    """Only earlier ones, by cause; what has no cause, or one of its own, has none; drills are none."""
    found = snapshot(_one(2, "deploy"), _one(3, "power"), _one(4, "deploy", "power"), _one(5), _one(6, "deploy"), _one(7, "deploy", drill=True), at="20T00:00").repeats
    rows = {id[8:10]: [(r.cause, [v.id[8:10] for v in r.earlier], r.more) for r in rows] for id, rows in found.items()}
    assert rows == {"04": [("deploy", ["02"], 0), ("power", ["03"], 0)], "06": [("deploy", ["04", "02"], 0)]}


def test_few_are_named() -> None:
    """A cause that comes again and again does not fill the page."""
    found = snapshot(*(_one(day, "deploy", "deploy") for day in range(2, 10)), at="20T00:00").repeats
    assert [(len(r.earlier), r.more) for r in found["2026-11-09-x"]] == [(5, 2)]
