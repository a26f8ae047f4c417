"""Lines that begin a new word on an incident, and lines that only look like it."""

from __future__ import annotations

import pytest

from onrecord.importing.openings import opening

OPENINGS = [
    ("*Investigating* - We look.", "Investigating", "", "investigating", "We look."),
    ("**Resolved:** It is over.", "Resolved", "last", "resolved", "It is over."),
    ("**Resolved**: It is over.", "Resolved", "last", "resolved", "It is over."),
    ("*Resolved* -", "Resolved", "last", "resolved", ""),
    ("[Final Message]", "Final Message", "last", "resolved", ""),
    ("[close issue]", "close issue", "last", "resolved", ""),
    ("[Initial message] All is slow", "Initial message", "first", "investigating", "All is slow"),
    ("_UPDATE #2_: No issues.", "UPDATE", "update", None, "No issues."),
    ("_Edit #1_: Rolled back.", "Edit", "update", None, "Rolled back."),
    ("Update: the queue is empty.", "Update", "update", None, "the queue is empty."),
    ("Update 14:05 UTC: half of it works.", "Update", "update", None, "half of it works."),
    ("[Update - 2026-03-29 15h50 UTC]", "Update", "update", None, ""),
    ("**Update at 2026-06-08 11:20 UTC**", "Update", "update", None, ""),
    ("### Update - 4th July", "Update", "update", None, ""),
    ("Updates:", "Updates", "list", None, ""),
    ("*Post-mortem*", "Post-mortem", "postmortem", None, ""),
    ("15:30 UTC", "", "", None, ""),
    ("**15:30 UTC** - half of it works.", "", "", None, "half of it works."),
    ("2026-10-08 06:34:00 UTC", "", "", None, ""),
    ("- Tue Oct 11 12:24:02 UTC: be patient.", "", "", None, "be patient."),
    ("- `2026-11-25T08:35:00+01:00`: scaled down.", "", "", None, "scaled down."),
]
TEXTS = [
    "Updates were applied to all hosts",
    "Update sites are not updating.",
    "Monitoring shows nothing.",
    "Resolved issues: see below",
    "**Update center** is down",
    "[Update](https://example.com)",
    "[NOTES](https://example.com)",
    "2026-10-08 was a bad day",
    "May 5 we did it",
    "15:30 we saw it",
    "Fixed - yes",
    "  _Edit_: inside a list",
    "*Just began* - we shut down",
    "",
]


@pytest.mark.parametrize(("line", "label", "role", "status", "words"), OPENINGS, ids=[row[0] for row in OPENINGS])
def test_an_opening_is_told_from_its_words(line: str, label: str, role: str, status: str | None, words: str) -> None:
    """The label, its part in the story, its status, and what follows."""
    found = opening(line)
    assert found is not None
    assert (found.label, found.role, found.status, found.words) == (label, role, status, words)


@pytest.mark.parametrize("line", TEXTS, ids=TEXTS)
def test_a_text_is_no_opening(line: str) -> None:
    """A word that labels use is not a label where nothing sets it apart."""
    assert opening(line) is None
