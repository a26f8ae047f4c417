"""What an export wrote, and what could not come along: for people and for tools."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.exporting.comparing import Loss
from onrecord.problems import quantity

_WIDTH = 110
_FEW = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was done: how many records and components, which files were written, and what an import would not bring back."""

    system: str
    folder: str
    records: int
    components: int
    written: tuple[str, ...]
    same: int
    others: int
    """Files that lie in the folder and are not of this export."""
    losses: tuple[Loss, ...]


def to_text(done: Exported, seconds: float, *, everything: bool = False) -> str:
    """The losses, each once with whose they are; then the counts."""
    lines = []
    if done.losses:
        lines.append("Has no place there, so an import of this export would not bring it back:")
        for text, about in _grouped(done.losses).items():
            named = about if everything or len(about) <= _FEW + 2 else [*about[:_FEW], "…; --all shows them"]
            line = f"{text[:1].upper()}{text[1:]} ({len(about)}): {', '.join(named).replace(', …', ' …')}"
            lines.append(textwrap.fill(line, _WIDTH, initial_indent="  ", subsequent_indent="      ", break_long_words=False, break_on_hyphens=False))
        lines.append("")
    else:
        lines += ["An import of this export is identical.", ""]
    lines.append(f"{done.folder}: {quantity(done.records, 'record')} and {quantity(done.components, 'component')} in {seconds:.1f} s: {quantity(len(done.written), 'file')} written, {done.same:,} unchanged.")
    lines.append("policy.yml, your own pages and the theme stay here; drafts, drills and internal notes, too.")
    if done.others:
        lines.append(f"{quantity(done.others, 'other file')} in the folder left alone.")
    return "\n".join(lines) + "\n"


def to_json(done: Exported) -> str:
    """One object."""
    found = {
        "system": done.system, "folder": done.folder, "records": done.records, "components": done.components, "written": list(done.written), "unchanged": done.same,
        "losses": [{"text": text, "about": about} for text, about in _grouped(done.losses).items()],
    }  # fmt: skip
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _grouped(losses: Sequence[Loss]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for loss in losses:
        found.setdefault(loss.text, []).append(loss.about)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))
