"""The road from commit to live: the steps of publish.yml, run here one after the other as the workflow runs them.

    python benchmarks/road.py

A fresh clone with its whole history, an empty environment, what the lock files name with their hashes, the build, the proof,
the archive for the host. Each round begins with nothing; `--warm` keeps what was downloaded, as a cache of wheels would.
Waiting for a machine, the upload and the host's own work are not in it: this machine cannot know them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from figures import spread
from weight import ROOT

LIMIT = 90
"""So many seconds are promised, at most."""


def steps(work: Path, cache: Path | None) -> dict[str, list[str]]:
    """Each step of the workflow with the commands that it runs."""
    clone, home = work / "clone", work / "environment"
    python = str(home / "bin" / "python")
    keep = [] if cache else ["--no-cache-dir"]
    uv = f"{python} -m uv pip install --quiet --python {python}" + ("" if cache else " --no-cache")
    return {
        "fetch main with its whole history": [f"git clone --quiet file://{ROOT} {clone}"],
        "set up Python (an empty environment)": [f"{sys.executable} -m venv {home}"],
        "install uv": [f"{python} -m pip install --quiet --disable-pip-version-check {' '.join(keep)} --require-hashes --requirement requirements-ci.lock"],
        "install what the lock files name": [
            f"{uv} --require-hashes --build-constraints requirements-ci.lock --requirement requirements.lock",
            f"{uv} --no-deps --no-build-isolation .",
        ],
        "build the site": [f"{home}/bin/onrecord build"],
        "prove that nothing was rewritten": [f"{home}/bin/onrecord audit --format json > audit.json || true"],
        "archive it for the host": ["tar --create --file ../site.tar --directory site ."],
    }


def walked(cache: Path | None) -> dict[str, float]:
    """Seconds by the clock of each step of one run.

    Raises:
        RuntimeError: a step failed; the message holds what it said.
    """
    found: dict[str, float] = {}
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    if cache:
        environment |= {"UV_CACHE_DIR": str(cache / "uv"), "PIP_CACHE_DIR": str(cache / "pip")}
    with tempfile.TemporaryDirectory(prefix="onrecord-road-") as name:
        work = Path(name)
        for step, commands in steps(work, cache).items():
            began = perf_counter()
            for command in commands:
                at = work / "clone" if (work / "clone").is_dir() else work
                done = subprocess.run(["bash", "-ec", command], cwd=at, env=environment, capture_output=True, text=True, check=False)
                if done.returncode > (1 if "onrecord build" in command else 0):
                    raise RuntimeError(f"{step} failed:\n{done.stdout}{done.stderr}")
            found[step] = perf_counter() - began
            print(f"{step}: {found[step]:.1f} s", file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Reads the arguments, walks the road, and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, metavar="R", help="how many runs (default: 3)")
    parser.add_argument("--warm", action="store_true", help="keep what was downloaded between the runs; the first one is not counted")
    parser.add_argument("--json", type=Path, help="write each run to this file as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onrecord-wheels-") as name:
        cache = Path(name) if arguments.warm else None
        if cache:
            walked(cache)
        runs = [walked(cache) for _ in range(arguments.rounds)]
    print("| step | seconds |\n|---|---|")
    for step in runs[0]:
        print(f"| {step} | {spread([run[step] for run in runs], '.1f')} |")
    sums = [sum(run.values()) for run in runs]
    print(f"| **sum** | {spread(sums, '.1f')} |\n\nThe limit is {LIMIT} seconds: {'held' if median(sums) <= LIMIT else 'MISSED'}.")
    if arguments.json:
        arguments.json.write_text(json.dumps(runs, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
