"""A bad and a good example of each rule about a single file, as the docs show them and the tests run them."""

from __future__ import annotations

from collections.abc import Mapping

from explaining import Example
from onrecord.withholding import digest_of
from records import COMPONENTS, FIRST, FOLDER, HEAD, POLICY

TITLE = "title: Checkout errors\nstarted: 2026-11-21T13:58:00Z"
REDACTED = f"redactions:\n  - path: {FIRST}\n    reason: A customer's name.\n    who: The data protection officer\n    when: 2026-11-21T15:30:00Z\n    words: {{}}"
SAID = "---\nat: 2026-11-21T14:05:12Z\nstatus: investigating\nnext_update_by: 2026-11-21T15:00:00Z\n---\nPayments fail."


def _head(bad: str, good: str) -> Example:
    """Lines below title and start."""
    return Example(bad={HEAD: f"{TITLE}\n{bad}\n"}, good={HEAD: f"{TITLE}\n{good}\n"})


def _whole(bad: str, good: str = TITLE, path: str = HEAD) -> Example:
    return Example(bad={path: f"{bad}\n"}, good={path: f"{good}\n"})


def _moved(path: str) -> Example:
    """A file that lies in the wrong place."""
    right = HEAD if path.endswith("l") else FIRST
    text = f"{TITLE}\n" if right == HEAD else f"{SAID}\n"
    return Example(bad={path: text}, good={right: text})


WITHOUT_TEXT = ("unreadable-file", "file-too-large", "leaves-repository", "not-utf8", "byte-order-mark", "binary-file", "control-character", "hidden-character", "nested-too-deep")
"""What no example in a text can show: it is about bytes, sizes and rights."""
BOMB = "internal:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"  {b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in ("ab", "bc", "cd", "de", "ef"))

READING: Mapping[str, Example] = {
    "lone-surrogate": _head('workaround: "Pay by invoice \\ud83d"', 'workaround: "Pay by invoice \\U0001F9FE"'),
    "empty-file": _whole("# nothing yet"),
    "bad-yaml": _whole("title: Checkout: errors", "title: 'Checkout: errors'"),
    "tab-indent": _head("components:\n\tcheckout: partial_outage", "components:\n  checkout: partial_outage"),
    "duplicate-key": _head("title: Payments fail", "severity: major"),
    "several-documents": _head("---\ntitle: Slow pages", "severity: major"),
    "alias-bomb": _head(BOMB.rstrip(), "internal:\n  a: [x, x]"),
    "yaml-tag": _head("workaround: !!str Pay by invoice", "workaround: Pay by invoice"),
    "not-keys": _whole("- title: Checkout errors"),
    "unknown-key": _head("sevrity: major", "severity: major"),
    "missing-key": _whole("severity: major", f"{TITLE}\nseverity: major"),
    "unknown-word": _head("severity: huge", "severity: critical"),
    "bad-time": _whole("title: Checkout errors\nstarted: yesterday", TITLE),
    "time-without-offset": _whole("title: Checkout errors\nstarted: 2026-11-21T13:58:00", "title: Checkout errors\nstarted: 2026-11-21T14:58:00+01:00"),
    "bad-duration": _whole("maintenance: {minimum_notice: soon}", "maintenance: {minimum_notice: 3d}", POLICY),
    "bad-day": _whole("components:\n  - {id: checkout, name: Checkout, since: 2026-02-30}\n  - {id: api, name: API}", "components:\n  - {id: checkout, name: Checkout, since: 2026-02-28}\n  - {id: api, name: API}", COMPONENTS),
    "bad-number": _whole("uptime: {weights: {partial_outage: a third}}", "uptime: {weights: {partial_outage: 0.3}}", POLICY),
    "bad-switch": _head("drill: maybe", "drill: false"),
    "unsafe-id": _whole("components:\n  - {id: Check out, name: Checkout}", "components:\n  - {id: checkout, name: Checkout}\n  - {id: api, name: API}", COMPONENTS),
    "bad-address": _whole(SAID.replace("status:", "links: [{text: How to pay, url: help.example.com}]\nstatus:"), SAID.replace("status:", "links: [{text: How to pay, url: 'https://help.example.com'}]\nstatus:"), FIRST),
    "bad-zone": _whole("page: {time_zone: Berlin}", "page: {time_zone: Europe/Berlin}", POLICY),
    "empty-text": _whole('title: ""\nstarted: 2026-11-21T13:58:00Z'),
    "several-lines": _whole("title: |\n  Checkout\n  errors\nstarted: 2026-11-21T13:58:00Z"),
    "long-name": _whole(f"components:\n  - {{id: checkout, name: Checkout{' and what belongs to it' * 4}}}\n  - {{id: api, name: API}}", "components:\n  - {id: checkout, name: Checkout}\n  - {id: api, name: API}", COMPONENTS),
    "wrong-kind-of-value": _head("causes: deploy", "causes: [deploy]"),
    "merge-conflict": _head("<<<<<<< HEAD\nseverity: minor\n=======\nseverity: major\n>>>>>>> a1b2c3d", "severity: major"),
    "bad-quote": _whole(REDACTED.format("the customer's name"), REDACTED.format(digest_of("Payments")), "redactions.yml"),
    "no-front-matter": _whole("Payments fail.", SAID, FIRST),
    "open-front-matter": _whole(SAID.replace("\n---\n", "\n"), SAID, FIRST),
    "unsafe-path": _moved(f"{FOLDER}/updates/An update; later.md"),
    "stray-file": _moved(f"{FOLDER}/20261121T140512Z-investigating-k3f9.md"),
    "missing-head": Example(bad={f"{FOLDER}/notes/incident.yml": f"{TITLE}\n"}, good={HEAD: f"{TITLE}\n"}, unseen={HEAD: None}),
    "same-id-twice": _moved("incidents/2025/2026-11-21-checkout-errors/incident.yml"),
    "names-alike": Example(bad={FIRST: f"{SAID}\n", FIRST.replace("investigating", "Investigating"): f"{SAID}\n"}, good={FIRST: f"{SAID}\n"}),
    "bad-template": Example(
        bad={"site_src/messages/identified/chat.txt": "We know what is wrong with {{ titel }}.\n"},
        good={"site_src/messages/identified/chat.txt": "We know what is wrong with {{ title }}.\n"},
    ),
    "bad-channel": _whole("channels:\n  - {id: mail, text: email}", "channels:\n  - {id: mail, text: email, apprise: ANNOUNCE_MAIL}", "site_src/channels.yml"),
    "secret-in-file": _whole("channels:\n  - {id: ops, apprise: 'slack://token@ops'}", "channels:\n  - {id: ops, apprise: ANNOUNCE_OPS}", "site_src/channels.yml"),
    "wrong-year": Example(bad={"incidents/2025/2026-11-22-slow-pages/incident.yml": "title: Slow pages\n"}, good={"incidents/2026/2026-11-22-slow-pages/incident.yml": "title: Slow pages\n"}),
}
