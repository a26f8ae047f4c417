"""What a repository was laid out with, remembered in it, and how its files stand to what this version would lay out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1
from typing import Literal

from onrecord import __version__
from onrecord.starting.answers import HOSTS, BadAnswer, Host, requirement
from onrecord.starting.layout import Laid, kept

KEPT_FILE = ".onrecord.json"
State = Literal["current", "behind", "yours", "both", "new", "in the way", "gone", "dropped", "dropped, yours"]
WRITTEN: frozenset[State] = frozenset({"behind", "new", "dropped"})
"""The states in which an upgrade writes, or removes, a file; all others it leaves alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What `.onrecord.json` says: the version that laid the repository out, for which host, what pip installs, and each file's blob id of git."""

    version: str
    host: Host
    package: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one file stands. `here` is what lies there, `ours` what this version lays out, `blob` what was laid out last."""

    path: str
    state: State
    here: bytes | None
    ours: bytes | None
    blob: str | None


def blob_id(data: bytes) -> str:
    """What git calls a file of these bytes (SHA-1 over `blob`, the length and the bytes), so that git can give it back later."""
    return sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()


def written_down(host: Host, package: str, files: Mapping[str, str]) -> bytes:
    """The bytes of `.onrecord.json`."""
    said = {"version": __version__, "host": host, "package": package, "files": dict(sorted(files.items()))}
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def read_back(data: bytes) -> Kept:
    """What `.onrecord.json` says.

    Raises:
        BadAnswer: it was changed by hand into something else.
    """
    try:
        said = json.loads(data)
        files = {str(path): str(blob) for path, blob in said["files"].items() if _is_plain(path)}
        if said["host"] not in HOSTS:
            raise ValueError(said["host"])
        return Kept(version=str(said["version"]), host=said["host"], package=requirement(str(said["package"])), files=files)
    except (KeyError, TypeError, ValueError, AttributeError, BadAnswer) as error:
        raise BadAnswer(f"{KEPT_FILE} is not what `onrecord init` wrote", "take it from an earlier commit") from error


def renewed(package: str) -> str:
    """What pip installs from now on: this version; a wheel or an address that the owner chose stays."""
    return f"onrecord=={__version__}" if re.fullmatch(r"onrecord==[\w.+!-]+", package) else package


def standings(before: Kept, read: Callable[[str], bytes | None]) -> Iterator[Standing]:
    """Each file that was laid out or would be, in order. `read` gives the bytes that lie there, None where nothing does."""
    ours = {file.path: file for file in kept(before.host, renewed(before.package))}
    for path in sorted({*ours, *before.files}):
        yield _standing(path, ours.get(path), before.files.get(path), read(path))


def _standing(path: str, ours: Laid | None, blob: str | None, here: bytes | None) -> Standing:
    new = ours.data if ours is not None else None
    return Standing(path=path, state=_state(new, blob, here), here=here, ours=new, blob=blob)


def _state(ours: bytes | None, blob: str | None, here: bytes | None) -> State:
    if ours is None:
        return "current" if here is None else "dropped" if blob_id(here) == blob else "dropped, yours"
    if here == ours:
        return "current"
    if here is None:
        return "new" if blob is None else "gone"
    if blob is None:
        return "in the way"
    if blob_id(here) == blob:
        return "behind"
    return "yours" if blob_id(ours) == blob else "both"


def _is_plain(path: object) -> bool:
    return isinstance(path, str) and not path.startswith("/") and "\0" not in path and not {"", ".", ".."} & set(path.split("/"))
