"""A site to a host by rsync: style and scripts first, then the pages that point to them at one blow, the removal of what is old, and last what tells others of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.site.journal import TELLING

_COMMON = ("--recursive", "--checksum", "--chmod=Du=rwx,Dgo=rx,Fu=rw,Fgo=r", "--itemize-changes", "--compress")
_NOT_OURS = ("--exclude=/.well-known/", "--exclude=/.git/")
_PAGES = ("--delay-updates", *_NOT_OURS, *(f"--exclude=/{path}" for path in TELLING))
"""All pages change within a moment at the end."""
_LAST = ("--delete-delay", *_NOT_OURS)
"""Whatever is not there by now: where rsync cannot make its folder for delayed files, it leaves one out and says that all is well."""
_TIMEOUT_SECONDS = 1200


class CannotCopy(Exception):
    """Nothing, or not all, got there. The text says why, the hint what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What changed at the host: paths of the site, in order."""

    sent: tuple[str, ...]
    removed: tuple[str, ...]


def copy(site: Path, target: str, *, dry_run: bool = False) -> Copied:
    """Makes the folder at `target` (`user@host:/path/`, or a folder here) hold exactly this site.

    Files are told apart by their bytes, since a fresh clone has other times. Files that never change
    under their name go first, so that no page that is already there misses its style. Where the copying is stopped,
    no file that says what the site is names a site that is not wholly there.

    Raises:
        CannotCopy: rsync is not here, or it failed; what it said is in the text. Run again, it goes on from there.
    """
    where = target.rstrip("/") + "/"
    dry = ("--dry-run",) if dry_run else ()
    first: list[str] = []
    if (site / "assets").is_dir():
        first = _rsync([*_COMMON, *dry, "--include=/assets/***", "--exclude=*", "--", f"{site}/", where])
    lines = [*first, *(line for these in (_PAGES, _LAST) for line in _rsync([*_COMMON, *these, *dry, "--", f"{site}/", where]))]
    sent = {path for sign, path in map(_read, lines) if sign[:1] in {"<", ">"} and sign[1:2] == "f"}
    removed = {path for sign, path in map(_read, lines) if sign == "*deleting" and not path.endswith("/")}
    return Copied(sent=tuple(sorted(sent)), removed=tuple(sorted(removed)))


def _read(line: str) -> tuple[str, str]:
    sign, _, path = line.partition(" ")
    return sign, path.strip()


def _rsync(arguments: Sequence[str]) -> list[str]:
    try:
        done = subprocess.run(
            ["rsync", *arguments], capture_output=True, check=False, timeout=_TIMEOUT_SECONDS, encoding="utf-8", errors="replace"
        )
    except FileNotFoundError:
        raise CannotCopy("rsync is not on this machine", "install it, or copy the folder by any other means") from None
    except subprocess.TimeoutExpired:
        raise CannotCopy(f"rsync did not finish within {_TIMEOUT_SECONDS // 60} minutes", "is the host reachable? run it again") from None
    if done.returncode:
        said = re.sub(r"\s+", " ", done.stderr).strip()
        raise CannotCopy(f"rsync failed: {said or f'exit code {done.returncode}'}", "is the target right, and may you write there? run it again, it goes on from there")
    return done.stdout.splitlines()
