"""The records in another language of the page: translated where somebody did so, and otherwise in their own language, marked as such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from onrecord.foreign import Foreign, Translated
from onrecord.model import (
    Component,
    CreditTier,
    Dataset,
    Freeze,
    Group,
    HeadTranslation,
    Incident,
    IncidentFile,
    LevelTranslation,
    PolicyFile,
    Postmortem,
    PostmortemTranslation,
    ServiceLevel,
    Severity,
    SeverityPolicy,
    Update,
    UpdateTranslation,
)
from onrecord.templating import Language

P = TypeVar("P", Component, Group)
_HEAD, _UPDATE, _STORY, _LEVEL = HeadTranslation(), UpdateTranslation(), PostmortemTranslation(), LevelTranslation()


def in_language(dataset: Dataset, language: str, original: str) -> Dataset:
    """The dataset in that language; `original` is the one that records are written in. Nothing but words is changed."""
    if language == original:
        return dataset
    speaker = _Speaker(language, original, Language(original).direction)
    return replace(
        dataset,
        incidents=tuple(speaker.incident(incident) for incident in dataset.incidents),
        groups=tuple(speaker.part(group) for group in dataset.groups),
        components=tuple(speaker.part(component) for component in dataset.components),
        policy=speaker.policy(dataset.policy),
    )


@dataclass(frozen=True, slots=True)
class _Speaker:
    language: str
    original: str
    direction: str

    def say(self, text: str, translated: str | None) -> str:
        """The translation, or the text as one of another language."""
        return Translated.of(translated, text) if translated and translated.strip() else Foreign.of(text, self.original, self.direction)

    def maybe(self, text: str | None, translated: str | None) -> str | None:
        """The same of a text that need not be there; a translation of nothing is not said."""
        return self.say(text, translated) if text else text

    def each(self, texts: Sequence[str], translated: Sequence[str]) -> list[str]:
        """Texts in a row, each by its place."""
        return [self.say(text, translated[number] if number < len(translated) else None) for number, text in enumerate(texts)]

    def incident(self, incident: Incident) -> Incident:
        return replace(
            incident,
            head=self._head(incident.head),
            updates=tuple(self._update(update) for update in incident.updates),
            postmortem=self._story(incident.postmortem) if incident.postmortem is not None else None,
        )

    def part(self, part: P) -> P:
        """A component or a group."""
        own = part.translations.get(self.language)
        name, description = (own.name, own.description) if own else (None, None)
        return part.model_copy(update={"name": self.say(part.name, name), "description": self.maybe(part.description, description)})

    def _head(self, head: IncidentFile) -> IncidentFile:
        own = head.translations.get(self.language, _HEAD)
        words: dict[str, object] = {"title": self.say(head.title, own.title)}
        if head.workaround:
            words["workaround"] = self.say(head.workaround, own.workaround)
        if head.plan:
            steps = self.each([step.step for step in head.plan], own.plan)
            words["plan"] = tuple(step.model_copy(update={"step": said}) for step, said in zip(head.plan, steps, strict=True))
        if head.impact:
            labels = self.each([figure.label for figure in head.impact], [figure.label for figure in own.impact])
            values = self.each([figure.value for figure in head.impact], [figure.value for figure in own.impact])
            pairs = zip(head.impact, labels, values, strict=True)
            words["impact"] = tuple(figure.model_copy(update={"label": label, "value": value}) for figure, label, value in pairs)
        return head.model_copy(update=words)

    def _update(self, update: Update) -> Update:
        found = next((one for one in update.translations if one.language == self.language), None)
        own = found.head if found else _UPDATE
        head = update.head
        words: dict[str, object] = {}
        if head.scope:
            words["scope"] = self.say(head.scope, own.scope)
        if head.workaround:
            words["workaround"] = self.say(head.workaround, own.workaround)
        if head.amends:
            words["amends"] = self.say(head.amends, own.amends)
        if head.links:
            texts = self.each([link.text for link in head.links], own.links)
            words["links"] = tuple(link.model_copy(update={"text": text}) for link, text in zip(head.links, texts, strict=True))
        return replace(update, head=head.model_copy(update=words) if words else head, body=self.say(update.body, found.body if found else None))

    def _story(self, story: Postmortem) -> Postmortem:
        found = next((one for one in story.translations if one.language == self.language), None)
        actions = self.each([action.what for action in story.head.actions], (found.head if found else _STORY).actions)
        pairs = zip(story.head.actions, actions, strict=True)
        named = tuple(action.model_copy(update={"what": what, "owner_role": self.maybe(action.owner_role, None)}) for action, what in pairs)
        head = story.head.model_copy(update={"actions": named, "approved_by_role": self.maybe(story.head.approved_by_role, None)})
        return replace(story, head=head, body=self.say(story.body, found.body if found else None))

    def policy(self, policy: PolicyFile) -> PolicyFile:
        page, own = policy.page, policy.page.translations.get(self.language)
        freezes = tuple(self._freeze(freeze) for freeze in policy.maintenance.freezes)
        return policy.model_copy(
            update={
                "page": page.model_copy(update={"name": own.name if own and own.name else page.name}),
                "severities": {severity: self._severity(policy.severity(severity)) for severity in Severity},
                "maintenance": policy.maintenance.model_copy(update={"freezes": freezes}),
                "service_levels": tuple(self._level(level) for level in policy.service_levels),
            }
        )

    def _severity(self, severity: SeverityPolicy) -> SeverityPolicy:
        own = severity.translations.get(self.language)
        return severity.model_copy(update={"meaning": self.maybe(severity.meaning, own.meaning if own else None)})

    def _freeze(self, freeze: Freeze) -> Freeze:
        own = freeze.translations.get(self.language)
        return freeze.model_copy(update={"reason": self.maybe(freeze.reason, own.reason if own else None)})

    def _level(self, level: ServiceLevel) -> ServiceLevel:
        own = level.translations.get(self.language, _LEVEL)
        credits: list[CreditTier] = []
        for tier, said in zip(level.credits, self.each([tier.credit for tier in level.credits], own.credits), strict=True):
            credits.append(tier.model_copy(update={"credit": said}))
        return level.model_copy(update={"name": self.say(level.name, own.name), "credits": tuple(credits)})

