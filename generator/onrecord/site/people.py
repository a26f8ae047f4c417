"""What happens to the pages that people write, whichever engine draws them: links set right, boxes named, nothing that the policy blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from onrecord import markup
from onrecord.render.artifacts import OwnPage
from onrecord.site import csp
from onrecord.site.links import generated, settle
from onrecord.templating import Language

_BOX = re.compile(r'<input type="checkbox" disabled( checked)?')
_ALIGNED = re.compile(r'(<t[hd][^>]*?) style="text-align: (left|center|right);?"')
_TITLE = re.compile(r"<h1\b.*?</h1>", re.DOTALL)


def in_the_way(source: str, address: str) -> str | None:
    """Why the page of that file is left out: the status page itself stands at its address. None where it does not."""
    if not generated(address) and address not in ("", "./", "."):
        return None
    return f"{source} is left out: the status page itself stands at /{address.lstrip('./')}. Rename the file."


def treated(html: str, source: str, address: str, language: Language) -> tuple[str, str | None]:
    """The content as it is published, and what to tell its author about it, if anything."""

    def named_box(box: re.Match[str]) -> str:
        name = language.gettext("done") if box[1] else language.gettext("not done")
        return f'<input aria-label="{escape(name)}" type="checkbox" disabled{box[1] or ""}'

    html = _BOX.sub(named_box, _ALIGNED.sub(r'\1 class="align-\2"', html))
    html = settle(html, "../" * address.count("/"))
    inline = csp.blocked(html)
    if inline is None:
        return html, None
    return html, f"{source} holds {inline}, which the page's security policy blocks; put it into a file (extra_css, extra_javascript)"


def found_by_search(address: str, title: str, meta: Mapping[str, Any], content: str) -> OwnPage:
    """The page as the search knows it; `search: {exclude: true}` in its front matter keeps its words to itself, as in Material."""
    wish = meta.get("search")
    hidden = isinstance(wish, dict) and wish.get("exclude")
    text = None if hidden else markup.shown_text(_TITLE.sub("", content, count=1))
    return OwnPage(address=address, title=title, text=text)
