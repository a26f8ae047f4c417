"""The shell of the workflows, run as the host runs it: what goes online, what makes a run red, and when the timer publishes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import repositories
from workflows import PUBLISH, ROOT, WORKFLOWS, run

HEAD = "incidents/2026/2026-11-21-errors/incident.yml"
UPDATE = "incidents/2026/2026-11-21-errors/updates/a.md"
GOOD = {
    "mkdocs.yml": "site_name: A\nsite_url: https://a.example/\ntheme: {name: material, font: false}\nplugins: [onrecord]\n",
    HEAD: "title: '##[error]Checkout errors'\nstarted: 2026-11-21T13:58:00Z\n",
    UPDATE: "---\nat: 2026-11-21T14:05:00Z\nstatus: resolved\n---\nAll is well.\n",
}
BROKEN = GOOD | {HEAD: '"::add-mask::a": [\n'}
HOPELESS = GOOD | {"mkdocs.yml": "site_name: [\n"}


def online(files: Mapping[str, str], address: str) -> dict[str, str]:
    """The files of a site that is to live there."""
    return {path: text.replace("https://a.example/", address) for path, text in files.items()}


def empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("job", ["publish.yml:build", "check.yml:preview"])
@pytest.mark.parametrize(("files", "code", "status"), [(GOOD, 0, "0"), (BROKEN, 0, "1"), (HOPELESS, 1, "1")], ids=["good", "broken", "hopeless"])
def test_build(committed: Callable[..., Path], served: Callable[[Path], str], tmp_path: Path, job: str, files: Mapping[str, str], code: int, status: str) -> None:
    """A site with a broken record goes on to be published; without a site the step fails, and what is online stays."""
    root = committed(online(files, served(empty(tmp_path / "live"))))
    ended, outputs, said = run(root, *job.split(":"), "Build the site", BASE="HEAD")
    assert ended == code, said
    assert outputs.get("status", status) == status
    assert (root / "site" / "build.json").exists() == (code == 0)
    assert ("# " in (root.parent / "summary.md").read_text()) == (code == 0)
    token = re.match(r"::stop-commands::([0-9a-f-]{36})\n", said)
    assert token, "what a record says must not be taken for a command"
    assert said.endswith(f"::{token[1]}::\n")


def test_lines_with_problems_are_pointed_at(committed: Callable[..., Path]) -> None:
    """As annotations: in a publication they do not end the job, in a check they do."""
    root, name = committed(BROKEN), "Point at the lines that have problems"
    repositories.commit(root)
    published, _, said = run(root, "publish.yml", "build", name)
    checked, _, said_too = run(root, "check.yml", "records", name)
    assert (published, checked) == (0, 1)
    assert said == said_too
    assert f"::error file={HEAD},line=" in said


def test_published_words_that_change_are_pointed_at(committed: Callable[..., Path]) -> None:
    """The host checks out the merge of the pull request with its first parent: what is there is published."""
    root = committed(GOOD)
    repositories.commit(root, {UPDATE: GOOD[UPDATE].replace("All is well", "All is lost")})
    (fetch,) = (s for s in WORKFLOWS["check.yml"]["jobs"]["records"]["steps"] if "checkout" in s.get("uses", ""))
    assert fetch["with"]["fetch-depth"] == 2
    ended, _, said = run(root, "check.yml", "records", "Point at the lines that have problems")
    assert ended == 1
    assert f"::error file={UPDATE},line=5,col=1,title=OR702 words-changed::" in said


def test_publications_and_their_proof(committed: Callable[..., Path], served: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first publication has nothing to prove, the next one proves it, one after a rewritten history does not, and goes online with a red run."""
    live = empty(tmp_path / "live")
    root = committed(online(GOOD, served(live)))

    def publish() -> tuple[str, str, str]:
        """The exit codes of the build and of the proof, and what the proof says; what was built goes online."""
        ended, outputs, said = run(root, "publish.yml", "build", "Build the site")
        assert ended == 0, said
        assert outputs["digest"] == sha256((root / "site/build.json").read_bytes()).hexdigest()
        proven, found, told = run(root, "publish.yml", "build", "Prove that nothing published was rewritten")
        assert proven == 0
        assert told.splitlines()[1] in (tmp_path / "summary.md").read_text()
        shutil.copytree(root / "site", live, dirs_exist_ok=True)
        return outputs["status"], found["proof"], told

    assert publish()[:2] == ("0", "0")
    repositories.commit(root, {"incidents/2026/2026-11-21-errors/updates/b.md": GOOD[UPDATE].replace("14:05", "14:20")})
    status, proof, told = publish()
    assert (status, proof) == ("0", "0")
    assert "Proven: " in told
    repositories.git(root, "commit", "--quiet", "--amend", "--message", "Another history")
    status, proof, told = publish()
    assert (status, proof) == ("1", "1")
    assert "NOT proven" in told
    assert "was rewritten" in (live / "index.html").read_text()


def test_a_proof_that_fails_makes_the_run_red() -> None:
    """After the deployment, in a job of its own that says why."""
    job = WORKFLOWS["publish.yml"]["jobs"]["proof"]
    assert (job["needs"], job["if"]) == (["build", "deploy"], "needs.build.outputs.proof != '0'")
    ended, _, said = run(ROOT, "publish.yml", "proof", "Say what is not proven")
    assert ended == 1
    assert said.startswith("::error title=")


def test_the_build_is_attested_as_a_whole() -> None:
    """By the digest of build.json, which holds that of the manifest, which holds that of every file."""
    job = WORKFLOWS["publish.yml"]["jobs"]["attest"]
    (step,) = job["steps"]
    assert step["uses"].startswith("actions/attest-build-provenance@")
    assert step["with"] == {"subject-name": "build.json", "subject-digest": "sha256:${{ needs.build.outputs.digest }}"}


def test_a_broken_record_makes_the_run_red() -> None:
    """After the deployment, in a job of its own that says why."""
    job = WORKFLOWS["publish.yml"]["jobs"]["records"]
    assert "deploy" in job["needs"]
    assert job["if"] == "needs.build.outputs.status != '0'"
    ended, _, said = run(ROOT, "publish.yml", "records", "Say what is wrong")
    assert ended == 1
    assert said.startswith("::error title=")


def test_preview_says_where_it_is(tmp_path: Path) -> None:
    """The address of the artifact is added to the summary."""
    (tmp_path / "r").mkdir()
    assert run(tmp_path / "r", "check.yml", "preview", "Say where it is", ADDRESS="https://a.example/7")[0] == 0
    assert "(https://a.example/7)" in (tmp_path / "summary.md").read_text()


def live(**facts: Any) -> dict[str, Any]:
    """What the live page says, half an hour old and good for hours, with `facts` instead."""
    return {"at": ahead(-30), "valid_until": ahead(5 * 60)} | facts


def ahead(minutes: float) -> str:
    """That many minutes from the moment of the call (the tests run for minutes), as `now.json` writes it."""
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("now_json", "built_from", "why"),
    [
        (live(), "HEAD", None),
        (live(valid_until=ahead(90)), "HEAD", None),
        (live(valid_until=ahead(20)), "HEAD", "its next event was at"),
        (live(valid_until=ahead(-600)), "HEAD", "its next event was at"),
        (live(at=ahead(-23 * 60)), "HEAD", None),
        (live(at=ahead(-25 * 60)), "HEAD", "a day old"),
        (live(), "an older commit", "is not live"),
        (live(), None, "is not live"),
        (None, "HEAD", "cannot be read"),
        ("<html>", "HEAD", "cannot be read"),
        ([], "HEAD", "cannot be read"),
        ({}, "HEAD", "cannot be read"),
        (live(valid_until=7), "HEAD", "cannot be read"),
        (live(valid_until="soon"), "HEAD", "cannot be read"),
        (live(valid_until="2026-11-21T14:00:00"), "HEAD", "cannot be read"),
        (live(valid_until="0001-01-01T00:00:00Z"), "HEAD", "cannot be read"),
    ],
)
def test_timer_decides(tmp_path: Path, served: Callable[[Path], str], now_json: Any, built_from: str | None, why: str | None) -> None:
    """Due by the clock, after a day, for a commit that never got online, and where the page cannot be read; else not."""
    site = tmp_path / "site"
    site.mkdir()
    commit = timed(tmp_path / "r", f"site_name: A\nsite_url: '{served(site)}'  # where it lives\n")
    if now_json is not None:
        (site / "now.json").write_text(now_json if isinstance(now_json, str) else json.dumps(now_json))
    (site / "build.json").write_text(json.dumps({"commit": commit if built_from == "HEAD" else built_from}))
    ended, outputs, said = run(tmp_path / "r", "due.yml", "ask", "Ask")
    by_clock = bool(why) and ("event" in why or "day old" in why)
    assert (ended, outputs) == (0, {"due": "true" if why else "false", "clock": "true" if by_clock else "false"}), said
    assert (why or "Nothing is due") in said
    assert said in (tmp_path / "summary.md").read_text()


def timed(root: Path, config: str, minutes: int = -60) -> str:
    """A repository as the timer fetches it, with a commit that many minutes from now; its id."""
    script = (ROOT / ".github/scripts/due.py").read_bytes()
    return repositories.commit(root, {"mkdocs.yml": config, ".github/scripts/due.py": script}, at=ahead(minutes))


def test_timer_waits_for_a_publication_under_way(tmp_path: Path, served: Callable[[Path], str]) -> None:
    """A commit of this minute is most likely being published: a second build would only hold the next one up."""
    timed(tmp_path / "r", f"site_url: {served(tmp_path)}\n", minutes=0)
    (tmp_path / "now.json").write_text(json.dumps(live()))
    (tmp_path / "build.json").write_text('{"commit": "an older one"}')
    assert run(tmp_path / "r", "due.yml", "ask", "Ask")[1] == {"due": "false", "clock": "false"}


@pytest.mark.parametrize(("config", "ended"), [("site_url: http://127.0.0.1:9/\n", 0), ("site_name: A\n", 1), ("site_url: file:///etc/\n", 1)])
def test_timer_without_a_page(tmp_path: Path, config: str, ended: int) -> None:
    """A host that does not answer means a publication; no address at all is a mistake that is named."""
    timed(tmp_path / "r", config)
    code, outputs, said = run(tmp_path / "r", "due.yml", "ask", "Ask")
    assert code == ended
    assert outputs == ({"due": "true", "clock": "false"} if not ended else {})
    assert ("site_url" in said) == bool(ended)


def test_timer_starts_the_publication_only_then() -> None:
    """The decision is what the next job waits for."""
    jobs = WORKFLOWS["due.yml"]["jobs"]
    assert jobs["ask"]["outputs"] == {name: f"${{{{ steps.ask.outputs.{name} }}}}" for name in ("due", "clock")}
    assert (jobs["publish"]["needs"], jobs["publish"]["if"]) == ("ask", "needs.ask.outputs.due == 'true'")
    assert jobs["publish"]["uses"] == PUBLISH
    assert (jobs["promises"]["needs"], jobs["promises"]["if"]) == ("ask", "needs.ask.outputs.clock == 'true'")


@pytest.mark.parametrize(("minutes", "code"), [(20, 0), (-20, 1)], ids=["not due yet", "missed"])
def test_a_missed_promise_makes_the_timer_red(committed: Callable[..., Path], minutes: int, code: int) -> None:
    """With the line on which it was made; whatever else is wrong with the records is no matter of this run."""
    said_at, update = ahead(-40), "incidents/2026/2026-11-21-errors/updates/a.md"
    front = f"---\nat: {said_at}\nstatus: investigating\nnext_update_by: {ahead(minutes)}\ncomponents: {{nothing: major_outage}}\n---\nWe are looking.\n"
    root = committed(GOOD | {update: front})
    ended, _, said = run(root, "due.yml", "promises", "Say what is late")
    assert ended == code, said
    assert said.count("::warning ") == code
    assert "::error " not in said
    assert (f"file={update},line=4," in said) == bool(code)
