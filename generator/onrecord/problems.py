"""What is wrong, where, and what to do: one record, and a writer for each kind of reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Level = Literal["error", "warning", "note"]
_RANK = {"error": 0, "warning": 1, "note": 2}

READING: dict[str, tuple[str, str]] = {
    "unreadable-file": ("OR001", "A file cannot be read at all."),
    "file-too-large": ("OR002", "A file is larger than anything that people write."),
    "leaves-repository": ("OR003", "A symbolic link leads out of the repository."),
    "not-utf8": ("OR004", "A file is not in UTF-8."),
    "byte-order-mark": ("OR005", "An invisible byte order mark stands in the text."),
    "binary-file": ("OR006", "A file is no text."),
    "control-character": ("OR007", "The text holds a character that feeds and pages may not contain."),
    "lone-surrogate": ("OR008", "An escape stands for half a character."),
    "empty-file": ("OR009", "A file is empty."),
    "bad-yaml": ("OR010", "The YAML breaks its own grammar."),
    "tab-indent": ("OR011", "A tab stands where YAML wants spaces."),
    "duplicate-key": ("OR012", "A key is there twice."),
    "several-documents": ("OR013", "A file holds more than one YAML document."),
    "alias-bomb": ("OR014", "Anchors and aliases multiply beyond all measure."),
    "nested-too-deep": ("OR015", "Brackets or indents are nested too deep."),
    "yaml-tag": ("OR016", "A tag or directive of YAML stands where plain text is enough."),
    "not-keys": ("OR017", "The file is no list of `key: value` lines."),
    "unknown-key": ("OR020", "A key is not known here."),
    "missing-key": ("OR021", "A key that is required is not there."),
    "unknown-word": ("OR022", "A value is none of the words that are allowed."),
    "bad-time": ("OR023", "A text is no date and time."),
    "time-without-offset": ("OR024", "A time does not say in which zone it was read off the clock."),
    "bad-duration": ("OR025", "A text is no duration."),
    "bad-day": ("OR026", "A text is no day."),
    "bad-number": ("OR027", "A text is no number, or one out of bounds."),
    "bad-switch": ("OR028", "A value is neither `true` nor `false`."),
    "unsafe-id": ("OR029", "An id cannot be part of an address."),
    "bad-address": ("OR030", "A text is no web address."),
    "bad-zone": ("OR031", "A text is no time zone."),
    "empty-text": ("OR032", "A text is empty."),
    "several-lines": ("OR033", "A text that must be one line has several."),
    "wrong-kind-of-value": ("OR034", "A list, a text or keys stand where something else belongs."),
    "merge-conflict": ("OR035", "The marks of a merge that was left half done stand in the file."),
    "long-name": ("OR037", "A name is longer than any heading or list can hold."),
    "bad-quote": ("OR036", "The words of a redaction are not given as their length and SHA-256."),
    "no-front-matter": ("OR040", "A Markdown file does not begin with its front matter."),
    "open-front-matter": ("OR041", "The front matter is never closed."),
    "unsafe-path": ("OR042", "The name of a folder or file cannot be part of an address."),
    "stray-file": ("OR043", "A file lies where nobody reads it."),
    "missing-head": ("OR044", "A folder of an incident has no incident.yml."),
    "same-id-twice": ("OR045", "Two folders have one id."),
    "names-alike": ("OR048", "Two files have names that many disks take for one."),
    "hidden-character": ("OR018", "A character that nobody sees could make a text read as something else (a warning)."),
    "bad-template": ("OR047", "A template of a message breaks its language, or names what there is not."),
    "bad-channel": ("OR050", "A channel cannot be told anything as it stands in channels.yml."),
    "secret-in-file": ("OR049", "An address or a key stands in channels.yml, where the name of an environment variable belongs."),
    "wrong-year": ("OR046", "A folder lies under another year than its id says."),
}
"""Every finding of reading, by slug: its code and what it means. Rules about what was read have OR1xx and above."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a file. `path` is relative to the repository, with `/`; `line` and `column` count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding. `code` and `slug` are stable; `message` says what is wrong, `hint` what to do."""

    code: str
    slug: str
    level: Level
    place: Place
    message: str
    hint: str = ""
    past: bool = False
    """What it found lies in the past: it is on record, and nothing that anybody writes now mends it."""
    waived: str | None = None
    """The reason why it is let pass, where it is."""

    def __str__(self) -> str:
        first = f"{self.place}: {self.level}: {self.code} {self.slug}: {_shown(self.message)}"
        return f"{first}\n    hint: {_shown(self.hint)}" if self.hint else first


def unread(slug: str, place: Place, message: str, hint: str = "") -> Problem:
    """An error of reading; `slug` is one of `READING`."""
    return Problem(code=READING[slug][0], slug=slug, level="error", place=place, message=message, hint=hint)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, line and column, each finding once."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.place, _RANK[p.level], p.code, p.message))


def has_errors(problems: Iterable[Problem], *, strict: bool = False) -> bool:
    """Whether the data must be called bad; with `strict`, warnings count too."""
    counted = {"error", "warning"} if strict else {"error"}
    return any(problem.level in counted for problem in problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or lists them where none is near."""
    words = sorted(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    if not words:
        return ""
    shown = ", ".join(f"`{w}`" for w in words[:12])
    return f"known: {shown}{', …' if len(words) > 12 else ''}"


def to_text(problems: Sequence[Problem]) -> str:
    """For people: one finding after the other, then the count."""
    if not problems:
        return "no problems\n"
    lines = [str(problem) for problem in problems]
    return "\n".join(lines) + "\n\n" + summary(problems) + "\n"


def to_json(problems: Sequence[Problem]) -> str:
    """For tools: a list of objects with code, slug, level, path, line, column, message, hint."""
    rows = [
        {
            "code": p.code,
            "slug": p.slug,
            "level": p.level,
            "path": p.place.path,
            "line": p.place.line,
            "column": p.place.column,
            "message": p.message,
            "hint": p.hint,
        }
        for p in problems
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def to_github(problems: Sequence[Problem]) -> str:
    """For GitHub Actions: workflow commands that become annotations on the lines of a pull request.

    Format: docs.github.com, "Workflow commands for GitHub Actions".
    """
    kinds = {"error": "error", "warning": "warning", "note": "notice"}
    return "".join(
        f"::{kinds[p.level]} file={_property(p.place.path)},line={p.place.line},col={p.place.column},"
        f"title={_property(f'{p.code} {p.slug}')}::{_data(p.message + (f' ({p.hint})' if p.hint else ''))}\n"
        for p in problems
    )


def quantity(number: int, thing: str) -> str:
    """`1 record`, `2,345 records`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def summary(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`, or `no problems`."""
    counts = [(level, sum(p.level == level for p in problems)) for level in _RANK]
    return ", ".join(f"{n} {level}{'s' if n != 1 else ''}" for level, n in counts if n) or "no problems"


def _shown(text: str) -> str:
    """A text that may quote somebody else's, without what would steer a terminal or turn the line around."""
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _data(text: str) -> str:
    return _shown(text.replace("\r", "\n")).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
