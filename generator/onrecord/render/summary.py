"""The summary of a build, in Markdown for whoever reviews a change: what customers will see, and what is wrong.

Hosts show it with links, pictures and HTML. So every text of a record goes in as bare words in which
each mark is encoded: it can say anything and do nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from onrecord.model import LastGood
from onrecord.problems import Problem, summary
from onrecord.render.bare import TEXT, bare, quoted
from onrecord.render.pages.words import Words
from onrecord.snapshot.records import IncidentView, Promise, Snapshot
from onrecord.templating import Language
from onrecord.times import in_words

_RECORDS, _PROBLEMS = 20, 20
"""At most so many records of a kind and findings: hosts refuse what is too long."""


def in_markdown(snapshot: Snapshot, problems: Sequence[Problem], lineage: Sequence[str] = (), changes: Sequence[str] = ()) -> str:
    """What the page says at T, each open record with its newest words, and the findings that count, worst first.

    `lineage` is what is known of the publications before this one, `changes` the lines on what is new in it, which come first.
    """
    before = _titled("Publications", (f"- {bare(said, TEXT)}" for said in lineage)) if lineage else ()
    return "\n".join((*changes, *_Writer(snapshot).lines(), *before, *_wrong(problems))) + "\n"


class _Writer:
    """Puts one snapshot into lines."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._language = Language()
        self._words = Words(snapshot, self._language)

    def lines(self) -> Iterator[str]:
        """The state, then the records by what they mean to a customer."""
        snapshot, built = self._snapshot, self._snapshot.built
        yield f"## {bare(snapshot.overall.description)}"
        yield ""
        source = f"commit `{built.commit[:10]}`" if built.commit else "no commit"
        yield f"What customers see at {self._language.moment(snapshot.at)}, from {source}."
        sections = (
            ("Open incidents", snapshot.open_incidents),
            ("Maintenance under way", snapshot.active_maintenance),
            ("Maintenance to come", snapshot.upcoming_maintenance),
            ("Notices", snapshot.notices),
        )
        for title, views in sections:
            yield from self._section(title, views)
        if snapshot.unreadable:
            yield from _titled("Shown only as “cannot be read”", (f"- {bare(r.id)}" for r in snapshot.unreadable[:_RECORDS]))
        older = [*snapshot.last_good, *(v for view in snapshot.incidents for v in _older(view))]
        if older:
            lines = (f"- {bare(v.path)}: as of {self._language.moment(v.committed)}, commit `{v.commit[:10]}`" for v in older[:_RECORDS])
            yield from _titled("Shown in an older version, because the newest cannot be read", lines)
        if not snapshot.unreadable and not any(views for _, views in sections):
            yield from ("", "Nothing is open, and nothing is planned.")

    def _section(self, title: str, views: Sequence[IncidentView]) -> Iterator[str]:
        if not views:
            return
        yield from ("", f"### {title}")
        for view in views[:_RECORDS]:
            yield from self._record(view)
        if len(views) > _RECORDS:
            yield from ("", f"… and {len(views) - _RECORDS} more.")

    def _record(self, view: IncidentView) -> Iterator[str]:
        yield from ("", f"#### {bare(view.title)}", "")
        yield from (f"- {line}" for line in self._facts(view))
        if view.updates:
            newest = view.updates[0]
            mark = ", which cannot be read whole" if newest.unread else ""
            yield from ("", f"The newest update, of {self._language.moment(newest.at)}{mark}:", "", quoted(newest.body))

    def _facts(self, view: IncidentView) -> Iterator[str]:
        severity = f", {self._words.severities[view.severity].lower()}" if view.severity else ""
        began = f", since {self._language.moment(view.started)}" if view.is_open else ""
        state = self._words.statuses[view.status] if view.status else self._words.kinds[view.kind]
        yield f"{state}{severity}{began}"
        for felt in self._words.felt(view.now if view.is_open else view.announced):
            yield f"{felt.word}: {bare(felt.names, TEXT)}"
        if view.window is not None:
            over = ", overrun" if view.phase == "overrun" else ""
            yield f"Planned from {self._language.moment(view.window.start)} until {self._language.moment(view.window.end)}{over}"
        if view.promise is not None:
            yield self._promised(view.promise)
        elif view in self._snapshot.open_incidents:
            yield "No next update is promised"

    def _promised(self, promise: Promise) -> str:
        due = self._language.moment(promise.due)
        if promise.state == "missed":
            return f"The next update was promised for {due}: **{in_words(promise.late)} late**"
        return f"The next update is promised by {due}, in {in_words(promise.due - self._snapshot.at)}"


def _older(view: IncidentView) -> Iterator[LastGood]:
    """The versions of a record's files that stand in for newer ones."""
    source = view.source
    files = (source, *source.updates, *((source.postmortem,) if source.postmortem else ()))
    yield from (file.last_good for file in files if file.last_good is not None)


def _wrong(problems: Sequence[Problem]) -> Iterator[str]:
    """The findings that count, errors first. Notes are for `check`."""
    counted = sorted((p for p in problems if p.level != "note"), key=lambda p: p.level != "error")
    if not counted:
        return
    lines = [
        f"- **{p.level}** {bare(str(p.place))}: {bare(f'{p.code} {p.slug}: {p.message}', TEXT)}"
        for p in counted[:_PROBLEMS]
    ]
    if len(counted) > _PROBLEMS:
        lines.append(f"- … and {len(counted) - _PROBLEMS} more: `onrecord check`")
    yield from _titled(f"In the records: {summary(counted)}", lines)


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"### {title}", "", *lines)
