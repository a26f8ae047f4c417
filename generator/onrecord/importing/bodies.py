"""Bodies of updates to Markdown: they hold HTML, Markdown as it was typed, or both."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import Tag
from markdownify import ATX, BACKSLASH, MarkdownConverter

from onrecord.importing.plain import to_markdown
from onrecord.importing.records import Remark
from onrecord.markup import to_text

_BLOCKS = (
    *("p", "div", "ul", "ol", "li", "dl", "dt", "dd", "pre", "blockquote", "hr", "table", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "figure", "figcaption", "details", "summary", "center"),
)
_INLINE = (
    *("a", "abbr", "b", "big", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small"),
    *("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "script", "style", "iframe", "video", "audio", "source"),
)
_TAG = re.compile(rf"</?(?:{'|'.join(sorted((*_BLOCKS, *_INLINE), key=len, reverse=True))})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(rf"<(?:{'|'.join(_BLOCKS)})(?=[\s/>])", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_NO_TAG = re.compile(r"<(?!!--)")
_TYPED_CODE = re.compile(r"`[^`\n]+`")
_LINE_BREAKS = re.compile(r"(?:<br\s*/?>[ \t]*\n?[ \t]*){2,}", re.IGNORECASE)
_OUTER_BREAKS = re.compile(r"\A(?:\s*<br\s*/?>)+|(?:<br\s*/?>\s*)+\Z", re.IGNORECASE)
_CODE_OR_ANGLE = re.compile(r"(?P<ticks>`{1,9})[^`].*?(?P=ticks)|<(?=[a-z/!?])(?!https?://[^\s<>]+>|mailto:[^\s<>]+>|!--)|&(?=#?\w{1,31};)", re.IGNORECASE | re.DOTALL)
_STRUCTURE = re.compile(r"\s{0,3}(?:[-*+]\s|[>|]|#{1,6}\s|\d{1,9}[.)]\s|(?:[-*_=][ \t]*){3,}$|```|~~~|\[[^\]]+\]:)|(?:\s{4}|\t)")
_ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,9}[.)])\s+\S")
_RULE = re.compile(r"^( {0,3})([-=_*])(?=[ \t]*(?:\2[ \t]*)*\\?$)", re.MULTILINE)
_DROPPED = ("script", "style", "iframe", "video", "audio")


def to_words(body: str, base: str | None) -> tuple[str, list[Remark]]:
    """An update's body as Markdown, and what was changed on the way. `base` is the address that relative links begin at.

    A body without tags is Markdown as it was typed; its line ends are kept as they were seen.
    """
    text, remarks = _converted(body)
    if text is None:
        text = _lines_kept(_literal(body.replace("\r\n", "\n")))
    markdown, more = to_markdown(text, base)
    return markdown.strip(), [*remarks, *more]


def to_article(body: str, base: str | None) -> tuple[str, list[Remark]]:
    """A post-mortem's body as Markdown: the same, but typed line ends mean what they mean in Markdown."""
    text, remarks = _converted(body)
    markdown, more = to_markdown(body.replace("\r\n", "\n") if text is None else text, base)
    return markdown.strip(), [*remarks, *more]


def to_line(text: str) -> str:
    """A name or a description on one line, without tags."""
    words = to_text(to_words(text, None)[0]) if _TAG.search(text) else text
    return " ".join(words.split())


def _converted(body: str) -> tuple[str | None, list[Remark]]:
    """Markdown of what holds HTML; None of what holds none."""
    html = _TYPED_CODE.sub(lambda code: code.group().replace("<", "&lt;"), body.replace("\r\n", "\n"))
    if not _TAG.search(html) and not _ENTITY.search(body):
        return None, []
    typed = _BLOCK.search(html) is None
    soup = BeautifulSoup(_paragraphs(_only_tags(html), typed=typed), "html.parser")
    remarks = [Remark("lost", f"the element `{tag.name}` in a text: updates run and embed nothing") for tag in _drop(soup)]
    for picture in soup.find_all("img"):
        _to_link(soup, picture)
        remarks.append(Remark("moved", "a picture is a link: updates show no pictures"))
    try:
        text = _literal(_converter(typed=typed).convert_soup(soup).strip())
    except RecursionError:  # nobody nests so deep but to do harm
        return _literal(soup.get_text(" ", strip=True)), [*remarks, Remark("lost", "elements that are nested too deep; only the words in them are taken")]
    if typed:
        text = _lines_kept(_RULE.sub(r"\1\\\2", text.replace("\\\n", "\n")))
    return text, remarks


def _paragraphs(html: str, *, typed: bool) -> str:
    """Line ends as they were seen: typed ones count, and two breaks in a row are a paragraph."""
    if typed:
        html = re.sub(r"\n(?!\s*<br)", "<br>", re.sub(r"(<br\s*/?>)[ \t]*\n", r"\1", html.strip()))
    html = _LINE_BREAKS.sub("</p><p>", _OUTER_BREAKS.sub("", html))
    return f"<p>{html}</p>" if typed else html


def _only_tags(body: str) -> str:
    """The body with every `<` that begins no element written as text."""
    parts, position = [], 0
    for tag in _TAG.finditer(body):
        parts += [_NO_TAG.sub("&lt;", body[position : tag.start()]), tag.group()]
        position = tag.end()
    return "".join([*parts, _NO_TAG.sub("&lt;", body[position:])])


def _drop(soup: BeautifulSoup) -> list[Tag]:
    found = [tag for tag in soup.find_all(_DROPPED) if isinstance(tag, Tag)]
    for tag in found:
        tag.extract()
    return found


def _to_link(soup: BeautifulSoup, picture: Tag) -> None:
    link = soup.new_tag("a", href=str(picture.get("src") or ""))
    link.string = str(picture.get("alt") or "Picture")
    picture.replace_with(link)


def _converter(*, typed: bool) -> MarkdownConverter:
    """What was typed between inline tags keeps its own `*` and `_`; what stands in blocks was rendered from elsewhere, and is literal."""
    return MarkdownConverter(heading_style=ATX, bullets="-", newline_style=BACKSLASH, escape_asterisks=not typed, escape_underscores=not typed)


def _literal(text: str) -> str:
    """What Markdown would take for a tag or an entity, outside code, as the text that it is."""
    return _CODE_OR_ANGLE.sub(lambda found: found.group() if found["ticks"] else f"\\{found.group()}", text)


def _lines_kept(text: str) -> str:
    """A hard break at the end of each typed line that another follows, except where the lines are structure already."""
    lines = text.split("\n")
    fenced = False
    for number, line in enumerate(lines[:-1]):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        following = lines[number + 1]
        if fenced or not line.strip() or not following.strip() or _STRUCTURE.match(following):
            continue
        if _ITEM.match(line):
            lines[number] += "\n"
        elif not _STRUCTURE.match(line):
            lines[number] = line.rstrip(" \t\\") + "\\"
    return "\n".join(lines)
