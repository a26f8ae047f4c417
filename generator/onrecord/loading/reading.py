"""Reading the files of one tree, each as what it should be, as what it last could be read as, or as the reasons why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from onrecord import yamlio
from onrecord.files import Tree, Unreadable, printable
from onrecord.loading.folders import Folder, name_problems
from onrecord.loading.lines import Lines
from onrecord.loading.postmortems import read_postmortem
from onrecord.loading.recovering import Versions, found_before, last_good
from onrecord.loading.translations import read_translation
from onrecord.loading.updates import read_update
from onrecord.model import (
    INCIDENT_ID,
    Incident,
    IncidentFile,
    LastGood,
    Postmortem,
    PostmortemTranslation,
    Redaction,
    Shape,
    Translation,
    Update,
    UpdateTranslation,
)
from onrecord.model import Unreadable as UnreadableRecord
from onrecord.problems import Place, Problem, in_order, unread
from onrecord.settings import REDACTIONS_FILE
from onrecord.withholding import WithheldTree, Withholding, read_redactions

_DRILL = re.compile(rb"^drill:[ \t]*['\"]?(true|yes|on)\b", re.IGNORECASE | re.MULTILINE)
S = TypeVar("S", bound=Shape)
T = TypeVar("T")


class Reader:
    """Reads the files of one tree, and collects what is wrong with them."""

    def __init__(self, tree: Tree, stand_in: Callable[[str], datetime], versions: Versions, given: Withholding, *, recover: bool) -> None:
        self.problems: list[Problem] = []
        self.older: list[LastGood] = []
        """The versions that stand in for files that belong to no record."""
        self.withholding = given
        self._stand_in = stand_in
        self._versions = versions
        self._recover = recover
        self._claimed: set[Redaction] = set()
        found = self._redactions(tree)
        if given.redactions or found.redactions:
            self.withholding = Withholding(tuple(dict.fromkeys((*found.redactions, *given.redactions))))
        self._withheld = WithheldTree(tree, self.withholding) if self.withholding else None
        self.tree: Tree = self._withheld or tree

    def _redactions(self, tree: Tree) -> Withholding:
        found, problems = read_redactions(tree)
        self.problems += problems
        if found is not None:
            return found
        older = last_good(tree, REDACTIONS_FILE, self._versions, Withholding(), lambda other: read_redactions(other)[0])
        if older is None:
            return Withholding()
        self.older.append(older[1])
        return older[0]

    def single(self, path: str, shape: type[S]) -> S:
        """A file that is there once, or its last good version, or its defaults where it is missing, empty or never was good."""
        if not self.tree.exists(path):
            return shape()
        record, found = _parse(self.tree, path, shape, may_be_empty=True)
        self.problems += found
        if record is not None:
            return record
        older = self._last_good(path, lambda tree: _parse(tree, path, shape, may_be_empty=True)[0])
        if older is None:
            return shape()
        self.older.append(older[1])
        return older[0]

    def _last_good(self, path: str, read: Callable[[Tree], T | None]) -> tuple[T, LastGood] | None:
        return last_good(self.tree, path, self._versions, self.withholding, read) if self._recover else None

    def record(self, folder: Folder) -> Incident | UnreadableRecord:
        """One folder as an incident, or as a record that cannot be read; its updates are looked at in both cases."""
        found = name_problems(folder)
        head, older = self._head(folder, found)
        files = {"": folder.head or folder.path}
        updates = self._updates(folder, files, found)
        postmortem = self._postmortem(folder.postmortem, found) if folder.postmortem is not None else None
        untold: tuple[str, ...] = ()
        if folder.translations:
            updates, postmortem, untold = self._translated(folder, updates, postmortem, found)
        if folder.postmortem is not None:
            files["postmortem."] = folder.postmortem
        self.problems += found
        if head is None or not INCIDENT_ID.fullmatch(folder.id):
            where = {folder.path, folder.head}
            first = next(p for p in in_order(found) if p.place.path in {printable(w) for w in where if w})
            return UnreadableRecord(id=printable(folder.id), place=first.place, message=first.message, drill=self._is_drill(folder, head))
        return Incident(
            id=folder.id,
            path=folder.path,
            head=head,
            updates=updates,
            postmortem=postmortem,
            inside=tuple(printable(path) for path in folder.inside),
            last_good=older,
            withheld=self._of_folder(folder) if self._withheld else (),
            untold=untold,
            lines=Lines(self.tree, files),
        )

    def _translated(
        self, folder: Folder, updates: tuple[Update, ...], postmortem: Postmortem | None, problems: list[Problem]
    ) -> tuple[tuple[Update, ...], Postmortem | None, tuple[str, ...]]:
        """The updates and the post-mortem with their translations, and the paths of translations of what there is not."""
        known = {f"updates/{update.path.rpartition('/')[2][:-3]}" for update in updates}
        said: dict[str, list[Translation[UpdateTranslation]]] = {}
        told: list[Translation[PostmortemTranslation]] = []
        untold: list[str] = []
        for language, of, path in folder.translations:
            if of == "postmortem" and postmortem is not None:
                story, more = read_translation(self.tree, path, language, PostmortemTranslation)
                told += [story] if story else []
            elif of in known:
                words, more = read_translation(self.tree, path, language, UpdateTranslation)
                said.setdefault(of, []).extend([words] if words else [])
            else:
                more = []
                untold.append(path)
            problems += more
        updates = tuple(replace(u, translations=tuple(found)) if (found := said.get(f"updates/{u.path.rpartition('/')[2][:-3]}")) else u for u in updates)
        return updates, replace(postmortem, translations=tuple(told)) if postmortem is not None else None, tuple(untold)

    def _head(self, folder: Folder, problems: list[Problem]) -> tuple[IncidentFile | None, LastGood | None]:
        path = folder.head or f"{folder.path}/incident.yml"
        if folder.head is None:
            hint = "write one, with at least `title: …`; without it none of these words can be published"
            problems.append(unread("missing-head", Place(printable(folder.path)), "there is no incident.yml", hint))
        else:
            head, found = _parse(self.tree, path, IncidentFile)
            problems += found
            if head is not None:
                return head, None
        return self._last_good(path, lambda tree: _parse(tree, path, IncidentFile)[0]) or (None, None)

    def _is_drill(self, folder: Folder, head: IncidentFile | None) -> bool:
        """Whether it is one, or its text looks so where it cannot be read: in doubt it stays inside."""
        if head is not None:
            return head.drill
        try:
            return folder.head is not None and bool(_DRILL.search(self.tree.read(folder.head)))
        except Unreadable:
            return False

    def _updates(self, folder: Folder, files: dict[str, str], problems: list[Problem]) -> tuple[Update, ...]:
        updates: list[Update] = []
        for path in folder.updates:
            update, found = read_update(self.tree, path, self._stand_in)
            if update.unread:
                update = self._older_update(path) or update
            if f"updates/{update.id}." in files:
                update = replace(update, id=f"{update.id}-{len(updates) + 1}")
            if self._withheld:
                update = replace(update, withheld=self._of_file(path))
            updates.append(update)
            files[f"updates/{update.id}."] = path
            if found:
                problems += found
        if len(updates) > 1:
            updates.sort(key=lambda update: (update.head.at, update.id))
        return tuple(updates)

    def _older_update(self, path: str) -> Update | None:
        def read(tree: Tree) -> Update | None:
            update = read_update(tree, path, self._stand_in)[0]
            return None if update.unread else update

        older = self._last_good(path, read)
        return replace(older[0], last_good=older[1]) if older else None

    def _postmortem(self, path: str, problems: list[Problem]) -> Postmortem | None:
        found, more = read_postmortem(self.tree, path)
        problems += more
        if found is None:
            older = self._last_good(path, lambda tree: read_postmortem(tree, path)[0])
            found = replace(older[0], last_good=older[1]) if older else None
        if found is None or not self._withheld:
            return found
        beside = [f"{path.rpartition('/')[0]}/{name}" for name in found.pictures]
        return replace(found, withheld=tuple(dict.fromkeys(r for file in (path, *beside) for r in self._of_file(file))))

    # ------------------------------------------------------------ redactions

    def _of_file(self, path: str) -> tuple[Redaction, ...]:
        """The redactions to be named beside that file's words: those that found something there, and those of words that are gone."""
        hits = self._withheld.hits.get(path, ()) if self._withheld else ()
        found = tuple(r for r in self.withholding.redactions if r in hits or (r.removed and r.path == path))
        self._claimed.update(found)
        return found

    def _of_folder(self, folder: Folder) -> tuple[Redaction, ...]:
        """Those of the head, and of files that are not there any more."""
        found = self._of_file(folder.head) if folder.head else ()
        gone = tuple(
            r for r in self.withholding.redactions if r.path.startswith(f"{folder.path}/") and "*" not in r.path and not self.tree.exists(r.path)
        )
        self._claimed.update(gone)
        return tuple(dict.fromkeys((*found, *gone)))

    def unclaimed(self) -> tuple[Redaction, ...]:
        """Those that no record names."""
        return tuple(r for r in self.withholding.redactions if r not in self._claimed)

    def idle(self) -> tuple[int, ...]:
        """The numbers of those that found nothing in any file that was read, nor in an older version, and should have."""
        hits = {r for found in self._withheld.hits.values() for r in found} if self._withheld else set()
        return tuple(
            number
            for number, redaction in enumerate(self.withholding.redactions)
            if not redaction.removed and redaction not in hits and not found_before(redaction, self._versions)
        )


def _parse(tree: Tree, path: str, shape: type[S], *, may_be_empty: bool = False) -> tuple[S | None, list[Problem]]:
    try:
        return yamlio.parse(tree.read(path), printable(path), shape, may_be_empty=may_be_empty)
    except Unreadable as error:
        return None, [refused(error, path)]


def refused(error: Unreadable, path: str) -> Problem:
    """The finding that a file cannot be read at all."""
    return Problem(code=error.code, slug=error.slug, level="error", place=Place(printable(path)), message=error.message, hint=error.hint)
