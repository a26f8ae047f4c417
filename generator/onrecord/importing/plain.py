"""Bodies written for Hugo turned into plain Markdown: shortcodes, comments, pictures and relative links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from onrecord.importing.records import Remark, Sort

_TRACK = re.compile(r"\{\{[<%]\s*track\s+[\"'`]?([^\"'`>%}]*?)[\"'`]?\s*/?[>%]\}\}")
_REFERENCE = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+[\"'`]?([^\"'`>%}]*?)[\"'`]?\s*/?[>%]\}\}")
_FIGURE = re.compile(r"\{\{[<%]\s*(?:figure|img|image)\s+([^>%}]*?)/?[>%]\}\}")
_SHORTCODE = re.compile(r"\{\{[<%]\s*/?\s*([\w./-]+)([^}]*?)/?[>%]\}\}")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PICTURE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^\s)>]+)>?(?:\s+[\"'(][^)]*?[\"')])?\s*\)")
_LINK = re.compile(r"(?<!!)(\[(?:[^\[\]]|\[[^\]]*\])*\]\()\s*<?([^\s)>]+)>?")
_DEFINITION = re.compile(r"^(\s{0,3}\[[^\]^]+\]:\s*)<?(\S+?)>?(?=\s|$)", re.MULTILINE)
_ABSOLUTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)
_CODE = re.compile(r"(^[ ]{0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^[ ]{0,3}\2[`~]*[ ]*$|\Z)|(`+)(?!`).*?(?<!`)\3(?!`))", re.DOTALL | re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


@dataclass(slots=True)
class _Plain:
    """Rewrites one body. `base` is the address that relative links begin at."""

    base: str | None
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
        address = self.absolute(match[2])
        self.note("moved", f"the picture `{match[2]}` is a link: updates show no pictures")
        return f"[{match[1] or 'Picture'}]({address})"

    def figure(self, match: re.Match[str]) -> str:
        found = {name: a or b or c for name, a, b, c in _ATTRIBUTE.findall(match[1])}
        if "src" not in found:
            return match[0]
        text = found.get("caption") or found.get("title") or found.get("alt") or "Picture"
        self.note("moved", f"the figure `{found['src']}` is a link: updates show no pictures")
        return f"[{text}]({self.absolute(found['src'])})"

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


def to_markdown(body: str, base: str | None) -> tuple[str, list[Remark]]:
    """Plain Markdown, and what was changed on the way. Code stays as it is.

    `{{< track "…" >}}` becomes a stamp as `pieces.STAMP` reads it; comments, which no reader ever saw, are left out.
    """
    plain = _Plain(base)
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
    return [found for part in _parts(text) if not _CODE.fullmatch(part) for found in find(part)]


def _map_outside_code(text: str, change: Callable[[str], str]) -> str:
    return "".join(part if _CODE.fullmatch(part) else change(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    parts, position = [], 0
    for code in _CODE.finditer(text):
        parts += [text[position : code.start()], code.group()]
        position = code.end()
    return [part for part in [*parts, text[position:]] if part]
