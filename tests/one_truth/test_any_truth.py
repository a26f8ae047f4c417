"""One truth for histories that nobody would think of: every surface is made of them, read by itself, and none may disagree with another."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

import days
from anything import T, datasets
from one_truth.test_one_truth import claimed, wrong
from onrecord.model import Dataset
from onrecord.render import api
from onrecord.render.accounts.published import accounts
from onrecord.render.artifacts import Artifact, PageContent
from onrecord.render.badges import badges
from onrecord.render.calendar import calendars
from onrecord.render.feeds import feeds
from onrecord.render.pages import pages
from onrecord.render.statuspage import statuspage
from onrecord.render.widget import frame, widget
from onrecord.snapshot import Snapshot, derive
from onrecord.templating import environment

TEMPLATES = environment()


def made(snapshot: Snapshot) -> Iterator[Artifact | PageContent]:
    """Every page and file that says something of a record or a part."""
    yield from pages(snapshot, days.SITE, TEMPLATES)
    yield from feeds(snapshot, days.SITE, TEMPLATES)
    yield from calendars(snapshot, days.SITE, TEMPLATES)
    yield from statuspage(snapshot, days.SITE)
    yield from accounts(snapshot)
    yield from api.now(snapshot)
    yield from badges(snapshot, days.SITE, TEMPLATES)
    yield from widget([(snapshot, days.SITE, TEMPLATES.language)])
    yield from frame(snapshot, days.SITE, TEMPLATES)


def written(folder: Path, snapshot: Snapshot) -> Path:
    """All of it as files; pages without the house that MkDocs draws around them."""
    (folder / "incidents").mkdir()
    for one in made(snapshot):
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.data if isinstance(one, Artifact) else f"<!doctype html><main>{one.content}</main>".encode())
    return folder


@settings(max_examples=int(os.environ.get("ONRECORD_EXAMPLES", "6")), deadline=None, phases=(Phase.generate,), report_multiple_bugs=False, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(datasets())
def test_no_surface_disagrees_whatever_happened(dataset: Dataset) -> None:
    """States, effects, times, figures, promises and words, on pages, in feeds, API, calendars, badges and the widget."""
    with tempfile.TemporaryDirectory() as folder:
        assert wrong(*claimed(written(Path(folder), derive(dataset, T)))) == []
