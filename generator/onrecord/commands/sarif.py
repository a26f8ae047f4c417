"""The findings of `check` as SARIF 2.1.0, the form in which hosts of code take what checks find."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from onrecord import __version__
from onrecord.policy import CHANGE_RULES, FILE_RULES, RULES, ChangeRule, FileRule, Rule, TextRule
from onrecord.problems import READING, Problem

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(problems: Sequence[Problem]) -> str:
    """One run with the rules that spoke, and each finding with its place; what a waiver lets pass is marked as suppressed.

    The fingerprint of a finding leaves its line out, so that hosts know it again when the lines above it change.
    """
    known = {slug: _read(code, title) for slug, (code, title) in READING.items()}
    known |= {rule.slug: _judged(rule) for rule in (*RULES, *FILE_RULES, *CHANGE_RULES)}
    codes = {problem.slug: problem.code for problem in problems}
    slugs = sorted(codes, key=lambda slug: codes[slug])
    rules = [known.get(slug) or _rule(codes[slug], "warning", slug, slug, "files") for slug in slugs]
    driver = {"name": "onrecord", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "onrecord/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, slugs.index(problem.slug)) for problem in problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _result(problem: Problem, index: int) -> dict[str, Any]:
    text = f"{problem.message}. {problem.hint}".rstrip(". ") if problem.hint else problem.message
    place = {
        "artifactLocation": {"uri": quote(problem.place.path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": problem.place.line, "startColumn": problem.place.column},
    }
    found: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.level,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"finding/v1": _fingerprint(problem)},
    }
    if problem.waived is not None:
        found["suppressions"] = [{"kind": "inSource", "justification": problem.waived}]
    return found


def _fingerprint(problem: Problem) -> str:
    return hashlib.sha256(f"{problem.code}\n{problem.place.path}\n{problem.message}".encode()).hexdigest()[:32]


def _read(code: str, title: str) -> dict[str, Any]:
    return _rule(code, "error", title, title, "files")


def _judged(rule: Rule | TextRule | FileRule | ChangeRule) -> dict[str, Any]:
    looks = None if isinstance(rule, ChangeRule) else rule.read if isinstance(rule, TextRule) else rule.look
    why = inspect.getdoc(looks) if looks is not None else None
    return _rule(rule.code, rule.level, rule.title, why or rule.title, rule.family) | {"name": _camel(rule.slug)}


def _rule(code: str, level: str, title: str, why: str, family: str) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": why, "markdown": f"{why}\n\nEach rule has a bad and a good example in docs/rules.md."},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": [family]},
    }


def _camel(slug: str) -> str:
    return "".join(word.capitalize() for word in slug.split("-"))
