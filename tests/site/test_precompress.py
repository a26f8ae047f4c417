"""Compressed copies say what the file beside them says, always the same way."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from onrecord.cli import main
from onrecord.site import verifying
from onrecord.site.precompress import original, precompress, unpacked

TEXT = b"<p>Words that come again and again.</p>\n" * 40


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a page, a small file, a picture and something of the owner's."""
    files = {"a/index.html": TEXT, "now.json": b"{}", "picture.png": TEXT, ".git/x.html": TEXT, "old.csv.gz": b"theirs"}
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    return tmp_path


def names(site: Path) -> set[str]:
    """The compressed files that are there."""
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.suffix in (".gz", ".br")}


def test_texts_that_are_worth_it_get_copies(site: Path) -> None:
    """No picture, nothing small, nothing of the owner's; without a time inside, so that a second run makes the same bytes."""
    made = precompress(site)
    assert (made.files, made.written, made.brotli) == (2, 2, True)
    assert names(site) == {"a/index.html.gz", "a/index.html.br", "old.csv.gz"}
    assert all(unpacked(site / "a" / f"index.html{ending}") == TEXT for ending in (".gz", ".br"))
    first = (site / "a/index.html.gz").read_bytes()
    assert first[4:8] == b"\0\0\0\0"
    (site / "a/index.html.gz").unlink()
    assert precompress(site).written == 1
    assert (site / "a/index.html.gz").read_bytes() == first


@pytest.mark.parametrize("old", [gzip.compress(b"older words", mtime=0), b"torn", b""], ids=["older", "torn", "empty"])
def test_a_copy_that_says_something_else_is_replaced(site: Path, old: bytes) -> None:
    """A server would give it out in place of the page."""
    precompress(site)
    for ending in (".gz", ".br"):
        (site / "a" / f"index.html{ending}").write_bytes(old)
    assert precompress(site).written == 2
    assert unpacked(site / "a/index.html.gz") == unpacked(site / "a/index.html.br") == TEXT


def test_without_brotli_there_is_gzip(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "brotli", None)
    monkeypatch.setattr("onrecord.site.precompress.find_spec", lambda _name: None)
    made = precompress(site)
    assert (made.files, made.brotli) == (1, False)


@pytest.mark.parametrize(("path", "expected"), [("a/index.html.gz", "a/index.html"), ("x.json.br", "x.json"), ("x.csv.gz", None), ("index.html", None), (".gz", None)])
def test_only_texts_have_copies(path: str, expected: str | None) -> None:
    """What an owner packed is a file of its own."""
    assert original(path) == expected


def test_the_build_makes_them_and_takes_them_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """None is older than its text: a build without the flag leaves none."""
    (tmp_path / "mkdocs.yml").write_text("site_name: Tallerie\nsite_url: https://status.tallerie.example/\ntheme: {name: material}\n")
    (tmp_path / "incidents").mkdir()
    build = ["-C", str(tmp_path), "build", "--now", "2026-11-21T16:00:00Z"]
    assert main([*build, "--precompress"]) == 0
    assert "compressed copies beside them" in capsys.readouterr().out
    site = tmp_path / "site"
    assert unpacked(site / "index.html.gz") == (site / "index.html").read_bytes()
    assert ".gz" not in (site / "manifest.json").read_text()
    assert main(build) == 0
    assert not names(site)


def test_verify_names_a_copy_that_lies(site: Path) -> None:
    """Who may write beside a page could speak in its place."""
    precompress(site)
    listed = {"a/index.html": "", "now.json": "", "picture.png": "", "old.csv.gz": ""}
    assert list(verifying._extras(site, listed)) == []
    (site / "a/index.html.gz").write_bytes(gzip.compress(b"All is well."))
    (found,) = verifying._extras(site, listed)
    assert (found.path, found.kind) == ("a/index.html.gz", "changed")
