"""Post-mortems, and the pictures that they show."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from onrecord import yamlio
from onrecord.files import Tree, Unreadable
from onrecord.model import Postmortem, PostmortemFile
from onrecord.problems import Place, Problem

_CODE = re.compile(r"^(?P<fence>```+|~~~+).*?^(?P=fence)[`~]*\s*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"!\[(?:[^\]\\]|\\.)*\]\(\s*(?:<(?P<angled>[^>\n]*)>|(?P<bare>[^\s)]+))")
_REFERENCE = re.compile(r"!\[(?P<text>[^\]]*)\](?:\[(?P<name>[^\]]*)\])?(?!\()")
_DEFINITION = re.compile(r"^ {0,3}\[(?P<name>[^\]]+)\]:\s*<?(?P<target>[^\s>]+)", re.MULTILINE)
_TAG = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?(?P<target>[^\"'\s>]+)", re.IGNORECASE)


def read_postmortem(tree: Tree, path: str) -> tuple[Postmortem | None, list[Problem]]:
    """The post-mortem, or None where it cannot be read, and why."""
    try:
        found = yamlio.document(tree.read(path), path, PostmortemFile)
    except Unreadable as error:
        return None, [Problem(code=error.code, slug=error.slug, level="error", place=Place(path), message=error.message, hint=error.hint)]
    if found.head is None:
        return None, list(found.problems)
    folder = posixpath.dirname(path)
    wanted = [target for target, _ in targets(found.body)]
    beside = sorted({inner for target in wanted if (inner := local(target)) is not None})
    shown = {inner: _is_inside(inner) and tree.exists(f"{folder}/{inner}") for inner in beside}
    record = Postmortem(
        path=path,
        head=found.head,
        body=found.body,
        body_line=found.body_line,
        pictures=tuple(target for target, there in shown.items() if there),
        missing=tuple(target for target, there in shown.items() if not there),
        foreign=tuple(sorted({target for target in wanted if local(target) is None and not target.startswith("data:")})),
    )
    return record, list(found.problems)


def targets(markdown: str) -> Iterator[tuple[str, int]]:
    """What each picture of the text points to, as it is written, and the offset where it does; code is left alone."""
    text = _CODE.sub(lambda match: " " * len(match.group()), markdown)
    for match in _INLINE.finditer(text):
        group = "angled" if match["angled"] is not None else "bare"
        yield match[group], match.start(group)
    definitions = {m["name"].casefold(): (m["target"], m.start("target")) for m in _DEFINITION.finditer(text)}
    for match in _REFERENCE.finditer(text):
        found = definitions.get((match["name"] or match["text"]).casefold())
        if found:
            yield found
    for match in _TAG.finditer(text):
        yield match["target"], match.start("target")


def local(target: str) -> str | None:
    """The path from the incident's folder that a picture's target means, or None where it lies elsewhere."""
    if re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE):
        return None
    return posixpath.normpath(unquote(target.partition("#")[0].partition("?")[0]))


def places_of(markdown: str, path: str, first_line: int) -> dict[str, Place]:
    """Where each picture is named, by `picture.<path or address>`."""
    found: dict[str, Place] = {}
    for target, offset in targets(markdown):
        place = Place(path, markdown.count("\n", 0, offset) + first_line, offset - markdown.rfind("\n", 0, offset))
        found.setdefault(f"picture.{local(target) or target}", place)
    return found


def _is_inside(path: str) -> bool:
    return not path.startswith(("../", "/")) and path not in ("..", ".")
