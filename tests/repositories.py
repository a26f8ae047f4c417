"""Repositories for tests: laid out from a dict of files, with real git and commits whose bytes never vary."""

from __future__ import annotations

import os
import subprocess
import textwrap
from collections.abc import Mapping
from pathlib import Path

AUTHOR = "Robin Responder"
EMAIL = "robin@example.com"
FIRST_COMMIT = "2026-11-21T14:06:00Z"


def lay_out(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes the files below `root`; texts are dedented, bytes are written as they are. Returns `root`."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else textwrap.dedent(content).encode("utf-8")
        target.write_bytes(data)
    return root


def git(root: Path, *arguments: str, at: str = FIRST_COMMIT, authored: str | None = None, name: str = AUTHOR) -> str:
    """Runs git there, blind to the machine's configuration, with a fixed author and date; returns its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    fixed = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": EMAIL,
        "GIT_AUTHOR_DATE": authored or at,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": EMAIL,
        "GIT_COMMITTER_DATE": at,
    }
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], env=kept | fixed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def commit(root: Path, files: Mapping[str, str | bytes] | None = None, *, at: str = FIRST_COMMIT, message: str = "A commit") -> str:
    """Commits the tree, after writing `files` into it; makes the repository if there is none. Returns the commit's id."""
    if not (root / ".git").exists():
        root.mkdir(parents=True, exist_ok=True)
        git(root, "init", "--quiet", "--initial-branch=main")
    lay_out(root, files or {})
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message, at=at)
    return git(root, "rev-parse", "HEAD").strip()


def clone(origin: Path, name: str) -> Path:
    """A clone of its own, in a folder of its own, as each job has one."""
    folder = origin.parent / name
    folder.mkdir()
    git(folder, "clone", "--quiet", str(origin), "repository")
    return folder / "repository"
