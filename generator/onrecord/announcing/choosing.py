"""What is new on the page: the updates and post-mortems that this state of the records has, and an earlier one had not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from onrecord import gitio
from onrecord.gitio import past, writing
from onrecord.loading import load
from onrecord.model import Dataset, Incident, Kind, Source, Update
from onrecord.settings import COMPONENTS_FILE, INCIDENTS

POSTMORTEM = "postmortem"
"""How the key of a post-mortem ends; that of an update ends with its id."""
_RECORD = re.compile(rf"{INCIDENTS}/[^/]+/[^/]+")
_MADE = re.compile(r"\d{8}T\d{6}Z-[a-z_]+-[0-9a-z]{4}")
"""The name that the tools give an update: no two are alike, so that it is known again in a folder that was renamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that is new: an update, or the post-mortem of its record (then `update` is None)."""

    record: Incident
    update: Update | None
    at: datetime

    @property
    def key(self) -> str:
        """By which it is remembered."""
        return f"{self.record.id}/{self.update.id if self.update else POSTMORTEM}"


def choose(data: Dataset, folders: Collection[str], known: Iterable[Known], waiting: Collection[str]) -> tuple[News, ...]:
    """What those records say that is new to one of those earlier states, and what of the `waiting` keys is still there; oldest first."""
    before = tuple(known)
    said = (news for news in everything(data) if news.record.path in folders)
    found = (news for news in said if news.key in waiting or not all(news in state for state in before))
    return tuple(sorted(found, key=lambda news: (news.at, news.key)))


def touched(root: Path, commits: Iterable[str], waiting: Iterable[str]) -> frozenset[str]:
    """The folders of records that are not as they were in one of those commits, and those of the keys.

    Raises:
        GitFailed: the clone does not hold one of the commits.
    """
    changed = [path for commit in commits for path, _ in past.changed_since(root, commit, INCIDENTS)]
    found = (_RECORD.match(path) for path in (*changed, *writing.changed(root, INCIDENTS)))
    return frozenset({match[0] for match in found if match} | {f"{INCIDENTS}/{key[:4]}/{key.partition('/')[0]}" for key in waiting})


def everything(data: Dataset) -> Iterator[News]:
    """Everything that can be announced of those records: no rehearsal, nothing imported, and no notice, which is a banner for those who come."""
    for record in data.incidents:
        if data.policy.page.drill or record.head.drill or record.head.kind is Kind.notice:
            continue
        yield from (News(record=record, update=update, at=update.head.at) for update in record.updates if not _imported(record, update.head.source, update.head.at))
        story = record.postmortem
        if story is not None and story.head.status == "published" and story.head.published is not None and not _imported(record, story.head.source, story.head.published):
            yield News(record=record, update=None, at=story.head.published)


def _imported(record: Incident, source: Source | None, at: datetime) -> bool:
    """Whether those words came with an import: they were said elsewhere, and whoever was to know knows."""
    brought = record.head.source.imported if record.head.source is not None else None
    return source is not None or (brought is not None and at <= brought)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an earlier state said: its keys, and the names that tools gave to its updates."""

    keys: frozenset[str]
    stems: frozenset[str]

    def __contains__(self, news: object) -> bool:
        return isinstance(news, News) and (news.key in self.keys or (news.update is not None and news.update.id in self.stems))


def known(root: Path, commit: str, folders: Iterable[str], now: datetime) -> Known:
    """What those records said in that commit, as its page showed them. Words that could not be read then are new once they can.

    Raises:
        GitFailed: the clone does not hold it.
    """
    with gitio.CommitTree(root, commit) as tree:
        data = load(tree, now=now, only=(*sorted(folders), COMPONENTS_FILE), versions=lambda path: past.versions(root, path, commit)).dataset
    said = [news for news in everything(data) if news.update is None or not news.update.unread]
    stems = frozenset(news.update.id for news in said if news.update is not None and _MADE.fullmatch(news.update.id))
    return Known(keys=frozenset(news.key for news in said), stems=stems)
