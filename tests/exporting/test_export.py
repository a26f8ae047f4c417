"""What leaves comes back: an export, imported into an empty repository, says the same; what it cannot say is listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import foreign
import repositories
from onrecord.cli import main
from onrecord.exporting.words import as_typed, seen
from onrecord.files import WorkTree
from onrecord.importing.bodies import to_words
from onrecord.loading import load
from onrecord.model import Dataset
from onrecord.times import parse_instant

NOW = "2026-11-21T16:00:00Z"
ROOT = Path(__file__).parent.parent.parent
DOWN, MOVE, OPEN, NOTICE = "incidents/2026/2026-11-20-shop-down", "incidents/2026/2026-11-20-database-move", "incidents/2026/2026-11-21-slow-api", "incidents/2026/2026-11-18-new-terms"


def update(at: str, status: str, body: str = "Words.", more: str = "") -> str:
    """An update's file."""
    return f"---\nat: {at}\n" + (f"status: {status}\n" if status else "") + f"{more}---\n{body}\n"


FILES: dict[str, str | bytes] = {
    "mkdocs.yml": "site_name: Tallerie\nsite_url: https://status.tallerie.example/\n",
    "site_src/policy.yml": "page: {name: Tallerie, time_zone: Europe/Berlin}\n",
    "site_src/components.yml": (
        "groups: [{id: selling, name: Selling, description: What visitors use}]\ncomponents:\n"
        "  - {id: shop, name: Shop, group: selling, description: Buying, since: 2026-11-20}\n  - {id: api, name: API, since: 2026-11-20}\n"
    ),
    f"{DOWN}/incident.yml": "title: The shop is down\nseverity: major\ncomponents: {shop: major_outage}\nstarted: 2026-11-20T09:50:00Z\n",
    f"{DOWN}/updates/20261120T100000Z-investigating-aaaa.md": update("2026-11-20T10:00:00Z", "investigating", "We see **errors**.\n\n- Orders\n- Baskets\n\nMore soon, at\n[our desk](https://tallerie.example)."),
    f"{DOWN}/updates/20261120T102000Z-update-bbbb.md": update("2026-11-20T10:20:00Z", "", "Update 10:15 UTC: still at it.\n\n---\n\n```\na  b\n```"),
    f"{DOWN}/updates/20261120T104500Z-resolved-cccc.md": update("2026-11-20T10:45:00Z", "resolved", "All is well & <fast>.", "effective: 2026-11-20T10:40:00Z\n"),
}
OPENED: dict[str, str | bytes] = {
    f"{OPEN}/incident.yml": "title: Slow API\nseverity: minor\ncomponents: {api: partial_outage}\nstarted: 2026-11-21T15:00:00Z\n",
    f"{OPEN}/updates/20261121T150000Z-investigating-aaaa.md": update("2026-11-21T15:00:00Z", "investigating"),
    f"{OPEN}/updates/20261121T153000Z-identified-bbbb.md": update("2026-11-21T15:30:00Z", "identified", "We know *why*."),
    f"{OPEN}/updates/20261121T153500Z-update-cccc.md": update("2026-11-21T15:35:00Z", "", "**Ongoing:** still at it."),
}
MOVED: dict[str, str | bytes] = {
    f"{MOVE}/incident.yml": "title: Database move\nkind: maintenance\ncomponents: {shop: under_maintenance, api: under_maintenance}\nscheduled: {from: 2026-11-20T01:00:00Z, until: 2026-11-20T02:00:00Z}\n",
    f"{MOVE}/updates/20261119T080000Z-scheduled-aaaa.md": update("2026-11-19T08:00:00Z", "scheduled", "We move."),
    f"{MOVE}/updates/20261120T010000Z-in_progress-bbbb.md": update("2026-11-20T01:00:00Z", "in_progress"),
    f"{MOVE}/updates/20261120T013000Z-update-dddd.md": update("2026-11-20T01:30:00Z", "verifying", "The API is back.", "components: {api: operational}\n"),
    f"{MOVE}/updates/20261120T020000Z-completed-cccc.md": update("2026-11-20T02:00:00Z", "completed", "Done."),
}
REPORTED: dict[str, str | bytes] = {
    f"{DOWN}/postmortem.md": "---\nstatus: published\npublished: 2026-11-20T10:40:00Z\n---\n## What happened\n\n14:05 UTC: a disk was full.\n\n---\n\nWe bought *another*.\n"
}
CHANGED: dict[str, str | bytes] = {
    f"{OPEN}/updates/20261121T154000Z-monitoring-dddd.md": update("2026-11-21T15:40:00Z", "monitoring", "Better.", "components: {api: degraded_performance, shop: degraded_performance}\n"),
}
WHOLE = {
    "statuspage": {**FILES, **OPENED, **MOVED, **REPORTED, **CHANGED},
    "cstate": {**FILES, **OPENED, **REPORTED},
}
"""Everything that each system's files can hold."""


def run(root: Path, system: str, *arguments: str) -> int:
    """The verb, at a fixed time."""
    return main(["-C", str(root), "export", system, "--out", str(root.parent / "out"), "--now", NOW, *arguments])


def lost(root: Path, system: str, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """What the report lists, by what it is."""
    assert run(root, system, "--format", "json") == 0
    return {loss["text"]: loss["about"] for loss in json.loads(capsys.readouterr().out)["losses"]}


def facts(dataset: Dataset) -> list[Any]:
    """Each record's id, head, updates and post-mortem, without where they came from; words as readers see them."""
    left_out = {"source", "waivers"}
    states = [[u.head.status or "" for u in incident.updates] for incident in dataset.incidents]
    return [
        (
            incident.id, incident.head.model_dump(exclude=left_out),
            [(u.head.model_dump(exclude={*left_out, "status"}), status or said[number - 1], seen(u.body)) for number, (u, status) in enumerate(zip(incident.updates, said, strict=True))],
            (incident.postmortem.head.published, seen(incident.postmortem.body)) if incident.postmortem else None,
        )
        for incident, said in zip(dataset.incidents, states, strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("system", WHOLE)
def test_an_import_of_an_export_is_identical(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str) -> None:
    """Records, updates, effects, post-mortem, components and the page, compared as Datasets; the report lists nothing."""
    ours = repositories.lay_out(tmp_path / "ours", WHOLE[system])
    assert lost(ours, system, capsys) == {}
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    assert main(["-C", str(theirs), "import", system, str(tmp_path / "out"), "--now", NOW]) == 0
    capsys.readouterr()
    one, other = (load(WorkTree(root), now=parse_instant(NOW)).dataset for root in (ours, theirs))
    plain = [json.loads(json.dumps(facts(dataset), default=str)) for dataset in (one, other)]
    for mine, its in zip(*plain, strict=True):
        for record in (mine, its):
            record[1]["components"] = {key: effect for key, effect in record[1]["components"].items() if effect != "operational"}
        assert mine == its
    assert [part.model_dump(exclude={"source"}) for part in one.components] == [part.model_dump(exclude={"source"}) for part in other.components]
    assert [group.model_dump(exclude={"source"}) for group in one.groups] == [group.model_dump(exclude={"source"}) for group in other.groups]
    assert (one.policy.page.name, one.policy.page.time_zone) == (other.policy.page.name, other.policy.page.time_zone)


HEAD = FILES[f"{DOWN}/incident.yml"]
LOSSES: list[tuple[str, str, dict[str, str | bytes | None], set[str]]] = [
    ("statuspage", "a notice", {f"{NOTICE}/incident.yml": "title: New terms\nkind: notice\nfrom: 2026-11-18T08:00:00Z\nuntil: 2026-12-18T08:00:00Z\n", f"{NOTICE}/updates/20261118T080000Z-update-aaaa.md": update("2026-11-18T08:00:00Z", "")}, {"Statuspage has no notices"}),
    ("statuspage", "a workaround and causes", {f"{DOWN}/incident.yml": f"{HEAD}workaround: Wait.\ncauses: [disk]\n"}, {"the workaround", "the causes"}),
    ("statuspage", "a promise", {f"{OPEN}/updates/20261121T153000Z-identified-bbbb.md": update("2026-11-21T15:30:00Z", "identified", "We know *why*.", "next_update_by: 2026-11-21T17:00:00Z\n")}, {"the promise of a next update"}),
    ("statuspage", "a name that makes another id", {"site_src/components.yml": "components:\n  - {id: shop, name: The big shop, since: 2026-11-20}\n  - {id: api, name: API, since: 2026-11-20}\n"}, {"the id of a component: it comes from the name"}),
    ("statuspage", "cancelled", {f"{MOVE}/updates/20261120T010000Z-in_progress-bbbb.md": None, f"{MOVE}/updates/20261120T013000Z-update-dddd.md": None, f"{MOVE}/updates/20261120T020000Z-completed-cccc.md": update("2026-11-20T00:30:00Z", "cancelled")}, {"the state `cancelled` becomes `completed`"}),
    ("cstate", "critical", {f"{DOWN}/incident.yml": str(HEAD).replace("major\n", "critical\n")}, {"the severity `critical` becomes `major`"}),
    ("cstate", "two effects", {f"{DOWN}/incident.yml": str(HEAD).replace("{shop: major_outage}", "{shop: major_outage, api: partial_outage}")}, {"which effect was felt when, on which component"}),
    ("cstate", "a report of another day", {f"{DOWN}/postmortem.md": str(REPORTED[f"{DOWN}/postmortem.md"]).replace("20T10:40", "22T08:00")}, {"when a post-mortem was published"}),
    ("cstate", "a draft", {f"{DOWN}/postmortem.md": "---\nstatus: draft\n---\nSecret.\n"}, {"the draft of a post-mortem, which is not public"}),
]  # fmt: skip


@pytest.mark.parametrize(("system", "changes", "texts"), [(case[0], case[2], case[3]) for case in LOSSES], ids=[f"{case[0]}: {case[1]}" for case in LOSSES])
def test_losses(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str, changes: dict[str, str | bytes | None], texts: set[str]) -> None:
    """What the files cannot hold is named, and nothing else."""
    files = {name: data for name, data in {**WHOLE[system], **changes}.items() if data is not None}
    assert set(lost(repositories.lay_out(tmp_path / "ours", files), system, capsys)) == texts


def test_what_is_private_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Drills, drafts, internal notes and comments are in no file."""
    secret = "Kraken"
    files = {
        **WHOLE["cstate"], f"{DOWN}/incident.yml": f"{HEAD}internal: {{note: {secret}}}\n", f"{DOWN}/internal.md": secret,
        f"{DOWN}/postmortem.md": f"---\nstatus: draft\n---\n{secret}\n", f"{OPEN}/updates/20261121T155000Z-update-eeee.md": update("2026-11-21T15:50:00Z", "", f"Hm.\n\n<!-- {secret} -->"),
        "incidents/2026/2026-11-21-drill/incident.yml": f"title: {secret}\ndrill: true\nstarted: 2026-11-21T15:00:00Z\n",
        "incidents/2026/2026-11-21-drill/updates/20261121T150000Z-investigating-aaaa.md": update("2026-11-21T15:00:00Z", "investigating", secret),
    }  # fmt: skip
    ours = repositories.lay_out(tmp_path / "ours", files)
    for system in WHOLE:
        assert run(ours, system) == 0
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file() and secret in path.read_text(encoding="utf-8")]
    assert secret not in capsys.readouterr().out


def test_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is lost, with whose it is; the counts; a second run writes nothing, and leaves other files alone."""
    ours = repositories.lay_out(tmp_path / "ours", {**WHOLE["statuspage"], f"{DOWN}/incident.yml": f"{HEAD}causes: [disk]\n"})
    repositories.lay_out(tmp_path / "out", {"README.md": "Ours."})
    assert run(ours, "statuspage") == 0
    text = capsys.readouterr().out
    assert text.startswith("Has no place there, so an import of this export would not bring it back:\n  The causes (1): 2026-11-20-shop-down\n")
    assert "3 records and 2 components in" in text
    assert ": 4 files written, 0 unchanged.\n" in text
    assert "1 other file in the folder left alone." in text
    assert run(ours, "statuspage") == 0
    assert ": 0 files written, 4 unchanged.\n" in capsys.readouterr().out


@pytest.mark.parametrize("system", WHOLE)
@pytest.mark.parametrize("files", [{}, {"site_src/components.yml": FILES["site_src/components.yml"]}], ids=["nothing", "components"])
def test_a_page_without_records(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str, files: dict[str, str | bytes]) -> None:
    """A new page can leave, too."""
    ours = repositories.lay_out(tmp_path / "ours", files)
    ours.mkdir(exist_ok=True)
    assert lost(ours, system, capsys).keys() <= {"`since` of a component"}


def test_a_record_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1: it is missing, and named."""
    ours = repositories.lay_out(tmp_path / "ours", {**FILES, f"{OPEN}/incident.yml": "title: [\n"})
    assert run(ours, "cstate") == 1
    assert "this record is not in the export. Next: onrecord check" in capsys.readouterr().err


BODIES = [
    ("soft line ends", "One line\nand its end."), ("hard line ends", "One\\\ntwo  \nthree"), ("a list with long items", "- one that\n  goes on\n- two\n\nEnd."),
    ("a quote", "> said\n> twice"), ("code", "```\na\n\n  b\n```\nEnd."), ("inline code", "Use `a<b>` now."), ("what looks like a tag", "If a < b && c > d, see <https://example.com>."),
    ("entities", "5 &lt; 6 & AT&amp;T"), ("a heading", "## Now\n\nText"), ("a table", "| a | b |\n|---|---|\n| 1 | 2 |"), ("numbers", "1. one\n2. two\n   more"), ("a rule", "One\n\n***\n\nTwo"),
    ("raw HTML", "One <b>bold</b> word"), ("underscores", "snake_case and *stars*, 2*3*4"), ("nested lists", "- a\n  - b\n- c"),
]  # fmt: skip


@pytest.mark.parametrize("text", [case[1] for case in BODIES], ids=[case[0] for case in BODIES])
def test_words_are_read_back_as_they_were(text: str) -> None:
    """Where a line end is a line end, and a body may be HTML, readers see the same."""
    assert seen(to_words(as_typed(text), None)[0]) == seen(text)


@pytest.mark.parametrize(("system", "files"), foreign.SYSTEMS.values(), ids=foreign.SYSTEMS)
def test_what_was_imported_leaves_again(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str, files: dict[str, Any]) -> None:
    """From any system to Statuspage's form: no record and no update is lost."""
    foreign.bring(system, files, tmp_path)
    found = lost(tmp_path / "here", "statuspage", capsys)
    assert {"the whole record", "the title", "which words are an update of their own", "how the words of an update are set", "the component"} & found.keys() == set()


@pytest.mark.parametrize("system", WHOLE)
def test_the_example_company(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str) -> None:
    """Its whole history: every record and every word comes back."""
    assert main(["-C", str(ROOT), "export", system, "--out", str(tmp_path / "out"), "--now", "2026-11-21T16:00:00Z", "--format", "json"]) == 0
    found = {loss["text"]: loss["about"] for loss in json.loads(capsys.readouterr().out)["losses"]}
    assert {"the whole record", "the title", "the component", "how the words of an update are set"} & found.keys() == set()
