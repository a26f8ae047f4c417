"""A repository in which every place that takes words holds an attack, with a history whose commits attack, too."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

import repositories
from hostile import alerts, elsewhere, pictures, settings
from hostile.attacks import ATTACKS, FORMULA, LINE, SCREEN, TURNED, WORDS, one_line, quoted, runs
from onrecord.cli import main
from onrecord.importing.systems import Asked, read
from onrecord.importing.writing import bring_in
from onrecord.times import parse_instant

NOW = "2026-11-21T10:00:00Z"
"""The instant at which the page is built."""
HIDDEN = "NEVERTOBESHOWN"
"""Stands in what must not leave the repository: internal notes, drafts, a drill."""
_CASES = (*ATTACKS, *WORDS)


def planted(root: Path) -> Path:
    """Lays the repository out, commit by commit, and returns its folder."""
    repositories.commit(root, settings.files(), at="2026-11-20T08:00:00Z", message=f"{ATTACKS[0]}{SCREEN}\n\n{LINE}")
    records = [_record(number, text, _CASES[(number + 7) % len(_CASES)]) for number, text in enumerate(_CASES)]
    ahead = [_ahead(number, text) for number, text in enumerate(_CASES[:12])]
    repositories.commit(root, {path: data for files in (*records, *ahead, _drill()) for path, data in files.items()}, at="2026-11-21T08:00:00Z", message=ATTACKS[1])
    _bring_in(root)
    _take_in(root)
    repositories.commit(root, at="2026-11-21T08:30:00Z", message=ATTACKS[5])
    _rewrite(root)
    repositories.git(root, "add", "-A")
    author = f"{ATTACKS[3].replace('<', '‹').replace('>', '›')} {TURNED}"
    repositories.git(root, "commit", "-q", "-m", f"{ATTACKS[2]} {TURNED}{SCREEN}", at="2026-11-21T09:00:00Z", name=author)
    repositories.git(root, "checkout", "-q", "-b", "x\"'`$(id)")
    repositories.commit(root, {f"{_folder(1)}/updates/d.md": "---\nat: 2026-11-20T13:00:00Z\nstatus: monitoring\n---\nMore.\n"}, at="2026-11-21T09:10:00Z", message=FORMULA)
    repositories.git(root, "checkout", "-q", "main")
    repositories.git(root, "merge", "-q", "--no-ff", "-m", LINE + SCREEN, "x\"'`$(id)", at="2026-11-21T09:20:00Z")
    repositories.commit(root, _withheld(), at="2026-11-21T09:40:00Z", message="redact")
    return root


def _folder(number: int) -> str:
    return f"incidents/2026/2026-11-{number % 20 + 1:02d}-p{number}"


def _record(number: int, text: str, other: str) -> Mapping[str, bytes]:
    """One attack in all that a record can say, and in every language."""
    folder, day, line = _folder(number), f"2026-11-{number % 20 + 1:02d}", quoted(text)
    spoken = settings.translated(title=one_line(text), workaround=text, plan=[one_line(text)], impact=[{"label": one_line(text), "value": one_line(text)}])
    head = (
        f"title: {line}\nseverity: {('minor', 'major', 'critical')[number % 3]}\ncomponents: {{c{number % 12}: partial_outage, c{(number + 1) % 12}: major_outage}}\nstarted: {day}T09:00:00Z\n"
        f"workaround: {line}\nplan:\n  - {{step: {line}}}\nimpact:\n  - {{label: {line}, value: {line}}}\ncauses: [deploy]\nwaivers: [{{rule: postmortem-overdue, reason: {line}}}]\n"
        f"internal: {{notes: {HIDDEN}}}\ntranslations: {json.dumps(spoken, ensure_ascii=False)}\n"
    )
    first = f"---\nat: {day}T10:00:00Z\nstatus: investigating\nnext_update_by: {day}T10:30:00Z\nscope: {line}\n---\n{text}\n\n| a | b |\n|---|---|\n| <b>x</b> | {other[:200]} |\n"
    files = {f"{folder}/incident.yml": head, f"{folder}/updates/a.md": first}
    for tongue in settings.TONGUES:
        files[f"{folder}/updates/{tongue}/a.md"] = f"---\nscope: {line}\n---\n{text}\n"
    if number % 2:
        link = f"links: [{{text: {line}, url: {json.dumps(settings.ADDRESS)}}}]"
        files[f"{folder}/updates/b.md"] = f"---\nat: {day}T12:00:00Z\nstatus: resolved\namends: {line}\n{link}\n---\n{text}\n"
    if number % 4 == 1:
        files |= _story(folder, text, line)
    return {path: data.encode("utf-8", "replace") for path, data in files.items()}


def _story(folder: str, text: str, line: str) -> Mapping[str, str]:
    told = (
        f"## Summary {text[:300]}\n\n{text}\n\n{pictures.shown()}\n\n"
        f"```mermaid\ngraph TD; A[\"{text[:60]}\"]-->B\n```\n\n!!! note \"{text[:60]}\"\n    {text[:100]}\n"
    )
    front = f"status: published\npublished: 2026-11-21T07:50:00Z\napproved_by_role: {line}\nactions:\n  - {{what: {line}, owner_role: {line}, due: 2026-11-20}}\n"
    spoken = {f"{folder}/postmortem.{tongue}.md": f"---\nactions: [{line}]\n---\n{told}" for tongue in settings.TONGUES}
    return {f"{folder}/postmortem.md": f"---\n{front}---\n{told}", f"{folder}/internal.md": HIDDEN, **spoken, **pictures.beside(folder)}


def _ahead(number: int, text: str) -> Mapping[str, bytes]:
    """A maintenance to come, or a banner that is on show."""
    line, spoken = quoted(text), json.dumps(settings.translated(title=one_line(text)), ensure_ascii=False)
    if number % 2:
        day = f"2026-12-{number % 9 + 1:02d}"
        head = f"title: {line}\nkind: maintenance\ncomponents: {{c1: under_maintenance}}\nscheduled: {{from: {day}T04:00:00Z, until: {day}T05:00:00Z}}\nworkaround: {line}\ntranslations: {spoken}\n"
        said = f"---\nat: 2026-11-20T09:00:00Z\nstatus: scheduled\nscope: {line}\n---\n{text}\n"
        folder = f"incidents/2026/{day}-m{number}"
    else:
        head = f"title: {line}\nkind: notice\nfrom: 2026-11-20T09:00:00Z\nuntil: 2026-12-01T00:00:00Z\ntranslations: {spoken}\n"
        said, folder = f"---\nat: 2026-11-20T09:00:00Z\n---\n{text}\n", f"incidents/2026/2026-11-20-n{number}"
    return {f"{folder}/incident.yml": head.encode(), f"{folder}/updates/a.md": said.encode()}


def _drill() -> Mapping[str, bytes]:
    folder = "incidents/2026/2026-11-20-rehearsal"
    return {
        f"{folder}/incident.yml": f"title: {HIDDEN}\nseverity: major\ncomponents: {{c1: major_outage}}\ndrill: true\nstarted: 2026-11-20T09:00:00Z\n".encode(),
        f"{folder}/updates/a.md": f"---\nat: 2026-11-20T09:05:00Z\nstatus: investigating\n---\n{HIDDEN}\n".encode(),
    }


def _bring_in(root: Path) -> None:
    """A history from each system that there is an importer for."""
    now = parse_instant("2026-11-21T07:00:00Z")
    for system, files in elsewhere.histories():
        there = root.parent / f"{root.name}-from-{system}"
        texts = {path: (value if isinstance(value, str) else json.dumps(value)).encode() for path, value in files.items()}
        bring_in(read(system, repositories.lay_out(there, texts), Asked(now=now)), root, now)
        shutil.rmtree(there)


def _take_in(root: Path) -> None:
    """Drafts of alerts, as the verb makes them, committed as they are."""
    for delivery in alerts.deliveries():
        file = root.parent / "delivery.json"
        file.write_text(json.dumps(delivery), encoding="utf-8")
        with redirect_stdout(io.StringIO()):
            assert main(["-C", str(root), "intake", str(file), "--now", NOW]) == 0
        file.unlink()


def _rewrite(root: Path) -> None:
    """What readers had is changed, removed and deleted, so that record pages and tombstones hold it, too."""
    for number in range(0, len(_CASES), 3):
        path = root / _folder(number) / "updates" / "a.md"
        path.write_text(path.read_text(encoding="utf-8").partition("\n---\n")[0] + f"\n---\n{_CASES[(number + 1) % len(_CASES)]}\n", encoding="utf-8")
    (root / _folder(3) / "updates" / "b.md").unlink()
    for number in (5, 10, 15):
        shutil.rmtree(root / _folder(number))
    for name in ("x'\"><img src=x onerror=alert(1)>.md", "\x1b[31mz\u202e.md", "::error::x\n.md"):
        for folder in ("updates", *(f"updates/{tongue}" for tongue in settings.TONGUES)):
            (root / _folder(8) / folder / name).write_text("---\nat: 2026-11-20T13:00:00Z\nstatus: monitoring\n---\nMore.\n")
    (root / _folder(9) / "updates" / "broken.md").write_text(f"---\nat: <script>{runs(66)}</script>\n---\n<script>{runs(65)}</script>\n")


def _withheld() -> dict[str, bytes]:
    text = (
        f"redactions:\n  - {{path: {_folder(0)}/**, reason: {quoted(ATTACKS[1])}, who: {quoted(ATTACKS[4])}, when: 2026-11-21T09:40:00Z}}\n"
        f"  - {{path: {_folder(2)}/updates/a.md, reason: {quoted(FORMULA)}, who: {quoted(TURNED)}, when: 2026-11-21T09:40:00Z}}\n"
    )
    return {"redactions.yml": text.encode()}
