"""`onrecord verify`: a site that its commit makes passes, any other byte is named, and nobody's code is run unasked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import repositories
from onrecord import cli
from onrecord.site import verifying
from onrecord.site.trust import runs
from records import HEALTHY, LAST

CONFIG = "site_name: A\nsite_url: https://a.example/\ntheme: {name: material, font: false}\nplugins: [onrecord]\n"
FILES: Mapping[str, str | bytes] = HEALTHY | {"mkdocs.yml": CONFIG}
NOW = "2026-11-21T16:00:00Z"
PAGE = "incidents/2026-11-21-checkout-errors/index.html"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that was deployed twice; the repository has gone on since, and its work tree is broken."""
    folder = tmp_path_factory.mktemp("deployed")
    root = folder / "r"
    repositories.commit(root, FILES)
    build = ("-C", str(root), "build", "--out", "../site", "--publications", "../site", "--now")
    assert cli.main([*build, "2026-11-21T15:30:00Z"]) == 0
    repositories.commit(root, {"note.txt": "1"}, at="2026-11-21T15:40:00Z")
    assert cli.main([*build, NOW]) == 0
    repositories.commit(root, {LAST: str(HEALTHY[LAST]).replace("sorry", "proud")}, at="2026-11-21T15:50:00Z")
    repositories.lay_out(root, {"mkdocs.yml": "site_name: ["})
    return folder


@pytest.fixture
def site(deployed: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    shutil.copytree(deployed, tmp_path, dirs_exist_ok=True)
    return tmp_path / "site"


def verify(site: Path | str, *arguments: str, root: Path | None = None) -> int:
    return cli.main(["-C", str(root or Path(site).parent / "r"), "verify", str(site), *arguments])


def found(site: Path | str, capsys: pytest.CaptureFixture[str], **where: Any) -> list[str]:
    """What is different, a line each, and whether the exit code says so."""
    capsys.readouterr()
    code = verify(site, "--format", "json", **where)
    facts = json.loads(capsys.readouterr().out)
    assert facts["same"] == (code == 0) == (not facts["differences"])
    return [f"{d['path']}: {d['kind']}" for d in facts["differences"]]


def test_what_was_published_is_what_the_commit_makes(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In its folder, though the repository has gone on and its work tree is broken; nothing is written there."""
    before = sorted(path for path in (site.parent / "r").rglob("*"))
    assert verify(site) == 0
    assert "every byte is what the commit makes" in capsys.readouterr().out
    assert sorted((site.parent / "r").rglob("*")) == before


def _append(path: Path, data: bytes = b" ") -> None:
    path.write_bytes(path.read_bytes() + data)


def _rename(site: Path, old: bytes, new: bytes) -> None:
    """Somebody changes a word everywhere, and every digest with it."""
    for path in (p for p in site.rglob("*") if p.is_file() and p.suffix in (".html", ".atom", ".json")):
        path.write_bytes(path.read_bytes().replace(old, new))
    manifest = json.loads((site / "manifest.json").read_bytes())
    manifest["files"] = {path: sha256((site / path).read_bytes()).hexdigest() for path in manifest["files"]}
    (site / "manifest.json").write_text(json.dumps(manifest))
    build = json.loads((site / "build.json").read_bytes())
    build["manifest"]["sha256"] = sha256((site / "manifest.json").read_bytes()).hexdigest()
    (site / "build.json").write_text(json.dumps(build))


TAMPERED: tuple[tuple[str, Callable[[Path], object], list[str]], ...] = (
    ("a changed page", lambda site: _append(site / PAGE), [f"{PAGE}: changed"]),
    ("a missing file", lambda site: (site / "now.json").unlink(), ["now.json: missing"]),
    ("an extra file", lambda site: (site / "gone.html").write_text("x"), ["gone.html: extra"]),
    ("what begins with a dot is the owner's", lambda site: (site / ".well-known").write_text("x"), []),
    ("a changed manifest", lambda site: _append(site / "manifest.json"), ["manifest.json: changed"]),
    ("a changed build.json", lambda site: _append(site / "build.json"), ["publications.json: changed"]),
    ("a changed chain", lambda site: (site / "publications.json").write_bytes((site / "publications.json").read_bytes().replace(b"15:30", b"15:29")), ["publications.json: changed"]),
)


@pytest.mark.parametrize(("tamper", "expected"), [case[1:] for case in TAMPERED], ids=[case[0] for case in TAMPERED])
def test_tampering_is_named(site: Path, capsys: pytest.CaptureFixture[str], tamper: Callable[[Path], object], expected: list[str]) -> None:
    """Each file with what is wrong with it, and no other."""
    tamper(site)
    differences = found(site, capsys)
    assert [line for line in differences if "differs" not in line or line in expected] == expected


def test_a_lie_that_fits_together(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is changed in every file with all digests is found by building again."""
    _rename(site, b"Payments fail", b"Payments thrive")
    differences = found(site, capsys)
    assert f"{PAGE}: differs" in differences
    assert "publications.json: changed" in differences
    assert not any("missing" in line or (line.startswith(PAGE) and "changed" in line) for line in differences)


def test_over_http(site: Path, served: Callable[[Path], str], capsys: pytest.CaptureFixture[str]) -> None:
    """The same from outside; what a host keeps to itself is said to be unseen."""
    address = served(site)
    assert found(address, capsys, root=site.parent / "r") == []
    (site / "_headers").unlink()
    assert verify(address, root=site.parent / "r") == 0
    assert "Not seen, because a host keeps it to itself: _headers" in capsys.readouterr().out
    _append(site / PAGE)
    (site / "updates.atom").unlink()
    assert found(address, capsys, root=site.parent / "r") == [f"{PAGE}: changed", "updates.atom: missing"]


def test_other_versions_are_named(site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is compared, and the command that installs the right ones is shown; so it is with other code of one version."""
    here = verifying.versions("mkdocs")
    monkeypatch.setattr(verifying, "versions", lambda engine: here | {"nh3": "0.0.1", "more": "2"})
    assert verify(site) == 1
    said = capsys.readouterr().err
    assert f"nh3 {here['nh3']} (here 0.0.1)" in said
    assert f"python -m pip install 'nh3=={here['nh3']}'" in said
    assert "more not at all (here 2)" in said
    monkeypatch.setattr(verifying, "versions", lambda engine: here)
    monkeypatch.setattr(verifying, "code", lambda: "0" * 64)
    assert verify(site) == 1
    assert "with other code of onrecord" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (None, "there is no "),
        ({"index.html": "x"}, "there is no "),
        ({"build.json": "<html>"}, "build.json is not one of onrecord's"),
        ({"build.json": '{"generator": "hugo"}'}, "build.json is not one of onrecord's"),
        ({"build.json": "[" * 100_000}, "build.json is not one of onrecord's"),
    ],
)
def test_what_is_no_site(tmp_path: Path, capsys: pytest.CaptureFixture[str], files: Mapping[str, str] | None, said: str) -> None:
    """Plain words and exit code 1."""
    repositories.commit(tmp_path / "r", FILES)
    repositories.lay_out(tmp_path / "site", files or {})
    assert verify(tmp_path / "site") == 1
    assert said in capsys.readouterr().err


def test_without_a_network(site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline is told apart from different."""
    monkeypatch.setattr("onrecord.fetching._PAUSE", 0)
    assert verify("http://127.0.0.1:9/", root=site.parent / "r") == 1
    assert "cannot be reached" in capsys.readouterr().err


def test_what_no_commit_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A site of changes that were never committed, a commit that is not here, and a clone without its history."""
    root = tmp_path / "r"
    repositories.commit(root, FILES)
    assert cli.main(["-C", str(root), "build", "--now", NOW, "--out", "../site"]) == 0
    repositories.git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", "shallow")
    repositories.commit(tmp_path / "other", {"a": "b"})
    for where, said in (("other", "is not in this repository"), ("shallow", "unshallow")):
        assert verify(tmp_path / "site", root=tmp_path / where) == 1
        assert said in capsys.readouterr().err
    repositories.lay_out(root, {LAST: "---\nat: 2026-11-21T15:10:44Z\n---\nNew.\n"})
    cli.main(["-C", str(root), "build", "--now", NOW, "--out", "../site"])
    assert verify(tmp_path / "site") == 1
    assert "no commit holds" in capsys.readouterr().err


def test_paths_that_lead_elsewhere_are_refused(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A manifest cannot make us look at other files of this machine or of another site."""
    (site / "manifest.json").write_text('{"files": {"../../etc/passwd": "0"}}')
    assert verify(site) == 1
    assert "names files that no site has" in capsys.readouterr().err


# ---------------------------------------------------------------- whose code runs

FOREIGN: tuple[tuple[str, dict[str, str | bytes], str], ...] = (
    ("only onrecord", {}, ""),
    ("a style and a note in the theme", {"site_src/theme/README.md": "x", "site_src/theme/a.css": "x"}, ""),
    ("Material's own", {"mkdocs.yml": CONFIG + "markdown_extensions: [toc, {pymdownx.emoji: {emoji_index: !!python/name:material.extensions.emoji.twemoji }}]\n"}, ""),
    ("hooks", {"mkdocs.yml": CONFIG + "hooks: [run.py]\n", "run.py": "raise SystemExit(7)\n"}, "runs hooks: run.py"),
    ("a plugin", {"mkdocs.yml": CONFIG.replace("[onrecord]", "[onrecord, macros]")}, "uses the plugin macros"),
    ("plugins as keys", {"mkdocs.yml": CONFIG.replace("[onrecord]", "{onrecord: {}, macros: {a: b}}")}, "uses the plugin macros"),
    ("an extension", {"mkdocs.yml": CONFIG + "markdown_extensions: [{pymdownx.snippets: {base_path: /}}]\n"}, "uses the Markdown extension pymdownx.snippets"),
    ("a function", {"mkdocs.yml": CONFIG + "extra: {a: !!python/name:os.system }\n"}, "holds !!python/name:os.system"),
    ("the environment", {"mkdocs.yml": CONFIG + "copyright: !ENV HOME\n"}, "holds !ENV"),
    ("an inherited file", {"mkdocs.yml": "INHERIT: base.yml\n" + CONFIG}, "inherits from base.yml"),
    ("two readings", {"mkdocs.yml": CONFIG + "plugins: [macros]\n"}, "cannot be read with certainty"),
    ("merged keys", {"mkdocs.yml": "a: &a {hooks: [run.py]}\n<<: *a\n" + CONFIG}, "cannot be read with certainty"),
    ("a template", {"site_src/theme/main.html": "{{ 7 }}"}, "the theme is overridden: site_src/theme/main.html"),
    ("a theme elsewhere", {"mkdocs.yml": CONFIG.replace("font: false", "custom_dir: looks"), "looks/main.html": "x"}, "the theme is overridden: looks/main.html"),
    ("a theme outside", {"mkdocs.yml": CONFIG.replace("font: false", "custom_dir: ../looks")}, "the theme lies outside the repository: ../looks"),
)


@pytest.mark.parametrize(("files", "said"), [case[1:] for case in FOREIGN], ids=[case[0] for case in FOREIGN])
def test_whose_code_would_run(tmp_path: Path, files: Mapping[str, str | bytes], said: str) -> None:
    """Everything that is not onrecord's own is named."""
    assert [said in line for line in runs(repositories.lay_out(tmp_path / "r", {**FILES, **files}))] == ([True] if said else [])


def test_foreign_code_needs_trust(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A template override is refused, and with `--trust` the site is the same."""
    root = tmp_path / "r"
    theme = {"site_src/theme/partials/copyright.html": "<p>Ours</p>", "mkdocs.yml": CONFIG.replace("font: false", "font: false, custom_dir: site_src/theme")}
    repositories.commit(root, {**FILES, **theme})
    assert cli.main(["-C", str(root), "build", "--now", NOW, "--out", "../site"]) == 0
    assert verify(tmp_path / "site") == 1
    assert "say --trust if you trust it" in capsys.readouterr().err
    assert verify(tmp_path / "site", "--trust") == 0
