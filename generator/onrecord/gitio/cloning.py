"""A commit laid out in a folder of its own, with the whole history behind it and nothing written to the owner's repository."""

from __future__ import annotations

import os
from pathlib import Path

from onrecord.gitio import GitFailed, _git, commit
from onrecord.gitio.history import demand_whole

_NOTHING = ("-c", f"core.hooksPath={os.devnull}", "-c", f"init.templateDir={os.devnull}", "-c", "advice.detachedHead=false", "-c", "core.autocrlf=false")


def clone(root: Path, revision: str, folder: Path) -> Path:
    """Lays out that commit in `folder` and returns the folder in it that is `root` here. No hook and no filter is run.

    Raises:
        GitFailed: no such commit.
        Incomplete: the history is not all there.
    """
    demand_whole(root)
    named = commit(root, revision).commit
    top = _git(root, "rev-parse", "--show-toplevel").decode().strip()
    inner = _git(root, "rev-parse", "--show-prefix").decode().strip()
    if not top:
        raise GitFailed(("git", "rev-parse", "--show-toplevel"), "there is no work tree")
    _git(root, *_NOTHING, "clone", "--quiet", "--no-checkout", "--shared", top, os.fspath(folder))
    _git(folder, *_NOTHING, "checkout", "--quiet", "--detach", named)
    return folder / inner
