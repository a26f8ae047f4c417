"""An audit for people: each record with its findings, changed words set apart, and one record told whole."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

import click

from onrecord.audit import Finding
from onrecord.commands.auditing import Evidence
from onrecord.problems import quantity
from onrecord.revisions import Change, ChangeKind, History, RecordHistory, Revision, Run

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_WIDEST = 100
_AROUND = 6
"""So many words of what was kept are shown on each side of a change."""
_DONE = {
    ChangeKind.record_published: "published",
    ChangeKind.record_deleted: "deleted",
    ChangeKind.record_restored: "put back",
    ChangeKind.record_moved: "moved to another folder",
    ChangeKind.update_added: "said",
    ChangeKind.update_removed: "removed",
    ChangeKind.update_restored: "put back",
    ChangeKind.postmortem_published: "post-mortem published",
    ChangeKind.postmortem_removed: "post-mortem taken back",
    ChangeKind.became_unreadable: "broken, so its last good version stands",
    ChangeKind.became_readable: "mended",
}


def as_text(known: Evidence, findings: Sequence[Finding], proof: Sequence[str], only: str | None) -> str:
    """The whole audit as it stands on a terminal."""
    history = known.context.history
    lines = [_heading(known), *known.notes]
    lines += [click.style(line, fg="green" if line.startswith(("Proven", "Accounted")) else "red", bold=True) for line in proof[:1]] + list(proof[1:])
    if only is not None:
        lines += ["", *_told(history.records[only])]
    for record, some in groupby(findings, key=lambda finding: finding.incident):
        lines += ["", _title(record, history) if only is None else click.style("Findings", bold=True)]
        for finding in some:
            lines += ["", *_finding(finding)]
    return "\n".join([*lines, "", *_closing(findings, history, only)]) + "\n"


def _heading(known: Evidence) -> str:
    history, head = known.context.history, known.head
    clocks = known.clocks
    times = ", ".join(f"{clocks[clock]:,} {clock}" for clock in ("proven", "claimed", "unknown") if clocks[clock])
    commits = quantity(history.commits, "commit")
    first = f"{quantity(len(history.records), 'record')} in {commits} up to {head.commit[:10]} of {head.committed:%Y-%m-%d %H:%M} UTC."
    return f"{first} When their updates came out: {times}." if times else first


def _title(record: str, history: History) -> str:
    if not record:
        return click.style("About no single record", bold=True)
    return f"{click.style(record, bold=True)}  {_shown(history.titles.get(record, ''))}{click.style('  deleted', fg='red') if record in history.deleted else ''}"


def _finding(finding: Finding) -> Iterator[str]:
    colour = _COLOURS[finding.level]
    when = f"{finding.at:%Y-%m-%d %H:%M} UTC" if finding.at is not None else "at no known time"
    slug = click.style(f"{finding.slug:<20}", fg=colour, bold=True)
    yield f"  {slug} {finding.code}  {when}  {click.style(finding.commit[:10], dim=True)}"
    yield from _wrapped(finding.message, "    ")
    if finding.words:
        yield from (click.style("    │ ", dim=True) + line for line in _difference(finding.words))
    if finding.waived:
        yield from _wrapped(f"waived: {finding.waived}", "    ")


def _difference(runs: Sequence[Run]) -> Iterator[str]:
    """The changed words with a few of their neighbours, a line of the screen each."""
    words: list[tuple[str, str]] = []
    for place, run in enumerate(runs):
        shown = run.text.split()
        if run.kind == "kept" and len(shown) > 2 * _AROUND + 1:
            left = shown[:_AROUND] if place else []
            right = shown[-_AROUND:] if place < len(runs) - 1 else []
            shown = [*left, "…", *right]
        if run.kind != "kept" and shown:
            opened, closed = ("[-", "-]") if run.kind == "removed" else ("{+", "+}")
            shown[0] = opened + shown[0]
            shown[-1] += closed
        words += [(run.kind, _shown(word)) for word in shown]
    line: list[str] = []
    length = 0
    for kind, word in words:
        if length + len(word) > _width() - 8 and line:
            yield " ".join(line)
            line, length = [], 0
        line.append(word if kind == "kept" else click.style(word, fg="red" if kind == "removed" else "green"))
        length += len(word) + 1
    if line:
        yield " ".join(line)


# ---------------------------------------------------------------- one record, whole


def _told(record: RecordHistory) -> Iterator[str]:
    yield f"{click.style(record.id, bold=True)}  {_shown(record.title)}"
    if record.former:
        yield f"  before: {', '.join(record.former)}"
    for revision in record.revisions:
        yield ""
        yield f"  {_when(revision)}  {click.style(revision.commit.commit[:10], dim=True)}  {_shown(revision.commit.name)}  {'signed' if revision.commit.signed else 'not signed'}"
        yield from _wrapped(f"“{_shown(revision.commit.subject)}”", "    ")
        yield from (line for change in revision.changes for line in _wrapped(_change(change), "    · ", "      "))
        if not revision.changes:
            yield "    · nothing but formatting"
        for merged in revision.merged:
            yield f"    ← {merged.commit[:10]}  {merged.committed:%Y-%m-%d %H:%M} UTC  {_shown(merged.name)}"


def _when(revision: Revision) -> str:
    out = revision.publication
    if out.time is None:
        return f"{revision.commit.committed:%Y-%m-%d %H:%M} UTC  unknown "
    return f"{out.time:%Y-%m-%d %H:%M} UTC  {out.clock:<8}"


def _change(change: Change) -> str:
    what = f"update {change.update}" if change.update else change.path.rpartition("/")[2]
    done = _DONE.get(change.kind)
    if change.kind in (ChangeKind.record_renamed, ChangeKind.update_renamed):
        return f"{what}: renamed from {_shown(change.before)}"
    if change.living:
        return f"{what}: {change.key} (may change)"
    if done is None:
        values = f": {_shown(change.before) or 'nothing'} → {_shown(change.after) or 'nothing'}" if change.before or change.after else ""
        return f"{what}: {change.key} changed{values if not change.diff else ''}"
    if change.kind in (ChangeKind.record_published, ChangeKind.record_deleted, ChangeKind.postmortem_published, ChangeKind.postmortem_removed):
        return done
    return f"{what}: {done}{f' {change.after}' if change.after else ''}"


# ---------------------------------------------------------------- the end


def _closing(findings: Sequence[Finding], history: History, only: str | None) -> Iterator[str]:
    counted = [finding for finding in findings if not finding.waived]
    if not counted:
        waived = f" ({quantity(len(findings), 'finding')} waived)" if findings else ""
        yield f"No findings{waived}: everything stands as it was published." if only is None else f"No findings{waived}."
        return
    slugs = ", ".join(f"{count:,} {slug}" for slug, count in Counter(finding.slug for finding in counted).most_common())
    records = len({finding.incident for finding in counted if finding.incident})
    of = f" in {records:,} of {quantity(len(history.records), 'record')}" if only is None else ""
    yield from _wrapped(f"{quantity(len(counted), 'finding')}{of}: {slugs}.", "")
    if only is None and records:
        yield f"Next: onrecord audit {next(finding.incident for finding in counted if finding.incident)}"


def _wrapped(text: str, first: str, following: str | None = None) -> list[str]:
    """The text in lines of the screen's width. There may be thousands of texts, and textwrap takes its time."""
    rest, lines, before = " ".join(_shown(text).split()), [], first
    while len(rest) > (room := max(_width() - len(before), 1)):
        cut = rest.rfind(" ", 0, room + 1)
        cut = rest.find(" ", room) if cut <= 0 else cut
        if cut < 0:
            break
        lines.append(before + rest[:cut])
        rest, before = rest[cut + 1 :], first if following is None else following
    return [*lines, before + rest]


@cache
def _width() -> int:
    return min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)


def _shown(text: str) -> str:
    """A text of somebody else's, without what would steer a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
