"""Publication: everything is staged beside the published folder, then both change places in one step.

Beside `site/` lies, while a build runs, the work folder `.site.onrecord/`:

    lock     held by the one build that may publish
    next/    the site being staged; files that stay as they are become hard links to the published ones
    last/    only where folders cannot be exchanged in one step: the old site, for the moment between two renames

`next/` is raw material: whatever a killed build left there is compared byte for byte and mended,
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
from pathlib import Path

from onrecord.render.artifacts import Artifact
from onrecord.site import disk
from onrecord.site.holding import CannotPublish, reported, work_folder

MARK = "manifest.json"
"""The file by which a folder is known as one of ours."""
KEEP_ABOVE = 2000
"""A site of more files keeps the replaced one as raw material; making its links anew would take seconds."""


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
) -> Iterator[Callable[[Iterable[Artifact]], Published]]:
    """Holds the folder against other builds, and yields the function that makes it hold exactly those files.

    Hold it before reading the records: then of two builds the later one publishes the newer words.
    Until everything is staged `target` is untouched, and whatever stops the run, it is the old site
    or the new one. Unchanged files keep their bytes and times, unless `clean` writes all anew.
    Entries of `target` that begin with a dot are the owner's and stay, as under MkDocs.
    `waiting` is called once when another build holds the folder.

    Raises:
        CannotPublish: the folder is not ours, cannot be replaced, or another build does not finish.
    """
    target = target.resolve()
    with work_folder(target, waiting) as work:
        with reported(target):
            _restore(target, work)
            _demand_ours(target)
            if clean:
                disk.remove(work / "next")
        yield lambda artifacts: _publish(artifacts, target, work, link=not clean)


def _publish(artifacts: Iterable[Artifact], target: Path, work: Path, *, link: bool) -> Published:
    stage = work / "next"
    with reported(target):
        try:
            staging = _Staging(stage, target, link=link)
            for artifact in artifacts:
                staging.place(artifact)
            result = staging.finish()
            if result.written or result.removed or not target.exists():
                _carry_dot_entries(target, stage)
                _swap(work, target)
        except BaseException:
            _drop(stage)
            raise
        with suppress(OSError):
            disk.settle(work)
        if result.files <= KEEP_ABOVE:
            _drop(stage)
        return result


class _Staging:
    """The site being staged: each file is linked from the published one where it is the same, else written."""

    def __init__(self, folder: Path, target: Path, *, link: bool) -> None:
        self._folder = os.fspath(folder)
        self._published = os.fspath(target)
        self._link = link
        self._target = target
        self._folders: set[str] = set()
        self._placed: set[str] = set()
        self._written: list[str] = []
        self._size = 0
        self._enter("")
        self._reused = any(folder.iterdir())

    def place(self, artifact: Artifact) -> None:
        """Stages one file.

        Raises:
            ValueError: the path leaves the folder, or was placed before.
        """
        path = artifact.path
        if path in self._placed or not _is_plain(path):
            raise ValueError(f"`{path}` cannot be published: it leaves the folder, or is there twice")
        self._enter(path.rpartition("/")[0])
        self._placed.add(path)
        self._size += len(artifact.data)
        staged, published = f"{self._folder}/{path}", f"{self._published}/{path}"
        if self._link and disk.content(published, len(artifact.data)) == artifact.data:
            self._link_to(published, staged)
            return
        self._written.append(path)
        self._make_room(staged)
        disk.write(staged, artifact.data)

    def finish(self) -> Published:
        """Removes what does not belong to the site, and says what changed."""
        if self._reused:
            for path in set(disk.files_below(self._folder)) - self._placed:
                disk.remove(Path(f"{self._folder}/{path}"))
            disk.remove_empty_folders(self._folder)
        gone = {path for path in disk.files_below(self._published) if path not in self._placed and path[0] != "."}
        if self._target.is_dir():
            shutil.copymode(self._published, self._folder)
        return Published(
            target=self._target,
            files=len(self._placed),
            size=self._size,
            written=tuple(sorted(self._written)),
            removed=tuple(sorted(gone)),
        )

    def _link_to(self, published: str, staged: str) -> None:
        if self._reused and disk.same_file(staged, published):
            return
        self._make_room(staged)
        disk.link_or_copy(published, staged)

    def _enter(self, folder: str) -> None:
        """Makes the folder and those above it, each a real folder and no link to elsewhere."""
        if folder in self._folders:
            return
        if folder:
            self._enter(folder.rpartition("/")[0])
        disk.make_folder(f"{self._folder}/{folder}" if folder else self._folder)
        self._folders.add(folder)

    def _make_room(self, staged: str) -> None:
        if self._reused:
            disk.remove(Path(staged))


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
    """Puts the old site back where a run was killed between its two renames."""
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
