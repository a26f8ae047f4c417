"""What every page of one build is made with: the snapshot, the site, the templates and the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from onrecord.foreign import Foreign
from onrecord.render.artifacts import FeedLink
from onrecord.render.pages.words import Words
from onrecord.revisions.records import History
from onrecord.settings import Site
from onrecord.snapshot.record import Retouched, retouched
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Language, Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The surroundings of a page. Made once a build, and handed to every page."""

    snapshot: Snapshot
    site: Site
    templates: Templates
    words: Words
    feeds: tuple[FeedLink, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, site: Site, templates: Templates) -> Setting:
        return cls(
            snapshot=snapshot,
            site=site,
            templates=templates,
            words=Words(snapshot, templates.language),
            feeds=feed_links(site, templates.language),
        )

    def reading(self, snapshot: Snapshot) -> Setting:
        """The same surroundings to whoever reads that snapshot."""
        return replace(self, snapshot=snapshot)

    @property
    def titles(self) -> Mapping[str, str]:
        """The title of every record by id, so that no link leads nowhere."""
        return self.snapshot.titles

    @property
    def history(self) -> History | None:
        """What git knows of the records; a look back does not tell what came after it."""
        return self.snapshot.history if self.snapshot.built.as_of is None else None

    def retouched(self, view: IncidentView) -> Retouched | None:
        """What was edited or removed in a record after it came out, for the marks in cards and lists."""
        return retouched(self.history, view.id)

    @property
    def back(self) -> str:
        """What leads from the language's root to the site's: `../`, and nothing in the first language."""
        return "../" if self.site.folder else ""

    @property
    def language(self) -> Language:
        return self.templates.language

    @property
    def as_written(self) -> Markup:
        """What an element says that holds words as somebody wrote them, which have no translation; nothing on pages in that language."""
        first = (self.site.languages or (self.site.language,))[0]
        return Foreign.of("", first, Language(first).direction).attributes if first != self.site.language else Markup("")

    @property
    def spoken(self) -> Markup:
        """What an element says that holds words of the page among others."""
        return Foreign.of("", self.site.language, self.language.direction).attributes

    def render(self, template: str, root: str, **context: object) -> str:
        """The content template of that name; `root` leads from the page to the site's root."""
        return self.templates.render(
            f"onrecord/{template}.html",
            root=root,
            top=root + self.back,
            snapshot=self.snapshot,
            site=self.site,
            words=self.words,
            titles=self.titles,
            **{"retouched": self.retouched, "as_written": self.as_written, **context},
        )


def feed_links(site: Site, language: Language, folder: str = "", part: str = "") -> tuple[FeedLink, ...]:
    """The feeds of the page or, under `folder`, those of the part of it that is called `part`."""
    _ = language.gettext
    name = f"{site.name}, {part}" if part else site.name
    updates, history = _("%(site)s: every update") % {"site": name}, _("%(site)s: every incident") % {"site": name}
    return (
        FeedLink(title=updates, path=f"{folder}updates.atom", type="application/atom+xml"),
        FeedLink(title=updates, path=f"{folder}updates.rss", type="application/rss+xml"),
        FeedLink(title=updates, path=f"{folder}feed.json", type="application/feed+json"),
        FeedLink(title=history, path=f"{folder}history.atom", type="application/atom+xml"),
        FeedLink(title=history, path=f"{folder}history.rss", type="application/rss+xml"),
    )


def incident_feed(site: Site, view: IncidentView) -> FeedLink:
    """The feed of one record alone, with each update."""
    return FeedLink(title=f"{site.name}: {view.title}", path=f"incidents/{view.id}/updates.atom", type="application/atom+xml")
