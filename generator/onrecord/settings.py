"""Options of one run, typed: where the repository is, what is built, at which instant, and to where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

INCIDENTS = "incidents"
COMPONENTS_FILE = "site_src/components.yml"
POLICY_FILE = "site_src/policy.yml"
CHANNELS_FILE = "site_src/channels.yml"
KEYS_FOLDER = "site_src/keys"
"""The keys with which commits are signed: `allowed_signers` of SSH, `*.asc` and `*.gpg` of OpenPGP."""
REDACTIONS_FILE = "redactions.yml"
PAGES_FOLDER = "site_src/pages"
THEME_FOLDER = "site_src/theme"
SCHEMAS_FOLDER = "site_src/schemas"
MESSAGES_FOLDER = "site_src/messages"
CONFIG_FILE = "mkdocs.yml"
OUTPUT_FOLDER = "site"
CACHE_FOLDER = ".cache/onrecord"
FEED_LENGTH = 50
"""How many entries a feed holds, the newest."""
NEWS_DAYS = 30
"""For how many days after its end a record keeps a feed of its own."""
BAR_DAYS = 90
RECENT_DAYS = 14
SOON_HOURS = 48
"""A maintenance that begins within these hours stands on the home page in full; one further ahead on a line."""
LATER_DAYS = 36_500
"""So far ahead that all that the clock alone can do to a record has been done."""
RACY_NS = 2_000_000_000
"""A file that was changed less than this before we looked could be changed again without its times telling."""
AHEAD_MINUTES = 5
"""How far ahead of the clock a time may lie before `check` calls it an error."""
PROMISE_SLACK = 0.1
"""The share of the cadence by which a promise or a silence may exceed it: people promise readable times, such as the full hour."""
FLURRY_MINUTES = 10
"""Three updates within this time that change nothing tell readers nothing."""
PUBLISHED_WITHIN = timedelta(minutes=10)
"""A word that came out within this time after its own `at` was not late: writing, committing and publishing take that long."""
FRESH_HOURS = 24
"""Words that have been out for longer are history: what a rule of style finds in them is only noted."""
REVIEWED_CHARACTERS = 20_000
"""Rules of style look at so much of a text; nobody writes a longer update."""
READING_EASE = 30
"""Flesch's figure below which an update is called hard to read."""
ANNOUNCED_WITHIN = timedelta(hours=24)
"""Words that are older are announced to nobody: they would be taken for news."""
ANNOUNCED_AT_ONCE = 5
"""So many updates go out in one run at most; more are a mistake, such as an import."""
SOCIAL_LENGTH = 280
"""How many letters a post holds on the network that allows the fewest."""
SOCIAL_LINK = 23
"""How many of them a link takes, however long it is."""
MAX_NAME = 80
"""So many letters the name of a component or a group may have: more fits into no heading, list or chart."""
MAX_FILE_BYTES = 1_000_000
"""No file that people write by hand is larger; a larger one is refused unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the pages are called and where they live, from mkdocs.yml and policy.yml.

    `url` ends with `/`; it is what feeds, canonical addresses and the sitemap begin with.
    """

    name: str
    url: str
    description: str = ""
    language: str = "en"
    repo_url: str | None = None
    languages: tuple[str, ...] = ()
    """Every language of the site, the first one at its root; empty where there is only one."""
    folder: str = ""
    """Where the pages of `language` lie, relative to the site's root: `de/`, and nothing for the first language. `url` ends with it."""

    @property
    def home(self) -> str:
        """The address of the site's root, where everything lies that has no language."""
        return self.url.removesuffix(self.folder) if self.folder else self.url

    def spoken(self, language: str) -> Site:
        """The same site in another of its languages."""
        folder = "" if language == (self.languages or (self.language,))[0] else f"{language}/"
        return replace(self, language=language, folder=folder, url=self.home + folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """Options of `onrecord build`.

    `now` sets the clock and hides nothing; `as_of` shows only what was said up to then;
    `commit` reads the tree of that commit instead of the work tree; `gallery` adds the page for designers.
    """

    root: Path
    out: Path
    now: datetime | None = None
    as_of: datetime | None = None
    commit: str | None = None
    gallery: bool = False
    clean: bool = False
    strict: bool = False
    engine: str | None = None
    """What draws the theme and people's pages; None is what policy.yml says."""
    explain: bool = False
    publications: str | None = None
    """Where the chain of publications lies that this build continues: a path, an address, or `live`."""
