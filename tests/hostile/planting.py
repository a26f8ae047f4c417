"""A repository in which every place that takes words holds an attack, with a history whose commits attack, too."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import repositories

MARK = "KITXSS"
"""Each payload that runs says this, with its number."""
WIDE = "W" * 20_000
TURNED = "\u202egpj.exe\u2066 pay\u200bpal"
SCREEN = "\x1b[31mRED\x1b]0;pwned\x07\x1b[2J"
LINE = f"::error file=x::{MARK}%0A::warning::two"
FORMULA = f'=HYPERLINK("http://evil.example/{MARK}","click")'


def _runs(number: int) -> str:
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
)
ATTACKS = (*(shape.format(_runs(number)) for number, shape in enumerate(_SHAPES, 1)), TURNED, WIDE, FORMULA, LINE, "-2+3", "@SUM(1+1)")
WORDS = ("👩🏽‍🚒🏴󠁧󠁢󠁥󠁮󠁧󠁿🇺🇳" * 300, "שלום עולם " * 40 + "السلام عليكم " * 40, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞" * 30, "語" * 3000)
"""What people may write, and what must break no layout."""

_LIVE_SVG = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/2000/svg" width="9" height="9"><x:script>{_runs(90)}</x:script></svg>'
_STILL_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
_CONFIG = "site_name: {}\nsite_url: https://status.example.com/\ndocs_dir: site_src/pages\ntheme: {{name: material, font: false}}\nplugins: [onrecord]\n"


def _line(text: str) -> str:
    return json.dumps(" ".join(text.split()))


def _name(text: str) -> str:
    return json.dumps(" ".join(text.split())[:80])


def planted(root: Path) -> Path:
    """Lays the repository out, commit by commit, and returns its folder."""
    cases = (*ATTACKS, *WORDS)
    repositories.commit(root, _page(), at="2026-11-20T08:00:00Z", message=f"{ATTACKS[0]}{SCREEN}\n\n{LINE}")
    records = [_record(number, text, cases[(number + 7) % len(cases)]) for number, text in enumerate(cases)]
    repositories.commit(root, {path: data for files in records for path, data in files.items()}, at="2026-11-21T08:00:00Z", message=ATTACKS[1])
    _rewrite(root, cases)
    repositories.git(root, "add", "-A")
    author = f"{ATTACKS[3].replace('<', '‹').replace('>', '›')} {TURNED}"
    repositories.git(root, "commit", "-q", "-m", f"{ATTACKS[2]} {TURNED}{SCREEN}", at="2026-11-21T09:00:00Z", name=author)
    repositories.git(root, "checkout", "-q", "-b", "x\"'`$(id)")
    repositories.commit(root, {f"{_folder(1)}/updates/d.md": "---\nat: 2026-11-20T13:00:00Z\nstatus: monitoring\n---\nMore.\n"}, at="2026-11-21T09:10:00Z", message=FORMULA)
    repositories.git(root, "checkout", "-q", "main")
    repositories.git(root, "merge", "-q", "--no-ff", "-m", LINE + SCREEN, "x\"'`$(id)", at="2026-11-21T09:20:00Z")
    repositories.commit(root, _withheld(), at="2026-11-21T09:40:00Z", message="redact")
    return root


def _page() -> dict[str, bytes]:
    names = "".join(f"  - {{id: c{number}, name: {_name(text)}, description: {_line(text)}, group: g, since: 2026-01-01}}\n" for number, text in enumerate((*ATTACKS[:12], TURNED, WIDE, *WORDS)))
    texts = {
        "mkdocs.yml": _CONFIG.format(_line(ATTACKS[0])),
        "site_src/pages/about.md": "# About\n\nOurs.\n",
        "site_src/components.yml": f"groups:\n  - {{id: g, name: {_name(ATTACKS[11])}}}\ncomponents:\n{names}",
        "site_src/policy.yml": f"page: {{name: {_line(ATTACKS[0])}}}\nrecord: {{show_authors: true}}\n",
    }
    return {path: text.encode() for path, text in texts.items()}


def _folder(number: int) -> str:
    return f"incidents/2026/2026-11-{number % 20 + 1:02d}-p{number}"


def _record(number: int, text: str, other: str) -> Mapping[str, bytes]:
    folder, day, line = _folder(number), f"2026-11-{number % 20 + 1:02d}", _line(text)
    head = (
        f"title: {line}\nseverity: major\ncomponents: {{c{number % 12}: partial_outage, c{(number + 1) % 12}: major_outage}}\nstarted: {day}T09:00:00Z\n"
        f"workaround: {line}\nplan:\n  - {{step: {line}}}\nimpact:\n  - {{label: {line}, value: {line}}}\ncauses: [deploy]\nwaivers: [{{rule: postmortem-overdue, reason: {line}}}]\n"
    )
    first = f"---\nat: {day}T10:00:00Z\nstatus: investigating\nnext_update_by: {day}T10:30:00Z\nscope: {line}\n---\n{text}\n\n| a | b |\n|---|---|\n| <b>x</b> | {other[:200]} |\n"
    files = {f"{folder}/incident.yml": head, f"{folder}/updates/a.md": first}
    if number % 2:
        link = f"links: [{{text: {line}, url: 'https://ok.example/?\"><script>{_runs(77)}</script>'}}]"
        files[f"{folder}/updates/b.md"] = f"---\nat: {day}T12:00:00Z\nstatus: resolved\namends: {line}\n{link}\n---\n{text}\n"
    if number % 4 == 1:
        files |= _story(folder, text, line)
    return {path: data.encode("utf-8", "replace") for path, data in files.items()}


def _story(folder: str, text: str, line: str) -> Mapping[str, str]:
    return {
        f"{folder}/postmortem.md": f"---\nstatus: published\npublished: 2026-11-21T07:50:00Z\napproved_by_role: {line}\nactions:\n  - {{what: {line}, owner_role: {line}, due: 2026-11-20}}\n---\n"
        f"## Summary {text[:300]}\n\n{text}\n\n![live](live.svg) ![still](still.svg) ![far](https://evil.example/{MARK}.png)\n\n```mermaid\ngraph TD; A[\"{text[:60]}\"]-->B\n```\n\n!!! note \"{text[:60]}\"\n    {text[:100]}\n",
        f"{folder}/live.svg": _LIVE_SVG,
        f"{folder}/still.svg": _STILL_SVG,
    }


def _rewrite(root: Path, cases: tuple[str, ...]) -> None:
    """What readers had is changed, removed and deleted, so that record pages and tombstones hold it, too."""
    for number in range(0, len(cases), 3):
        path = root / _folder(number) / "updates" / "a.md"
        path.write_text(path.read_text(encoding="utf-8").partition("\n---\n")[0] + f"\n---\n{cases[(number + 1) % len(cases)]}\n", encoding="utf-8")
    (root / _folder(3) / "updates" / "b.md").unlink()
    for number in (5, 10, 15):
        shutil.rmtree(root / _folder(number))
    for name in ("x'\"><img src=x onerror=alert(1)>.md", "\x1b[31mz\u202e.md", "::error::x\n.md"):
        (root / _folder(8) / "updates" / name).write_text("---\nat: 2026-11-20T13:00:00Z\nstatus: monitoring\n---\nMore.\n")
    (root / _folder(9) / "updates" / "broken.md").write_text(f"---\nat: <script>{_runs(66)}</script>\n---\n<script>{_runs(65)}</script>\n")


def _withheld() -> dict[str, bytes]:
    text = (
        f"redactions:\n  - {{path: {_folder(0)}/**, reason: {_line(ATTACKS[1])}, who: {_line(ATTACKS[4])}, when: 2026-11-21T09:40:00Z}}\n"
        f"  - {{path: {_folder(2)}/updates/a.md, reason: {_line(FORMULA)}, who: {_line(TURNED)}, when: 2026-11-21T09:40:00Z}}\n"
    )
    return {"redactions.yml": text.encode()}
