"""A withheld word is in nothing that any verb makes: not today's, not an old commit's, not a commit's message."""

from __future__ import annotations

from pathlib import Path

import pytest

import repositories
from onrecord import cli
from onrecord.withholding import digest_of
from records import FOLDER, HEALTHY

SECRET = "Quillfeather Ltd"
HIDDEN = f"For {SECRET} only"
NOW = "2026-11-21T16:00:00Z"
ID = "2026-11-21-checkout-errors"
GONE = "incidents/2026/2026-11-18-gone"
ROWS = f"""\
redactions:
  - {{path: '*', words: '{digest_of(SECRET)}', reason: The name of a customer., who: The DPO, when: 2026-11-21T15:00:00Z}}
  - {{path: {FOLDER}/who.png, reason: A face., who: The DPO, when: 2026-11-21T15:00:00Z}}
"""


def _files() -> dict[str, str | bytes]:
    """A repository in which the name stands wherever people can write words, except in the files of the site itself."""
    said = "---\nat: {}\nstatus: {}\nnext_update_by: 2026-11-21T18:00:00Z\nscope: " + HIDDEN + "\nworkaround: Ask " + SECRET + "\nlinks: [{{text: " + SECRET + ", url: https://a.example/}}]\n---\nWe know that **Quillfeather\nLtd** waits; " + HIDDEN + ".\n"
    return {
        **HEALTHY,
        "mkdocs.yml": "site_name: A\nsite_url: https://a.example/\ntheme: {name: material, font: false}\nplugins: [onrecord]\n",
        "site_src/components.yml": f"components:\n  - {{id: checkout, name: Checkout, description: 'Built for {SECRET}'}}\n  - {{id: api, name: API}}\n",
        f"{FOLDER}/incident.yml": f"title: {SECRET} cannot pay\nseverity: minor\nstarted: 2026-11-21T13:58:00Z\ncomponents: {{checkout: partial_outage}}\nplan:\n  - step: Call {SECRET}\nimpact: [{{label: Lost, value: '{SECRET}'}}]\n",
        f"{FOLDER}/updates/20261121T140512Z-investigating-k3f9.md": said.format("2026-11-21T14:05:12Z", "investigating"),
        f"{FOLDER}/updates/20261121T151044Z-resolved-7mzd.md": said.format("2026-11-21T15:10:44Z", "monitoring"),
        f"{FOLDER}/postmortem.md": f"---\nstatus: published\npublished: 2026-11-21T15:30:00Z\nactions: [{{what: Apologise to {SECRET}, due: 2026-12-01}}]\n---\n## Summary\n\n{HIDDEN}.\n\n![Who](who.png)\n",
        f"{FOLDER}/who.png": b"a face",
        f"{GONE}/incident.yml": f"title: {SECRET} again\nstarted: 2026-11-18T10:00:00Z\n",
        f"{GONE}/updates/a.md": f"---\nat: 2026-11-18T10:00:00Z\nstatus: resolved\n---\n{HIDDEN}.\n",
    }


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Words that were changed, a record that was deleted, and a message that says the name."""
    place = tmp_path_factory.mktemp("withheld") / "r"
    files = _files()
    repositories.commit(place, files, at="2026-11-21T14:06:00Z")
    update = f"{FOLDER}/updates/20261121T140512Z-investigating-k3f9.md"
    repositories.commit(place, {update: str(files[update]).replace("We know", "We are sorry")}, at="2026-11-21T14:30:00Z")
    for path in (f"{GONE}/incident.yml", f"{GONE}/updates/a.md"):
        (place / path).unlink()
    repositories.commit(place, at="2026-11-21T14:40:00Z", message=f"Take it away\n\n{SECRET} asked for it.")
    repositories.commit(place, {"redactions.yml": ROWS}, at="2026-11-21T15:00:00Z")
    return place


def _leaks(text: str | bytes) -> bool:
    data = text if isinstance(text, bytes) else text.encode()
    return b"Quillfeather" in data or b"a face" in data


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "--format", "json"),
        ("check", "--format", "github", "--base", "HEAD~3"),
        ("audit",),
        ("audit", "--format", "json"),
        ("audit", "--format", "csv"),
        ("audit", ID),
        ("messages", ID, "--format", "json"),
        ("report", "--format", "json"),
        ("build", "--summary", "-"),
    ],
    ids=" ".join,
)
def test_what_verbs_say(root: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """Neither on the screen nor in what a tool reads."""
    cli.main(["-C", str(root), *arguments, "--now", NOW])
    said = capfd.readouterr()
    assert said.out + said.err
    assert not _leaks(said.out + said.err)


def test_what_is_exported(root: Path, tmp_path: Path) -> None:
    """A copy for another system has no more than the page."""
    for system in ("cstate", "statuspage"):
        cli.main(["-C", str(root), "export", system, "--out", str(tmp_path / system), "--now", NOW])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if _leaks(path.read_bytes())] == []


def test_the_site(root: Path) -> None:
    """No file of it: pages, feeds, records of old versions, the last good version of a head that broke, tombstones, search, API, pictures."""
    repositories.commit(root, {f"{FOLDER}/incident.yml": f"title: [{SECRET}\n"}, at="2026-11-21T15:10:00Z")
    assert cli.main(["-C", str(root), "build", "--now", NOW, "--publications", "../none"]) == 1
    leaking = [path.relative_to(root / "site").as_posix() for path in (root / "site").rglob("*") if path.is_file() and _leaks(path.read_bytes())]
    assert leaking == []
    page = (root / "site/incidents" / ID / "index.html").read_text()
    assert "(words withheld) cannot pay" in page
    assert page.count("Words withheld") >= 3
    assert "Words withheld" in (root / "site/incidents" / ID / "record/index.html").read_text()
    assert "(words withheld) asked for it" in "".join(p.read_text() for p in (root / "site/incidents").rglob("*.html"))
