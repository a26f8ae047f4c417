"""What a change to the records means for customers, in Markdown for whoever reviews it: the banner, each record, each message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.model import Kind
from onrecord.render.bare import LINE, TEXT, bare, quoted_text
from onrecord.render.messages import CHANNELS, BadMessage, Letters, message
from onrecord.render.pages.words import Words
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Language
from onrecord.times import in_words

_RECORDS, _NAMED = 4, 20
"""So many changed records are told in full, so many more by name: hosts refuse what is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The page at one instant without the change and with it, and the templates that messages are made from."""

    before: Snapshot
    after: Snapshot
    letters: Letters

    def records(self) -> list[tuple[IncidentView | None, IncidentView]]:
        """Each record that is new or says something else, newest first, with what it was before."""
        known = {view.id: view for view in self.before.incidents}
        return [(known.get(view.id), view) for view in self.after.incidents if view.id not in known or _public(known[view.id]) != _public(view)]

    def gone(self) -> list[IncidentView]:
        """Records that are no longer there."""
        left = {view.id for view in self.after.incidents}
        return [view for view in self.before.incidents if view.id not in left]


_INSIDE: dict[str, object] = {"internal": {}, "waivers": (), "alerts": (), "source": None}
"""Keys of a head that no customer sees, each with what it is where it is left out."""


def _public(view: IncidentView) -> object:
    """What of a record's files customers can see."""
    updates = [(update.id, update.body, update.head.model_copy(update={"alerts": (), "source": None})) for update in view.source.updates]
    return view.source.head.model_copy(update=_INSIDE), updates, view.source.postmortem


def told(change: Change) -> Iterator[str]:
    """What it changes, the most important first: the banner before and after, then each record with its promise and its messages."""
    records, gone = change.records(), change.gone()
    yield from ("## What this changes", "")
    before, after = _banner(change.before), _banner(change.after)
    if before == after:
        yield f"The banner stays: {after}"
    else:
        yield from (f"- The banner before: {before}", f"- The banner after: {after}")
    if not records and not gone:
        yield from ("", "No record says anything else to customers.")
    for was, view in records[:_RECORDS]:
        yield from _record(change, was, view)
    if len(records) > _RECORDS:
        yield from ("", f"{len(records) - _RECORDS} more records change:", "")
        yield from (f"- {bare(view.id)}" for _, view in records[_RECORDS : _RECORDS + _NAMED])
    for view in gone[:_NAMED]:
        yield from ("", f"**Taken away**: {bare(view.id)}, “{bare(view.title)}”. What was published stays on the record.")
    yield ""


def _banner(snapshot: Snapshot) -> str:
    headline = snapshot.overall.headline
    return f"**{bare(snapshot.overall.description)}**{f', {bare(headline.title)}' if headline else ''}"


def _record(change: Change, was: IncidentView | None, view: IncidentView) -> Iterator[str]:
    language = Language()
    words = Words(change.after, language)
    yield from ("", f"#### {bare(view.title)}", "")
    state = words.statuses[view.status] if view.status else words.kinds[view.kind]
    if was is None:
        yield f"- A new record, {state}: {bare(view.id)}"
    elif was.status is not view.status:
        yield f"- From {words.statuses[was.status]} to {state}: {bare(view.id)}"
    else:
        yield f"- {state}, as before: {bare(view.id)}"
    if view.source.postmortem is not None and (was is None or was.source.postmortem != view.source.postmortem):
        yield f"- Its post-mortem is {'new' if was is None or was.source.postmortem is None else 'changed'}, as {'a draft' if view.source.postmortem.head.status == 'draft' else 'published'}"
    yield from (f"- {felt.word}: {bare(felt.names, TEXT)}" for felt in words.felt(view.now if view.is_open else view.announced))
    yield from (f"- {line}" for line in _promises(change, was, view, language))
    if view.kind is not Kind.notice:
        yield from _messages(change, view)


def _promises(change: Change, was: IncidentView | None, view: IncidentView, language: Language) -> Iterator[str]:
    """The promise that it makes, and what becomes of the one before."""
    now = change.after.at
    if view.promise is not None and (was is None or was.promise is None or was.promise.due != view.promise.due):
        left = view.promise.due - now
        until = f"in {in_words(left)}" if left.total_seconds() > 0 else f"which was {in_words(left)} ago"
        yield f"It promises the next update by {language.moment(view.promise.due)}, {until}"
    elif view.promise is not None:
        yield f"It makes no new promise; the next update is due by {language.moment(view.promise.due)}"
    elif view.is_open and view.kind is Kind.incident:
        yield "It promises no next update"
    older = was.promise if was is not None else None
    kept = next((update.promise for update in view.updates if older and update.promise and update.promise.due == older.due and update.promise.met_at), None)
    if kept is not None:
        how = f"missed: {in_words(kept.late)} late" if kept.state == "missed" else "kept"
        yield f"The promise before, for {language.moment(kept.due)}, is {how}"


def _messages(change: Change, view: IncidentView) -> Iterator[str]:
    """The message of each channel, folded: a reviewer opens those that concern them."""
    for name, channel in CHANNELS.items():
        try:
            made = message(change.after, view, name, letters=change.letters)
        except BadMessage as error:
            yield from ("", f"**{channel.title}** cannot be made: {bare(str(error), TEXT)}")
            continue
        size = f"{made.length:,} of {made.limit:,} letters" if made.limit else f"{made.length:,} letters"
        left = f", {len(made.blanks)} blanks left" if made.blanks else ""
        yield from ("", f"<details><summary>{channel.title}: {size}{left}</summary>", "")
        if made.subject:
            yield from (f"Subject: {bare(made.subject, LINE)}", "")
        yield from (quoted_text(made.text), "", "</details>")
