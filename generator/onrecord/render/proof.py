"""What lets anybody check a site: the digest of every file, what it was made of and with, and the chain of publications."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from onrecord import __version__
from onrecord.cache.generator import code
from onrecord.publications import PUBLICATIONS, Chain
from onrecord.render.artifacts import Artifact
from onrecord.snapshot.records import Snapshot
from onrecord.times import iso

MANIFEST, BUILD = "manifest.json", "build.json"
MADE_WITH = (
    "babel",
    "feedgen",
    "icalendar",
    "jinja2",
    "lxml",
    "markdown",
    "mkdocs",
    "mkdocs-material",
    "mmdr",
    "nh3",
    "pydantic",
    "pygments",
    "pymdown-extensions",
    "pyromark",
    "rjsmin",
    "ruamel.yaml",
    "tzdata",
    "yaml-rs",
)
"""The libraries whose versions can change a published byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a build was asked for, as far as it changes its files, and the chain that it continues."""

    engine: str = "mkdocs"
    gallery: bool = False
    chain: Chain | None = None
    note: str = ""
    """What the new entry says of the chain."""


def proof(snapshot: Snapshot, digests: Mapping[str, str], made: Made = Made()) -> Iterator[Artifact]:
    """`manifest.json` with the digest of every other file, `build.json` with the digest of the manifest, and the chain with that of both.

    `digests` are SHA-256 in hex, by path.
    """
    rows = ",\n".join(f"{json.dumps(path)}: {json.dumps(digests[path])}" for path in sorted(digests))
    manifest = f'{{"generator": "onrecord", "files": {{\n{rows}\n}}}}\n'.encode()
    yield Artifact(path=MANIFEST, data=manifest)
    built = snapshot.built
    facts = {
        "generator": "onrecord",
        "commit": built.commit,
        "committed": _iso(built.committed),
        "dirty": built.dirty,
        "at": iso(snapshot.at),
        "as_of": _iso(built.as_of),
        "valid_until": iso(snapshot.valid_until),
        "files": len(digests) + (2 if made.chain is None else 3),
        "manifest": {"path": MANIFEST, "sha256": sha256(manifest).hexdigest()},
        "engine": made.engine,
        "gallery": made.gallery,
        "versions": versions(made.engine),
        "code": code(),
    }
    data = f"{json.dumps(facts, indent=2)}\n".encode()
    yield Artifact(path=BUILD, data=data)
    if made.chain is not None and built.commit is not None:
        longer = made.chain.followed_by(commit=built.commit, at=snapshot.at, build=sha256(data).hexdigest(), note=made.note)
        yield Artifact(path=PUBLICATIONS, data=longer.written())


def versions(engine: str) -> dict[str, str]:
    """What is installed here of all that can change a byte of a site that the engine drew."""
    found = {"onrecord": __version__, "python": ".".join(platform.python_version_tuple()[:2])}
    for name in (*MADE_WITH, *(("zensical",) if engine == "zensical" else ())):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment is not None else None
