"""Style and script are put together, and named by their bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.site.assets import FOLDER, THEME, Carried, bundled, bundles, carried
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
            f"{FOLDER}/banner.css": "b{c:d}\n",
            f"{FOLDER}/home.css": "h{i:j}\n",
            f"{FOLDER}/record.css": "r{s:t}\n",
            f"{FOLDER}/of-the-owner.css": 'o::after{content:"</style>"}\n',
        },
    )
    style = carried([tmp_path])
    assert style["home"].whole == r':root{--a:b}b{c:d}h{i:j}o::after{content:"<\/style>"}'
    assert style["incident"].whole == r':root{--a:b}o::after{content:"<\/style>"}r{s:t}'
    # The head has what the first lines need, and what an owner adds, since it may be for them; it comes last behind them, too.
    assert style["home"].first == r'b{c:d}o::after{content:"<\/style>"}'
    assert style["home"].rest == r'h{i:j}o::after{content:"<\/style>"}'


TOKENS = ":root{--red:#a00;--blue:#00a;--size:1rem}@media screen{:root{--red:#f55;--blue:#55f}}:root{--major:var(--red);--gap:calc(2 * var(--size))}"


@pytest.mark.parametrize(
    ("first", "rest", "head", "behind"),
    [
        pytest.param("a{color:var(--red)}", "b{c:d}", ":root{--a:#a00}@media screen{:root{--a:#f55}}a{color:var(--a)}", "@media screen{}b{c:d}", id="only what is named"),
        pytest.param(
            "a{color:var(--major)}",
            "b{color:var(--red);background:var(--blue)}",
            ":root{--a:#a00}@media screen{:root{--a:#f55}}a{color:var(--a)}",
            ":root{--c:#00a}@media screen{:root{--c:#55f}}b{color:var(--a);background:var(--c)}",
            id="a second name gives way, and nothing is said twice",
        ),
        pytest.param("a{gap:var(--gap)}", "", ":root{--b:1rem}@media screen{}:root{--c:calc(2 * var(--b))}a{gap:var(--c)}", "@media screen{}", id="what a property is made of"),
        pytest.param("a{--tint:var(--red)}b{--tint:var(--blue)}", "c{color:var(--tint)}", ":root{--a:#a00;--c:#00a}@media screen{:root{--a:#f55;--c:#55f}}a{--d:var(--a)}b{--d:var(--c)}", "@media screen{}c{color:var(--d)}", id="what differs by place keeps its name"),
    ],
)
def test_custom_properties_stand_where_they_are_named_first(first: str, rest: str, head: str, behind: str) -> None:
    """The packets before the first paint hold no colour that nothing there has."""
    made = Carried.of(TOKENS, first, rest, whole="")
    assert (made.first, made.rest) == (head, behind)


def test_only_sources_of_bundles_are_left_out() -> None:
    """Pictures of the theme are published under their own name."""
    assert bundled(f"{FOLDER}/tokens.css")
    assert not bundled(f"{FOLDER}/favicon.svg")
    assert not bundled("css/own.css")


def test_the_script_is_small() -> None:
    """It only improves, and must not cost readers on a bad line."""
    assert len(made(THEME)["js"][1]) < 10_000
