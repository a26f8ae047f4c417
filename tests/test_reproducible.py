"""The same commit and clock give the same bytes, whoever builds them, where, and how often."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import repositories
from onrecord.publications import Chain
from onrecord.times import parse_instant
from records import FIRST, FOLDER, HEAD, HEALTHY, LAST, POLICY, POSTMORTEM, update

NOW = "2026-11-21T16:00:00Z"
STORY = """\
---
status: published
published: 2026-11-21T15:30:00Z
actions:
  - {what: Try the renewal once a month, due: 2026-12-24}
---
## Summary

It was a certificate.[^1]

| what | when |
|---|---|
| ran out | 13:58 |

```mermaid
flowchart TD
  accTitle: How it went
  accDescr: A leads to B
  A --> B
```

```python
print("hello")
```

[^1]: Of the bank.
"""
FILES: Mapping[str, str | bytes] = HEALTHY | {
    "mkdocs.yml": "site_name: A\nsite_url: https://a.example/\ntheme: {name: material, font: false, custom_dir: site_src/theme}\nplugins: [onrecord]\ndocs_dir: site_src/pages\n",
    "site_src/pages/about.md": "# About\n\n- [x] done\n",
    "site_src/theme/partials/copyright.html": "<p>{{ config.copyright }} {{ build_date_utc }}</p>\n",
    POLICY: "page: {time_zone: Europe/Berlin}\n",
    POSTMORTEM: STORY,
    "redactions.yml": f"redactions:\n  - {{path: {FIRST}, part: body, reason: A name., who: The DPO, when: 2026-11-21T15:00:00Z}}\n",
    f"{FOLDER}/updates/Ünread.md": "---\nat: [\n---\nWords.\n",
}
LATER: Mapping[str, str | bytes] = {LAST: "---\nat: [\n---\nIt is over.\n", HEAD: str(HEALTHY[HEAD]).replace("minor", "major")}


def _prepared(tmp_path: Path) -> tuple[Path, Path]:
    """A repository with everything that could depend on its surroundings, and the chain of an earlier publication."""
    root = tmp_path / "origin"
    first = repositories.commit(root, FILES)
    repositories.git(root, "switch", "--quiet", "--create", "elsewhere")
    repositories.commit(root, {f"{FOLDER}/updates/b.md": update(at="2026-11-21T14:20:00Z")}, at="2026-11-21T14:21:00Z")
    repositories.git(root, "switch", "--quiet", "main")
    repositories.commit(root, {f"{FOLDER}/updates/c.md": update(at="2026-11-21T14:25:00Z")}, at="2026-11-21T14:26:00Z")
    repositories.git(root, "remote", "add", "origin", "https://a.example/r.git")
    repositories.git(root, "merge", "--quiet", "--message", "Merge branch 'main' of https://a.example/r", "elsewhere", at="2026-11-21T15:30:00Z")
    repositories.commit(root, LATER, at="2026-11-21T15:40:00Z")
    chain = Chain().followed_by(commit=first, at=parse_instant("2026-11-21T15:20:00Z"), build="0" * 64)
    (tmp_path / "publications.json").write_bytes(chain.written())
    return root, tmp_path / "publications.json"


def _build(root: Path, out: Path, chain: Path, **surroundings: Any) -> dict[str, bytes]:
    command = [sys.executable, "-c", "from onrecord.cli import main; main()", "-C", str(root), "build", "--now", NOW, "--out", str(out), "--publications", str(chain)]
    env = os.environ | surroundings.pop("env", {})
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, **surroundings)
    assert done.returncode == 1, done.stderr  # two files are broken
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_two_builds_made_different_in_every_way(tmp_path: Path) -> None:
    """Another folder, user, home, locale, time zone, hash seed, number of cores, umask, terminal, branch and temporary folder; without a cache and with one."""
    origin, chain = _prepared(tmp_path)
    one = _build(origin, tmp_path / "one", chain, env={"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "1"})
    assert one["publications.json"].count(b'"commit"') == 2
    assert b"Words withheld" in one["incidents/2026-11-21-checkout-errors/index.html"]

    elsewhere = tmp_path / "another place" / "déeper"
    repositories.git(tmp_path, "clone", "--quiet", "--no-hardlinks", str(origin), str(elsewhere / "klön"))
    clone = elsewhere / "klön"
    repositories.git(clone, "checkout", "--quiet", "--detach")
    for path in clone.rglob("*"):
        if ".git" not in path.parts:
            os.utime(path, (1, 1))
    home, temporary = elsewhere / "home", elsewhere / "tmp"
    home.mkdir()
    temporary.mkdir()
    (home / ".gitconfig").write_text("[core]\n  autocrlf = true\n[log]\n  date = relative\n  showSignature = true\n[diff]\n  renames = copies\n")
    other: dict[str, Any] = {
        "env": {
            **{"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "de", "PYTHONHASHSEED": "2", "COLUMNS": "40"},
            **{"HOME": str(home), "XDG_CONFIG_HOME": str(home), "USER": "nobody", "TMPDIR": str(temporary), "TERM": "dumb", "CI": "true"},
        },
        "umask": 0o077,
        "preexec_fn": lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
        **_another_user(elsewhere),
    }
    assert _differences(one, _build(clone, elsewhere / "two", chain, **other)) == []
    assert _differences(one, _build(clone, elsewhere / "three", chain, **other)) == []


def _another_user(folder: Path) -> dict[str, int]:
    """Another user, where we may become one, and it may read Python and the tests."""
    if os.geteuid() != 0 or not all(_open_to_all(Path(place)) for place in (sys.executable, sys.prefix, __file__)):
        return {}
    for path in (*folder.parents[: len(folder.parents) - 2], folder, *folder.rglob("*")):
        if path.stat().st_uid == 0 and path.is_relative_to(folder.parents[1]):
            shutil.chown(path, 65534, 65534)
    return {"user": 65534, "group": 65534}


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in path.resolve().parents)


def _differences(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def test_with_and_without_cache(tmp_path: Path) -> None:
    """What was drawn, compiled and read before makes no difference, also after a change and back."""
    root, chain = _prepared(tmp_path)
    cold = _build(root, tmp_path / "one", chain)
    repositories.commit(root, {FIRST: "---\nat: [\n---\nIt is over.\n"}, at="2026-11-21T15:50:00Z")
    _build(root, tmp_path / "another", chain)
    repositories.git(root, "reset", "--quiet", "--hard", "HEAD~1")
    assert _differences(cold, _build(root, tmp_path / "two", chain)) == []
    shutil.rmtree(root / ".cache")
    assert _differences(cold, _build(root, tmp_path / "one", chain)) == []
