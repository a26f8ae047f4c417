"""What a proposed change does to what is published already: each place with the question that matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

from onrecord import yamlio
from onrecord.loading import Loaded
from onrecord.model import (
    ComponentsFile,
    Incident,
    IncidentFile,
    Kind,
    PolicyFile,
    PostmortemFile,
    Redaction,
    Shape,
    UpdateFile,
)
from onrecord.policy.mending import manner
from onrecord.policy.questions import (
    DELETED,
    EFFECT,
    FIGURES,
    LIFTED,
    MENDED,
    POSTMORTEM,
    REMOVED,
    TIME,
    WITHDRAWN,
    WORDS,
)
from onrecord.policy.review import level_of, waived
from onrecord.policy.rules import ChangeRule, place_of
from onrecord.problems import Place, Problem, in_order
from onrecord.revisions.comparing import head_changes, policy_changes, postmortem_changes, shown, update_changes
from onrecord.revisions.records import Change, ChangeKind
from onrecord.revisions.words import difference, same_words
from onrecord.settings import COMPONENTS_FILE, INCIDENTS, POLICY_FILE, REDACTIONS_FILE
from onrecord.withholding import parse_redactions

S = TypeVar("S", bound=Shape)


_OF_KIND = {
    ChangeKind.words_changed: WORDS,
    ChangeKind.time_moved: TIME,
    ChangeKind.promise_changed: TIME,
    ChangeKind.effect_changed: EFFECT,
    ChangeKind.status_changed: EFFECT,
}
_FIGURES = ("uptime", "service_levels", "severities")
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A file that the base has in another form: its bytes there and now, None where it is gone; both without what is withheld."""

    path: str
    before: bytes
    after: bytes | None


@dataclass(frozen=True, slots=True)
class _Found:
    rule: ChangeRule
    place: Place
    message: str
    hint: str = ""


def review_changes(changed: Iterable[Changed], loaded: Loaded) -> list[Problem]:
    """What those changes would do to published words, by file and line."""
    records = {incident.id: incident for incident in loaded.dataset.incidents}
    files = {change.path: change for change in changed}
    gone = {_id(path) for path, change in files.items() if path.endswith("/incident.yml") and change.after is None} - records.keys() - {u.id for u in loaded.dataset.unreadable}
    withheld = _newly_withheld(files.get(REDACTIONS_FILE), loaded.dataset.redactions)
    problems: list[Problem] = []
    for change in files.values():
        id = _id(change.path)
        incident = records.get(id)
        told = (_problem(found, incident, id, loaded.dataset.policy, withheld) for found in _of(change, incident, gone))
        problems += [problem for problem in told if problem is not None]
    return in_order(problems)


def _of(change: Changed, incident: Incident | None, gone: set[str]) -> Iterator[_Found]:
    path, inner = change.path, change.path.split("/")[3:]
    if path == POLICY_FILE:
        yield from _policy(change)
    elif path == COMPONENTS_FILE:
        yield from _components(change)
    elif path == REDACTIONS_FILE:
        yield from _redactions(change)
    elif not path.startswith(f"{INCIDENTS}/"):
        return
    elif _id(path) in gone:
        if inner == ["incident.yml"]:
            yield from _deleted(change)
    elif inner == ["incident.yml"]:
        yield from _head(change, incident)
    elif inner[:1] == ["updates"] and len(inner) == 2:
        yield from _update(change, incident)
    elif inner == ["postmortem.md"]:
        yield from _postmortem(change)


# ---------------------------------------------------------------- records


def _deleted(change: Changed) -> Iterator[_Found]:
    head = _parsed(change.before, change.path, IncidentFile)
    if head is not None and not head.drill:
        hint = "bring it back; an incident that was none is resolved by an update that says so. Words that must go belong into redactions.yml"
        yield _Found(DELETED, Place(change.path), f"this record is published, and would be gone: “{_cut(head.title)}”", hint)


def _head(change: Changed, incident: Incident | None) -> Iterator[_Found]:
    before = _parsed(change.before, change.path, IncidentFile)
    after = _parsed(change.after, change.path, IncidentFile)
    if before is None or after is None or before.drill:
        return
    for one in head_changes(change.path, before, after):
        if one.living or (before.kind is Kind.notice and one.key == "until"):
            continue
        yield _told(one, place_of(incident.lines if incident else {}, one.key, change.path), "say it in an update: what the head said stays")


def _update(change: Changed, incident: Incident | None) -> Iterator[_Found]:
    if change.after is None:
        hint = "bring the file back; what was wrong is set right by a new update with `corrects: …`. Its name is its id: do not rename it"
        yield _Found(REMOVED, Place(change.path), "this update is published, and would be gone", hint)
        return
    old, new = (yamlio.document(data, change.path, UpdateFile) for data in (change.before, change.after))
    stem = change.path.rpartition("/")[2].removesuffix(".md")
    if old.head is not None and new.head is not None:
        for one in update_changes(change.path, stem, (old.head, ""), (new.head, "")):
            if not one.living:
                lines = incident.lines if incident else {}
                yield _told(one, place_of(lines, f"updates/{stem}.{one.key}", change.path), f"leave it as it was said, and say in a new update what is true, with `corrects: {stem}`")
    for line, before, after in _hunks(old.body, new.body, new.body_line):
        yield _words(Place(change.path, line), before, after, stem)


def _told(change: Change, place: Place, hint: str) -> _Found:
    """A key that would say something else."""
    rule = _OF_KIND[change.kind]
    if rule is WORDS:
        return _words(place, change.before, change.after, change.update or "", f"`{change.key}`: ")
    return _Found(rule, place, f"`{change.key}` was published as {_quoted(change.before)}, and would be {_quoted(change.after)}", f"is that a rewrite? {hint}")


def _words(place: Place, before: str, after: str, stem: str, key: str = "") -> _Found:
    """Some words, by the manner in which they would change."""
    runs = difference(before, after)
    removed, added = (" … ".join(run.text.strip() for run in runs if run.kind == kind) for kind in ("removed", "added"))
    told = f"{key}{_quoted(removed)} → {_quoted(added)}"
    how = manner(runs)
    if how == "typo":
        return _Found(MENDED, place, f"{told}: a typo in published words. That is allowed, and logged beside them")
    keep = f"say it in a new update with `corrects: {stem}`" if stem else "say it in an update"
    if how == "correction":
        return _Found(WORDS, place, f"{told}: published words would say something else", f"is it a correction? Put the old words back and {keep}; where it is a typo all the same, waive `words-changed` with the reason")
    return _Found(WORDS, place, f"{told}: published words would be rewritten", f"put the old words back and {keep}; what must not be read any more belongs into redactions.yml; or waive `words-changed` with the reason")


def _hunks(before: str, after: str, first: int) -> Iterator[tuple[int, str, str]]:
    """The lines that say something else: where they stand now, what they said, and what they say."""
    old, new = before.split("\n"), after.split("\n")
    for what, left, left_end, right, right_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        words = "\n".join(old[left:left_end]), "\n".join(new[right:right_end])
        if what != "equal" and not same_words(*words):
            yield first + min(right, max(len(new) - 1, 0)), *words


# ---------------------------------------------------------------- post-mortems and settings


def _postmortem(change: Changed) -> Iterator[_Found]:
    old = yamlio.document(change.before, change.path, PostmortemFile)
    if old.head is None or old.head.status != "published":
        return
    new = yamlio.document(change.after, change.path, PostmortemFile) if change.after is not None else None
    if new is None or (new.head is not None and new.head.status != "published"):
        yield _Found(WITHDRAWN, Place(change.path), "this post-mortem is published, and would be gone", "mend it instead: post-mortems may be changed, and each change is logged")
    elif new.head is not None:
        for one in postmortem_changes(change.path, (old.head, ""), (new.head, "")):
            if not one.living:
                yield _Found(POSTMORTEM, Place(change.path), f"`{one.key}` was published as {_quoted(one.before)}, and will be {_quoted(one.after)}; that is logged")
        for line, before, after in _hunks(old.body, new.body, new.body_line):
            removed, added = (" … ".join(r.text.strip() for r in difference(before, after) if r.kind == kind) for kind in ("removed", "added"))
            yield _Found(POSTMORTEM, Place(change.path, line), f"{_quoted(removed)} → {_quoted(added)}: a published post-mortem is changed. That is allowed, and logged")


def _policy(change: Changed) -> Iterator[_Found]:
    before, after = (_parsed(data or b"", change.path, PolicyFile) for data in (change.before, change.after))
    if before is None or after is None:
        return
    places = yamlio.places(change.after or b"", change.path)
    for one in policy_changes(change.path, before, after):
        if one.key in _FIGURES:
            message = f"`{one.key}` changes, and with it figures of months that are over"
            yield _Found(FIGURES, places.get(f"{one.key}:", Place(change.path)), message, "say in the commit's message why; pages then show the new figures for the past, too")


def _components(change: Changed) -> Iterator[_Found]:
    before, after = (_parsed(data or b"", change.path, ComponentsFile) for data in (change.before, change.after))
    if before is None or after is None:
        return
    places = yamlio.places(change.after or b"", change.path)
    now = {part.id: (number, part) for number, part in enumerate(after.components)}
    for old in before.components:
        if old.id not in now:
            yield _Found(FIGURES, Place(change.path), f"the part `{old.id}` would be gone, and its page and its past with it", "give it `retired: …` instead: its past stays")
            continue
        number, new = now[old.id]
        for key in ("since", "retired"):
            if getattr(old, key) != getattr(new, key) and not (key == "retired" and old.retired is None):
                message = f"`{old.id}`: `{key}` was {_quoted(shown(getattr(old, key)))}, and would be {_quoted(shown(getattr(new, key)))}; its uptime is reckoned anew"
                yield _Found(FIGURES, places.get(f"components.{number}.{key}", places.get(f"components.{number}.id", Place(change.path))), message)


def _redactions(change: Changed) -> Iterator[_Found]:
    before = parse_redactions(change.before)[0]
    after = parse_redactions(change.after)[0] if change.after is not None else None
    if before is None or (after is None and change.after is not None):
        return
    kept = {(r.path, r.part, r.words) for r in after.redactions} if after is not None else set()
    for lost in before.redactions:
        if (lost.path, lost.part, lost.words) not in kept:
            message = f"what was withheld of `{lost.path}` since {shown(lost.when)} would be published again: {_cut(lost.reason)}"
            yield _Found(LIFTED, Place(change.path), message, "leave the entry; where the words are out of git's history, add `removed: true`")


# ---------------------------------------------------------------- how it is told


def _problem(found: _Found, incident: Incident | None, id: str, policy: PolicyFile, withheld: Mapping[str, str]) -> Problem | None:
    rule, settings = found.rule, policy.rules
    level = level_of(rule, settings)
    if level is None:
        return None
    message, hint = found.message, found.hint
    reason = waived(incident, rule, settings, id) or withheld.get(found.place.path)
    if reason:
        level, message, hint = "note", f"{message} (waived: {reason})", ""
    return Problem(code=rule.code, slug=rule.slug, level=level, place=found.place, message=message, hint=hint)


def _newly_withheld(change: Changed | None, now: Iterable[Redaction]) -> dict[str, str]:
    """Why words had to go, by the file, where the same change says so in redactions.yml."""
    known = parse_redactions(change.before)[0] if change is not None and change.before else None
    before = set(known.redactions) if known is not None else set()
    return {r.path: r.reason for r in now if r not in before} if change is not None else {}


def _parsed(data: bytes | None, path: str, shape: type[S]) -> S | None:
    return yamlio.parse(data, path, shape, may_be_empty=shape is not IncidentFile)[0] if data is not None else None


def _id(path: str) -> str:
    parts = path.split("/")
    return parts[2] if len(parts) > 3 and parts[0] == INCIDENTS else ""


def _quoted(text: str) -> str:
    return f"“{_cut(text)}”" if text else "nothing"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"
