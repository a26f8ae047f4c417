"""Findings about what was published and then changed or taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from onrecord.audit.findings import Context, Found, is_withheld, moment, since, utc
from onrecord.model import Redaction
from onrecord.revisions.publishing import DRAFT, TOO_OLD
from onrecord.revisions.records import Change, ChangeKind, Edit, Publication, RecordHistory, Revision, Run
from onrecord.times import in_words

_MEANS = {
    ChangeKind.words_changed: "words-changed",
    ChangeKind.postmortem_changed: "words-changed",
    ChangeKind.time_moved: "time-moved",
    ChangeKind.promise_changed: "time-moved",
    ChangeKind.effect_changed: "effect-changed",
    ChangeKind.status_changed: "effect-changed",
}
_DRILL = "drill"


def words_changed(record: RecordHistory, context: Context) -> Iterator[Found]:
    """Published words are not as they were: of an update, of the head, or of a post-mortem."""
    yield from _edits(record, "words-changed")
    if record.postmortem is not None:
        for revision in record.revisions:
            taken = next((c for c in revision.changes if c.kind is ChangeKind.postmortem_removed), None)
            if taken is not None and revision.publication is not TOO_OLD and not _about(taken.path, context):
                yield Found(revision.commit.commit, moment(revision), f"the published post-mortem was taken back{_reason(revision)}", taken.path)


def time_moved(record: RecordHistory, _context: Context) -> Iterator[Found]:
    """A time that was published is another one now: when it was said, when it began, by when the next word was promised."""
    yield from _edits(record, "time-moved")


def effect_changed(record: RecordHistory, _context: Context) -> Iterator[Found]:
    """What was said of a component, of the state or of the severity is another thing now."""
    yield from _edits(record, "effect-changed")


def update_removed(record: RecordHistory, context: Context) -> Iterator[Found]:
    """A published update is not there any more."""
    known = {update.id: update.published for update in record.updates}
    for revision, change in _changes(record, ChangeKind.update_removed):
        out = known.get(change.update or "")
        if out is None or _about(change.path, context) or _never_out(out, revision):
            continue
        back = _put_back(record, revision, lambda c, gone=change.update: c.kind is ChangeKind.update_restored and c.update == gone)  # type: ignore[misc]
        message = f"the update `{change.update}` ({change.before}) was removed{_after(out, revision)}{back or _reason(revision)}"
        yield Found(revision.commit.commit, moment(revision), message, change.path)


def incident_deleted(record: RecordHistory, context: Context) -> Iterator[Found]:
    """A published record is not there any more, or was turned into a drill, which takes it off the page."""
    for revision, change in _changes(record, ChangeKind.record_deleted):
        if _about(f"{change.path}/incident.yml", context) or _never_out(record.published, revision):
            continue
        back = _put_back(record, revision, lambda c: c.kind is ChangeKind.record_restored)
        message = f"the record “{change.before}” was deleted{_after(record.published, revision)}{back or _reason(revision)}"
        yield Found(revision.commit.commit, moment(revision), message, change.path)
    for edit in record.head:
        if any(change.key == _DRILL and change.after == "true" for change in edit.changes):
            message = f"the record was turned into a drill{_after(record.published, edit.revision)}, which takes it off the page{_reason(edit.revision)}"
            yield Found(edit.revision.commit.commit, moment(edit.revision), message, edit.changes[0].path)


def redacted(record: RecordHistory, context: Context) -> Iterator[Found]:
    """Words of the record are withheld by redactions.yml; what remains is the fact."""
    if not context.withholding:
        return
    paths = dict.fromkeys(change.path for revision in record.revisions for change in revision.changes)
    found: dict[Redaction, str] = {}
    for path in paths:
        for redaction in context.withholding.about(path):
            found.setdefault(redaction, path)
    for redaction, path in found.items():
        what = "words are" if redaction.words is not None else f"`{redaction.part}` is" if redaction.part else "all words are"
        message = f"in {path.rpartition('/')[2]}, {what} withheld since {utc(redaction.when)}, as {redaction.who} decided: {redaction.reason}"
        yield Found(context.redacted_by, redaction.when, message, path)


# ---------------------------------------------------------------- edits


def _edits(record: RecordHistory, slug: str) -> Iterator[Found]:
    for update in record.updates:
        if update.published.time is not None or update.published.reason:
            yield from _edits_of(f"the update `{update.id}`", update.published, update.edits, slug)
    yield from _edits_of("the head", record.published, record.head, slug)
    if record.postmortem is not None:
        yield from _edits_of("the post-mortem", record.postmortem.published, record.postmortem.edits, slug)


def _edits_of(what: str, out: Publication, edits: Sequence[Edit], slug: str) -> Iterator[Found]:
    """One finding for each commit; what a later one puts back whole is said with the first, and the later one is none."""
    undone: set[int] = set()
    for number, edit in enumerate(edits):
        changes = [change for change in edit.changes if _MEANS.get(change.kind) == slug and change.key != _DRILL and not _is_accounted(change)]
        if not changes or number in undone:
            continue
        back = _undoing(edits, number, changes)
        if back is not None:
            undone.add(back)
        again = f", and put back {utc(moment(edits[back].revision))}" if back is not None else ""
        message = f"{_named(what, changes)}{_after(out, edit.revision)}{again}{_reason(edit.revision)}"
        runs = tuple(run for change in changes for run in change.diff)
        yield Found(edit.revision.commit.commit, moment(edit.revision), message, changes[0].path, runs)


def _is_accounted(change: Change) -> bool:
    changed = [run.text for run in change.diff if run.kind != "kept"]
    return is_withheld(changed or (change.before, change.after))


def _undoing(edits: Sequence[Edit], number: int, changes: Sequence[Change]) -> int | None:
    """The later edit that undoes exactly these changes."""
    wanted = {_essence(change, back=True) for change in changes}
    for later in range(number + 1, len(edits)):
        if wanted == {_essence(change) for change in edits[later].changes if change.kind in {c.kind for c in changes}}:
            return later
    return None


def _essence(change: Change, *, back: bool = False) -> tuple[str, ...]:
    """What a change took away and what it put there; with `back`, the other way round."""
    gone, came = (_joined(change.diff, kind) or text for kind, text in (("removed", change.before), ("added", change.after)))
    return (change.key, came, gone) if back else (change.key, gone, came)


def _joined(runs: Iterable[Run], kind: str) -> str:
    return " ".join(run.text.strip() for run in runs if run.kind == kind)


def _named(what: str, changes: Sequence[Change]) -> str:
    """`the words of the update x were changed`, or each key with its old and its new value."""
    texts = [change for change in changes if change.diff]
    values = [f"`{c.key}` of {what} was changed from {c.before or 'nothing'} to {c.after or 'nothing'}" for c in changes if not c.diff]
    if texts:
        keys = dict.fromkeys("words" if change.key == "body" else f"`{change.key}`" for change in texts)
        values.insert(0, f"{' and '.join(keys)} of {what} {'were' if 'words' in keys or len(keys) > 1 else 'was'} changed")
    return "; ".join(values)


def _changes(record: RecordHistory, kind: ChangeKind) -> Iterator[tuple[Revision, Change]]:
    return ((revision, change) for revision in record.revisions for change in revision.changes if change.kind is kind)


def _never_out(out: Publication, revision: Revision) -> bool:
    """Whether the chain proves that readers never saw it before it was gone, or nobody knows whether they did."""
    if revision.publication is TOO_OLD:
        return True
    return (out.clock == "proven" == revision.publication.clock and out.time == revision.publication.time) or out is DRAFT


def _put_back(record: RecordHistory, revision: Revision, is_it: Callable[[Change], bool]) -> str:
    later = record.revisions[record.revisions.index(revision) + 1 :]
    back = next((other for other in later if any(is_it(change) for change in other.changes)), None)
    return f", and put back {utc(moment(back))}" if back is not None else ""


def _about(path: str, context: Context) -> bool:
    """Whether a redaction of the whole file accounts for what happened to it."""
    return any(redaction.words is None for redaction in context.withholding.about(path))


def _after(out: Publication, revision: Revision) -> str:
    length = since(out, revision)
    return f" {in_words(length)} after it was published" if length is not None else ""


def _reason(revision: Revision) -> str:
    """What the commit says why; of a merge, what the commit says that it brought."""
    author = revision.merged[-1] if revision.merged else revision.commit
    said = author.reason or author.subject
    whose = "the merged commit" if revision.merged else "the commit"
    return f"; {whose} says: {' '.join(said.split())}" if said else ""
