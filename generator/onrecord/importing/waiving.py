"""Rules of ours that an original need not keep: times and states are taken as they are, and each rule that they break is waived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from onrecord.importing.records import Words
from onrecord.model import FINAL_STATUSES, INCIDENT_STATUSES, MAINTENANCE_STATUSES, Kind
from onrecord.times import iso

_RANK = {status: rank for ranks in (INCIDENT_STATUSES, MAINTENANCE_STATUSES) for rank, status in enumerate(ranks)}
_TIMES = "The times are those of the original."
_STATES = "The states are those of the original."


def waived(kind: Kind, started: datetime, words: Sequence[Words]) -> Iterator[tuple[str, str, str]]:
    """Each rule to waive, the reason, and what is odd, in words for the report."""
    if kind is Kind.incident and any((one.effective or one.at) < started for one in words):
        yield "update-before-start", _TIMES, f"an update is older than its start, {iso(started)}"
    pairs = list(pairwise([one.status for one in words if one.status]))
    if any(before in FINAL_STATUSES and after is not before for before, after in pairs):
        yield "states-out-of-order", _STATES, "it went on after its end"
    if any(before not in FINAL_STATUSES and _RANK[after] < _RANK[before] for before, after in pairs):
        yield "state-goes-back", _STATES, "its state goes back a step"
