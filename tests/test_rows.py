"""Many small facts in one file: kept whole or not at all, and never a reason to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.cache.rows import Rows, Torn


def test_facts_are_kept_by_table_and_key(tmp_path: Path) -> None:
    """What was saved is there for the next one who opens the file, in order of the keys."""
    with Rows(tmp_path / "x.sqlite") as rows:
        rows.put("a", [("two", [2]), ("one", {"n": 1})])
        rows.put("b", [("one", "other")])
        rows.drop("b", ["nothing"])
        rows.save()
    with Rows(tmp_path / "x.sqlite") as rows:
        assert list(rows.all("a")) == [("one", {"n": 1}), ("two", [2])]
        assert (rows.get("b", "one"), rows.get("b", "two"), rows.keys("c")) == ("other", None, [])


def test_what_was_not_saved_is_forgotten(tmp_path: Path) -> None:
    """A run that dies leaves what was there before."""
    with Rows(tmp_path / "x.sqlite") as rows:
        rows.put("a", [("one", 1)])
        rows.save()
        rows.clear()
        rows.put("a", [("one", 2)])
    with Rows(tmp_path / "x.sqlite") as rows:
        assert rows.get("a", "one") == 1


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    """Nonsense is no reason to fail; the facts are simply gone."""
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"no such file " * 100)
    with Rows(path) as rows:
        rows.put("a", [("one", 1)])
        rows.save()
    with Rows(path) as rows:
        assert rows.get("a", "one") == 1


def test_a_fact_that_is_no_json_is_torn(tmp_path: Path) -> None:
    """Whoever asks hears of it, and makes everything again."""
    with Rows(tmp_path / "x.sqlite") as rows:
        rows.put("a", [("one", 1)])
        rows._base.execute("UPDATE rows SET fact = '{'")
        with pytest.raises(Torn):
            rows.get("a", "one")


def test_without_a_folder_everything_is_in_memory(tmp_path: Path) -> None:
    """A place that cannot be written to costs time, and nothing else."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (None, tmp_path / "file" / "x.sqlite"):
        with Rows(path) as rows:
            rows.put("a", [("one", 1)])
            rows.save()
            assert rows.get("a", "one") == 1


def test_a_table_can_be_read_at_once() -> None:
    """For whoever asks for most of it."""
    with Rows(None) as rows:
        rows.put("a", [("one", 1), ("two", [2])])
        fact = rows.whole("a")
        assert [fact(key) for key in ("two", "one", "three")] == [[2], 1, None]


def test_a_full_disk_is_no_silent_loss(tmp_path: Path) -> None:
    """SQLite forgets at once what it could not write, so whoever put it hears of it."""
    with Rows(tmp_path / "x.sqlite") as rows:
        rows.put("a", [("one", "x")])
        rows.save()
        rows._base.execute("PRAGMA max_page_count = 3")
        rows._base.execute("PRAGMA cache_spill = OFF")
        with pytest.raises(Torn, match="full"):
            rows.put("a", [(f"{n}", "x" * 4000) for n in range(20)])
            rows.save()
