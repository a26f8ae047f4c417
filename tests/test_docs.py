"""Whatever people can write or type is in the docs, and says there what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

import documenting
import explaining_files
from explaining import EXAMPLES
from onrecord import model
from onrecord.audit import RULES as AUDIT
from onrecord.channels import ChannelsFile
from onrecord.cli import VERBS, cli, main
from onrecord.policy import CHANGE_RULES, FAMILIES, FILE_RULES, RULES
from onrecord.problems import READING
from onrecord.render.messages.facts import MEANINGS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
FILES = (model.IncidentFile, model.UpdateFile, model.PostmortemFile, model.ComponentsFile, model.PolicyFile, ChannelsFile, model.RedactionsFile)


def _shapes() -> dict[str, type[BaseModel]]:
    return {shape.__name__: shape for file in FILES for shape in documenting.shapes_below(file)}


def _tables() -> dict[tuple[str, str], str]:
    """Every table that the docs must hold, by kind and name."""
    fields = {("fields", name): documenting.fields_table(shape) for name, shape in _shapes().items()}
    commands = {name: cli.get_command(None, name) for name in VERBS}  # type: ignore[arg-type]
    commands |= {f"{name}-{inner}": one for name, group in commands.items() if isinstance(group, click.Group) for inner, one in group.commands.items()}
    options = {("options", name): documenting.options_table(c) for name, c in commands.items() if c and not isinstance(c, click.Group)}
    reading = ((code, f"`{slug}`", title) for slug, (code, title) in READING.items())
    judged = sorted((rule.code, f"`{rule.slug}`", rule.level, rule.title) for rule in (*RULES, *FILE_RULES))
    families = {family: [rule for rule in (*RULES, *FILE_RULES) if rule.family == family] for family in FAMILIES.values()}
    explained = {("explained", family): documenting.explanations(rules, EXAMPLES) for family, rules in families.items()}
    explained["explained", "files"] = documenting.explained_files(READING, explaining_files.READING)
    return (
        fields
        | options
        | explained
        | {
            ("facts", "messages"): documenting.table(("name", "says"), ((f"`{{{{ {name} }}}}`", meaning) for name, meaning in MEANINGS.items())),
            ("rules", "reading"): documenting.table(("code", "name", "finds"), reading),
            ("rules", "audit"): documenting.table(("code", "name", "level", "finds"), ((r.code, f"`{r.slug}`", r.level, r.title) for r in AUDIT)),
            ("rules", "changes"): documenting.table(("code", "name", "level", "finds"), ((r.code, f"`{r.slug}`", r.level, r.title) for r in sorted(CHANGE_RULES, key=lambda r: r.code))),
            ("rules", "records"): documenting.table(("code", "name", "level", "finds"), judged),
        }
    )


def test_tables_say_what_the_code_says(request: pytest.FixtureRequest) -> None:
    """Each field, option and rule stands in the docs, with its meaning; `make docs` writes the tables anew."""
    tables, found = _tables(), {}
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if request.config.getoption("--refresh-golden"):
            text = documenting.filled(text, tables)
            page.write_text(text, encoding="utf-8")
        found |= {(kind, name): body for kind, name, body in documenting.marked(text)}
    assert sorted(tables.keys() - found.keys()) == [], "these are in no page of docs/"
    stale = [key for key, body in found.items() if tables[key] != body]
    assert stale == [], "run `make docs`"


@pytest.mark.parametrize("shape", _shapes().values(), ids=lambda shape: shape.__name__)
def test_every_field_has_a_meaning(shape: type[BaseModel]) -> None:
    """A field without a description cannot be explained to anybody."""
    assert [name for name, field in shape.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_option_has_help(verb: str) -> None:
    """A verb explains each of its options."""
    command = cli.get_command(None, verb)  # type: ignore[arg-type]
    assert command is not None
    every = command.commands.values() if isinstance(command, click.Group) else (command,)
    assert [p.name for one in every for p in one.params if isinstance(p, click.Option) and not p.help] == []


def test_environment_variables_are_documented() -> None:
    """A variable that the code reads is named in the docs."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "generator").rglob("*.py"))
    names = set(re.findall(r"[\"'](ONRECORD_[A-Z_]+|SOURCE_DATE_EPOCH)[\"']", code))
    docs = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    assert sorted(name for name in names if f"`{name}`" not in docs) == []


def test_schemas_say_what_the_code_says(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the example are what the verb would write; `make docs` writes them anew."""
    check = () if request.config.getoption("--refresh-golden") else ("--check",)
    assert main(["-C", str(ROOT), "schema", *check]) == 0, capsys.readouterr().out


def _without_code(text: str) -> str:
    return re.sub(r"^(```+).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)


def test_a_code_means_one_thing() -> None:
    """No two findings share a code, but where `check` and `audit` ask the same."""
    slugs: dict[str, set[str]] = {}
    for slug, (code, _) in READING.items():
        slugs.setdefault(code, set()).add(slug)
    for rule in (*RULES, *FILE_RULES, *CHANGE_RULES, *AUDIT):
        slugs.setdefault(rule.code, set()).add(rule.slug)
    assert {code: names for code, names in slugs.items() if len(names) > 1} == {}


def test_links_between_pages_lead_somewhere() -> None:
    """A relative link in README, CONTRIBUTING or docs names a file that exists."""
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")))
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", _without_code(page.read_text(encoding="utf-8")))
        if not (page.parent / target).exists()
    ]
    assert broken == []
