"""The policy of a page vouches for what the theme wrote, and for nothing else."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest

from onrecord.site import csp


def test_no_inline_part_no_hash() -> None:
    """The strict policy, as it stands."""
    found = csp.policy('<script src="a.js"></script><style></style>')
    assert "script-src 'self'; style-src 'self';" in found
    assert found.startswith("default-src 'none'")
    assert "unsafe" not in found


def test_inline_parts_of_the_theme_are_hashed_once() -> None:
    """The hash is of the exact text between the tags."""
    text = "\n let a = 1 < 2\n"
    digest = b64encode(sha256(text.encode()).digest()).decode()
    found = csp.policy(f"<script>{text}</script><p><SCRIPT type='module'>{text}</SCRIPT><style>b{{}}</style>")
    assert found.count(f"'sha256-{digest}'") == 1
    assert f"script-src 'self' 'sha256-{digest}'; style-src 'self' 'sha256-" in found


def test_mkdocs_serve_may_add_its_script() -> None:
    """A hash would switch `unsafe-inline` off again."""
    found = csp.policy("<script>let a</script>", reloads=True)
    assert "script-src 'self' 'unsafe-inline';" in found
    assert "sha256" not in found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>onclick = now</p>", None),
        ("<p>A <code>&lt;script&gt;</code></p>", None),
        ('<script src="a.js"></script>', None),
        ("<p><script>run()</script></p>", "<script>"),
        ("<style>p{}</style>", "<style>"),
        ('<img alt="" onerror="run()">', "the attribute onerror=…"),
        ('<p style="color:red">', "the attribute style=…"),
    ],
    ids=["words", "escaped", "from a file", "script", "style", "handler", "style attribute"],
)
def test_what_the_policy_blocks_is_named(content: str, expected: str | None) -> None:
    """Owners learn why a part of their page does nothing."""
    assert csp.blocked(content) == expected


def _page(policy: str) -> str:
    return f'<head><meta http-equiv="Content-Security-Policy" content="{policy}"></head>'


def test_one_policy_for_all_pages() -> None:
    """It holds the hashes of each, in order, and is none where any page lets everything run, or where it grew too long."""
    one, other = csp.policy("<style>a</style><script>b</script>"), csp.policy("<style>c</style>")
    found = csp.of_all([_page(one), _page(other), _page(one), "no page"])
    assert found.count("'sha256-") == 3
    assert found == csp.of_all([_page(other), _page(one)])
    assert csp.of_all([_page(other)]) == other
    assert csp.of_all([_page(one), _page(csp.policy("", reloads=True))]) == ""
    assert csp.of_all(_page(csp.policy(f"<style>{n}</style>")) for n in range(40)) == ""
