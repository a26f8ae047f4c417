"""From the ledger to the History: each dossier told as frozen facts, when somebody asks for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from onrecord import gitio
from onrecord.cache import digest
from onrecord.gitio.history import Author
from onrecord.model import FINAL_STATUSES, Kind, Severity, Status
from onrecord.revisions.dossier import Dossier, Point, StoryFacts, UpdateFacts
from onrecord.revisions.ledger import Ledger
from onrecord.revisions.line import demotions, misdated
from onrecord.revisions.overview import Published, Yearly, parts_of
from onrecord.revisions.packing import unpack_author, unpack_change
from onrecord.revisions.publishing import DRAFT, IMPORTED, TOO_OLD, Clocks
from onrecord.revisions.reading import NOTHING_WITHHELD, read_ledger
from onrecord.revisions.records import (
    NO_EDIT,
    Change,
    ChangeKind,
    Claims,
    Edit,
    History,
    Publication,
    RecordHistory,
    Revision,
    StoryHistory,
    Tombstone,
    UpdateHistory,
)
from onrecord.times import BadTime, parse_instant
from onrecord.withholding import Withholding

_MANY = 500
"""Who asks for more commits than these gets all of them at once, as texts, which take little room."""


def read_history(
    root: Path,
    cache_folder: Path | None,
    *,
    revision: str = "HEAD",
    published: Mapping[str, datetime] | None = None,
    since: str | None = None,
    withholding: Withholding = NOTHING_WITHHELD,
) -> History:
    """The history of the branch up to that commit, from one pass or from the cache.

    `published` has the time at which each deployed commit came out, from the chain of publications. Publication
    times of what was committed before `since`, a commit or a moment, are unknown.

    Raises:
        Incomplete: the clone does not hold the whole history.
        GitFailed: no git, no repository, no such commit.
    """
    return tell(read_ledger(root, cache_folder, revision, withholding), root, published or {}, since)[0]


def tell(ledger: Ledger, root: Path, published: Mapping[str, datetime], since: str | None) -> tuple[History, Published]:
    """The history that the ledger holds, and when every update that stands came out."""
    teller = Teller(ledger, Clocks(rows=ledger.rows, state=ledger.state, published=published, since=_number_of(ledger, root, since)))
    out = Published(ledger, teller.clocks)
    history = History(
        tip=ledger.state["tip"],
        commits=ledger.state["length"],
        records=teller,
        published=out,
        titles=Yearly(ledger, "titles"),
        deleted=tuple(id for id in ledger.state["deleted"] if _counts(ledger.glance(id), teller.clocks)),
        shorn=frozenset(ledger.state["shorn"]),
        retouched=frozenset(ledger.state["retouched"]),
        redirects=ledger.state["redirects"],
        components=teller.revisions(ledger.state["parts"]),
        policy=teller.revisions(ledger.state["policy"]),
        demotions=tuple(demotions(ledger, teller.clocks, teller.author)),
        misdated=tuple(misdated(ledger, teller.author)),
        signed=tuple(ledger.state["signed"]),
        astray=teller.clocks.astray,
    )
    return history, out


def _counts(dossier: Dossier | None, clocks: Clocks) -> bool:
    """Whether a deletion is not older than the record."""
    return dossier is not None and dossier["deleted"] is not None and int(dossier["deleted"][0]) >= clocks.since


def _number_of(ledger: Ledger, root: Path, since: str | None) -> int:
    """The number of the first commit that counts: the one that was named, or the first one made at that moment or later.

    A name that leads nowhere counts as none.
    """
    if not since:
        return 0
    with suppress(BadTime):
        moment = parse_instant(since).timestamp()
        times = ledger.rows.get("state", "times") or []
        return next((number for number, time in enumerate(times) if time >= moment), len(times))
    try:
        row = ledger.rows.get("commits", gitio.commit(root, since).commit)
    except gitio.GitFailed:
        return 0
    return row[0] if row is not None and row[0] is not None else 0


class Teller(Mapping[str, RecordHistory]):
    """The records by id, each told when it is asked for."""

    def __init__(self, ledger: Ledger, clocks: Clocks) -> None:
        self.ledger = ledger
        self.clocks = clocks
        self._authors: dict[str, Author] = {}
        self._commits: Callable[[str], Any] | None = None
        self._last: tuple[str, RecordHistory] | None = None
        self._seen: tuple[str, Dossier | None] | None = None
        self._digests = Yearly(ledger, "digests")

    def __getitem__(self, id: str) -> RecordHistory:
        if self._last is None or self._last[0] != id:  # one page asks for its record more than once
            self._last = id, self._told(id)
        return self._last[1]

    def _glance(self, id: str) -> Dossier | None:
        """The dossier of that record. Only the newest is at hand for who asks again: all of them are larger than all else that a build knows."""
        if self._seen is None or self._seen[0] != id:
            self._seen = id, self.ledger.glance(id)
        return self._seen[1]

    def _told(self, id: str) -> RecordHistory:
        dossier = self._glance(id)
        if dossier is None:
            raise KeyError(id)
        return self.tell(dossier)

    def __iter__(self) -> Iterator[str]:
        return (str(key) for key in self.ledger.rows.keys("records"))

    def __len__(self) -> int:
        return len(self.ledger.rows.keys("records"))

    def digest(self, id: str) -> str | None:
        """A digest of all that is told of that record, without telling it: its dossier, and when each of its commits came out. None where there is none.

        What a commit is by itself hangs on its id, and on what is withheld. Without a chain of publications nothing but odd clocks moves
        a commit that is there already: then one digest of those clocks does for all records.
        """
        if self.clocks.alike is not None:
            known = self._digests.get(id)
            return f"{known}-{self.clocks.alike}" if known is not None else None
        dossier = self._glance(id)
        if dossier is None:
            return None
        times = [self._came_out(number, commit, merged) for number, commit, _, merged in dossier["revisions"]]
        points = [parts_of(facts["point"]) for facts in (*dossier["updates"].values(), dossier["story"], dossier) if facts is not None and facts["point"] is not None]
        clocks = [(out.time, out.clock, out.reason) for out in (*times, *(self.clocks.of(*point) for point in points))]
        return digest([json.dumps(dossier, sort_keys=True).encode(), repr(clocks).encode()])

    def _came_out(self, number: Any, commit: Any, merged: Any) -> Publication:
        return self.clocks.of(number, commit, merged[-1] if merged and all(id in self.clocks.aside for id in merged) else "")

    def tell(self, dossier: Dossier) -> RecordHistory:
        """One record's history."""
        revisions = self.revisions(dossier["revisions"])
        first = self._first(dossier)
        out = dossier["point"][0] if dossier["point"] is not None else None
        renamed = any(change.kind is ChangeKind.update_renamed for revision in revisions for change in revision.changes)
        changed = [(int(str(row[0])), revision) for row, revision in zip(dossier["revisions"], revisions, strict=True)]
        later = [(number, revision) for number, revision in changed if out is not None and number > int(out)]
        return RecordHistory(
            id=dossier["id"],
            published=first,
            revisions=revisions,
            updates=tuple(self._update(facts, changed, _names(id, changed) if renamed else frozenset({id}), id) for id, facts in _in_order(dossier)),
            title=dossier["title"],
            kind=Kind(dossier["kind"]),
            severity=Severity(dossier["severity"]) if dossier["severity"] else None,
            started=parse_instant(dossier["started"]) if dossier["started"] else _first_said(dossier),
            ended=ended(dossier),
            imported=dossier["imported"],
            waivers=dossier["waivers"],
            postmortem=self._story(dossier["story"], changed),
            head=_edits(later, first, _is_of_head),
            tombstone=_tombstone(dossier, changed),
            former=tuple(dossier["former"]),
        )

    def _story(self, facts: StoryFacts | None, revisions: Sequence[tuple[int, Revision]]) -> StoryHistory | None:
        if facts is None or facts["point"] is None:
            return None
        number, commit, _ = facts["point"]
        out = IMPORTED if facts["imported"] else self._at(facts["point"])
        later = [(n, revision) for n, revision in revisions if n > int(number)]
        return StoryHistory(published=out, commit=self.author(str(commit)), edits=_edits(later, out, _is_of_story), stands=facts["published"])

    def revisions(self, rows: Sequence[Sequence[Any]]) -> tuple[Revision, ...]:
        """What each row says that a commit did."""
        return tuple(
            Revision(
                commit=self.author(commit),
                publication=self._came_out(number, commit, merged),
                changes=tuple(unpack_change(change) for change in changes),
                merged=tuple(self.author(id) for id in merged),
            )
            for number, commit, changes, merged in rows
        )

    def author(self, commit: str) -> Author:
        """The commit of that id."""
        known = self._authors.get(commit)
        if known is not None:
            return known
        if self._commits is None and len(self._authors) >= _MANY:
            self._commits = self.ledger.rows.whole("commits")
        if self._commits is not None:
            return unpack_author(commit, self._commits(commit))
        known = self._authors[commit] = unpack_author(commit, self.ledger.rows.get("commits", commit))
        return known

    def _first(self, dossier: Dossier) -> Publication:
        if dossier["point"] is None:
            return DRAFT
        return IMPORTED if dossier["imported"] else self._at(dossier["point"])

    def _at(self, point: Point) -> Publication:
        return self.clocks.of(*parts_of(point))

    def _update(self, facts: UpdateFacts, revisions: Sequence[tuple[int, Revision]], names: frozenset[str], id: str) -> UpdateHistory:
        out = DRAFT if facts["point"] is None else IMPORTED if facts["imported"] else self._at(facts["point"])
        number = int(facts["point"][0]) if facts["point"] is not None else -1
        later = [(n, revision) for n, revision in revisions if facts["point"] is not None and n > number]
        first = _claims(facts["first"])
        return UpdateHistory(
            id=id,
            published=out,
            at=first.at,
            first=first,
            now=first if facts["now"] == facts["first"] else _claims(facts["now"]),
            edits=_edits(later, out, _is_of(names)),
            removed=next((revision for n, revision in revisions if n == facts["gone"]), None),
        )


def _claims(facts: Mapping[str, str]) -> Claims:
    times = {key: parse_instant(facts[key]) for key in ("at", "effective", "due") if key in facts}
    status, severity = facts.get("status"), facts.get("severity")
    return Claims(**times, status=Status(status) if status else None, severity=Severity(severity) if severity else None)


def _in_order(dossier: Dossier) -> list[tuple[str, UpdateFacts]]:
    return sorted(dossier["updates"].items(), key=lambda item: (int(item[1]["point"][0]) if item[1]["point"] else 0, item[1]["first"].get("at", ""), item[0]))


def _edits(revisions: Sequence[tuple[int, Revision]], first: Publication, is_meant: Callable[[Change], bool]) -> tuple[Edit, ...]:
    """What was changed after it was out. What was never out in its earlier form is no edit: the chain proves that.

    Of what is older than the record nobody knows whether it was out.
    """
    found: list[Edit] = []
    for _, revision in revisions:
        if revision.publication is TOO_OLD:
            continue
        if first.clock == "proven" == revision.publication.clock and first.time == revision.publication.time:
            continue
        changes = tuple(change for change in revision.changes if change.kind not in NO_EDIT and is_meant(change))
        if changes:
            found.append(Edit(revision=revision, changes=changes))
    return tuple(found)


def _is_of_head(change: Change) -> bool:
    return change.update is None and change.path.endswith("/incident.yml")


def _is_of_story(change: Change) -> bool:
    return change.update is None and change.path.endswith("/postmortem.md")


def _is_of(names: frozenset[str]) -> Callable[[Change], bool]:
    return lambda change: change.update in names


def _names(id: str, revisions: Sequence[tuple[int, Revision]]) -> frozenset[str]:
    """The names that an update's file has had."""
    names = {id}
    for _, revision in reversed(revisions):
        names |= {c.before for c in revision.changes if c.kind is ChangeKind.update_renamed and c.after in names}
    return frozenset(names)


def _tombstone(dossier: Dossier, revisions: Sequence[tuple[int, Revision]]) -> Tombstone | None:
    if dossier["deleted"] is None:
        return None
    number, last = dossier["deleted"]
    return Tombstone(
        id=dossier["id"],
        title=dossier["title"],
        kind=Kind(dossier["kind"]),
        path=dossier["path"],
        started=parse_instant(dossier["started"]) if dossier["started"] else _first_said(dossier),
        ended=ended(dossier),
        removed=next(revision for n, revision in revisions if n == number),
        last=str(last),
    )


def _first_said(dossier: Dossier) -> datetime | None:
    said = [at for facts in dossier["updates"].values() if (at := facts["now"].get("at"))]
    return parse_instant(min(said)) if said else None


def ended(dossier: Dossier) -> datetime | None:
    """When it was over, as its last update says; None where it says that it is not."""
    said = [facts["now"] for facts in dossier["updates"].values() if facts["gone"] is None and "at" in facts["now"]]
    last = max(said, key=lambda now: now["at"], default=None)
    if last is None or last.get("status") not in FINAL_STATUSES:
        return None
    return parse_instant(last.get("effective") or last["at"])
