"""What healthy and half-healthy repositories become in the Dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.loading.postmortems import fenced, pictures
from onrecord.model import Effect, Status
from onrecord.problems import Place
from records import COMPONENTS, FIRST, FOLDER, HEAD, HEALTHY, NOW, OTHER, POLICY, POSTMORTEM, Memory, head, update

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x1e\0\0\0\x14"
Repository = Callable[[Mapping[str, str | bytes]], Path]


def test_updates_are_in_order_of_at_then_id(repository: Repository) -> None:
    """The order is that of time, not of names; one second apart by name."""
    folder = f"{OTHER}/updates"
    files = HEALTHY | {f"{folder}/b.md": update(at="2026-11-20T08:00:00Z"), f"{folder}/a.md": update(at="2026-11-20T08:00:00Z")}
    incident = load(WorkTree(repository(files)), now=NOW).dataset.incidents[0]
    assert [u.id for u in incident.updates] == ["a", "b", "20261120T090000Z-resolved-aaaa"]


def test_what_is_read(repository: Repository) -> None:
    """Heads, effects, words and their places come out as they were written."""
    dataset = load(WorkTree(repository(HEALTHY)), now=NOW).dataset
    incident = dataset.incidents[1]
    assert incident.id == "2026-11-21-checkout-errors"
    assert incident.path == FOLDER
    assert incident.head.components == {"checkout": Effect.partial_outage}
    assert [u.head.status for u in incident.updates] == [Status.investigating, Status.resolved]
    assert incident.updates[1].body == "It is over. We are sorry."
    assert incident.updates[1].body_line == 5
    assert [component.id for component in dataset.components] == ["checkout", "api"]


def test_words_that_yaml_would_type_stay_words(repository: Repository) -> None:
    """`no`, `012`, `12:30` and `1e3` are texts where texts are meant."""
    extra = "plan:\n  - step: no\n  - step: 012\n  - step: 12:30\n  - step: 1e3\n  - step: 0x1F\n  - step: true\n  - step: 1_000\n"
    files = HEALTHY | {HEAD: f"title: on\nstarted: 2026-11-21T13:58:00Z\n{extra}"}
    incident = load(WorkTree(repository(files)), now=NOW).dataset.incidents[1]
    assert incident.head.title == "on"
    assert [step.step for step in incident.head.plan] == ["no", "012", "12:30", "1e3", "0x1F", "true", "1_000"]


def test_windows_line_ends(repository: Repository) -> None:
    """A file with CR LF reads as the same file with LF."""
    files = {path: content.replace("\n", "\r\n") if isinstance(content, str) else content for path, content in HEALTHY.items()}
    plain = load(WorkTree(repository(HEALTHY)), now=NOW).dataset
    assert load(WorkTree(repository(files)), now=NOW).dataset == plain


def test_policy_may_be_empty_or_missing(repository: Repository) -> None:
    """Every key of the policy has a default."""
    for content in ("", "# nothing\n", "{}\n"):
        loaded = load(WorkTree(repository(HEALTHY | {POLICY: content})), now=NOW)
        assert loaded.problems == ()
        assert loaded.dataset.policy.page.time_zone == "UTC"


def test_an_empty_folder_is_an_empty_dataset(tmp_path: Path) -> None:
    """No incidents, no components, no problem."""
    loaded = load(WorkTree(tmp_path), now=NOW)
    assert loaded.problems == ()
    assert loaded.dataset.incidents == ()


UNREAD = (
    ("what it says itself, where that can be read", update("sevrity: major\n"), "2026-11-21T14:05:12Z"),
    ("when git saw it", update(at="yesterday"), "2026-11-21T14:07:00Z"),
    ("when git saw it, without front matter", "Payments fail.\n", "2026-11-21T14:07:00Z"),
)


@pytest.mark.parametrize(("name", "content", "at"), UNREAD, ids=[row[0] for row in UNREAD])
def test_an_unread_update_keeps_its_words(name: str, content: str, at: str, repository: Repository) -> None:
    """Its words are there, marked, at the best time that is known, and it claims no state."""
    seen = {FIRST: datetime(2026, 11, 21, 14, 7, tzinfo=UTC)}
    loaded = load(WorkTree(repository(HEALTHY | {FIRST: content})), now=NOW, first_seen=seen.get)
    first = loaded.dataset.incidents[1].updates[0]
    assert first.unread
    assert first.head.status is None
    assert first.body == "Payments fail."
    assert first.head.at == datetime.fromisoformat(at)


def test_the_name_of_a_file_says_when(repository: Repository) -> None:
    """Without git, the stamp in its name; without a stamp, the clock."""
    files = HEALTHY | {FIRST: "Payments fail.\n", f"{FOLDER}/updates/hello.md": "Still.\n"}
    updates = load(WorkTree(repository(files)), now=NOW).dataset.incidents[1].updates
    assert [u.head.at for u in updates if u.unread] == [datetime(2026, 11, 21, 14, 5, 12, tzinfo=UTC), NOW]


def test_words_survive_bad_encodings(repository: Repository) -> None:
    """The words of a UTF-16 update, and the readable part of a Latin-1 one, are kept."""
    folder = f"{FOLDER}/updates"
    files = HEALTHY | {f"{folder}/a.md": "Geht nicht: ä".encode("utf-16"), f"{folder}/b.md": "Caf\u00e9 is down".encode("latin-1")}
    updates = {u.id: u for u in load(WorkTree(repository(files)), now=NOW).dataset.incidents[1].updates}
    assert updates["a"].body == "Geht nicht: ä"
    assert updates["b"].body == "Caf\ufffd is down"


def test_a_control_character_is_named_and_read_over(repository: Repository) -> None:
    """The update counts, its words are clean, and the finding stays."""
    loaded = load(WorkTree(repository(HEALTHY | {FIRST: update(body="One\x1btwo\n")})), now=NOW)
    first = loaded.dataset.incidents[1].updates[0]
    assert (first.unread, first.body, len(loaded.problems)) == (False, "One two", 1)


def test_an_unreadable_head_is_named(repository: Repository) -> None:
    """The record is listed as unreadable with its first problem, and its updates are checked all the same."""
    loaded = load(WorkTree(repository(HEALTHY | {HEAD: head("severity: majr\n"), FIRST: update("sttus: x\n")})), now=NOW)
    (record,) = loaded.dataset.unreadable
    assert record.id == "2026-11-21-checkout-errors"
    assert record.place == Place(HEAD, 3, 11)
    assert "majr" in record.message
    assert [p.place.path for p in loaded.problems] == [HEAD, FIRST]


def test_the_folder_under_its_own_year_wins(repository: Repository) -> None:
    """Of two folders with one id, the one in the right year is read."""
    copy = "incidents/2025/2026-11-21-checkout-errors"
    dataset = load(WorkTree(repository(HEALTHY | {f"{copy}/incident.yml": head()})), now=NOW).dataset
    assert [i.path for i in dataset.incidents] == [OTHER, FOLDER]
    assert [u.place.path for u in dataset.unreadable] == [copy]


def test_pictures_beside_a_postmortem(repository: Repository) -> None:
    """Pictures that are there, that are missing, and that lie elsewhere; none from code."""
    body = """\
---
status: published
published: 2026-11-21T15:30:00Z
---
![Load](load.png "Title") ![two words](<a b.png>) ![ref][chart]
<img alt="x" src='img/tag.svg'> ![escaped](a%20c.png) ![far](https://example.com/x.png) ![out](../../secret.png)
```
![code](code.png)
```
And `![inline](inline.png)`.

[chart]: img/chart.png
"""
    files = HEALTHY | {POSTMORTEM: body, f"{FOLDER}/load.png": PNG, f"{FOLDER}/a b.png": PNG, f"{FOLDER}/img/chart.png": PNG}
    loaded = load(WorkTree(repository(files)), now=NOW)
    postmortem = loaded.dataset.incidents[1].postmortem
    assert postmortem is not None
    assert postmortem.pictures == ("a b.png", "img/chart.png", "load.png")
    assert postmortem.missing == ("../../secret.png", "a c.png", "img/tag.svg")
    assert postmortem.foreign == ("https://example.com/x.png",)
    assert postmortem.sizes == dict.fromkeys(postmortem.pictures, (30, 20))
    assert postmortem.wordless == ()
    lines = loaded.dataset.incidents[1].lines
    assert lines["postmortem.picture.img/tag.svg"] == Place(POSTMORTEM, 6, 19)
    assert lines["postmortem.picture.img/chart.png"].line == 12


def test_what_a_postmortem_shows_is_looked_at(repository: Repository) -> None:
    """Files that are no pictures, pictures without words, and the sources of diagrams, each with its place."""
    body = """\
---
status: published
published: 2026-11-21T15:30:00Z
---
![](load.png) ![load](load.png) ![Errors](text.png) <img src=tag.png alt='tag.png'>

!!! note
    ```mermaid
    flowchart TD
      A --> B
    ```

````md
```mermaid
not this one
```
````

~~~ { .mermaid }
pie
"""
    files = HEALTHY | {POSTMORTEM: body, f"{FOLDER}/load.png": PNG, f"{FOLDER}/text.png": b"text", f"{FOLDER}/tag.png": PNG}
    record = load(WorkTree(repository(files)), now=NOW).dataset.incidents[1]
    assert record.postmortem is not None
    assert record.postmortem.pictures == ("load.png", "tag.png")
    assert [name for name, _, _ in record.postmortem.unfit] == ["text.png"]
    assert record.postmortem.wordless == ("load.png", "tag.png")
    assert record.postmortem.diagrams == ("flowchart TD\n  A --> B\n", "pie")
    assert record.lines["postmortem.diagram.0"].line == 8
    assert record.lines["postmortem.diagram.1"].line == 19


def test_places_are_found_when_asked_for(repository: Repository) -> None:
    """Values, keys, words, and the nearest known place of what is not there."""
    files = HEALTHY | {FIRST: update("components:\n  api: major_outage\n")}
    lines = load(WorkTree(repository(files)), now=NOW).dataset.incidents[1].lines
    prefix = "updates/20261121T140512Z-investigating-k3f9."
    assert lines["started"] == Place(HEAD, 5, 10)
    assert lines["started:"] == Place(HEAD, 5, 1)
    assert lines["components.checkout"] == Place(HEAD, 4, 13)
    assert lines["components.checkout:"] == Place(HEAD, 4, 3)
    assert lines["components.nothing"] == Place(HEAD, 4, 3)
    assert lines["detected"] == Place(HEAD)
    assert lines[prefix + "at"] == Place(FIRST, 2, 5)
    assert lines[prefix + "components.api"] == Place(FIRST, 6, 8)
    assert lines[prefix + "body"] == Place(FIRST, 8, 1)


def test_only_some_paths(repository: Repository) -> None:
    """With `only`, no other folder is read, and related records are looked up by name."""
    extra = "related: [2026-11-20-api-slow, 2026-11-19-nothing]\n"
    root = repository(HEALTHY | {HEAD: head(extra), f"{OTHER}/incident.yml": "broken: [\n"})
    loaded = load(WorkTree(root), now=NOW, only=[FIRST])
    assert [i.path for i in loaded.dataset.incidents] == [FOLDER]
    assert loaded.problems == ()
    assert loaded.elsewhere == {"2026-11-20-api-slow"}
    assert load(WorkTree(root), now=NOW, only=["incidents/2026", FIRST]).dataset.unreadable != ()
    assert load(WorkTree(root), now=NOW, only=[COMPONENTS]).dataset.incidents == ()


@pytest.mark.parametrize("line", ["```mermaid\n", "![a](b) `", "~~~\n```\n", "![", "<img src=x "], ids=["fences", "ticks", "both", "brackets", "tags"])
def test_hostile_words_take_no_time(line: str) -> None:
    """Looking for pictures takes time in line with the length, whatever is written."""
    body = line * (200_000 // len(line))
    assert len(list(pictures(body))) + len(list(fenced(body))) < 50_000


RANDOM = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(alphabet="abt: -?[]{}&*!|>'\"%@#\n\t,~=<.0129TZ\\ux", max_size=120).map(str.encode),
    st.text(alphabet="at: -\n", max_size=60).map(lambda text: b"---\nat: 2026-11-21T14:00:00Z\n" + text.encode() + b"\n---\nWords\n"),
)


@settings(max_examples=200, deadline=None)
@given(content=RANDOM)
def test_random_bytes_never_raise(content: bytes) -> None:
    """Whatever the bytes of a head, an update, a post-mortem, the components or the policy: the others are read."""
    files = HEALTHY | {HEAD: content, FIRST: content, POSTMORTEM: content, POLICY: content}
    loaded = load(Memory(files), now=NOW + timedelta(minutes=1))
    assert loaded.dataset.incidents[0].path == OTHER
    assert all(problem.place.line >= 1 and problem.place.column >= 1 for problem in loaded.problems)
    assert all(str(problem).encode() for problem in loaded.problems)
