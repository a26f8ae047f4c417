"""Publication: everything is staged beside the published folder; then both change places in one step, or few changed files are renamed in.

Beside `site/` lies, while a build runs, the work folder `.site.onrecord/`:

    lock     held by the one build that may publish
    changes/ the files that are new or other than the published ones, as they are made; of a first or clean build they lie in next/ at once
    next/    the whole site, staged; files that stay as they are become hard links to the published ones
    last/    only where folders cannot be exchanged in one step: the old site, for the moment between two renames
    journal  only of a large site of which little changes: what is to be renamed in and what removed

A small site, a first one and one of which much changes are exchanged whole. Of a large one with few changes only those
files are touched; a run that is stopped in the middle is finished by the next one, and meanwhile each file is the old one or the new one.

`next/` is raw material: whatever a killed build left there is compared and mended,
so no state of it can reach readers. After the exchange it holds the old site. That is removed,
unless the site is large: then it stays, as the raw material that makes the next build cheap.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from onrecord.render.artifacts import Artifact
from onrecord.site import disk, journal
from onrecord.site.assemble import File
from onrecord.site.holding import CannotPublish, reported, work_folder
from onrecord.site.shelf import Shelf

MARK = "manifest.json"
"""The file by which a folder is known as one of ours."""
LARGE = 2000
"""A site of more files keeps the replaced one as raw material, since making its links anew would take seconds, and few changes are renamed into it."""
_SHARE = 4
"""Less than one file in so many are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication changed. `written` and `removed` are paths in order; `size` is of the whole site, in bytes."""

    target: Path
    files: int
    size: int
    written: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def kept(self) -> int:
        """How many files stayed as they were, with their times."""
        return self.files - len(self.written)


@contextmanager
def publishing(
    target: Path, *, clean: bool = False, waiting: Callable[[], None] = lambda: None
) -> Iterator[Callable[..., Published]]:
    """Holds the folder against other builds, and yields the function that makes it hold exactly those files.

    Hold it before reading the records: then of two builds the later one publishes the newer words.
    Until everything is staged `target` is untouched, and whatever stops the run, it is the old site
    or the new one, at the latest after the next run. Unchanged files keep their bytes and times, unless `clean` writes all anew.
    Entries of `target` that begin with a dot are the owner's and stay, as under MkDocs.
    `waiting` is called once when another build holds the folder. The function takes the files, and a `Shelf` that knows what is published.

    Raises:
        CannotPublish: the folder is not ours, cannot be replaced, or another build does not finish.
    """
    target = target.resolve()
    with work_folder(target, waiting) as work:
        with reported(target, work):
            _restore(target, work)
            _demand_ours(target)
            if clean:
                disk.remove(work / "next")
        yield partial(_publish, target=target, work=work, link=not clean)


def _publish(files: Iterable[Artifact | File], shelf: Shelf | None = None, *, target: Path, work: Path, link: bool) -> Published:
    with reported(target, work):
        try:
            staging = _Staging(work, target, shelf if link else None, link=link)
            for file in files:
                staging.place(file.path, file.data, file.sha256 if isinstance(file, File) else None, file.size if isinstance(file, File) else None)
            result = staging.finish()
        except BaseException:
            if not journal.is_open(work):
                _drop(work / journal.CHANGES)
                _drop(work / "next")
            raise
        with suppress(OSError):
            disk.settle(work)
        if result.files <= LARGE:
            _drop(work / "next")
        return result


class _Staging:
    """What is to be published: the files that differ from the published ones are written at once, the others only noted."""

    def __init__(self, work: Path, target: Path, shelf: Shelf | None, *, link: bool) -> None:
        self._work = work
        self._straight = not link or not target.exists()
        self._next = os.fspath(work / "next")
        self._changes = self._next if self._straight else os.fspath(work / journal.CHANGES)
        self._target = target
        self._published = os.fspath(target)
        self._shelf = shelf
        self._link = link
        self._entered: set[str] = set()
        self._same: list[str] = []
        self._written: list[str] = []
        self._digests: dict[str, str] = {}
        self._size = 0
        disk.remove(work / journal.CHANGES)
        if self._straight:
            disk.remove(work / "next")
        disk.make_folder(self._changes)

    def place(self, path: str, data: bytes | None, digest: str | None = None, size: int | None = None) -> None:
        """Stages one file; without `data` it is the published one, whose digest is known.

        Raises:
            ValueError: the path leaves the folder, or was placed before.
        """
        if path in self._digests or not _is_plain(path):
            raise ValueError(f"`{path}` cannot be published: it leaves the folder, or is there twice")
        self._digests[path] = digest or ""
        self._size += len(data) if data is not None else size or 0
        if data is None or self._is_published(path, data, digest):
            self._same.append(path)
            return
        self._written.append(path)
        _enter(self._changes, path.rpartition("/")[0], self._entered)
        disk.write(f"{self._changes}/{path}", data)

    def _is_published(self, path: str, data: bytes, digest: str | None) -> bool:
        if not self._link:
            return False
        if self._shelf is not None and digest is not None and self._shelf.stands(path, digest):
            return True
        return disk.content(f"{self._published}/{path}", len(data)) == data

    def finish(self) -> Published:
        """Publishes what was staged, and says what changed."""
        few = self._is_little()
        removed = self._removed(few=few)
        result = Published(
            target=self._target,
            files=len(self._digests),
            size=self._size,
            written=tuple(sorted(self._written)),
            removed=tuple(sorted(path for path in removed if path[-1] != "/")),
        )
        if few:
            journal.enter(self._work, self._written, sorted(removed))
            journal.finish(self._work, self._target)
        elif result.written or result.removed or not self._target.exists():
            self._stage_all()
            if self._shelf is not None:
                self._shelf.moved = True
            _carry_dot_entries(self._target, self._work / "next")
            _swap(self._work, self._target)
        _drop(self._work / journal.CHANGES)
        return result

    def _is_little(self) -> bool:
        """Whether so little of a large site changes that its folder stays where it is."""
        known = self._shelf is not None and MARK in self._shelf.paths and self._target.is_dir()
        return known and len(self._digests) > LARGE and len(self._written) * _SHARE < len(self._digests)

    def _removed(self, *, few: bool) -> set[str]:
        if not few or self._shelf is None:
            return {path for path in disk.files_below(self._published) if path not in self._digests and path[0] != "."}
        return {path for path in self._shelf.paths if path not in self._digests} | self._shelf.strangers()

    def _stage_all(self) -> None:
        """Makes `next/` the whole site."""
        folder = self._next
        entered: set[str] = set()
        _enter(folder, "", entered)
        reused = not self._straight and bool(os.listdir(folder))  # noqa: PTH208
        for path in self._same:
            _enter(folder, path.rpartition("/")[0], entered)
            staged, published = f"{folder}/{path}", f"{self._published}/{path}"
            if reused:
                if disk.same_file(staged, published):
                    continue
                disk.remove(Path(staged))
            disk.link_or_copy(published, staged)
        for path in () if self._straight else self._written:
            _enter(folder, path.rpartition("/")[0], entered)
            if reused:
                disk.remove(Path(f"{folder}/{path}"))
            os.rename(f"{self._changes}/{path}", f"{folder}/{path}")  # noqa: PTH104
        if reused:
            for path in set(disk.files_below(folder)) - self._digests.keys():
                disk.remove(Path(f"{folder}/{path}"))
            disk.remove_empty_folders(folder)
        if self._target.is_dir():
            shutil.copymode(self._published, folder)


def _enter(base: str, folder: str, entered: set[str]) -> None:
    """Makes the folder and those above it, each a real folder and no link to elsewhere."""
    if folder in entered:
        return
    if folder:
        _enter(base, folder.rpartition("/")[0], entered)
    disk.make_folder(f"{base}/{folder}" if folder else base)
    entered.add(folder)


# ---------------------------------------------------------------- the one step


def _swap(work: Path, target: Path) -> None:
    """Makes the staged folder the published one: in one step where the system can, else in two with a way back."""
    stage, last = work / "next", work / "last"
    disk.settle(work)
    if not target.exists():
        stage.rename(target)
    elif not disk.exchange(stage, target):
        target.rename(last)
        try:
            stage.rename(target)
        except BaseException:
            last.rename(target)
            raise
        with suppress(OSError):
            last.rename(stage)


def _restore(target: Path, work: Path) -> None:
    """Puts the old site back where a run was killed between its two renames, and finishes the changes that one had begun."""
    if journal.is_open(work):
        journal.finish(work, target)
    last = work / "last"
    if not last.exists():
        return
    if target.exists():
        disk.remove(last)
    else:
        last.rename(target)


def _drop(stage: Path) -> None:
    """Removes what was staged or replaced; what cannot be removed now is raw material for the next build."""
    with suppress(OSError):
        disk.remove(stage)


# ---------------------------------------------------------------- whose folder it is


def _demand_ours(target: Path) -> None:
    """Refuses to replace a folder that holds anything but a site of ours."""
    if not target.exists():
        return
    if not target.is_dir():
        raise CannotPublish(f"{target} is a file", "name a folder with --out")
    strangers = sorted(entry.name for entry in target.iterdir() if entry.name[0] != ".")
    if strangers and _files_of(target) is None:
        raise CannotPublish(
            f"{target} is not empty, and onrecord did not write it (it holds `{strangers[0]}`)",
            "name another folder with --out, or remove this one yourself if nobody needs it",
        )


def _files_of(folder: Path) -> frozenset[str] | None:
    """The files that onrecord wrote into that folder, None where it is no site of ours."""
    try:
        manifest = json.loads((folder / MARK).read_bytes())
        return frozenset(manifest["files"]) if manifest["generator"] == "onrecord" else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _carry_dot_entries(published: Path, stage: Path) -> None:
    """Takes along what the owner keeps in the published folder, such as `.git` or `.well-known`."""
    if not published.is_dir():
        return
    ours = _files_of(published) or frozenset()
    for entry in published.iterdir():
        if entry.name[0] == ".":
            _carry(entry, stage / entry.name, entry.name, ours)


def _carry(source: Path, copy: Path, path: str, ours: frozenset[str]) -> None:
    if source.is_dir() and not source.is_symlink():
        copy.mkdir(exist_ok=True)
        for entry in source.iterdir():
            _carry(entry, copy / entry.name, f"{path}/{entry.name}", ours)
    elif path not in ours and not os.path.lexists(copy):
        disk.link_or_copy(os.fspath(source), os.fspath(copy))


# ---------------------------------------------------------------- words


def _is_plain(path: str) -> bool:
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))
