"""The same facts in the words of each channel: what support, sales and social media send."""

from __future__ import annotations

from onrecord.render.messages.channels import CHANNELS, Channel
from onrecord.render.messages.letters import Letters
from onrecord.render.messages.message import BadMessage, Message, message, starter
from onrecord.render.messages.phases import PHASES, Phase, phase_of

__all__ = ["CHANNELS", "PHASES", "BadMessage", "Channel", "Letters", "Message", "Phase", "message", "phase_of", "starter"]
