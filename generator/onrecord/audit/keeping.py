"""Findings that are kept: those of a record that nobody touched since are not worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onrecord.audit.findings import Context, Finding, as_told
from onrecord.audit.times import severity_of
from onrecord.cache import digest
from onrecord.cache.rows import Rows, Torn
from onrecord.model import FINAL_STATUSES
from onrecord.revisions.ledger import FINDINGS
from onrecord.revisions.records import RecordHistory, Run

_CODE = (Path(__file__).parent, Path(__file__).parent.parent / "revisions")


def key_of(context: Context, published: Mapping[str, datetime]) -> list[Any]:
    """What all findings depend on beside the record itself and the clock: rules, policy, redactions, signatures, publications."""
    signed = sorted((context.signatures or {}).items())
    parts = (
        *(path.read_bytes() for folder in _CODE for path in sorted(folder.glob("*.py"))),
        context.policy.model_dump_json().encode(),
        *(redaction.model_dump_json().encode() for redaction in context.withholding.redactions),
        repr((context.signatures is None, signed, context.redacted_by, context.tolerance)).encode(),
        repr([(odd.commit.commit, odd.against, odd.kind) for odd in context.history.misdated]).encode(),
        repr(sorted((commit, time.isoformat()) for commit, time in published.items())).encode(),
    )
    return [digest(parts)]


@dataclass(slots=True)
class Kept:
    """The findings in the cache, as far as they hold at `at`. What was worked out anew is put there with `save`."""

    rows: Rows
    key: list[Any]
    at: datetime
    _known: dict[str, list[Any]] = field(init=False)
    _new: dict[str, list[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self._new = {}
        self._known = {}
        if self.rows.get("state", FINDINGS) == self.key:
            self._known = {str(id): row for id, row in self.rows.all(FINDINGS)}

    def of(self, id: str) -> list[Finding] | None:
        """The findings of that record, None where they must be worked out."""
        row = self._known.get(id)
        now = self.at.timestamp()
        if row is None or now < row[0] or (row[1] is not None and now >= row[1]):
            return None
        return [_unpacked(id, packed) for packed in row[2]]

    def keep(self, record: RecordHistory, context: Context, findings: Sequence[Finding]) -> None:
        """Remembers the findings of a record until the clock alone can change them."""
        until = next_event(record, context)
        if until is None or until > self.at:
            self._new[record.id] = [int(self.at.timestamp()), until.timestamp() if until else None, [_packed(finding) for finding in findings]]

    def save(self) -> None:
        """Puts what is new into the cache; where another run is writing to it just now, nothing."""
        with suppress(Torn):
            if self.rows.get("state", FINDINGS) != self.key:
                self.rows.drop(FINDINGS, self.rows.keys(FINDINGS))
                self.rows.put("state", [(FINDINGS, self.key)])
            if self._new:
                self.rows.put(FINDINGS, self._new.items())
            self.rows.save()


def next_event(record: RecordHistory, context: Context) -> datetime | None:
    """When time alone can change the findings of a record: a promise or a post-mortem that is due. Now, where one is overdue."""
    dues: list[datetime] = []
    words = as_told(record, context)
    last = words[-1][1].first if words else None
    if last is not None and last.due is not None and last.status not in FINAL_STATUSES and record.tombstone is None:
        dues.append(max(last.due, context.at))
    severity = severity_of(record)
    within = context.policy.severity(severity).postmortem_within if severity is not None else None
    if record.ended is not None and record.postmortem is None and within is not None:
        dues.append(record.ended + within)
    return min((due for due in dues if due >= context.at), default=None)


def _packed(finding: Finding) -> list[Any]:
    words = [[run.kind, run.text] for run in finding.words]
    at = int(finding.at.timestamp()) if finding.at is not None else None
    return [finding.code, finding.slug, finding.level, finding.commit, at, finding.message, finding.path, words, finding.waived]


def _unpacked(id: str, packed: Iterable[Any]) -> Finding:
    code, slug, level, commit, at, message, path, words, waived = packed
    return Finding(
        code=code,
        slug=slug,
        level=level,
        incident=id,
        commit=commit,
        at=datetime.fromtimestamp(at, UTC) if at is not None else None,
        message=message,
        path=path,
        words=tuple(Run(kind, text) for kind, text in words),
        waived=waived,
    )
