"""What git does with words that were just written: a commit, a push, a pull request, or the commands to type."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from onrecord.authoring import Draft
from onrecord.commands.manner import Manner
from onrecord.gitio import GitFailed, writing


def send(root: Path, draft: Draft, manner: Manner) -> int:
    """Commits and sends as asked; else says how. The words stay written whatever git says; returns the exit code."""
    if not manner.commits:
        if writing.in_repository(root):
            click.echo(f"To publish: {_by_hand(root, draft)}{' && git push' if writing.has_remote(root) else ''}")
        return 0
    paths = _uncommitted(root, draft)
    branch = ""
    try:
        if manner.pr:
            branch = writing.start_branch(root, draft.branch)
        commit = writing.commit_files(root, paths, draft.subject)
    except GitFailed as error:
        click.echo(f"The files are written, and not committed: {error}\nTo commit: {_by_hand(root, draft)}", err=True)
        return 1
    on = writing.current_branch(root)
    click.echo(f"committed {commit}{f' on {on}' if on else ''}: {draft.subject}")
    if not (manner.push or manner.pr):
        if writing.has_remote(root):
            click.echo("To have it read: git push --set-upstream origin HEAD" if draft.onto else "To publish: git push")
        return 0
    return _push(root, draft, branch)


def _push(root: Path, draft: Draft, branch: str) -> int:
    try:
        done = writing.push(root)
    except GitFailed as error:
        upstream = "git push --set-upstream origin HEAD" if branch else "git pull --rebase && git push"
        click.echo(f"It is committed, and not sent: {error}\nTo send it: {upstream}", err=True)
        return 1
    click.echo(f"sent to {done.remote}/{done.branch}{', rebased on what others had sent' if done.rebased else ''}")
    if branch:
        _ask_for_review(root, draft, branch)
    return 0


def _ask_for_review(root: Path, draft: Draft, branch: str) -> None:
    title = draft.subject
    body = draft.request or f"What customers will read stands in `{draft.folder}`."
    made = writing.open_pull_request(root, branch, title, body)
    if made.address:
        click.echo(f"pull request: {made.address}")
        return
    command = shlex.join(["gh", "pr", "create", "--head", branch, "--title", title, "--body", body])
    click.echo(f"No pull request was opened: {made.reason}.\nTo open one: {command}\n  or open it for the branch {branch} on your host's page")


def _uncommitted(root: Path, draft: Draft) -> list[str]:
    """What the record needs to be whole in the commit: its head and updates that no commit has, and nothing internal."""
    new = set(draft.files)
    try:
        changed = writing.changed(root, draft.folder)
    except GitFailed:
        return sorted(new)
    for path in changed:
        name = path.removeprefix(f"{draft.folder}/")
        update = name.startswith("updates/") and name.endswith(".md") and name.count("/") == 1
        if (name == "incident.yml" or update) and not writing.is_committed(root, path):
            new.add(path)
    return sorted(new)


def _by_hand(root: Path, draft: Draft) -> str:
    paths = shlex.join(_uncommitted(root, draft))
    return f"git add {paths} && git commit -m {shlex.quote(draft.subject)}"
