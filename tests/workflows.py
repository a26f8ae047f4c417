"""The workflows of this repository as data, and their steps run as the host would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".github" / "workflows"
PUBLISH = "./.github/workflows/publish.yml"
Workflow = Mapping[str, Any]
Workflows = Mapping[str, Workflow]


def read(texts: Mapping[str, str]) -> Workflows:
    """Workflows by the name of their file."""
    return {name: YAML(typ="safe", pure=True).load(text) for name, text in texts.items()}


TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.y*ml"))}
WORKFLOWS = read(TEXTS)


def events(workflow: Workflow) -> dict[str, Any]:
    """What starts the workflow, with what each event is narrowed by."""
    on = workflow["on"]
    return dict.fromkeys([on] if isinstance(on, str) else on) if not isinstance(on, Mapping) else dict(on)


def rights(job: Workflow) -> dict[str, str]:
    """What the job may do; without a word of its own it would be nothing, since every workflow begins with nothing."""
    return dict(job.get("permissions") or {})


def needed(workflows: Workflows, path: str) -> dict[str, str]:
    """What the jobs of a called workflow need in all, those that it calls included: the host starts no call that grants less."""
    found: dict[str, str] = {}
    for job in workflows[Path(path).name]["jobs"].values():
        inner = needed(workflows, job["uses"]) if job.get("uses", "").startswith("./") else {}
        for right, level in (*rights(job).items(), *inner.items()):
            found[right] = "write" if "write" in (level, found.get(right)) else level
    return found


def run(root: Path, file: str, job: str, name: str, **env: str) -> tuple[int, dict[str, str], str]:
    """Runs a step as the host would: its exit code, its outputs, and what it printed."""
    return ran(root, WORKFLOWS[file], job, name, **env)


def ran(root: Path, workflow: Workflow, job: str, name: str, **env: str) -> tuple[int, dict[str, str], str]:
    """The same for a workflow that is not this repository's."""
    (script,) = (step["run"] for step in workflow["jobs"][job]["steps"] if step["name"] == name)
    outputs = root.parent / "outputs.txt"
    outputs.write_text("")
    said = {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(root.parent / "summary.md")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    assert workflow["defaults"]["run"]["shell"] == "bash"
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=root,
        env={**os.environ, "PATH": path, **said, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = outputs.read_text().splitlines()
    return done.returncode, dict(line.split("=", 1) for line in lines), done.stdout
