"""`onrecord upgrade`: the files that came from onrecord, brought up to the installed version, as a change to review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path

import click

from onrecord import __version__, gitio
from onrecord.files import write_atomically
from onrecord.problems import quantity
from onrecord.starting.answers import BadAnswer
from onrecord.starting.keeping import (
    KEPT_FILE,
    WRITTEN,
    Kept,
    Standing,
    State,
    blob_id,
    read_back,
    renewed,
    standings,
    written_down,
)

_TOLD: dict[State, str] = {
    "behind": "brought up to date",
    "new": "added",
    "dropped": "removed: nothing needs it any more",
    "both": "changed by you and by us: left alone",
    "in the way": "yours, where ours would lie: left alone",
    "gone": "removed by you: left out",
    "dropped, yours": "not needed any more, and changed by you: left alone",
    "yours": "changed by you, and not by us",
}


@click.command()
@click.option("--write", is_flag=True, help="Do it; without this the change is only shown.")
@click.option("--check", "only_check", is_flag=True, help="Show nothing but a line a file, and end with 1 where something is behind.")
@click.pass_obj
def command(root: Path, *, write: bool, only_check: bool) -> int:
    """Bring workflows, lock files and settings of editors up to this version of onrecord.

    The change is shown as a diff. A file that you changed is never touched: what changed in ours is
    shown beside it, for you to take over by hand.
    """
    before = kept_in(root)
    every = tuple(standings(before, lambda path: _read(root / path)))
    found = [standing for standing in every if standing.state != "current"]
    for standing in found:
        click.echo(f"{standing.path}: {_TOLD[standing.state] if write or standing.state not in WRITTEN else _shall(standing.state)}")
    due = [standing for standing in found if standing.state in WRITTEN]
    waiting = [standing for standing in found if standing.state in {"both", "in the way"}]
    if not only_check:
        _show(root, [*([] if write else due), *waiting])
    if write:
        _do(root, due, [*waiting, *(standing for standing in every if standing.state == "current")], before)
    click.echo(_next(before, due, waiting, write=write))
    return int(only_check and bool(due or waiting))


def kept_in(root: Path) -> Kept:
    """What `onrecord init` remembered in that repository.

    Raises:
        click.UsageError: it remembered nothing there.
        click.ClickException: what it remembered is broken.
    """
    data = _read(root / KEPT_FILE)
    if data is None:
        raise click.UsageError(f"{root} was not laid out by `onrecord init` (it has no {KEPT_FILE}), so nobody knows which files are whose")
    try:
        return read_back(data)
    except BadAnswer as error:
        raise click.ClickException(f"{error}\n    hint: {error.hint}") from None


def _do(root: Path, due: Sequence[Standing], known: Sequence[Standing], before: Kept) -> None:
    """Writes what is due, and remembers it and what the owner knows: what was shown now, and what is there since an upgrade that was stopped."""
    files = dict(before.files)
    try:
        for standing in due:
            if standing.ours is None:
                (root / standing.path).unlink()
                del files[standing.path]
            else:
                write_atomically(root / standing.path, standing.ours)
                files[standing.path] = blob_id(standing.ours)
        for standing in known:
            if standing.ours is not None:
                files[standing.path] = blob_id(standing.ours)
            elif standing.here is None:
                files.pop(standing.path, None)
        write_atomically(root / KEPT_FILE, written_down(before.host, renewed(before.package), files))
    except OSError as error:
        raise click.ClickException(f"not everything was written: {error}; mend that, then run it again") from None


def _show(root: Path, standings: Sequence[Standing]) -> None:
    for standing in standings:
        click.echo("")
        click.echo("".join(_difference(root, standing)), nl=False)


def _difference(root: Path, standing: Standing) -> Iterator[str]:
    """What the upgrade does to the file; where the owner changed it, what changed in ours since, else how the two differ."""
    base = standing.here
    title = "yours now"
    if standing.state == "both" and standing.blob is not None and (last := gitio.blob(root, standing.blob)) is not None:
        base, title = last, "ours before"
    elif standing.state in {"behind", "dropped", "new"}:
        title = "now"
    yield from unified_diff(_lines(base), _lines(standing.ours), f"{standing.path} ({title})", f"{standing.path} (onrecord {__version__})", n=2)


def _lines(data: bytes | None) -> list[str]:
    text = (data or b"").decode("utf-8", "replace")
    return [line + "\n" for line in text.splitlines()]


def _shall(state: State) -> str:
    return {"behind": "would be brought up to date", "new": "would be added", "dropped": "would be removed: nothing needs it any more"}[state]


def _next(before: Kept, due: Sequence[Standing], waiting: Sequence[Standing], *, write: bool) -> str:
    by_hand = f"{quantity(len(waiting), 'file')} to look at by hand: the differences stand above." if waiting else ""
    if not due and not waiting:
        return f"Everything is as onrecord {__version__} lays it out."
    if write:
        return "\n".join(filter(None, [f"From {before.version} to {__version__}: {quantity(len(due), 'file')} written.", by_hand, "Next: git diff, then commit it by a pull request"]))
    return "\n".join(filter(None, [f"\nFrom {before.version} to {__version__}: {quantity(len(due), 'file')} to write.", by_hand, "Next: onrecord upgrade --write" if due else ""]))


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
