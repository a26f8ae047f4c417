"""The accounts for programs: CSV with stable columns, and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from onrecord.render.accounts import facts
from onrecord.render.accounts.facts import Facts
from onrecord.render.accounts.period import Period, What, ended, month_key_of, timings
from onrecord.render.cells import cell
from onrecord.snapshot.records import Snapshot
from onrecord.times import iso

if TYPE_CHECKING:
    from onrecord.render.accounts.notices import Notice

_SUMS = ("whole_minutes", "unknown_minutes", "planned_minutes", "known_minutes", "down_minutes")
COLUMNS: Mapping[What, tuple[str, ...]] = {
    "levels": (
        "row", "plan", "month", "final", "target", "uptime", "reached", "credit", "owed", "first_uptime", "first_credit", *_SUMS,
        "from", "until", "lasting", "effect", "weight", "minutes", "minutes_down", "components", "incidents",
    ),
    "uptime": ("component", "month", "uptime", *_SUMS, "incidents"),
    "promises": ("incident", "update", "due", "state", "met_by", "met_at", "late_seconds", "clock"),
    "times": (
        "incident", "kind", "month", "severity", "clock", "started", "first_word_seconds", "first_word_from_detection_seconds",
        "first_word_due", "first_word_state", "first_word_late_seconds", "longest_wait_seconds", "to_resolve_seconds",
        "end_told_after_seconds", "postmortem_due", "postmortem_state", "postmortem_late_seconds",
        "promises_kept", "promises_missed", "promises_open",
    ),
    "amends": ("incident", "update", "said", "amends"),
    "notices": ("plan", "month", "owed", "incident", "subject", "text", "blanks"),
}  # fmt: skip
"""The columns of each table. Programs rely on them: new ones come last, and none goes away."""


def to_csv(snapshot: Snapshot, period: Period, what: What, drafts: Sequence[Notice] = ()) -> str:
    """One table. Lists are joined with spaces; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = COLUMNS[what]
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows(snapshot, period, what, drafts))
    return out.getvalue()


def to_json(snapshot: Snapshot, period: Period, whats: Iterable[What], drafts: Sequence[Notice] = ()) -> str:
    """One object with a list for each table that was asked for; the intervals of a month stand below it."""
    found: Facts = {
        "generator": "onrecord",
        "at": iso(snapshot.at),
        "commit": snapshot.built.commit,
        "from": month_key_of(period.first),
        "until": month_key_of(period.last),
        "time_zone": snapshot.zone.key,
    }
    for what in whats:
        found[what] = _levels(snapshot, period) if what == "levels" else list(rows(snapshot, period, what, drafts))
    if "times" in whats:
        found["months"] = [facts.month_sum(m) for m in snapshot.reliability.months if period.holds(m.year, m.month)]
    return f"{json.dumps(found, indent=2, ensure_ascii=False)}\n"


def rows(snapshot: Snapshot, period: Period, what: What, drafts: Sequence[Notice] = ()) -> Iterator[Facts]:
    """The rows of one table; `drafts` are the notices."""
    if what == "levels":
        for month in _levels(snapshot, period):
            intervals = month.pop("intervals")
            yield {"row": "month", **month}
            same = {key: month[key] for key in ("plan", "month", "final")}
            for interval in intervals:  # type: ignore[attr-defined]
                yield {"row": "interval", **same, **interval}
    elif what == "uptime":
        for part in snapshot.components:
            yield from (facts.uptime(part, m) for m in reversed(part.months) if period.holds(m.year, m.month))
    elif what == "promises":
        for timing in timings(snapshot, period):
            yield from (facts.promise(timing.incident, promise) for promise in timing.promises)
    elif what == "times":
        yield from (facts.timing(timing) for timing in timings(snapshot, period))
    elif what == "notices":
        yield from (draft.facts() for draft in drafts)
    else:
        yield from facts.amends(ended(snapshot, period))


def _levels(snapshot: Snapshot, period: Period) -> list[Facts]:
    return [
        {**facts.level(view, month), "intervals": [facts.interval(one) for one in month.working.intervals]}
        for view in snapshot.levels
        for month in reversed(view.months)
        if period.holds(month.year, month.month)
    ]


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        value = " ".join(map(str, value))
    return cell(value) if isinstance(value, str) else value
