"""Post-mortems, and the pictures and diagrams that they show."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from textwrap import dedent
from typing import NamedTuple
from urllib.parse import unquote

from onrecord import yamlio
from onrecord.blanks import left_blank
from onrecord.files import Tree, Unreadable
from onrecord.model import Postmortem, PostmortemFile
from onrecord.pictures import MAX_BYTES, Unfit, measure
from onrecord.problems import Place, Problem

_CODE = re.compile(r"`[^`\n]+`")
_INLINE = re.compile(r"!\[(?P<words>(?:[^\[\]\\]|\\.|\[[^\[\]]*+\])*+)\]\(\s*(?:<(?P<angled>[^>\n]*)>|(?P<bare>[^\s)]+))")
_REFERENCE = re.compile(r"!\[(?P<text>[^\[\]]*+)\](?:\[(?P<name>[^\]]*)\])?(?!\()")
_DEFINITION = re.compile(r"^ {0,3}\[(?P<name>[^\]]+)\]:\s*<?(?P<target>[^\s>]+)", re.MULTILINE)
_TAG = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?(?P<target>[^\"'\s>]+)[^>]*", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_FENCE = re.compile(r"[ ]*(?P<fence>`{3,}|~{3,})[ ]*(?P<info>[^`\n]*)\n?")


class Fenced(NamedTuple):
    """A block of code between fences: where it begins and ends, the word behind its fence, and what stands inside."""

    start: int
    end: int
    info: str
    inside: str


class Shown(NamedTuple):
    """A picture of a text: what it points to, as it is written, the offset where it does, and its alternative text."""

    target: str
    offset: int
    words: str


def read_postmortem(tree: Tree, path: str) -> tuple[Postmortem | None, list[Problem]]:
    """The post-mortem, or None where it cannot be read, and why."""
    try:
        found = yamlio.document(tree.read(path), path, PostmortemFile)
    except Unreadable as error:
        return None, [Problem(code=error.code, slug=error.slug, level="error", place=Place(path), message=error.message, hint=error.hint)]
    if found.head is None:
        return None, list(found.problems)
    wanted = list(pictures(found.body))
    beside = sorted({inner for shown in wanted if (inner := local(shown.target)) is not None})
    there, missing, sizes, unfit = _look_at(tree, posixpath.dirname(path), beside)
    record = Postmortem(
        path=path,
        head=found.head,
        body=found.body,
        body_line=found.body_line,
        pictures=tuple(there),
        missing=tuple(missing),
        foreign=tuple(sorted({s.target for s in wanted if local(s.target) is None and not s.target.startswith("data:")})),
        sizes=sizes,
        unfit=tuple(unfit),
        wordless=tuple(sorted({local(s.target) or s.target for s in wanted if _says_nothing(s)})),
        diagrams=tuple(block.inside for block in _diagrams(found.body)),
    )
    return record, list(found.problems)


def _look_at(
    tree: Tree, folder: str, names: Iterable[str]
) -> tuple[list[str], list[str], dict[str, tuple[int, int]], list[tuple[str, str, str]]]:
    """The pictures that can be published, those that are not there, the sizes, and those that cannot be, with the reasons."""
    there: list[str] = []
    missing: list[str] = []
    sizes: dict[str, tuple[int, int]] = {}
    unfit: list[tuple[str, str, str]] = []
    for name in names:
        if not _is_inside(name) or not tree.exists(f"{folder}/{name}"):
            missing.append(name)
            continue
        try:
            size = measure(tree.read(f"{folder}/{name}", MAX_BYTES))
        except (Unfit, Unreadable) as error:
            unfit.append((name, error.message, error.hint))
            continue
        there.append(name)
        if size is not None:
            sizes[name] = size
    return there, missing, sizes, unfit


def _says_nothing(shown: Shown) -> bool:
    """Whether the alternative text is empty, or merely the name of the file."""
    name = posixpath.basename(unquote(shown.target))
    return shown.words.strip() in ("", name, posixpath.splitext(name)[0])


def pictures(markdown: str) -> Iterator[Shown]:
    """Each picture of the text; code is left alone."""
    text = _CODE.sub(lambda match: " " * len(match.group()), _without_blocks(markdown))
    for match in _INLINE.finditer(text):
        group = "angled" if match["angled"] is not None else "bare"
        yield Shown(match[group], match.start(group), match["words"])
    definitions = {m["name"].casefold(): (m["target"], m.start("target")) for m in _DEFINITION.finditer(text)}
    for match in _REFERENCE.finditer(text):
        found = definitions.get((match["name"] or match["text"]).casefold())
        if found:
            yield Shown(*found, match["text"])
    for match in _TAG.finditer(text):
        alt = _ALT.search(match.group())
        yield Shown(match["target"], match.start("target"), next((part for part in alt.groups() if part), "") if alt else "")


def fenced(markdown: str) -> Iterator[Fenced]:
    """Each block of code between fences; one that is never closed lasts to the end."""
    opened: tuple[int, str, str, int] | None = None
    at = 0
    for line in markdown.splitlines(keepends=True):
        found = _FENCE.fullmatch(line)
        if found and opened is None:
            opened = at, found["fence"], found["info"], at + len(line)
        elif found and opened and not found["info"].strip() and found["fence"].startswith(opened[1]):
            yield Fenced(opened[0], at + len(line), opened[2], dedent(markdown[opened[3] : at]))
            opened = None
        at += len(line)
    if opened:
        yield Fenced(opened[0], at, opened[2], dedent(markdown[opened[3] :]))


def _without_blocks(markdown: str) -> str:
    """The text with blanks where blocks of code stand, so that offsets stay."""
    parts, at = [], 0
    for block in fenced(markdown):
        parts += [markdown[at : block.start], " " * (block.end - block.start)]
        at = block.end
    return "".join([*parts, markdown[at:]])


def _diagrams(markdown: str) -> Iterator[Fenced]:
    return (block for block in fenced(markdown) if re.match(r"[{.\s]*mermaid\b", block.info))


def local(target: str) -> str | None:
    """The path from the incident's folder that a picture's target means, or None where it lies elsewhere."""
    if re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE):
        return None
    return posixpath.normpath(unquote(target.partition("#")[0].partition("?")[0]))


def places_of(markdown: str, path: str, first_line: int) -> dict[str, Place]:
    """Where each picture is named, by `picture.<path or address>`, where each diagram begins, by `diagram.<number>`, and each blank, by `blank.<number>`."""
    places = [(f"picture.{local(shown.target) or shown.target}", shown.offset) for shown in pictures(markdown)]
    places += [(f"diagram.{number}", block.start) for number, block in enumerate(_diagrams(markdown))]
    found: dict[str, Place] = {}
    for key, offset in places:
        place = Place(path, markdown.count("\n", 0, offset) + first_line, offset - markdown.rfind("\n", 0, offset))
        found.setdefault(key, place)
    for number, blank in enumerate(left_blank(markdown)):
        found[f"blank.{number}"] = Place(path, first_line + blank.line - 1, blank.column)
    return found


def _is_inside(path: str) -> bool:
    return not path.startswith(("../", "/")) and path not in ("..", ".")
