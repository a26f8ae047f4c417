"""Findings of an audit for tools: JSON, CSV, and annotations for GitHub."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from onrecord.audit import Finding
from onrecord.problems import Place, Problem, to_github
from onrecord.render.cells import cell
from onrecord.settings import INCIDENTS
from onrecord.times import iso

_COLUMNS = ("slug", "code", "level", "incident", "commit", "at", "message", "path", "waived", "against")


def to_json(findings: Iterable[Finding]) -> str:
    """A list of objects. `words` is there where words were changed: runs that were kept, removed and added, in order."""
    rows = [_row(finding) | ({"words": [{"kind": r.kind, "text": r.text} for r in finding.words]} if finding.words else {}) for finding in findings]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def to_csv(findings: Iterable[Finding]) -> str:
    """A row for each finding, below the names of the columns; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    target = io.StringIO()
    writer = csv.DictWriter(target, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: cell(value) for column, value in _row(finding).items()} for finding in findings)
    return target.getvalue()


def to_annotations(findings: Iterable[Finding]) -> str:
    """Workflow commands that become annotations of a run; what is waived is only noted."""
    return to_github([_problem(finding) for finding in findings])


def _row(finding: Finding) -> dict[str, str]:
    return {
        "slug": finding.slug,
        "code": finding.code,
        "level": finding.level,
        "incident": finding.incident,
        "commit": finding.commit,
        "at": iso(finding.at) if finding.at is not None else "",
        "message": finding.message,
        "path": finding.path,
        "waived": finding.waived,
        "against": finding.against,
    }


def _problem(finding: Finding) -> Problem:
    waived = f" (waived: {finding.waived})" if finding.waived else ""
    about = f"{finding.incident}: " if finding.incident else ""
    return Problem(
        code=finding.code,
        slug=finding.slug,
        level="note" if finding.waived else finding.level,
        place=Place(finding.path or f"{INCIDENTS}/"),
        message=f"{about}{finding.message}{waived}",
        hint=f"commit {finding.commit[:10]}" if finding.commit else "",
    )
