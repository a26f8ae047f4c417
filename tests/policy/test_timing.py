"""The rules of time: what is late, missed, silent or too much, what stays silent, and who is not held to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from judging import judged
from onrecord.model import Kind
from onrecord.policy import RULES
from onrecord.policy.timing import _missed
from onrecord.snapshot.promises import promises
from onrecord.snapshot.said import said as reckoned
from records import FIRST, FOLDER, HEAD, LAST, POLICY
from saying import clock, record, update

BODY = "Payments fail.\n"
MAINTENANCE = "title: Upgrade\nkind: maintenance\nscheduled: {{from: 2026-11-21T14:00:00Z, until: 2026-11-21T15:30:00Z}}\n{}"


def incident(extra: str = "", severity: str = "major", started: str = "13:58") -> str:
    return f"title: Checkout errors\nseverity: {severity}\nstarted: 2026-11-21T{started}:00Z\n{extra}"


def said(*rows: str) -> dict[str, str | None]:
    """Updates from lines such as `14:05 investigating 14:35 components: {api: major_outage}`; `-` promises nothing."""
    files: dict[str, str | None] = {FIRST: None, LAST: None}
    for number, row in enumerate(rows):
        at, status, due, *more = row.split(maxsplit=3)
        promise = f"next_update_by: 2026-11-21T{due}:00Z\n" if due != "-" else ""
        front = f"at: 2026-11-21T{at}:00Z\nstatus: {status}\n{promise}" + "".join(f"{line}\n" for line in more)
        files[f"{FOLDER}/updates/{number}.md"] = f"---\n{front}---\n{BODY}"
    return files


CALM = ("14:05 investigating 14:55", "14:50 resolved -")
SOURCE = "source: {system: cstate, id: x}\n"
LATE = ("14:31 investigating 15:00", "14:50 resolved -")

CASES = (
    ("in time", incident(), CALM, "16:00", []),
    # the first word
    ("16 minutes are too long for major", incident(), LATE, "14:40", ["OR202 note"]),
    ("within 15 minutes and some seconds", incident(started="13:50"), CALM, "16:00", []),
    ("nobody said when it began", "title: x\nseverity: major\n", LATE, "16:00", []),
    ("minor may take half an hour", incident(severity="minor", started="14:02"), LATE, "16:00", []),
    ("the severity of the first word counts", incident(severity="minor", started="14:10"), ("14:31 investigating 15:00 severity: major", "14:50 resolved -"), "16:00", ["OR202 note"]),
    ("found late and said at once", incident("detected: 2026-11-21T14:25:00Z\n"), LATE, "16:00", ["OR202 note"]),
    ("known and not said", incident("detected: 2026-11-21T14:00:00Z\n"), LATE, "16:00", ["OR202 note", "OR203 note"]),
    ("an import is not held to it", incident("detected: 2026-11-21T14:00:00Z\n" + SOURCE), LATE, "16:00", []),
    ("a drill is", incident("drill: true\n"), LATE, "16:00", ["OR202 note"]),
    ("a brief outage needs no alert", incident(), ("14:31 resolved - effective: 2026-11-21T14:02:00Z",), "16:00", []),
    ("a longer one does", incident(), ("14:31 resolved - effective: 2026-11-21T14:03:00Z",), "16:00", ["OR202 note"]),
    ("brief so far is not brief", incident(started="14:30"), ("14:50 investigating 15:00",), "14:51", ["OR202 note"]),
    # promises
    ("a promise of two hours", incident(), ("14:05 investigating 16:05",), "14:10", ["OR204 warning"]),
    ("of 65 minutes, to the full hour", incident(), ("14:05 investigating 15:10",), "14:10", []),
    ("of two hours, where it is minor", incident(severity="minor"), ("14:05 investigating 16:05",), "14:10", []),
    ("of two hours, and it became minor", incident(), ("14:05 investigating 16:05 severity: minor",), "14:10", []),
    ("of two hours, in an older update", incident(), ("14:05 investigating 16:05", "14:50 identified 15:40"), "15:00", ["OR204 note"]),
    ("of two hours, in an import", incident(SOURCE), ("14:05 investigating 16:05",), "14:10", []),
    ("a minute before it is due", incident(), ("14:05 investigating 14:35",), "14:35", []),
    ("a minute after", incident(), ("14:05 investigating 14:35",), "14:36", ["OR205 warning"]),
    ("kept late", incident(), ("14:05 investigating 14:35", "14:39 identified 15:30"), "15:00", ["OR205 note"]),
    ("kept late by the end", incident(), ("14:05 investigating 14:35", "14:39 resolved -"), "16:00", ["OR205 note"]),
    ("missed for hours, said once", incident(), ("14:05 investigating 14:35",), "19:00", ["OR205 warning"]),
    ("missed in a drill", incident("drill: true\n"), ("14:05 investigating 14:35",), "14:36", ["OR205 warning"]),
    ("missed in an import", incident(SOURCE), ("14:05 investigating 14:35",), "14:36", []),
    ("missed in a maintenance", MAINTENANCE.format(""), ("14:05 in_progress 14:35",), "14:36", ["OR205 warning"]),
    # silence
    ("nothing promised, nothing said", incident(), ("14:05 investigating -",), "15:12", ["OR206 warning"]),
    ("six minutes over the hour", incident(), ("14:05 investigating -",), "15:11", []),
    ("silence in the middle", incident(), ("14:05 investigating -", "15:30 resolved -"), "16:00", ["OR206 note"]),
    ("silence after the end is peace", incident(), CALM, "19:00", []),
    ("a promise kept, and too far", incident(), ("14:05 investigating 16:05", "16:00 resolved -"), "16:10", ["OR204 note", "OR206 note"]),
    ("silence of an import", incident(SOURCE), ("14:05 investigating -",), "19:00", []),
    # too often
    ("three in ten minutes", incident(), ("14:05 investigating 14:55", "14:09 investigating 14:55", "14:12 investigating 14:55"), "14:20", ["OR207 note"]),
    ("two people at once", incident(), ("14:05 investigating 14:55", "14:05 investigating 14:55"), "14:20", []),
    ("three, and one of them finds it", incident(), ("14:05 investigating 14:55", "14:09 investigating 14:55", "14:12 identified 14:55"), "14:20", []),
    ("three, and one tells who is hit", incident(), ("14:05 investigating 14:55", "14:09 investigating 14:55 scope: All of France", "14:12 investigating 14:55"), "14:20", []),
    ("three in half an hour", incident(), ("14:05 investigating 14:55", "14:12 investigating 14:55", "14:20 investigating 14:55"), "14:30", []),
    # windows
    ("a window that is over", MAINTENANCE.format(""), ("14:05 in_progress -",), "15:40", ["OR208 warning"]),
    ("over since three minutes", MAINTENANCE.format(""), ("14:05 in_progress -",), "15:33", []),
    ("completed", MAINTENANCE.format(""), ("14:05 in_progress -", "15:20 completed -"), "15:40", []),
    ("longer than planned, as was said", MAINTENANCE.format(""), ("14:05 in_progress -", "15:31 in_progress -"), "15:40", []),
    ("moved", MAINTENANCE.format(""), ("14:05 in_progress - scheduled: {from: 2026-11-21T14:00:00Z, until: 2026-11-21T17:00:00Z}",), "15:40", []),
    ("a window of an import", MAINTENANCE.format(SOURCE), ("14:05 in_progress -",), "15:40", []),
)


@pytest.mark.parametrize(("name", "head", "rows", "now", "expected"), CASES, ids=[case[0] for case in CASES])
def test_times(name: str, head: str, rows: tuple[str, ...], now: str, expected: list[str]) -> None:
    """Codes and levels: what can be mended is a warning, what is past a note."""
    files = {HEAD: head, POLICY: "brief_outage: 5m\n", **said(*rows)}
    timing = judged(files, "OR20", at=clock(now))
    assert sorted(f"{p.code} {p.level}" for p in timing if p.code != "OR201") == expected


def test_every_rule_is_tried() -> None:
    """No rule of time without a case in which it speaks."""
    tried = {line.split()[0] for case in CASES for line in case[4]} | {"OR201"}
    assert tried == {rule.code for rule in RULES if rule.family == "timing"}


def test_what_is_past_is_a_note_whatever_the_policy_says() -> None:
    """A level is for what can still be mended."""
    strict = {POLICY: "rules: {promise-missed: {level: error}}\n", HEAD: incident()}
    missed = judged({**strict, **said("14:05 investigating 14:35")}, "OR205", at=clock("14:40"))
    kept_late = judged({**strict, **said("14:05 investigating 14:35", "14:39 resolved -")}, "OR205", at=clock("14:40"))
    assert [(p.level, p.past) for p in missed + kept_late] == [("error", False), ("note", True)]


def test_words_of_a_missed_promise() -> None:
    """Where, by when, how late, and what to type."""
    (problem,) = judged({HEAD: incident(), **said("14:05 investigating 14:35")}, "OR205", at=clock("14:40"))
    assert f"{problem}" == (
        f"{FOLDER}/updates/0.md:4:17: warning: OR205 promise-missed: the next word was promised by 14:35Z, and 5 min later there is none\n"
        "    hint: say now how it stands, even if there is no news: onrecord update 2026-11-21-checkout-errors"
    )


ROW = some.tuples(some.integers(0, 50), some.sampled_from(["investigating", "monitoring", "resolved", None]), some.integers(1, 30) | some.none(), some.booleans())


@given(some.lists(ROW, max_size=5), some.integers(0, 59))
def test_missed_promises_are_those_of_the_pages(rows: list[tuple[int, str | None, int | None, bool]], now: int) -> None:
    """What the rule calls missed, and how late, is what pages and feeds call so."""
    said = []
    for number, (minute, status, after, unread) in enumerate(sorted(rows, key=lambda row: row[0])):
        front = {"status": status} if status else {}
        front |= {"next_update_by": f"14:{minute + after:02d}"} if after and minute + after < 60 else {}
        said.append(update(f"{number}", f"14:{minute:02d}", unread=unread, **front))
    incident, at = record(*said), clock(f"14:{now:02d}")
    shown = promises(Kind.incident, reckoned(incident, at), at)
    ahead = {one.id for one in incident.updates if one.head.at > at}
    expected = [(p.update, p.due, p.met_at) for p in shown if p and p.state == "missed"]
    assert [(one.id, due, met) for one, due, met in _missed(incident, at)] == expected or ahead


def test_a_build_hears_only_what_can_be_mended() -> None:
    """A promise that is late now, and what must not go out; nothing of style, and nothing of the past."""
    words = {HEAD: incident(), **said("14:05 investigating 14:35", "14:39 identified 14:50")}
    words[f"{FOLDER}/updates/1.md"] = f"{words[f'{FOLDER}/updates/1.md']}An engineer forgot 10.1.2.3.\n"
    told = [sorted(p.code for p in judged(words, ("OR2", "OR3", "OR5"), at=clock("15:00"), past=past)) for past in (True, False)]
    assert told == [["OR205", "OR205", "OR302", "OR311", "OR312", "OR502"], ["OR205", "OR502"]]
    assert judged(words, "OR5", at=clock("23T15:00"), past=False) == []
