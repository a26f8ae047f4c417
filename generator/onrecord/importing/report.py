"""What an import did, item by item: for people, grouped and calm, and for tools."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from onrecord.importing.records import Item, Outcome, Sort
from onrecord.importing.writing import Done

_SORTS: dict[Sort, str] = {
    "repaired": "Repaired",
    "moved": "Kept in another form",
    "lost": "Without a place here",
    "odd": "Worth a look, taken as it is",
    "kept": "Different there now",
    "split": "Taken apart into updates",
}
_OUTCOMES: tuple[Outcome, ...] = ("imported", "updated", "unchanged", "changed", "left out", "refused")
_WIDTH = 110
_FEW = 12


def to_text(done: Done, *, source: str, dry_run: bool, seconds: float, everything: bool = False) -> str:
    """Groups of what is worth knowing, then the counts, then the next command."""
    parts = ["\n".join(_group(title, lines, everything)) for title, lines in _groups(done, everything) if lines]
    parts.append("\n".join(_counts(done, source, dry_run, seconds)))
    return "\n\n".join(parts) + "\n"


def to_json(done: Done, *, system: str, source: str, dry_run: bool) -> str:
    """One object: counts, items with their remarks, remarks on the whole, files."""
    return json.dumps(_object(done, system, source, dry_run), indent=2, ensure_ascii=False) + "\n"


def counts(items: Sequence[Item]) -> dict[str, int]:
    """How many items there are of each outcome, how many were repaired, and how many updates were found in their words."""
    outcomes = Counter(item.outcome for item in items)
    taken = [item for item in items if item.outcome not in ("refused", "left out")]
    return {
        "items": len(items),
        **{outcome: outcomes[outcome] for outcome in _OUTCOMES},
        "repaired": sum(any(r.sort == "repaired" for r in item.remarks) for item in taken),
        "updates": sum(item.updates for item in taken),
    }


def _groups(done: Done, everything: bool) -> Iterator[tuple[str, list[str]]]:
    """Each title with its lines; the same remark on several items is one line."""
    for outcome, title in (("refused", "Refused"), ("left out", "Left out"), ("changed", "Changed there")):
        yield title, [f"{item.path}: {item.reason}" + (f" ({item.folder})" if item.folder else "") for item in done.items if item.outcome == outcome]
    for sort, title in _SORTS.items():
        about: dict[str, list[str]] = {}
        for item in done.items:
            for remark in item.remarks:
                if remark.sort == sort and item.path not in about.setdefault(remark.text, []):
                    about[remark.text].append(item.path)
        whole = [remark.text for remark in done.remarks if remark.sort == sort and done.files]
        yield title, [*(text[:1].upper() + text[1:] for text in whole), *(_line(text, paths, everything) for text, paths in about.items() if paths)]


def _line(text: str, paths: Sequence[str], everything: bool) -> str:
    if len(paths) == 1:
        return f"{paths[0]}: {text}"
    named = paths if everything or len(paths) <= _FEW + 3 else [*paths[:_FEW], "…; --all shows them"]
    return f"{text[:1].upper()}{text[1:]} ({len(paths)} items): {', '.join(named).replace(', …', ' …')}"


def _group(title: str, lines: list[str], everything: bool) -> Iterator[str]:
    short = title in (_SORTS["split"], _SORTS["lost"], _SORTS["moved"]) and not everything and len(lines) > _FEW + 3
    yield f"{title}:"
    for line in lines[:_FEW] if short else lines:
        yield textwrap.fill(line, _WIDTH, initial_indent="  ", subsequent_indent="      ", break_long_words=False, break_on_hyphens=False)
    if short:
        yield f"  … and {len(lines) - _FEW} more; --all shows them"


def _counts(done: Done, source: str, dry_run: bool, seconds: float) -> Iterator[str]:
    found = counts(done.items)
    taken = ", ".join(f"{found[outcome]:,} {outcome}" for outcome in _OUTCOMES if found[outcome])
    yield f"{source}: {_number(found['items'], 'item')} in {seconds:.1f} s: {taken or 'no incidents to import'}."
    yield f"{found['repaired']:,} repaired, {found['updates']:,} updates found in their words."
    if done.components:
        yield f"{_number(done.components, 'component')} and {_number(done.groups, 'group')} added to components.yml."
    if dry_run:
        yield f"Nothing is written: {len(done.files):,} files would be. Next: the same without --dry-run"
    elif done.files:
        places = " ".join(sorted({name.partition("/")[0] for name in done.files}))
        yield f"{_number(len(done.files), 'file')} written. Next: onrecord check, then git add {places}"
    else:
        yield "Nothing had to be written. Next: onrecord check"


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _object(done: Done, system: str, source: str, dry_run: bool) -> dict[str, Any]:
    return {
        "system": system,
        "source": source,
        "dry_run": dry_run,
        "counts": counts(done.items),
        "components": done.components,
        "groups": done.groups,
        "items": [
            {
                "path": item.path,
                "id": item.id,
                "outcome": item.outcome,
                "reason": item.reason,
                "folder": item.folder,
                "updates": item.updates,
                "remarks": [{"sort": remark.sort, "text": remark.text} for remark in item.remarks],
            }
            for item in done.items
        ],
        "remarks": [{"sort": remark.sort, "text": remark.text} for remark in done.remarks],
        "files": list(done.files),
    }
