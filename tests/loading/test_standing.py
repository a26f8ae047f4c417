"""Which records may be open: told without reading them whole, and never told wrong."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.commands.desk import open_records, sit_down
from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.loading.standing import unsettled

Repository = Callable[[Mapping[str, str | bytes]], Path]
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
ID = "2026-11-21-checkout-errors"
FOLDER = f"incidents/2026/{ID}"
HEAD = {f"{FOLDER}/incident.yml": "title: Checkout errors\n"}


def said(hour: int, status: str | None, more: str = "", words: str = "Words.", first: str = "") -> str:
    state = f"status: {status}\n" if status else ""
    return f"---\n{first}at: 2026-11-21T{hour:02}:00:00Z\n{state}{more}---\n{words}\n"


BEGUN = {"a.md": said(14, "investigating")}
ENDED = {**BEGUN, "b.md": said(15, "resolved")}
CASES: list[tuple[str, Mapping[str, str | bytes], bool]] = [
    ("no words at all", {}, False),
    ("begun", BEGUN, False),
    ("ended", ENDED, True),
    ("called off", {"a.md": said(14, "scheduled"), "b.md": said(15, "cancelled")}, True),
    ("ended, in a file that stands first", {"z.md": said(14, "investigating"), "a.md": said(15, "resolved")}, True),
    ("begun again later, in a file that stands first", {"z.md": said(14, "resolved"), "a.md": said(15, "monitoring")}, False),
    ("two words of one time", {**BEGUN, "b.md": said(14, "resolved")}, False),
    ("a word after the end", {**ENDED, "c.md": said(16, "resolved", "amends: A credit\n")}, True),
    ("a word after the end, without a state", {**ENDED, "c.md": said(16, None)}, False),
    ("the end has more to say", {**BEGUN, "b.md": said(15, "resolved", "effective: 2026-11-21T14:50:00Z\ncomponents: {api: operational}\n")}, True),
    ("the end cannot be read", {**BEGUN, "b.md": said(15, "resolved", "colour: red\n")}, False),
    ("the end is no moment", {**BEGUN, "b.md": said(15, "resolved").replace("11-21", "13-41")}, False),
    ("the end is no moment that a calendar reaches", {**BEGUN, "b.md": said(15, "resolved").replace("2026-", "9026-")}, False),
    ("the end says its state twice", {**BEGUN, "b.md": said(15, "resolved", "status: monitoring\n")}, False),
    ("the end is no UTF-8", {**BEGUN, "b.md": said(15, "resolved").encode() + b"\xff"}, False),
    ("the end is no text", {**BEGUN, "b.md": said(15, "resolved").encode() + b"\0" * 900}, False),
    ("the end is no front matter", {**BEGUN, "b.md": "status: resolved\n"}, False),
    ("the end is in capitals", {**BEGUN, "b.md": said(15, "Resolved")}, False),
    ("the end is long", {**BEGUN, "b.md": said(15, "resolved", words="Words. " * 4_000)}, True),
    ("the end is longer than a file may be", {**BEGUN, "b.md": said(15, "resolved", words="Words. " * 400_000)}, False),
    ("an earlier word cannot be read", {**ENDED, "0.md": "nothing of the kind"}, True),
    ("a later word cannot be read", {**ENDED, "c.md": said(16, "monitoring", "colour: red\n")}, False),
    ("the time is not the first line", {**ENDED, "c.md": said(16, "monitoring", first="scope: EU\n")}, False),
    ("the time of the end is not the first line", {**BEGUN, "b.md": said(15, "resolved", first="scope: EU\n")}, True),
    ("a later word with an offset", {**ENDED, "c.md": said(14, "monitoring").replace("Z\n", "-03:00\n")}, False),
    ("an earlier word with an offset", {**ENDED, "c.md": said(16, "monitoring").replace("Z\n", "+03:00\n")}, True),
    ("a later word to the minute", {**ENDED, "c.md": said(16, "monitoring").replace(":00Z\n", "Z\n")}, False),
    ("lines end as on Windows", {"a.md": said(14, "monitoring"), "b.md": said(15, "resolved").replace("\n", "\r\n").encode()}, True),
    ("a later word whose lines end as on Windows", {**ENDED, "c.md": said(16, "monitoring").replace("\n", "\r\n").encode()}, False),
    ("a later word after a byte order mark", {**ENDED, "c.md": b"\xef\xbb\xbf" + said(16, "monitoring").encode()}, False),
    ("a translation is no word", {**ENDED, "de/c.md": said(16, "monitoring")}, True),
    ("another ending is no word", {**ENDED, "c.markdown": said(16, "monitoring")}, True),
    ("a hidden file is no word", {**ENDED, ".c.md": said(16, "monitoring")}, True),
    ("a folder is called like a word", {**ENDED, "c.md/x.txt": "x"}, True),
]  # fmt: skip


@pytest.mark.parametrize(("words", "settled"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_certainly_over(repository: Repository, words: Mapping[str, str | bytes], settled: bool) -> None:
    """As the reader of whole records has it; where it takes more than a look, the record counts as unsettled."""
    root = repository({**HEAD, **{f"{FOLDER}/updates/{name}": text for name, text in words.items()}})
    assert unsettled(WorkTree(root)) == (() if settled else (FOLDER,))
    assert not (settled and open_records(sit_down(root, NOW, everything=True)))


def test_links_are_not_followed_on_the_way(repository: Repository) -> None:
    """A folder of updates that is a link holds no words, and a file that is one is read as the reader of updates does."""
    words = {f"words/{name}": text for name, text in ENDED.items()}
    root = repository({**HEAD, **words})
    (root / FOLDER / "updates").symlink_to("../../../words")
    assert unsettled(WorkTree(root)) == (FOLDER,)
    (root / FOLDER / "updates").unlink()
    (root / FOLDER / "updates").mkdir()
    for name in ENDED:
        (root / FOLDER / "updates" / name).symlink_to(f"../../../../words/{name}")
    assert unsettled(WorkTree(root)) == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_holds_nobody_up(repository: Repository) -> None:
    """What is no file is no word, and nothing waits for it."""
    root = repository({**HEAD, **{f"{FOLDER}/updates/{name}": text for name, text in ENDED.items()}})
    os.mkfifo(root / FOLDER / "updates" / "c.md")
    assert unsettled(WorkTree(root)) == ()


@pytest.mark.parametrize(("path", "hidden"), [(f"{FOLDER}/updates/b.md", True), ("incidents/*", True), ("*", True), (f"{FOLDER}-2/updates/b.md", False)])
def test_what_is_withheld_is_read_with_care(repository: Repository, path: str, hidden: bool) -> None:
    """A redaction may take out what the end is told by."""
    rule = f"- {{path: \"{path}\", reason: A name, who: Robin, when: 2026-11-21T16:00:00Z}}\n"
    root = repository({**HEAD, "redactions.yml": f"redactions:\n{rule}", **{f"{FOLDER}/updates/{name}": text for name, text in ENDED.items()}})
    assert bool(unsettled(WorkTree(root))) is hidden


def test_of_two_folders_with_one_id_both_are_read(repository: Repository) -> None:
    """Which of them counts is decided by who sees both."""
    elsewhere = f"incidents/2025/{ID}"
    first = {f"{FOLDER}/updates/{name}": text for name, text in ENDED.items()}
    second = {f"{elsewhere}/incident.yml": "title: The same\n", **{f"{elsewhere}/updates/{name}": text for name, text in BEGUN.items()}}
    root = repository({**HEAD, **first, **second})
    assert unsettled(WorkTree(root)) == (elsewhere, FOLDER)
    assert open_records(sit_down(root, NOW, standing=True)) == []


def test_it_never_misses_what_is_open(repository: Repository) -> None:
    """Words thrown together at random: whatever is open for who reads everything is open for who looks first."""
    dice = random.Random(7)
    files: dict[str, str | bytes] = {}
    for number in range(120):
        folder = f"incidents/2026/2026-11-{number % 28 + 1:02}-number-{number}"
        files[f"{folder}/incident.yml"] = dice.choice(("title: One\n", "title: One\nkind: maintenance\nscheduled: {from: 2026-11-01T00:00:00Z, until: 2026-11-02T00:00:00Z}\n", "title: One\nkind: notice\n", "title: [\n"))
        for name in range(dice.randrange(5)):
            _, words, _ = dice.choice(CASES[1:])
            text = dice.choice(list(words.values()))
            files[f"{folder}/updates/{name}.md"] = text if len(text) < 100_000 else "---\n"
    root = repository(files)
    whole = sit_down(root, NOW, everything=True)
    assert [view.id for view in open_records(sit_down(root, NOW, standing=True))] == [view.id for view in open_records(whole)]
    assert 20 < len(unsettled(WorkTree(root))) < len(load(WorkTree(root), now=NOW).dataset.incidents) + len(whole.data.unreadable)
