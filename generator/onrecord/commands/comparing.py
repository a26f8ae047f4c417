"""What a build differs by from the commit that a change is based on, for its summary."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from onrecord.files import WorkTree
from onrecord.gitio import CommitTree, GitFailed
from onrecord.gitio.past import fork
from onrecord.loading import load
from onrecord.loading.site import site_of
from onrecord.render.changes import Change, told
from onrecord.render.messages import BadMessage, Letters
from onrecord.snapshot import Snapshot, derive
from onrecord.withholding import read_redactions


def comparison(root: Path, revision: str) -> Callable[[Snapshot], list[str]]:
    """What tells, of a snapshot, how it differs from that commit.

    Raises:
        click.UsageError: there is no such commit.
    """
    return partial(_changes, root, _base(root, revision))


def _base(root: Path, revision: str) -> str:
    """The commit from which the work tree and that revision went apart."""
    try:
        return fork(root, revision)
    except GitFailed as error:
        hint = "fetch the whole history: `git fetch --unshallow`, on GitHub Actions `fetch-depth: 0`"
        raise click.UsageError(f"--base: `{revision}` is no commit that this one is built on: {error.said.strip() or 'git finds none'}\n    hint: {hint}") from None


def _changes(root: Path, commit: str, after: Snapshot) -> list[str]:
    """The lines on what has changed for customers since that commit. Both are looked at by the same clock."""
    with CommitTree(root, commit) as tree:
        loaded = load(tree, now=after.at, withholding=read_redactions(WorkTree(root))[0])
    before = derive(loaded.dataset, after.at)
    try:
        letters = Letters.of(WorkTree(root), site_of(WorkTree(root), after.policy))
    except BadMessage:
        letters = Letters()  # `check` names the template that cannot be read
    return list(told(Change(before=before, after=after, letters=letters)))
