"""A drill from the first alarm to the score, as those who rehearse run it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

import golden as golden_files
from onrecord import times
from onrecord.cli import main
from onrecord.commands import drilling
from onrecord.drills.state import read_state, write_state
from onrecord.times import parse_instant

Repository = Callable[[Mapping[str, str | bytes]], Path]
FILES = {
    "mkdocs.yml": "site_name: 'Larkfield Status'\nsite_url: https://status.larkfield.example/\ndocs_dir: site_src/pages\ntheme: {name: material, font: false}\nplugins: [onrecord]\n",
    "site_src/pages/about.md": "# About\n\nWho we are.\n",
    "site_src/components.yml": "components:\n  - {id: payments, name: Payments}\n  - {id: api, name: Our API}\n  - {id: web, name: Web shop}\n",
    "site_src/policy.yml": """\
        # Ours.
        severities: {major: {acknowledge_within: 10m, update_every: 20m}}
        roles: {roles: {lead: {does: Decides, escalate: {to: head of engineering, after: 30m}}}}
        words: {banned: [inconvenience], internal: ['\\bweb-\\d+\\b']}
        """,
    "incidents/2026/2026-11-01-real/incident.yml": "title: A real one\n",
    "incidents/2026/2026-11-01-real/updates/20261101T100000Z-resolved.md": "---\nat: 2026-11-01T10:00:00Z\nstatus: resolved\n---\nOver.\n",
}
BEGAN = parse_instant("2026-11-21T14:00:00Z")


@pytest.fixture
def drill(repository: Repository, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder of a drill that began at 14:00."""
    root = repository(FILES)
    assert at(root, 0, "drill", "start", "bad-config") == 0
    return root.parent / "repository-drill"


def at(root: Path, minute: float, *arguments: str) -> int:
    """Runs a verb at that minute of the drill."""
    words = list(arguments)
    words.insert(2 if words[0] == "drill" else 1, f"--now={times.iso(BEGAN + timedelta(minutes=minute))}")
    return main(["-C", str(root), *words])


def well_played(root: Path) -> None:
    """Somebody who does it well."""
    opened = ("open", "Our API refuses some keys", "-c", "api=partial", "--severity", "major", "--next", "15m")
    assert at(root, 5, *opened, "-m", "A third of API keys, those made before 2024, are refused in all regions. We are on it.") == 0
    said = "We are taking a change back, region by region. We expect all to work by 14:40 UTC. A new key works at once; nobody needs one."
    assert at(root, 16, "update", "--status", "identified", "--next", "20m", "-m", said) == 0
    assert at(root, 33, "update", "--status", "monitoring", "--next", "15m", "-m", "Europe and Asia work again.") == 0
    assert at(root, 46, "resolve", "-m", "It is over. We are sorry, and thank you for your patience. By Tuesday we write what happened.") == 0


def test_the_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its title, for people and for tools."""
    assert main(["drill", "list"]) == 0
    assert "database-cluster  The database cluster loses its majority (critical, 60 min)\n" in capsys.readouterr().out
    assert main(["drill", "list", "--format", "json"]) == 0
    assert [row["scenario"] for row in json.loads(capsys.readouterr().out)] == ["bad-config", "database-cluster", "third-party-login"]


def test_the_beginning(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Roles, promises, the parts that it plays on, what to type, and the first alarm."""
    root = repository(FILES)
    assert at(root, 0, "drill", "start", "bad-config") == 0
    out = capsys.readouterr().out
    assert "It begins at 14:00 UTC.\nIt plays on: Our API, Payments.\n" in out
    assert "lead  Decides. Silent for 30 min? Call the head of engineering.\n" in out
    assert "when it is major: the first word within 10 min, a word every 20 min, the post-mortem within 3 d. Speak" in " ".join(out.split())
    assert "--component api=partial_outage\n" in out
    assert "14:00 UTC  Monitoring\n  ALERT Our API: 34 % of requests answered with 403." in out
    assert max(map(len, out.splitlines())) <= max(79, len(str(root)) + 40)
    folder = root.parent / "repository-drill"
    assert not (folder / "incidents").exists()
    assert "page:\n  name: \"DRILL: Larkfield Status\"\n  drill: true\n" in (folder / "site_src/policy.yml").read_text()
    assert (folder / ".drill/.gitignore").read_text() == "*\n"
    assert main(["-C", str(folder), "check"]) == 0


def test_a_drill_played_well(drill: Path, golden: golden_files.Golden, capsys: pytest.CaptureFixture[str]) -> None:
    """Every record is a drill; the score is full; it can be had as text, JSON and Markdown, again and again."""
    well_played(drill)
    heads = [path.read_text() for path in drill.glob("incidents/*/*/incident.yml")]
    assert len(heads) == 1
    assert "\ndrill: true\n" in heads[0]
    capsys.readouterr()
    assert at(drill, 47, "drill", "end", "--keep", str(drill / "kept.md")) == 0
    golden("drill/well.txt", capsys.readouterr().out.replace(str(drill), "DIR"))
    golden("drill/well.md", (drill / "kept.md").read_text())
    assert at(drill, 300, "drill", "end", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["score"]["points"], found["score"]["of"], found["minutes"], found["state"]) == (100, 100, 47.0, "ended")


def test_a_drill_played_badly(drill: Path, golden: golden_files.Golden, capsys: pytest.CaptureFixture[str]) -> None:
    """Late, silent, blaming, blank, and never over: what was missed is named, with advice for each."""
    policy = drill / "site_src/policy.yml"
    policy.write_text(policy.read_text().replace("internal: [", "internal: ['(broken', "))
    words = "Sorry for the inconvenience on web-12. It was human error. [[who is affected]]"
    opened = ("open", "Trouble", "--severity", "major", "--next", "5m", "-c", "web=degraded")
    assert at(drill, 18, *opened, "-m", words.replace("[[who is affected]]", "We look.")) == 0
    update = next(drill.glob("incidents/*/*/updates/*.md"))
    update.write_text(update.read_text().replace("We look.", "[[who is affected]]"))
    capsys.readouterr()
    assert at(drill, 45, "drill", "end") == 0
    golden("drill/badly.txt", capsys.readouterr().out)


def test_nothing_was_said(drill: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A drill that nobody answered has a score, too; facts that nobody could know yet do not count."""
    capsys.readouterr()
    assert at(drill, 5, "drill", "end", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)["score"]
    assert [mark["key"] for mark in found["marks"]] == ["first-word", "part", "affected", "scope", "promises", "rhythm", "care", "end"]
    assert found["points"] == 10


def test_how_it_stands(drill: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was told so far, what was said, and when the next word is due."""
    capsys.readouterr()
    assert at(drill, 4, "drill", "status") == 0
    out = capsys.readouterr().out
    assert out.startswith("A bad configuration is pushed everywhere: 4 min of about 45 min\n\n14:00 UTC  Monitoring\n")
    assert out.endswith("look expired to it.\n\nYou have said nothing yet.\n")
    well_played(drill)
    capsys.readouterr()
    assert at(drill, 46, "drill", "status", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["injects"]) == 14
    assert found["score"]["points"] == 100


def test_the_clock_of_the_drill(drill: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Verbs go by the drill's clock; it stands while it is paused, and goes on from there."""
    real = times.real_now()
    state = read_state(drill)
    write_state(drill, type(state)(scenario=state.scenario, roles=state.roles, began=state.began, speed=60, clock=times.Clock(real, BEGAN, 60)))
    monkeypatch.setattr(times, "real_now", lambda: real + timedelta(seconds=10))
    assert main(["-C", str(drill), "open", "Trouble", "-c", "api=partial", "--severity", "major", "-m", "We are on it. Payments work."]) == 0
    assert "20261121T141000Z-" in next(drill.glob("incidents/*/*/updates/*.md")).name
    capsys.readouterr()
    from onrecord.commands import drill as verb

    monkeypatch.setattr(verb, "real_now", times.real_now)
    assert main(["-C", str(drill), "drill", "pause"]) == 0
    assert read_state(drill).paused
    later = real + timedelta(hours=9)
    monkeypatch.setattr(times, "real_now", lambda: later)
    monkeypatch.setattr(verb, "real_now", lambda: later)
    assert main(["-C", str(drill), "drill", "resume"]) == 0
    assert "It goes on at 14:10 UTC of the drill, 10 min after it began." in capsys.readouterr().out
    assert read_state(drill).clock == times.Clock(later, BEGAN + timedelta(minutes=10), 60)
    assert times.now() == later.replace(microsecond=0)


def test_it_goes_on_where_it_was_left(drill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watcher that was switched off left its last look, and no word is left behind."""
    state, real = read_state(drill), times.real_now()
    left = type(state)(scenario=state.scenario, roles=state.roles, began=BEGAN, speed=1, clock=times.Clock(real, BEGAN), beat=real + timedelta(minutes=3))
    assert drilling.left_at(drill, left) == BEGAN + timedelta(minutes=3)
    well_played(drill)
    assert drilling.left_at(drill, left) == BEGAN + timedelta(minutes=46)


class _Watch:
    """A machine's clock that a test moves, and that is looked at by `sleep`."""

    def __init__(self, steps: list[timedelta | type[BaseException]]) -> None:
        self.real = times.real_now()
        self._steps = iter(steps)

    def now(self) -> object:
        return self.real

    def sleep(self, _: float) -> None:
        step = next(self._steps)
        if isinstance(step, type):
            raise step
        self.real += step


def _watching(steps: list[timedelta | type[BaseException]], drill: Path, monkeypatch: pytest.MonkeyPatch) -> _Watch:
    watch = _Watch(steps)
    monkeypatch.setattr(drilling, "real_now", watch.now)
    monkeypatch.setattr(drilling.time, "sleep", watch.sleep)
    state = read_state(drill)
    write_state(drill, type(state)(scenario=state.scenario, roles=state.roles, began=BEGAN, speed=60, clock=times.Clock(watch.real, BEGAN, 60)))
    return watch


def test_it_tells_what_happens_and_stops_with_ctrl_c(drill: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each inject in its time; a machine asleep lets the drill wait; Ctrl-C stops the clock on disk."""
    second = timedelta(seconds=1)
    watch = _watching([second, second, timedelta(hours=8), second, KeyboardInterrupt], drill, monkeypatch)
    capsys.readouterr()
    assert drilling.play(drill, read_state(drill)) == 0
    out = capsys.readouterr().out
    assert out.count("UTC  ") == 2
    assert "(The machine was asleep, and the drill waited.)" in out
    assert f"To go on: onrecord -C {drill} drill resume" in out
    state = read_state(drill)
    assert state.paused
    assert state.clock.at(watch.real) == BEGAN + timedelta(minutes=3)
    assert state.told == 2


def test_it_is_told_to_the_end(drill: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last inject nothing keeps the watcher."""
    _watching([timedelta(seconds=20)] * 9, drill, monkeypatch)
    capsys.readouterr()
    assert drilling.play(drill, read_state(drill)) == 0
    out = capsys.readouterr().out
    assert out.count("UTC  ") == 14
    assert out.endswith(f"Nothing more will be told. Say that it is over, then: onrecord -C {drill} drill end\n")
    assert read_state(drill).told == 14


def test_another_terminal_ends_it(drill: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever watches notices, and takes nothing of it back."""
    watch = _watching([timedelta(seconds=1)] * 3, drill, monkeypatch)
    sleep = watch.sleep

    def end_it(seconds: float) -> None:
        sleep(seconds)
        assert at(drill, 5, "drill", "end") == 0

    monkeypatch.setattr(drilling.time, "sleep", end_it)
    capsys.readouterr()
    assert drilling.play(drill, read_state(drill)) == 0
    assert capsys.readouterr().out.endswith("The drill has ended.\n")
    assert read_state(drill).ended == BEGAN + timedelta(minutes=5)


REFUSED = {
    "an unknown scenario": (("drill", "start", "databse-cluster"), "did you mean `database-cluster`?"),
    "no drill": (("drill", "status"), "there is no drill in"),
    "a folder that is in use": (("drill", "start", "bad-config", "--folder", "."), "is not empty; say where else"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(
    arguments: tuple[str, ...], said: str, repository: Repository, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with what to do."""
    root = repository(FILES)
    monkeypatch.chdir(root)
    assert main(["-C", str(root), *arguments]) == 2
    assert said in capsys.readouterr().err


STATES = {"no JSON": "{", "a list": "[]", "another version": '{"version": 9}', "a time without offset": None}


@pytest.mark.parametrize("text", STATES.values(), ids=STATES)
def test_a_state_that_cannot_be_read(text: str | None, drill: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Words and no traceback, whatever the verb."""
    path = drill / ".drill/state.json"
    path.write_text(path.read_text().replace("+00:00", "") if text is None else text)
    for verb in (("drill", "status"), ("check",)):
        assert main(["-C", str(drill), *verb]) == 2
        assert "cannot be read" in capsys.readouterr().err


def test_an_ended_drill_stays_ended(drill: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not resumed; and no drill is begun inside a drill."""
    assert at(drill, 5, "drill", "end") == 0
    for verb in ("resume", "pause"):
        assert main(["-C", str(drill), "drill", verb]) == 2
        assert "this drill has ended" in capsys.readouterr().err
    assert main(["-C", str(drill), "drill", "start", "bad-config"]) == 2
    assert "the folder of a drill itself" in capsys.readouterr().err


def test_its_page_is_a_drill_and_no_other_is(drill: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every page of the preview says so, and every feed; the real page knows nothing of it, not even the style."""
    well_played(drill)
    real = drill.parent / "repository"
    for root, minute in ((drill, 47), (real, 47)):
        assert at(root, minute, "build") == 0
    pages = sorted((drill / "site").rglob("*.html"))
    assert len(pages) > 10
    frame = drill / "site/embed/index.html"
    assert [page for page in pages if page != frame and "This is a rehearsal." not in page.read_text()] == []
    assert [page for page in pages if 'content="noindex"' not in page.read_text() or "DRILL: Larkfield Status" not in page.read_text()] == []
    for name in ("history.atom", "updates.rss", "api/v2/incidents.json", "feed.json"):
        path = drill / "site" / name
        if path.exists():
            assert "DRILL: Our API refuses some keys" in path.read_text()
            assert "DRILL: Larkfield Status" in path.read_text()
    text = "".join(path.read_text(errors="replace") + path.name for path in (real / "site").rglob("*") if path.is_file())
    assert "DRILL" not in text
    assert "rehearsal" not in text
    # A record that somebody copies into the real repository stays a drill.
    shutil.copytree(drill / "incidents", real / "incidents", dirs_exist_ok=True)
    assert at(real, 47, "build") == 0
    assert not any("refuses some keys" in path.read_text(errors="replace") for path in (real / "site").rglob("*") if path.is_file())
