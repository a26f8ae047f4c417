"""The jobs that announce, run as the host runs them: one sends and may not write, the next one notes what was sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import receiving
import repositories
from workflows import run

RECORD = "incidents/2026/2026-11-21-errors"
CHANNELS = "channels:\n  - {id: hook, webhook: ANNOUNCE_WEBHOOK, secret: ANNOUNCE_WEBHOOK_KEY}\n"
UPDATE = "---\nat: {}\nstatus: investigating\nnext_update_by: 2099-01-01T00:00:00Z\n---\nPayments fail.\n"


def online(root: Path, live: Path) -> None:
    """What is committed is online from now on."""
    (live / "build.json").write_text(json.dumps({"commit": repositories.git(root, "rev-parse", "HEAD").strip()}))


def test_told_once_and_noted(tmp_path: Path, served: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run, in a fresh clone as each job has one, tells nobody again, since the first one's notes are at the remote."""
    from onrecord.times import iso, now

    origin, live, maker = tmp_path / "origin.git", tmp_path / "live", tmp_path / "maker"
    live.mkdir()
    repositories.git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", origin.name)
    repositories.commit(maker, {"mkdocs.yml": f"site_name: A\nsite_url: {served(live)}\n", "site_src/channels.yml": CHANNELS})
    repositories.git(maker, "remote", "add", "origin", str(origin))
    online(maker, live)
    repositories.commit(maker, {f"{RECORD}/incident.yml": "title: Errors\n", f"{RECORD}/updates/a.md": UPDATE.format(iso(now()))})
    repositories.git(maker, "push", "--quiet", "origin", "main")
    who = {f"GIT_{role}_{what}": "a@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    with receiving.web_server() as hook:
        env = {**who, "ANNOUNCE_WEBHOOK": hook.address, "ANNOUNCE_WEBHOOK_KEY": "a key that both sides know", "PAGE": "https://a.example/x", "GH_TOKEN": "t"}
        first, outputs, said = run(repositories.clone(origin, "first"), "publish.yml", "announce", "Tell each channel what is new", **env)
        assert (first, len(hook.taken)) == (0, 1), said
        noted, _, said = run(repositories.clone(origin, "second"), "publish.yml", "note", "Push the notes", TOLD=outputs["told"], **env)
        assert noted == 0, said
        again, outputs, said = run(repositories.clone(origin, "third"), "publish.yml", "announce", "Tell each channel what is new", **env)
        assert (again, len(hook.taken)) == (0, 1), said
        assert "1 sent before" in said
        noted, _, said = run(repositories.clone(origin, "fourth"), "publish.yml", "note", "Push the notes", TOLD=outputs["told"], **env)
        assert noted == 0, said
        lines = repositories.git(origin, "log", "--notes=announced", "--format=%N", "-1", "main").split("\n")
        assert sum(" sent " in line for line in lines) == 1


def test_a_channel_that_fails_makes_the_run_red_and_is_noted(tmp_path: Path, served: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told is handed on all the same."""
    from onrecord.times import iso, now

    live, root = tmp_path / "live", tmp_path / "maker"
    live.mkdir()
    repositories.commit(root, {"mkdocs.yml": f"site_name: A\nsite_url: {served(live)}\n", "site_src/channels.yml": CHANNELS})
    online(root, live)
    repositories.commit(root, {f"{RECORD}/incident.yml": "title: '::error::Errors'\n", f"{RECORD}/updates/a.md": UPDATE.format(iso(now()))})
    who = {f"GIT_{role}_{what}": "a@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = {**who, "ANNOUNCE_WEBHOOK": "no address", "ANNOUNCE_WEBHOOK_KEY": "a key that both sides know", "PAGE": "https://a.example/x", "GH_TOKEN": "t"}
    code, outputs, said = run(root, "publish.yml", "announce", "Tell each channel what is new", **env)
    assert code == 1
    assert outputs["told"]
    assert said.splitlines()[-1].startswith("::error title=Online, and not everybody was told::")


def test_a_pull_request_shows_what_it_would_announce(tmp_path: Path) -> None:
    """In the summary, in a fence that no word of it can end."""
    from onrecord.times import iso, now

    root = tmp_path / "maker"
    base = repositories.commit(root, {"mkdocs.yml": "site_name: A\nsite_url: https://a.example/\n", "site_src/channels.yml": "channels:\n  - {id: chat, apprise: ANNOUNCE_CHAT}\n"})
    repositories.commit(root, {f"{RECORD}/incident.yml": "title: Errors\n", f"{RECORD}/updates/a.md": UPDATE.format(iso(now())) + "Now `~~~~~`.\n"})
    assert run(root, "check.yml", "preview", "Say what would be announced", BASE=base)[0] == 0
    summary = (tmp_path / "summary.md").read_text()
    assert "Payments fail." in summary
    assert summary.rstrip().endswith("\n" + "~" * 6)
