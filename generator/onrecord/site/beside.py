"""A second process that makes part of a large site beside this one, so that a build does not wait with one core for what the other could do.

What it makes is read in the same order and is the same to the byte; whatever becomes of it, the files are made here where it did not make them.
"""

from __future__ import annotations

import marshal
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

Job = Callable[[], Sequence[tuple[Any, ...]]]
"""Makes files, each as plain texts, numbers and bytes."""
Answer = Callable[[], Sequence[tuple[Any, ...]] | None]
"""What the next job made; None where it was not done."""
_LENGTH = 8
"""Bytes in which a result says how long it is."""


def two_can() -> bool:
    """Whether a second process would have a core of its own, and can be made without harm: only of a process with one thread, and of those under Linux."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


@contextmanager
def beside(jobs: Sequence[Job]) -> Iterator[Answer]:
    """Does the jobs in a second process, in their order, and yields what hands out each result in that order.

    The results wait in a file without a name, so that neither process waits for the other with much in memory.
    """
    told, telling = os.pipe()
    with tempfile.TemporaryFile(buffering=0) as results, os.fdopen(told, "rb", buffering=0) as ends:
        place = results.fileno()
        child = os.fork()
        if child == 0:
            _work(jobs, place, telling)
        os.close(telling)
        read = 0

        def answer() -> Sequence[tuple[Any, ...]] | None:
            nonlocal read
            size = int.from_bytes(ends.read(_LENGTH) or b"")
            if not size:
                return None
            data = os.pread(place, size, read)
            read += size
            found: Sequence[tuple[Any, ...]] = marshal.loads(data)  # noqa: S302  # nosec B302  our own child wrote it, where nobody else can
            return found

        try:
            yield answer
        finally:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)  # it is done, or nobody waits for it any more
            os.waitpid(child, 0)


def _work(jobs: Sequence[Job], place: int, telling: int) -> None:
    """The life of the second process: it ends here, without any of the steps that are the first one's to take."""
    try:
        for job in jobs:
            made: Any = job()
            data = marshal.dumps(made)
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(place, rest) :]
            os.write(telling, len(data).to_bytes(_LENGTH))
    finally:
        os._exit(0)
