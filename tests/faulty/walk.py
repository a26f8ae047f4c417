"""The fault walk: a verb is run again and again, and each time another of its steps on the disk is the last, fails, or is torn.

    cd tests && python -m faulty.walk [--every N] [--publishing M] [SCENE…]

Steps are counted below Python, so that those of SQLite, git and the C library are among them (Linux with a C compiler).
After each run the promises are looked at: the published folder is the old site or the new one, whole; no file of the
repository is torn or lost; what failed says so in plain words; and the same verb, run again, succeeds.
"""

from __future__ import annotations

import argparse
import errno
import io
import mmap
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from faulty import scenes
from onrecord.site import journal, publish

HERE = Path(__file__).parent
COUNT, KILL, TORN, ONCE, FROM = range(5)
FAULTS: Mapping[str, tuple[int, int]] = {
    "killed": (KILL, 0),
    "torn and killed": (TORN, 0),
    "full": (FROM, errno.ENOSPC),
    "full once": (ONCE, errno.ENOSPC),
    "no rights": (FROM, errno.EACCES),
    "broken once": (ONCE, errno.EIO),
}
KILLED = -9


# ---------------------------------------------------------------- below Python


def compiled(folder: Path) -> Path | None:
    """The shim as a library, None where no compiler is."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    made = folder / "faulty.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "shim.c"), "-ldl"], check=True)
    return made


def launched(arguments: list[str], *, capture: bool = False) -> subprocess.CompletedProcess[str] | None:
    """Runs this file under the shim; None where that cannot be."""
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(Path(folder))
        if library is None:
            return None
        state = Path(folder) / "state"
        state.write_bytes(bytes(4096))
        said = {"LD_PRELOAD": str(library), "FAULTY": str(state), "PYTHONHASHSEED": "0", "GIT_CONFIG_GLOBAL": os.devnull}
        command = [sys.executable, "-m", "faulty.walk", *arguments]
        return subprocess.run(command, cwd=HERE.parent, env={**os.environ, **said}, capture_output=capture, text=True, check=False)


class Wanted:
    """What the shim shall do, in memory that all processes of a run share."""

    def __init__(self) -> None:
        with Path(os.environ["FAULTY"]).open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 4096)

    def arm(self, at: int, fault: int, error: int) -> None:
        """From now on the step number `at` goes wrong; 0 only counts."""
        self._memory[:24] = struct.pack("6i", 1, 0, at, fault, error, 0)

    def mark(self) -> None:
        """Remembers the step at which the publication itself begins."""
        if not self.marked:
            self._memory[20:24] = self._memory[4:8]

    @property
    def marked(self) -> int:
        """How many steps there were before the publication began, 0 where there was none."""
        steps: int = struct.unpack("i", self._memory[20:24])[0]
        return steps

    def rest(self) -> None:
        """Nothing goes wrong any more; what was counted stays."""
        self._memory[:4] = bytes(4)

    def disarm(self) -> int:
        """Nothing goes wrong any more; returns how many steps there were."""
        steps: int = struct.unpack("5i", self._memory[:20])[1]
        self._memory[:20] = bytes(20)
        return steps


# ---------------------------------------------------------------- scenes


def tree(root: Path, *, without: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Every file below, by path; links as what they lead to."""
    found: dict[str, bytes] = {}
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not f"{os.path.relpath(folder, root)}/{name}/".removeprefix("./").startswith(without)]
        for name in files:
            path = Path(folder) / name
            key = path.relative_to(root).as_posix()
            if not key.startswith(without):
                found[key] = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
    return found


CACHES = (".cache/", ".site.onrecord/")


class Stage:
    """A scene laid out once, and copied for each run."""

    def __init__(self, scene: scenes.Scene, folder: Path, wanted: Wanted) -> None:
        self.scene, self.folder, self.wanted = scene, folder, wanted
        self.start = folder / "start"
        self.root = folder / "page"
        self.root.mkdir()
        with redirect_stdout(io.StringIO()), redirect_stderr(sys.stdout):
            scene.prepared(self.root)  # there, since what a build remembers is of that folder
        shutil.copytree(self.root, self.start, symlinks=True)
        self.without = (*CACHES, ".git/", *((f"{scene.site}/",) if scene.site else ()), *scene.own)
        self.before = tree(self.start, without=self.without)
        self.old = tree(self.start / scene.site) if scene.site and (self.start / scene.site).exists() else {}
        self.fresh()
        self.run(0, COUNT, 0)  # so that all is imported and compiled
        self.fresh()
        self.code, self.said = self.run(0, COUNT, 0)
        self.steps, self.begun = self.counted, wanted.marked
        self.after = tree(self.root, without=self.without)
        self.new = tree(self.root / scene.site) if scene.site else {}
        self.told = scene.heard()

    def fresh(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.start, self.root, symlinks=True)
        temporary = self.folder / "tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        self.scene.heard()

    def run(self, at: int, fault: int, error: int) -> tuple[int, str]:
        """The verb in a process of its own: its exit code, and what it said."""
        said = self.folder / "said.txt"
        child = os.fork()
        if not child:
            os.setsid()
            self._child(said, at, fault, error)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        self.counted = self.wanted.disarm()
        return code, said.read_text(encoding="utf-8", errors="replace")

    def _child(self, said: Path, at: int, fault: int, error: int) -> None:
        from onrecord.cli import main

        tempfile.tempdir = os.environ["TMPDIR"] = str(self.folder / "tmp")
        os.chdir(self.root)
        heard = io.StringIO()
        if self.scene.large:
            publish.LARGE, publish._SHARE = 0, 1
        begins = publish._Staging.finish

        def finish(staging: publish._Staging) -> publish.Published:
            self.wanted.mark()
            return begins(staging)

        publish._Staging.finish = finish  # type: ignore[method-assign]
        with redirect_stdout(heard), redirect_stderr(heard):
            self.wanted.arm(at, fault, error)
            code = main(["-C", str(self.root), *self.scene.verb])
            self.wanted.rest()
        said.write_text(heard.getvalue(), encoding="utf-8")
        os._exit(code)

    # ------------------------------------------------------------ promises

    def broken(self, code: int, said: str) -> Iterator[str]:
        """Which promises the run did not keep."""
        if code not in (KILLED, 0, 1, 2) or "Traceback" in said:
            yield f"it ended with {code}: {_end(said)}"
        yield from self._torn(code, said)
        if self.scene.site:
            site = tree(self.root / self.scene.site)
            if self.shown(site) == "NEITHER":
                yield f"the site is neither the old one nor the new one: {_difference(site, self.new)}"
            if code == 1 and site != self.old and "untouched" in said:
                yield f"it says that the site is untouched, and it is not: {_end(said)}"
            if code == self.code == 0 and site != self.new:
                yield "it says that it is done, and the old site stands"
        again, said = self.run(0, COUNT, 0)
        if again != self.code and (again not in (1, 2) or self.scene.site):
            yield f"run again it ends with {again}: {_end(said)}"
        if self.scene.site and tree(self.root / self.scene.site) != self.new:
            yield f"the next build differs: {_difference(tree(self.root / self.scene.site), self.new)}"
        settled = {path: data for path, data in tree(self.root, without=self.without).items() if path in self.after or not _is_hidden(path)}
        if self.scene.settles and settled != self.after:
            yield f"run again it comes to other files: {_difference(settled, self.after)}"
        yield from self._misheard(said)

    def _misheard(self, said: str) -> Iterator[str]:
        """What a receiver was told twice, or never without a word about it."""
        heard = Counter(self.scene.heard())
        for message in self.told:
            if (times := heard[message]) > 1:
                yield f"{message} was sent {times} times"
            elif not times and not re.search("may have|nobody knows|could not", said):
                yield f"{message} was never sent, and nothing says so: {_end(said)}"

    def shown(self, site: Mapping[str, bytes]) -> str:
        """What readers find in the published folder."""
        if site in (self.old, self.new):
            return "new site" if site == self.new else "old site"
        files = {path: data for path, data in site.items() if not _is_hidden(path)}
        whole = all(data in (self.old.get(path), self.new.get(path)) for path, data in files.items())
        there = all(path in files for path in self.old.keys() & self.new.keys())
        later = any(files.get(path) == self.new.get(path) != self.old.get(path) for path in journal.TELLING)
        told = later and any(files.get(path) != self.new[path] for path in self.new if path not in journal.TELLING)
        return "file by file" if self.scene.each and whole and there and not told else "NEITHER"

    def _torn(self, code: int, said: str) -> Iterator[str]:
        now = tree(self.root, without=self.without)
        shown = {path for path in self.before.keys() | self.after.keys() | now.keys() if not _is_hidden(path)}
        for path in sorted(shown):
            data = now.get(path)
            if data != self.before.get(path) and data != self.after.get(path):
                yield f"{path} is torn: {data!r:.200}"
            elif code == 0 == self.code and data != self.after.get(path):
                yield f"{path} is missing, and the run says that all is well"
        changed = [path for path in shown if now.get(path) != self.before.get(path)]
        if code not in (KILLED, 0) and self.code == 0 and changed and not re.search("written|halfway", said.replace("nothing was written", "")):
            yield f"it failed, wrote {changed[:3]}, and does not say so: {_end(said)}"


def _end(said: str) -> str:
    """The last lines that it said, on one."""
    return " | ".join(said.strip().splitlines()[-4:])[-300:]


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") and part not in (".gitignore", ".vscode", ".github", ".onrecord.json") for part in path.split("/"))


def _difference(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> str:
    paths = sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
    return f"{len(paths)} files, such as {paths[:3]}"


def walked(name: str, folder: Path, every: int, publishing: int, faults: Iterable[str]) -> Iterator[tuple[str, int, Counter[str], list[str]]]:
    """One scene under each kind of fault: the kind, the points tried, how the runs ended, and which promises were broken."""
    stage = Stage(scenes.SCENES[name], folder, Wanted())
    print(f"{name}: {stage.steps} steps{f', from {stage.begun} on those of the publication' if stage.begun else ''}, ends with {stage.code}")
    points = list(range(1 + every // 2 if every > 1 else 1, stage.steps + 1, every))
    if publishing and stage.begun:
        points = [*(at for at in points if at <= stage.begun), *range(stage.begun + 1, stage.steps + 1, publishing)]
    for kind in faults:
        fault, error = FAULTS[kind]
        outcomes, broken = Counter[str](), []
        for at in points:
            stage.fresh()
            code, said = stage.run(at, fault, error)
            site = tree(stage.root / stage.scene.site) if stage.scene.site else {}
            ended = "killed" if code == KILLED else f"exit {code}"
            outcomes[f"{ended}, {stage.shown(site)}" if stage.scene.site else ended] += 1
            broken += [f"{name}, {kind} at step {at} of {stage.steps}: {what}" for what in stage.broken(code, said)]
        yield kind, len(points), outcomes, broken


def main() -> int:
    """Walks through the scenes that were named, or all, and prints a table. Exit code 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"of {', '.join(scenes.SCENES)}; all without")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every N-th step only")
    parser.add_argument("--publishing", type=int, default=0, metavar="M", help="but every M-th of those in which a build changes the published folder")
    parser.add_argument("--fault", action="append", choices=FAULTS, help="that kind of fault only")
    asked = parser.parse_args()
    if "FAULTY" not in os.environ:
        done = launched(sys.argv[1:])
        return done.returncode if done is not None else parser.error("this needs Linux and a C compiler")
    worst = 0
    for name in asked.scenes or scenes.SCENES:
        with tempfile.TemporaryDirectory(prefix="faulty-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
            for kind, points, outcomes, broken in walked(name, Path(folder), asked.every, asked.publishing, asked.fault or FAULTS):
                ends = ", ".join(f"{number} {end}" for end, number in sorted(outcomes.items()))
                print(f"  {kind:<16} {points:>5} points: {ends}; {len(broken)} promises broken", flush=True)
                for line in broken[:5]:
                    print(f"    {line}")
                worst |= bool(broken)
    return worst


if __name__ == "__main__":
    sys.exit(main())
