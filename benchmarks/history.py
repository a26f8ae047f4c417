"""How long the history of a large status repository takes to read: the first pass, and one more commit.

    python benchmarks/history.py

Makes 50,000 commits over 10,000 incidents with `git fast-import`, on a memory disk where there is one: each record is
opened with its first update, each further update is a commit of its own, and one commit in five hundred changes words that
were published. Then it runs `onrecord audit` as a process of its own: without a cache, with nothing new, and after one more commit.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from figures import spread
from make_incidents import files_of, settings, stories

_EDITS = 500
"""One commit in so many changes words that were published."""
_GENERATOR = Path(__file__).parent.parent / "generator"


def commits(count: int) -> Iterator[tuple[int, dict[str, bytes]]]:
    """The commits of that many records, oldest first: seconds since 1970, and the files that each writes."""
    parts: list[tuple[int, dict[str, bytes]]] = []
    for story in stories(count):
        (head, text), *updates = ((path, text.encode()) for path, text in files_of(story).items())
        for index, ((path, data), told) in enumerate(zip(updates, story.updates, strict=True)):
            parts.append((int(told.at.timestamp()) + 60, {path: data} | ({head: text} if index == 0 else {})))
        parts.append((int(story.updates[-1].at.timestamp()) + 3600, {head: text + b"causes: [unknown]\n"}))
    parts.sort(key=lambda part: part[0])
    for number, (at, files) in enumerate(parts):
        if number % _EDITS == _EDITS - 1:
            yield at, {path: data.replace(b" the ", b" a ", 1) for path, data in parts[number - 7][1].items()}
        yield at, files


def stream(count: int, most: int) -> Iterator[bytes]:
    """What `git fast-import` reads."""
    first = {path: text.encode() for path, text in settings().items()}
    for number, (at, files) in enumerate([(1, first), *commits(count)][:most]):
        who = b"Robin Responder <robin@example.com> %d +0000" % at
        message = b"Say so %d" % number
        yield b"commit refs/heads/main\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (who, who, len(message), message)
        for path, data in files.items():
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)


def made(root: Path, count: int, most: int) -> int:
    """Makes the repository, and returns how many commits it has."""
    subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
    with subprocess.Popen(["git", "-C", root, "fast-import", "--quiet"], stdin=subprocess.PIPE) as git:
        assert git.stdin is not None
        for piece in stream(count, most):
            git.stdin.write(piece)
    subprocess.run(["git", "-C", root, "reset", "-q", "--hard"], check=True)
    return int(subprocess.check_output(["git", "-C", root, "rev-list", "--count", "HEAD"]))


def audited(root: Path, *options: str) -> tuple[float, float]:
    """Seconds by the clock and of the CPU of one audit, all processes included."""
    began, before = time.perf_counter(), _spent()
    compiled = {"PYTHONPATH": os.fspath(_GENERATOR), "PYTHONPYCACHEPREFIX": os.fspath(root.parent / "compiled")}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | compiled
    command = [sys.executable, "-c", "from onrecord.cli import main; main()", "-C", os.fspath(root), "audit", *options]
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began, _spent() - before


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def say_more(root: Path) -> None:
    """One more commit, which changes words that were published."""
    path = max((root / "incidents").glob("*/*/updates/*.md"))
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more word.\n", encoding="utf-8")
    subprocess.run(["git", "-C", root, "-c", "user.name=R", "-c", "user.email=r@example.com", "commit", "-qam", "More"], check=True)


def _forget(root: Path) -> None:
    shutil.rmtree(root / ".cache", ignore_errors=True)


def _nothing(_root: Path) -> None:
    """Leaves everything as it is."""


BEFORE: dict[str, Callable[[Path], None]] = {"first pass, without a cache": _forget, "nothing new": _nothing, "one more commit": say_more}
"""What is done before each audit that is measured."""


def table(runs: dict[str, list[tuple[float, float]]]) -> str:
    """A line each: medians with the smallest and the largest."""
    lines = ["| onrecord audit | seconds by the clock | CPU seconds |", "|---|---|---|"]
    lines += [f"| {name} | {spread([wall for wall, _ in own])} | {spread([cpu for _, cpu in own])} |" for name, own in runs.items()]
    return "\n".join(lines)


def main() -> None:
    """Reads the arguments, makes the repository, and measures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--incidents", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=50_000)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm") if Path("/dev/shm").is_dir() else None)
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="how many audits of each kind (default: 5)")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="onrecord-history-", dir=given.folder) as work:
        root = Path(work) / "page"
        number = made(root, given.incidents, given.commits)
        audited(root)
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in BEFORE}
        for turn in range(1, given.rounds + 1):
            for name, before in BEFORE.items():
                before(root)
                runs[name].append(audited(root))
            print(f"round {turn} of {given.rounds}", file=sys.stderr, flush=True)
        kept = sum(path.stat().st_size for path in (root / ".cache").rglob("*") if path.is_file())
    print(f"{number:,} commits over {given.incidents:,} records; medians of {given.rounds}; the cache holds {kept / 1e6:.1f} MB\n")
    print(table(runs))


if __name__ == "__main__":
    main()
