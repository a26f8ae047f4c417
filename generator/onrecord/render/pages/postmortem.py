"""The page of a post-mortem, and the page of all of them with the register of what is done about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from onrecord import markup
from onrecord.files import Tree, Unreadable
from onrecord.pictures import MAX_BYTES, Unfit, measure
from onrecord.render.artifacts import DEPTH, Artifact, PageContent
from onrecord.render.pages.figures import drawings, dress
from onrecord.render.pages.incident import Edits, address, edits_of
from onrecord.render.pages.setting import Setting
from onrecord.snapshot.record import story_edits
from onrecord.snapshot.records import IncidentView, PostmortemView, Snapshot
from onrecord.times import day_of, iso

_ROOT = "../" * DEPTH["postmortem"]
_HEADINGS = re.compile(r"\A(?:\s*#{1,6}[^\n]*(?:\n|\Z))+")
"""The headings that a text begins with: what they stand over describes it better."""
_NEWEST_DONE = 8
"""So many of the actions that are done stand open; the others are folded."""


def postmortem(story: PostmortemView, setting: Setting) -> PageContent:
    """The page of a published post-mortem, with what was changed in it since."""
    view, head = story.incident, story.source.head
    article = markup.article(story.source.body)
    began = day_of(view.started, setting.snapshot.zone)
    content = setting.render(
        "postmortem",
        _ROOT,
        i=view,
        story=story,
        head=head,
        article=dress(article.html, story.source, setting.language, f"{_ROOT}../{address(view.id)}postmortem/" if setting.back else ""),
        toc=article.toc,
        month=setting.language.month(began.year, began.month),
        month_key=f"{began:%Y-%m}",
        edits=_edits(view, setting),
    )
    return PageContent(
        address=f"{address(view.id)}postmortem/",
        kind="postmortem",
        title=setting.language.gettext("Post-mortem: %(title)s") % {"title": view.title},
        description=_sentence(story, 160),
        content=content,
        feeds=setting.feeds,
        published=iso(head.published) if head.published else None,
    )


def _edits(view: IncidentView, setting: Setting) -> Edits:
    """What was changed after it was published, as far as git knows."""
    history = setting.history
    known = history.records.get(view.id) if history is not None else None
    past = known.postmortem if known is not None else None
    return edits_of(story_edits(past), setting) if past is not None else []


def postmortems(setting: Setting) -> PageContent:
    """The page of all post-mortems, by year, and of all their actions by state."""
    _ = setting.language.gettext
    told = [(day_of(s.incident.started, setting.snapshot.zone), s, _sentence(s, 200)) for s in setting.snapshot.postmortems]
    years: list[tuple[int, list[tuple[date, PostmortemView, str]]]] = [
        (year, list(run)) for year, run in groupby(told, key=lambda row: row[0].year)
    ]
    return PageContent(
        address="postmortems/",
        kind="postmortems",
        title=_("Post-mortems"),
        description=_("What happened in the serious incidents of %(site)s, why, and what became of each change that was promised.")
        % {"site": setting.site.name},
        content=setting.render("postmortems", "../" * DEPTH["postmortems"], years=years, newest=_NEWEST_DONE),
        feeds=setting.feeds,
    )


def pictures(snapshot: Snapshot, tree: Tree) -> Iterator[Artifact]:
    """The pictures and drawn diagrams of published post-mortems, where their pages look for them.

    A picture that cannot be read, or that could run something when it is opened by itself, is left out.
    """
    for story in snapshot.postmortems:
        folder = story.source.path.rpartition("/")[0]
        beside = f"{address(story.incident.id)}postmortem/"
        for name in story.source.pictures:
            try:
                data = tree.read(f"{folder}/{name}", MAX_BYTES)
                measure(data)
            except (Unreadable, Unfit):
                continue
            yield Artifact(path=f"{beside}{name}", data=data)
        for drawing in drawings(story.source):
            yield Artifact(path=f"{beside}{drawing.name}", data=drawing.data)


def _sentence(story: PostmortemView, length: int) -> str:
    body = story.source.body
    return markup.summary(_HEADINGS.sub("", body) or body, length)
