"""A page's API v2 to records: states, effects, times, ids, and what its lists say of what nobody ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from answers import answer, entry, lay_out, maintenance, part, said, summary, touched
from onrecord.files import WorkTree
from onrecord.importing import statuspage
from onrecord.importing.records import NotThere
from onrecord.importing.writing import Done, bring_in
from onrecord.loading import load
from onrecord.model import Dataset, Incident
from onrecord.policy import review
from onrecord.snapshot import Snapshot, derive
from onrecord.times import parse_instant
from saying import written

NOW = parse_instant("2026-11-21T14:00:00Z")
SEEN = parse_instant("2026-11-21T12:00:00Z")
API, WEB, DB = "c0mpapi00001", "c0mpweb00001", "c0mpdb000001"
PARTS = (part(API, "API"), part(WEB, "Website", position=2))
DOWN = touched(API, "operational", "major_outage", "API")
BETTER = touched(API, "major_outage", "partial_outage", "API")
OVER = touched(API, "partial_outage", "operational", "API")
OUTAGE = entry(
    "1nc000000001", "API down", said("u00000000001", "10:00", "investigating", "Down.", DOWN), said("u00000000002", "10:20", "monitoring", "Better.", BETTER),
    said("u00000000003", "10:40", "resolved", "Over.", OVER), impact="critical", monitoring_at="10:20", resolved_at="10:40", components=[part(API, "API")],
)  # fmt: skip


class Brought:
    """What an import made: the report, and what is read back."""

    def __init__(self, root: Path, done: Done) -> None:
        self.root, self.done = root, done
        loaded = load(WorkTree(root), now=NOW)
        self.dataset: Dataset = loaded.dataset
        self.problems = [str(problem) for problem in (*loaded.problems, *review(loaded.dataset, at=NOW))]

    @property
    def remarks(self) -> list[str]:
        return [remark.text for remark in (*self.done.remarks, *(remark for item in self.done.items for remark in item.remarks))]

    @property
    def outcomes(self) -> list[str]:
        return [item.outcome for item in self.done.items]

    @property
    def only(self) -> Incident:
        (incident,) = self.dataset.incidents
        return incident

    def at(self, text: str = "2026-11-21T12:00:00Z") -> Snapshot:
        return derive(self.dataset, parse_instant(text))

    def states(self) -> dict[str, str]:
        return {component.id: component.effect.value for component in self.at().components}


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Brought]:
    """Lays out answers and imports them into `here`; each run has its own answers."""
    runs = iter(range(100))

    def run(answers: Mapping[str, Any], *, now: str = "2026-11-21T14:00:00Z", end: bool = False) -> Brought:
        folder = lay_out(tmp_path / f"there-{next(runs)}", answers)
        done = bring_in(statuspage.harvest(folder, parse_instant(now), end_unfinished=end), tmp_path / "here", parse_instant(now))
        return Brought(tmp_path / "here", done)

    return run


def files(root: Path) -> dict[str, bytes]:
    """Every file below, by its path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


# ---------------------------------------------------------------- records


def test_an_incident_is_written_whole(bring: Callable[..., Brought]) -> None:
    """Head, updates with their ids in name and source, effects where they change; `check` finds nothing."""
    found = bring({"incidents.json": answer(incidents=[OUTAGE]), "components.json": answer(components=PARTS)})
    assert found.problems == []
    head = found.only.head
    assert found.only.id == "2026-11-20-api-down"
    assert (head.title, head.severity, head.components) == ("API down", "critical", {"api": "major_outage"})
    assert head.source is not None
    assert (head.source.system, head.source.id, head.source.url) == ("statuspage", "1nc000000001", "https://status.tallerie.example/incidents/1nc000000001")
    assert [update.id for update in found.only.updates] == [
        "20261120T100000Z-investigating-u00000000001", "20261120T102000Z-monitoring-u00000000002", "20261120T104000Z-resolved-u00000000003",
    ]  # fmt: skip
    assert [update.head.source.id for update in found.only.updates if update.head.source] == ["u00000000001", "u00000000002", "u00000000003"]
    assert [dict(update.head.components) for update in found.only.updates] == [{}, {"api": "partial_outage"}, {}]
    assert written(found.at().incidents[0]) == ["api major_outage 20T10:00-20T10:20", "api partial_outage 20T10:20-20T10:40"]


def test_the_files_are_as_a_careful_person_would_write_them(bring: Callable[..., Brought]) -> None:
    """Nothing but what is needed, in the usual order."""
    found = files(bring({"incidents.json": answer(incidents=[OUTAGE]), "components.json": answer(components=PARTS)}).root)
    folder = "incidents/2026/2026-11-20-api-down"
    assert found[f"{folder}/updates/20261120T102000Z-monitoring-u00000000002.md"].decode() == (
        "---\nat: 2026-11-20T10:20:00Z\nstatus: monitoring\ncomponents:\n  api: partial_outage\nsource:\n  system: statuspage\n  id: u00000000002\n---\nBetter.\n"
    )
    assert found["site_src/policy.yml"].decode().endswith(
        "page:\n  name: Tallerie\n  time_zone: Europe/Berlin\n  source:\n    system: statuspage\n    id: tallerpage01\n    url: https://status.tallerie.example/\n"
    )
    assert "  - id: api\n    name: API\n    since: 2026-11-20\n    source:\n      system: statuspage\n      id: c0mpapi00001\n" in found["site_src/components.yml"].decode()


def test_a_second_run_changes_nothing(bring: Callable[..., Brought]) -> None:
    """Not a byte, at whatever time it runs, though the states that an answer repeats with each incident have moved on."""
    found = bring({"incidents.json": answer(incidents=[OUTAGE]), "components.json": answer(components=PARTS)})
    before = files(found.root)
    again = {**OUTAGE, "components": [part(API, "API", "degraded_performance", updated_at="2026-11-21T11:00:00.000Z")]}
    found = bring({"incidents.json": answer(incidents=[again]), "components.json": answer(components=PARTS)}, now="2026-11-22T00:00:00Z")
    assert found.outcomes == ["unchanged"]
    assert files(found.root) == before


def test_a_postmortem_is_one(bring: Callable[..., Brought]) -> None:
    """The update becomes postmortem.md, published when it was; the incident stays resolved."""
    mortem = said("u00000000009", "21T09:00", "postmortem", "## What happened\n\nA certificate expired.")
    incident = {**OUTAGE, "status": "postmortem", "incident_updates": [mortem, *OUTAGE["incident_updates"]]}
    found = bring({"incidents.json": answer(incidents=[incident]), "components.json": answer(components=PARTS)})
    mine = found.only.postmortem
    assert mine is not None
    assert mine.head.source is not None
    assert (mine.head.status, str(mine.head.published), mine.head.source.id) == ("published", "2026-11-21 09:00:00+00:00", "u00000000009")
    assert mine.body == "## What happened\n\nA certificate expired."
    assert (len(found.only.updates), found.at().incidents[0].status, found.problems) == (3, "resolved", [])


def test_the_field_for_a_postmortem_counts_first(bring: Callable[..., Brought]) -> None:
    """`postmortem_body` holds it without an update, too."""
    incident = {**OUTAGE, "postmortem_body": "It broke.", "postmortem_published_at": "2026-11-21T08:00:00.000Z"}
    mine = bring({"incidents.json": answer(incidents=[incident])}).only.postmortem
    assert mine is not None
    assert (mine.body, str(mine.head.published), mine.head.source) == ("It broke.", "2026-11-21 08:00:00+00:00", None)


def test_a_maintenance_has_its_window(bring: Callable[..., Brought]) -> None:
    """What it names is under maintenance while it runs, and by the clock at that."""
    work = maintenance(
        "ma1nt0000001", "Database upgrade", "21T11:30", "21T13:00", said("u1", "10:00", "scheduled", "Soon.", touched(DB, "operational", "operational", "Database")),
        said("u2", "21T11:30", "in_progress", "Now.", touched(DB, "operational", "under_maintenance", "Database")),
    )  # fmt: skip
    found = bring({"scheduled-maintenances.json": answer(scheduled_maintenances=[work]), "components.json": answer(components=[part(DB, "Database", "under_maintenance")])})
    assert (found.only.id, found.only.head.kind, found.only.head.severity) == ("2026-11-21-database-upgrade", "maintenance", None)
    assert found.states() == {"database": "under_maintenance"}
    assert [update.id.rpartition("-")[2] == "u1" for update in found.only.updates] == [False, False], "an id of two letters is no safe tail"
    assert [update.head.source.id for update in found.only.updates if update.head.source] == ["u1", "u2"]
    assert found.problems == []


MENDED = [
    ("no name", {"name": " "}, "it is called `Untitled incident`"),
    ("no impact of ours", {"impact": "huge"}, "its impact `huge` is none of Statuspage's"),
    ("resolved without a word", {"incident_updates": [said("u00000000001", "10:00", "investigating")]}, "it is resolved, and no update says so"),
    ("an end before its word", {"resolved_at": "2026-11-20T10:30:00.000Z"}, "`effective`"),
    ("a monitoring time alone", {"monitoring_at": "2026-11-20T10:31:00.000Z"}, "`monitoring_at` names 2026-11-20T10:31:00Z"),
    ("dated back", {"incident_updates": [said("u00000000001", "10:00", "resolved", created_at="2026-11-20T12:00:00.000Z")]}, "written later than the time that it shows"),
    ("a strange state", {"incident_updates": [said("u00000000001", "10:00", "resolved"), said("u00000000000", "09:59", "puzzled")]}, "the state `puzzled` of an update"),
    ("on after its end", {"incident_updates": [said("u00000000002", "10:00", "monitoring"), said("u00000000001", "09:00", "resolved")], "started_at": "2026-11-20T09:00:00Z"}, "it went on after its end"),
    ("before its start", {"started_at": "2026-11-20T10:10:00.000Z"}, "an update is older than its start"),
    ("no updates", {"incident_updates": [], "status": "investigating", "resolved_at": None, "monitoring_at": None}, ""),
    ("an empty body", {"incident_updates": [said("u00000000001", "10:00", "resolved", "")]}, ""),
    ("an unsafe id", {"incident_updates": [said("../../ÄÖ", "10:00", "resolved")]}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("more", "remark"), [case[1:] for case in MENDED], ids=[case[0] for case in MENDED])
def test_odd_incidents_are_taken(bring: Callable[..., Brought], more: Mapping[str, Any], remark: str) -> None:
    """Each is imported, passes `check`, and the report says what is odd about it."""
    found = bring({"incidents.json": answer(incidents=[{**OUTAGE, **more}]), "components.json": answer(components=PARTS)})
    assert found.outcomes == ["imported"]
    assert [problem for problem in found.problems if "waived" not in problem and "note" not in problem] == []
    assert any(remark in text for text in found.remarks)


def test_two_updates_of_one_second_keep_their_order(bring: Callable[..., Brought]) -> None:
    """Where names alone would turn them round, the later one moves by a second."""
    first, last = said("u00000000001", "10:00", "monitoring"), said("u00000000000", "10:00", "identified", "No, it is still there.")
    last["display_at"] = "2026-11-20T10:00:00.900Z"
    found = bring({"incidents.json": answer(incidents=[entry("1nc000000001", "X", first, last)])})
    assert [(update.head.status, f"{update.head.at:%S}") for update in found.only.updates] == [("monitoring", "00"), ("identified", "01")]


@pytest.mark.parametrize(
    ("updates", "parts", "effects"),
    [
        ([said("u1111", "10:00", "investigating", "x", touched(API, "operational", "operational"))], [part(API, "API", "partial_outage", updated_at="2026-11-20T10:00:07.000Z")], ["api partial_outage 20T10:00-12:00…"]),
        ([said("u1111", "10:00", "investigating", "x", touched(API, "operational", "operational")), said("u2222", "10:30", "identified", "y", touched(API, "major_outage", "partial_outage"))], [part(API, "API", "partial_outage")], ["api major_outage 20T10:00-20T10:30", "api partial_outage 20T10:30-12:00…"]),
        ([said("u1111", "10:00", "investigating"), said("u2222", "10:30", "identified", "y", touched(API, "operational", "partial_outage"))], [part(API, "API", "partial_outage")], ["api partial_outage 20T10:30-12:00…"]),
    ],
    ids=["set just after the only word", "set between two words", "set with the second word"],
)  # fmt: skip
def test_effects_stand_with_the_words_that_they_belong_to(bring: Callable[..., Brought], updates: list[dict[str, Any]], parts: list[dict[str, Any]], effects: list[str]) -> None:
    """People post first and set the state seconds later; the state counts from the post."""
    found = bring({"incidents.json": answer(incidents=[entry("1nc000000001", "X", *updates, components=parts)])})
    assert written(found.at().incidents[0]) == effects


# ---------------------------------------------------------------- components


def test_components_and_groups_keep_their_ids(bring: Callable[..., Brought]) -> None:
    """In display order; the same name twice is told apart by its group; `start_date` is `since`."""
    parts = [
        part("gr0up0000002", "US", group=True, position=3, components=["c0mp00000002"]), part("gr0up0000001", "EU", group=True, position=1, description="Frankfurt"),
        part("gr0up0000003", "Empty", group=True, position=9), part("c0mp00000002", "Login", group_id="gr0up0000002", start_date="2025-02-03"),
        part("c0mp00000001", "Login", group_id="gr0up0000001", description="REST &  GraphQL <v2>", only_show_if_degraded=True), part("c0mp00000003", "Website", position=2, showcase=False),
    ]  # fmt: skip
    found = bring({"components.json": answer(components=parts)})
    assert [(g.id, g.name, g.description, g.source.id if g.source else "") for g in found.dataset.groups] == [("eu", "EU", "Frankfurt", "gr0up0000001"), ("us", "US", None, "gr0up0000002")]
    assert [(c.id, c.group, str(c.since), c.source.id if c.source else "") for c in found.dataset.components] == [
        ("eu-login", "eu", "2026-11-21", "c0mp00000001"), ("website", None, "2026-11-21", "c0mp00000003"), ("us-login", "us", "2025-02-03", "c0mp00000002"),
    ]  # fmt: skip
    assert found.dataset.components[0].description == "REST & GraphQL <v2>"
    for text in ("the group `Empty` has no components", "here `Login` always shows", "`showcase: false` of 1 component"):
        assert any(text in remark for remark in found.remarks)
    assert (found.problems, found.done.components, found.done.groups) == ([], 3, 2)


def test_components_that_are_here_are_known_by_their_old_id(bring: Callable[..., Brought], tmp_path: Path) -> None:
    """Renamed here or there, they stay one; one that has no source here is known by its name."""
    lay_out(tmp_path / "here", {"site_src/components.yml": "components:\n  - id: shop\n    name: Shop\n    source: {system: statuspage, id: c0mpapi00001}\n  - {id: www, name: Website}\n"})
    before = (tmp_path / "here/site_src/components.yml").read_bytes()
    found = bring({"incidents.json": answer(incidents=[OUTAGE]), "components.json": answer(components=PARTS)})
    assert found.only.head.components == {"shop": "major_outage"}
    assert (tmp_path / "here/site_src/components.yml").read_bytes() == before


def test_names_longer_than_a_page_can_show_are_cut(bring: Callable[..., Brought]) -> None:
    """Of components and of groups; their ids there are kept."""
    name = "A very long name " * 8
    brought = bring({"components.json": answer(components=[part(API, name, group_id=WEB), part(WEB, name, group=True)])})
    (component,), (group,) = brought.dataset.components, brought.dataset.groups
    assert component.name == group.name == name[:79].rstrip() + "…"
    assert component.source
    assert component.source.id == API


def test_a_component_that_the_list_no_longer_has_is_retired(bring: Callable[..., Brought]) -> None:
    """Its past stays; where there is no list at all, nobody is retired."""
    found = bring({"incidents.json": answer(incidents=[OUTAGE]), "components.json": answer(components=[part(WEB, "Website")])})
    assert [(c.id, str(c.retired)) for c in found.dataset.components] == [("website", "None"), ("api", "2026-11-21")]
    assert found.problems == []
    assert bring({"incidents.json": answer(incidents=[OUTAGE])}).dataset.components[1].name == "API"


def test_states_without_an_incident_get_one(bring: Callable[..., Brought]) -> None:
    """Here a state comes from a record; it says that it is ours, and a second run adds no other."""
    answers = {"components.json": answer(components=[part(API, "API", "partial_outage"), part(WEB, "Website", "degraded_performance")])}
    found = bring(answers)
    assert found.states() == {"api": "partial_outage", "website": "degraded_performance"}
    assert (found.only.head.title, found.only.head.severity, found.problems) == ("Partial outage: API", "minor", [])
    assert found.at().overall.description == "Minor Service Outage"
    assert bring({"components.json": answer("21T13:00", components=answers["components.json"]["components"])}).outcomes == ["unchanged"]


# ---------------------------------------------------------------- several files, and what they say of each other


def test_several_files_of_one_incident_are_one(bring: Callable[..., Brought]) -> None:
    """The newest counts, words that were taken away there are kept, and nested folders are read."""
    young = entry("1nc000000001", "API slow", OUTAGE["incident_updates"][-1], said("u0000000000x", "10:10", "identified", "Gone later."))
    answers = {
        "api/v2/summary.json": summary(*PARTS, incidents=[young], seen="10:15"), "api/v2/incidents.json": answer(incidents=[OUTAGE]),
        "api/v2/incidents/unresolved.json": answer(incidents=[]), "api/v2/status.json": answer(status={}), "badge.json": {"schemaVersion": 1},
    }  # fmt: skip
    found = bring(answers)
    assert (found.outcomes, found.only.head.title) == (["imported"], "API down")
    assert [update.body for update in found.only.updates] == ["Down.", "Gone later.", "Better.", "Over."]
    assert any("taken away there; it is kept" in text for text in found.remarks)
    assert any("badge.json" in text for text in found.remarks)


def test_one_file_is_enough(tmp_path: Path) -> None:
    """A summary alone, a list alone as the management API gives it, or one incident."""
    for name, value in {"summary.json": summary(*PARTS, incidents=[OUTAGE]), "list.json": [OUTAGE], "one.json": {"page": {"id": "x"}, "incident": OUTAGE}}.items():
        file = lay_out(tmp_path, {name: value}) / name
        assert [record.title for _, record, _ in statuspage.harvest(file, NOW).records] == ["API down"]


def test_several_pages_are_refused(tmp_path: Path) -> None:
    """One import is one page; nothing of the API at all is refused, too."""
    other = {**answer(components=PARTS), "page": {"id": "0ther", "name": "Other"}}
    with pytest.raises(NotThere, match=r"2 pages: Tallerie \(a\.json\), Other \(b\.json\)"):
        statuspage.harvest(lay_out(tmp_path / "two", {"a.json": answer(components=PARTS), "b.json": other}), NOW)
    with pytest.raises(NotThere, match="there is no answer"):
        statuspage.harvest(lay_out(tmp_path / "none", {"a.json": {"hello": "world"}}), NOW)


def test_what_cannot_be_read_is_refused_alone(bring: Callable[..., Brought]) -> None:
    """A broken file, an incident without an id or with a time that is none; the rest comes in."""
    bad = [{**OUTAGE, "id": None}, {**OUTAGE, "id": "x", "started_at": "yesterday"}, OUTAGE]
    found = bring({"incidents.json": answer(incidents=bad), "broken.json": '{"page": ', "deep.json": "[" * 100_000})
    assert sorted(found.outcomes) == ["imported", "refused", "refused", "refused", "refused"]
    reasons = [item.reason for item in found.done.items if item.outcome == "refused"]
    assert any("`started_at`: `yesterday` is no date and time" in reason for reason in reasons)
    assert found.problems == []


# ---------------------------------------------------------------- what nobody ended

FORGOTTEN = entry("1nc000000002", "Slow pages", said("u00000000021", "09:00", "investigating", "Slow.", touched(API, "operational", "degraded_performance", "API")), components=[part(API, "API", "degraded_performance")])
WORK = maintenance("ma1nt0000002", "Upgrade", "09:00", "10:00", said("u00000000031", "08:00", "scheduled"), said("u00000000032", "09:00", "in_progress"), components=[part(WEB, "Website")])
UNION = {"incidents.json": answer(incidents=[FORGOTTEN]), "scheduled-maintenances.json": answer(scheduled_maintenances=[WORK]), "summary.json": summary(*PARTS)}


def test_what_was_last_seen_open_stays_open(bring: Callable[..., Brought]) -> None:
    """With the states that the newest list shows, counted up to the last word; and the report says how to end it."""
    found = bring(UNION)
    snapshot = found.at()
    assert [(view.title, view.status, view.is_open) for view in snapshot.incidents] == [("Upgrade", "in_progress", True), ("Slow pages", "investigating", True)]
    assert found.states() == {"api": "operational", "website": "operational"}
    assert [line for view in snapshot.incidents for line in written(view)] == ["website under_maintenance 20T09:00-20T10:00 planned", "api degraded_performance 20T09:00-20T09:00"]
    assert any("`--unfinished end`" in text for text in found.remarks)
    assert found.problems == []


def test_it_ends_where_that_is_wanted(bring: Callable[..., Brought]) -> None:
    """With an update that says that it comes from the import, as of the last word, or of the end of the window."""
    found = bring(UNION, end=True)
    assert [(view.status, view.is_open, str(view.ended)[11:19]) for view in found.at().incidents] == [("completed", False, "10:00:00"), ("resolved", False, "09:00:01")]
    last = found.dataset.incidents[0].updates[-1]
    assert "no longer listed this as open" in last.body
    assert (last.head.source, str(last.head.at)) == (None, "2026-11-21 12:00:00+00:00")
    assert found.problems == []


def test_ending_later_adds_and_changes_nothing_else(bring: Callable[..., Brought]) -> None:
    """First kept, then ended, then kept again: each file is written once."""
    first = bring(UNION)
    before = files(first.root)
    ended = bring(UNION, end=True)
    assert ended.outcomes == ["updated", "updated"]
    after = files(ended.root)
    assert {path: after[path] for path in before} == before
    again = bring(UNION, now="2026-11-22T00:00:00Z")
    assert (again.outcomes, files(again.root)) == (["unchanged", "unchanged"], after)


@pytest.mark.parametrize(
    ("answers", "open_at_end"),
    [
        ({"summary.json": summary(*PARTS, incidents=[FORGOTTEN])}, True),
        ({"incidents.json": answer(incidents=[FORGOTTEN])}, True),
        ({"incidents.json": answer("2026-12-09T00:00:00.000Z", incidents=[FORGOTTEN])}, False),
        ({"incidents.json": answer(incidents=[FORGOTTEN]), "summary.json": summary(*PARTS, seen="08:00")}, True),
    ],
    ids=["listed as open", "said yesterday, and no list", "silent for weeks, and no list", "only an older list"],
)
def test_only_what_is_forgotten_ends(bring: Callable[..., Brought], answers: Mapping[str, Any], open_at_end: bool) -> None:
    """What the page still had open, or what was just said, stays open even then."""
    found = bring(answers, now="2026-12-10T00:00:00Z", end=True)
    assert found.at("2026-12-10T00:00:00Z").incidents[0].is_open is open_at_end


def test_a_worse_state_belongs_to_the_open_incident(bring: Callable[..., Brought]) -> None:
    """The list says more than its words: an update of ours says so, without a guess since when."""
    found = bring({"summary.json": summary(part(API, "API", "major_outage"), part(WEB, "Website"), incidents=[FORGOTTEN])})
    assert found.states() == {"api": "major_outage", "website": "operational"}
    assert [update.head.effective for update in found.only.updates] == [None, None]


# ---------------------------------------------------------------- going on


def test_what_went_on_is_added(bring: Callable[..., Brought]) -> None:
    """New updates, a new impact with the first of them, a post-mortem; the head changes in its digest only."""
    first = entry("1nc000000001", "API down", OUTAGE["incident_updates"][-1], impact="major", components=[part(API, "API", "major_outage")])
    start = bring({"incidents.json": answer(incidents=[first], seen="10:05")})
    before = files(start.root)
    mortem = said("u00000000009", "21T09:00", "postmortem", "It broke.")
    later = {**OUTAGE, "status": "postmortem", "incident_updates": [mortem, *OUTAGE["incident_updates"]]}
    found = bring({"incidents.json": answer(incidents=[later])})
    assert found.outcomes == ["updated"]
    assert [update.head.severity for update in found.only.updates] == [None, "critical", None]
    assert found.only.postmortem is not None
    after = files(found.root)
    changed = [path for path in before if after[path] != before[path]]
    assert changed == ["incidents/2026/2026-11-20-api-down/incident.yml"]
    lines = zip(before[changed[0]].splitlines(), after[changed[0]].splitlines(), strict=True)
    assert [old.split(b":")[0].strip() for old, new in lines if old != new] == [b"sha256"]
    assert bring({"incidents.json": answer(incidents=[later])}).outcomes == ["unchanged"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"name": "API slow"}, "incident.yml: `title` differs"),
        ({"incident_updates": [said("u00000000003", "10:40", "resolved", "All is well."), *OUTAGE["incident_updates"][1:]]}, "-resolved-u00000000003.md: other words there now"),
        ({"incident_updates": [OUTAGE["incident_updates"][0], OUTAGE["incident_updates"][2]]}, "-monitoring-u00000000002.md: other words there now"),
    ],
    ids=["renamed", "reworded", "taken away"],
)
def test_what_changed_there_is_named_and_ours_stays(bring: Callable[..., Brought], more: Mapping[str, Any], reason: str) -> None:
    """Published words are never rewritten, whatever happens to them there."""
    before = files(bring({"incidents.json": answer(incidents=[OUTAGE])}).root)
    found = bring({"incidents.json": answer(incidents=[{**OUTAGE, **more}])})
    assert found.outcomes == ["changed"]
    assert any(text.endswith(reason) for text in found.remarks)
    assert files(found.root) == before
