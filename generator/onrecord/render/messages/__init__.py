"""The same facts in the words of each channel: what support, sales and social media send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.lately import lately

if TYPE_CHECKING:
    from onrecord.render.messages.channels import CHANNELS, Channel
    from onrecord.render.messages.composing import BadMessage, Message, message, starter
    from onrecord.render.messages.letters import Letters
    from onrecord.render.messages.phases import PHASES, Phase, phase_of

__all__ = ["CHANNELS", "PHASES", "BadMessage", "Channel", "Letters", "Message", "Phase", "message", "phase_of", "starter"]
__getattr__ = lately(globals(), {
    "CHANNELS": "channels",
    "PHASES": "phases",
    "BadMessage": "composing",
    "Channel": "channels",
    "Letters": "letters",
    "Message": "composing",
    "Phase": "phases",
    "message": "composing",
    "phase_of": "phases",
    "starter": "composing",
})
