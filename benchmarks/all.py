"""Runs every benchmark, and writes what they print into a page between the marks that name them.

    python benchmarks/all.py --write docs/benchmarks.md

A benchmark whose contestants are missing says so, and one that fails leaves its old figures, is named, and ends the run red.
Give it a machine that does nothing else: `make bench-all`.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import plain_hugo

HERE = Path(__file__).resolve().parent
COMMANDS: dict[str, tuple[str, ...]] = {
    "clean": ("compare_build.py",),
    "update": ("one_update.py",),
    "history": ("history.py",),
    "search": ("search.py",),
    "weight": ("weight.py",),
    "spike": ("spike.py",),
    "road": ("road.py",),
    "road-warm": ("road.py", "--warm"),
}
_MARKED = r"(<!-- figures of {name} -->\n).*?(<!-- end of figures -->)"


def machine() -> str:
    """What it ran on and with, without the name of anybody's machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    hugo = plain_hugo.program()
    tools = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in ("onrecord", "mkdocs", "mkdocs-material", "zensical") if _installed(name))]
    tools.append(f"Hugo {plain_hugo.release(hugo)}" if hugo else "no Hugo")
    return f"{datetime.now(UTC):%-d %B %Y}, {platform.system()} on {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB of memory; {', '.join(tools)}.\n"


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except ModuleNotFoundError:
        return False


def ran(name: str, more: list[str]) -> str | None:
    """What the benchmark printed, None where it failed; what it says meanwhile goes to the terminal."""
    print(f"== {name}: {' '.join(COMMANDS[name])}", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, HERE / COMMANDS[name][0], *COMMANDS[name][1:], *more], stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip() + "\n" if done.returncode == 0 else None


def placed(page: str, name: str, figures: str) -> str:
    """The page with those figures at their mark. Tables stay tables; all else keeps its columns.

    Raises:
        ValueError: the page has no such mark.
    """
    body = figures if "\n|---" in figures or "\n" not in figures.strip() else f"```\n{figures}```\n"
    found, count = re.subn(_MARKED.format(name=re.escape(name)), lambda mark: f"{mark[1]}{body}{mark[2]}", page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"the page has {count} marks for `{name}`; it needs one")
    return found


def main() -> None:
    """Reads the arguments, runs, and writes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the figures into this page; otherwise they are printed")
    parser.add_argument("--only", choices=COMMANDS, action="append", help="leave the others out; may be repeated")
    parser.add_argument("--rounds", help="how many rounds each runs, where it has rounds (default: its own)")
    arguments = parser.parse_args()
    failed = []
    for name in arguments.only or COMMANDS:
        rounds = ["--rounds", arguments.rounds] if arguments.rounds else []
        figures = ran(name, rounds)
        if figures is None:
            failed.append(name)
        elif arguments.write:
            page = arguments.write.read_text(encoding="utf-8")
            arguments.write.write_text(placed(placed(page, name, figures), "machine", machine()), encoding="utf-8")
        else:
            print(f"{name}\n\n{figures}", flush=True)
    if failed:
        sys.exit(f"failed, and left as they were: {', '.join(failed)}")


if __name__ == "__main__":
    main()
