"""Signatures of commits, checked by the keys that the repository itself names, and by nobody's own keyring."""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from onrecord.gitio import GitFailed, _command, _environment
from onrecord.gitio.history import blobs_of, file_of

State = Literal["good", "bad", "unknown", "none"]
"""By a key that the repository names, broken or revoked, by another key, or no signature at all."""
ALLOWED = "allowed_signers"
_KEYS = (".asc", ".gpg")
_STATES: Mapping[str, State] = {"G": "good", "U": "good", "X": "good", "Y": "good", "B": "bad", "R": "bad", "N": "none"}
"""What git's letters mean. X and Y were good when they were made; U is a key of the ring that nobody vouches for."""


class CannotCheck(Exception):
    """A program that checks signatures is not installed; the text says which."""


def keys_of(root: Path, commit: str, folder: str) -> dict[str, bytes]:
    """The keys that a commit names, by the name of their file: `allowed_signers` of SSH, `*.asc` and `*.gpg` of OpenPGP."""
    try:
        paths = [path for path in blobs_of(root, f"{commit}:./{folder}") if "/" not in path]
    except GitFailed:
        return {}
    wanted = (name for name in paths if name == ALLOWED or name.endswith(_KEYS))
    return {name: data for name in wanted if (data := file_of(root, commit, posixpath.join(folder, name))) is not None}


def states(root: Path, commits: Iterable[str], keys: Mapping[str, bytes]) -> dict[str, State]:
    """What each commit's signature is worth by those keys.

    Raises:
        CannotCheck: `gpg` or `ssh-keygen` is needed, and not there.
        GitFailed: git cannot read a commit.
    """
    with _ring(keys) as (settings, variables):
        command = _command(root, *settings, "log", "--no-walk=unsorted", "--stdin", "--format=%H %G? %GF", "--no-color", "--no-notes")
        asked = "".join(f"{commit}\n" for commit in commits).encode()
        done = subprocess.run(command, env=_environment() | variables, input=asked, capture_output=True, check=False)
    if done.returncode:
        raise GitFailed(command, done.stderr.decode("utf-8", "replace"))
    rows = (row.split(" ") for row in done.stdout.decode("utf-8", "replace").splitlines() if row)
    return {commit: _state(letter, key) for commit, letter, key in rows}


def _state(letter: str, key: str) -> State:
    """Of SSH, a key that `allowed_signers` does not name is a U, too; its fingerprint tells it."""
    if letter == "U" and key.startswith("SHA256:"):
        return "unknown"
    return _STATES.get(letter, "unknown")


@contextmanager
def _ring(keys: Mapping[str, bytes]) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The settings and variables with which git knows those keys, and no others."""
    with TemporaryDirectory(prefix="onrecord-keys-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        (home / ALLOWED).write_bytes(keys.get(ALLOWED, b""))
        variables = {"GNUPGHOME": folder, "HOME": folder}
        _import([data for name, data in keys.items() if name != ALLOWED], variables)
        if ALLOWED in keys and shutil.which("ssh-keygen") is None:
            raise CannotCheck("`ssh-keygen` is not installed: it comes with OpenSSH")
        chosen = (f"gpg.ssh.allowedSignersFile={home / ALLOWED}", "gpg.program=gpg", "gpg.ssh.program=ssh-keygen", "gpg.minTrustLevel=undefined")
        yield [part for setting in chosen for part in ("-c", setting)], variables


def _import(keys: list[bytes], variables: Mapping[str, str]) -> None:
    if not keys:
        return
    if shutil.which("gpg") is None:
        raise CannotCheck("`gpg` is not installed")
    for key in keys:
        command = ["gpg", "--batch", "--quiet", "--no-autostart", "--import"]
        subprocess.run(command, env={**os.environ, **variables}, input=key, capture_output=True, check=False)
