"""The summary of a build, in Markdown for whoever reviews a change: what customers will see, and what is wrong.

Hosts show it with links, pictures and HTML. So every text of a record goes in as bare words in which
each mark is encoded: it can say anything and do nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from onrecord.markup import clean, to_text
from onrecord.model import LastGood
from onrecord.problems import Problem, summary
from onrecord.render.pages.words import Words
from onrecord.snapshot.records import IncidentView, Promise, Snapshot
from onrecord.templating import Language
from onrecord.times import in_words

_MARKS = re.compile(r"[!-&(-+\--/:<-@\[-`{-~]")
"""All that ASCII has beside letters, figures and spaces, but for the comma, the semicolon and the apostrophe, which mean nothing."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that nobody sees and that let a text run backwards over what stands beside it."""
_LINE, _TEXT, _RECORDS, _PROBLEMS = 200, 2_000, 20, 20
"""At most so many characters of one line and of an update, and so many records of a kind and findings: hosts refuse what is too long."""


def in_markdown(snapshot: Snapshot, problems: Sequence[Problem], lineage: Sequence[str] = ()) -> str:
    """What the page says at T, each open record with its newest words, and the findings that count, worst first.

    `lineage` is what is known of the publications before this one.
    """
    before = _titled("Publications", (f"- {_plain(said, _TEXT)}" for said in lineage)) if lineage else ()
    return "\n".join((*_Writer(snapshot).lines(), *before, *_wrong(problems))) + "\n"


class _Writer:
    """Puts one snapshot into lines."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._language = Language()
        self._words = Words(snapshot, self._language)

    def lines(self) -> Iterator[str]:
        """The state, then the records by what they mean to a customer."""
        snapshot, built = self._snapshot, self._snapshot.built
        yield f"## {_plain(snapshot.overall.description)}"
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
            yield from _titled("Shown only as “cannot be read”", (f"- {_plain(r.id)}" for r in snapshot.unreadable[:_RECORDS]))
        older = [*snapshot.last_good, *(v for view in snapshot.incidents for v in _older(view))]
        if older:
            lines = (f"- {_plain(v.path)}: as of {self._language.moment(v.committed)}, commit `{v.commit[:10]}`" for v in older[:_RECORDS])
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
        yield from ("", f"#### {_plain(view.title)}", "")
        yield from (f"- {line}" for line in self._facts(view))
        if view.updates:
            newest = view.updates[0]
            mark = ", which cannot be read whole" if newest.unread else ""
            yield from ("", f"The newest update, of {self._language.moment(newest.at)}{mark}:", "", _quoted(newest.body))

    def _facts(self, view: IncidentView) -> Iterator[str]:
        severity = f", {self._words.severities[view.severity].lower()}" if view.severity else ""
        began = f", since {self._language.moment(view.started)}" if view.is_open else ""
        state = self._words.statuses[view.status] if view.status else self._words.kinds[view.kind]
        yield f"{state}{severity}{began}"
        for felt in self._words.felt(view.now if view.is_open else view.announced):
            yield f"{felt.word}: {_plain(felt.names, _TEXT)}"
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
        f"- **{p.level}** {_plain(str(p.place))}: {_plain(f'{p.code} {p.slug}: {p.message}', _TEXT)}"
        for p in counted[:_PROBLEMS]
    ]
    if len(counted) > _PROBLEMS:
        lines.append(f"- … and {len(counted) - _PROBLEMS} more: `onrecord check`")
    yield from _titled(f"In the records: {summary(counted)}", lines)


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"### {title}", "", *lines)


def _quoted(markdown: str) -> str:
    """The words of an update as a quotation of one paragraph."""
    text = to_text(markdown)
    cut = text if len(text) <= _TEXT else f"{text[:_TEXT].rstrip()} …"
    return f"> {'<br>'.join(_plain(line, _TEXT + 2) for line in cut.splitlines()) or '(no words)'}"


def _plain(text: str, length: int = _LINE) -> str:
    """The text on one line, without a mark that Markdown or HTML could act on."""
    line = " ".join(clean(text).split())
    cut = line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
    shown = _TURNS.sub(lambda m: f"(U+{ord(m[0]):04X})", cut)
    return _MARKS.sub(lambda m: f"&#{ord(m[0])};", shown)
