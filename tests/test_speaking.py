"""`open`, `update`, `resolve` and `schedule`, as responders and scripts run them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import repositories
from onrecord.cli import main
from onrecord.commands import asking
from repositories import git

Repository = Callable[[Mapping[str, str | bytes]], Path]
NOW = "--now=2026-11-21T14:00:00Z"
PARTS = {
    "site_src/components.yml": """\
        components:
          - {id: checkout, name: Checkout}
          - {id: card-payments, name: Card payments}
          - {id: api, name: API}
          - {id: kiosk, name: Kiosk, retired: 2026-01-01}
        """,
    "site_src/policy.yml": """\
        severities:
          major: {when: One visitor in ten is stopped., update_every: 45m}
        maintenance:
          minimum_notice: 5d
          freezes:
            - {from: 2026-12-11T00:00:00Z, until: 2027-01-04T00:00:00Z, reason: Christmas}
        """,
}
ID = "2026-11-21-checkout-errors"
FOLDER = f"incidents/2026/{ID}"
EDITORS = "# yaml-language-server: $schema=../../../site_src/schemas/incident.json\n"
OPEN = ("open", "Checkout errors", "--component", "checkout=partial_outage", "--severity", "major", "-m", "Payments *fail*.")


def run(root: Path, *arguments: str, now: str = NOW) -> int:
    return main(["-C", str(root), arguments[0], now, *arguments[1:]])


def files(root: Path) -> list[str]:
    """Every file below incidents/, without the random letters of updates."""
    found = (path.relative_to(root).as_posix() for path in (root / "incidents").rglob("*") if path.is_file())
    return sorted(f"{path[:-8]}.md" if "/updates/" in path else path for path in found)


def newest(root: Path) -> str:
    return max((root / "incidents").rglob("updates/*.md"), key=lambda path: path.name).read_text(encoding="utf-8")


def test_open_writes_a_head_and_one_update(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The exact bytes, what is shown, and a green `check`."""
    root = repository(PARTS)
    assert run(root, *OPEN, "--next", "30m", "--scope", "EU cards: a third") == 0
    assert files(root) == [f"{FOLDER}/incident.yml", f"{FOLDER}/updates/20261121T140000Z-investigating.md"]
    assert (root / FOLDER / "incident.yml").read_text() == f"{EDITORS}title: Checkout errors\nseverity: major\ncomponents:\n  checkout: partial_outage\n"
    assert newest(root) == (
        "---\nat: 2026-11-21T14:00:00Z\nstatus: investigating\nnext_update_by: 2026-11-21T14:30:00Z\nscope: \"EU cards: a third\"\n---\nPayments *fail*.\n"
    )
    out = capsys.readouterr().out
    assert out.startswith(f"wrote {FOLDER}/incident.yml\nwrote {FOLDER}/updates/20261121T140000Z-investigating-")
    assert out.partition("\n\n")[2] == (
        "  | Checkout errors\n  | Investigating · Major incident\n  | Partial outage: Checkout\n  | EU cards: a third\n  |\n  | Payments fail.\n  |\n"
        "  | Next update by 14:30 UTC\n\n"
        "The next word is due by 14:30 UTC, in 30 min.\n"
        f"For support, sales and social media: onrecord messages {ID}\n"
        f'Next: onrecord update {ID} --status identified -m "…"\n'
    )
    assert run(root, "check") == 0


def test_the_policy_says_what_nobody_said(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Severity by the worst effect, with the thresholds shown; the next word by its rhythm."""
    root = repository(PARTS)
    assert run(root, "open", "Down", "-c", "api=major", "-c", "checkout=degraded", "--yes") == 0
    assert "next_update_by: 2026-11-21T14:45:00Z" in newest(root)
    assert "API cannot be used at the moment. Checkout may be slow, or fail now and then.\n\nWe do not know the cause yet." in newest(root)
    assert "major Many customers cannot use an important part. One visitor in ten is stopped. An update every 45 min." in " ".join(capsys.readouterr().err.split())


def test_a_whole_incident_by_commands_alone(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Four words and an effect that changes: each verb adds files and changes none, and `check` stays green."""
    root = repository(PARTS)
    steps = (
        (*OPEN, "--at", "2026-11-21T14:00:00Z"),
        ("update", "--status", "identified", "--component", "checkout=major_outage", "-m", "It is worse.", "--at", "2026-11-21T14:10:00Z", "--next", "1h30m"),
        ("update", "checkout", "--component", "checkout=operational", "--status", "monitoring", "--effective", "2026-11-21T14:15:00Z", "-m", "Better.", "--at", "2026-11-21T14:20:00Z"),
        ("update", ID[:14], "-m", "Still better.", "--at", "2026-11-21T14:30:00Z"),
        ("resolve", "checkout-errors", "-m", "Over. We are sorry.", "--amends", "A credit of 10 %", "--at", "2026-11-21T14:40:00Z"),
    )
    before: dict[str, bytes] = {}
    for step in steps:
        assert run(root, *step, now="--now=2026-11-21T14:40:00Z") == 0
        after = {str(path): path.read_bytes() for path in (root / "incidents").rglob("*") if path.is_file()}
        assert before.items() <= after.items()
        before = after
        assert run(root, "check", now="--now=2026-11-21T14:40:00Z") == 0
    assert [path[len(FOLDER) + 9 + 17 : -3] for path in files(root)[1:]] == ["investigating", "identified", "monitoring", "monitoring", "resolved"]
    assert newest(root) == "---\nat: 2026-11-21T14:40:00Z\nstatus: resolved\namends: A credit of 10 %\n---\nOver. We are sorry.\n"
    assert "No further word is due." in capsys.readouterr().out


def test_a_maintenance_from_announcement_to_end(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Announced, moved, begun, done; short notice, freezes and clashes are named and forbid nothing."""
    root = repository(PARTS)
    window = ("--from", "2026-12-10T22:00:00Z", "--until", "2026-12-11T02:00:00Z")
    assert run(root, "schedule", "Database upgrade", *window, "--component", "api", "-m", "We upgrade.") == 0
    err = capsys.readouterr().err
    assert "nothing may be planned from 2026-12-11 00:00 UTC" in err
    assert "notice" not in err
    head = (root / "incidents/2026/2026-12-10-database-upgrade/incident.yml").read_text()
    assert head == (
        f"{EDITORS}title: Database upgrade\nkind: maintenance\ncomponents:\n  api: under_maintenance\n"
        "scheduled:\n  from: 2026-12-10T22:00:00Z\n  until: 2026-12-11T02:00:00Z\n"
    )
    assert run(root, "schedule", "More", "--from", "2026-12-10T21:00:00Z", "--until", "2026-12-10T23:00:00Z", "-c", "api=degraded", "-m", "x", now="--now=2026-12-09T00:00:00Z") == 0
    err = capsys.readouterr().err
    assert "1 d 21 h of notice, and policy.yml promises 5 d" in err
    assert "it falls together with 2026-12-10-database-upgrade, which is about API too" in err
    assert run(root, "update", "database", "--until", "2026-12-11T03:00:00Z", "-m", "Longer.", now="--now=2026-12-09T01:00:00Z") == 0
    assert "status: scheduled\nscheduled:\n  from: 2026-12-10T22:00:00Z\n  until: 2026-12-11T03:00:00Z\n" in newest(root)
    during = "--now=2026-12-11T01:00:00Z"
    assert run(root, "update", "database", "--yes", now=during) == 0
    assert "status: in_progress\n---\nWe have begun with this work: database upgrade. API may be unavailable meanwhile." in newest(root)
    assert run(root, "resolve", "database", "--yes", now="--now=2026-12-11T01:30:00Z") == 0
    assert "status: completed" in newest(root)
    assert run(root, "check", now="--now=2026-12-11T01:30:00Z") == 0


USAGE = {
    "nothing at all": (("open",), "there is nobody to ask here, so say it all"),
    "no words": (("open", "X", "-c", "api=major"), "what should customers read?"),
    "empty words": (("open", "X", "-m", " "), "there are no words"),
    "no title": (("open", "-m", "x"), "what do customers notice?"),
    "an unknown part": (("open", "X", "-c", "chekout=major", "-m", "x"), "unknown component `chekout`; did you mean `checkout`?"),
    "a part by a name mistyped": (("open", "X", "-c", "Card paiments=major", "-m", "x"), "did you mean `card-payments`?"),
    "no effect": (("open", "X", "-c", "api", "-m", "x"), "`--component api=partial_outage`"),
    "an unknown effect": (("open", "X", "-c", "api=partal_outage", "-m", "x"), "did you mean `partial_outage`?"),
    "an effect that could be two": (("open", "X", "-c", "api=o p", "-m", "x"), "effects: major_outage"),
    "a part twice": (("open", "X", "-c", "api=major", "-c", "api=partial", "-m", "x"), "named twice"),
    "no duration": (("open", "X", "--next", "soon", "-m", "x"), "write it like 30m, 2h or 1h30m"),
    "a promise in the past": (("open", "X", "--next", "2026-11-21T13:00:00Z", "-m", "x"), "is over by 1 h"),
    "a time without offset": (("open", "X", "--at", "2026-11-21T13:00:00", "-m", "x"), "add the offset"),
    "no such record": (("update", "checkin-errors", "-m", "x"), "did you mean `checkout-errors`?"),
    "a status of the other kind": (("update", ID, "--status", "completed", "-m", "x"), "it can be: investigating, identified, monitoring, resolved"),
    "a promise at the end": (("update", "--status", "resolved", "--next", "1h", "-m", "x"), "leave --next out"),
    "no such update to correct": (("update", "--corrects", "zzz", "-m", "x"), "is no update of"),
    "no update to correct at all": (("update", "--corrects", "", "-m", "x"), "is no update of"),
    "no window to move": (("update", "--until", "2026-11-22T00:00:00Z", "-m", "x"), "has no window"),
    "no such step": (("update", "--done", "3", "-m", "x"), "(the plan has no steps)"),
    "a window backwards": (("schedule", "X", "--from", "2026-12-02T00:00:00Z", "--until", "2026-12-01T00:00:00Z", "-m", "x"), "ends before it begins"),
    "a window without end": (("schedule", "X", "--from", "2026-12-02T00:00:00Z", "-m", "x"), "--until TIME is missing"),
    "a line of two lines": (("update", "--scope", "a\nb", "-m", "x"), "scope: this must be one line; move the rest into an update"),
    "an empty line": (("resolve", "--amends", " ", "-m", "x"), "amends: this text is empty"),
    "half a character": (("update", "-m", "x\udc80"), "is no UTF-8"),
    "no git": (("update", "-m", "x", "--commit"), "no git repository"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_wrong_usage_says_what_to_type(repository: Repository, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str) -> None:
    """Exit 2, plain words, and not one file."""
    root = repository(PARTS)
    assert run(root, *OPEN) == 0
    before = files(root)
    capsys.readouterr()
    assert run(root, *arguments) == 2
    assert words in capsys.readouterr().err
    assert files(root) == before


REFUSED = {
    "a time ahead of the clock": (("update", "--at", "2026-11-21T15:00:00Z", "-m", "x"), "OR126"),
    "effective later than said": (("update", "--effective", "2026-11-21T14:01:00Z", "-m", "x"), "OR127"),
    "an effect at the end": (("update", "--status", "resolved", "-c", "api=major", "-m", "x"), "OR120"),
    "a retired part": (("update", "-c", "kiosk=major", "-m", "x"), "OR102"),
    "an invisible character": (("update", "-m", "x\x07"), "OR007"),
}


@pytest.mark.parametrize(("arguments", "code"), REFUSED.values(), ids=REFUSED)
def test_what_check_would_refuse_is_not_written(repository: Repository, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str) -> None:
    """Exit 1 with the finding and its hint, and not one file."""
    root = repository(PARTS)
    assert run(root, *OPEN) == 0
    before = files(root)
    capsys.readouterr()
    assert run(root, *arguments) == 1
    assert code in (err := capsys.readouterr().err)
    assert "Nothing was written" in err
    assert files(root) == before


def test_ends_are_ends(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """What is over is not resolved again and does not begin again, but words may be added."""
    root = repository(PARTS)
    assert run(root, *OPEN) == 0
    assert run(root, "resolve", "--yes") == 0
    assert run(root, "resolve", "checkout", "--yes") == 2
    assert "is `resolved` since 2026-11-21T14:00:00Z already" in capsys.readouterr().err
    assert run(root, "update", "checkout", "--status", "identified", "-m", "x") == 2
    assert "onrecord open" in capsys.readouterr().err
    assert run(root, "update", "-m", "x") == 2
    assert "no record is open" in capsys.readouterr().err
    assert run(root, "update", "checkout", "-m", "We credit 10 %.") == 0
    assert run(root, "check") == 0


def test_which_record_is_meant(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """With two open, none is guessed; of several with one name, the one that is open."""
    root = repository(PARTS)
    assert run(root, *OPEN, "--at", "2026-11-20T10:00:00Z") == 0
    assert run(root, "resolve", "--yes", "--at", "2026-11-20T11:00:00Z") == 0
    assert run(root, *OPEN) == 0
    assert run(root, "open", "Other", "-m", "x") == 0
    assert run(root, "update", "-m", "x") == 2
    assert f"2 records are open; say which one:\n  2026-11-21-other\n  {ID}" in capsys.readouterr().err
    assert run(root, "update", "checkout-errors", "-m", "x") == 0
    assert f"wrote {FOLDER}/updates/" in capsys.readouterr().out
    assert run(root, "update", "2026-11-2", "-m", "x") == 2
    assert "could be any of these" in capsys.readouterr().err
    assert run(root, *OPEN) == 0
    assert (root / f"{FOLDER}-2" / "incident.yml").exists()


def test_a_record_that_cannot_be_read_may_be_the_one_that_is_meant(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named beside the one that is taken; one whose words say that it is over is not."""
    broken = {f"incidents/2026/2026-11-{day}-broken/incident.yml": "title: [\n" for day in (19, 20)}
    over = {"incidents/2026/2026-11-19-broken/updates/a.md": "---\nat: 2026-11-19T10:00:00Z\nstatus: resolved\n---\nOver.\n"}
    root = repository({**PARTS, **broken, **over})
    assert run(root, "update", "-m", "x") == 2
    assert "it cannot be told whether they are open; `onrecord check` says why:\n  2026-11-20-broken\n" in capsys.readouterr().err
    assert run(root, *OPEN) == 0
    assert run(root, "update", "-m", "x") == 0
    said = capsys.readouterr()
    assert f"wrote {FOLDER}/updates/" in said.out
    assert "2026-11-20-broken" in said.err
    assert "2026-11-19-broken" not in said.err


def test_dry_run_shows_the_diff(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line that would be added, the message, and nothing written."""
    root = repository(PARTS)
    assert run(root, *OPEN, "--dry-run") == 0
    out = capsys.readouterr().out
    assert f"--- /dev/null\n+++ b/{FOLDER}/incident.yml\n@@ -0,0 +1,5 @@\n+{EDITORS}+title: Checkout errors\n" in out
    assert "  | Payments fail.\n" in out
    assert not (root / "incidents").exists()


def test_a_step_is_ticked_in_its_own_line(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The head keeps its comments, quotes and line ends."""
    root = repository(PARTS)
    assert run(root, *OPEN) == 0
    head = root / FOLDER / "incident.yml"
    text = head.read_bytes().replace(b"\n", b"\r\n") + b"plan:   # steps\r\n    - {step: 'Isolate it'}\r\n    - step: Deploy the fix"
    head.write_bytes(text)
    assert run(root, "update", "--done", "isolate", "-m", "Isolated.") == 0
    assert head.read_bytes() == text.replace(b"'Isolate it'}", b"'Isolate it', done: 2026-11-21T14:00:00Z}")
    assert run(root, "update", "--done", "2", "-m", "Deployed.", "--dry-run") == 0
    assert "+      done: 2026-11-21T14:00:00Z\n\\ No newline at end of file\n" in capsys.readouterr().out


def test_an_effect_is_mended_until_it_is_committed(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Before a commit has it, its own line changes; afterwards only an update can."""
    root = repository(PARTS)
    assert run(root, *OPEN) == 0
    assert run(root, "update", "--mend", "--component", "checkout=major_outage") == 0
    assert "components:\n  checkout: major_outage\n" in (root / FOLDER / "incident.yml").read_text()
    assert len(files(root)) == 2
    repositories.commit(root)
    assert run(root, "update", "--mend", "--component", "checkout=partial_outage") == 2
    assert "is committed, and what was said stays" in capsys.readouterr().err


def test_no_room_takes_everything_back(repository: Repository, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A head without its first update is never left behind."""
    from onrecord import files as disk

    whole = disk.write_atomically

    def full(path: Path, data: bytes, *, durable: bool) -> None:
        if path.suffix == ".md":
            raise OSError(28, "No space left on device")
        whole(path, data, durable=durable)

    monkeypatch.setattr(disk, "write_atomically", full)
    root = repository(PARTS)
    assert run(root, *OPEN) == 1
    assert "nothing was written: [Errno 28] No space left" in capsys.readouterr().err
    assert files(root) == []


def test_words_from_standard_input(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-m -` is for scripts."""
    monkeypatch.setattr("sys.stdin", io.StringIO("First line\r\n\r\nSecond.\n"))
    root = repository(PARTS)
    assert run(root, "open", "X", "-m", "-") == 0
    assert newest(root).endswith("---\nFirst line\n\nSecond.\n")


# ---------------------------------------------------------------- on a terminal


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Somebody who types these lines."""

    def sit(lines: str) -> None:
        monkeypatch.setattr(asking, "on_terminal", lambda: True)
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))

    return sit


def test_alone_on_a_terminal_open_asks(repository: Repository, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]) -> None:
    """Title, part by some letters, effect, severity with thresholds, next word by policy, message, yes."""
    root = repository(PARTS)
    typed("Checkout errors\nchk\n\n2\n\n\nsoon\n\n\nit hangs after `Pay`\n\n\n")
    assert run(root, "open") == 0
    out = capsys.readouterr().out
    assert "One visitor in ten is stopped." in " ".join(out.split())
    assert "--next: `soon` is no duration" in out
    assert "Kiosk" not in out
    assert "components:\n  checkout: partial_outage\n" in (root / FOLDER / "incident.yml").read_text()
    assert "next_update_by: 2026-11-21T14:45:00Z\n---\nCheckout may fail for some of you. It hangs after `Pay`.\n\nWe do not know the cause yet." in newest(root)


def test_an_acknowledgement_takes_few_keys(clones: tuple[Path, Path], typed: Callable[[str], None]) -> None:
    """From an empty prompt to committed words: fewer keys than anybody needs two minutes for."""
    root, _ = clones
    answers = "Checkout errors\ncheck\n\n\n\n\n\n\n\n\n"
    typed(answers)
    assert len("onrecord open --commit\n" + answers) < 60
    assert run(root, "open", "--commit") == 0
    assert git(root, "log", "-1", "--format=%s").strip() == f"incident({ID}): investigating"
    assert newest(root).endswith("---\nCheckout may fail for some of you.\n\nWe do not know the cause yet. We are looking for it now, and will say here what we find.\n")


@pytest.mark.parametrize(("last", "committed"), {"enter": ("\n", True), "no": ("n\n", False)}.values(), ids=["enter", "no"])
def test_who_is_asked_is_asked_to_commit(clones: tuple[Path, Path], typed: Callable[[str], None], last: str, committed: bool) -> None:
    """The verb alone ends with words in a commit, unless somebody says no."""
    root, _ = clones
    typed("Checkout errors\ncheck\n\n\n\n\n\n\n\n\n" + last)
    assert run(root, "open") == 0
    assert (git(root, "log", "-1", "--format=%s").strip() == f"incident({ID}): investigating") is committed
    assert files(root)[0] == f"{FOLDER}/incident.yml"


@pytest.mark.parametrize("last", ["n\n", "\n"], ids=["thought better of it", "no rights"])
def test_typed_words_are_given_back(repository: Repository, typed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], last: str) -> None:
    """Whatever keeps them from being written, nobody types them twice."""
    from onrecord import files as disk

    def refused(path: Path, data: bytes, *, durable: bool) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(disk, "write_atomically", refused)
    root = repository(PARTS)
    typed("Checkout errors\ncheck\n\n\n\n\n\n\nIt hangs after `Pay`\n" + last)
    assert run(root, "open") != 0
    assert "It hangs after `Pay`." in capsys.readouterr().err.partition("Your words were:")[2]
    assert files(root) == []


def test_nobody_speaks_into_a_folder_that_is_never_published(repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Below the root, or beside it, nothing is written; the root is named."""
    root = repository({**PARTS, "notes/x.md": "x"})
    (root / "incidents").mkdir()
    assert run(root / "notes", *OPEN) == 2
    assert f"go there: cd {root}, or name it: onrecord -C {root}" in capsys.readouterr().err
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run(elsewhere, *OPEN) == 2
    assert not list(elsewhere.iterdir())


WRONG = {
    "a slip in the verb": (("opn", "X"), "there is no verb `opn`; did you mean `open`?"),
    "a title without quotes": (("open", "Checkout", "errors"), "a text of several words stands in quotes"),
    "the beginning of a part": (("open", "X", "-c", "ch=partial", "-m", "x"), "did you mean `checkout`?"),
    "the beginning of several": (("open", "X", "-c", "c=partial", "-m", "x"), "did you mean `checkout` or `card-payments`?"),
}


@pytest.mark.parametrize(("words", "expected"), WRONG.values(), ids=WRONG)
def test_slips_at_night_are_answered(repository: Repository, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str) -> None:
    """What was meant is named, and nothing is written."""
    root = repository(PARTS)
    assert main(["-C", str(root), *words]) == 2
    assert expected in capsys.readouterr().err
    assert files(root) == []


def test_alone_on_a_terminal_update_and_resolve_ask(repository: Repository, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]) -> None:
    """Which record where several are open, the state, changed effects, the next word; a `no` writes nothing."""
    root = repository(PARTS)
    assert run(root, *OPEN) == 0
    assert run(root, "open", "Other", "-m", "x") == 0
    typed("check\nident\ncheckout\nmajor\n\n20m\n\na change of ours\n\n\n\n\n")
    assert run(root, "update") == 0
    assert "status: identified\nnext_update_by: 2026-11-21T14:20:00Z\ncomponents:\n  checkout: major_outage\n---\nWe know what is wrong. A change of ours. Checkout cannot be used" in "".join(
        path.read_text() for path in (root / FOLDER / "updates").glob("*identified*")
    )
    before = files(root)
    typed("1\n20m\nA credit\n\n\n\n\nn\n")
    assert run(root, "resolve") == 130
    assert "This is over: everything has worked as usual since 13:40 UTC." in capsys.readouterr().out
    assert files(root) == before


def test_the_editor_opens_unless_there_are_words(repository: Repository, typed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What is saved above the line is said, and a blank that was left is asked for; closing without saving says nothing."""
    root = repository(PARTS)
    seen: list[str] = []

    def edit(text: str, **_: object) -> str | None:
        seen.append(text)
        return text.replace("[[what exactly happens, and to whom?]]", "Orders hang.") if len(seen) == 1 else None

    typed("phone us\n")
    monkeypatch.setattr("click.edit", edit)
    assert run(root, "open", "X", "-c", "api=major") == 0
    assert newest(root).endswith("moment. Orders hang.\n\nWe do not know the cause yet. We are looking for it now, and will say here what we find. Phone us.\n")
    assert "X (major), next update in 45 min" in seen[0]
    assert run(root, "update", "x") == 2
    assert "there are no words, so nothing was written" in capsys.readouterr().err


# ---------------------------------------------------------------- git


@pytest.fixture
def clones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two clones of one page, as two responders have them."""
    for name, value in {"NAME": repositories.AUTHOR, "EMAIL": repositories.EMAIL}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    repositories.commit(tmp_path / "first", PARTS)
    git(tmp_path, "clone", "--quiet", "--bare", "first", "origin")
    for name in ("one", "two"):
        git(tmp_path, "clone", "--quiet", "origin", name)
    return tmp_path / "one", tmp_path / "two"


def test_commit_takes_nothing_else_along(clones: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Form of the message; what was staged stays staged, what lay about stays out, and earlier words of the record come along."""
    root, _ = clones
    assert run(root, *OPEN) == 0
    repositories.lay_out(root, {"staged.txt": "x", "loose.txt": "y", f"{FOLDER}/internal.md": "secret"})
    git(root, "add", "staged.txt")
    assert run(root, "update", "--status", "identified", "-m", "We know.", "--commit") == 0
    assert git(root, "log", "-1", "--format=%s").strip() == f"incident({ID}): identified"
    shown = git(root, "show", "--name-status", "--format=", "HEAD").split()
    assert [path for path in shown[1::2] if "/updates/" not in path] == [f"{FOLDER}/incident.yml"]
    assert set(shown[::2]) == {"A"}
    assert len(shown) == 6
    assert git(root, "status", "--porcelain").splitlines() == ["A  staged.txt", f"?? {FOLDER}/internal.md", "?? loose.txt"]
    assert "To publish: git push\n" in capsys.readouterr().out


def test_two_who_speak_at_once_both_get_through(clones: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The second push is rebased on the first, whatever else is staged, and the later promise counts."""
    one, two = clones
    assert run(one, *OPEN, "--push") == 0
    git(two, "pull", "--quiet")
    assert run(one, "update", "-m", "From one.", "--push", now="--now=2026-11-21T14:10:00Z") == 0
    repositories.lay_out(two, {"staged.txt": "x", "site_src/policy.yml": "severities: {major: {update_every: 45m}}\n"})
    git(two, "add", "staged.txt")
    capsys.readouterr()
    assert run(two, "update", "-m", "From two.", "--push", now="--now=2026-11-21T14:11:00Z") == 0
    assert "sent to origin/main, rebased on what others had sent" in capsys.readouterr().out
    assert git(two, "status", "--porcelain").splitlines() == [" M site_src/policy.yml", "A  staged.txt"]
    git(one, "pull", "--quiet", "--ff-only")
    assert [path.rpartition("/")[2][:16] for path in files(one)[1:]] == ["20261121T140000Z", "20261121T141000Z", "20261121T141100Z"]
    assert run(one, "check", "--format", "json", now="--now=2026-11-21T14:11:00Z") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert git(one, "worktree", "list").count("\n") == 1


def test_a_refusal_of_git_keeps_the_words(clones: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """A hook that refuses leaves the files written and unstaged; a remote that is gone leaves the commit."""
    root, _ = clones
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    assert run(root, *OPEN, "--commit") == 1
    err = capsys.readouterr().err
    assert "not today" in err
    assert f"To commit: git add {FOLDER}/incident.yml" in err
    assert git(root, "status", "--porcelain") == "?? incidents/\n"
    hook.unlink()
    git(root, "remote", "set-url", "origin", "/nowhere")
    assert run(root, "update", "-m", "x", "--push") == 1
    assert "It is committed, and not sent" in capsys.readouterr().err
    assert git(root, "log", "-1", "--format=%s").strip() == f"incident({ID}): investigating"


def test_changes_of_others_in_an_edited_file_stay_out(clones: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """A step is not ticked and committed where that would commit somebody's half-done lines."""
    root, _ = clones
    assert run(root, *OPEN) == 0
    head = root / FOLDER / "incident.yml"
    head.write_text(head.read_text() + "plan: [{step: Fix it}]\n")
    repositories.commit(root)
    assert run(root, "update", "--done", "1", "-m", "Fixed.", "--commit") == 0
    assert git(root, "diff", "--stat", "HEAD~1").count("|") == 2
    head.write_text(head.read_text() + "# half done\n")
    assert run(root, "update", "--done", "1", "-m", "Fixed.", "--commit") == 2
    assert "changes that are not committed" in capsys.readouterr().err


def test_a_pull_request_has_a_branch_of_its_own(clones: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without `gh` the command is shown; with it, it is run; the next word goes to the same branch."""
    root, _ = clones
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert run(root, *OPEN, "--pr") == 0
    out = capsys.readouterr().out
    assert f"sent to origin/incident/{ID}" in out
    assert f"To open one: gh pr create --head incident/{ID} --title 'incident({ID}): investigating'" in out
    assert git(root, "branch", "--show-current").strip() == f"incident/{ID}"
    program = tmp_path / "gh"
    program.write_text('#!/bin/sh\necho "$@" > called\necho https://host.example/o/r/pull/7\n')
    program.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _: str(program))
    assert run(root, "update", "-m", "More.", "--pr") == 0
    assert "pull request: https://host.example/o/r/pull/7" in capsys.readouterr().out
    assert "pr create --head" in (root / "called").read_text()
    assert git(root, "branch", "--show-current").strip() == f"incident/{ID}"
