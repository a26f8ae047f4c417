"""`onrecord report` as people and programs run it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

import pytest

import repositories
import scripted
from golden import Golden
from onrecord.cli import main
from onrecord.publications import Chain
from onrecord.render.accounts.tables import COLUMNS
from onrecord.times import parse_instant
from records import FIRST, HEAD, HEALTHY, LAST, POLICY

Repository = Callable[[Mapping[str, str | bytes]], Path]
LEVELS = """\
severities:
  minor: {acknowledge_within: 5m, postmortem_within: 1h}
service_levels:
  - {name: Basic, target: 99.9, components: [checkout], credits: [{below: 99.9, credit: 5 % of the fee}, {below: 99.95, credit: nothing}]}
  - {name: "=Pro", target: 99.99, credits: [{below: 99.99, credit: 10 % of the fee}]}
"""
ENDED = "---\nat: 2026-11-21T15:10:44Z\nstatus: resolved\namends: A month for free\n---\nIt is over. We are sorry.\n"
ASKED = "---\nat: 2026-11-21T14:05:12Z\nstatus: investigating\nnext_update_by: 2026-11-21T14:35:00Z\n---\nPayments fail.\n"
FILES = HEALTHY | {POLICY: LEVELS, FIRST: ASKED, LAST: ENDED}
NOW = "--now=2026-12-05T09:00:00Z"


def run(root: Path, *arguments: str) -> int:
    """The exit code of `report` in that repository, a few days after the month."""
    return main(["-C", str(root), "report", NOW, *arguments])


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_the_whole_report(repository: Repository, capsys: pytest.CaptureFixture[str], golden: Golden, form: str) -> None:
    """The last month that is over, in each form."""
    assert run(repository(FILES), "--format", form) == 0
    golden(f"report/november.{form}", capsys.readouterr().out)


CONFIG = "site_name: Shop status\nsite_url: https://status.example/\n"


@pytest.mark.parametrize("what", COLUMNS)
def test_each_table(repository: Repository, capsys: pytest.CaptureFixture[str], what: str) -> None:
    """Every row has a value for each of the stable columns, and JSON has the same rows."""
    root = repository(FILES | {"mkdocs.yml": CONFIG})
    assert run(root, "--format", "csv", "--what", what) == 0
    rows = list(csv.reader(StringIO(capsys.readouterr().out)))
    assert tuple(rows[0]) == COLUMNS[what]  # type: ignore[index]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert run(root, "--format", "json", "--what", what) == 0
    found = json.loads(capsys.readouterr().out)
    count = len(found[what]) + sum(len(row.get("intervals", ())) for row in found[what])
    assert count == len(rows) - 1 > 0


def test_a_spreadsheet_runs_nothing(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan whose name looks like a formula stays a name."""
    run(repository(FILES), "--format", "csv")
    assert {row["plan"] for row in csv.DictReader(StringIO(capsys.readouterr().out))} == {"Basic", "'=Pro"}


MONTHS = [
    (("--month", "2026-10"), ("2026-10", "2026-10")),
    (("--from", "2026-10"), ("2026-10", "2026-12")),
    (("--from", "2026-10", "--until", "2026-11"), ("2026-10", "2026-11")),
    (("--until", "2026-11"), ("2026-11", "2026-11")),
    ((), ("2026-11", "2026-11")),
]


@pytest.mark.parametrize(("arguments", "expected"), MONTHS, ids=[" ".join(case[0]) or "nothing" for case in MONTHS])
def test_months(repository: Repository, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], expected: tuple[str, str]) -> None:
    """One month, several, or the last one that is over."""
    assert run(repository(FILES), "--format", "json", *arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["from"], found["until"]) == expected


REFUSED = [
    (("--month", "2026-13"), "`2026-13` is no month"),
    (("--month", "2026-11", "--from", "2026-10"), "--month names one month"),
    (("--from", "2026-12", "--until", "2026-10"), "comes after"),
    (("--format", "csv", "--what", "times", "--what", "levels"), "CSV holds one table"),
    (("--what", "cheese"), "'levels'"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=[case[1] for case in REFUSED])
def test_wrong_usage(repository: Repository, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str) -> None:
    """Refused with the reason."""
    assert run(repository(FILES), *arguments) == 2
    assert words in capsys.readouterr().err


def test_a_month_that_is_not_over(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is owed before the month is over, and the report says so."""
    assert main(["-C", str(repository(FILES)), "report", "--now=2026-11-25T09:00:00Z", "--month", "2026-11", "--what", "levels"]) == 0
    assert "so far 10 % of the fee would be owed (below 99.99%)" in capsys.readouterr().out


def test_without_records_and_promises(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is promised and nothing happened: the report says so, and breaks nowhere."""
    assert run(repository({POLICY: ""})) == 0
    out = capsys.readouterr().out
    assert "None is promised." in out
    assert "none was due" in out


def test_a_record_that_cannot_be_read(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures come all the same, and say what they lack."""
    assert run(repository(FILES | {HEAD: "title: [\n"})) == 1
    captured = capsys.readouterr()
    assert "Service levels" in captured.out
    assert "this record is missing in every figure. Next: onrecord check" in captured.err


# ---------------------------------------------------------------- credit notices


def test_a_notice_is_drafted_for_what_is_owed(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures first, then the words of the template; what only people know stays a blank, and is named."""
    assert run(repository(FILES | {"mkdocs.yml": CONFIG}), "--what", "notices") == 0
    out = capsys.readouterr().out
    assert "To everybody on the =Pro (2026-11, 10 % of the fee); most of it by 2026-11-21-checkout-errors" in out
    assert out.count("=Pro, November 2026: up 99.94% of the time, and 99.99% was promised. You get 10 % of the fee.") == 1
    assert "A month for free" in out
    assert "Still to be said: when does it come" in out


def test_owners_speak_in_their_own_words(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The template of the site's own folder is taken."""
    own = {"site_src/messages/amends/email.txt": "Subject: Sorry\nDear all,\n\n{{ words }}\n", "mkdocs.yml": CONFIG}
    assert run(repository(FILES | own), "--what", "notices", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)["notices"]
    assert [row["subject"] for row in found] == ["Sorry", "Sorry"]
    assert "Dear all," in found[0]["text"]


def test_nothing_owed_needs_no_notice(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """And the report says so."""
    assert run(repository(FILES | {"mkdocs.yml": CONFIG}), "--what", "notices", "--month", "2026-12") == 0
    assert "Nothing is owed." in capsys.readouterr().out


# ---------------------------------------------------------------- which clock

OPENED = {"at": "2026-11-21T14:06:00Z", "write": {"~/incident.yml": "HEAD", "~/updates/a.md": "FIRST", "site_src/components.yml": "COMPONENTS"}}
RESOLVED = {"at": "2026-11-21T14:52:00Z", "write": {"~/updates/b.md": "LAST"}}


def promise(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, int, str]:
    """What became of the promise of 14:35: its state, how many minutes late, and by which clock."""
    assert run(root, "--format", "json", "--what", "promises", *arguments) == 0
    (row,) = json.loads(capsys.readouterr().out)["promises"]
    return row["state"], row["late_seconds"] // 60, row["clock"]


def test_words_count_from_their_commit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says 14:31 and was committed at 14:52: the promise of 14:35 was missed."""
    scripted.play(tmp_path, [OPENED, RESOLVED])
    assert promise(tmp_path, capsys) == ("missed", 17, "claimed")


def test_a_word_that_was_removed_had_kept_its_promise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Readers had it in time; that it is gone is another matter, which the record tells."""
    opened = {**OPENED, "at": "2026-11-21T14:06:00Z"}
    note = {"at": "2026-11-21T14:20:00Z", "write": {"~/updates/note.md": scripted.FIRST.replace("14:05:12", "14:15:00").replace("next_update_by: 2026-11-21T14:35:00Z\n", "")}}
    scripted.play(tmp_path, [opened, note, RESOLVED, {"at": "2026-11-22T09:00:00Z", "remove": ["~/updates/note.md"]}])
    assert promise(tmp_path, capsys) == ("kept", 0, "claimed")


def test_a_promise_that_came_out_after_its_time_was_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It told readers nothing, so it is neither kept nor missed."""
    scripted.play(tmp_path, [{**OPENED, "at": "2026-11-21T14:50:00Z"}, RESOLVED])
    assert run(tmp_path, "--format", "json", "--what", "promises") == 0
    assert json.loads(capsys.readouterr().out)["promises"] == []


def test_a_post_mortem_counts_from_its_commit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says that it was out on the 23rd, and came on the 28th: two days late."""
    policy = {"at": "2026-11-20T09:00:00Z", "write": {POLICY: "severities:\n  major: {postmortem_within: 5d}\n"}}
    scripted.play(tmp_path, [policy, {**OPENED, "at": "2026-11-21T14:06:00Z"}, {**RESOLVED, "at": "2026-11-21T14:32:00Z"}, {"at": "2026-11-28T14:31:00Z", "write": {"~/postmortem.md": "STORY"}}])
    assert run(tmp_path, "--format", "json", "--what", "times") == 0
    (row,) = json.loads(capsys.readouterr().out)["times"]
    assert (row["postmortem_state"], row["postmortem_late_seconds"] // 3600) == ("missed", 48)


def test_words_count_from_their_deployment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a chain, what it proves counts."""
    commits = scripted.play(tmp_path, [OPENED, RESOLVED])
    chain = Chain()
    for minute, commit in zip((20, 55), commits, strict=True):
        chain = chain.followed_by(commit=commit, at=parse_instant(f"2026-11-21T14:{minute}:00Z"), build="0" * 64)
    (tmp_path / "chain.json").write_bytes(chain.written())
    assert promise(tmp_path, capsys, "--publications", "chain.json") == ("missed", 20, "proven")


def test_a_clone_that_lacks_the_past_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each word counts from its own time then, and the report says why."""
    scripted.play(tmp_path / "whole", [OPENED, RESOLVED])
    repositories.git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{tmp_path}/whole", "shallow")
    assert run(tmp_path / "shallow", "--what", "promises") == 0
    captured = capsys.readouterr()
    assert "1 of 1 kept" in captured.out
    assert "each word counts from the time that it gives itself" in captured.err
