"""Two processes make the same site as one, whatever becomes of the second."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

import changing
from onrecord import cli
from onrecord.site import assemble
from onrecord.site.beside import Answer, Job, beside
from onrecord.times import iso

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="only where a process can be made of another"),
    pytest.mark.filterwarnings("ignore:This process .*multi-threaded:DeprecationWarning"),
]


def _failing() -> list[tuple[object, ...]]:
    raise ValueError("a template that cannot be drawn")


def _killed() -> list[tuple[object, ...]]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def test_each_result_is_handed_out_in_order() -> None:
    """Also one of several megabytes, which no pipe would hold, and one of nothing; after the last there is none."""
    large = b"words " * 1_000_000
    with beside([lambda: [("a.json", large, None)], list, lambda: [("b", b"", 3), ("c", b"", "d")]]) as answer:
        assert [answer() for _ in range(4)] == [[("a.json", large, None)], [], [("b", b"", 3), ("c", b"", "d")], None]


@pytest.mark.parametrize("end", [_failing, _killed])
def test_what_a_broken_process_did_not_make_is_said_to_be_missing(end: Job) -> None:
    """Whatever broke it: what it made before counts."""
    with beside([lambda: [("a", b"1")], end, lambda: [("b", b"2")]]) as answer:
        assert [answer() for _ in range(3)] == [[("a", b"1")], None, None]


def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where nobody waits for what it makes."""
    made: list[int] = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: made.append(fork()) or made[-1])
    with pytest.raises(KeyError), beside([lambda: [("a", b"x" * 100_000)] * 100] * 100):
        raise KeyError
    assert len(made) == 1
    with pytest.raises(ChildProcessError):  # other tests of this process may have children of their own
        os.waitpid(made[0], os.WNOHANG)


@pytest.mark.parametrize("breaks", [False, True], ids=["to the end", "until it breaks"])
def test_the_site_is_the_same_as_of_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], breaks: bool) -> None:
    """A clean build with feeds, calendars, the search and the API made by the second process: all of them, or a few."""
    page = changing.Page(tmp_path / "page", Random(1))
    build = ["-C", str(page.root), "build", "--clean", "--now", iso(page.at), "--out"]
    assert cli.main([*build, str(tmp_path / "one" / "site")]) in (0, 1)
    answered: list[bool] = []

    @contextmanager
    def counted(jobs: list[Job]) -> Iterator[Answer]:
        jobs = [*jobs[:3], _failing, *jobs[4:]] if breaks else jobs
        with beside(jobs) as answer:

            def known() -> object:
                found = answer()
                answered.append(found is not None)
                return found

            yield known  # type: ignore[misc]

    monkeypatch.setattr(assemble, "two_can", lambda: True)
    monkeypatch.setattr(assemble, "_MANY", 0)
    monkeypatch.setattr(assemble, "beside", counted)
    assert cli.main([*build, str(tmp_path / "two" / "site")]) in (0, 1)
    capsys.readouterr()
    assert len(answered) > 10
    assert sum(answered) == (3 if breaks else len(answered))
    assert not changing.differing(changing.published(tmp_path / "one"), changing.published(tmp_path / "two"))
