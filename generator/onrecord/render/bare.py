"""Words of records as bare text in somebody else's Markdown: each mark encoded, so that they can say anything and do nothing."""

from __future__ import annotations

import re

from onrecord.markup import clean, to_text

_MARKS = re.compile(r"[!-&(-+\--/:<-@\[-`{-~]")
"""All that ASCII has beside letters, figures and spaces, but for the comma, the semicolon and the apostrophe, which mean nothing."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that nobody sees and that let a text run backwards over what stands beside it."""
LINE, TEXT = 200, 2_000
"""At most so many characters of one line and of several: hosts refuse what is too long."""


def bare(text: str, length: int = LINE) -> str:
    """The text on one line, without a mark that Markdown or HTML could act on."""
    line = " ".join(clean(text).split())
    cut = line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
    shown = _TURNS.sub(lambda m: f"(U+{ord(m[0]):04X})", cut)
    return _MARKS.sub(lambda m: f"&#{ord(m[0])};", shown)


def quoted(markdown: str) -> str:
    """The words of an update as a quotation of one paragraph."""
    return quoted_text(to_text(markdown))


def quoted_text(text: str) -> str:
    """The lines of a text as a quotation of one paragraph."""
    cut = text if len(text) <= TEXT else f"{text[:TEXT].rstrip()} …"
    return f"> {'<br>'.join(bare(line, TEXT + 2) for line in cut.splitlines()) or '(no words)'}"
