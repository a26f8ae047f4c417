"""Compares a clean build with plain MkDocs and Material, and with Hugo where it is installed: CPU time of all processes, and memory.

    python benchmarks/compare_build.py

The rounds take turns, so that a machine that is busy for a while is busy for all. Nothing is left
behind. Files are written to a memory disk where there is one, so that the disk is not measured.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import plain_hugo
from make_incidents import END, Story, stories, write

MEMORY_DISK = Path("/dev/shm")
GENERATOR = Path(__file__).parent.parent / "generator" / "onrecord"
OURS = "onrecord build --clean"
THEIRS = "MkDocs + Material"
BARE = "MkDocs + Material, no search"
HUGO = "Hugo, minimal template"
HUGO_APART = "Hugo, a file an update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one build cost: seconds of CPU with all child processes, seconds by the clock, and the peak of the largest process."""

    cpu: float
    wall: float
    peak_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """One way to build: its command, the folder in which it runs, and what must not be there before a clean build."""

    name: str
    command: tuple[str, ...]
    folder: Path
    remove: tuple[str, ...]
    pages: str
    """Where the pages of incidents are found, to be sure that all were built."""


def measured(contestant: Contestant) -> Run:
    """One clean build.

    Raises:
        RuntimeError: it failed; the message holds what it said.
    """
    for name in contestant.remove:
        shutil.rmtree(contestant.folder / name, ignore_errors=True)
    with tempfile.TemporaryFile() as output:
        began = perf_counter()
        process = subprocess.Popen(contestant.command, cwd=contestant.folder, env=_installed(), stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{contestant.name} failed:\n{output.read().decode(errors='replace')}")
    unit = 1 if platform.system() == "Darwin" else 1024
    return Run(cpu=usage.ru_utime + usage.ru_stime, wall=wall, peak_mb=usage.ru_maxrss * unit / 1e6)


def _installed() -> dict[str, str]:
    """The environment in which Python keeps what it compiled, as pip leaves a package: no build of a user compiles the program."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


# ---------------------------------------------------------------- who takes part


def contestants(work: Path, told: Sequence[Story]) -> list[Contestant]:
    """Lays out the same texts for each, and says how each is built."""
    ours, theirs, bare = work / "onrecord", work / "mkdocs", work / "mkdocs-bare"
    write(ours, told)
    write_plain(theirs, told, search=True)
    write_plain(bare, told, search=False)
    clock = f"{END:%Y-%m-%dT%H:%M:%SZ}"
    run = "import sys; from onrecord.cli import main; sys.exit(main(sys.argv[1:]))"
    mkdocs = (sys.executable, "-m", "mkdocs", "build", "--quiet", "--clean")
    found = [
        Contestant(
            name=OURS,
            command=(sys.executable, "-c", run, "build", "--clean", "--now", clock),
            folder=ours,
            remove=("site", ".cache"),
            pages="site/incidents/*/index.html",
        ),
        Contestant(name=THEIRS, command=mkdocs, folder=theirs, remove=("site",), pages="site/incidents/*/*/index.html"),
        Contestant(name=BARE, command=mkdocs, folder=bare, remove=("site",), pages="site/incidents/*/*/index.html"),
    ]
    if hugo := plain_hugo.program():
        together, apart = work / "hugo", work / "hugo-apart"
        plain_hugo.write(together, told, _page)
        plain_hugo.write_apart(apart, told)
        for name, folder in ((HUGO, together), (HUGO_APART, apart)):
            command, remove = (hugo, "--quiet", "--noBuildLock"), ("public", "resources")
            found.append(Contestant(name=name, command=command, folder=folder, remove=remove, pages="public/incidents/*/index.html"))
    return found


def write_plain(folder: Path, told: Sequence[Story], *, search: bool) -> None:
    """The same texts as pages that MkDocs builds by itself: one an incident, and a list of all.

    The pages are kept out of the navigation, which would make each page hold a link to every other.
    """
    for story in told:
        page = folder / "docs" / "incidents" / story.id[:4] / f"{story.id}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(_page(story), encoding="utf-8")
    rows = [f"- [{story.title}](incidents/{story.id[:4]}/{story.id}.md), {story.started:%-d %B %Y}" for story in told]
    (folder / "docs" / "index.md").write_text("# Incidents\n\n" + "\n".join(rows) + "\n", encoding="utf-8")
    plugins = "" if search else "plugins: []\n"
    (folder / "mkdocs.yml").write_text(
        "site_name: Larkfield status\nsite_url: https://status.larkfield.example/\n"
        "theme: {name: material, font: false}\nnav: [index.md]\nnot_in_nav: /incidents/\n" + plugins,
        encoding="utf-8",
    )


def _page(story: Story) -> str:
    parts = [f"# {story.title}", f"{story.severity or 'maintenance'}: " + ", ".join(f"{c} {e}" for c, e in story.effects)]
    for update in reversed(story.updates):
        parts += [f"## {update.status.replace('_', ' ').capitalize()}", f"{update.at:%Y-%m-%d %H:%M} UTC", update.body]
    return "\n\n".join(parts) + "\n"


def _hugo() -> str:
    hugo = plain_hugo.program()
    return f"Hugo {plain_hugo.release(hugo)}" if hugo else "no Hugo here"


# ---------------------------------------------------------------- the comparison


def compare(found: Sequence[Contestant], rounds: int, tell: Callable[[str], None]) -> dict[str, list[Run]]:
    """Each contestant's runs, turn by turn."""
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in found}
    compileall.compile_dir(GENERATOR, quiet=2)
    for number in range(1, rounds + 1):
        for contestant in found:
            run = measured(contestant)
            runs[contestant.name].append(run)
            tell(f"round {number} of {rounds}: {contestant.name}: {run.cpu:.1f} s CPU, {run.wall:.1f} s, {run.peak_mb:.0f} MB")
    return runs


def table(runs: dict[str, list[Run]], pages: dict[str, int]) -> str:
    """The medians, a line each; the ratio is that of CPU time to the first."""
    base = median(run.cpu for run in runs[OURS])
    lines = [f"{'':32}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}{'pages':>8}{'ratio':>7}"]
    for name, own in runs.items():
        cpu, wall, peak = (median(values) for values in zip(*((r.cpu, r.wall, r.peak_mb) for r in own), strict=True))
        lines.append(f"{name:32}{cpu:8.2f}{wall:8.2f}{peak:9.0f}{pages[name]:8,}{cpu / base:7.2f}")
    return "\n".join(lines)


def main() -> None:
    """Reads the arguments, compares, and prints the medians."""
    parser = argparse.ArgumentParser(description="Compare a clean build with plain MkDocs and Material on the same texts.")
    parser.add_argument("--incidents", type=int, default=10_000, metavar="N", help="how many incidents (default: 10000)")
    parser.add_argument("--rounds", type=int, default=3, metavar="R", help="how many builds of each (default: 3)")
    parser.add_argument("--folder", type=Path, help="work below this folder instead of on a memory disk")
    parser.add_argument("--only", choices=(OURS, THEIRS, BARE, HUGO, HUGO_APART), action="append", help="leave the others out; may be repeated")
    parser.add_argument("--json", type=Path, help="write each run to this file as well")
    arguments = parser.parse_args()
    place = arguments.folder or (MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None)
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-", dir=place) as name:
        told = list(stories(arguments.incidents))
        found = [c for c in contestants(Path(name), told) if not arguments.only or c.name in (OURS, *arguments.only)]
        print(f"{arguments.incidents:,} incidents of four updates, medians of {arguments.rounds}, in {Path(name).parent}")
        print(f"Python {platform.python_version()}, MkDocs {version('mkdocs')}, Material {version('mkdocs-material')}, {_hugo()}\n", flush=True)
        runs = compare(found, arguments.rounds, lambda line: print(line, file=sys.stderr, flush=True))
        pages = {c.name: sum(1 for _ in c.folder.glob(c.pages)) for c in found}
    print(table(runs, pages))
    if arguments.json:
        arguments.json.write_text(json.dumps({n: [asdict(r) for r in own] for n, own in runs.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
