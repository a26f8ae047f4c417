"""The ledger: the dossiers of all records, written on commit by commit, and kept in the cache."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from onrecord import yamlio
from onrecord.cache import digest
from onrecord.cache.rows import Rows
from onrecord.files import Unreadable
from onrecord.gitio.history import Author, FileChange
from onrecord.model import INCIDENT_ID, ComponentsFile, IncidentFile, PolicyFile
from onrecord.revisions.comparing import parts_changes, policy_changes
from onrecord.revisions.dossier import Dossier, Point, Step, Touched, apply, edited, new_dossier, update_id
from onrecord.revisions.packing import pack_author, pack_change
from onrecord.revisions.records import Change, ChangeKind
from onrecord.settings import COMPONENTS_FILE, INCIDENTS, POLICY_FILE

_AT_ONCE = 2_000
FINDINGS = "findings"
"""The table of the cache in which an audit keeps what it found; a record that changes is dropped from it."""
IN_A_RECORD = re.compile(rf"{INCIDENTS}/[^/]+/(?P<id>{INCIDENT_ID.pattern})/(?P<inner>.+)", re.DOTALL)


class State(TypedDict):
    """What is remembered beside the dossiers."""

    tip: str
    """The commit up to which everything was read."""
    length: int
    """How many commits the branch has, in first-parent order."""
    pulled: list[list[object]]
    """Merges that put published commits on their second parent: number, commit, number of the fork, the commits put aside."""
    signed: list[str]
    """Commits of the line that touched a record or a setting, and carry a signature."""
    ahead: list[str]
    """Commits of the line whose author's clock lies after the committer's."""
    deleted: list[str]
    shorn: list[str]
    """The records of which an update was removed."""
    retouched: list[str]
    """The records in which something may have been edited or removed after it came out."""
    redirects: dict[str, str]
    files: dict[str, str]
    """The last good blob of the components' and of the policy's file."""
    parts: list[list[object]]
    policy: list[list[object]]
    withheld: str
    """A digest of the redactions with which everything was read."""


def new_state(withheld: str) -> State:
    """The state before the first commit."""
    return State(tip="", length=0, pulled=[], signed=[], ahead=[], deleted=[], shorn=[], retouched=[], redirects={}, files={}, parts=[], policy=[], withheld=withheld)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A commit of the line, as it comes in: its own files, and the commits that it merged, oldest first.

    `pulled` says that those were on the branch before, so that their own clocks count.
    """

    number: int
    commit: Author
    files: Sequence[FileChange]
    merged: Sequence[tuple[Author, Sequence[FileChange]]] = ()
    pulled: bool = False


@dataclass(slots=True)
class Ledger:
    """The dossiers while they are written on; those that were not asked for stay in the cache."""

    rows: Rows
    state: State
    message: Callable[[str], str] = str
    """A commit's message without what is withheld of it."""
    _open: dict[str, Dossier | None] = field(default_factory=dict)
    _commits: dict[str, list[Any]] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)

    def dossier(self, id: str) -> Dossier | None:
        """The dossier of that record, None where there never was one."""
        if id not in self._open:
            self._open[id] = self.rows.get("records", id) if self.state["length"] else None
        return self._open[id]

    def glance(self, id: str) -> Dossier | None:
        """The same for who only reads it: it is not kept in memory, where ten thousand take more room than all else that a build knows."""
        return self._open[id] if id in self._open else self.rows.get("records", id) if self.state["length"] else None

    def number(self, commit: str) -> int:
        """The place of a commit on the line, -1 of one that is not on it."""
        row = self._commits.get(commit) or self.rows.get("commits", commit)
        return row[0] if row is not None and row[0] is not None else -1

    def enter(self, arrival: Arrival, text: Callable[[str, str], bytes | Unreadable]) -> None:
        """Takes one commit of the line into every dossier that it touches."""
        records = _by_record(arrival.files)
        step = Step(
            number=arrival.number,
            commit=arrival.commit.commit,
            parent=arrival.commit.parents[0] if arrival.commit.parents else "",
            text=text,
            origin=_origins(arrival),
            pulled=arrival.pulled,
        )
        ids = self._enter_records(records, arrival, step) if records else []
        for change in arrival.files:
            if change.path in (COMPONENTS_FILE, POLICY_FILE):
                self._enter_setting(change, arrival, step)
                ids.append("")
        self._keep_commits(arrival, ids)

    def save(self, tip: str, length: int) -> None:
        """Keeps all that was written, whole or not at all."""
        self.state["tip"], self.state["length"] = tip, length
        self._keep_points()
        self._put_commits()
        self.rows.drop("records", self._gone)
        self.rows.drop(FINDINGS, [*self._open, *self._gone])
        self.rows.put("records", ((id, dossier) for id, dossier in self._open.items() if dossier is not None))
        self.rows.put("state", [("state", self.state)])
        self.rows.save()
        self._open.clear()
        self._gone.clear()

    def _put_commits(self) -> None:
        self.rows.put("commits", self._commits.items())
        self._commits.clear()

    def _keep_points(self) -> None:
        """For each year, the titles, where each update that stands came out, and digests: what is asked of every record, in a few rows."""
        points: dict[str, dict[str, dict[str, Point | None]]] = {}
        titles: dict[str, dict[str, str]] = {}
        digests: dict[str, dict[str, str]] = {}
        shorn, retouched = set(self.state["shorn"]), set(self.state["retouched"])
        for id in [*self._open, *self._gone]:
            year = id[:4]
            if year not in points:
                points[year], titles[year] = self.rows.get("points", year) or {}, self.rows.get("titles", year) or {}
                digests[year] = self.rows.get("digests", year) or {}
            dossier = self._open.get(id)
            points[year].pop(id, None)
            titles[year].pop(id, None)
            digests[year].pop(id, None)
            shorn.discard(id)
            retouched.discard(id)
            if dossier is not None:
                points[year][id] = {name: None if f["imported"] else f["point"] for name, f in dossier["updates"].items() if f["point"] and f["gone"] is None}
                titles[year][id] = dossier["title"]
                digests[year][id] = digest([json.dumps(dossier, sort_keys=True).encode()])
                shorn |= {id for facts in dossier["updates"].values() if facts["gone"] is not None}
                retouched |= {id} if id in shorn or edited(dossier) else set()
        self.rows.put("points", points.items())
        self.rows.put("titles", titles.items())
        self.rows.put("digests", digests.items())
        self.state["shorn"], self.state["retouched"] = sorted(shorn), sorted(retouched)

    # ------------------------------------------------------------ one commit

    def _enter_records(self, records: dict[str, dict[str, Touched]], arrival: Arrival, step: Step) -> list[str]:
        renamed = self._renames(records, step)
        for old, new in renamed.items():
            self._rename(old, new, records)
        for id, files in records.items():
            dossier = self.dossier(id)
            if dossier is None:
                folder = next(iter(files.values())).path.removesuffix(f"/{next(iter(files))}")
                dossier = self._open[id] = new_dossier(id, folder)
            changes = [Change(kind=ChangeKind.record_renamed, path=dossier["path"], key="id", before=old, after=new) for old, new in renamed.items() if new == id]
            changes += apply(dossier, files, step)
            dossier["revisions"].append([step.number, _clock(arrival, id), [pack_change(c) for c in changes], _touching(arrival, id)])
            self._note_deletion(id, dossier)
        return list(records)

    def _note_deletion(self, id: str, dossier: Dossier) -> None:
        deleted = self.state["deleted"]
        if dossier["deleted"] is not None and id not in deleted:
            deleted.append(id)
        elif dossier["deleted"] is None and id in deleted:
            deleted.remove(id)

    def _renames(self, records: Mapping[str, Mapping[str, Touched]], step: Step) -> dict[str, str]:
        """Records that have another id now: what went and what came share bytes, names of updates, or the title."""
        gone = [(id, known) for id, files in records.items() if _went(files) and (known := self.dossier(id)) is not None and known["deleted"] is None]
        came = [id for id, files in records.items() if _came(files) and self.dossier(id) is None] if gone else []
        titles = {id: _title(records[id], step) for id in came}
        found: dict[str, str] = {}
        for old, known in gone:
            alike = {id: _likeness(records[old], records[id]) + (titles[id] == known["title"] != "") for id in came}
            best = max(came, key=alike.__getitem__, default=None)
            if best is not None and alike[best]:
                found[old] = best
                came.remove(best)
        return found

    def _rename(self, old: str, new: str, records: dict[str, dict[str, Touched]]) -> None:
        dossier = self.dossier(old)
        if dossier is None:
            return
        left = records.pop(old)
        dossier["id"], dossier["former"] = new, [*dossier["former"], old]
        self._open[new], self._open[old] = dossier, None
        self._gone.add(old)
        self._gone.discard(new)
        for id in dossier["former"]:
            self.state["redirects"][id] = new
        joined = {inner: Touched(inner, t.path, t.before, "") for inner, t in left.items()}
        for inner, touched in records[new].items():
            before = joined[inner].before if inner in joined else ""
            joined[inner] = Touched(inner, touched.path, before, touched.after)
        records[new] = joined

    def _enter_setting(self, change: FileChange, arrival: Arrival, step: Step) -> None:
        """A new version of the components or of the policy, compared with the last one that could be read."""
        known = self.state["files"].get(change.path, "")
        parts = change.path == COMPONENTS_FILE
        shape: type[ComponentsFile] | type[PolicyFile] = ComponentsFile if parts else PolicyFile
        before, after = (_setting(step, blob, change.path, shape) for blob in (known, change.after))
        if after is None:
            changes = [Change(kind=ChangeKind.became_unreadable, path=change.path)]
        else:
            self.state["files"][change.path] = change.after
            if isinstance(before, ComponentsFile) and isinstance(after, ComponentsFile):
                changes = parts_changes(change.path, before, after)
            elif isinstance(before, PolicyFile) and isinstance(after, PolicyFile):
                changes = policy_changes(change.path, before, after)
            else:
                changes = []
        row: list[object] = [*step.point(change.path)[:2], [pack_change(c) for c in changes], _touching(arrival, change.path)]
        self.state["parts" if parts else "policy"].append(row)

    def _keep_commits(self, arrival: Arrival, ids: Sequence[str]) -> None:
        commit = arrival.commit
        self._commits[commit.commit] = pack_author(commit, arrival.number, ids, self.message(commit.message))
        for merged, files in arrival.merged:
            touched = [*_by_record(files), *("" for f in files if f.path in (COMPONENTS_FILE, POLICY_FILE))]
            self._commits[merged.commit] = pack_author(merged, None, touched, self.message(merged.message), commit.commit)
        if len(self._commits) >= _AT_ONCE:
            self._put_commits()
        if commit.signed and ids:
            self.state["signed"].append(commit.commit)
        if (commit.authored - commit.committed).total_seconds() > 0:
            self.state["ahead"].append(commit.commit)


def _setting(step: Step, blob: str, path: str, shape: type[ComponentsFile] | type[PolicyFile]) -> ComponentsFile | PolicyFile | None:
    if not blob:
        return shape()
    data = step.text(path, blob)
    return None if isinstance(data, Unreadable) else yamlio.parse(data, path, shape, may_be_empty=True)[0]


def _by_record(files: Iterable[FileChange]) -> dict[str, dict[str, Touched]]:
    """The files of each record; of one that lies in another folder now, what was and what is are joined."""
    records: dict[str, dict[str, Touched]] = {}
    for change in files:
        found = IN_A_RECORD.fullmatch(change.path)
        if found is None or not (update_id(found["inner"]) or found["inner"] in ("incident.yml", "postmortem.md")):
            continue
        inner, record = found["inner"], records.setdefault(found["id"], {})
        other = record.get(inner)
        if other is None:
            record[inner] = Touched(inner, change.path, change.before, change.after)
        else:
            path = change.path if change.after else other.path
            record[inner] = Touched(inner, path, other.before or change.before, change.after or other.after)
    return records


def _went(files: Mapping[str, Touched]) -> bool:
    head = files.get("incident.yml")
    return head is not None and not head.after


def _came(files: Mapping[str, Touched]) -> bool:
    head = files.get("incident.yml")
    return head is not None and not head.before


def _title(files: Mapping[str, Touched], step: Step) -> str:
    """The title of a record that came, empty where its head cannot be read."""
    head = files["incident.yml"]
    data = step.text(head.path, head.after)
    found = None if isinstance(data, Unreadable) else yamlio.parse(data, head.path, IncidentFile)[0]
    return found.title if found is not None else ""


def _likeness(old: Mapping[str, Touched], new: Mapping[str, Touched]) -> int:
    """How many files have the same bytes, or are updates of the same name."""
    same = {t.before for t in old.values() if t.before} & {t.after for t in new.values() if t.after}
    names = {inner for inner in old if update_id(inner)} & {inner for inner in new if update_id(inner)}
    return len(same) + len(names)


# ---------------------------------------------------------------- merges


def _origins(arrival: Arrival) -> Callable[[str], str]:
    """Which of the merged commits was the first that had a path; empty for what none of them had."""
    first: dict[str, str] = {}
    for commit, files in arrival.merged:
        for change in files:
            first.setdefault(change.path, commit.commit)
    return lambda path: first.get(path, "")


def _touching(arrival: Arrival, where: str) -> list[str]:
    """The merged commits that touched that record, or the file of that path."""
    return [commit.commit for commit, files in arrival.merged if any(f.path == where or f"/{where}/" in f.path for f in files)]


def _clock(arrival: Arrival, id: str) -> str:
    touching = _touching(arrival, id) if arrival.pulled else []
    return touching[-1] if touching else arrival.commit.commit
