"""Style and script are put together, and named by their bytes."""

from __future__ import annotations

from pathlib import Path

from onrecord.site.assets import FOLDER, THEME, bundled, bundles, carried
from repositories import lay_out


def made(*folders: Path) -> dict[str, tuple[str, bytes]]:
    """Path and bytes of each bundle, by name."""
    return {b.name: (b.path, b.data) for b in bundles(folders)}


def test_tokens_come_first_and_comments_go(tmp_path: Path) -> None:
    """What others build on stands before them; comments and spaces are taken away."""
    lay_out(
        tmp_path,
        {
            f"{FOLDER}/a.css": "a { b: c }\n",
            f"{FOLDER}/chrome.css": "/* of\n the house */\n  p {\n    d: e;\n  }\n",
            f"{FOLDER}/tokens.css": ":root { --f: g }\n",
        },
    )
    assert made(tmp_path)["css"][1] == b":root{--f:g}\np{d:e}\na{b:c}\n"


def test_an_owner_replaces_one_file_of_many(tmp_path: Path) -> None:
    """The earlier theme folder wins, file by file, and the name changes with the bytes."""
    owner, ours = tmp_path / "owner", tmp_path / "ours"
    lay_out(ours, {f"{FOLDER}/tokens.css": "a{d:e}\n", f"{FOLDER}/content.css": "b{d:e}\n"})
    before = made(owner, ours)["css"]
    lay_out(owner, {f"{FOLDER}/tokens.css": "c{d:e}\n"})
    after = made(owner, ours)["css"]
    assert after[1] == b"c{d:e}\nb{d:e}\n"
    assert before[0] != after[0]


def test_a_page_that_a_crowd_comes_to_carries_its_style(tmp_path: Path) -> None:
    """Without what other kinds of pages need, and with whatever an owner adds; no text can end the element that it stands in."""
    lay_out(
        tmp_path,
        {
            f"{FOLDER}/tokens.css": ":root{--a:b}\n",
            f"{FOLDER}/home.css": "h{i:j}\n",
            f"{FOLDER}/record.css": "r{s:t}\n",
            f"{FOLDER}/of-the-owner.css": 'o::after{content:"</style>"}\n',
        },
    )
    style = carried([tmp_path])
    assert style["home"] == r':root{--a:b}h{i:j}o::after{content:"<\/style>"}'
    assert style["incident"] == r':root{--a:b}o::after{content:"<\/style>"}r{s:t}'


def test_only_sources_of_bundles_are_left_out() -> None:
    """Pictures of the theme are published under their own name."""
    assert bundled(f"{FOLDER}/tokens.css")
    assert not bundled(f"{FOLDER}/favicon.svg")
    assert not bundled("css/own.css")


def test_the_script_is_small() -> None:
    """It only improves, and must not cost readers on a bad line."""
    assert len(made(THEME)["js"][1]) < 10_000
