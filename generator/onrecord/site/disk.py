"""Single steps on the disk that publication is made of: write, link, compare, exchange, remove.

Names are plain texts here: these steps run tens of thousands of times, and a Path for each would cost more than the step.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_AT_CURRENT_FOLDER = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = frozenset({errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP, errno.EPERM})


def write(path: str, data: bytes) -> None:
    """Writes a file that is not there yet; a file is never written over, since readers may have it open."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


def make_folder(path: str) -> None:
    """Makes sure that a real folder stands there, and no file or link to elsewhere. Its parent must stand."""
    try:
        os.mkdir(path)
    except FileExistsError:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
            os.mkdir(path)


def content(path: str, size: int) -> bytes | None:
    """The bytes of a plain file of that size, None of anything else."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    try:
        found = os.fstat(handle)
        plain = stat.S_ISREG(found.st_mode) and found.st_size == size
        return os.read(handle, size + 1) if plain else None
    finally:
        os.close(handle)


def same_file(one: str, other: str) -> bool:
    """Whether both names lead to one file, without following links."""
    try:
        return os.path.samestat(os.lstat(one), os.lstat(other))
    except OSError:
        return False


def link_or_copy(source: str, copy: str) -> None:
    """A hard link, or a copy with the same times where the file system allows no link."""
    try:
        os.link(source, copy, follow_symlinks=False)
    except OSError as error:
        if error.errno in _FULL:
            raise
        shutil.copy2(source, copy, follow_symlinks=False)


def files_below(folder: str) -> Iterator[str]:
    """The paths of all files and links below, relative, with `/`, in no order; none where there is no folder."""
    prefixes = [""]
    while prefixes:
        prefix = prefixes.pop()
        try:
            entries = os.scandir(f"{folder}/{prefix}")
        except FileNotFoundError:
            continue
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    prefixes.append(f"{prefix}{entry.name}/")
                else:
                    yield f"{prefix}{entry.name}"


def remove_empty_folders(folder: str) -> None:
    """Removes every folder below that holds nothing."""
    for path, _, _ in os.walk(folder, topdown=False):
        if path != folder:
            with suppress(OSError):
                os.rmdir(path)


def remove(path: Path) -> None:
    """Removes a file, a link or a whole folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def exchange(one: Path, other: Path) -> bool:
    """Lets two folders change places in one step; False where the system or the file system cannot.

    Raises:
        OSError: it could, and refused.
    """
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    if renameat2(_AT_CURRENT_FOLDER, os.fsencode(one), _AT_CURRENT_FOLDER, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), os.fspath(other))


def settle(folder: Path) -> None:
    """Waits until all that was written on that file system is on the disk, so that a power cut cannot undo it.

    Raises:
        OSError: the disk reports that it could not keep it.
    """
    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError, TypeError):
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), os.fspath(folder))
    finally:
        os.close(handle)
