"""`onrecord check` as people and programs run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest

from onrecord.cli import main
from records import FIRST, FOLDER, HEAD, HEALTHY, LAST, OTHER, head, update

Repository = Callable[[Mapping[str, str | bytes]], Path]
NOW = "--now=2026-11-21T16:00:00Z"
SPOILT = {HEAD: head("sevrity: major\n"), FIRST: update("components: {chekout: major_outage}\n"), f"{OTHER}/postmortem.md": "---\nstatus: draft\n---\nWords.\n"}


def run(root: Path, *arguments: str) -> int:
    """The exit code of `check` in that repository, on the day of the tests."""
    return main(["-C", str(root), "check", NOW, *arguments])


def test_a_healthy_repository(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, and what comes next."""
    assert run(repository(HEALTHY)) == 0
    assert capsys.readouterr().out == "2 records, 3 updates: no problems.\nNext: onrecord build\n"


def test_text_shows_the_line(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Where, what, the line itself, what to do; then counts and the next step."""
    assert run(repository(HEALTHY | {HEAD: head("components: {chekout: major_outage}\n")})) == 1
    assert capsys.readouterr().out == (
        f"{HEAD}:3:14: error: OR101 unknown-component: unknown component `chekout`\n"
        "    3 | components: {chekout: major_outage}\n"
        "      |              ^\n"
        "    hint: did you mean `checkout`?\n"
        "\n"
        "2 records, 3 updates: 1 error in 1 file.\n"
        "Next: mend the errors, then run `onrecord check` again.\n"
    )


def test_json_is_a_list_of_findings(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The keys that scripts rely on."""
    assert run(repository(HEALTHY | SPOILT), "--format", "json") == 1
    rows = json.loads(capsys.readouterr().out)
    assert [(row["code"], row["slug"], row["level"], row["line"], row["column"]) for row in rows] == [
        ("OR132", "draft-postmortem", "note", 2, 9),
        ("OR020", "unknown-key", "error", 3, 1),
    ]
    assert set(rows[0]) == {"code", "slug", "level", "path", "line", "column", "message", "hint"}


def test_github_annotates_lines(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """One workflow command a finding."""
    assert run(repository(HEALTHY | SPOILT), "--format", "github") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == f"::error file={HEAD},line=3,col=1,title=OR020 unknown-key::unknown key `sevrity` (did you mean `severity`?)"
    assert lines[0].startswith("::notice file=")


def test_sarif_is_what_code_scanning_wants(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The rules that spoke, each finding with its place and a fingerprint that does not move with the lines above it; waivers are suppressed."""
    waived = {HEAD: head("waivers: [{rule: no-updates, reason: said by phone}]\n")}
    root = repository({path: content for path, content in (HEALTHY | waived | SPOILT).items() if path not in (FIRST, LAST)} | waived)
    assert run(root, "--format", "sarif") == 0
    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, json.loads((Path(__file__).parent / "schemas" / "code-scanning.json").read_text(encoding="utf-8")))
    (told,) = log["runs"]
    rules = [rule["id"] for rule in told["tool"]["driver"]["rules"]]
    assert [(found["ruleId"], rules[found["ruleIndex"]], found["level"]) for found in told["results"]] == [("OR132", "OR132", "note"), ("OR116", "OR116", "note")]
    assert [found.get("suppressions") for found in told["results"]] == [None, [{"kind": "inSource", "justification": "said by phone"}]]
    (root / HEAD).write_text("# A line more.\n" + (root / HEAD).read_text())
    run(root, "--format", "sarif")
    again = json.loads(capsys.readouterr().out)["runs"][0]
    assert [found["partialFingerprints"] for found in again["results"]] == [found["partialFingerprints"] for found in told["results"]]


def test_one_family_or_rule(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """By family, name or code; what is asked for alone decides the exit code."""
    root = repository(HEALTHY | SPOILT)
    for names, slugs in ((("files",), {"unknown-key"}), (("OR132",), {"draft-postmortem"}), (("draft-postmortem", "files"), {"draft-postmortem", "unknown-key"}), (("timing",), set())):
        code = run(root, "--format", "json", *(part for name in names for part in ("--only", name)))
        assert {row["slug"] for row in json.loads(capsys.readouterr().out)} == slugs
        assert code == ("unknown-key" in slugs)
    assert run(root, "--only", "timin") == 2
    assert "did you mean `timing`?" in capsys.readouterr().err


LATE = "---\nat: 2026-11-{}T14:05:00Z\nstatus: investigating\nnext_update_by: 2026-11-{}T14:10:00Z\n---\nPayments fail: {}.\n"
PAST = {f"{FOLDER}/updates/{day}.md": LATE.format(day, day, day) for day in range(12, 19)} | {f"{FOLDER}/updates/19.md": "---\nat: 2026-11-19T15:00:00Z\nstatus: resolved\n---\nOver. Sorry.\n", HEAD: "title: Errors\nwaivers: [{rule: id-date, reason: x}]\n"}


def test_notes_on_the_past_are_counted_where_they_are_many(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """In a line; `--all` lists them, and annotations leave them out."""
    root = repository({path: text for path, text in (HEALTHY | PAST).items() if path not in (FIRST, LAST)})
    assert run(root, "--strict", "--only", "promise-missed") == 0
    out = capsys.readouterr().out
    assert out.startswith("2 records, 9 updates: 7 notes in 7 files.\nOf these 7 notes are on the past, and nothing mends them: 7 promise-missed. `--all` lists them.\n")
    run(root, "--all", "--only", "promise-missed")
    assert capsys.readouterr().out.count("OR205") == 7
    run(root, "--only", "promise-missed", "--format", "github")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 1)])
def test_strict_counts_warnings(options: tuple[str, ...], code: int, repository: Repository) -> None:
    """A warning alone is no failure unless it is asked to be."""
    assert run(repository(HEALTHY | {HEAD: head("waivers: [{rule: nothing, reason: x}]\n")}), *options) == code


PATHS = (
    ("one file", (HEAD,), {HEAD}),
    ("a folder", (FOLDER,), {HEAD, FIRST}),
    ("a year", ("incidents/2026",), {HEAD, FIRST, f"{OTHER}/incident.yml"}),
    ("two files", (FIRST, f"{OTHER}/incident.yml"), {FIRST, f"{OTHER}/incident.yml"}),
    ("everything", (".",), {HEAD, FIRST, f"{OTHER}/incident.yml"}),
    ("nothing wrong there", (LAST,), set()),
    ("the components", ("site_src/components.yml",), set()),
)


@pytest.mark.parametrize(("name", "paths", "expected"), PATHS, ids=[row[0] for row in PATHS])
def test_paths_limit_the_report(name: str, paths: tuple[str, ...], expected: set[str], repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what lies at these paths is reported, and related records are still known."""
    spoilt = {HEAD: head("related: [2026-11-20-api-slow]\ndrll: true\n"), FIRST: update("sttus: x\n"), f"{OTHER}/incident.yml": "titel: x\n"}
    code = run(repository(HEALTHY | spoilt), "--format", "json", *paths)
    assert {row["path"] for row in json.loads(capsys.readouterr().out)} == expected
    assert code == (1 if expected else 0)


def test_paths_from_where_we_are(repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A path may be given from the working folder, too; the report names it from the root."""
    root = repository(HEALTHY | SPOILT)
    monkeypatch.chdir(root / "incidents/2026")
    assert run(root, "2026-11-21-checkout-errors/incident.yml") == 1
    assert capsys.readouterr().out.startswith(f"{HEAD}:3:1: error")


WRONG = (
    ("no such path", ("nothing.yml",), "there is no nothing.yml"),
    ("outside", ("/etc",), "outside the repository"),
    ("no such format", ("--format", "xml"), "xml"),
    ("no such time", ("--now", "yesterday"), "write it like"),
)


@pytest.mark.parametrize(("name", "arguments", "says"), WRONG, ids=[row[0] for row in WRONG])
def test_wrong_usage(name: str, arguments: tuple[str, ...], says: str, repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and why."""
    assert run(repository(HEALTHY), *arguments) == 2
    assert says in capsys.readouterr().err


def test_no_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty folder is no failure, and the way out is named."""
    assert run(tmp_path) == 0
    assert "onrecord -C DIR check" in capsys.readouterr().out


def test_the_clock_can_be_set(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the option, or by the environment."""
    root = repository(HEALTHY)
    monkeypatch.setenv("ONRECORD_NOW", "2026-11-21T12:00:00Z")
    assert main(["-C", str(root), "check"]) == 1
    assert run(root) == 0


def test_check_runs_nothing_of_the_site(repository: Repository) -> None:
    """Neither MkDocs nor Jinja2 is touched, even where the repository asks for a hook."""
    root = repository(HEALTHY | {"mkdocs.yml": "site_name: x\nhooks: [evil.py]\n", "evil.py": "raise SystemExit(9)\n"})
    code = (
        "import sys; from onrecord.cli import main\n"
        f"code = main(['-C', {str(root)!r}, 'check', {NOW!r}])\n"
        "loaded = {'mkdocs', 'jinja2', 'material', 'feedgen'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
