"""Who does what in an incident, as policy.yml says it: who leads, who speaks, who is told, and whom to call when one is silent."""

from __future__ import annotations

from textwrap import wrap

from onrecord.commands.desk import Desk
from onrecord.times import in_words

_WIDTH = 78


def who_does_what(desk: Desk) -> str:
    """Each role with its task, how it is reached and when to go further; empty where the policy names none."""
    roles = desk.data.policy.roles.roles
    if not roles:
        return ""
    width = max(map(len, roles)) + 2
    lines = ["", "Who does what:"]
    for name, role in roles.items():
        reached = f" ({role.contact})" if role.contact else ""
        further = f" Silent for {in_words(role.escalate.after)}? Call the {role.escalate.to}." if role.escalate else ""
        task = f"{role.does.rstrip('.')}{reached}.{further}"
        first, *rest = wrap(task, _WIDTH - width - 2)
        lines.append(f"  {name:<{width}}{first}")
        lines += [f"  {'':<{width}}{line}" for line in rest]
    return "\n".join(lines) + "\n"
