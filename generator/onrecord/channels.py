"""The shape of channels.yml: where announcements go, what each channel wants to hear, and in which words.

No address and no key stands in that file. It names environment variables, and what they hold never
leaves the process that sends.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from onrecord.model import Identifier, Kind, Severity, Shape, Switch, advised

Text = Literal["status-page", "email", "chat", "live-chat", "ticket", "agent-reply", "questions", "social"]
"""The channels that there are messages for."""
Phase = Literal[
    "acknowledgement", "diagnosis", "no-news", "identified", "fix-under-way", "monitoring", "resolved", "handover",
    "maintenance-announced", "maintenance-begun", "maintenance-extended", "maintenance-done", "maintenance-cancelled",
    "postmortem", "amends",
]  # fmt: skip
"""The phases that there are messages for."""
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,40}){1,8}")
_HINT = "write the name of an environment variable, such as ANNOUNCE_MAIL, and keep what it holds with the host's secrets"


def _variable(value: str) -> str:
    """The name itself. What is none is most likely the secret that it should name, so no message repeats it."""
    if not _VARIABLE.fullmatch(value):
        raise PydanticCustomError("no_variable", "{message}", {"message": "this is no name of an environment variable", "hint": _HINT})
    return value


Variable = Annotated[str, AfterValidator(_variable), advised(_VARIABLE.pattern, _HINT)]


class AnnouncedChannel(Shape):
    """One channel. It has `apprise` or `webhook`; whatever filter is left out lets everything pass."""

    id: Identifier = Field(description="The channel's name, by which it is remembered what it was sent; never reused.")
    apprise: Variable | None = Field(None, description="The environment variable that holds the address, in Apprise's form, such as `mailtos://…` or `slack://…`. One receiver a channel.")
    webhook: Variable | None = Field(None, description="The environment variable that holds the address of a webhook, which gets JSON in Statuspage's shape, signed.")
    secret: Variable | None = Field(None, description="Webhooks only, and required there: the environment variable that holds the key of the signature, 24 letters or more.")
    component_updates: Switch = Field(False, description="Webhooks only: also one call for each component whose effect changes, as Statuspage sends them.")
    text: Text | None = Field(None, description="Whose words it gets: those of one of the channels of `onrecord messages`. Left out: `chat`.")
    kinds: tuple[Kind, ...] = Field((), description="Only records of these kinds: `incident`, `maintenance`.")
    components: tuple[str, ...] = Field((), description="Only records that name, or have named, one of these components, by id.")
    groups: tuple[str, ...] = Field((), description="The same for all components of these groups; what either list lets pass is sent.")
    severities: tuple[Severity, ...] = Field((), description="Only incidents that have, or have had, one of these severities, so that who heard of the beginning hears of the end. Maintenance has none, and passes.")
    phases: tuple[Phase, ...] = Field((), description="Only words of these phases, such as `acknowledgement` and `resolved`; `onrecord messages --list` has them all.")

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that it needs."""
        return tuple(filter(None, (self.apprise, self.webhook, self.secret)))


class ChannelsFile(Shape):
    """`channels.yml`: where announcements go. Without the file, or with an empty one, nothing is announced."""

    channels: tuple[AnnouncedChannel, ...] = Field((), description="The channels, in the order in which they are told.")
