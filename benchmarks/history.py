"""How long the history of a large status repository takes to read: the first pass, and one more commit.

    python benchmarks/history.py

Makes 50,000 commits over 10,000 incidents with `git fast-import`, on a memory disk where there is one: each record is
opened with its first update, each further update is a commit of its own, and one commit in five hundred changes words that
were published. Then it runs `onrecord audit` as a process of its own, first without a cache, then after one more commit.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

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


def timed(root: Path, *options: str) -> tuple[float, float, str]:
    """Seconds by the clock and of the CPU of one audit, all processes included, and the line that sums it up."""
    began, before = time.perf_counter(), _spent()
    environment = os.environ | {"PYTHONPATH": os.fspath(_GENERATOR)}
    command = [sys.executable, "-c", "from onrecord.cli import main; main()", "-C", os.fspath(root), "audit", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    said = [line for line in done.stdout.splitlines() if line]
    return time.perf_counter() - began, _spent() - before, next((line for line in reversed(said) if "finding" in line), "")


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Reads the arguments, makes the repository, and measures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--incidents", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=50_000)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm") if Path("/dev/shm").is_dir() else None)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="onrecord-history-", dir=given.folder) as work:
        root = Path(work) / "page"
        number = made(root, given.incidents, given.commits)
        print(f"{number:,} commits over {given.incidents:,} records")
        for name in ("first pass", "nothing new", "one more commit", "one more commit", "one more commit"):
            if name == "one more commit":
                path = sorted((root / "incidents").glob("*/*/updates/*.md"))[-1]
                path.write_text(path.read_text(encoding="utf-8") + "\nOne more word.\n", encoding="utf-8")
                subprocess.run(["git", "-C", root, "-c", "user.name=R", "-c", "user.email=r@example.com", "commit", "-qam", "More"], check=True)
            seconds, spent, said = timed(root)
            print(f"{name:<16} {seconds:6.2f} s by the clock, {spent:6.2f} s of the CPU   {said}")
        kept = sum(path.stat().st_size for path in (root / ".cache").rglob("*") if path.is_file())
        print(f"cache            {kept / 1e6:6.1f} MB")
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
