"""What is wrong with an owner's templates, found by reading them: none is rendered, and no record is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onrecord.files import Tree
from onrecord.problems import Place, Problem, did_you_mean, unread
from onrecord.render.messages.composing import sandbox_of
from onrecord.render.messages.facts import MEANINGS
from onrecord.render.messages.letters import PHRASES, Letters, known_names, strays
from onrecord.settings import MESSAGES_FOLDER, Site
from onrecord.templating.sandbox import TemplateFault

_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")


def problems_of(tree: Tree) -> Iterator[Problem]:
    """Templates that break the language or name what there is not, and files that nothing is made from."""
    for path in strays(tree):
        near = did_you_mean(path.removeprefix(f"{MESSAGES_FOLDER}/"), known_names())
        hint = near if near.startswith("did you mean") else "`onrecord messages --list` has the phases and channels; take the file away, or name it after one"
        yield unread("stray-file", Place(path), "no message is made from this file", hint)
    try:
        yield from _broken(Letters.of(tree, Site(name="", url="/")))
    except TemplateFault as fault:
        yield unread("bad-template", fault.place, fault.message, fault.hint)


def _broken(letters: Letters) -> Iterator[Problem]:
    sandbox = sandbox_of(letters)
    phrases = letters.find(PHRASES)
    known = {*MEANINGS, "text", *(_MACRO.findall(phrases.text) if phrases else ())}
    for name in sorted(letters.own):
        try:
            sandbox.look(name, known)
        except TemplateFault as fault:
            yield unread("bad-template", fault.place, fault.message, fault.hint)
