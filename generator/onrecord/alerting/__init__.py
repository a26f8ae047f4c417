"""Alerts of monitoring systems: what was delivered, and which component each is about. Bytes in, plain records out."""

from __future__ import annotations

from onrecord.alerting.alerts import Alert, BadDelivery, Delivery
from onrecord.alerting.matching import advice, component_of
from onrecord.alerting.reading import SYSTEMS, System, read

__all__ = ["SYSTEMS", "Alert", "BadDelivery", "Delivery", "System", "advice", "component_of", "read"]
