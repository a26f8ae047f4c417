"""What a pull request would do to published words, from the difference to its base."""

from __future__ import annotations

from pathlib import Path

import click

from onrecord.files import Tree, Unreadable
from onrecord.gitio import GitFailed
from onrecord.gitio.history import Blobs, Incomplete
from onrecord.gitio.past import changed_since, fork
from onrecord.loading import Loaded
from onrecord.policy.changes import Changed, review_changes
from onrecord.problems import Problem
from onrecord.settings import COMPONENTS_FILE, INCIDENTS, POLICY_FILE, REDACTIONS_FILE
from onrecord.withholding import Withholding


def proposed(root: Path, base: str, loaded: Loaded) -> list[Problem]:
    """What the work tree does to the words that the base has published.

    Raises:
        click.UsageError: there is no such revision, or no way to compare with it.
    """
    withholding = Withholding(loaded.dataset.redactions)
    try:
        found = changed_since(root, fork(root, base), INCIDENTS, COMPONENTS_FILE, POLICY_FILE, REDACTIONS_FILE)
        old = [(path, blob) for path, blob in found if blob]
        with Blobs(root) as blobs:
            texts = blobs.read([blob for _, blob in old])
    except (GitFailed, Incomplete) as error:
        said = error.said.strip() if isinstance(error, GitFailed) else str(error)
        raise click.UsageError(f"`{base}` cannot be compared with: {said or 'the two have no commit in common'}; fetch it, with enough of its history") from error
    changed = [
        Changed(path=path, before=withholding.of(path, text), after=_bytes(loaded.tree, path))
        for (path, _), text in zip(old, texts, strict=True)
        if isinstance(text, bytes)
    ]
    if (REDACTIONS_FILE, "") in found:
        changed.append(Changed(path=REDACTIONS_FILE, before=b"", after=_bytes(loaded.tree, REDACTIONS_FILE)))
    return review_changes(changed, loaded)


def _bytes(tree: Tree, path: str) -> bytes | None:
    try:
        return tree.read(path)
    except Unreadable:
        return b"" if tree.exists(path) else None
