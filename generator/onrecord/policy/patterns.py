"""Words and patterns from policy.yml, looked for in a time that grows with the text and no faster, whoever wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import prod

from pydantic_core import SchemaError, SchemaValidator, core_schema

MOST_LETTERS = 300
MOST_REPEATS = 64
"""How often a counted repetition may repeat in all, groups by what is in them: what is counted is written out, and costs as much."""
MOST_PATTERNS = 100
_MOST_TEXT = 100_000
_MOST_WORDS = 8
_LINE = 2_000
_WORD = re.compile(r"[^\W_]+(?:[-'’_][^\W_]+)*")
_COUNTED = re.compile(r"(\)?)\{(?:\d*,)?(\d+)?,?\}")


class BadPattern(ValueError):
    """A pattern that cannot be looked for, in words."""


class Pattern:
    """One regular expression, in the syntax of Rust's engine, which cannot be made to hang: it knows no look-around and no references back.

    pydantic brings that engine along; it only says whether a text matches, so the place is found by halving.
    """

    def __init__(self, source: str) -> None:
        if len(source) > MOST_LETTERS:
            raise BadPattern(f"it is longer than {MOST_LETTERS} letters")
        counts = [(group, max(1, int(number[:6] or 1))) for group, number in _COUNTED.findall(source)]
        if max(1, sum(n for group, n in counts if not group)) * prod(n for group, n in counts if group) > MOST_REPEATS:
            raise BadPattern(f"its counted repetitions come to more than {MOST_REPEATS}")
        try:
            self._validator = SchemaValidator(core_schema.str_schema(pattern=f"(?i){source}", regex_engine="rust-regex"))
        except SchemaError as error:
            raise BadPattern(f"{error}".strip().rpartition("error: ")[2].rpartition("\n")[2] or "it is no regular expression") from None

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Where each line that matches does so first, and the letters that match."""
        offset = 0
        for line in text[:_MOST_TEXT].splitlines(keepends=True):
            for start in range(0, len(line), _LINE):
                part = line[start : start + _LINE].rstrip("\r\n")
                if self._validator.isinstance_python(part):
                    begin, end = self._span(part)
                    yield offset + start + begin, part[begin:end]
            offset += len(line)

    def _span(self, text: str) -> tuple[int, int]:
        """The end of the first match, then its beginning, each by halving; at the edges of words."""
        low, high = 0, len(text)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._validator.isinstance_python(text[:middle]) else (middle + 1, high)
        end = low
        low, high = 0, end
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._validator.isinstance_python(text[middle:end]) else (low, middle - 1)
        while end < len(text) and text[end].isalnum():
            end += 1
        while low and text[low - 1].isalnum():
            low -= 1
        return low, end


@lru_cache(maxsize=256)
def pattern(source: str) -> Pattern:
    """The pattern, made once.

    Raises:
        BadPattern: it cannot be looked for in bounded time, or is none.
    """
    return Pattern(source)


class Phrases:
    """Words and phrases, found whole, in any case, also in the plural."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = {words: phrase for phrase in phrases if (words := tuple(_words(phrase.casefold()))) and len(words) <= _MOST_WORDS}
        self._firsts = {words[0] for words in self._phrases} | {f"{words[0]}s" for words in self._phrases if len(words) == 1}
        self._lengths = sorted({len(words) for words in self._phrases}, reverse=True)

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Where each phrase stands, and the phrase as it is listed."""
        if not self._phrases:
            return
        matches = list(_WORD.finditer(text.casefold() if text.isascii() else text.lower()))
        words = [match[0] for match in matches]
        for index, word in enumerate(words):
            if word in self._firsts:
                phrase = self._at(words, index)
                if phrase is not None:
                    yield matches[index].start(), phrase

    def _at(self, words: list[str], index: int) -> str | None:
        for length in self._lengths:
            found = tuple(words[index : index + length])
            for candidate in (found, (*found[:-1], found[-1].removesuffix("s"))):
                if candidate in self._phrases:
                    return self._phrases[candidate]
        return None


@lru_cache(maxsize=8)
def phrases(listed: tuple[str, ...]) -> Phrases:
    """Those phrases, made ready once."""
    return Phrases(listed)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)
