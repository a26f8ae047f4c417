"""One record's dossier: what is remembered of it while the history is read, and what each commit did to it.

A dossier is made of texts, numbers and lists only, so that it is kept in the cache as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypedDict, TypeVar

from onrecord import yamlio
from onrecord.files import Unreadable, safe_stem
from onrecord.model import IncidentFile, PostmortemFile, Shape, UpdateFile
from onrecord.revisions.comparing import head_changes, postmortem_changes, update_changes
from onrecord.revisions.records import NO_EDIT, Change, ChangeKind
from onrecord.times import iso

S = TypeVar("S", bound=Shape)

Point = list[int | str]
"""Where on the branch something came out: the number of the commit on its line, the commit whose clock counts, and the merged one that had it first."""


class UpdateFacts(TypedDict):
    """An update as it was read last; `first` is what it said when it came out."""

    path: str
    blob: str
    point: Point | None
    first: dict[str, str]
    now: dict[str, str]
    imported: bool
    readable: bool
    gone: int | None


class StoryFacts(TypedDict):
    """The post-mortem. `point` is where it was first published, None while it is a draft."""

    path: str
    blob: str
    point: Point | None
    imported: bool
    published: bool


class Dossier(TypedDict):
    """A record. `point` is where it was first published; `deleted` the number of the commit that took it away, and its parent."""

    id: str
    path: str
    former: list[str]
    point: Point | None
    head: str
    title: str
    kind: str
    severity: str | None
    started: str | None
    imported: bool
    drill: bool
    waivers: dict[str, str]
    updates: dict[str, UpdateFacts]
    story: StoryFacts | None
    revisions: list[list[object]]
    deleted: Point | None


@dataclass(frozen=True, slots=True)
class Touched:
    """A file of a record that a commit changed: its path inside the record's folder, its whole path, and its blobs."""

    inner: str
    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A commit of the branch while it is read.

    `text` gives the bytes of a path's blob without what is withheld of them, `origin` the merged commit that first had
    a path; `pulled` says that the clock of that one counts.
    """

    number: int
    commit: str
    parent: str
    text: Callable[[str, str], bytes | Unreadable]
    origin: Callable[[str], str]
    pulled: bool = False

    def point(self, path: str) -> Point:
        first = self.origin(path)
        return [self.number, first if self.pulled and first else self.commit, first]


def new_dossier(id: str, path: str) -> Dossier:
    """The dossier of a record of which nothing is known yet."""
    return Dossier(
        id=id,
        path=path,
        former=[],
        point=None,
        head="",
        title="",
        kind="incident",
        severity=None,
        started=None,
        imported=False,
        drill=False,
        waivers={},
        updates={},
        story=None,
        revisions=[],
        deleted=None,
    )


def apply(dossier: Dossier, files: Mapping[str, Touched], step: Step) -> list[Change]:
    """Takes one commit into the dossier, and returns what it changed, the record's own coming and going included."""
    head = files.get("incident.yml")
    if head is not None and not head.after and dossier["deleted"] is None and dossier["point"] is not None:
        dossier["deleted"] = [step.number, step.parent]
        return [Change(kind=ChangeKind.record_deleted, path=dossier["path"], before=dossier["title"])]
    found: list[Change] = []
    if head is not None and head.after:
        found += _head(dossier, head, step)
    found += _renamed(dossier, files, step)
    for inner in sorted(files):
        touched = files[inner]
        if (id := update_id(inner)) is not None:
            found += _update(dossier, id, touched, step)
        elif inner == "postmortem.md":
            found += _story(dossier, touched, step)
    _publish(dossier, step)
    return found


def edited(dossier: Dossier) -> bool:
    """Whether a commit may have changed something that was out: what is told of the record says it exactly."""
    if dossier["point"] is None:
        return False
    out = int(dossier["point"][0])
    return any(int(str(number)) > out and any(change[0] not in NO_EDIT for change in changes) for number, _, changes, _ in dossier["revisions"])  # type: ignore[attr-defined]


def update_id(inner: str) -> str | None:
    """The id of the update whose file that is, None of any other file."""
    folder, slash, name = inner.partition("/")
    return safe_stem(name[:-3]) if folder == "updates" and slash and "/" not in name and name.endswith(".md") else None


def _publish(dossier: Dossier, step: Step) -> None:
    """A record is out once its head is there and it is no drill, and so are its updates then."""
    if not dossier["head"] or dossier["drill"] or dossier["deleted"] is not None:
        return
    if dossier["point"] is None:
        dossier["point"] = step.point(f"{dossier['path']}/incident.yml")
        for facts in dossier["updates"].values():
            facts["point"] = None
    for facts in dossier["updates"].values():
        if facts["point"] is None and facts["gone"] is None:
            facts["point"], facts["first"] = step.point(facts["path"]), facts["now"]


# ---------------------------------------------------------------- the head


def _head(dossier: Dossier, file: Touched, step: Step) -> list[Change]:
    new = _read(step, file.after, file.path, IncidentFile)
    known = dossier["head"]
    came = _coming(dossier, file)
    dossier["deleted"] = None
    dossier["head"] = known or file.after
    if new is None:
        return [*came, Change(kind=ChangeKind.became_unreadable, path=file.path)]
    old = _read(step, known, file.path, IncidentFile) if known else None
    dossier["head"] = file.after
    _note_head(dossier, new, first=not known or (old is None and dossier["title"] == ""))
    return came + (head_changes(file.path, old, new) if old is not None else [])


def _coming(dossier: Dossier, file: Touched) -> list[Change]:
    """That the record was published, came back, or lies elsewhere now."""
    folder = file.path.rpartition("/")[0]
    was, dossier["path"] = dossier["path"], folder
    if not dossier["head"]:
        return [Change(kind=ChangeKind.record_published, path=folder)]
    if dossier["deleted"] is not None:
        return [Change(kind=ChangeKind.record_restored, path=folder)]
    return [Change(kind=ChangeKind.record_moved, path=folder, before=was, after=folder)] if was != folder else []


def _note_head(dossier: Dossier, head: IncidentFile, *, first: bool) -> None:
    began = head.started or head.from_ or (head.scheduled.from_ if head.scheduled is not None else None)
    dossier["title"], dossier["kind"], dossier["drill"] = head.title, str(head.kind), head.drill
    dossier["severity"] = str(head.severity) if head.severity is not None else None
    dossier["started"] = iso(began) if began is not None else None
    dossier["waivers"] = {waiver.rule: waiver.reason for waiver in head.waivers}
    if first:
        dossier["imported"] = head.source is not None


# ---------------------------------------------------------------- updates


def _update(dossier: Dossier, id: str, file: Touched, step: Step) -> list[Change]:
    known = dossier["updates"].get(id)
    if not file.after:
        if known is None or known["gone"] is not None:
            return []
        known["gone"] = step.number
        return [Change(kind=ChangeKind.update_removed, path=file.path, update=id, before=_summary(known))]
    new = _document(step, file.after, file.path, UpdateFile)
    if known is None:
        dossier["updates"][id] = _new_update(file, new)
        return [Change(kind=ChangeKind.update_added, path=file.path, update=id, after=_summary(dossier["updates"][id]))]
    found = [Change(kind=ChangeKind.update_restored, path=file.path, update=id)] if known["gone"] is not None else []
    known["gone"], known["path"] = None, file.path
    return found + _edited(known, id, file, new, step)


def _edited(known: UpdateFacts, id: str, file: Touched, new: tuple[UpdateFile, str] | None, step: Step) -> list[Change]:
    if known["blob"] == file.after:
        return []
    if new is None:
        was_readable, known["readable"] = known["readable"], False
        return [Change(kind=ChangeKind.became_unreadable, path=file.path, update=id)] if was_readable else []
    old = _document(step, known["blob"], file.path, UpdateFile)
    found = [] if known["readable"] else [Change(kind=ChangeKind.became_readable, path=file.path, update=id)]
    known["blob"], known["readable"], known["now"] = file.after, True, _facts(new[0])
    if old is None:
        known["first"] = known["now"]
        return found
    return found + update_changes(file.path, id, old, new)


def _new_update(file: Touched, new: tuple[UpdateFile, str] | None) -> UpdateFacts:
    facts = _facts(new[0]) if new is not None else {}
    imported = new is not None and new[0].source is not None
    return UpdateFacts(
        path=file.path, blob=file.after, point=None, first=facts, now=facts, imported=imported, readable=new is not None, gone=None
    )


def _facts(head: UpdateFile) -> dict[str, str]:
    """What findings are made of: times, state, promise, severity."""
    times = {"at": head.at, "effective": head.effective, "due": head.next_update_by}
    words = {"status": head.status, "severity": head.severity}
    return {key: iso(time) for key, time in times.items() if time} | {key: word.value for key, word in words.items() if word}


def _summary(facts: UpdateFacts) -> str:
    return " ".join(filter(None, (facts["now"].get("at"), facts["now"].get("status"))))


def _renamed(dossier: Dossier, files: Mapping[str, Touched], step: Step) -> list[Change]:
    """Updates whose files have another name now: the same bytes, or the same moment and state."""
    gone = {id: t for inner, t in files.items() if (id := update_id(inner)) and not t.after and id in dossier["updates"]}
    came = {id: t for inner, t in files.items() if (id := update_id(inner)) and t.after and id not in dossier["updates"]}
    found: list[Change] = []
    for old, left in gone.items():
        facts = dossier["updates"][old]
        new = next((id for id, t in came.items() if t.after == left.before), None) or _alike(facts, came, step)
        if new is None or facts["gone"] is not None:
            continue
        dossier["updates"][new] = dossier["updates"].pop(old)
        path = came.pop(new).path
        found.append(Change(kind=ChangeKind.update_renamed, path=path, update=new, key="id", before=old, after=new))
    return found


def _alike(facts: UpdateFacts, came: Mapping[str, Touched], step: Step) -> str | None:
    for id, touched in came.items():
        new = _document(step, touched.after, touched.path, UpdateFile)
        if new is not None and facts["now"] and (said := _facts(new[0])).get("at") == facts["now"].get("at") and said.get("status") == facts["now"].get("status"):
            return id
    return None


# ---------------------------------------------------------------- the post-mortem


def _story(dossier: Dossier, file: Touched, step: Step) -> list[Change]:
    known = dossier["story"]
    if not file.after:
        if known is None or not known["published"]:
            return []
        known["published"] = False
        return [Change(kind=ChangeKind.postmortem_removed, path=file.path)]
    new = _document(step, file.after, file.path, PostmortemFile)
    if new is None:
        return [Change(kind=ChangeKind.became_unreadable, path=file.path)] if known is not None and known["published"] else []
    if new[0].status != "published":
        if known is None or not known["published"]:
            return []
        known["published"] = False
        return [Change(kind=ChangeKind.postmortem_removed, path=file.path)]
    if known is None:
        dossier["story"] = StoryFacts(
            path=file.path, blob=file.after, point=step.point(file.path), imported=new[0].source is not None, published=True
        )
        return [Change(kind=ChangeKind.postmortem_published, path=file.path)]
    found = [] if known["published"] else [Change(kind=ChangeKind.postmortem_published, path=file.path)]
    old = _document(step, known["blob"], file.path, PostmortemFile)
    known["blob"], known["path"], known["published"] = file.after, file.path, True
    return found + (postmortem_changes(file.path, old, new) if old is not None else [])


# ---------------------------------------------------------------- reading


def _read(step: Step, blob: str, path: str, shape: type[S]) -> S | None:
    data = step.text(path, blob)
    return None if isinstance(data, Unreadable) else yamlio.parse(data, path, shape)[0]


def _document(step: Step, blob: str, path: str, shape: type[S]) -> tuple[S, str] | None:
    data = step.text(path, blob)
    if isinstance(data, Unreadable):
        return None
    found = yamlio.document(data, path, shape)
    return (found.head, found.body) if found.head is not None else None
