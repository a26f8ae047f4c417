"""Words to begin with, where a responder has none yet: true of any record in that state, and plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.model import Effect, Status

_FELT = {
    Effect.major_outage: "Not working",
    Effect.partial_outage: "Not working for some customers",
    Effect.degraded_performance: "Slower or less reliable than usual",
    Effect.under_maintenance: "Being worked on",
}
_ENDS = {
    Status.investigating: "We are looking into it, and will say more as soon as we know more.",
    Status.identified: "We know what is wrong, and are putting it right.",
    Status.monitoring: "This should work again. We are watching it closely before we call it over.",
    Status.resolved: "This is over. We are sorry for the trouble that it caused you, and thank you for your patience.",
    Status.scheduled: "We have planned this maintenance, and say again here when it begins and when it is done.",
    Status.in_progress: "The maintenance has begun.",
    Status.verifying: "The work is done. We are making sure that everything is as it should be.",
    Status.completed: "The maintenance is done, and everything works as usual. Thank you for your patience.",
    Status.cancelled: "This maintenance will not take place. We will announce a new time here if one is needed.",
}
_NO_NEWS = {
    Status.investigating: "We are still looking into it. There is nothing new to report yet.",
    Status.identified: "We are still putting it right. There is nothing new to report yet.",
    Status.monitoring: "We are still watching it. There is nothing new to report.",
}
_SAYS_EFFECTS = frozenset({Status.investigating, Status.identified})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the words may say: the state, whether it is a new one, and the effects by the names of parts."""

    status: Status | None
    is_new: bool = True
    effects: Sequence[tuple[str, Effect]] = ()


def starter(told: Told) -> str:
    """A short text that customers can read as it is."""
    status = told.status or Status.investigating
    end = _ENDS[status] if told.is_new else _NO_NEWS.get(status, _ENDS[status])
    if status not in _SAYS_EFFECTS:
        return end
    felt = {word: ", ".join(name for name, felt in told.effects if felt is effect) for effect, word in _FELT.items()}
    return " ".join((*(f"{word}: {names}." for word, names in felt.items() if names), end))
