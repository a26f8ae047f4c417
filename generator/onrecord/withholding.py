"""Redactions: the words of `redactions.yml` are taken out of a file's bytes before anything else reads them.

Everything that reads a record, from the work tree or from an old commit, reads it through here, so
nothing behind can repeat the words. Lines stay where they are, and so do the places of findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256

from onrecord import yamlio
from onrecord.files import Tree, Unreadable
from onrecord.model import Redaction, RedactionsFile
from onrecord.problems import Place, Problem
from onrecord.settings import COMPONENTS_FILE, MAX_FILE_BYTES, POLICY_FILE, REDACTIONS_FILE

MARKER = "(words withheld)"
"""What stands in place of withheld words; plain text for YAML and Markdown alike."""
BODY = "body"
_HEAD, _UPDATE, _POSTMORTEM = "head", "update", "postmortem"
_WINDOWS_AND_TIMES = ("started", "detected", "scheduled", "from", "until", "expected_resolution", "effective", "at", "next_update_by", "published")
_FACTS = frozenset({*_WINDOWS_AND_TIMES, "kind", "severity", "components", "drill", "status", "corrects"})
"""Keys without words of anybody's own: they stay where all words of a file are withheld."""
_TEXTS = frozenset({"title", "workaround", "scope", "amends", "approved_by_role"})
"""Keys that hold one text, in place of which the marker can stand; other keys with words go as a whole."""
_KEY = re.compile(r"""["']?([A-Za-z_]\w*)["']?[ \t]*:(?=\s|$)""")
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_SPACE = re.compile(r"\s+")
_BEGINS = re.compile(r"\w+|[^\w\s]")
_NO_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><rect width="160" height="90" fill="#888"/></svg>'
)
_GREY = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a4944415478da63e80000008a0089529b3b430000000049454e44ae426082"
)
"""One grey pixel as PNG, which browsers show under any picture's name but that of an SVG."""


class Withholding:
    """The redactions in force, and what they take out of a file or a commit's message."""

    def __init__(self, redactions: Sequence[Redaction] = ()) -> None:
        self.redactions = tuple(redactions)
        self._paths = [(redaction, _pattern(redaction.path)) for redaction in redactions]

    def __bool__(self) -> bool:
        return bool(self.redactions)

    def about(self, path: str) -> tuple[Redaction, ...]:
        """The redactions whose path means that file, whether their words stand in it or not."""
        return tuple(redaction for redaction, pattern in self._paths if pattern.fullmatch(path))

    def of(self, path: str, data: bytes) -> bytes:
        """The bytes of that file, of today or of any commit, without what is withheld of them."""
        return self.applied(path, data)[0]

    def applied(self, path: str, data: bytes) -> tuple[bytes, tuple[Redaction, ...]]:
        """The same, and the redactions that found something to withhold."""
        hits = []
        for redaction in self.about(path):
            left = _without(redaction, path, data)
            if left != data:
                hits.append(redaction)
                data = left
        return data, tuple(hits)

    def message(self, text: str) -> str:
        """A commit's message or any other text without the words that are withheld from some file."""
        for redaction in self.redactions:
            if redaction.words is not None:
                text = _without_quote(text, redaction.words)
        return text


class WithheldTree:
    """A tree whose files come without what is withheld. Remembers which redactions found something, by path."""

    def __init__(self, tree: Tree, withholding: Withholding) -> None:
        self._tree = tree
        self.withholding = withholding
        self.hits: dict[str, tuple[Redaction, ...]] = {}

    def paths(self, prefix: str) -> Iterable[str]:
        return self._tree.paths(prefix)

    def exists(self, path: str) -> bool:
        return self._tree.exists(path)

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        data, hits = self.withholding.applied(path, self._tree.read(path, limit))
        if hits:
            self.hits[path] = hits
        return data


def read_redactions(tree: Tree) -> tuple[Withholding | None, list[Problem]]:
    """The redactions of the repository and what is wrong with their file; None where it cannot be read."""
    if not tree.exists(REDACTIONS_FILE):
        return Withholding(), []
    try:
        return parse_redactions(tree.read(REDACTIONS_FILE))
    except Unreadable as error:
        place = Place(REDACTIONS_FILE)
        return None, [Problem(code=error.code, slug=error.slug, level="error", place=place, message=error.message, hint=error.hint)]


def parse_redactions(data: bytes) -> tuple[Withholding | None, list[Problem]]:
    """The same of the bytes of such a file."""
    found, problems = yamlio.parse(data, REDACTIONS_FILE, RedactionsFile, may_be_empty=True)
    return (Withholding(found.redactions) if found is not None else None), problems


def digest_of(words: str) -> str:
    """What `words` of a redaction says of those words: their length and SHA-256, white space counted as one."""
    text = _SPACE.sub(" ", words.strip())
    return f"{len(text)}:{sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()}"


def too_wide(redaction: Redaction) -> bool:
    """Whether it would withhold all of the components or of the policy, which a page cannot do without."""
    wanted = _pattern(redaction.path)
    return redaction.words is None and any(wanted.fullmatch(path) for path in (COMPONENTS_FILE, POLICY_FILE))


# ---------------------------------------------------------------- what is taken out


@lru_cache(maxsize=500)
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, path.split("*"))))


def _without(redaction: Redaction, path: str, data: bytes) -> bytes:
    if redaction.words is not None:
        text = data.decode("utf-8", "surrogateescape")
        return _without_quote(text, redaction.words).encode("utf-8", "surrogateescape")
    if path in (COMPONENTS_FILE, POLICY_FILE):
        return data
    if not path.endswith((".md", ".yml")):
        return data if redaction.part is not None else _NO_PICTURE if path.endswith(".svg") else _GREY
    text = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    return _without_part(text, redaction.part, markdown=path.endswith(".md")).encode("utf-8", "surrogateescape")


def _without_part(text: str, part: str | None, *, markdown: bool) -> str:
    """The file without that key or its body, or with nothing but its facts; every line keeps its number."""
    if not markdown:
        return "\n".join(_keys(text.split("\n"), part))
    lines = text.split("\n")
    closing = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if lines[0].rstrip() != "---" or closing is None:
        return "\n".join(_blanked(lines)) if part in (None, BODY) else text
    body = lines[closing + 1 :]
    return "\n".join(
        [
            *lines[:1],
            *(lines[1:closing] if part == BODY else _keys(lines[1:closing], part)),
            lines[closing],
            *(_blanked(body) if part in (None, BODY) else body),
        ]
    )


def _keys(lines: Sequence[str], part: str | None) -> Iterator[str]:
    """The lines of YAML without that outermost key, or with the facts alone."""
    key = ""
    for line in lines:
        begins = _KEY.match(line)
        if begins:
            key = begins[1]
        if part is not None:
            yield line if key != part else _stand_in(key) if begins else ""
        elif key in _FACTS and (begins or line[:1].isspace()):
            yield _COMMENT.sub("", line)
        else:
            yield _stand_in(key) if begins else ""


def _stand_in(key: str) -> str:
    return f"{key}: {MARKER}" if key in _TEXTS else ""


def _blanked(lines: Sequence[str]) -> list[str]:
    """The marker where the words began, and nothing else."""
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    return [MARKER if n == first else "" for n in range(len(lines))]


def _without_quote(text: str, words: str) -> str:
    """The text with the marker wherever those words stand."""
    length, _, wanted = words.partition(":")
    parts, at = [], 0
    for start, end in _found(text, int(length), bytes.fromhex(wanted)):
        if start >= at:
            inner = text[start:end]
            parts += [text[at:start], MARKER, *(f"\n{line[: len(line) - len(line.lstrip())]}" for line in inner.split("\n")[1:])]
            at = end
    return "".join([*parts, text[at:]]) if parts else text


def _found(text: str, length: int, wanted: bytes) -> Iterator[tuple[int, int]]:
    """Where words of that length and digest begin and end. They begin and end with a word or a sign, never inside a word."""
    folded = _SPACE.sub(" ", text)
    for match in _BEGINS.finditer(folded):
        start, end = match.start(), match.start() + length
        if end > len(folded):
            break
        if folded[end - 1] == " " or (end < len(folded) and folded[end - 1].isalnum() and folded[end].isalnum()):
            continue
        if sha256(folded[start:end].encode("utf-8", "surrogateescape")).digest() == wanted:
            where = _origins(text)
            yield where[start], where[end - 1] + 1


def _origins(text: str) -> list[int]:
    """For each character of the text with its white space folded, where it stood before."""
    return [n for n, c in enumerate(text) if not (c.isspace() and n and text[n - 1].isspace())]
