"""What stays inside: a word of its own in every internal place, and none of them in any file of a build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import repositories
from onrecord.cli import main

NOW = "--now=2026-11-22T15:00:00Z"
FOLDER = "incidents/2026/2026-11-21-checkout-errors"
DRAFT = "incidents/2026/2026-11-10-search-slow"
DRILL = "incidents/2026/2026-11-15-database-gone"
SECRETS = (
    "head-internal-key", "head-internal-value", "head-comment", "head-waiver", "head-source-url", "head-source-sum",
    "update-comment", "update-source-id", "update-source-url", "update-html-comment", "last-html-comment",
    "internal-file", "second-internal-file", "hidden-file", "stray-file", "note-to-readers-of-the-repository",
    "story-comment", "story-html-comment", "story-source",
    "draft-body", "draft-action", "draft-owner", "draft-approver", "draft-picture-name", "draft-picture",
    "drill-title", "drill-update", "drill-scope", "drill-workaround", "drill-plan", "drill-story", "drill-link", "drill-amends", "drill-impact", "drill-id", "broken-drill",
    "component-comment", "component-alert", "component-source", "group-source",
    "policy-comment", "role-name", "role-does", "role-contact", "role-escalation", "word-banned", "word-internal", "word-customer", "rule-waiver", "head-alert", "update-alert", "record-private", "page-source",
    "channels-file", "channels-secret", "mkdocs-comment",
    "old-internal", "old-draft", "author-name", "author-mail", "commit-subject", "branch-name",
)  # fmt: skip
WORD = {place: f"zq{place.replace('-', '')}qz" for place in SECRETS}
"""No text of ours holds any of these, and no encoding of a letter changes them."""


def planted(text: str) -> str:
    """The text with each `<place>` replaced by the word of that place."""
    for place, word in WORD.items():
        text = text.replace(f"<{place}>", word)
    return text


FILES = {
    "mkdocs.yml": """
        # <mkdocs-comment>
        site_name: Larkfield Status
        site_url: https://status.larkfield.example/
        docs_dir: site_src/pages
        theme: {name: material, font: false}
        plugins: [search, onrecord]
        """,
    "site_src/pages/about.md": "# About\n\nWho we are.\n",
    "site_src/channels.yml": "# <channels-file>\nchat: {url: 'https://chat.example/<channels-secret>'}\n",
    "site_src/components.yml": """
        # <component-comment>
        groups: [{id: buying, name: Buying, source: {system: statuspage, id: g1, url: 'https://x.example/<group-source>'}}]
        components:
          - {id: checkout, name: Checkout, group: buying, alerts: [{labels: {service: <component-alert>}}]}
          - {id: search, name: Search, source: {system: statuspage, id: c1, url: 'https://x.example/<component-source>'}}
        """,
    "site_src/policy.yml": """
        page: {time_zone: Europe/Berlin, contact: 'mailto:help@larkfield.example', source: {system: statuspage, id: p1, url: 'https://x.example/<page-source>'}}
        # <policy-comment>
        roles: {published: false, roles: {<role-name>: {does: <role-does>, contact: <role-contact>, escalate: {to: <role-escalation>, after: 15m}}}}
        words: {banned: [<word-banned>], internal: [<word-internal>], customers: [<word-customer>]}
        rules: {late-first-word: {waivers: [{records: [2026-11-21], reason: <rule-waiver>}]}}
        record: {visibility: private, private_repository: git.example/<record-private>}
        """,
    f"{FOLDER}/incident.yml": """
        # <head-comment>
        title: Checkout errors
        severity: major
        components: {checkout: partial_outage}
        started: 2026-11-21T13:58:00Z
        causes: [deploy]
        waivers: [{rule: late-first-word, reason: <head-waiver>}]
        alerts: [<head-alert>]
        internal: {<head-internal-key>: 'x', notes: [<head-internal-value>]}
        source: {system: cstate, id: '17', url: 'https://x.example/<head-source-url>', sha256: <head-source-sum>}
        """,
    f"{FOLDER}/updates/20261121T140500Z-investigating.md": """\
        ---
        at: 2026-11-21T14:05:00Z # <update-comment>
        status: investigating
        next_update_by: 2026-11-21T14:35:00Z
        alerts: [<update-alert>]
        source: {system: cstate, id: <update-source-id>, url: 'https://x.example/<update-source-url>'}
        ---
        Some payments fail. <!-- <update-html-comment> --> We are looking into it.
        """,
    f"{FOLDER}/updates/20261121T143000Z-resolved.md": "---\nat: 2026-11-21T14:30:00Z\nstatus: resolved\n---\nIt is over. <!-- <last-html-comment> --> We are sorry.\n",
    f"{FOLDER}/internal.md": "# Inside\n\n<internal-file>\n",
    f"{FOLDER}/legal.internal.md": "<second-internal-file>\n",
    f"{FOLDER}/.notes.md": "<hidden-file>\n",
    f"{FOLDER}/notes.txt": "<stray-file>\n",
    f"{FOLDER}/README.md": "<note-to-readers-of-the-repository>\n",
    f"{FOLDER}/postmortem.md": """\
        ---
        status: published # <story-comment>
        published: 2026-11-22T10:00:00Z
        source: {system: cstate, id: s1, url: 'https://x.example/<story-source>'}
        actions: [{what: Try it first, owner_role: Platform}]
        ---
        ## Summary

        A change. <!-- <story-html-comment> -->

        ## Root cause

        Nobody had tried it.
        """,
    f"{DRAFT}/incident.yml": "title: Search is slow\nseverity: major\ncomponents: {search: degraded_performance}\ncauses: [deploy]\n",
    f"{DRAFT}/updates/20261110T100000Z-resolved.md": "---\nat: 2026-11-10T10:00:00Z\nstatus: resolved\n---\nIt is over. We are sorry.\n",
    f"{DRAFT}/postmortem.md": """\
        ---
        status: draft
        approved_by_role: <draft-approver>
        actions: [{what: <draft-action>, owner_role: <draft-owner>}]
        ---
        ## Summary

        <draft-body> ![A chart](<draft-picture-name>.svg)
        """,
    f"{DRAFT}/{WORD['draft-picture-name']}.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text><draft-picture></text></svg>',
    f"{DRILL}/incident.yml": """
        title: <drill-title>
        drill: true
        severity: critical
        components: {checkout: major_outage}
        workaround: <drill-workaround>
        plan: [{step: <drill-plan>}]
        impact: [{label: Failed, value: <drill-impact>}]
        causes: [deploy]
        """,
    f"{DRILL}/updates/{WORD['drill-id']}.md": """\
        ---
        at: 2026-11-15T10:00:00Z
        status: resolved
        scope: <drill-scope>
        amends: <drill-amends>
        links: [{text: More, url: 'https://x.example/<drill-link>'}]
        ---
        <drill-update>
        """,
    f"incidents/2026/2026-11-16-{WORD['broken-drill']}/incident.yml": "title: Broken: twice\ndrill: true\n",
    f"{DRILL}/postmortem.md": "---\nstatus: published\npublished: 2026-11-16T10:00:00Z\nactions: [{what: x}]\n---\n## Summary\n\n<drill-story>\n",
}  # fmt: skip


def with_words(files: dict[str, str]) -> dict[str, str | bytes]:
    return {path: planted(text) for path, text in files.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a past: internal words and a draft that a later commit took away. Returns its site."""
    root = tmp_path_factory.mktemp("inside") / "page"
    before = {
        f"{FOLDER}/incident.yml": FILES[f"{FOLDER}/incident.yml"].replace("<head-internal-value>", "<old-internal>"),
        f"{FOLDER}/postmortem.md": "---\nstatus: draft\n---\n## Summary\n\n<old-draft>\n",
    }
    repositories.commit(root, with_words({**FILES, **before}), at="2026-11-22T09:00:00Z", message=WORD["commit-subject"])
    repositories.git(root, "switch", "--quiet", "--create", WORD["branch-name"])
    repositories.lay_out(root, with_words(FILES))
    repositories.git(root, "-c", f"user.name={WORD['author-name']}", "add", "--all")
    author = f"{WORD['author-name']} <{WORD['author-mail']}@example.com>"
    repositories.git(root, "commit", "--quiet", "--author", author, "--message", WORD["commit-subject"], at="2026-11-22T10:00:00Z")
    assert main(["-C", str(root), "build", NOW]) in (0, 1)
    return root / "site"


def found_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Each planted word that a file, or its name, holds."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = str(path.relative_to(folder)).encode() + path.read_bytes()
        yield from ((path.relative_to(folder).as_posix(), place) for place, word in WORD.items() if word.encode() in data)


def test_every_word_is_planted_once() -> None:
    """A place that was forgotten would pass unseen."""
    text = "".join(f"{path}{content}" for path, content in FILES.items())
    outside = {"old-internal", "old-draft", "author-name", "author-mail", "commit-subject", "branch-name", "draft-picture-name", "drill-id", "broken-drill"}
    assert [place for place in SECRETS if place not in outside and text.count(f"<{place}>") != 1] == []


def test_no_word_is_in_any_file_of_a_build(built: Path) -> None:
    """Pages, feeds, API, search, manifest: whatever a build writes."""
    assert len(list(built.rglob("*"))) > 50
    assert "Some payments fail" in (built / "incidents/2026-11-21-checkout-errors/index.html").read_text(encoding="utf-8")
    assert list(found_in(built)) == []


def test_no_export_and_no_summary_holds_one(built: Path) -> None:
    """What is handed to another system, and what reviewers read of a build."""
    root = built.parent
    for system in ("cstate", "statuspage"):
        out = root / system
        assert main(["-C", str(root), "export", system, "--out", str(out), NOW]) in (0, 1)
        assert list(found_in(out)) == []
    told = root / "told"
    told.mkdir()
    assert main(["-C", str(root), "build", NOW, "--out", str(root / "again"), "--summary", str(told / "summary.md")]) in (0, 1)
    found = list(found_in(told))
    assert [row for row in found if row[1] not in ("head-waiver", "broken-drill")] == []


def test_no_message_holds_one(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither those of the record that customers read of, nor those of the draft."""
    root = built.parent
    for id in ("2026-11-21-checkout-errors", "2026-11-10-search-slow"):
        out = root / f"messages-{id}"
        assert main(["-C", str(root), "messages", id, NOW, "--all", str(out)]) == 0
        assert len(list(out.rglob("*"))) > 5
        assert list(found_in(out)) == []
    assert main(["-C", str(root), "messages", "2026-11-21-checkout-errors", NOW, "--phase", "resolved", "--all", str(root / "messages-before")]) in (0, 1)
    assert list(found_in(root / "messages-before")) == []


def test_a_look_back_holds_none_either(built: Path) -> None:
    """Not even where words that are published now were a draft."""
    root = built.parent
    for number, moment in enumerate(("2026-11-22T09:30:00Z", "HEAD~1")):
        out = root / f"past-{number}"
        assert main(["-C", str(root), "build", "--as-of", moment, "--out", str(out)]) in (0, 1)
        assert list(found_in(out)) == []
