"""What became of the remedial actions of post-mortems: done, open, or overdue and by how many days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from onrecord.model import Action, Postmortem
from onrecord.snapshot.records import ActionView, IncidentView, PostmortemView, Register


def postmortem_views(incidents: Iterable[IncidentView], today: date) -> tuple[PostmortemView, ...]:
    """Every published post-mortem on that day of the page, in the order of the incidents."""
    return tuple(_view(incident, story, today) for incident in incidents if (story := incident.postmortem) is not None)


def register(stories: Iterable[PostmortemView]) -> Register:
    """All their actions by state, the most pressing first."""
    actions = [action for story in stories for action in story.actions]
    return Register(
        overdue=tuple(sorted((a for a in actions if a.state == "overdue"), key=lambda a: -a.late)),
        open=tuple(sorted((a for a in actions if a.state == "open"), key=lambda a: a.action.due or date.max)),
        done=tuple(sorted((a for a in actions if a.state == "done"), key=lambda a: a.action.done or date.min, reverse=True)),
    )


def _view(incident: IncidentView, story: Postmortem, today: date) -> PostmortemView:
    actions = tuple(_action(action, incident, today) for action in story.head.actions)
    published = story.head.published
    return PostmortemView(
        incident=incident,
        source=story,
        actions=actions,
        after=published - incident.ended if published and incident.ended and published > incident.ended else None,
        done=sum(action.state == "done" for action in actions),
        overdue=sum(action.state == "overdue" for action in actions),
    )


def _action(action: Action, incident: IncidentView, today: date) -> ActionView:
    late = max(((action.done or today) - action.due).days, 0) if action.due is not None else 0
    if action.done is not None:
        return ActionView(action=action, incident=incident, state="done", late=late)
    return ActionView(action=action, incident=incident, state="overdue" if late else "open", late=late)
