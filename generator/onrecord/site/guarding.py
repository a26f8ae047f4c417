"""Every page gets its policy as soon as it is drawn, and a shell that a crowd comes to a second form that carries its style."""

from __future__ import annotations

import re
from dataclasses import replace

from onrecord.render.artifacts import PageKind
from onrecord.site import csp
from onrecord.site.assets import FOLDER
from onrecord.site.shell import Shell, mark

_CSP = mark("csp")
_STYLE = re.compile(rf'<link rel="stylesheet" href="[^"]*{FOLDER}/onrecord\.[0-9a-f]{{8}}\.css">')


def guarded(html: str, chrome: str, *, reloads: bool = False) -> str:
    """The page with the policy for its chrome, which vouches for nothing inline that people wrote."""
    return html.replace(_CSP, csp.policy(chrome, reloads=reloads))


def shell_of(kind: PageKind, html: str, style: str | None, *, reloads: bool = False) -> Shell:
    """The shell that an engine drew; `style` is what a page of that kind carries in itself, if any.

    Raises:
        ShellBroken: it cannot be filled.
    """
    shell = Shell.split(kind, guarded(html, html, reloads=reloads))
    if not style:
        return shell
    html = _STYLE.sub(lambda _: f"<style>{style}</style>", html)
    return replace(shell, carrying=Shell.split(kind, guarded(html, html, reloads=reloads)))
