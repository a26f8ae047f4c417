"""What an open page and a badge ask for: `now.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from onrecord.render import versions
from onrecord.render.artifacts import Artifact
from onrecord.snapshot.records import Snapshot
from onrecord.times import iso

NOW = "now.json"
NOW_BYTES = 400
"""`now.json` is smaller than this, whatever is open: a million readers ask for it once a minute."""


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


def _compact(facts: Mapping[str, object]) -> bytes:
    return json.dumps(facts, separators=(",", ":")).encode()
