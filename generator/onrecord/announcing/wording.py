"""What is new, as it stands at the time of its telling: the record up to that word, with what it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from onrecord.announcing.choosing import News
from onrecord.channels import AnnouncedChannel
from onrecord.model import FINAL_STATUSES, Dataset, Incident, IncidentFile, Kind, Severity, UpdateFile
from onrecord.render.messages import phase_of
from onrecord.snapshot import derive
from onrecord.snapshot.records import IncidentView, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One piece of news with its record up to there, and nothing beside it."""

    news: News
    snapshot: Snapshot
    view: IncidentView
    phase: str
    components: frozenset[str]
    """Every component that was named up to there."""
    severities: frozenset[Severity]
    """Every severity that it had up to there."""

    def wanted_by(self, channel: AnnouncedChannel) -> bool:
        """Whether the channel's filters let it pass."""
        groups = {part.id: part.group for part in self.snapshot.components}
        parts = {*channel.components, *(id for id, group in groups.items() if group in channel.groups)}
        return (
            (not channel.kinds or self.view.kind in channel.kinds)
            and (not (channel.components or channel.groups) or bool(parts & self.components))
            and (not channel.severities or self.view.kind is not Kind.incident or bool(self.severities & {*channel.severities}))
            and (not channel.phases or self.phase in channel.phases)
        )


def told(data: Dataset, news: News, now: datetime) -> Told:
    """The news as it stands. Where more was said about the record since, the clock is that of its own time: what was promised then is not late in it."""
    record = _up_to(news)
    newest = len(record.updates) == len(news.record.updates) and record.postmortem is news.record.postmortem
    snapshot = derive(replace(data, incidents=(record,), unreadable=()), now if newest else min(now, news.at))
    (view,) = snapshot.incidents
    heads: tuple[IncidentFile | UpdateFile, ...] = (record.head, *(update.head for update in record.updates))
    return Told(
        news=news,
        snapshot=snapshot,
        view=view,
        phase="postmortem" if news.update is None else phase_of(view),
        components=frozenset(id for head in heads for id in head.components),
        severities=frozenset(head.severity for head in heads if head.severity) or frozenset({Severity.none}),
    )


def is_brief(data: Dataset, news: News, now: datetime) -> bool:
    """Whether the incident is over by now, and was felt for less time than policy.yml takes for worth a word."""
    threshold = data.policy.brief_outage
    if threshold is None or news.record.head.kind is not Kind.incident:
        return False
    (view,) = derive(replace(data, incidents=(news.record,), unreadable=()), now).incidents
    return view.status in FINAL_STATUSES and view.lasted is not None and view.lasted < threshold


def _up_to(news: News) -> Incident:
    """The record without what was said after it."""
    record, story = news.record, news.record.postmortem
    if news.update is None:
        return replace(record, updates=tuple(update for update in record.updates if update.head.at <= news.at))
    out = story is not None and story.head.published is not None and story.head.published <= news.at
    return replace(record, updates=record.updates[: record.updates.index(news.update) + 1], postmortem=story if out else None)
