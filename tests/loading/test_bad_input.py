"""Whatever lies in a file, `load` names it by line and column, and reads all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.problems import READING
from records import COMPONENTS, FIRST, FOLDER, HEAD, HEALTHY, LAST, NOW, OTHER, POLICY, POSTMORTEM, head, update

Repository = Callable[[Mapping[str, str | bytes]], Path]
BOMB = "internal:\n  a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"  {chr(98 + n)}: &{chr(98 + n)} [{','.join(f'*{chr(97 + n)}' for _ in range(10))}]\n" for n in range(6)
)
BOMB_LINE = 8


@dataclass(frozen=True)
class Case:
    """A spoilt file, and what must be said about it. `path` is where, if not in the spoilt file itself."""

    name: str
    file: str
    content: str | bytes | None
    slug: str
    line: int = 1
    column: int = 1
    says: str = ""
    path: str = ""
    more: Mapping[str, str | bytes] = field(default_factory=dict)


CASES = (
    # what a file is
    Case("UTF-16", HEAD, "title: x\n".encode("utf-16"), "not-utf8", says="UTF-16"),
    Case("UTF-16 big end first", HEAD, b"\xfe\xff\0t\0:", "not-utf8", says="UTF-16"),
    Case("Latin-1", HEAD, b"title: ok\nworkaround: caf\xe9\n", "not-utf8", 2, 16, "0xE9"),
    Case("lone surrogate in the bytes", HEAD, b"title: \xed\xa0\x80\n", "not-utf8", 1, 8, "surrogate"),
    Case("byte order mark", HEAD, b"\xef\xbb\xbf" + head().encode(), "byte-order-mark"),
    Case("binary", HEAD, bytes(range(256)) * 8, "binary-file"),
    Case("zeros", HEAD, b"\0" * 500, "binary-file"),
    Case("a picture instead of an update", FIRST, b"\x89PNG\r\n\x1a\n" + bytes(300), "binary-file"),
    Case("empty head", HEAD, "", "empty-file"),
    Case("only comments", HEAD, "# nothing yet\n", "empty-file"),
    Case("empty update", FIRST, b"", "empty-file"),
    Case("50 MB", HEAD, b"title: x\n" + b" " * 50_000_000, "file-too-large", says="50.0 MB"),
    Case("control character in a head", HEAD, head("workaround: a\x01b\n"), "control-character", 3, 14, "U+0001"),
    Case("control character in the words", FIRST, update(body="Fine.\nA\x0bB\n"), "control-character", 7, 2, "U+000B"),
    Case("a character that XML has not", FIRST, update(body="A\uffffB\n"), "control-character", 6, 2, "U+FFFF"),
    Case("control character by escape", HEAD, head('workaround: "a\\x02b"\n'), "control-character", 3, 13, "U+0002"),
    Case("lone surrogate by escape", HEAD, head('workaround: "\\ud83d alone"\n'), "lone-surrogate", 3, 13),
    # YAML's grammar
    Case("a second colon", HEAD, "title: Checkout: errors\n", "bad-yaml", 1, 16, "second `: `"),
    Case("no space after the colon", HEAD, "title:Checkout\nstarted: 2026-11-21T13:58:00Z\n", "bad-yaml", 1, 1, "no space"),
    Case("a line without a colon", HEAD, "title\nstarted: 2026-11-21T13:58:00Z\n", "bad-yaml", 1, 1, "no `:`"),
    Case("a quote that stays open", HEAD, "title: 'Checkout\nkind: incident\n", "bad-yaml", 1, 8, "never closed"),
    Case("a bracket that stays open", HEAD, head("causes: [deploy\nkind: incident\n"), "bad-yaml", 3, 9, "never closed"),
    Case("a line indented too far", HEAD, "title: x\n  kind: incident\n", "bad-yaml", 2, 3, "indented"),
    Case("a line indented too little", HEAD, head("components:\n    checkout: major_outage\n  api: operational\n"), "bad-yaml", 5, 3, "line up"),
    Case("a text that begins with @", HEAD, "title: @team is on it\n", "bad-yaml", 1, 8, "quotes"),
    Case("a tab as indent", HEAD, head("components:\n\tcheckout: major_outage\n"), "tab-indent", 4, 1, "tab"),
    Case("a tab before everything", HEAD, b"\ttitle: x\n", "tab-indent", 1, 1, "tab"),
    Case("a tab in front matter", FIRST, "---\nat: 2026-11-21T14:05:12Z\ncomponents:\n\tapi: operational\n---\nWords.\n", "tab-indent", 4, 1),
    Case("an unknown alias", HEAD, head("workaround: *this\n"), "bad-yaml", 3, 13, "anchor"),
    Case("a merge left half done", HEAD, "<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> theirs\n", "merge-conflict"),
    Case("a merge left half done in the words", FIRST, update(body="Hello.\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n"), "merge-conflict", 7),
    Case("two documents", HEAD, head("---\ntitle: another\n"), "several-documents", 3, 1),
    Case("a key twice", HEAD, head("title: Another\n"), "duplicate-key", 3, 1, "line 1"),
    Case("a key twice in front matter", FIRST, update("status: resolved\n"), "duplicate-key", 5, 1, "line 3"),
    Case("a component twice", HEAD, head("components:\n  api: operational\n  api: major_outage\n"), "duplicate-key", 5, 3),
    Case("an alias bomb", HEAD, head(BOMB), "alias-bomb", BOMB_LINE, 10),
    Case("nested too deep", HEAD, head("internal: {a: " + "[" * 5000 + "]" * 5000 + "}\n"), "nested-too-deep", 3, 46),
    Case("nested too deep by dashes", HEAD, "- " * 100_000, "nested-too-deep", 1, 67),
    Case("nested too deep by questions", HEAD, "? " * 100_000, "nested-too-deep", 1, 67),
    Case("a tag", HEAD, head("workaround: !!python/object/apply:os.system [ls]\n"), "yaml-tag", 3, 13),
    Case("a directive", HEAD, "%YAML 1.1\n---\ntitle: x\n", "yaml-tag", 2, says="directive"),
    Case("a list", HEAD, "- title: x\n", "not-keys", says="a list"),
    Case("a text", HEAD, "Checkout is broken\n", "not-keys", says="Checkout is broken"),
    # keys and values
    Case("an unknown key", HEAD, head("sevrity: major\n"), "unknown-key", 3, 1, "severity"),
    Case("an unknown key deep inside", HEAD, head("plan:\n  - {step: Fix, don: 2026-11-21T14:00:00Z}\n"), "unknown-key", 4, 17, "done"),
    Case("an unknown key in front matter", FIRST, update("next_update: 2026-11-21T15:00:00Z\n"), "unknown-key", 5, 1, "next_update_by"),
    Case("a key that is missing", HEAD, "kind: incident\n", "missing-key", 1, 1, "title"),
    Case("a key that is missing inside", HEAD, head("kind: maintenance\nscheduled: {from: 2026-11-21T14:00:00Z}\n"), "missing-key", 4, 12, "until"),
    Case("no `at`", FIRST, "---\nstatus: identified\n---\nWords.\n", "missing-key", 2, 1, "`at`"),
    Case("an unknown severity", HEAD, head("severity: majr\n"), "unknown-word", 3, 11, "did you mean `major`"),
    Case("an unknown effect", HEAD, head("components: {checkout: broken}\n"), "unknown-word", 3, 24, "effect"),
    Case("an unknown status", FIRST, update().replace("investigating", "fixing"), "unknown-word", 3, 9),
    Case("a time without an offset", HEAD, head(started="2026-11-21T13:58:00"), "time-without-offset", 2, 10, "+01:00"),
    Case("a time without an offset in an update", FIRST, update(at="2026-11-21 14:05"), "time-without-offset", 2, 5, "2026-11-21T14:05Z"),
    Case("a time that is none", HEAD, head(started="yesterday"), "bad-time", 2, 10),
    Case("a number for a time", HEAD, head(started="1700000000"), "bad-time", 2, 10),
    Case("a month that is none", HEAD, head(started="2026-13-01T10:00:00Z"), "bad-time", 2, 10),
    Case("the 31st of November", FIRST, update(at="2026-11-31T10:00:00Z"), "bad-time", 2, 5),
    Case("25 o'clock", FIRST, update("effective: 2026-11-21T25:00:00Z\n"), "bad-time", 5, 12),
    Case("a title of nothing", HEAD, 'title: ""\n', "empty-text", 1, 8),
    Case("a key without a value", HEAD, "title:\nkind: incident\n", "empty-text", 1, 1),
    Case("a title of two lines", HEAD, "title: |\n  One\n  Two\n", "several-lines", 1, 8),
    Case("a list for a text", HEAD, "title: [a, b]\n", "wrong-kind-of-value", 1, 8, "a list"),
    Case("a text for a list", HEAD, head("causes: deploy\n"), "wrong-kind-of-value", 3, 9),
    Case("a switch that is none", HEAD, head("drill: maybe\n"), "bad-switch", 3, 8),
    Case("an address that runs code", FIRST, update("links: [{text: Pay, url: 'javascript:alert(1)'}]\n"), "bad-address", 5, 26),
    # updates
    Case("no front matter", FIRST, "Payments fail.\n", "no-front-matter"),
    Case("front matter that stays open", FIRST, "---\nat: 2026-11-21T14:05:12Z\nPayments fail.\n", "open-front-matter"),
    Case("an unsafe stem", f"{FOLDER}/updates/An update; rm -rf.md", update(), "unsafe-path", says="An-update-rm-rf.md"),
    Case("another ending", f"{FOLDER}/updates/20261121T140512Z.txt", update(), "stray-file", says="`.md`"),
    Case("an update beside the head", f"{FOLDER}/20261121T140512Z-x.md", update(), "stray-file", says="updates"),
    # folders
    Case("no head", HEAD, None, "missing-head", path=FOLDER),
    Case("another name for the head", f"{FOLDER}/incident.yaml", head(), "stray-file", says="incident.yml"),
    Case("an unsafe id", "incidents/2026/2026-11-21-Über uns/incident.yml", head(), "unsafe-path", path="incidents/2026/2026-11-21-Über uns"),
    Case("no date in the id", "incidents/2026/checkout/incident.yml", head(), "unsafe-path", path="incidents/2026/checkout"),
    Case("another year", "incidents/2025/2026-11-22-x/incident.yml", head(), "wrong-year", path="incidents/2025/2026-11-22-x", says="incidents/2026"),
    Case("no year", "incidents/2026-11-22-x/incident.yml", head(), "stray-file", says="incidents/<year>"),
    Case(
        "one id twice", "incidents/2025/2026-11-21-checkout-errors/incident.yml", head(), "same-id-twice", path="incidents/2025/2026-11-21-checkout-errors"
    ),
    # the other files
    Case("components: a list", COMPONENTS, "- checkout\n", "not-keys"),
    Case("components: an unsafe id", COMPONENTS, "components:\n  - {id: ../x, name: X}\n", "unsafe-id", 2, 10),
    Case("components: no such day", COMPONENTS, "components:\n  - {id: x, name: X, since: 2026-02-30}\n", "bad-day", 2, 29),
    Case("policy: no such zone", POLICY, "page: {time_zone: Berlin}\n", "bad-zone", 1, 19),
    Case("policy: no such duration", POLICY, "maintenance: {minimum_notice: soon}\n", "bad-duration", 1, 31),
    Case("policy: more than everything", POLICY, "uptime: {weights: {major_outage: 2}}\n", "bad-number", 1, 34),
    Case("policy: a word for a number", POLICY, "uptime: {weights: {major_outage: all}}\n", "bad-number", 1, 34),
    Case("policy: an unknown key", POLICY, "pages: {name: x}\n", "unknown-key", 1, 1, "`page`"),
    Case("post-mortem without front matter", POSTMORTEM, "# What happened\n", "no-front-matter"),
    Case("post-mortem of an unknown status", POSTMORTEM, "---\nstatus: done\n---\nWords.\n", "unknown-word", 2, 9),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_named_and_stops_nothing(case: Case, repository: Repository) -> None:
    """The finding has its slug, code, line, column and words, and the other records are there."""
    files = {**HEALTHY, **case.more}
    if case.content is None:
        files.pop(case.file)
    else:
        files[case.file] = case.content
    loaded = load(WorkTree(repository(files)), now=NOW)
    found = {problem.slug: problem for problem in loaded.problems}
    assert case.slug in found, loaded.problems
    problem = found[case.slug]
    assert problem.code == READING[case.slug][0]
    assert problem.level == "error"
    assert (problem.place.path, problem.place.line, problem.place.column) == (case.path or case.file, case.line, case.column)
    assert case.says in problem.message + problem.hint
    assert OTHER.rpartition("/")[2] in {incident.id for incident in loaded.dataset.incidents}


def test_the_healthy_repository_is_healthy(repository: Repository) -> None:
    """What the cases spoil has no problem of its own."""
    loaded = load(WorkTree(repository(HEALTHY)), now=NOW)
    assert loaded.problems == ()
    assert [len(incident.updates) for incident in loaded.dataset.incidents] == [1, 2]


def test_all_bad_files_at_once(repository: Repository) -> None:
    """Every broken file is named in one run."""
    broken = [case for case in CASES if case.file in (HEAD, FIRST, LAST) and case.content is not None]
    files = dict(HEALTHY)
    for number, case in enumerate(broken):
        folder = f"incidents/2026/2026-01-01-case-{number}"
        files[f"{folder}/incident.yml"] = case.content if case.file == HEAD and case.content is not None else head()
        if case.file == FIRST and case.content is not None:
            files[f"{folder}/updates/one.md"] = case.content
    loaded = load(WorkTree(repository(files)), now=NOW)
    named = {problem.place.path.split("/")[2] for problem in loaded.problems}
    assert named == {f"2026-01-01-case-{number}" for number in range(len(broken))}


def test_links_that_leave_are_refused(repository: Repository, tmp_path: Path) -> None:
    """A file, an updates folder and a whole incident that lie outside are named, and not read."""
    (tmp_path / "secret.yml").write_text("title: Secret\n")
    (tmp_path / "elsewhere" / "updates").mkdir(parents=True)
    root = repository(HEALTHY)
    (root / HEAD).unlink()
    (root / HEAD).symlink_to(tmp_path / "secret.yml")
    (root / OTHER / "updates" / "20261120T080000Z-x.md").symlink_to("/etc/passwd")
    (root / "incidents/2026/2026-11-22-linked").symlink_to(tmp_path / "elsewhere")
    loaded = load(WorkTree(root), now=NOW)
    assert [(p.slug, p.place.path) for p in loaded.problems] == [
        ("leaves-repository", f"{OTHER}/updates/20261120T080000Z-x.md"),
        ("leaves-repository", HEAD),
        ("leaves-repository", "incidents/2026/2026-11-22-linked"),
    ]
    assert [record.id for record in loaded.dataset.unreadable] == ["2026-11-21-checkout-errors"]


def test_links_inside_are_followed(repository: Repository) -> None:
    """A link from one file of the repository to another is read."""
    root = repository(HEALTHY)
    (root / FIRST).rename(root / "words.md")
    (root / FIRST).symlink_to(root / "words.md")
    assert load(WorkTree(root), now=NOW).problems == ()


def test_names_that_are_no_text(repository: Repository) -> None:
    """File names with line ends and broken bytes are shown as escapes."""
    root = repository(HEALTHY)
    folder = root / FOLDER / "updates"
    (folder / "a\nb.md").write_text(update())
    with (folder / "x").open("w"):
        (folder / "x").rename(folder / b"\xff\xfe.md".decode("utf-8", "surrogateescape"))
    loaded = load(WorkTree(root), now=NOW)
    places = {str(problem.place) for problem in loaded.problems}
    assert f"{FOLDER}/updates/a\\nb.md:1:1" in places
    assert all(place.encode() for place in places)
