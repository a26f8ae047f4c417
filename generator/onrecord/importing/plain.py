"""Bodies written for Hugo turned into plain Markdown: shortcodes, comments, pictures and relative links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from onrecord.importing.records import Remark, Sort

_INSIDE = r"[^\"'`<>%{}\n]"
_TRACK = re.compile(rf"\{{\{{[<%]\s{{0,9}}track\s{{1,9}}[\"'`]?({_INSIDE}{{0,60}}?)[\"'`]?\s{{0,9}}/?[>%]\}}\}}")
_REFERENCE = re.compile(rf"\{{\{{[<%]\s{{0,9}}(?:rel)?ref\s{{1,9}}[\"'`]?({_INSIDE}{{0,200}}?)[\"'`]?\s{{0,9}}/?[>%]\}}\}}")
_FIGURE = re.compile(r"\{\{[<%]\s{0,9}(?:figure|img|image)\s{1,9}([^<>%{}]{1,600}?)/?[>%]\}\}")
_SHORTCODE = re.compile(r"\{\{[<%]\s{0,9}/?\s{0,9}([\w./-]{1,60})([^{}]{0,600}?)/?[>%]\}\}")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,300})\]\(\s{0,9}<?([^\s)>]{1,2000})>?(?:\s{1,9}[\"'(][^)\n]{0,300}[\"')])?\s{0,9}\)")
_LINK = re.compile(r"(\]\()\s{0,9}<?([^\s)>(]{1,2000})>?")
_DEFINITION = re.compile(r"^( {0,3}\[[^\]^\n]{1,300}\]:[ \t]{0,9})<?([^\s>]{1,2000})>?(?=\s|$)", re.MULTILINE)
_ABSOLUTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TICKS = re.compile(r"`+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


@dataclass(slots=True)
class _Plain:
    """Rewrites one body. `base` is the address that relative links begin at; `has` says whether there is such a file."""

    base: str | None
    has: Callable[[str], bool] = lambda _: True
    remarks: list[Remark] = field(default_factory=list)

    def note(self, sort: Sort, text: str) -> None:
        self.remarks.append(Remark(sort, text))

    def absolute(self, address: str) -> str:
        if _ABSOLUTE.match(address):
            return address
        if self.base is None:
            self.note("odd", f"the relative link `{address}` stays as it is: the site's address is not known")
            return address
        whole = urljoin(self.base, address)
        self.note("moved", f"the relative link `{address}` is {whole}")
        return whole

    def picture(self, match: re.Match[str]) -> str:
        return self.shown("picture", match[2], match[1] or "Picture")

    def figure(self, match: re.Match[str]) -> str:
        found = {name: a or b or c for name, a, b, c in _ATTRIBUTE.findall(match[1])}
        if "src" not in found:
            return match[0]
        return self.shown("figure", found["src"], found.get("caption") or found.get("title") or found.get("alt") or "Picture")

    def shown(self, what: str, address: str, text: str) -> str:
        """A link to what is shown there, or its words alone where that file is gone."""
        if not _ABSOLUTE.match(address) and not self.has(address):
            self.note("lost", f"the {what} `{address}` is not among the files: its words stay, without a link")
            return f"{text} (a {what} that is not there any more)"
        self.note("moved", f"the {what} `{address}` is a link: updates show no pictures")
        return f"[{text}]({self.absolute(address)})"

    def reference(self, match: re.Match[str]) -> str:
        page = re.sub(r"(?:/_?index)?\.md(?=#|$)", "", match[1].strip())
        path, _, anchor = page.partition("#")
        return f"{path.lower()}/" + (f"#{anchor}" if anchor else "") if path else f"#{anchor}"

    def shortcode(self, match: re.Match[str]) -> str:
        self.note("odd", f"the shortcode `{match[1]}` is not known here and stays in the text")
        return match[0]

    def rewrite(self, text: str) -> str:
        text = _FIGURE.sub(self.figure, text)
        text = _REFERENCE.sub(self.reference, text)
        text = _SHORTCODE.sub(self.shortcode, text)
        text = _PICTURE.sub(self.picture, text)
        text = _LINK.sub(lambda m: m[1] + self.absolute(m[2]), text)
        return _DEFINITION.sub(lambda m: m[1] + self.absolute(m[2]), text)


def to_markdown(body: str, base: str | None, has: Callable[[str], bool] = lambda _: True) -> tuple[str, list[Remark]]:
    """Plain Markdown, and what was changed on the way. Code stays as it is.

    `has` says whether the old site has the file at a relative address; a picture that it lacks is no link.
    `{{< track "…" >}}` becomes a stamp as `pieces.STAMP` reads it; comments, which no reader ever saw, are left out.
    """
    plain = _Plain(base, has)
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(text):
        plain.note("repaired", "invisible control characters are taken out of the text")
        text = _CONTROL.sub("", text)
    if comments := sum(bool(c.strip("<!- \n>")) for c in _outside_code(text, _COMMENT.findall)):
        plain.note("lost", f"{comments} comment{'s' if comments > 1 else ''} that readers never saw")
    text = _map_outside_code(text, lambda part: _COMMENT.sub("", part))
    text = _map_outside_code(text, lambda part: plain.rewrite(_TRACK.sub("\x02\\1\x03", part)))
    return text.strip("\n").rstrip(), plain.remarks


def _outside_code(text: str, find: Callable[[str], list[str]]) -> list[str]:
    return [found for part, is_code in _parts(text) if not is_code for found in find(part)]


def _map_outside_code(text: str, change: Callable[[str], str]) -> str:
    return "".join(part if is_code else change(part) for part, is_code in _parts(text))


def _parts(text: str) -> list[tuple[str, bool]]:
    """The text in stretches, each with whether it is code: fenced blocks, and spans between equal runs of backticks."""
    parts: list[tuple[str, bool]] = []
    plain: list[str] = []
    fenced: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if fence:
            fenced.append(line)
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                parts.append(("".join(fenced), True))
                fence, fenced = "", []
        elif mark:
            parts += _spans("".join(plain))
            plain, fenced, fence = [], [line], mark[1]
        else:
            plain.append(line)
    return [*parts, *_spans("".join(plain)), *([("".join(fenced), True)] if fenced else [])]


def _spans(text: str) -> list[tuple[str, bool]]:
    runs = [match.span() for match in _TICKS.finditer(text)]
    ends: dict[int, list[int]] = {}
    for number, (start, end) in reversed(list(enumerate(runs))):
        ends.setdefault(end - start, []).append(number)
    parts: list[tuple[str, bool]] = []
    position, number = 0, 0
    while number < len(runs):
        start, end = runs[number]
        later = ends[end - start]
        while later and later[-1] <= number:
            later.pop()
        if later:
            number = later[-1]
            parts += [(text[position:start], False), (text[start : runs[number][1]], True)]
            position = runs[number][1]
        number += 1
    return [*parts, (text[position:], False)]
