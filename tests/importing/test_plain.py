"""Bodies written for Hugo become plain Markdown, and every change is said."""

from __future__ import annotations

import pytest

from onrecord.importing.plain import to_markdown

BASE = "https://status.example.com/issues/slow/"

CASES = {
    "nothing to change": ("All is *slow*, see [there](https://example.com/a).", "All is *slow*, see [there](https://example.com/a).", []),
    "a link from the root": ("[x](/pages/faq/)", "[x](https://status.example.com/pages/faq/)", ["moved"]),
    "a link beside the page": ("[x](../fast/)", "[x](https://status.example.com/issues/fast/)", ["moved"]),
    "a link to a place on the page": ("[x](#known)", "[x](#known)", []),
    "a link of reference": ("[x]: /faq", "[x]: https://status.example.com/faq", ["moved"]),
    "a picture": ("![Graph](/images/a.png)", "[Graph](https://status.example.com/images/a.png)", ["moved", "moved"]),
    "a figure": ('{{< figure src="/a.png" caption="Load" >}}', "[Load](https://status.example.com/a.png)", ["moved", "moved"]),
    "a reference to a page": ('[x]({{< ref "/issues/Fast.md" >}})', "[x](https://status.example.com/issues/fast/)", ["moved"]),
    "a time stamp": ('Up. {{< track "2026-03-05 10:00:00" >}}', "Up. \x022026-03-05 10:00:00\x03", []),
    "a shortcode that nobody knows": ("{{% notice %}}Hi{{% /notice %}}", "{{% notice %}}Hi{{% /notice %}}", ["odd", "odd"]),
    "a comment": ("Up.\n\n<!-- *Resolved* - soon {{< track \"2026\" >}} -->\nDown.", "Up.\n\n\nDown.", ["lost"]),
    "code stays": ("`[x](/y)` and\n\n```\n<!-- [x](/y) -->\n```", "`[x](/y)` and\n\n```\n<!-- [x](/y) -->\n```", []),
    "code between more than one backtick": ("``a ` [x](/y)`` [x](/y)", "``a ` [x](/y)`` [x](https://status.example.com/y)", ["moved"]),
    "a fence that is never closed": ("~~~\n[x](/y)", "~~~\n[x](/y)", []),
    "a link whose text is a picture": ("[![a](/b)](/c)", "[[a](https://status.example.com/b)](https://status.example.com/c)", ["moved"] * 3),
    "invisible characters": ("Up\x07.", "Up.", ["repaired"]),
}


@pytest.mark.parametrize(("body", "expected", "sorts"), CASES.values(), ids=CASES)
def test_a_body_becomes_plain_markdown(body: str, expected: str, sorts: list[str]) -> None:
    """The text, and one remark for each thing that changed."""
    text, remarks = to_markdown(body, BASE)
    assert text == expected
    assert [remark.sort for remark in remarks] == sorts


def test_a_relative_link_stays_where_the_address_is_not_known() -> None:
    """And that is said."""
    text, remarks = to_markdown("[x](/y)", None)
    assert text == "[x](/y)"
    assert [remark.sort for remark in remarks] == ["odd"]
