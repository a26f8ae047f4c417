"""The gallery: every component of the interface in every state, drawn by the macros that draw the pages.

It is for those who change templates and styles, is built only on demand, and stands in no list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from onrecord.model import Severity
from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages import bars, examples, reliability
from onrecord.render.pages.component import month_of
from onrecord.render.pages.deeds import deeds, step
from onrecord.render.pages.effects import Chart, chart
from onrecord.render.pages.home import Banner, PartGroup, banner_of, group_of
from onrecord.render.pages.part import Part
from onrecord.render.pages.setting import Setting
from onrecord.snapshot import derive
from onrecord.snapshot.record import Retouched, UpdateMark
from onrecord.snapshot.records import IncidentView, Overall, Snapshot

_ROOT = "../" * DEPTH["gallery"]
_LINK = re.compile(r'href="(?!https?:|mailto:)[^"]*"')
_ANSWERS = {
    "quiet, nothing ever happened": ("2026-11-18-notice",),
    "quiet, with work ahead": ("2026-10-02-over", "2026-12-08-ahead"),
    "work under way": ("2026-11-21-work",),
    "degraded, promise late": ("2026-11-21-late",),
    "an incident that names no part": ("2026-11-21-broken",),
    "everything at once": (),
}
"""The answers at the top of the home page, each with the records that lead to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The top of the home page in one state."""

    name: str
    banner: Banner
    snapshot: Snapshot

    @property
    def overall(self) -> Overall:
        return self.snapshot.overall


def gallery(setting: Setting) -> PageContent:
    """The gallery in the language and with the templates of the site; its records are invented, and its links lead nowhere."""
    example = _example(setting)
    snapshot = example.snapshot
    record = {view.id[11:]: view for view in snapshot.incidents}
    parts = {view.id: view for view in snapshot.components}
    content = example.render(
        "gallery",
        _ROOT,
        answers=list(_answers(setting)),
        record=record,
        moved={view.id: {move.update: move for move in view.moves} for view in snapshot.incidents},
        severities=list(Severity),
        part=parts,
        groups=[*_groups(example)],
        retired=Part.of(parts["fax"]),
        wide=[(parts[id], bars.draw([day.worst for day in parts[id].days])) for id in ("checkout", "wishes", "fax", "soon")],
        days=bars.affected(parts["search"].days),
        months=[month_of(month, example) for id in ("checkout", "long", "wishes") for month in parts[id].months],
        charts=list(_charts(snapshot)),
        weights=snapshot.policy.uptime.weights,
        **_promised(example),
        **_past(example),
    )
    return PageContent(
        address="gallery/",
        kind="gallery",
        title="Gallery",
        description="Every component of the interface in every state, with invented records.",
        content=_LINK.sub('href="#__content"', content),
        feeds=setting.feeds,
    )


def _example(setting: Setting, *ids: str) -> Setting:
    return Setting.of(derive(examples.dataset(*ids), examples.AT), setting.site, setting.templates)


def _answers(setting: Setting) -> Iterator[Answer]:
    for name, ids in _ANSWERS.items():
        example = _example(setting, *ids)
        yield Answer(name=name, banner=banner_of(example), snapshot=example.snapshot)


def _groups(example: Setting) -> Iterator[PartGroup]:
    """The first group unfolded, the others folded."""
    for view in example.snapshot.groups:
        yield replace(group_of(view, example), unfolded=view is example.snapshot.groups[0])


def _promised(example: Setting) -> dict[str, object]:
    """What the page of promises is made of."""
    return {
        "year": example.snapshot.reliability.year,
        "missed": reliability.missed(example),
        "months_kept": list(reliability.months(example)),
        "told": list(example.snapshot.reliability.timings),
        "first_words": list(reliability.rows(example)),
        "ticks": reliability.ticks(example),
        "levels": list(reliability.levels(example)),
    }


def _past(example: Setting) -> dict[str, object]:
    """What git says of a record, in every state."""
    revisions = [*examples.REVISIONS]
    edits = [(None if n else timedelta(days=2), list(deeds(r.changes, example))) for n, r in enumerate(revisions[1:3])]
    return {
        "steps": [step(revision, example) for revision in revisions],
        "edits": edits,
        "mark": UpdateMark(id="everything-1", published=revisions[0].publication, late=timedelta(minutes=40), edits=()),
        "afterwards": timedelta(hours=3),
        "touched": Retouched(head=True, updates=frozenset(u.id for view in example.snapshot.incidents for u in view.updates), removed=1, story=False),
    }


def _charts(snapshot: Snapshot) -> Iterator[tuple[IncidentView, Chart]]:
    for view in snapshot.incidents:
        found = chart(view)
        if found is not None:
            yield view, found
