"""Who does what in an incident, as policy.yml says it: who leads, who speaks, who is told, and whom to call when one is silent."""

from __future__ import annotations

from onrecord.commands import screen
from onrecord.commands.desk import Desk
from onrecord.model import Role
from onrecord.times import in_words


def who_does_what(desk: Desk) -> str:
    """Each role with its task, how it is reached and when to go further; empty where the policy names none."""
    roles = desk.data.policy.roles.roles
    if not roles:
        return ""
    return "\n".join(("", "Who does what:", *screen.table((name, _task(role)) for name, role in roles.items()), ""))


def _task(role: Role) -> str:
    reached = f" ({role.contact})" if role.contact else ""
    further = f" Silent for {in_words(role.escalate.after)}? Call the {role.escalate.to}." if role.escalate else ""
    return f"{role.does.rstrip('.')}{reached}.{further}"
