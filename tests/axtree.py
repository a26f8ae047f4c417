"""Chromium's own accessibility tree of a page as text: what the browser hands to a screen reader, one line a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

_SILENT = frozenset({"none", "generic", "InlineTextBox", "LineBreak", "ListMarker"})
"""Of these nothing is said; what they hold is."""
_STATES = ("level", "checked", "expanded", "pressed", "disabled", "required", "invalid", "live", "hasPopup", "roledescription")


def tree(page: Page, root: str = "main") -> str:
    """The tree below the first element of that role: role, name, description and states of each node."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    top = next(node for node in nodes.values() if _role(node) == root)
    return "\n".join(_lines(top, nodes, 0)) + "\n"


def _role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", "none"))


def _lines(node: dict[str, Any], nodes: dict[str, dict[str, Any]], depth: int) -> Iterator[str]:
    silent = node["ignored"] or _role(node) in _SILENT
    if not silent:
        yield "  " * depth + _said(node)
    for id in node.get("childIds", ()):
        if id in nodes:
            yield from _lines(nodes[id], nodes, depth + (not silent))


def _said(node: dict[str, Any]) -> str:
    parts = [_role(node)]
    parts += [f'"{node[key]["value"]}"' for key in ("name", "description") if node.get(key, {}).get("value")]
    states = {state["name"]: state["value"].get("value") for state in node.get("properties", ())}
    parts += [f"[{name}={states[name]}]" for name in _STATES if states.get(name) not in (None, "false", False)]
    return " ".join(parts)
