"""What a stranger's pull request may hold: `check` reads all of it, within bounds of time and memory, and runs none of it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import repositories
from records import HEALTHY

Repository = Callable[..., Path]
SECONDS, MEGABYTES = 30, 700
"""Ten times what these take on an idle machine, and less than the least that a host gives to a job."""
ID = "2026-11-21-checkout-errors"
FOLDER = f"incidents/2026/{ID}"
HEAD, WORDS = f"{FOLDER}/incident.yml", f"{FOLDER}/updates/z.md"
SAID = "---\nat: 2026-11-21T14:05:12Z\nstatus: investigating\n{}---\n{}\n"
TRAP = "import pathlib; pathlib.Path('RAN').write_text('x')\n"
LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9 if n else ['x'] * 9)}]\n" for n in range(12))


def _checked(root: Path, *options: str) -> tuple[int, str, float]:
    """What `onrecord check` says there, in a process that gets no more memory than that, and how long it took."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1_000_000, MEGABYTES * 1_000_000))

    command = [sys.executable, "-P", "-c", "from onrecord.cli import main; main()", "-C", str(root), "check", "--format", "json", "--now", "2026-11-21T15:00:00Z", *options]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=4 * SECONDS, preexec_fn=bounded, cwd=root)
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.returncode, done.stdout, time.monotonic() - began


FILES: dict[str, tuple[str, str | bytes, str]] = {
    "a billion laughs": (HEAD, f"title: x\ninternal:\n{''.join('  ' + line for line in LAUGHS.splitlines(keepends=True))}", "alias-bomb"),
    "brackets without end": (HEAD, "title: x\ninternal: {a: " + "[" * 300_000, "nested-too-deep"),
    "a head of a megabyte": (HEAD, "title: " + "x" * 1_100_000, "file-too-large"),
    "zeros": (HEAD, bytes(900_000), "binary-file"),
    "a tag that makes objects": (HEAD, "title: !!python/object/apply:os.system ['touch RAN']\n", "yaml-tag"),
    "a tag that reads the environment": (HEAD, "title: !ENV HOME\n", "yaml-tag"),
    "anchors within anchors": (HEAD, "title: x\ninternal: {a: &a {b: *a}}\n", ""),
    "a key of a hundred thousand letters": (HEAD, f"title: x\n{'k' * 100_000}: 1\n", ""),
    "a number without end": (HEAD, f"title: x\nseverity: {'9' * 100_000}\n", "unknown-word"),
    "quotes in quotes": (WORDS, SAID.format("", "> " * 50_000 + "x"), ""),
    "brackets of links": (WORDS, SAID.format("", "[" * 100_000 + "](" * 100_000), ""),
    "stars": (WORDS, SAID.format("", "*a_" * 100_000), ""),
    "a table of ten thousand columns": (WORDS, SAID.format("", "|a" * 10_000 + "\n" + "|-" * 10_000 + "\n" + "|b" * 10_000), ""),
    "entities": (WORDS, SAID.format("", "&amp;" * 100_000), ""),
    "lists in lists": (WORDS, SAID.format("", "\n".join("  " * n + "- x" for n in range(600))), ""),
    "words that look like secrets": (WORDS, SAID.format("", "token: " * 60_000 + "a" * 40_000), ""),
    "addresses": (WORDS, SAID.format("", "http://a." * 60_000), ""),
    "a template without end": ("site_src/messages/identified/chat.txt", "{% for a in range(999999999) %}{% for b in range(999999999) %}x{% endfor %}{% endfor %}", ""),
    "a template that reaches out": ("site_src/messages/identified/chat.txt", "{{ ''.__class__.__mro__[1].__subclasses__() }}", ""),
    "a pattern that takes for ever": ("site_src/policy.yml", "words: {internal: ['(a+)+$', '(x|x)*y']}\n", ""),
    "redactions without end": ("redactions.yml", "redactions:\n" + "  - {path: '**/*', reason: x, who: y, when: 2026-11-21T14:00:00Z}\n" * 3_000, ""),
}


@pytest.mark.parametrize(("path", "data", "slug"), FILES.values(), ids=FILES)
def test_no_file_takes_long_or_much(repository: Repository, path: str, data: str | bytes, slug: str) -> None:
    """Each is named, or let pass; none costs more than a moment."""
    root = repository({**HEALTHY, path: data.encode() if isinstance(data, str) else data})
    code, said, seconds = _checked(root)
    assert code in (0, 1)
    assert seconds < SECONDS
    assert not slug or slug in {problem["slug"] for problem in json.loads(said)}
    assert not (root / "RAN").exists()


def test_what_is_no_file_is_named(repository: Repository, tmp_path: Path) -> None:
    """A pipe that nobody writes to, a device without end, links out of the repository and in a circle, and a gigabyte of nothing."""
    root = repository(HEALTHY)
    updates = root / FOLDER / "updates"
    os.mkfifo(updates / "pipe.md")
    (updates / "device.md").symlink_to("/dev/zero")
    (updates / "outside.md").symlink_to("/etc/passwd")
    (updates / "circle.md").symlink_to("circle.md")
    (root / FOLDER / "postmortem.md").symlink_to("/proc/self/environ")
    with (updates / "huge.md").open("wb") as huge:
        huge.truncate(1_000_000_000)
    (root / "incidents" / "2026" / "2026-11-22-linked").symlink_to("/")
    _, said, seconds = _checked(root)
    found = {(problem["path"].rpartition("/")[2], problem["slug"]) for problem in json.loads(said)}
    assert {("pipe.md", "unreadable-file"), ("device.md", "leaves-repository"), ("outside.md", "leaves-repository"), ("circle.md", "unreadable-file"), ("huge.md", "file-too-large")} <= found
    assert ("postmortem.md", "leaves-repository") in found
    assert "root:" not in said
    assert seconds < SECONDS


def test_nothing_of_it_is_run(repository: Repository) -> None:
    """Not hooks, plugins, extensions, overrides, a package of our name, a startup file, or the configuration of git."""
    config = "site_name: !ENV SECRET\nhooks: [hook.py]\nplugins: [search, trap]\nmarkdown_extensions: [trap]\ntheme: {name: material, custom_dir: theme}\nx: !!python/object/apply:os.system ['touch RAN']\n"
    trap = "#!/bin/sh\ntouch RAN\n"
    root = repository({**HEALTHY, "mkdocs.yml": config, **dict.fromkeys(("hook.py", "trap.py", "onrecord.py", "onrecord/__init__.py", "yaml.py", "sitecustomize.py", "conftest.py", "click/__init__.py"), TRAP), "fsmonitor.sh": trap})
    repositories.commit(root)
    (root / "fsmonitor.sh").chmod(0o755)
    repositories.git(root, "config", "core.fsmonitor", "./fsmonitor.sh")
    repositories.git(root, "config", "diff.external", "./fsmonitor.sh")
    code, _, _ = _checked(root, "--base", "HEAD")
    assert code in (0, 1)
    assert not (root / "RAN").exists()
