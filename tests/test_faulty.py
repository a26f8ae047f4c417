"""The fault walk in short: each verb is stopped, torn or refused at some of its steps on the disk, and keeps its promises. `make faults` tries every step."""

from __future__ import annotations

import pytest

from faulty import walk


@pytest.mark.parametrize(
    ("scenes", "every"),
    [(("open", "update", "schedule", "intake"), 4), (("update --commit", "messages", "import"), 29), (("upgrade", "announce"), 31), (("next build",), 211)],
    ids=["speaking", "many files", "what is sent", "publishing"],
)
def test_no_fault_breaks_a_promise(scenes: tuple[str, ...], every: int) -> None:
    """Whatever fails: the old site or the new one, whole files, plain words, and the next run succeeds."""
    done = walk.launched(["--every", str(every), *scenes], capture=True)
    if done is None:
        pytest.skip("no C compiler on this machine: the walk below Python was NOT tried; the one in tests/test_publish.py was")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("0 promises broken") == len(scenes) * len(walk.FAULTS), done.stdout
