"""`onrecord messages`, and templates and blanks in the verbs that speak, as people and scripts run them."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from onrecord.cli import main
from onrecord.commands import clipboard
from onrecord.render.messages import CHANNELS

Repository = Callable[[Mapping[str, str | bytes]], Path]
NOW = "--now=2026-11-21T14:00:00Z"
PAGE = {
    "mkdocs.yml": "site_name: Larkfield Status\nsite_url: https://status.larkfield.example\nmarkdown_extensions:\n  - x: !!python/name:a.b\n",
    "site_src/components.yml": "components: [{id: checkout, name: Checkout}, {id: api, name: API}]\n",
    "site_src/policy.yml": """\
        page: {name: Larkfield, contact: mailto:help@larkfield.example}
        roles:
          roles:
            lead: {does: Decides., contact: the red phone, escalate: {to: head of engineering, after: 30m}}
            writer: {does: Writes here}
        """,
}
OPEN = ("open", "Checkout errors", "-c", "checkout=partial_outage", "-m", "Paying hangs for some of you. We look for the cause.")


@pytest.fixture
def root(repository: Repository, capsys: pytest.CaptureFixture[str]) -> Path:
    """A page with one open incident."""
    found = repository(PAGE)
    assert run(found, *OPEN) == 0
    capsys.readouterr()
    return found


def run(root: Path, verb: str, *arguments: str) -> int:
    return main(["-C", str(root), verb, NOW, *arguments])


def test_one_message_is_bare(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing around it, so that it can be piped."""
    assert run(root, "messages", "--channel", "live-chat") == 0
    assert capsys.readouterr().out == (
        "Checkout errors: we know, and are on it. Next word by 15:00 UTC. https://status.larkfield.example/incidents/2026-11-21-checkout-errors/\n"
    )


def test_all_messages_have_headings(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each channel once, in order, with what it counts."""
    assert run(root, "messages", "checkout") == 0
    out = capsys.readouterr().out
    assert [line.partition(" (")[2].split(",")[0].rstrip(") -") for line in out.splitlines() if line.startswith("---- ")] == list(CHANNELS)
    assert " of 280 letters) ----" in out or " of 300 letters) ----" in out


def test_tools_get_json(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Stable keys, one object a message."""
    assert run(root, "messages", "--channel", "email", "--channel", "chat", "--format", "json") == 0
    first, second = json.loads(capsys.readouterr().out)
    assert list(first) == ["record", "update", "phase", "channel", "subject", "text", "length", "limit", "blanks", "template", "drill"]
    assert (first["subject"], second["subject"]) == ("Checkout errors: we know, and are on it", None)
    assert first["phase"] == "acknowledgement"


def test_a_folder_for_support(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file a channel and an index that leads to each and says how long they hold; a second run writes them anew."""
    folder = tmp_path / "support"
    for _ in range(2):
        assert run(root, "messages", "--all", str(folder)) == 0
    assert {path.name for path in folder.iterdir()} == {"index.md", *(channel.file for channel in CHANNELS.values())}
    index = (folder / "index.md").read_text()
    assert all(f"]({channel.file})" in index for channel in CHANNELS.values())
    assert "A newer word is due by 15:00 UTC" in index
    assert (folder / "email.txt").read_text().startswith("Subject: Checkout errors: we know, and are on it\n\nHello,\n")
    assert "onrecord messages 2026-11-21-checkout-errors --all" in capsys.readouterr().out


def test_blanks_are_never_handed_over(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a phase that nobody spoke of: printed with exit code 1; no folder, no copy; filled with --set."""
    assert run(root, "messages", "--phase", "diagnosis", "--channel", "chat") == 1
    shown = capsys.readouterr()
    assert "[[what we have found out since the last update]]" in shown.out
    assert "still to be said" in shown.err
    assert run(root, "messages", "--phase", "diagnosis", "--all", str(tmp_path / "no")) == 1
    assert not (tmp_path / "no").exists()
    assert run(root, "messages", "--phase", "diagnosis", "--channel", "chat", "--copy") == 1
    capsys.readouterr()
    answers = ("--set", "found out=it is EU cards", "--set", "ruled out=", "--set", "tried now=")
    assert run(root, "messages", "--phase", "diagnosis", "--channel", "chat", *answers) == 0
    assert "It is EU cards. Checkout may fail for some of you.\n" in capsys.readouterr().out


def test_as_things_stood_then(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An earlier update, by some letters of its id; what came later is not in it."""
    assert main(["-C", str(root), "resolve", "--now=2026-11-21T14:30:00Z", "-m", "It has been over since two. We are sorry."]) == 0
    assert run(root, "messages", "checkout", "--update", "investigating", "--channel", "email") == 0
    assert "Paying hangs" in capsys.readouterr().out
    assert run(root, "messages", "checkout", "--update", "2026", "--channel", "email") == 2
    assert "several updates" in capsys.readouterr().err


def test_a_drill_is_marked(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In every channel, first."""
    head = root / "incidents/2026/2026-11-21-checkout-errors/incident.yml"
    head.write_text(head.read_text() + "drill: true\n")
    assert run(root, "messages", "--channel", "email") == 0
    assert capsys.readouterr().out.startswith("Subject: EXERCISE: Checkout errors")


WRONG = {
    "no such record": (("zzz",), "there is no record `zzz`"),
    "no such phase": (("--phase", "identifed"), "did you mean `identified`?"),
    "a phase of planned work": (("--phase", "maintenance-done"), "belongs elsewhere"),
    "no such channel": (("--channel", "fax"), "'fax'"),
    "a copy of several": (("--copy",), "--copy takes one message"),
    "no such template": (("--own", "identified/fax"), "there is no template `identified/fax`; did you mean"),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
def test_wrong_usage(root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str) -> None:
    """Exit 2 and what to type."""
    assert run(root, "messages", *arguments) == 2
    assert words in capsys.readouterr().err


def test_a_template_of_ones_own(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Copied, edited, used, listed; a mistake is named with its line, and so is a file that nothing is made from."""
    assert run(root, "messages", "--own", "acknowledgement/chat") == 0
    own = root / "site_src/messages/acknowledgement/chat.txt"
    own.write_text("Hear, hear: {{ title }}\n")
    assert run(root, "messages", "--own", "acknowledgement") == 0
    assert own.read_text().startswith("Hear")
    assert run(root, "messages", "--channel", "chat") == 0
    assert capsys.readouterr().out.rpartition("messages ID\n")[2].startswith("Hear, hear: Checkout errors\n")
    (root / "site_src/messages/identifed").mkdir()
    (root / "site_src/messages/identifed/chat.txt").write_text("x")
    assert run(root, "messages", "--list") == 1
    assert "identifed/chat.txt:1:1: error: OR043 stray-file: no message is made from this file\n    hint: did you mean `identified/chat.txt`?" in capsys.readouterr().err
    own.write_text("One\n{{ titel }}\n")
    assert run(root, "messages", "--channel", "chat") == 1
    assert "site_src/messages/acknowledgement/chat.txt:2: nothing is called `titel`; did you mean `title`?" in capsys.readouterr().err


BAD = {
    "an unknown name": ("{{ titel }}", "2:1: error: OR047 bad-template: nothing is called `titel`"),
    "a phrase": ("{{ next_word }}", ""),
    "a broken brace": ("{% if title %}", "2:1: error: OR047"),
    "a sentence that is not there": ("{{ next_wrod }}", "did you mean `next_word`?"),
    "what is set before": ("{% set x = title %}{{ x }}", ""),
    "a template without end": ("x" * 30_000, "more than 20,000 letters"),
    "no text": ("\udcff", "this is no UTF-8"),
}


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD)
def test_check_reads_templates(root: Path, capsys: pytest.CaptureFixture[str], text: str, words: str) -> None:
    """A template is found broken by `check` and in the list, and not at two in the morning; nothing of it is run."""
    own = root / "site_src/messages/identified/chat.txt"
    own.parent.mkdir(parents=True)
    own.write_bytes(f"One\n{text}\n".encode(errors="surrogateescape"))
    for paths in ((), ("site_src/messages",), ("site_src/messages/identified/chat.txt",)):
        assert run(root, "check", *paths) == (1 if words else 0)
        assert words in capsys.readouterr().out
    assert run(root, "messages", "--list") == (1 if words else 0)
    assert run(root, "check", "incidents") == 0


COPIES = {
    "a clipboard here": (True, False, {}, "copied\n"),
    "a terminal far away": (True, True, {"SSH_CONNECTION": "1"}, "\033]52;c;"),
    "a terminal without a clipboard": (False, True, {}, "\033]52;c;"),
    "nothing": (False, False, {}, "not copied: there is no clipboard here"),
}


@pytest.mark.parametrize(("local", "terminal", "variables", "expected"), COPIES.values(), ids=COPIES)
def test_copies_go_where_there_is_a_clipboard(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], local: bool, terminal: bool, variables: dict[str, str], expected: str
) -> None:
    """This machine's, else the terminal's, else the reader is told."""
    held: list[str] = []
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clipboard, "_local", lambda text: held.append(text) is None and local)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    assert run(root, "messages", "--channel", "chat", "--copy") == 0
    shown = capsys.readouterr()
    assert shown.err.startswith(expected)
    if expected.startswith("\033"):
        assert b64encode(shown.out.rstrip("\n").encode()).decode() in shown.err


# ---------------------------------------------------------------- templates and blanks in the verbs that speak


def said(root: Path) -> str:
    newest = max((root / "incidents").rglob("updates/*.md"), key=lambda path: path.stat().st_mtime_ns)
    return newest.read_text().rpartition("---\n")[2]


def test_a_template_without_a_terminal(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its state counts; what must be filled is asked for, and --set fills it."""
    assert run(root, "update", "--template", "fix-under-way") == 2
    assert "[[what is being done, in words that customers know]]" in capsys.readouterr().err
    assert run(root, "update", "--template", "fix_under_way", "--set", "being done=we take the change back", "--set", "how far=half is done") == 0
    assert said(root) == "We are putting this right: we take the change back. Checkout may fail for some of you.\n\nHalf is done.\n"
    assert "status: identified" in max((root / "incidents").rglob("updates/*identified*")).read_text()
    assert run(root, "update", "--template", "no-news", "--set", "tried now=we watch the last machines") == 0
    assert "Nothing has changed for you since the last update. Checkout may fail for some of you." in said(root)


UNFIT = {
    "no such template": (("--template", "acknowledgment"), "did you mean `acknowledgement`?"),
    "one for planned work": (("--template", "maintenance-done"), "belongs elsewhere"),
    "an answer without a blank": (("--template", "no-news", "--set", "weather=fine"), "--set: `weather` is no blank here; the blanks are:\n  [[what has been tried"),
    "an answer to several": (("--template", "no-news", "--set", "what=x"), "is not clear here"),
    "no answer": (("--template", "no-news", "--set", "tried"), "fills no blank"),
}


@pytest.mark.parametrize(("arguments", "words"), UNFIT.values(), ids=UNFIT)
def test_templates_and_answers_that_do_not_fit(root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str) -> None:
    """Exit 2, what fits, and nothing written."""
    before = said(root)
    assert run(root, "update", *arguments) == 2
    assert words in capsys.readouterr().err
    assert said(root) == before


def test_what_nobody_finished_is_not_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A blank in -m, and words that fit any incident; -m may hold blanks that --set fills."""
    assert run(root, "update", "-m", "We [[do what]].") == 1
    assert "OR141 leftover-blank" in capsys.readouterr().err
    assert run(root, "update", "-m", "We are continuing to investigate this issue.") == 1
    assert "OR142 robot-text" in capsys.readouterr().err
    assert run(root, "update", "-m", "We [[do what]].", "--set", "do what=look at EU cards") == 0
    assert said(root) == "We look at EU cards.\n"


def test_what_yes_says_is_concrete(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With parts, without any, and through all states: never refused, and never without a fact."""
    assert run(root, "open", "Reports come late", "--yes") == 0
    assert said(root).startswith("We know about this: reports come late.")
    found = "what it is=A change of ours is the cause"
    for arguments in (("--yes",), ("--status", "identified", "--set", found, "--yes"), ("-c", "api=major", "--yes"), ("--status", "monitoring", "-c", "checkout=operational", "-c", "api=operational", "--yes")):
        assert run(root, "update", "checkout", *arguments) == 0
    assert run(root, "resolve", "checkout", "--yes") == 0
    assert "This is over: everything has worked as usual since" in said(root)
    assert "We are sorry." in said(root)
    assert run(root, "check") == 0


def test_identified_says_what_was_found(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """That the cause is known, without a word of what it is, is no news: it is asked for, and nothing is written."""
    before = said(root)
    assert run(root, "update", "--status", "identified", "--yes") == 2
    assert "[[what it is, in words that customers know]]" in capsys.readouterr().err
    assert said(root) == before


def test_facts_that_messages_hold_can_be_typed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A way round with the first word, an expected end, and amends after the end, whose text is then proposed."""
    assert run(root, "open", "Slow", "-c", "api=degraded", "--workaround", "Ask less often.", "-m", "The API answers late.") == 0
    assert "workaround: Ask less often.\n" in max((root / "incidents").rglob("*slow/updates/*.md")).read_text()
    assert run(root, "update", "slow", "--expected", "2026-11-21T15:00:00Z", "-m", "Half of the machines are quick again.") == 0
    capsys.readouterr()
    assert run(root, "messages", "slow", "--channel", "questions") == 0
    out = capsys.readouterr().out
    assert "We expect it to be over by 15:00 UTC." in out
    assert "## What can they do meanwhile?\nAsk less often.\n" in out
    assert run(root, "resolve", "slow", "--yes") == 0
    assert run(root, "update", "slow", "--amends", "A credit of 10 %", "--set", "who gets it=everyone with a plan", "--set", "when does it come=it comes off your next invoice", "--template", "amends") == 0
    assert said(root).startswith("For what this cost you, we give back: A credit of 10 %. Everyone with a plan.\n\nIt comes off your next invoice. We are sorry.")
    assert run(root, "messages", "slow", "--channel", "live-chat") == 0
    assert "Slow: A credit of 10 %. Ask us here" in capsys.readouterr().out


def test_open_says_who_does_what(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who leads and speaks, how they are reached, whom to call after how long."""
    assert run(root, "open", "Other", "-m", "Something else hangs.") == 0
    assert capsys.readouterr().out.endswith(
        "\nWho does what:\n  lead    Decides (the red phone). Silent for 30 min? Call the head of\n          engineering.\n  writer  Writes here.\n"
    )


def test_resolve_proposes_what_belongs_to_the_end(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Since when, how long, the apology, thanks, and the day of the post-mortem, in the editor."""
    root = repository({**PAGE, "site_src/policy.yml": "severities: {major: {postmortem_within: 5d}}\n"})
    assert run(root, *OPEN, "--at", "2026-11-21T13:00:00Z", "--severity", "major", "--next", "2h") == 0
    seen: list[str] = []
    monkeypatch.setattr("onrecord.commands.asking.on_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n\n"))
    monkeypatch.setattr("click.edit", lambda text, **_: seen.append(text) or text)
    assert run(root, "resolve", "--effective", "2026-11-21T13:50:00Z") == 0
    assert "since 13:50 UTC" in seen[0]
    for words in ("It lasted 50 minutes.", "We are sorry. For 50 minutes", "Thank you for bearing with us", "By Thursday, 26 November we publish what happened"):
        assert words in said(root)
