"""What a build remembers of records that are over, so that the next one neither reads nor derives nor reviews them again."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from onrecord.cache.generator import code
from onrecord.cache.rows import Rows, Torn
from onrecord.loading.folders import Folder
from onrecord.loading.kept import Changed, Facts, Ground, KeptIncident, Read, facts_of
from onrecord.model import Dataset, Incident
from onrecord.policy import Readers, silent
from onrecord.policy.readers import ALONE
from onrecord.problems import Problem
from onrecord.settings import CACHE_FOLDER, RACY_NS
from onrecord.snapshot import IncidentView, Snapshot
from onrecord.snapshot.digests import digest, digest_of
from onrecord.snapshot.incidents import is_settled, told_of
from onrecord.snapshot.kept import KeptView, packed
from onrecord.snapshot.parts import in_order
from onrecord.snapshot.timing import told

FILE = "settled-1.sqlite"
"""The number changes whenever the rows do: what another version wrote is never read."""
_YEARS, _GROUND = "years", "ground"


def forget(home: Path) -> None:
    """Forgets all of it: whoever asks for a clean build trusts no memory."""
    with suppress(Torn), Rows(home / CACHE_FOLDER / FILE) as rows:
        rows.clear()
        rows.save()


class Settled:
    """The records of one work tree that are over, each with a stamp of its files, the digest of their bytes, and its row.

    A stamp is what the file system says of the files: their names, sizes, times and numbers. Where it is the same, nobody has
    touched them. What was found out counts only on the same ground: generator, components, policy.
    """

    def __init__(self, root: Path, home: Path) -> None:
        self._root = os.path.realpath(root)
        self._file = home / CACHE_FOLDER / FILE
        self._known, self._stood_on = self._opened()
        self._ground = Ground()
        self._on = ""
        self._dataset, self._readers = Dataset(), ALONE
        self._stamps: dict[str, str] = {}
        self._clean: set[str] = set()
        self._began = time.time_ns() - RACY_NS
        self.sources: dict[str, str] = {}
        """A digest of all that each recalled record was read from, by the path of its folder."""

    def _opened(self) -> tuple[dict[str, list[Any]], object]:
        try:
            with Rows(self._file) as rows:
                return {path: row for _, year in rows.all(_YEARS) for path, row in year.items()}, rows.get(_GROUND, _GROUND)
        except (Torn, AttributeError):
            return {}, None

    # ------------------------------------------------------------ while the records are read

    def recall(self, folder: Folder, read: Read) -> Incident | None:
        """The record of that folder without reading it, where its files are as they were."""
        stamp = self._stamp(folder)
        if stamp is None:
            return None
        self._stamps[folder.path] = stamp
        row = self._known.get(folder.path)
        if row is None or row[0] != stamp:
            return None
        self.sources[folder.path] = row[1]
        return KeptIncident(folder.id, folder.path, Facts(row[2], self._ground), partial(self._read, folder, read))

    def note(self, folder: Folder) -> None:
        """Notes that the folder was read, and that nothing was wrong with it."""
        self._clean.add(folder.path)

    def _read(self, folder: Folder, read: Read) -> Incident:
        found = read(folder)
        if not isinstance(found, Incident) or self._stamp(folder) != self._stamps[folder.path]:
            raise Changed(folder.path)
        return found

    def _stamp(self, folder: Folder) -> str | None:
        """None where a file is not an ordinary one, or too young to be known by its times."""
        found = []
        for path in folder.paths:
            try:
                file = os.lstat(f"{self._root}/{path}")
            except OSError:
                return None
            if not stat.S_ISREG(file.st_mode) or max(file.st_mtime_ns, file.st_ctime_ns) > self._began:
                return None
            found.append((path, file.st_size, file.st_mtime_ns, file.st_ctime_ns, file.st_ino, file.st_mode))
        return digest(repr(found).encode("utf-8", "surrogateescape"))

    # ------------------------------------------------------------ when all is read

    def stand(self, dataset: Dataset, readers: Readers) -> None:
        """Says on what the facts of this build stand: those that were found on other ground do not count."""
        self._dataset, self._readers = dataset, readers
        told = digest_of((dataset.policy, dataset.groups, dataset.components, dataset.redactions, readers.circle))
        self._on = f"{code()} {sys.version} {told}"
        self._ground.stands = self._stood_on == self._on and not dataset.policy.page.drill

    def save(self, snapshot: Snapshot, problems: Iterable[Problem], sources: Mapping[str, str], core: Callable[[IncidentView], str]) -> None:
        """Puts down what was found out of the records that were read now. To be called when the site is published.

        `problems` are all that was found wrong, `sources` has the digest of all that each record was read from, by the path of its
        folder, and `core` gives the digest of a view.
        """
        if self._dataset.policy.page.drill or self._dataset.redactions:
            return
        standing = {view.source.path for view in snapshot.incidents if type(view) is KeptView}
        rows = {path: row for path, row in self._known.items() if path in standing}
        for view in self._over(snapshot, problems):
            path, stamp = view.source.path, self._stamps.get(view.source.path)
            row = packed(view, core(view), told(view, snapshot.at), at=snapshot.at, history=told_of(view.id, snapshot.history))
            if stamp is not None and path in sources and row is not None:
                rows[path] = [stamp, sources[path], row]
        if rows != self._known or self._on != self._stood_on:
            with suppress(Torn):
                self._put(rows)

    def _over(self, snapshot: Snapshot, problems: Iterable[Problem]) -> Iterator[IncidentView]:
        """The records that were read now and that nothing but an edit can change any more."""
        order = {component.id: index for index, component in enumerate(in_order(self._dataset))}
        quiet = {incident.path for incident in silent(self._dataset, problems, at=snapshot.at, readers=self._readers)}
        clean = self._clean | self.sources.keys()
        for view in snapshot.incidents:
            if type(view) is KeptView:
                continue
            known = facts_of(view.source) is not None or (view.source.path in quiet and view.source.path in clean)
            if known and is_settled(view, snapshot.at, order, snapshot.history):
                yield view

    def _put(self, rows: Mapping[str, list[Any]]) -> None:
        """Puts down the years of which a row is another one now."""
        years, before = _by_year(rows), _by_year(self._known)
        with Rows(self._file) as base:
            base.drop(_YEARS, [year for year in before if year not in years])
            base.put(_YEARS, ((year, kept) for year, kept in years.items() if kept != before.get(year)))
            base.put(_GROUND, [(_GROUND, self._on)])
            base.save()


def _by_year(rows: Mapping[str, list[Any]]) -> dict[str, dict[str, list[Any]]]:
    found: dict[str, dict[str, list[Any]]] = {}
    for path, row in rows.items():
        found.setdefault(path.split("/")[1], {})[path] = row
    return found
