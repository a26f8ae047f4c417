"""JSON Schemas of the files that people write, made from their shapes: editors complete, explain and check with them.

They are of draft 7, which every editor's YAML support knows; newer drafts only some. What a repository
says by itself goes in as well: the ids of its components and groups, what its severities mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from onrecord.channels import ChannelsFile
from onrecord.model import (
    Component,
    ComponentsFile,
    Group,
    IncidentFile,
    Kind,
    PolicyFile,
    PostmortemFile,
    RedactionsFile,
    Severity,
    Shape,
    UpdateFile,
)
from onrecord.yamlio.writing import scalar

Name = Literal["incident", "update", "postmortem", "components", "policy", "channels", "redactions"]
SHAPES: Mapping[Name, type[Shape]] = {
    "incident": IncidentFile,
    "update": UpdateFile,
    "postmortem": PostmortemFile,
    "components": ComponentsFile,
    "policy": PolicyFile,
    "channels": ChannelsFile,
    "redactions": RedactionsFile,
}
_DRAFT = "http://json-schema.org/draft-07/schema#"
_REFERENCE = "#/definitions/{model}"
_ORIGIN = "Written by `onrecord schema`; run it again after components, severities or the version of onrecord have changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a repository says by itself, and what the policy knows: offered by editors where it fits."""

    components: Sequence[Component] = ()
    groups: Sequence[Group] = ()
    policy: PolicyFile | None = None
    rules: Mapping[str, str] | None = None
    """The title of each rule by its slug."""


def schema(name: Name, known: Known) -> str:
    """That file's schema, as text that ends with a line end.

    The order of keys is that of the docs, and the same input gives the same bytes.
    """
    made = SHAPES[name].model_json_schema(ref_template=_REFERENCE, schema_generator=_Editors)
    if name in _TOLD:
        _TOLD[name](made, known)
    made = _walked({"$schema": _DRAFT, "$comment": _ORIGIN, **_in_order(made)})
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


class _Editors(GenerateJsonSchema):
    """Schemas as people write YAML: a figure may stand where text is meant, and no key is left empty on purpose."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return {**super().str_schema(schema), "type": ["string", "number"]}

    def encode_default(self, dft: Any) -> Any:
        return scalar(dft) if isinstance(dft, timedelta) else super().encode_default(dft)

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


# ---------------------------------------------------------------- what a shape alone does not say


def _incident(made: dict[str, Any], known: Known) -> None:
    _offer_components(made, known)
    _offer_severities(made["$defs"], known)
    _offer_rules(made["$defs"]["Waiver"]["properties"]["rule"], known)
    made["allOf"] = [
        {"if": _is("kind", "maintenance"), "then": {"required": ["scheduled"]}, "else": {"properties": {"scheduled": False}}},
        {
            "if": _is("kind", "notice"),
            "then": {"required": ["from", "until"], "properties": dict.fromkeys(("severity", "components", "expected_resolution"), False)},
            "else": {"properties": {"from": False, "until": False}},
        },
    ]


def _update(made: dict[str, Any], known: Known) -> None:
    _offer_components(made, known)
    _offer_severities(made["$defs"], known)


def _postmortem(made: dict[str, Any], _known: Known) -> None:
    made["allOf"] = [{"if": _is("status", "published"), "then": {"required": ["published"]}}]


def _components(made: dict[str, Any], known: Known) -> None:
    if known.groups:
        made["$defs"]["Component"]["properties"]["group"] |= _one_of({group.id: group.name for group in known.groups})


def _policy(made: dict[str, Any], known: Known) -> None:
    severities = made["properties"]["severities"]
    severities["properties"] = {severity.value: severities["additionalProperties"] for severity in Severity}
    del severities["propertyNames"]
    severities["additionalProperties"] = False
    if known.components:
        made["$defs"]["ServiceLevel"]["properties"]["components"]["items"] = _one_of(_named(known))
    rules = made["properties"]["rules"]
    rules["properties"] = {slug: {**rules["additionalProperties"], "description": title} for slug, title in (known.rules or {}).items()}


def _channels(made: dict[str, Any], known: Known) -> None:
    one = made["$defs"]["AnnouncedChannel"]
    wanted = one["properties"]
    if known.components:
        wanted["components"]["items"] = _one_of(_named(known))
    if known.groups:
        wanted["groups"]["items"] = _one_of({group.id: group.name for group in known.groups})
    wanted["kinds"]["items"] = {"type": "string", "enum": [Kind.incident.value, Kind.maintenance.value]}
    one["oneOf"] = [
        {"required": ["apprise"], "properties": dict.fromkeys(("webhook", "secret", "component_updates"), False)},
        {"required": ["webhook", "secret"], "properties": dict.fromkeys(("apprise", "text"), False)},
    ]
    _offer_severities(made["$defs"], known)


_TOLD: Mapping[Name, Callable[[dict[str, Any], Known], None]] = {
    "incident": _incident,
    "update": _update,
    "postmortem": _postmortem,
    "components": _components,
    "policy": _policy,
    "channels": _channels,
}


def _offer_components(made: dict[str, Any], known: Known) -> None:
    """Each component as a key that an editor completes; without any, every name is right."""
    made["$defs"]["Effect"]["description"] = "What its customers feel."
    felt = made["properties"]["components"]
    if known.components:
        felt["properties"] = {id: {**felt["additionalProperties"], "description": said} for id, said in _named(known).items()}
        felt["additionalProperties"] = False


def _offer_severities(definitions: dict[str, Any], known: Known) -> None:
    """What each one means here, beside its name."""
    policy = known.policy or PolicyFile()
    told = [" ".join(filter(None, (policy.severity(severity).meaning, policy.severity(severity).when))) for severity in Severity]
    definitions["Severity"]["enumDescriptions"] = told


def _offer_rules(rule: dict[str, Any], known: Known) -> None:
    """The rules by name; a code, or a rule that a newer version has, is no mistake of form."""
    if known.rules:
        rule["anyOf"] = [_one_of(known.rules), {"type": rule.pop("type")}]


def _named(known: Known) -> dict[str, str]:
    return {part.id: f"{part.name}: {part.description}" if part.description else part.name for part in known.components}


def _one_of(told: Mapping[str, str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(told), "enumDescriptions": list(told.values())}


def _is(key: str, value: str) -> dict[str, Any]:
    return {"required": [key], "properties": {key: {"const": value}}}


# ---------------------------------------------------------------- draft 7


def _in_order(made: dict[str, Any]) -> dict[str, Any]:
    """The schema with its definitions last."""
    definitions = made.pop("$defs", {})
    return {**made, "definitions": definitions} if definitions else made


def _walked(node: Any) -> Any:
    """The schema in draft 7: beside a reference nothing else counts there, so that it is wrapped. Without titles and defaults that say nothing."""
    if isinstance(node, list):
        return [_walked(item) for item in node]
    if not isinstance(node, dict):
        return node
    empty = [key for key, value in node.items() if (key == "title" and isinstance(value, str)) or (key == "default" and value in (None, [], {}))]
    plain = {key: _walked(value) for key, value in node.items() if key not in empty}
    if "$ref" in plain and len(plain) > 1:
        plain["allOf"] = [{"$ref": plain.pop("$ref")}]
    return plain
