"""Golden files: what a renderer wrote when somebody last looked at it, compared byte for byte."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

Golden = Callable[[str, "str | bytes"], None]
FOLDER = Path(__file__).parent / "golden"


def compare(name: str, found: str | bytes, *, refresh: bool) -> None:
    """Fails with a diff where `found` differs from `tests/golden/<name>`; with `refresh`, writes it there instead."""
    data = found.encode("utf-8") if isinstance(found, str) else found
    target = FOLDER / name
    if refresh:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return
    assert target.exists(), f"{target} is missing: look at the output, then run pytest with --refresh-golden"
    if data != target.read_bytes():
        raise AssertionError(f"differs from golden/{name}; if that is meant, run pytest with --refresh-golden\n{_diff(target, data)}")


def _diff(target: Path, data: bytes) -> str:
    before = target.read_bytes().decode("utf-8", "replace").splitlines(keepends=True)
    after = data.decode("utf-8", "replace").splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, "golden", "found"))
