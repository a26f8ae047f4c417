"""The channels that messages go out on, and what each of them carries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel: its title, the name of its templates, and whether it shows Markdown, has a subject, is one line or a post."""

    title: str
    file: str
    markdown: bool = False
    subject: bool = False
    one_line: bool = False
    post: bool = False
    limit: int | None = None
    """The most letters that it takes, links aside, where the channel itself sets a limit; a post has those of the networks."""


CHANNELS: dict[str, Channel] = {
    "status-page": Channel(title="Status page", file="status-page.md", markdown=True),
    "email": Channel(title="E-mail", file="email.txt", subject=True),
    "chat": Channel(title="Chat", file="chat.txt"),
    "live-chat": Channel(title="Banner of the live chat", file="live-chat.txt", one_line=True, limit=250),
    "ticket": Channel(title="Automatic reply to new tickets", file="ticket.txt"),
    "agent-reply": Channel(title="Reply of an agent", file="agent-reply.txt"),
    "questions": Channel(title="Questions and answers for those who speak with customers", file="questions.md", markdown=True),
    "social": Channel(title="Social post", file="social.txt", post=True),
}
"""Every channel by its name."""
