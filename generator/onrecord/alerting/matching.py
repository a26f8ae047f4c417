"""Which component an alert is about: the first one that names labels which the alert carries."""

from __future__ import annotations

from collections.abc import Iterable

from onrecord.alerting.alerts import Alert
from onrecord.model import Component
from onrecord.yamlio import scalar

_TELLING = ("service", "component", "app", "application", "job", "name", "alertname")
"""Labels by which components are best told apart, the best first."""


def component_of(alert: Alert, components: Iterable[Component]) -> Component | None:
    """The component whose `alerts` fit: all labels of one entry, with these values. The entry with most labels wins, then the order of the file."""
    fitting = [
        (len(match.labels), component)
        for component in components
        for match in component.alerts
        if match.labels and all(alert.labels.get(label) == value for label, value in match.labels.items())
    ]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def advice(alert: Alert) -> str:
    """The line for components.yml that would map this alert."""
    label = next((label for label in _TELLING if label in alert.labels), next(iter(sorted(alert.labels)), None))
    if label is None:
        return "it carries no label, so nothing can map it"
    return f"alerts: [{{labels: {{{scalar(label, flow=True)}: {scalar(alert.labels[label][:200], flow=True)}}}}}]"
