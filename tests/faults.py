"""Faults on purpose: a piece of work in a process of its own, which is killed, or finds the disk full, at one step on the disk."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

from onrecord.site import disk
from onrecord.site.holding import CannotPublish

KILLED = 9
SEEN = frozenset(
    {
        "open",
        "os.mkdir",
        "os.rename",
        "os.link",
        "os.remove",
        "os.rmdir",
        "os.chmod",
        "test.write",
        "test.exchange",
        "test.sync",
    }
)

NEEDS_ROOM = frozenset({"open", "os.mkdir", "os.link", "test.write", "test.exchange"})


def run(work: Callable[[], object], after: int, fault: str) -> int:
    """Runs `work` in a process of its own in which the step number `after` on the disk kills it, or fails.

    Steps are what CPython's audit events name, and ours for what they do not. Returns 0 done,
    1 refused with CannotPublish (or what it exits with), 2 done although step `after` came, 9 killed.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps = 0

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps
        if event not in SEEN or (event == "open" and not _writes(arguments)):
            return
        steps += 1
        if steps < after or (fault == "full once" and steps > after):
            return
        if fault == "killed":
            os._exit(KILLED)
        if event in NEEDS_ROOM or (fault == "full once" and event == "os.rename"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    _announce_silent_steps(torn=fault == "killed")
    sys.addaudithook(audit)
    try:
        work()
    except CannotPublish:
        os._exit(1)
    except SystemExit as end:
        os._exit(2 if end.code == 0 and steps >= after else int(end.code or 0))
    except BaseException as error:
        os.write(2, f"{error!r}\n".encode())
        os._exit(4)
    os._exit(2 if steps >= after else 0)


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _announce_silent_steps(*, torn: bool) -> None:
    """Lets writes, exchanges and syncs be seen too; a write is torn in two, so that one can be killed in its middle."""
    write, exchange, settle = os.write, disk.exchange, disk.settle

    def audited_write(handle: int, data: bytes) -> int:
        sys.audit("test.write")
        return write(handle, bytes(data[: max(1, len(data) // 2)]) if torn else data)

    def audited_exchange(one: Path, other: Path) -> bool:
        sys.audit("test.exchange")
        return exchange(one, other)

    def audited_settle(folder: Path) -> None:
        sys.audit("test.sync")
        settle(folder)

    os.write, disk.exchange, disk.settle = audited_write, audited_exchange, audited_settle  # type: ignore[assignment]
