"""A cState site: where it lies, what its configuration says, and how each kind of front matter is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from onrecord.importing import cstate
from onrecord.importing.records import Harvest, NotThere, Record, Remark
from onrecord.model import Effect, Kind, Severity
from onrecord.times import iso, parse_instant

Repository = Callable[[Mapping[str, "str | bytes"]], Path]

NOW = parse_instant("2026-11-21T14:00:00Z")
CONFIG = """\
title: Example Status
baseURL: https://status.example.com
params:
  categories:
    - name: Core
      description: >
        Ours, and
        nobody else's
    - {name: Empty}
    - {name: Hidden, untitled: true}
  systems:
    - {name: API, category: Core, description: Programs ask it}
    - {name: Status, category: Core}
    - {name: Web (old), displayName: Website, category: Hidden, link: https://example.com}
"""


def issue(front: str, body: str = "All is slow.") -> str:
    """One file; `section` and a title are added."""
    return f"---\ntitle: Slow answers\nsection: issue\n{front.strip()}\n---\n\n{body}\n"


def harvest(repository: Repository, issues: Mapping[str, str | bytes], config: str | None = CONFIG) -> Harvest:
    """What is read from a site with these issues."""
    files: dict[str, str | bytes] = {f"content/issues/{name}": text for name, text in issues.items()}
    if config is not None:
        files["config.yml"] = config
    return cstate.harvest(repository(files), NOW)


def one(repository: Repository, front: str, name: str = "2026-03-05-slow.md", body: str = "All is slow.") -> tuple[Record, list[str]]:
    """The record of one issue, and its remarks as `sort: text`."""
    found = harvest(repository, {name: issue(front, body)})
    assert not found.others, found.others
    _, record, remarks = found.records[0]
    return record, [f"{remark.sort}: {remark.text}" for remark in remarks]


OVER = "date: 2026-03-05 10:00:00\nresolved: true\nresolvedWhen: 2026-03-05 12:00:00\nseverity: disrupted\naffected: [API]"


def test_a_healthy_issue_is_read_without_a_remark(repository: Repository) -> None:
    """Every field has its place, and its old address is known."""
    record, remarks = one(repository, OVER, name="2026-03-05-Slow_Answers.md")
    assert (record.title, record.kind, record.severity) == ("Slow answers", Kind.incident, Severity.minor)
    assert (iso(record.started), iso(record.ended or NOW)) == ("2026-03-05T10:00:00Z", "2026-03-05T12:00:00Z")
    assert record.components == (("API", Effect.partial_outage),)
    assert (record.origin.id, record.slug) == ("2026-03-05-slow_answers", "slow-answers")
    assert record.origin.url == "https://status.example.com/issues/2026-03-05-slow_answers/"
    assert remarks == []


@pytest.mark.parametrize("word", ["down", "disrupted", "notice"])
def test_each_severity_has_a_severity_and_an_effect_of_its_own(repository: Repository, word: str) -> None:
    """So that the way back to cState is open."""
    record, _ = one(repository, OVER.replace("disrupted", word))
    assert (record.severity, record.components[0][1]) == cstate.cstate_issue.SEVERITIES[word]
    assert len({pair[0] for pair in cstate.cstate_issue.SEVERITIES.values()}) == len({pair[1] for pair in cstate.cstate_issue.SEVERITIES.values()}) == 3


REPAIRS = {
    "an hour of one digit": (OVER.replace("12:00:00", "9:51:30").replace("2026-03-05 9", "2026-03-06T9"), "`resolvedWhen`: `2026-03-06T9:51:30`", "2026-03-06T09:51:30Z"),
    "an hour of three digits": (OVER.replace("2026-03-05 12:00:00", "2026-03-05T012:00:00Z"), "an hour of 3 digits", "2026-03-05T12:00:00Z"),
    "the end in another month": (OVER.replace("2026-03-05 12", "2026-01-05 12"), "with the month of the start", "2026-03-05T12:00:00Z"),
    "the end on another day": (OVER.replace("2026-03-05 12", "2026-03-04 12"), "with the day of the start", "2026-03-05T12:00:00Z"),
    "an end before the start": (OVER.replace("2026-03-05 12", "2025-01-02 09"), "the end is taken as not known", "2026-03-05T10:00:00Z"),
    "an end that is no time": (OVER.replace("2026-03-05 12:00:00", "noon"), "`resolvedWhen` cannot be read", "2026-03-05T10:00:00Z"),
    "an end that is missing": (OVER.replace("resolvedWhen: 2026-03-05 12:00:00", ""), "nothing says since when", "2026-03-05T10:00:00Z"),
    "True": (OVER.replace("true", "True"), "`resolved: True` is read as true", "2026-03-05T12:00:00Z"),
    "yes": (OVER.replace("true", "yes"), "`resolved: yes` is read as true", "2026-03-05T12:00:00Z"),
    "another case of a name": (OVER.replace("API", "api"), "`api` in `affected` is `API`", "2026-03-05T12:00:00Z"),
    "no date": (OVER.replace("date: 2026-03-05 10:00:00", ""), "it has no `date`; it begins with the day in its file's name", "2026-03-05T12:00:00Z"),
    "no title": ("title: ''\n" + OVER, "it has no title", "2026-03-05T12:00:00Z"),
}


@pytest.mark.parametrize(("front", "said", "ended"), REPAIRS.values(), ids=REPAIRS)
def test_what_is_wrong_is_mended_and_named(repository: Repository, front: str, said: str, ended: str) -> None:
    """One remark says what was wrong and how it is read now."""
    text = issue(front)
    if front.startswith("title"):
        text = text.replace("title: Slow answers\n", "", 1)
    found = harvest(repository, {"2026-03-05-slow.md": text})
    _, record, remarks = found.records[0]
    assert any(remark.sort == "repaired" and said in remark.text for remark in remarks), remarks
    assert iso(record.ended or NOW) == ended


@pytest.mark.parametrize("name", ["2026-07-56-slow.md", "2026-13-05-slow.md"])
def test_a_date_in_the_name_that_does_not_exist(repository: Repository, name: str) -> None:
    """The day comes from `date`, and the id has no trace of the other."""
    record, remarks = one(repository, OVER, name=name)
    assert record.slug == "slow"
    assert remarks == ["repaired: the date in its file's name does not exist; the day comes from `date`"]


def test_a_picture_that_the_site_lacks_is_no_link(repository: Repository) -> None:
    """Its words stay and the report names it; those that the site has lead to where they were."""
    body = "![Load](/images/a%20b.png) ![Errors](/images/gone.png) ![Queue](beside.png) ![Far](https://a.example/b.png) ![Long](/" + "x" * 300 + ".png)"
    files = {"content/issues/2026-03-05-slow.md": issue(OVER, body), "config.yml": CONFIG, "static/images/a b.png": b"x", "content/issues/beside.png": b"x"}
    ((_, record, remarks),) = cstate.harvest(repository(files), NOW).records
    assert record.words[0].body.startswith(
        "[Load](https://status.example.com/images/a%20b.png) Errors (a picture that is not there any more) "
        "[Queue](https://status.example.com/issues/2026-03-05-slow/beside.png) [Far](https://a.example/b.png) Long (a picture that is not there any more)"
    )
    assert Remark("lost", "the picture `/images/gone.png` is not among the files: its words stay, without a link") in remarks


def test_front_matter_without_its_first_line(repository: Repository) -> None:
    """cState itself shows such a file as empty, in the year 1; its fields are read all the same."""
    found = harvest(repository, {"a.md": issue(OVER).removeprefix("---\n")})
    _, record, remarks = found.records[0]
    assert (record.title, iso(record.started)) == ("Slow answers", "2026-03-05T10:00:00Z")
    assert "the line `---` before the front matter is missing" in remarks[0].text


def test_broken_yaml_is_read_as_far_as_it_goes(repository: Repository) -> None:
    """A colon in a title breaks YAML; the fields are there all the same."""
    text = issue(OVER.replace("[API]", "\n  - API\n  - 'Web (old)'")).replace("Slow answers", "Slow: answers")
    _, record, remarks = harvest(repository, {"a.md": text}).records[0]
    assert record.title == "Slow: answers"
    assert [name for name, _ in record.components] == ["API", "Web (old)"]
    assert "its YAML is broken" in remarks[0].text


def test_toml_front_matter(repository: Repository) -> None:
    """Hugo reads TOML between `+++`, and so do we."""
    text = '+++\ntitle = "Slow"\ndate = 2026-03-05T10:00:00Z\nresolved = true\nresolvedWhen = "2026-03-05 12:00"\nseverity = "down"\naffected = ["API"]\n+++\nText'
    _, record, _ = harvest(repository, {"a.md": text}).records[0]
    assert (record.severity, iso(record.ended or NOW)) == (Severity.major, "2026-03-05T12:00:00Z")


REFUSED = {
    "empty": (b"", "it is empty"),
    "binary": (b"\x00\x01\x02", "it is no text"),
    "no front matter": (b"Hello\n", "it has no front matter"),
    "never closed": (b"---\ntitle: x\n", "never closed"),
    "no time at all": (b"---\ntitle: x\nresolved: true\n---\nx", "it has no `date`, and its file's name has no day either"),
    "a date that cannot be": (b"---\ntitle: x\ndate: 2026-02-31\n---\nx", "`date` cannot be read"),
    "too large": (b"---\ntitle: x\n---\n" + b"x" * 1_000_001, "it is larger than"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_mended_is_refused_with_its_reason(repository: Repository, data: bytes, reason: str) -> None:
    """The others are read all the same."""
    found = harvest(repository, {"bad.md": data, "good.md": issue(OVER)})
    assert [(item.path, item.outcome) for item in found.others] == [("bad.md", "refused")]
    assert reason in found.others[0].reason
    assert len(found.records) == 1


@pytest.mark.parametrize("front", ["draft: true", "section: page"])
def test_what_was_never_public_is_left_out(repository: Repository, front: str) -> None:
    """Drafts, and pages of another kind; each is named."""
    text = issue(OVER).replace("section: issue", front)
    assert [item.outcome for item in harvest(repository, {"a.md": text}).others] == ["left out"]


def test_two_files_with_one_address(repository: Repository) -> None:
    """Only one of them can have stood there."""
    found = harvest(repository, {"A.md": issue(OVER), "a.md": issue(OVER)})
    assert (len(found.records), [item.reason for item in found.others]) == (1, ["another file has the same address"])


def test_an_informational_issue_is_a_notice(repository: Repository) -> None:
    """It has no severity and no effect, and what it named is said to be lost."""
    record, remarks = one(repository, "date: 2026-03-05 10:00\ninformational: true\nseverity: down\naffected: [API]")
    assert (record.kind, record.severity, record.components) == (Kind.notice, None, ())
    assert [words.status for words in record.words] == [None]
    assert iso(record.ended or NOW) == "2026-03-06T10:00:00Z"
    assert [remark.partition(":")[0] for remark in remarks] == ["moved", "lost"]


def test_an_issue_that_is_neither_resolved_nor_not_was_never_open(repository: Repository) -> None:
    """cState counts only what says `resolved: false`."""
    record, _ = one(repository, "date: 2026-03-05 10:00\nresolved:\nseverity: down")
    assert record.kind is Kind.notice


def test_an_open_issue_stays_open(repository: Repository) -> None:
    """One update, no end."""
    record, _ = one(repository, "date: 2026-11-21 10:00\nresolved: false\nseverity: down\naffected: API")
    assert (record.ended, [words.status for words in record.words]) == (None, ["investigating"])
    assert record.components == (("API", Effect.major_outage),)


def test_planned_work_ahead_is_a_maintenance(repository: Repository) -> None:
    """With the window from `date` to `resolvedWhen`, said at the time of the import."""
    record, _ = one(repository, "date: 2026-12-01 10:00\nresolved: false\nresolvedWhen: 2026-12-01 12:00\nseverity: notice\naffected: [API]")
    assert (record.kind, record.components) == (Kind.maintenance, (("API", Effect.under_maintenance),))
    assert [(words.at, words.status) for words in record.words] == [(NOW, "scheduled")]


def test_words_older_than_the_start_are_kept_and_waived(repository: Repository) -> None:
    """The times are the original's; the rule that finds them is told so."""
    body = 'All is slow. {{< track "2026-03-05 09:00:00" >}}\n\nAll is fast. {{< track "2026-03-05 12:00:00" >}}'
    record, remarks = one(repository, OVER, body=body)
    assert record.waivers == (("update-before-start", "The times are those of the original."),)
    assert any("is older than its start" in remark for remark in remarks)


def test_the_configuration_becomes_groups_and_components(repository: Repository) -> None:
    """Categories are groups unless their name is hidden; nothing is known of days before the first record."""
    found = harvest(repository, {"a.md": issue(OVER), "b.md": issue(OVER.replace("03-05", "04-07").replace("[API]", "[GitHub, API]"))})
    assert (found.page.name, found.page.url) == ("Example Status", "https://status.example.com/")
    assert [(group.id, group.name, group.description) for group in found.groups] == [("core", "Core", "Ours, and nobody else's")]
    rows = [(c.id, c.name, c.group, c.since, c.retired) for c in found.components]
    first = date(2026, 3, 5)
    assert rows == [
        ("api", "API", "core", first, None),
        ("status-component", "Status", "core", first, None),
        ("web-old", "Website", None, first, None),
        ("github", "GitHub", None, date(2026, 4, 7), date(2026, 4, 8)),
    ]
    said = " ".join(remark.text for remark in found.remarks)
    assert all(word in said for word in ("`GitHub` (1)", "the link of 1 system", "the category `Empty` has no systems"))


def test_a_site_without_a_configuration(repository: Repository) -> None:
    """Names alone make the components; there is no address, and that is said."""
    found = harvest(repository, {"a.md": issue(OVER)}, config=None)
    assert [(c.id, c.retired) for c in found.components] == [("api", None)]
    assert found.records[0][1].origin.url is None
    assert "no configuration" in found.remarks[0].text


@pytest.mark.parametrize("inside", ["", "content", "content/issues"])
def test_the_site_its_content_or_its_issues(repository: Repository, inside: str) -> None:
    """Any of the three folders will do."""
    root = repository({"content/issues/a.md": issue(OVER), "config.yml": CONFIG})
    assert cstate.harvest(root / inside, NOW).page.name == "Example Status"


def test_a_folder_without_issues_is_no_site(tmp_path: Path) -> None:
    """The error says what was looked for."""
    with pytest.raises(NotThere, match="no content/issues in"):
        cstate.harvest(tmp_path, NOW)
