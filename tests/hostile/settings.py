"""The files around the records, attacking: the names and policy of the page, its parts and channels, and all of it in other languages."""

from __future__ import annotations

import json
from typing import Any

from hostile.attacks import ATTACKS, LINE, TURNED, WIDE, WORDS, name, one_line, quoted, runs

TONGUES = ("de", "ar")
"""The languages of the page beside English."""
PARTS = (*ATTACKS[:12], TURNED, WIDE, *WORDS)
"""What its parts are called; the id of each is `c` and its number."""
ALERTED = ("watched", "paged")
"""The parts that alerts are about."""
ADDRESS = f"https://ok.example/?\"><script>{runs(77)}</script>"
"""An address that a page may link to, and that would be more."""
_CONFIG = "site_name: {}\nsite_url: https://status.example.com/\ndocs_dir: site_src/pages\ntheme: {{name: material, font: false}}\nplugins: [onrecord]\n"


def files() -> dict[str, bytes]:
    """Each by its path."""
    texts = {
        "mkdocs.yml": _CONFIG.format(quoted(ATTACKS[0])),
        "site_src/pages/about.md": "# About\n\nOurs.\n",
        **{f"site_src/pages/{tongue}/about.md": "# About\n\nOurs.\n" for tongue in TONGUES},
        "site_src/components.yml": _components(),
        "site_src/policy.yml": json.dumps(_policy(), ensure_ascii=False),
        "site_src/channels.yml": json.dumps({"channels": [{"id": "chat", "apprise": "ANNOUNCE_CHAT"}, *({"id": one_line(text), "apprise": one_line(text), "components": [text]} for text in ATTACKS[:6])]}),
    }
    return {path: text.encode() for path, text in texts.items()}


def translated(**texts: Any) -> dict[str, Any]:
    """The same texts in each of the other languages."""
    return dict.fromkeys(TONGUES, texts)


def _components() -> str:
    listed = "".join(
        f"  - {{id: c{number}, name: {name(text)}, description: {quoted(text)}, group: g, since: 2026-01-01, translations: {json.dumps(translated(name=one_line(text)[:80], description=text), ensure_ascii=False)}}}\n"
        for number, text in enumerate(PARTS)
    )
    alerted = "".join(f"  - {{id: {id}, name: {id}, alerts: [{{labels: {{service: {id}}}}}]}}\n" for id in ALERTED)
    return f"groups:\n  - {{id: g, name: {name(ATTACKS[11])}, description: {quoted(ATTACKS[12])}}}\ncomponents:\n{listed}{alerted}"


def _policy() -> dict[str, Any]:
    line = [one_line(text) for text in ATTACKS]
    severities = {
        severity: {"meaning": ATTACKS[n], "when": ATTACKS[n + 4], "translations": translated(meaning=ATTACKS[n + 8])}
        for n, severity in enumerate(("none", "minor", "major", "critical"))
    }
    freezes = [{"from": "2026-12-20T00:00:00Z", "until": "2026-12-27T00:00:00Z", "reason": text, "translations": translated(reason=text)} for text in line[:12]]
    roles = {text: {"does": text, "contact": text, "escalate": {"to": text, "after": "30m"}} for text in line[:12]}
    levels = [
        {"name": text[:200], "target": 99.9, "components": ["c1", "c2"], "credits": [{"below": 99.9, "credit": text}], "translations": translated(name=text[:200], credits=[text])}
        for text in line[:8]
    ]
    return {
        "page": {"name": line[0], "languages": ["en", *TONGUES], "contact": ADDRESS, "translations": translated(name=line[11])},
        "severities": severities,
        "maintenance": {"freezes": freezes},
        "roles": {"published": True, "roles": roles},
        "service_levels": levels,
        "words": {"banned": [ATTACKS[0], LINE], "jargon": {ATTACKS[1]: ATTACKS[2]}},
        "rules": {"update-before-start": {"waivers": [{"reason": line[3]}]}},
        "record": {"show_authors": True, "show_removed": True, "rewritten": [{"commit": "abcdef1", "reason": line[3]}]},
    }
