"""Holding a folder: one build at a time may publish to it, and what the system refuses is told in plain words."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from onrecord.site import disk, journal

WAIT_SECONDS = 120.0
_BEGUN = "each file there is the old one or the new one; make room or mend what is named, and build again: it goes on from there"


class CannotPublish(Exception):
    """The folder cannot be published to; what was there is untouched, but where the text says otherwise. `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@contextmanager
def work_folder(target: Path, waiting: Callable[[], None]) -> Iterator[Path]:
    """The work folder beside the target, held by nobody else. It is gone afterwards unless it holds raw material.

    Raises:
        CannotPublish: another build does not finish, or the folder cannot be made.
    """
    work = target.parent / f".{target.name}.onrecord"
    with reported(target):
        lock = _hold(work, waiting)
        with suppress(FileExistsError):
            disk.write(os.fspath(work / ".gitignore"), b"*\n")
    try:
        yield work
    finally:
        _leave(work)
        lock.release()


def _hold(work: Path, waiting: Callable[[], None]) -> FileLock:
    """Makes the work folder and locks it; starts over when the build before removed the folder meanwhile."""
    lock, patience = FileLock(work / "lock"), 0.0
    while True:
        work.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=patience)
            return lock
        except FileNotFoundError:
            continue
        except Timeout:
            if patience:
                raise
            waiting()
            patience = WAIT_SECONDS


def _leave(work: Path) -> None:
    """Removes the work folder under the lock; who waits for the lock sees that its file is gone and starts over."""
    if any((work / name).exists() for name in ("next", "last", "journal")):
        return
    with suppress(OSError):
        (work / ".gitignore").unlink(missing_ok=True)
        (work / "lock").unlink(missing_ok=True)
        work.rmdir()


@contextmanager
def reported(target: Path, work: Path | None = None) -> Iterator[None]:
    """Tells what the system refused in the words of the person who asked for the site, who hears of changes that were begun in the work folder.

    Raises:
        CannotPublish: in place of an OSError.
    """
    try:
        yield
    except Timeout:
        raise CannotPublish(
            f"another build has held {target} for {WAIT_SECONDS:.0f} seconds", "wait for it or end it, then build again"
        ) from None
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        if work is not None and journal.is_open(work):
            raise CannotPublish(f"{target} is published in part: {reason}", _BEGUN) from error
        raise CannotPublish(f"{target} cannot be published: {reason}", _advice(error, target)) from error


def _advice(error: OSError, target: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "make room and build again; what was published before is untouched"
    if error.errno in (errno.EBUSY, errno.EXDEV):
        return "it cannot change places with a new folder (is it a mount point?); use --out with a folder inside it"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"a site is staged beside its folder: make {target.parent} writable, or use --out with another folder"
    return "what was published before is untouched"
