"""What a commit did to a record, put into words: one line a change, with its differences where words were changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup

from onrecord.model import Effect, Severity, Status
from onrecord.render.pages.setting import Setting
from onrecord.revisions.publishing import IMPORTED, TOO_OLD
from onrecord.revisions.records import Change, ChangeKind, Publication, Revision, Run
from onrecord.templating import Language
from onrecord.times import parse_instant

_KIND = ChangeKind
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?: |$)")
_UNPUBLISHED = "internal"
_LONG, _BESIDE = 400, 160
"""A stretch of unchanged words that is longer, in letters, is cut to so many on each side."""

_SAME = Markup("")
"""What an element says whose words are in the language of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One change: what it is called, the key, what stood there before and after, or the words with their differences."""

    label: str
    key: str
    update: str | None
    before: str
    after: str
    diff: tuple[Run, ...]
    as_written: Markup = _SAME
    """What an element says that holds the differences: their language, where it is not the page's."""
    spoken: Markup = _SAME
    """What the page's own words among them say then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One commit: when it came out and by which clock, who made it, and what it did; no deed means that only the form changed.

    `time` is the time of publication, else that of the commit, and `clock` says which. `author` is None
    where the policy withholds it.
    """

    commit: str
    time: datetime
    clock: str
    signed: bool
    author: str | None
    merged: int
    deeds: list[Deed]
    reason: str
    """The message of a commit that took words away; else empty."""


@lru_cache(maxsize=4)
def labels(language: Language) -> dict[ChangeKind, str]:
    """What each kind of change is called."""
    _ = language.gettext
    return {
        _KIND.record_published: _("Published"),
        _KIND.update_added: _("Update added"),
        _KIND.words_changed: _("Words changed"),
        _KIND.time_moved: _("Time moved"),
        _KIND.effect_changed: _("Effect changed"),
        _KIND.status_changed: _("State changed"),
        _KIND.promise_changed: _("Promise of the next update changed"),
        _KIND.living_changed: _("Kept up to date"),
        _KIND.update_removed: _("Update removed"),
        _KIND.update_renamed: _("File of an update renamed"),
        _KIND.update_restored: _("Removed update brought back"),
        _KIND.postmortem_published: _("Post-mortem published"),
        _KIND.postmortem_changed: _("Post-mortem changed"),
        _KIND.postmortem_removed: _("Post-mortem removed"),
        _KIND.record_deleted: _("Record removed"),
        _KIND.record_restored: _("Record brought back"),
        _KIND.record_moved: _("Folder moved"),
        _KIND.record_renamed: _("Given another id"),
        _KIND.became_unreadable: _("A mistake in its form made a file unreadable"),
        _KIND.became_readable: _("The mistake in its form was mended"),
        _KIND.parts_changed: _("Components changed"),
        _KIND.policy_changed: _("Policy changed"),
    }


_REMOVALS = frozenset({_KIND.update_removed, _KIND.record_deleted, _KIND.postmortem_removed})


def deeds(changes: Sequence[Change], setting: Setting) -> Iterator[Deed]:
    """Each change in words. Notes that are never published are named, and nothing of them is shown."""
    names = labels(setting.language)
    for change in changes:
        if change.key == _UNPUBLISHED:
            label = setting.language.gettext("Notes that are not published changed")
            yield Deed(label=label, key="", update=None, before="", after="", diff=())
            continue
        yield Deed(
            label=names[change.kind],
            key="" if change.key == "body" else change.key,
            update=change.update,
            before="" if change.diff else _readable(change.before, setting),
            after="" if change.diff else _readable(change.after, setting),
            diff=near(change.diff),
            as_written=setting.as_written,
            spoken=setting.spoken if setting.as_written else _SAME,
        )


def near(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The differences with some words around each: nobody looks for one changed word in a whole post-mortem."""
    last = len(runs) - 1
    return tuple(
        Run("kept", _cut(run.text, head=index > 0, tail=index < last)) if run.kind == "kept" and len(run.text) > _LONG else run
        for index, run in enumerate(runs)
    )


def _cut(text: str, *, head: bool, tail: bool) -> str:
    """The words next to what was changed before (`head`) and behind (`tail`) it; the others become dots."""
    first = text[:_BESIDE].rsplit(None, 1)[0] + " " if head else ""
    end = text[-_BESIDE:].split(None, 1)[-1] if tail else ""
    return f"{first}[…] {end}" if head or tail else text


def _readable(text: str, setting: Setting) -> str:
    """Times and states as pages write them: `2026-11-21T14:05:00Z identified` becomes `21 Nov 2026, 14:05 UTC, Identified`."""
    if _INSTANT.match(text) is None:
        return _named(text, setting)
    time, status = setting.language.time(parse_instant(text[:20])), text[21:]
    return time + ", " + _named(status, setting) if status else time


def _named(word: str, setting: Setting) -> str:
    """The word for a state, an effect or a severity; any other text as it is."""
    if word in Status.__members__:
        return setting.words.statuses[Status(word)]
    if word in Effect.__members__:
        return setting.words.effects[Effect(word)]
    return setting.words.severities[Severity(word)] if word in Severity.__members__ else word


def step(revision: Revision, setting: Setting) -> Step:
    """One commit in words; the policy says whether its author is named."""
    language, authors = setting.language, setting.snapshot.policy.record.show_authors
    made, out = revision.commit, revision.publication
    removes = any(change.kind in _REMOVALS for change in revision.changes)
    return Step(
        commit=made.commit,
        time=out.time or made.committed,
        clock=clocks(language)[out.clock],
        signed=made.signed,
        author=made.name if authors else None,
        merged=len(revision.merged),
        deeds=list(deeds(revision.changes, setting)),
        reason=made.message.strip() if removes else "",
    )


@lru_cache(maxsize=4)
def clocks(language: Language) -> dict[str, str]:
    """What is said of a time by each clock."""
    _ = language.gettext
    return {
        "proven": _("deployed then, by the chain of publications"),
        "claimed": _("by the committer's clock"),
        "unknown": _("committed then; when it was published is not known"),
    }


def unknown(publication: Publication, language: Language) -> str:
    """Why nobody knows when it was published, empty where it is known."""
    _ = language.gettext
    if publication.time is not None:
        return ""
    if publication == IMPORTED:
        return _("It was imported, so git knows only the day of the import.")
    if publication == TOO_OLD:
        return _("Publication times count only from a later day on.")
    return _("When it was published is not known.")

