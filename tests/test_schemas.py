"""The JSON Schemas: they accept what is right, refuse what a shape can know to be wrong, and say what an editor shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from loading.test_bad_input import CASES, Case
from onrecord import cli
from onrecord.model import Component, Group, PolicyFile
from onrecord.schemas import SHAPES, Known, Name, schema
from onrecord.settings import SCHEMAS_FOLDER
from records import HEALTHY, head, update

ROOT = Path(__file__).parent.parent
Repository = Callable[[Mapping[str, str | bytes]], Path]
PARTS = Known(
    components=(Component(id="checkout", name="Checkout"), Component(id="api", name="API", description="For programs")),
    groups=(Group(id="selling", name="Selling"),),
    policy=PolicyFile.model_validate({"severities": {"major": {"meaning": "Many are stopped.", "when": "One in ten."}}}),
    rules={"first-word-late": "The first word came late."},
)


def name_of(path: str) -> Name:
    """Which of the schemas is meant for the file of that path."""
    name = path.rpartition("/")[2]
    if "/updates/" in path:
        return "update"
    return {"incident.yml": "incident", "postmortem.md": "postmortem", "components.yml": "components", "policy.yml": "policy", "channels.yml": "channels", "redactions.yml": "redactions"}[name]  # type: ignore[return-value]


def read(text: str, path: str) -> Any:
    """The YAML as editors read it, which know numbers and switches, and no times."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda constructor, node: node.value)
    return yaml.load(text.split("---\n")[1] if path.endswith(".md") else text)


@cache
def validator(name: Name) -> jsonschema.Draft7Validator:
    """What holds a file against the schema of that name in a repository of PARTS."""
    return jsonschema.Draft7Validator(json.loads(schema(name, PARTS)))


def faults(text: str, path: str) -> list[str]:
    """What an editor would mark."""
    return [error.message for error in validator(name_of(path)).iter_errors(read(text, path))]


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("known", [PARTS, Known()], ids=["with components", "without"])
def test_each_is_a_schema_of_draft_7(name: Name, known: Known) -> None:
    """Also where a repository lists nothing yet; with nothing beside a reference, as that would not count."""
    made = json.loads(schema(name, known))
    jsonschema.Draft7Validator.check_schema(made)
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert [node for node in _nodes(made) if "$ref" in node and len(node) > 1] == []
    assert [node for node in _nodes(made) if isinstance(node.get("title"), str)] == []
    assert schema(name, known) == schema(name, known)


def _nodes(node: Any) -> list[dict[str, Any]]:
    inner = node if isinstance(node, list) else node.values() if isinstance(node, dict) else ()
    return [*([node] if isinstance(node, dict) else []), *(found for one in inner for found in _nodes(one))]


@pytest.mark.parametrize("name", SHAPES)
def test_each_key_is_explained(name: Name) -> None:
    """What an editor shows beside a key that it completes."""
    made = json.loads(schema(name, PARTS))
    for key, value in made["properties"].items():
        inner = value if "$ref" not in value else made["definitions"][value["$ref"].rpartition("/")[2]]
        assert inner.get("description"), key


def test_every_file_of_the_example_is_accepted() -> None:
    """By the schemas that lie beside it, each with the one that `.vscode/settings.json` gives it."""
    folder = ROOT / SCHEMAS_FOLDER
    schemas = {name: jsonschema.Draft7Validator(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))) for name in SHAPES}
    paths = [*ROOT.glob("incidents/**/incident.yml"), *ROOT.glob("incidents/**/updates/*.md"), *ROOT.glob("incidents/**/postmortem.md")]
    paths += [ROOT / "site_src/components.yml", ROOT / "site_src/policy.yml", ROOT / "site_src/channels.yml", ROOT / "redactions.yml"]
    assert len(paths) > 100
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        found = [error.message for error in schemas[name_of(name)].iter_errors(read(path.read_text(encoding="utf-8"), name))]
        assert found == [], name


@pytest.mark.parametrize(("path", "text"), HEALTHY.items(), ids=HEALTHY)
def test_healthy_files_are_accepted(path: str, text: str) -> None:
    """Those that all tests of bad input spoil."""
    assert faults(text, path) == []


OF_FORM = frozenset(
    {
        *("unknown-key", "missing-key", "unknown-word", "bad-time", "time-without-offset", "bad-duration", "bad-day", "bad-number", "bad-switch"),
        *("unsafe-id", "bad-address", "empty-text", "several-lines", "wrong-kind-of-value", "not-keys"),
    }
)
"""What a schema can know; the rest is about files as a whole, the grammar of YAML, or the calendar."""
BEYOND = frozenset({"the 31st of November", "components: no such day"})


@pytest.mark.parametrize("case", [c for c in CASES if c.slug in OF_FORM and c.name not in BEYOND], ids=lambda case: case.name)
def test_bad_input_is_refused(case: Case) -> None:
    """Whatever `check` names about a file's form, an editor marks too."""
    assert isinstance(case.content, str)
    assert faults(case.content, case.file)


RIGHT = {
    "a figure for a text": head("impact: [{label: Orders, value: 1204}]\n"),
    "an offset without a colon": head("detected: 2026-11-21T14:58:00+0100\n"),
    "a space for the T, no seconds": head("detected: 2026-11-21 14:58Z\n"),
    "whatever is internal": head("internal: {notes: {a: [b, c]}}\n"),
    "a rule by its code": head("waivers: [{rule: OR203, reason: The vendor is silent.}]\n"),
    "a rule of a newer version": head("waivers: [{rule: newer-rule, reason: The vendor is silent.}]\n"),
    "a maintenance with its window": "title: Move\nkind: maintenance\nscheduled: {from: 2026-11-21T22:00:00Z, until: 2026-11-22T00:00:00Z}\n",
    "a notice with its days": "title: Fair\nkind: notice\nfrom: 2026-11-21T22:00:00Z\nuntil: 2026-11-22T00:00:00Z\n",
}
WRONG = {
    "an unknown component": (head("components: {chekout: major_outage}\n"), "Additional properties are not allowed ('chekout' was unexpected)"),
    "a maintenance without its window": ("title: Move\nkind: maintenance\n", "'scheduled' is a required property"),
    "a notice without its days": ("title: Fair\nkind: notice\nfrom: 2026-11-21T22:00:00Z\n", "'until' is a required property"),
    "a notice with an effect": ("title: F\nkind: notice\nfrom: 2026-11-21T22:00:00Z\nuntil: 2026-11-22T00:00:00Z\nseverity: major\n", "False schema does not allow 'major'"),
    "an incident with a window": (head("scheduled: {from: 2026-11-21T22:00:00Z, until: 2026-11-22T00:00:00Z}\n"), "False schema does not allow {'from'"),
    "an incident with the days of a notice": (head("until: 2026-11-22T00:00:00Z\n"), "False schema does not allow '2026-11-22T"),
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_check_takes_is_accepted(text: str) -> None:
    """Ways to write that are right, if less common."""
    assert faults(text, "incident.yml") == []


@pytest.mark.parametrize(("text", "says"), WRONG.values(), ids=WRONG)
def test_what_belongs_together_is_known(text: str, says: str) -> None:
    """Names of this repository, and keys that only one kind of record has."""
    assert any(fault.startswith(says) for fault in faults(text, "incident.yml")), faults(text, "incident.yml")


def test_a_published_postmortem_says_when() -> None:
    """As `check` demands."""
    assert faults("---\nstatus: published\n---\nWords.\n", "postmortem.md") == ["'published' is a required property"]
    assert faults(update().replace("---\n", "---\nscope: All\n", 1), "x/updates/a.md") == []


def test_a_repository_offers_its_own_words() -> None:
    """Components with their names, groups, severities with their thresholds, rules with what they find."""
    made = json.loads(schema("incident", PARTS))
    assert made["properties"]["components"]["properties"]["api"]["description"] == "API: For programs"
    assert "Many are stopped. One in ten." in made["definitions"]["Severity"]["enumDescriptions"]
    assert made["definitions"]["Waiver"]["properties"]["rule"]["anyOf"][0]["enumDescriptions"] == ["The first word came late."]
    parts = json.loads(schema("components", PARTS))
    assert parts["definitions"]["Component"]["properties"]["group"]["enum"] == ["selling"]
    policy = json.loads(schema("policy", PARTS))
    assert list(policy["properties"]["severities"]["properties"]) == ["none", "minor", "major", "critical"]
    assert policy["properties"]["rules"]["properties"]["first-word-late"]["description"] == "The first word came late."
    assert policy["definitions"]["MaintenancePolicy"]["properties"]["minimum_notice"]["default"] == "3d"


# ---------------------------------------------------------------- the verb


def test_written_once_then_up_to_date(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """All at their place; a second run writes nothing, and `--check` notices a change."""
    root = repository(HEALTHY)
    assert cli.main(["-C", str(root), "schema", "--check"]) == 1
    assert not (root / SCHEMAS_FOLDER).exists()
    assert cli.main(["-C", str(root), "schema"]) == 0
    assert sorted(path.name for path in (root / SCHEMAS_FOLDER).iterdir()) == sorted(f"{name}.json" for name in SHAPES)
    capsys.readouterr()
    assert cli.main(["-C", str(root), "schema"]) == 0
    assert capsys.readouterr().out == "The schemas are up to date.\n"
    assert cli.main(["-C", str(root), "schema", "--check"]) == 0
    (root / "site_src/components.yml").write_text("components:\n  - {id: web, name: Web}\n")
    capsys.readouterr()
    assert cli.main(["-C", str(root), "schema", "--check"]) == 1
    assert f"{SCHEMAS_FOLDER}/incident.json is not what the code and this repository say" in capsys.readouterr().out


def test_one_of_them_on_standard_output(repository: Repository, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """For a pipe; with `--out` it is a file there, and nothing else."""
    root = repository(HEALTHY)
    assert cli.main(["-C", str(root), "schema", "update"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["components"]["properties"].keys() == {"checkout", "api"}
    assert cli.main(["-C", str(root), "schema", "update", "--out", str(tmp_path / "out")]) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["update.json"]
    assert cli.main(["-C", str(root), "schema", "updates"]) == 2


def test_broken_components_are_named_and_offer_nothing(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A schema is better than none, and says nothing that is not there."""
    root = repository({**HEALTHY, "site_src/components.yml": "components: [\n"})
    assert cli.main(["-C", str(root), "schema", "incident"]) == 0
    shown = capsys.readouterr()
    assert "site_src/components.yml:2:1" in shown.err
    assert "properties" not in json.loads(shown.out)["properties"]["components"]


def test_a_folder_that_cannot_be_written(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told in a sentence."""
    root = repository({**HEALTHY, "taken": "x"})
    assert cli.main(["-C", str(root), "schema", "--out", "taken/inside"]) == 1
    assert "not every schema was written" in capsys.readouterr().err


# ---------------------------------------------------------------- editors


def test_new_heads_name_their_schema(repository: Repository) -> None:
    """The first line leads from the record's folder to the schema that the verb writes."""
    root = repository(HEALTHY)
    arguments = ["open", "Slow", "-c", "api=degraded", "-m", "It is slow.", "--now", "2026-11-21T16:00:00Z"]
    assert cli.main(["-C", str(root), *arguments]) == 0
    assert cli.main(["-C", str(root), "schema"]) == 0
    written = root / "incidents/2026/2026-11-21-slow/incident.yml"
    first = written.read_text(encoding="utf-8").splitlines()[0]
    assert (written.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve() == root / SCHEMAS_FOLDER / "incident.json"


def test_vs_code_knows_each_file() -> None:
    """The settings of the example name every schema of a YAML file, for files that exist."""
    settings = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))["yaml.schemas"]
    assert {Path(path).stem for path in settings} == {"incident", "components", "policy", "channels", "redactions"}
    for path, files in settings.items():
        assert (ROOT / path).is_file()
        assert list(ROOT.glob(files)), files
