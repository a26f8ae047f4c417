"""`onrecord doctor`: each thing that is missing or stale is found, and a page that is well stays silent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.cli import main
from onrecord.commands.doctor import CHECKS
from onrecord.problems import quantity
from onrecord.starting import keeping
from onrecord.starting.keeping import KEPT_FILE
from onrecord.starting.layout import kept
from repositories import commit, git

POLICY = """\
page: {name: Acme, contact: mailto:help@acme.org}
record: {visibility: private}
severities: {minor: {when: a}, major: {when: b}, critical: {when: c}}
roles: {roles: {lead: {does: Leads}}}
service_levels: [{name: All, target: 99.9}]
"""
PARTS = "components:\n  - {id: checkout, name: Checkout}\n"
CONFIG = "site_name: Acme\nsite_url: https://acme-status.net/\nplugins: [onrecord]\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page at which nothing is wrong, with a remote of its own."""
    files = {file.path: file.data for file in kept("github", keeping.renewed("onrecord==0"))}
    memory = keeping.written_down("github", keeping.renewed("onrecord==0"), {path: keeping.blob_id(data) for path, data in files.items()})
    root = tmp_path / "page"
    commit(root, {**files, KEPT_FILE: memory, "mkdocs.yml": CONFIG, "site_src/policy.yml": POLICY, "site_src/components.yml": PARTS})
    git(root, "remote", "add", "origin", "https://git.example.com/page")
    return root


def found(page: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    """What the doctor finds, by what it is about, with its level."""
    capsys.readouterr()
    main(["-C", str(page), "doctor", "--format", "json", *(arguments or ("--offline",))])
    return {one["about"]: one["level"] for one in json.loads(capsys.readouterr().out)}


def replaced(path: str, old: str, new: str) -> Callable[[Path], object]:
    def change(page: Path) -> None:
        text = (page / path).read_text(encoding="utf-8")
        assert old in text
        (page / path).write_text(text.replace(old, new), encoding="utf-8")

    return change


def test_a_page_that_is_well(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not a word."""
    assert found(page, capsys) == {}
    assert main(["-C", str(page), "doctor", "--offline", "--strict"]) == 0
    assert "Nothing is missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "about", "level"),
    [
        (replaced("mkdocs.yml", "site_url: https://acme-status.net/\n", ""), "address", "error"),
        (replaced("mkdocs.yml", "acme-status.net", "status.example.com"), "address", "warning"),
        (replaced("mkdocs.yml", "https://acme-status.net/", "http://127.0.0.1:8000/"), "address", "warning"),
        (replaced("mkdocs.yml", "https:", "http:"), "address", "warning"),
        (replaced("mkdocs.yml", "acme-status.net", "status.acme.org"), "dns", "note"),
        (replaced("site_src/policy.yml", ", contact: mailto:help@acme.org", ""), "contact", "warning"),
        (replaced("site_src/policy.yml", "private", "unknown"), "visibility", "warning"),
        (replaced("site_src/policy.yml", ", critical: {when: c}", ""), "severities", "warning"),
        (replaced("site_src/policy.yml", "roles: {roles: {lead: {does: Leads}}}", "roles: {}"), "roles", "warning"),
        (replaced("site_src/policy.yml", "service_levels: [{name: All, target: 99.9}]", ""), "service-levels", "note"),
        (replaced("site_src/components.yml", "name: Checkout", "name: Login and accounts"), "login", "warning"),
        (replaced("site_src/components.yml", "name: Checkout", "name: DNS"), "dns", "warning"),
        (replaced("site_src/components.yml", "name: Checkout", "name: Our CDN"), "host", "warning"),
        (replaced("site_src/components.yml", "name: Checkout", "name: GitHub Actions"), "host", "warning"),
        (replaced("site_src/components.yml", "  - {id: checkout, name: Checkout}", "  []"), "components", "error"),
        (replaced("requirements.txt", "onrecord==", "onrecord==0.0."), "version", "warning"),
        (replaced(".github/workflows/publish.yml", "fetch-depth: 0", "fetch-depth: 1"), "fetch-depth", "error"),
        (replaced(KEPT_FILE, '".github/workflows/timer.yml": "', '".github/workflows/timer.yml": "0'), "drift", "warning"),
        (lambda page: (page / ".github/workflows/timer.yml").unlink(), "drift", "note"),
        (lambda page: (page / ".github/workflows/own.yml").write_text("on: push\njobs: {a: {steps: [{run: 'x ${{ secrets.TOKEN }}'}]}}\n"), "secrets", "note"),
        (lambda page: (page / "site_src/channels.yml").write_text("channels: [{id: chat, apprise: MY_CHAT}]\n"), "channels", "warning"),
        (lambda page: (page / "site_src/channels.yml").write_text("channels: [{id: chat, apprise: ANNOUNCE_CHAT}]\n"), "secrets", "note"),
        (lambda page: git(page, "remote", "remove", "origin"), "git", "note"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(page: Path, change: Callable[[Path], object], about: str, level: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One thing is wrong, and that is what is said."""
    change(page)
    if about == "drift" and level == "warning":
        replaced(".github/workflows/timer.yml", "cron", "cron ")(page)
    assert found(page, capsys).get(about) == level


def live(page: Path, until: str, built: str) -> Path:
    """The published page, as its two small files tell of it."""
    site = page.parent / "live"
    site.mkdir()
    (site / "now.json").write_text(json.dumps({"valid_until": until}))
    (site / "build.json").write_text(json.dumps({"commit": built}))
    return site


@pytest.mark.parametrize(
    ("until", "same", "about"),
    [
        ("2026-11-21T12:00:00Z", True, {}),
        ("2026-11-21T09:30:00Z", True, {"timer": "error"}),
        ("2026-11-21T12:00:00Z", False, {"behind": "note"}),
        ("nonsense", True, {}),
    ],
)
def test_what_is_online(page: Path, until: str, same: bool, about: dict[str, str], served: Callable[[Path], str], capsys: pytest.CaptureFixture[str]) -> None:
    """A page that is two hours past its time shows that its timer stands still."""
    address = served(live(page, until, git(page, "rev-parse", "HEAD").strip() if same else "0" * 40))
    replaced("mkdocs.yml", "https://acme-status.net/", address)(page)
    answer = found(page, capsys, "--now", "2026-11-21T12:10:00Z")
    assert {key: level for key, level in answer.items() if key != "address"} == about


def test_a_page_that_is_not_there(page: Path, served: Callable[[Path], str], capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has published it yet."""
    (page.parent / "empty").mkdir()
    replaced("mkdocs.yml", "https://acme-status.net/", served(page.parent / "empty"))(page)
    assert found(page, capsys, "--now", "2026-11-21T12:10:00Z")["live"] == "warning"


def test_shallow(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A clone without its history cannot prove anything."""
    commit(page, message="More")
    git(page.parent, "clone", "--quiet", "--depth=1", f"file://{page}", "clone")
    assert found(page.parent / "clone", capsys)["git"] == "warning"


def test_each_check_is_there_once() -> None:
    """The list is explicit, so that nothing is run that nobody put there."""
    assert len(set(CHECKS)) == len(CHECKS)
    assert quantity(len(CHECKS), "check") == "11 checks"
