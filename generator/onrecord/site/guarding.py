"""Every page gets its policy as soon as it is drawn, and a shell that a crowd comes to a second form that carries its style."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from onrecord.render.artifacts import PageKind
from onrecord.site import csp
from onrecord.site.assets import FOLDER, Carried
from onrecord.site.shell import Shell, mark

_CSP = mark("csp")
_OTHER_STYLE = re.compile(r"<style\b|<link\b[^>]*\bstylesheet\b", re.IGNORECASE)
_STYLE = re.compile(rf'<link rel="stylesheet" href="[^"]*{FOLDER}/onrecord\.[0-9a-f]{{8}}\.css">')


def guarded(html: str, chrome: str, *, reloads: bool = False) -> str:
    """The page with the policy for its chrome, which vouches for nothing inline that people wrote."""
    return html.replace(_CSP, csp.policy(chrome, reloads=reloads))


def shell_of(kind: PageKind, html: str, style: Carried | None, *, reloads: bool = False) -> Shell:
    """The shell that an engine drew; `style` is what a page of that kind carries in itself, if any.

    Raises:
        ShellBroken: it cannot be filled.
    """
    shell = Shell.split(kind, guarded(html, html, reloads=reloads))
    if not style:
        return shell
    # Style of the owner's own goes before ours and stands in the head, so then ours must stand there, too.
    alone = not _OTHER_STYLE.search(_STYLE.sub("", html))
    first, rest = (style.first, style.rest) if alone else (style.whole, "")
    html = _STYLE.sub(lambda _: f"<style>{first}</style>", html)
    behind = f'<svg class="vh" aria-hidden="true"><style>{escape(rest, quote=False)}</style></svg>' if rest else ""
    carrying = Shell.split(kind, guarded(html, f"{html}<style>{rest}</style>", reloads=reloads))
    return replace(shell, carrying=replace(carrying, behind=behind))
