"""Blanks in words that are still to be filled: `[[what customers notice]]`, and `[[who is affected?]]` where it may stay out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from onrecord.blanks import BLANK, left_blank

_MARK = "\ufdd0"
"""Stands for a blank while its paragraph is taken apart; no text may hold it."""
_SENTENCE_END = re.compile(rf"(?<=[.!?…])\s+(?=\S)|(?<={_MARK})\s+(?=[A-Z{_MARK}])")
"""Where a sentence ends; a blank may be one of its own."""


def blanks(text: str) -> tuple[str, ...]:
    """What the text still asks, in order, each question once; code is left out."""
    return tuple(dict.fromkeys(blank.question for blank in left_blank(text)))


def optional(question: str) -> bool:
    """Whether the blank may stay out, and its sentence with it."""
    return question.endswith("?")


def fill(text: str, answers: Mapping[str, str]) -> str:
    """The text with those blanks filled; an empty answer to an optional one takes its sentence out. Others stay as they are."""
    kept = [_paragraph(paragraph, answers) for paragraph in re.split(r"\n[ \t]*\n", text)]
    return "\n\n".join(paragraph for paragraph in kept if paragraph.strip())


def all_optional(text: str) -> str:
    """The text with every blank as one that may stay out."""
    return BLANK.sub(lambda found: f"[[{found[1].rstrip('?')}?]]", text)


def without_optional(text: str) -> str:
    """The text without the sentences whose blanks may stay out."""
    return fill(text, {question: "" for question in blanks(text) if optional(question)})


def says_nothing(text: str, start: str) -> bool:
    """Whether the text has only sentences of the template that it began as, though that asked for something that must be said."""
    if all(optional(question) for question in blanks(start)):
        return False
    own = {_plain(sentence) for kept in (BLANK.sub(_MARK, start), BLANK.sub("", start)) for sentence in _sentences(kept)}
    return all(_plain(sentence) in own for sentence in _sentences(text))


def _sentences(text: str) -> list[str]:
    return [sentence for line in text.split("\n") for sentence in _SENTENCE_END.split(line)]


def _plain(sentence: str) -> str:
    """Its words alone."""
    return " ".join(re.findall(r"\w+", sentence.lower()))


def _paragraph(paragraph: str, answers: Mapping[str, str]) -> str:
    questions = BLANK.findall(paragraph)
    if not any(question in answers for question in questions):
        return paragraph
    waiting = iter(questions)
    lines = BLANK.sub(_MARK, paragraph).split("\n")
    done = [" ".join(_filled(_SENTENCE_END.split(line), answers, waiting)) for line in lines]
    return "\n".join(line for line, before in zip(done, lines, strict=True) if line or not before)


def _filled(sentences: list[str], answers: Mapping[str, str], waiting: Iterator[str]) -> Iterator[str]:
    for sentence in sentences:
        asked = [next(waiting) for _ in range(sentence.count(_MARK))]
        if not any(optional(question) and question in answers and not answers[question].strip() for question in asked):
            yield _sentence(sentence, [_answer(question, answers) for question in asked])


def _answer(question: str, answers: Mapping[str, str]) -> str:
    given = answers.get(question, "").strip()
    return given or f"[[{question}]]"


def _sentence(sentence: str, words: list[str]) -> str:
    """The sentence with its blanks filled: it begins with a capital and ends once."""
    pieces = sentence.split(_MARK)
    text = pieces[0]
    for answer, rest in zip(words, pieces[1:], strict=True):
        filled = not answer.startswith("[[")
        begins = answer[:1].upper() + answer[1:] if not text.strip(" -*>") and filled else answer
        ended = begins.rstrip(".") if rest.startswith((".", ",", ";", ":")) else begins
        text = f"{text}{ended}{rest}"
        if not rest and filled and ended[-1:] not in ".!?…:":
            text += "."
    return text
