"""The files that a new repository is laid out from: those of the package, and the workflows that this project runs itself."""

from __future__ import annotations

from pathlib import Path

SCAFFOLD = Path(__file__).resolve().parent.parent / "scaffold"
_CHECKOUT = SCAFFOLD.parent.parent.parent
"""Where the package lies when it is used from its own repository; the wheel carries what it needs from there."""
SHARED = (".github/workflows", ".github/scripts", ".vscode", "requirements.lock", "requirements-ci.lock")
"""What a repository of an owner has in common with this one; `pyproject.toml` puts it into the wheel, below `scaffold/shared/`."""


def below(folder: Path) -> dict[str, bytes]:
    """The files below that folder by their path from it; a leading `dot.` stands for a dot."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {_named(path.relative_to(folder)): path.read_bytes() for path in files}


def text(name: str) -> str:
    """The text of one file of the scaffold."""
    return (SCAFFOLD / name).read_text(encoding="utf-8")


def shared() -> dict[str, bytes]:
    """The files that owners have in common with this project, by their path."""
    carried = SCAFFOLD / "shared"
    root = carried if carried.is_dir() else _CHECKOUT
    files: dict[str, bytes] = {}
    for name in SHARED:
        path = root / name
        files |= {f"{name}/{below_it}": data for below_it, data in below(path).items()} if path.is_dir() else {name: path.read_bytes()}
    return files


def _named(path: Path) -> str:
    return "/".join(part.replace("dot.", ".", 1) if part.startswith("dot.") else part for part in path.parts)
