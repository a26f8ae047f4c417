"""What one more update costs in a long history: the build after it, the check of its file, and the verbs that a responder waits for.

    python benchmarks/one_update.py

Ours is a git repository with everything committed. It builds once, which is not measured; then, in turns, each contestant gets a few
more words in its newest page and builds again, with whatever it keeps. Those that keep nothing build all of it each time, and so take part
in fewer rounds. Modules are compiled beforehand, as pip does it for a package that is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

from compare_build import HUGO, HUGO_APART, MEMORY_DISK, OURS, Contestant, Run, contestants, measured
from figures import ratio, spread
from make_incidents import END, Story, stories

SLOW_ROUNDS = 2
"""How often who builds or checks everything anew takes part."""
WORDS = "One more thing that we know now: the queue is shorter than it was an hour ago."
BUILD = "onrecord build, one update"
_GIT = ("git", "-c", "user.name=Robin", "-c", "user.email=robin@example.com", "-c", "commit.gpgsign=false", "-c", "gc.auto=0")


def said_more(contestant: Contestant, newest: Story, number: int) -> None:
    """Adds an update of some words to the newest incident, as each contestant takes it; ours is committed."""
    folder, year = contestant.folder, newest.id[:4]
    at = END - timedelta(minutes=30 - number)
    if contestant.name in (OURS, BUILD):
        path = folder / f"incidents/{year}/{newest.id}/updates/{at:%Y%m%dT%H%M%SZ}-identified-m{number:03}.md"
        path.write_text(f"---\nat: {at:%Y-%m-%dT%H:%M:%SZ}\nstatus: identified\nnext_update_by: {END + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}\n---\n{WORDS}\n", encoding="utf-8")
        _commit(folder, "Say more", at + timedelta(seconds=30))
    elif contestant.name == HUGO_APART:
        page = folder / f"content/incidents/{year}/{newest.id}/more-{number}.md"
        page.write_text(f"---\ntitle: Identified\ndate: {at:%Y-%m-%dT%H:%M:%SZ}\n---\n{WORDS}\n", encoding="utf-8")
    else:
        page = folder / ("content" if contestant.name == HUGO else "docs") / "incidents" / year / f"{newest.id}.md"
        page.write_text(page.read_text(encoding="utf-8") + f"\n{WORDS}\n", encoding="utf-8")


def _commit(folder: Path, message: str, at: datetime) -> None:
    """Commits everything at that time: by the clock of the builds nothing is published in the future."""
    if not (folder / ".git").exists():
        subprocess.run([*_GIT, "init", "-q", "-b", "main"], cwd=folder, check=True)
        (folder / ".gitignore").write_text("/site/\n/.cache/\n/.site.onrecord/\n", encoding="utf-8")
    subprocess.run([*_GIT, "add", "-A"], cwd=folder, check=True)
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), at.isoformat())
    subprocess.run([*_GIT, "commit", "-q", "-m", message], cwd=folder, env=os.environ | dates, check=True)


def prepared(found: Sequence[Contestant]) -> list[Contestant]:
    """The same contestants, which build on what is there from now on; ours after a first build."""
    ours, *others = (replace(one, command=tuple(word for word in one.command if word != "--clean"), remove=()) for one in found)
    ours = replace(ours, name=BUILD)
    _commit(ours.folder, "First", END - timedelta(hours=2))
    measured(ours)
    return [ours, *others]


def verbs(ours: Contestant, newest: Story) -> list[Contestant]:
    """What a responder types meanwhile, each a process of its own; last what CI does."""
    python = ours.command[:3]
    clock = ("--now", f"{END:%Y-%m-%dT%H:%M:%SZ}")
    file = f"incidents/{newest.id[:4]}/{newest.id}/incident.yml"
    said = ("--status", "identified", "--next", "30m", "-m", WORDS, *clock)
    typed = {
        "onrecord --help": ("--help",),
        "onrecord check FILE": ("check", file, *clock),
        "onrecord check --base HEAD FILE": ("check", "--base", "HEAD", file, *clock),
        "onrecord update ID": ("update", newest.id, *said),
        "onrecord update, the one that is open": ("update", *said),
        "onrecord resolve": ("resolve", "-m", WORDS, *clock),
        "onrecord open": ("open", "Sign-in fails", "--component", "sign-in=partial_outage", "--next", "30m", "-m", WORDS, *clock),
        "onrecord messages": ("messages", *clock),
        "onrecord check, everything": ("check", *clock),
    }
    return [replace(ours, name=name, command=(*python, *words)) for name, words in typed.items()]


def compare(found: Sequence[Contestant], newest: Story, rounds: int, tell: Callable[[str], None]) -> dict[str, list[Run]]:
    """Each contestant's builds after one update, and the verbs, turn by turn. Each verb runs once before, which compiles it."""
    typed = verbs(found[0], newest)
    for contestant in typed[:-1]:
        _tidily(contestant)
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in (*found, *typed)}
    for number in range(1, rounds + 1):
        for contestant in found if number <= SLOW_ROUNDS else found[:1]:
            said_more(contestant, newest, number)
            runs[contestant.name].append(measured(contestant))
        for contestant in typed if number <= SLOW_ROUNDS else typed[:-1]:
            runs[contestant.name].append(_tidily(contestant))
        tell(f"round {number} of {rounds}")
    return runs


def _tidily(typed: Contestant) -> Run:
    """One call of a verb; what it wrote is taken away again."""
    run = measured(typed)
    subprocess.run([*_GIT, "clean", "-qfd", "incidents"], cwd=typed.folder, check=True)
    return run


def table(runs: dict[str, list[Run]]) -> str:
    """A line each: medians with the smallest and the largest; the ratios are to our build."""
    lines = ["| | seconds by the clock | CPU seconds | largest process, MB | ratio by the clock |", "|---|---|---|---|---|"]
    base = [run.wall for run in runs[BUILD]]
    for name, own in runs.items():
        wall = [run.wall for run in own]
        lines.append(f"| {name} | {spread(wall)} | {spread([run.cpu for run in own])} | {_memory(own)} | {ratio(wall, base)} |")
    return "\n".join(lines)


def _memory(own: Sequence[Run]) -> str:
    """The peaks; a process begins as a copy of this one, so that less than ours cannot be seen."""
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    peaks = [run.peak_mb for run in own]
    return spread(peaks, ".0f") if min(peaks) > ours else f"at most {max(peaks):.0f}"


def main() -> None:
    """Reads the arguments, compares, and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--incidents", type=int, default=10_000, metavar="N", help="how many incidents (default: 10000)")
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="how many updates (default: 5)")
    parser.add_argument("--json", type=Path, help="write each run to this file as well")
    arguments = parser.parse_args()
    place = MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="onrecord-update-", dir=place) as name:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{name}/compiled"
        told = list(stories(arguments.incidents))
        found = prepared(contestants(Path(name), told))
        newest = max(told, key=lambda story: story.started)
        runs = compare(found, newest, arguments.rounds, lambda line: print(line, file=sys.stderr, flush=True))
    print(f"{arguments.incidents:,} incidents of four updates, and one update more; medians of {arguments.rounds}, of {min(SLOW_ROUNDS, arguments.rounds)} where everything is made anew\n")
    print(table(runs))
    if arguments.json:
        arguments.json.write_text(json.dumps({n: [asdict(r) for r in own] for n, own in runs.items()}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
