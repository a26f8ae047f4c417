"""Rules about words in other languages: of what they are a translation, into what, and whether anything is said at all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from onrecord.blanks import left_blank
from onrecord.model import Incident, Translation
from onrecord.policy.rules import Context, Finding, Rule
from onrecord.problems import did_you_mean


def of_nothing(incident: Incident, _: Context) -> Iterator[Finding]:
    """Nobody reads the translation of an update that was never said, or of a post-mortem that was never written. Mostly the name of the file is misspelt."""
    stems = [_stem(update.path) for update in incident.updates]
    for path in incident.untold:
        name = _stem(path)
        if path.startswith(f"{incident.path}/updates/"):
            hint = did_you_mean(name, stems) or "give it the name of the update that it translates"
            yield Finding(f"file:{path}", f"there is no update `{name}`", hint)
        else:
            yield Finding(f"file:{path}", "there is no post-mortem that this translates", "write postmortem.md first")


def language_not_of_page(incident: Incident, context: Context) -> Iterator[Finding]:
    """A translation into a language that the page does not have stands nowhere. The first language is the one in which records are written."""
    languages = context.dataset.policy.page.languages
    hint = f"the page has {', '.join(languages)} (`page.languages` in policy.yml); translations are into those after the first"
    for key, language in chain(_files(incident), ((f"translations.{code}:", code) for code in incident.head.translations)):
        if language not in languages[1:]:
            yield Finding(key, f"`{language}` is no other language of the page", did_you_mean(language, languages[1:]) or hint)


def says_nothing(incident: Incident, _: Context) -> Iterator[Finding]:
    """An empty translation would hide the words: they are shown as they were said, and the page says that they are not translated. So are those with a blank left."""
    for found in _translations(incident):
        if not found.body.strip():
            yield Finding(f"file:{found.path}", "this translation has no words", "translate the words, or take the file away until somebody does")
        for blank in list(left_blank(found.body))[:1] if "[[" in found.body else ():
            yield Finding(f"file:{found.path}", f"a blank is left: `[[{blank.question}]]`", "say it in its place, or take the sentence away", below=found.body_line + blank.line - 2)


def rows_do_not_match(incident: Incident, _: Context) -> Iterator[Finding]:
    """Steps, figures, links and actions are translated in their order. Where there are fewer or more, one would stand in the place of another."""
    head = incident.head
    for code, own in head.translations.items():
        yield from _counted(f"translations.{code}.plan", "steps", len(own.plan), len(head.plan))
        yield from _counted(f"translations.{code}.impact", "figures", len(own.impact), len(head.impact))
    for update in incident.updates:
        for said in update.translations:
            yield from _counted(f"file:{said.path}", "links", len(said.head.links), len(update.head.links))
    for told in incident.postmortem.translations if incident.postmortem else ():
        yield from _counted(f"file:{told.path}", "actions", len(told.head.actions), len(incident.postmortem.head.actions) if incident.postmortem else 0)


def _counted(key: str, what: str, translated: int, there: int) -> Iterator[Finding]:
    if translated and translated != there:
        yield Finding(key, f"{translated} {what} are translated, and there are {there}", f"translate all {what}, in their order")


def _translations(incident: Incident) -> Iterator[Translation[Any]]:
    for update in incident.updates:
        yield from update.translations
    if incident.postmortem is not None:
        yield from incident.postmortem.translations


def _files(incident: Incident) -> Iterator[tuple[str, str]]:
    return ((f"file:{found.path}", found.language) for found in _translations(incident))


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


RULES = (
    Rule(code="OR143", slug="translation-of-nothing", level="error", title="A translation has no original.", look=of_nothing),
    Rule(code="OR144", slug="language-not-of-page", level="warning", title="A translation is into a language that the page does not have.", look=language_not_of_page),
    Rule(code="OR145", slug="empty-translation", level="error", title="A translation has no words, or a blank in them.", look=says_nothing),
    Rule(code="OR146", slug="translation-out-of-step", level="warning", title="A translation has more or fewer rows than its original.", look=rows_do_not_match),
)
