"""What machines read: `now.json` for the poll, `build.json` and `manifest.json` for who wants to verify."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from onrecord import __version__
from onrecord.render import versions
from onrecord.render.artifacts import Artifact
from onrecord.snapshot.records import Snapshot
from onrecord.times import iso

MANIFEST, BUILD, NOW = "manifest.json", "build.json", "now.json"
NOW_BYTES = 400
"""`now.json` is smaller than this, whatever is open: a million readers ask for it once a minute."""
_MADE_WITH = (
    "babel",
    "feedgen",
    "jinja2",
    "lxml",
    "markdown",
    "mkdocs",
    "mkdocs-material",
    "mmdr",
    "nh3",
    "pygments",
    "pymdown-extensions",
    "pyromark",
    "tzdata",
)
"""The libraries whose versions can change a published byte."""


def now(snapshot: Snapshot) -> Iterator[Artifact]:
    """`now.json`: the state, what is open with its version, the next promise, and until when the page may be believed.

    `version` changes whenever anything changes that a reader of the home page should see. `open` names
    as many of the open records as there is room for, the worst first; `count` is how many there are.
    """
    shown = versions.on_show(snapshot)
    due = [view.promise.due for view in shown if view.promise is not None]
    facts: dict[str, object] = {
        "at": iso(snapshot.at),
        "state": snapshot.overall.indicator,
        "says": snapshot.overall.description,
        "version": versions.of_page(snapshot),
        "count": len(shown),
        "next_update_by": iso(min(due)) if due else None,
        "valid_until": iso(snapshot.valid_until),
        "open": {},
    }
    for view in shown:
        named = {**facts, "open": {**facts["open"], view.id: versions.of_record(view)}}  # type: ignore[dict-item]
        if len(_compact(named)) >= NOW_BYTES:
            break
        facts = named
    yield Artifact(path=NOW, data=_compact(facts))


def proof(snapshot: Snapshot, digests: Mapping[str, str]) -> Iterator[Artifact]:
    """`manifest.json` with the digest of every other file, then `build.json` with the digest of the manifest.

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
        "files": len(digests) + 2,
        "manifest": {"path": MANIFEST, "sha256": sha256(manifest).hexdigest()},
        "versions": dict(_versions()),
    }
    yield Artifact(path=BUILD, data=f"{json.dumps(facts, indent=2)}\n".encode())


def _versions() -> Iterable[tuple[str, str]]:
    yield "onrecord", __version__
    yield "python", ".".join(platform.python_version_tuple()[:2])
    for name in _MADE_WITH:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment is not None else None


def _compact(facts: Mapping[str, object]) -> bytes:
    return json.dumps(facts, separators=(",", ":")).encode()
