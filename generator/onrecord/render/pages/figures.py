"""What an article gets beside its words: pictures that keep their place while they load, drawn diagrams, tables in a box of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import quote

from markupsafe import Markup

from onrecord import diagrams
from onrecord.diagrams import Drawing, Undrawable
from onrecord.loading.postmortems import local
from onrecord.model import Postmortem
from onrecord.templating import Language

_LONE = re.compile(r'<p>(<img\b(?:[^>"]|"[^"]*")*>)</p>')
_PICTURE = re.compile(r'<img\b(?:[^>"]|"[^"]*")*>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_DIAGRAM = re.compile(r'<pre class="mermaid"><code>(.*?)</code></pre>', re.DOTALL)
_TABLE = re.compile(r"<table>|</table>")
_HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BACK = re.compile(r'(<a class="footnote-backref"[^>]*) title="[^"]*"([^>]*>)')
_ROOM = {"small": 280, "medium": 480, "large": 640}
"""CSS pixels: what the smallest phone has, where the words of a shrunken diagram become too small for it, and all that an article takes."""


def dress(html: str, story: Postmortem, language: Language, folder: str = "") -> Markup:
    """The sanitised article with what its page can do for it. A picture that is not published is replaced by its words.

    `folder` leads from the page to its pictures, where they do not lie beside it.
    """
    dressing = _Dressing(story, language, folder)
    html = _LONE.sub(lambda match: dressing.figure(match[1]), html)
    html = _PICTURE.sub(lambda match: dressing.picture(match[0]), html)
    html = _DIAGRAM.sub(lambda match: dressing.diagram(unescape(match[1]).strip()), html)
    html = _BACK.sub(lambda match: f'{match[1]} aria-label="{dressing.back}"{match[2]}', html)
    return Markup(dressing.boxed(html))  # noqa: S704  `html` is what the sanitiser let through, and all that is set into it here is escaped # nosec B704


def drawings(story: Postmortem) -> Iterator[Drawing]:
    """The diagrams of the article that could be drawn."""
    for source in story.diagrams:
        if (drawing := _drawn(source)) is not None:
            yield drawing


def _drawn(source: str) -> Drawing | None:
    try:
        return diagrams.draw(source.strip())
    except Undrawable:
        return None


class _Dressing:
    def __init__(self, story: Postmortem, language: Language, folder: str) -> None:
        self._story = story
        self._folder = folder
        self._drawings = {drawing.name for drawing in drawings(story)}
        self.gettext = language.gettext
        self.back = escape(self.gettext("Back to the text"))

    def picture(self, tag: str) -> str:
        """A picture with its size, loaded when it comes near; one that has that already is left as it is."""
        given = _attributes(tag)
        if "loading" in given:
            return tag
        name = local(given.get("src", "")) or ""
        if name not in self._story.pictures:
            missing = self.gettext("A picture is missing here: %(words)s") % {"words": given.get("alt", "")}
            return f'<span class="absent">{escape(missing)}</span>'
        return self._img(quote(name), given.get("alt", ""), self._story.sizes.get(name), given.get("width", ""))

    def figure(self, tag: str) -> str:
        """A picture that stands by itself, with its title as the caption."""
        given = _attributes(tag)
        picture = self.picture(tag)
        if not picture.startswith("<img"):
            return f"<p>{picture}</p>"
        name = local(given["src"]) or ""
        size = self._story.sizes.get(name)
        return self._figure("picture", picture, quote(name), escape(given.get("title", "")), size)

    def diagram(self, source: str) -> str:
        """A drawn diagram with its source folded below; the source alone where it could not be drawn."""
        drawing = _drawn(source)
        code = f"<pre><code>{escape(source, quote=False)}</code></pre>"
        if drawing is None or drawing.name not in self._drawings:
            note = self.gettext("A diagram, in the notation of Mermaid")
            return f'<figure class="diagram">{code}<figcaption>{escape(note)}</figcaption></figure>'
        alt = diagrams.words(source) or self.gettext("A diagram; its source stands below")
        picture = self._img(drawing.name, alt, drawing.size)
        if drawing.size.width > _ROOM["medium"]:
            picture = self._box(picture, self.gettext("Diagram"))
        source_note = escape(self.gettext("Source of the diagram"))
        folded = f"<details class=\"source\"><summary>{source_note}</summary>{code}</details>"
        return self._figure("picture diagram", picture, drawing.name, "", drawing.size) + folded

    def boxed(self, html: str) -> str:
        """Each table in a box that scrolls by itself and can be reached by keyboard, so that the page never scrolls sideways."""

        def box(match: re.Match[str]) -> str:
            if match[0] == "</table>":
                return "</table></div>"
            head = html[match.end() :].partition("</thead>")[0]
            names = ", ".join(unescape(_TAG.sub("", name)).strip() for name in _HEAD.findall(head))
            label = self.gettext("Table: %(columns)s") % {"columns": names} if names else self.gettext("Table")
            return f"{self._box_start(label)}<table>"

        return _TABLE.sub(box, html)

    def _box(self, inside: str, label: str) -> str:
        return f"{self._box_start(label)}{inside}</div>"

    def _box_start(self, label: str) -> str:
        return f'<div class="scroll" role="group" aria-label="{escape(label)}" tabindex="0">'

    def _img(self, src: str, alt: str, size: tuple[int, int] | None, width: str = "") -> str:
        """The element; a width that the author gave counts, and the height follows."""
        wide, high = size or (0, 0)
        if width.isdecimal() and int(width) and wide:
            wide, high = int(width), round(high * int(width) / wide)
        sized = f' width="{wide}" height="{high}"' if wide and high else ""
        return f'<img src="{escape(self._folder + src)}" alt="{escape(alt)}"{sized} loading="lazy" decoding="async">'

    def _figure(self, kind: str, picture: str, src: str, caption: str, size: tuple[int, int] | None) -> str:
        parts = [f"<span>{caption}</span>"] if caption else []
        if size is None or size[0] > _ROOM["small"]:
            narrow = "" if size is None or size[0] > _ROOM["large"] else ' class="narrow"'
            parts.append(f'<a href="{escape(self._folder + src)}"{narrow}>{escape(self.gettext("Show it in full size"))}</a>')
        below = f"<figcaption>{' '.join(parts)}</figcaption>" if parts else ""
        return f'<figure class="{kind}">{picture}{below}</figure>'


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
