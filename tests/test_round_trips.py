"""Round trips: what we write, we and others read back as what it was, whatever stands in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

import shapes
from onrecord.authoring.records import Facts, _said, new_record
from onrecord.channels import ChannelsFile
from onrecord.files import Unreadable
from onrecord.loading import load
from onrecord.model import (
    ComponentsFile,
    IncidentFile,
    Kind,
    PolicyFile,
    PostmortemFile,
    RedactionsFile,
    Shape,
    UpdateFile,
    UpdateTranslation,
)
from onrecord.times import iso, parse_duration, parse_instant, zone
from onrecord.yamlio import dump, parse
from onrecord.yamlio.explain import explain
from onrecord.yamlio.writing import scalar

FILES: tuple[type[Shape], ...] = (IncidentFile, UpdateFile, PostmortemFile, ComponentsFile, PolicyFile, ChannelsFile, RedactionsFile, UpdateTranslation)
often = settings(max_examples=int(os.environ.get("ONRECORD_EXAMPLES", "20")), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])


def _made(shape: type[Shape], data: dict[str, Any]) -> Shape:
    """The record that these keys make; what the shape refuses as a whole is no example."""
    try:
        return shape.model_validate(shapes.pruned(data))
    except ValidationError:
        assume(False)
        raise


@pytest.mark.parametrize("shape", FILES, ids=lambda shape: shape.__name__)
@often
@given(data=st.data())
def test_every_file_is_read_as_it_was_written(shape: type[Shape], data: st.DataObject) -> None:
    """Any keys with any values, as our tools write them: both of our readers and any YAML 1.2 reader find the same."""
    whole = _made(shape, data.draw(shapes.said(shape)))
    text = dump(_said(whole))
    found, problems = parse(text.encode(), "a.yml", shape)
    assert (found, problems) == (whole, [])
    assert explain(text, "a.yml", shape)[0] == whole
    assert dump(_said(found)) == text  # type: ignore[arg-type]
    assert set(YAML(typ="safe", pure=True).load(text) or {}) == set(_said(whole))


class _Files:
    """A tree of files in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def paths(self, prefix: str) -> list[str]:
        return sorted(path for path in self._files if path.startswith(prefix))

    def read(self, path: str, limit: int = 0) -> bytes:
        if path not in self._files:
            raise Unreadable("not there")
        return self._files[path]

    def exists(self, path: str) -> bool:
        return path in self._files


@often
@given(shapes.said(IncidentFile), shapes.said(UpdateFile), shapes.TEXTS)
def test_a_record_is_loaded_as_it_was_said(head: dict[str, Any], update: dict[str, Any], words: str) -> None:
    """From what a verb is told to the files, and from the files to the record: not a key and not a letter is lost."""
    whole, first = _made(IncidentFile, head), _made(UpdateFile, update)
    assert isinstance(whole, IncidentFile)
    assert isinstance(first, UpdateFile)
    draft = new_record(Facts(id="2026-11-21-a", kind=Kind.incident, tail=lambda: "aaaa"), whole, first, words)
    (record,) = load(_Files(draft.files), now=first.at).dataset.incidents
    assert record.head == whole
    assert [one.head for one in record.updates] == [first]
    assert record.updates[0].body.strip() == words.strip()


@given(shapes.MOMENTS, st.integers(-14 * 60, 14 * 60), st.sampled_from(["T", "t", " "]), st.sampled_from(shapes.ZONES))
def test_an_instant_is_the_same_in_every_zone(at: datetime, offset: int, sign: str, name: str) -> None:
    """Written in any zone, with any of the forms that RFC 3339 has, it is read as the same second; so is what we write."""
    local = at.astimezone(timezone(timedelta(minutes=offset)))
    text = local.isoformat(sep=sign)
    assert parse_instant(text) == at
    assert parse_instant(iso(at)) == at
    assert parse_instant(at.astimezone(zone(name)).isoformat()) == at
    assert parse_instant(text if offset else at.strftime("%Y-%m-%d %H:%M:%Sz")) == at


@given(st.integers(1, 100_000).map(lambda minutes: timedelta(minutes=minutes)))
def test_a_duration_is_read_as_it_was_written(length: timedelta) -> None:
    """In the words in which files have it."""
    assert parse_duration(scalar(length)) == length
