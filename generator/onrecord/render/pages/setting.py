"""What every page of one build is made with: the snapshot, the site, the templates and the words."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.render.artifacts import FeedLink
from onrecord.render.pages.words import Words
from onrecord.settings import Site
from onrecord.snapshot.records import Snapshot
from onrecord.templating import Language, Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The surroundings of a page. Made once a build, and handed to every page."""

    snapshot: Snapshot
    site: Site
    templates: Templates
    words: Words
    feeds: tuple[FeedLink, ...]
    titles: dict[str, str]
    """The title of every record by id, so that no link leads nowhere."""

    @classmethod
    def of(cls, snapshot: Snapshot, site: Site, templates: Templates) -> Setting:
        return cls(
            snapshot=snapshot,
            site=site,
            templates=templates,
            words=Words(snapshot, templates.language),
            feeds=_feeds(site, templates.language),
            titles={incident.id: incident.title for incident in snapshot.incidents},
        )

    @property
    def language(self) -> Language:
        return self.templates.language

    def render(self, template: str, root: str, **context: object) -> str:
        """The content template of that name; `root` leads from the page to the site's root."""
        return self.templates.render(
            f"onrecord/{template}.html",
            root=root,
            snapshot=self.snapshot,
            site=self.site,
            words=self.words,
            titles=self.titles,
            **context,
        )


def _feeds(site: Site, language: Language) -> tuple[FeedLink, ...]:
    _ = language.gettext
    updates, history = _("%(site)s: every update"), _("%(site)s: every incident")
    return (
        FeedLink(title=updates % {"site": site.name}, path="updates.atom", type="application/atom+xml"),
        FeedLink(title=updates % {"site": site.name}, path="updates.rss", type="application/rss+xml"),
        FeedLink(title=history % {"site": site.name}, path="history.atom", type="application/atom+xml"),
        FeedLink(title=history % {"site": site.name}, path="history.rss", type="application/rss+xml"),
    )
