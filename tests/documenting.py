"""Tables for the docs, made from the code itself: fields from the shapes, options from the verbs, rules from the policy."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from explaining import Example
from onrecord.policy import FileRule, Rule, TextRule

_MARK = re.compile(r"(<!-- (?P<kind>\w+): (?P<name>[\w.-]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)
_NAMES = {str: "text", bool: "true or false", float: "number", int: "number", datetime: "time", date: "day", timedelta: "duration"}


def marked(text: str) -> list[tuple[str, str, str]]:
    """The kind, the name and the body of each table that stands between marks."""
    return [(m["kind"], m["name"], m["body"]) for m in _MARK.finditer(text)]


def filled(text: str, tables: dict[tuple[str, str], str]) -> str:
    """The text with each marked table replaced by the one of that kind and name."""
    return _MARK.sub(lambda m: f"{m[1]}{tables[m['kind'], m['name']]}{m[5]}", text)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with an empty line on both sides."""
    lines = [heads, ["-" * 3] * len(heads), *rows]
    return "\n" + "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines) + "\n"


def fields_table(shape: type[BaseModel]) -> str:
    """Every field of a shape: its key, what it holds, its default and its meaning."""
    return table(
        ("key", "holds", "default", "meaning"),
        (
            (f"`{field.alias or name}`", _holds(field.annotation), _default(field), field.description or "")
            for name, field in shape.model_fields.items()
        ),
    )


def shapes_below(shape: type[BaseModel]) -> list[type[BaseModel]]:
    """The shape and every shape that its fields hold, each once, in order."""
    found = [shape]
    for held in found:
        for field in held.model_fields.values():
            found += [inner for inner in _shapes_in(field.annotation) if inner not in found]
    return found


def options_table(command: click.Command) -> str:
    """Every argument and option of a verb, with its help."""
    return table(("option", "meaning"), (_option_row(parameter) for parameter in command.params))


def _option_row(parameter: click.Parameter) -> tuple[str, str]:
    value = parameter.make_metavar(click.Context(click.Command("")))
    if not isinstance(parameter, click.Option):
        return f"`{value}`", "Explained above."
    flags = ", ".join((*parameter.opts, *parameter.secondary_opts))
    shown = f"`{flags}`" if parameter.is_flag else f"`{flags} {value}`"
    default = f" Default: `{parameter.default}`." if parameter.show_default and not parameter.is_flag else ""
    return shown, f"{parameter.help}{default}"


def _shapes_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [shape for part in get_args(annotation) for shape in _shapes_in(part)]


def _holds(annotation: Any) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " or ".join(_holds(part) for part in parts if part is not type(None))
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return f"list of {_holds(parts[0])}"
    if origin is dict:
        return f"{_holds(parts[0])} → {_holds(parts[1])}"
    if origin is not None:
        return _holds(parts[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return annotation.__name__.lower()
    return _NAMES.get(annotation, "anything")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.default_factory() if field.default_factory else field.default  # type: ignore[call-arg]
    if value in (None, (), {}) or isinstance(value, (BaseModel, dict)):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        return f"`{value.days}d`"
    if isinstance(value, tuple):
        return f"`[{', '.join(value)}]`"
    return f"`{value.value if isinstance(value, Enum) else value}`"


def explanations(rules: Iterable[Rule | TextRule | FileRule], examples: Mapping[str, Example]) -> str:
    """A section for each rule: its code and name, its level, what it finds and why, a bad and a good example."""
    found = sorted(rules, key=lambda rule: rule.code)
    assert [rule.slug for rule in found if rule.slug not in examples] == [], "give these a bad and a good example in tests/explaining.py"
    return "\n" + "\n".join(_explained(rule, examples[rule.slug]) for rule in found)


def explained_files(reading: Mapping[str, tuple[str, str]], examples: Mapping[str, Example]) -> str:
    """The same for the rules about single files."""
    return "\n" + "\n".join(_section(code, slug, title, examples[slug]) for slug, (code, title) in reading.items() if slug in examples)


def _explained(rule: Rule | TextRule | FileRule, example: Example) -> str:
    english = ", for pages in English" if not isinstance(rule, FileRule) and rule.english else ""
    why = inspect.getdoc(rule.read if isinstance(rule, TextRule) else rule.look) or ""
    told = f"*{rule.level.capitalize()}{english}.* **{rule.title}** {why}".rstrip()
    return _section(rule.code, rule.slug, told, example)


def _section(code: str, slug: str, why: str, example: Example) -> str:
    lines = [f"### {code} `{slug}`", why]
    for name, files in (("Bad", example.bad), ("Good", example.good)):
        lines += [f"{name}:", *(_shown(path, content) for path, content in files.items() if isinstance(content, str))]
    return "\n\n".join(lines) + "\n"


def _shown(path: str, content: str) -> str:
    fence = "````" if "```" in content else "```"
    kind = "yaml" if path.endswith(".yml") else "markdown" if path.endswith(".md") else ""
    return f"`{path}`\n\n{fence}{kind}\n{content.rstrip()}\n{fence}"
