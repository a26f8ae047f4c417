"""What machines read: the poll stays small, the proof names every file, and versions change with every word."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import pytest

import days
from onrecord.model import Dataset
from onrecord.render import api
from onrecord.render.proof import proof
from onrecord.snapshot import Built, Snapshot, derive


def _now(snapshot: Snapshot) -> dict[str, object]:
    (artifact,) = api.now(snapshot)
    assert artifact.path == "now.json"
    assert len(artifact.data) < api.NOW_BYTES
    found: dict[str, object] = json.loads(artifact.data)
    return found


def test_now_of_the_worst_day() -> None:
    """State, what is open, and the promise that is due first."""
    snapshot = derive(days.worst_day()[0], days.WORST)
    found = _now(snapshot)
    assert found["at"] == "2026-11-21T14:21:00Z"
    assert (found["state"], found["says"]) == (snapshot.overall.indicator, snapshot.overall.description)
    assert found["count"] == len(snapshot.open_incidents) + len(snapshot.active_maintenance) + len(snapshot.notices)
    open_now = found["open"]
    assert isinstance(open_now, dict)
    assert next(iter(open_now)) == snapshot.open_incidents[0].id
    dues = [view.promise.due for view in snapshot.open_incidents if view.promise is not None]
    assert found["next_update_by"] == f"{min(dues):%Y-%m-%dT%H:%M:%SZ}"


def test_now_of_the_quiet_day() -> None:
    """No incident is open, only a notice on show, and it says until when that may be believed."""
    snapshot = derive(days.quiet_day()[0], days.QUIET)
    found = _now(snapshot)
    assert (found["state"], found["next_update_by"]) == ("none", None)
    assert found["open"].keys() == {notice.id for notice in snapshot.notices}  # type: ignore[attr-defined]
    assert found["valid_until"] == f"{snapshot.valid_until:%Y-%m-%dT%H:%M:%SZ}"


def test_now_stays_small_whatever_is_open() -> None:
    """Two hundred open incidents with long ids are counted; as many as fit are named."""
    dataset = days.worst_day()[0]
    open_id = derive(dataset, days.WORST).open_incidents[0].id
    many = tuple(
        replace(incident, id=f"2026-11-21-{'a-very-long-name-' * 6}{n}")
        for n in range(200)
        for incident in dataset.incidents
        if incident.id == open_id
    )
    found = _now(derive(replace(dataset, incidents=(*dataset.incidents, *many)), days.WORST))
    assert isinstance(found["count"], int)
    assert found["count"] >= 200


def _version(dataset: Dataset) -> object:
    return _now(derive(dataset, days.WORST))["version"]


def test_version_changes_with_what_readers_see() -> None:
    """One more minute changes no version; a changed word, a new promise or a new update does."""
    dataset = days.worst_day()[0]
    open_id = derive(dataset, days.WORST).open_incidents[0].id
    (incident,) = (i for i in dataset.incidents if i.id == open_id)

    def changed(newest: object) -> Dataset:
        other = replace(incident, updates=(*incident.updates[:-1], newest))
        return replace(dataset, incidents=tuple(other if i.id == open_id else i for i in dataset.incidents))

    newest = incident.updates[-1]
    assert changed(newest) == dataset
    assert _version(changed(newest)) == _version(dataset)
    assert _version(changed(replace(newest, body=newest.body + "."))) != _version(dataset)
    head = newest.head.model_copy(update={"next_update_by": days.WORST})
    assert _version(changed(replace(newest, head=head))) != _version(dataset)


def test_proof_names_every_file_and_itself() -> None:
    """The manifest has each digest, sorted; the build names the commit, the times, the versions and the manifest's digest."""
    built = Built(commit="c" * 40, committed=days.QUIET, dirty=True, version="1")
    manifest, build = proof(derive(days.quiet_day()[0], days.QUIET, built=built), {"b": "2", "a/ü\n": "1"})
    assert json.loads(manifest.data) == {"generator": "onrecord", "files": {"a/ü\n": "1", "b": "2"}}
    facts = json.loads(build.data)
    assert facts["manifest"] == {"path": "manifest.json", "sha256": sha256(manifest.data).hexdigest()}
    assert (facts["commit"], facts["dirty"], facts["committed"]) == ("c" * 40, True, "2026-12-05T09:30:00Z")
    assert (facts["at"], facts["as_of"], facts["files"]) == ("2026-12-05T09:30:00Z", None, 4)
    assert {"onrecord", "python", "mkdocs", "tzdata"} <= set(facts["versions"])


@pytest.mark.parametrize("digests", [{}, {"one": "1"}])
def test_manifest_of_few_files_is_json(digests: dict[str, str]) -> None:
    """Even a site of no file has a manifest that parses."""
    manifest, _ = proof(derive(days.quiet_day()[0], days.QUIET), digests)
    assert json.loads(manifest.data)["files"] == digests
