"""Withheld words are in nothing that is read, each line keeps its place, and the fact stays visible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import repositories
from onrecord.gitio.past import versions
from onrecord.loading import Loaded, load
from onrecord.model import Redaction
from onrecord.withholding import MARKER, Withholding, digest_of
from records import FIRST, FOLDER, HEAD, HEALTHY, NOW, POSTMORTEM, Memory

UPDATE = """\
---
at: 2026-11-21T14:05:12Z # Jane says
status: investigating
scope: |
  Jane
  Doe
links:
  - {text: Ask Jane Doe, url: https://a.example/}
---
We wrote to Jane
 Doe (jane.doe@a.example).

More for Jane Doering.
"""


def redaction(path: str = FIRST, **how: Any) -> Redaction:
    """One redaction; `words` are given as themselves."""
    words = {"words": digest_of(how.pop("words"))} if "words" in how else {}
    return Redaction.model_validate({"path": path, "reason": "A name.", "who": "The DPO", "when": "2026-11-22T09:00:00Z", **words, **how})


CASES: tuple[tuple[str, dict[str, Any], tuple[str, ...], tuple[str, ...]], ...] = (
    ("words, also over a line's end", {"words": "Jane Doe"}, ("Jane\n", "Jane Doe,"), ("Jane says", "jane.doe@", "Jane Doering", "Ask " + MARKER)),
    ("words with signs", {"words": "jane.doe@a.example"}, ("jane.doe",), (f"({MARKER})", "Jane\n Doe")),
    ("not within a word", {"words": "Do"}, (), ("Doe", "Doering")),
    ("one key", {"part": "scope"}, ("  Jane",), (f"scope: {MARKER}", "Jane says", "We wrote")),
    ("a key that holds a list", {"part": "links"}, ("Ask",), ("We wrote", "scope: |")),
    ("the body", {"part": "body"}, ("We wrote", "Doering"), ("scope: |", MARKER)),
    ("everything", {}, ("Jane", "jane", "scope: |", "links"), ("at: 2026-11-21T14:05:12Z\nstatus: investigating\n", MARKER)),
    ("another file", {"path": f"{FOLDER}/updates/b.md"}, (), (UPDATE,)),
    ("every file", {"path": "*", "words": "Jane Doe"}, ("Jane\n",), (MARKER,)),
)


@pytest.mark.parametrize(("how", "gone", "there"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_withheld(how: dict[str, Any], gone: tuple[str, ...], there: tuple[str, ...]) -> None:
    """The words and nothing else, and no line moves."""
    left = Withholding([redaction(**how)]).of(FIRST, UPDATE.encode()).decode()
    assert [text for text in gone if text in left] == []
    assert [text for text in there if text not in left] == []
    assert left.count("\n") == UPDATE.count("\n")


def test_a_head_without_its_words_is_still_a_head() -> None:
    """State, times and effects stay; the title is the marker."""
    head = "title: Jane Doe cannot pay\nseverity: minor\ncomponents:\n  api: major_outage\nstarted: 2026-11-21T13:58:00Z\ninternal: {a: Jane}\nimpact:\n  - {label: Jane, value: 1}\n"
    left = Withholding([redaction(HEAD)]).of(HEAD, head.encode()).decode()
    assert left == f"title: {MARKER}\nseverity: minor\ncomponents:\n  api: major_outage\nstarted: 2026-11-21T13:58:00Z\n\n\n\n"


@pytest.mark.parametrize("text", ["Payments of Jane fail.\n", "---\nat: x\nJane\n", "{title: Jane}\n", ""])
def test_what_is_no_record_is_withheld_whole(text: str) -> None:
    """A file that cannot be told apart keeps nothing."""
    assert b"Jane" not in Withholding([redaction()]).of(FIRST, text.encode())
    assert b"Jane" not in Withholding([redaction(HEAD)]).of(HEAD, text.encode())


def test_commit_messages() -> None:
    """Words that are withheld from a file do not come back in what a commit says."""
    assert Withholding([redaction(words="Jane Doe")]).message("Tell Jane Doe") == f"Tell {MARKER}"


def loaded(*redactions: Redaction, root: Path | None = None, **files: str) -> Loaded:
    """The healthy repository with those redactions and other files, read."""
    rows = "".join("  - " + redaction.model_dump_json(by_alias=True, exclude_none=True) + "\n" for redaction in redactions)
    tree = Memory({**HEALTHY, FIRST: UPDATE, "redactions.yml": f"redactions:\n{rows}", **files})
    return load(tree, now=NOW, versions=(lambda path: versions(root, path)) if root else lambda _: ())


def test_the_fact_stays() -> None:
    """Each record names what was withheld of it; what belongs to none is kept by itself."""
    hit, gone, lost = redaction(words="Jane Doe"), redaction(f"{FOLDER}/updates/deleted.md", removed=True), redaction("incidents/2026/2026-01-01-a/*", removed=True)
    found = loaded(hit, gone, lost, redaction(FIRST, words="Nobody", removed=True))
    record = found.dataset.incidents[1]
    assert [r.words for r in record.updates[0].withheld] == [digest_of("Jane Doe"), digest_of("Nobody")]
    assert record.withheld == (gone,)
    assert found.dataset.withheld == (lost,)
    assert found.dataset.idle == ()
    assert "Jane\n" not in record.updates[0].body


def test_a_picture_becomes_a_grey_field() -> None:
    """The post-mortem keeps its place for it, and says why."""
    picture = f"{FOLDER}/a.png"
    words = "---\nstatus: published\npublished: 2026-11-21T15:30:00Z\n---\n![Who](a.png)\n"
    found = loaded(redaction(picture), **{POSTMORTEM: words, picture: "no picture"})
    postmortem = found.dataset.incidents[1].postmortem
    assert postmortem is not None
    assert (postmortem.pictures, postmortem.unfit) == (("a.png",), ())
    assert [r.path for r in postmortem.withheld] == [picture]
    assert found.tree.read(picture).startswith(b"\x89PNG")


def test_words_of_an_older_commit_are_no_mistake(tmp_path: Path) -> None:
    """They were taken out of the file since, and git still holds them; words that nobody ever wrote are one."""
    repositories.commit(tmp_path, {FIRST: UPDATE.replace("More", "Secret")})
    repositories.commit(tmp_path, {FIRST: UPDATE})
    assert loaded(redaction(words="Secret"), redaction(words="Unheard"), root=tmp_path).dataset.idle == (1,)


def test_a_shallow_clone_accuses_nobody(tmp_path: Path) -> None:
    """What older commits hold is not known there."""
    repositories.commit(tmp_path / "whole", {FIRST: UPDATE.replace("More", "Secret")})
    repositories.commit(tmp_path / "whole", {FIRST: UPDATE})
    repositories.git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path / 'whole'}", "shallow")
    assert loaded(redaction(words="Secret"), root=tmp_path / "shallow").dataset.idle == ()


def test_a_broken_file_of_redactions_withholds_what_it_did(tmp_path: Path) -> None:
    """Its last version that could be read holds, and the mistake is named."""
    good = redaction(words="Jane Doe")
    rows = "redactions:\n  - " + good.model_dump_json(exclude_none=True) + "\n"
    repositories.commit(tmp_path, {"redactions.yml": rows})
    found = loaded(root=tmp_path, **{"redactions.yml": "redactions: ["})
    assert found.dataset.redactions == (good,)
    assert [older.path for older in found.dataset.last_good] == ["redactions.yml"]
    assert [problem.place.path for problem in found.problems] == ["redactions.yml"]
    assert "Jane\n" not in found.dataset.incidents[1].updates[0].body


@pytest.mark.parametrize("words", ["Jane Doe", "8:abc", "0:" + "a" * 64])
def test_words_are_never_written_out(words: str) -> None:
    """The file takes a length and a digest, and says so."""
    found = load(Memory({"redactions.yml": f"redactions:\n  - {{path: a, reason: b, who: c, when: 2026-11-22T09:00:00Z, words: '{words}'}}\n"}), now=NOW)
    assert [problem.slug for problem in found.problems] == ["bad-quote"]
