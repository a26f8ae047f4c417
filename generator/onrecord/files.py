"""Files of a repository, wherever it lies: what a tree of files can do, the work tree, and writing without tearing."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from onrecord.settings import MAX_FILE_BYTES

_OPEN = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_SMALL = 16_384
"""An ordinary file that ends before so many bytes is read at once, without asking for its size."""
SAFE_STEM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,126}[A-Za-z0-9])?")
"""The name of a file, without its ending, that can be part of an address."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class Unreadable(Exception):
    """A file that cannot be read; carries what a `Problem` needs, but for the place."""

    def __init__(self, message: str, hint: str = "", code: str = "OR001", slug: str = "unreadable-file") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
        self.slug = slug


class HistoryEnds(Exception):
    """Older versions of a file may exist, and are not here: the clone is shallow."""


class Tree(Protocol):
    """Files by their path from the repository's root, with `/`."""

    def paths(self, prefix: str) -> Iterable[str]:
        """Every file below that folder, sorted. Symbolic links are listed and not entered; no such folder: none."""

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of one file.

        Raises:
            Unreadable: it is missing, larger than `limit` bytes, no ordinary file, closed to us, or lies outside.
        """

    def exists(self, path: str) -> bool:
        """Whether `read` would find a file there."""


class WorkTree:
    """The files as they lie in a folder. Symbolic links are followed as long as they stay inside."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real = os.path.realpath(root)
        self._inside: set[str] = {""}
        self._ordinary: set[str] = set()
        """The files that were listed as ordinary ones."""

    def paths(self, prefix: str) -> Iterable[str]:
        found: list[str] = []
        pending = [prefix.strip("/")]
        while pending:
            folder = pending.pop()
            before = f"{folder}/" if folder else ""
            try:
                self._enter(folder)
                with os.scandir(f"{self._real}/{folder}") as entries:
                    for entry in entries:
                        if entry.is_file(follow_symlinks=False):
                            found.append(before + entry.name)
                            self._ordinary.add(found[-1])
                        elif not entry.is_dir(follow_symlinks=False):
                            found.append(before + entry.name)
                        elif entry.name != ".git":
                            pending.append(before + entry.name)
                            self._inside.add(before + entry.name)
            except FileNotFoundError:
                continue
            except (OSError, Unreadable):
                found.append(folder)  # reading it will say why
        found.sort()
        return found

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        try:
            descriptor = self._open(path)
        except (OSError, ValueError) as error:
            raise _why(error) from None
        try:
            if path in self._ordinary and 0 < len(data := os.read(descriptor, _SMALL)) < min(_SMALL, limit):
                return data
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise _no_file(status.st_mode)
            if status.st_size > limit:
                raise too_large(status.st_size, limit)
            os.lseek(descriptor, 0, os.SEEK_SET)
            data = os.read(descriptor, status.st_size + 1)
            while len(data) < status.st_size and (more := os.read(descriptor, status.st_size - len(data))):
                data += more
            return data
        except OSError as error:
            raise _why(error) from None
        finally:
            os.close(descriptor)

    def exists(self, path: str) -> bool:
        try:
            os.close(self._open(path))
            return (Path(self._real) / path).is_file()
        except (OSError, ValueError, Unreadable):
            return False

    def _open(self, path: str) -> int:
        self._enter(path.rpartition("/")[0])
        full = f"{self._real}/{path}"
        try:
            return os.open(full, _OPEN | _NO_LINK)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.EMLINK):
                raise
        return os.open(self._contained(full), _OPEN)

    def _enter(self, folder: str) -> None:
        """Makes sure, once for each folder, that it lies inside the root."""
        if folder not in self._inside:
            self._contained(f"{self._real}/{folder}")
            self._inside.add(folder)

    def _contained(self, path: str) -> str:
        real = os.path.realpath(path)
        if real != self._real and not real.startswith(self._real + os.sep):
            raise Unreadable(
                "a symbolic link leads out of the repository",
                "put the file itself here, or take the link away",
                "OR003",
                "leaves-repository",
            )
        return real


def write_atomically(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Writes the file so that a reader sees the old bytes or the new ones. Makes its folder.

    With `durable` the bytes are on the disk before they get their name, so that a power cut leaves the old ones or the new ones, too.

    Raises:
        OSError: no room, no permission; the old file is untouched then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(name).chmod(_mode(path))
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def write_folder(folder: Path, files: Mapping[str, bytes], *, durable: bool = False) -> None:
    """Writes a folder that is not there yet, with its files by their path in it, beside its place, under a name that nobody reads, and moves it there.

    Raises:
        OSError: no room, no permission; everything is as it was.
    """
    stage = folder.with_name(f".{folder.name}.new")
    made = list(_missing(folder.parent))
    try:
        shutil.rmtree(stage, ignore_errors=True)
        for path, data in files.items():
            write_atomically(stage / path, data, durable=durable)
        stage.rename(folder)
    except OSError:
        shutil.rmtree(stage, ignore_errors=True)
        for empty in made:
            with suppress(OSError):
                empty.rmdir()
        raise


def _missing(folder: Path) -> Iterator[Path]:
    """The folders that are to be made for that one, the innermost first."""
    while not folder.exists():
        yield folder
        folder = folder.parent


def too_large(size: int, limit: int) -> Unreadable:
    """The refusal of a file of `size` bytes where `limit` are allowed."""
    return Unreadable(
        f"{size / 1_000_000:.1f} MB is more than the {limit / 1_000_000:.1f} MB that a file here may have",
        "a file that people write is far smaller: was something else saved here by mistake?",
        "OR002",
        "file-too-large",
    )


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _no_file(mode: int) -> Unreadable:
    what = "a folder stands where a file belongs" if stat.S_ISDIR(mode) else "this is no ordinary file"
    return Unreadable(what, "put an ordinary file here, or take it away")


def _why(error: OSError | ValueError) -> Unreadable:
    if isinstance(error, FileNotFoundError):
        return Unreadable("there is no such file", "a symbolic link may lead nowhere; put the file itself here")
    if isinstance(error, PermissionError):
        return Unreadable("we have no permission to read it", "run `chmod u+r` on it")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Unreadable(f"it cannot be read: {reason}", "look at it with `ls -l`")


def safe_stem(stem: str) -> str:
    """The stem itself where it can be an anchor, else the nearest that can."""
    if SAFE_STEM.fullmatch(stem):
        return stem
    return re.sub(r"[^A-Za-z0-9_]+", "-", stem)[:120].strip("-_") or "update"


def printable(path: str) -> str:
    """A path that every terminal, file and feed can show: odd characters written as escapes."""
    if path.isprintable() and path.isascii():
        return path
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in path)
