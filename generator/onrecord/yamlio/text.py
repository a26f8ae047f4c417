"""From bytes to clean text: encodings, byte order marks and characters that no page or feed may contain."""

from __future__ import annotations

import re

from onrecord.hidden import hides, name_of, written_out
from onrecord.problems import READING, Place, Problem, unread

_UNWANTED = bytes([*range(9), 11, 12, *range(14, 32), 127])
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_MAX_SHOWN = 5

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def decode(data: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """The text with line ends as `\\n`, cleaned, and what was wrong with it; None where it is no UTF-8 text."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return None, [_not_utf8(data, path, error)]
    if b"\r" in data:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        if len(data.translate(None, _UNWANTED)) == len(data):
            return text, []
    elif not _FORBIDDEN.search(text) and not hides(text):
        return text, []
    return _clean(text, path)


def rescue(data: bytes) -> str:
    """The words of a file that is no clean UTF-8, as far as they can be told; empty where it is no text at all."""
    encoding = _UTF16.get(data[:2], "utf-8")
    text = _FORBIDDEN.sub("", data.decode(encoding, "replace").replace("\r\n", "\n"))
    return "" if text.count("\ufffd") * 10 > len(text) or (b"\0" in data and encoding == "utf-8") else text


def forbidden(text: str) -> re.Match[str] | None:
    """The first character that no page or feed may contain."""
    return _FORBIDDEN.search(text)


def _clean(text: str, path: str) -> tuple[str | None, list[Problem]]:
    problems = []
    if text.startswith("\ufeff"):
        hint = "save the file as UTF-8 without a byte order mark (BOM)"
        problems.append(unread("byte-order-mark", Place(path), "the file begins with an invisible byte order mark", hint))
        text = text[1:]
    if text.count("\0") * 20 > len(text):
        return None, [_binary(path)]
    for match in list(_FORBIDDEN.finditer(text))[:_MAX_SHOWN]:
        place = Place(path, text.count("\n", 0, match.start()) + 1, match.start() - text.rfind("\n", 0, match.start()))
        problems.append(
            unread(
                "control-character",
                place,
                f"the invisible character {name_of(match.group())} may not stand in pages or feeds",
                "delete it; it often comes along when text is copied from a terminal or a document",
            )
        )
    return _shown(_FORBIDDEN.sub(" ", text), path, problems), problems


def _shown(text: str, path: str, problems: list[Problem]) -> str:
    """The text with each character that nobody sees, and that could make it read as something else, written out."""
    if not hides(text):
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        lines[number] = found = written_out(line)
        if found != line and sum(problem.slug == "hidden-character" for problem in problems) < _MAX_SHOWN:
            first = next(i for i, (one, other) in enumerate(zip(line, found, strict=False)) if one != other)
            what = f"{name_of(line[first])} is a character that nobody sees, and with it a text can read as something else; readers see its code"
            hint = "delete it; it often comes along when text is copied from a chat or a document"
            problems.append(Problem(code=READING["hidden-character"][0], slug="hidden-character", level="warning", place=Place(path, number + 1, first + 1), message=what, hint=hint))
    return "\n".join(lines)


def _not_utf8(data: bytes, path: str, error: UnicodeDecodeError) -> Problem:
    if data[:2] in _UTF16:
        return unread("not-utf8", Place(path), "the file is in UTF-16", "save it as UTF-8; in PowerShell: `-Encoding utf8`")
    if b"\0" in data:
        return _binary(path)
    before = data[: error.start]
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    surrogate = data[error.start] == 0xED
    return unread(
        "not-utf8",
        Place(path, before.count(b"\n") + 1, column),
        f"the byte 0x{data[error.start]:02X} is no UTF-8" + (": half of a surrogate pair" if surrogate else ""),
        "save the file as UTF-8",
    )


def _binary(path: str) -> Problem:
    return unread("binary-file", Place(path), "the file is no text", "was something else saved under this name?")
