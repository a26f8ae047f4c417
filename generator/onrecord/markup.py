"""Markdown to HTML that can run nothing: CommonMark for updates, Material's habits for post-mortems.

The only user of Markdown and of the sanitiser. Whatever goes in, what comes out holds only
the elements, attributes and addresses that are listed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape, unescape
from textwrap import dedent
from xml.etree.ElementTree import Element

import nh3
import pyromark

from onrecord.addresses import fitted

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot carry, and DEL: nobody means these, and one of them breaks a whole feed."""
_FORBIDDEN_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])

_REL = "noopener noreferrer"
_SCHEMES = {"http", "https", "mailto"}
_PROSE = {
    *("p", "br", "hr", "em", "strong", "b", "i", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "q", "cite"),
    *("a", "abbr", "code", "kbd", "samp", "var", "pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ARTICLE = _PROSE | {
    *("h2", "h3", "h4", "h5", "h6", "img", "figure", "figcaption", "details", "summary", "div", "span"),
    *("caption", "tfoot"),
}
_CELL = {"colspan", "rowspan"}
_CLASSES = {"admonition", "admonition-title", "footnote", "footnote-ref", "footnote-backref", "highlight"}
_ALIGNED = {"align-left", "align-center", "align-right"}
_CALLOUTS = {
    *("note", "abstract", "info", "tip", "success", "question", "warning", "failure", "danger", "bug", "example", "quote"),
}

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH


def _fitted_link(_: str, attribute: str, value: str) -> str | None:
    return fitted(value) if attribute == "href" else value


_UPDATE_CLEANER = nh3.Cleaner(
    tags=_PROSE,
    attributes={"a": {"href", "title"}, "ol": {"start"}, "th": _CELL, "td": _CELL},
    url_schemes=_SCHEMES,
    url_relative="deny",
    link_rel=_REL,
    attribute_filter=_fitted_link,
)

_HARMLESS = re.compile(
    r"""[^<>]*+(?:<(?:/?(?:p|em|strong|ul|ol|li|blockquote|code|del)|/a
    |a\ href="https?://[^"<>/?\#%@:]+(?:[/?](?:[^"<>\#%]|%[0-9A-F]{2})*+)?(?:\#(?:[^"<>\#%]|%[0-9A-F]{2})*+)?")>[^<>]*+)*+""",
    re.VERBOSE,
)
"""Nothing but tags that do nothing, and links that need no mending."""
_HEADING = re.compile(r"<(/?)h[1-6]>")
_TAG = re.compile(r"(<[^>]*>)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}]")
_PLAIN = re.compile(r"(?:(?![ \t]*(?:[-+=]|\d+[.)])|[ ]{4}|\t)[^\n\r<>&\[\]`_\\*#|~]*+(?<!  )(?:\n|\Z))*+")
"""Words in which no character means anything but itself."""
_MEANING = bytes([*range(10), *range(11, 32), 127]) + b"<>&[]`_\\*#|~\""
"""What stands in no paragraph of mere words, in ASCII: signs that may mean something, and controls but for line ends."""
_BLANK = re.compile(r"\n[ \t]*\n\s*")
_DRAWN = re.compile(r"^(```+|~~~+)[ ]*mermaid\b.*?(?:^\1[`~]*[ ]*$|\Z)", re.MULTILINE | re.DOTALL)
_CALLOUT = re.compile(r"""^(?:!!!|\?\?\?\+?)[ ]+[\w-]+(?:[ ]+"(.*)")?[ ]*\n((?:[ ]{4}.*\n?|[ \t]*\n)*)""", re.MULTILINE)
_SIGN = re.compile(r'<a\b[^<>]*class="(?:footnote|headerlink)[^<>]*>[^<]*</a>|<sup class="footnote-[^<>]*>(?:<a [^<>]*>)?[^<]*(?:</a>)?</sup>')
_NO_LINK = re.compile(rf'<a rel="{_REL}">(.*?)</a>', re.DOTALL)
"""What is left of a link whose address was refused."""
_MARKUP_LIKE = re.compile(r"<[^<>]*>?|^\s*(?:javascript|data|vbscript):", re.IGNORECASE)
_HEADED = re.compile(r"(<h([2-6])\b[^<>]*>)(.*?)(</h\2>)", re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|hr|pre|blockquote|ul|ol|li|dl|dt|dd|div|table|caption|thead|tbody|tfoot|tr|th|td|figure|figcaption|details|summary)\b[^<>]*>")
"""What people may type as HTML, and what may stand in no heading."""
_LINE_END = re.compile(r"</?(?:p|li|tr|pre|h[1-6]|dt|dd|div|blockquote|table|caption|figcaption|summary|br|hr)\b[^>]*>")
_CELL_END = re.compile(r"</t[dh]>")
_ALIGN = re.compile(r'(<t[hd]) style="text-align: (left|center|right);"')
_CHECKBOX = re.compile(r'<input type="checkbox"[^>]*>')


def clean(text: str) -> str:
    """The text without the characters that XML forbids."""
    if text.isascii():  # as most texts are; bytes are looked through in a third of the time
        found = text.encode()
        kept = found.translate(None, _FORBIDDEN_BYTES)
        return text if len(kept) == len(found) else kept.decode()
    return _FORBIDDEN.sub("", text)


def _mere_words(markdown: str) -> list[str] | None:
    """The paragraphs of a text that is nothing but them, one line each, as most updates are; None where it may be more."""
    if not markdown.isascii():
        return None
    found = markdown.encode()
    if len(found.translate(None, _MEANING)) != len(found):
        return None
    if "\n" not in markdown:  # one paragraph, as most are
        return [markdown] if markdown[:1].isalpha() and markdown[-1] != " " else None
    paragraphs = markdown.split("\n\n")
    for paragraph in paragraphs:
        if not paragraph[:1].isalpha() or paragraph[-1] == " " or "\n" in paragraph:
            return None
    return paragraphs


@lru_cache(maxsize=512)
def to_html(markdown: str) -> str:
    """An update's CommonMark as safe HTML: no pictures, no headings (they become bold lines), no relative links.

    Plain addresses become links, since nobody thinks of angle brackets at night.
    """
    if (words := _mere_words(markdown)) and "http" not in markdown:
        return "<p>" + "</p>\n<p>".join(words) + "</p>"
    html: str = pyromark.html(clean(markdown), options=_OPTIONS)
    if "<" not in markdown and "http" not in html and html.count("<") == html.count("<p>") + html.count("</p>"):
        return html.strip()  # the same in letters of other languages
    if "<h" in html:
        html = _HEADING.sub(lambda m: "</strong></p>" if m[1] else "<p><strong>", html)
    # Without raw HTML in, and with nothing but harmless tags out, there is nothing to sanitise; most updates are so.
    if "<" not in markdown and _HARMLESS.fullmatch(html):
        html = html.replace('">', f'" rel="{_REL}">')
    else:
        html = _NO_LINK.sub(r"\1", _UPDATE_CLEANER.clean(html))
    if html.count("http") > html.count('href="http'):
        html = _with_links(html)
    return html.strip()


def bare(text: str) -> str:
    """Plain text without what looks like markup or a script's address, for places whose readers may take text for more than text."""
    return " ".join(_MARKUP_LIKE.sub("", _MARKUP_LIKE.sub("", text)).split()) if "<" in text or ":" in text else text


def to_text(markdown: str) -> str:
    """The words alone, one line a paragraph or item, without any markup."""
    if words := _mere_words(markdown):
        return _one_line(words[0]) if len(words) == 1 else "\n".join(map(_one_line, words))
    text = clean(markdown)
    if _PLAIN.fullmatch(text):  # as most updates are, so that a long history is read through in no time
        return "\n".join(map(_one_line, _BLANK.split(text.strip())))
    return text_of(to_html(markdown))


def summary(markdown: str, length: int = 160) -> str:
    """The beginning of the words on one line, at most `length` characters, cut between words with an ellipsis."""
    text = " ".join(to_text(markdown).split())
    if len(text) <= length:
        return text
    cut = text[:length]
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut[:-1]).rstrip(" ,;:.–-") + "…"


def text_of(html: str) -> str:
    """The words of safe HTML, one line a paragraph, heading, item or row of a table."""
    html = _CELL_END.sub(" ", _LINE_END.sub("\n", html.replace("\n", " ")))
    return "\n".join(filter(None, map(_one_line, unescape(_TAG.sub("", html)).split("\n"))))


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        text = text.replace("\n", " ").replace("\t", " ")
    line = text.strip()
    return " ".join(line.split()) if "  " in line else line


def shown_text(html: str) -> str:
    """The same for the HTML of a person's page, which may hold anything: what is not shown is not among the words."""
    return text_of(_word_cleaner().clean(_SIGN.sub("", html)))


def _with_links(html: str) -> str:
    """Turns addresses in running text into links; those inside links and code stay as they are."""
    parts, inside = _TAG.split(html), 0
    for i, part in enumerate(parts):
        if i % 2:
            if re.match(r"<(a|code|pre)\b", part):
                inside += 1
            elif re.match(r"</(a|code|pre)>", part):
                inside -= 1
        elif not inside and "http" in part:
            parts[i] = _ADDRESS.sub(_link, part)
    return "".join(parts)


def _link(match: re.Match[str]) -> str:
    address = unescape(match[0])
    # An escaped `<` or `>` ends an address; it only looks like `&lt;` because the text is HTML by now.
    end = min((address.find(c) for c in "<>" if c in address), default=len(address))
    shown, rest = address[:end], address[end:]
    target = fitted(shown)
    if target is None:
        return match[0]
    return f'<a href="{escape(target)}" rel="{_REL}">{escape(shown, quote=False)}</a>{escape(rest, quote=False)}'


# ---------------------------------------------------------------- post-mortems


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A second-level heading of an article: its id and its words, plain."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A rendered post-mortem and its second-level headings. `html` begins at `<h2>`, below the page's title."""

    html: str
    toc: tuple[Heading, ...]


def article(markdown: str) -> Article:
    """A post-mortem's Markdown as safe HTML: tables, admonitions, foldable details, footnotes, code, task lists, diagrams.

    Code has classes and no colours; the source of a diagram stands in `<pre class="mermaid"><code>`.

    Headings are put in order (the highest becomes h2, none is skipped) and get ids. Pictures are shown only from
    beside the post-mortem, never from another host.
    """
    engine = _engine()
    engine.reset()
    drawn = _ALIGN.sub(r'\1 class="align-\2"', _CHECKBOX.sub(_tick, engine.convert(clean(markdown))))
    html = _NO_LINK.sub(r"\1", _article_cleaner().clean(drawn)).replace("<span></span>", "")
    html = _HEADED.sub(lambda heading: heading[1] + _BLOCK.sub("", heading[3]) + heading[4], html)
    toc = tuple(
        Heading(id=str(token["id"]), text=unescape(_TAG.sub("", str(token["name"])))) for token in engine.toc_tokens
    )
    return Article(html=html.strip(), toc=toc)


def article_text(markdown: str) -> str:
    """The words of a post-mortem, as `text_of` gives them, without the cost of setting it as an article."""
    html = pyromark.html(_CALLOUT.sub(_unfold, _DRAWN.sub("", clean(markdown))), options=_OPTIONS | pyromark.Options.ENABLE_FOOTNOTES)
    return shown_text(html)


def _unfold(callout: re.Match[str]) -> str:
    return f"\n{callout[1] or ''}\n\n{dedent(callout[2])}\n"


def _tick(match: re.Match[str]) -> str:
    return "✓" if "checked" in match[0] else "○"


class _Engine:
    """python-markdown, imported and set up only when the first post-mortem asks for it."""

    def __init__(self) -> None:
        from markdown import Markdown
        from markdown.treeprocessors import Treeprocessor
        from pymdownx.superfences import fence_code_format

        class HeadingsInOrder(Treeprocessor):
            def run(self, root: Element) -> None:
                _put_in_order(root)

        self._markdown = Markdown(
            extensions=[
                *("tables", "admonition", "footnotes", "sane_lists", "def_list", "abbr", "toc"),
                *("pymdownx.superfences", "pymdownx.highlight", "pymdownx.details", "pymdownx.tasklist", "pymdownx.tilde"),
            ],
            extension_configs={
                "toc": {"toc_depth": "2-2", "slugify": _slug},
                "footnotes": {"BACKLINK_TITLE": "Back to the text"},
                # The figures beside lines would be copied with them.
                "pymdownx.highlight": {"linenums": False},
                "pymdownx.superfences": {
                    "custom_fences": [{"name": "mermaid", "class": "mermaid", "format": fence_code_format}]
                },
                "pymdownx.tasklist": {"custom_checkbox": False},
            },
            output_format="html",
        )
        # `toc` runs at 5 and needs the final levels.
        self._markdown.treeprocessors.register(HeadingsInOrder(self._markdown), "headings-in-order", 8)

    def reset(self) -> None:
        self._markdown.reset()

    def convert(self, text: str) -> str:
        return self._markdown.convert(text)

    @property
    def toc_tokens(self) -> list[dict[str, object]]:
        tokens: list[dict[str, object]] = self._markdown.toc_tokens  # type: ignore[attr-defined]
        return [token for token in tokens if token["level"] == 2]


@cache
def _engine() -> _Engine:
    return _Engine()


@cache
def _article_cleaner() -> nh3.Cleaner:
    from pygments.token import STANDARD_TYPES

    return nh3.Cleaner(
        tags=_ARTICLE,
        attributes={
            "*": {"id"},
            "a": {"href", "title"},
            "abbr": {"title"},
            "img": {"src", "alt", "title", "width", "height"},
            "ol": {"start"},
            "details": {"open"},
            "th": _CELL | {"scope"},
            "td": _CELL,
        },
        attribute_filter=_allowed_value,
        allowed_classes={
            "div": _CLASSES | _CALLOUTS,
            "details": _CALLOUTS,
            "p": {"admonition-title"},
            "a": _CLASSES,
            "sup": {"footnote-ref"},
            "pre": {"mermaid"},
            "span": {*STANDARD_TYPES.values(), "filename", "hll"} - {""},
            "th": _ALIGNED,
            "td": _ALIGNED,
        },
        url_schemes=_SCHEMES,
        url_relative="pass_through",
        link_rel=_REL,
    )


@cache
def _word_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(tags=_ARTICLE, clean_content_tags={"script", "style", "svg", "template"})


def _allowed_value(tag: str, attribute: str, value: str) -> str | None:
    """Keeps pictures on this site, and links either whole or within the site."""
    if attribute == "src" and (re.match(r"[/\\]|[^/]*:", value) or "\\" in value):
        return None
    if tag == "a" and attribute == "href":
        return None if re.match(r"[/\\]{2}", value) else fitted(value)
    return value


def _put_in_order(root: Element) -> None:
    """Moves headings so that the first is h2 and none lies more than one below the one before it."""
    open_levels: list[int] = []
    for element in root.iter():
        if not re.fullmatch(r"h[1-6]", element.tag if isinstance(element.tag, str) else ""):
            continue
        level = int(element.tag[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        element.tag = f"h{min(len(open_levels) + 1, 6)}"


def _slug(value: str, separator: str) -> str:
    words = re.findall(r"\w+", value.casefold())
    return separator.join(words) or "section"
