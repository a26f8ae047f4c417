"""What pages say of the history of a record: the record page, marks beside what was changed, tombstones, redirects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import html5lib
import pytest
from markupsafe import escape

import days
import scripted
from golden import Golden
from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.render.artifacts import PageContent
from onrecord.render.pages import pages, redirects
from onrecord.revisions import read_history
from onrecord.site.standing import removed
from onrecord.snapshot import Built, Snapshot, derive
from onrecord.templating import environment
from onrecord.times import parse_instant, roughly
from onrecord.withholding import Withholding

ID = "2026-11-21-checkout-errors"
PAGE, RECORD = f"incidents/{ID}/", f"incidents/{ID}/record/"
NOW = parse_instant("2026-12-05T09:30:00Z")
HOSTILE = "<script>alert(1)</script> & {{ 7 * 7 }}"
OPENED = {"at": "2026-11-21T14:06:00Z", "write": {"~/incident.yml": "HEAD", "~/updates/a.md": "FIRST", "site_src/components.yml": "COMPONENTS"}}
RESOLVED = {"at": "2026-11-21T14:32:00Z", "write": {"~/updates/b.md": "LAST"}}
LATER = "2026-11-23T15:00:00Z"
EDITED = {"at": LATER, "replace": {"~/updates/a.md": ["a third", "a tenth"]}}
REMOVED = {"at": LATER, "remove": ["~/updates/a.md"], "message": f"Take it away\n\nIt was about another shop {HOSTILE}."}
GONE = {"at": LATER, "remove": ["~/incident.yml", "~/updates/a.md", "~/updates/b.md"], "message": "Remove it\n\nA court asked for it."}


def snapshot(root: Path, *steps: dict[str, Any], policy: str = "") -> Snapshot:
    """What is known of a repository with those commits."""
    first = {**steps[0], "write": {**steps[0]["write"], "site_src/policy.yml": policy}} if policy else steps[0]
    scripted.play(root, [first, *steps[1:]])
    dataset = load(WorkTree(root), now=NOW).dataset
    history = read_history(root, None, since=dataset.policy.record.since, withholding=Withholding(dataset.redactions))
    return derive(dataset, NOW, history=history, built=Built(commit="c" * 40), removed=removed(root, dataset, history))


def site(found: Snapshot) -> dict[str, PageContent]:
    """Every page by its address."""
    return {page.address: page for page in pages(found, days.SITE, environment())}


def played(root: Path, *steps: dict[str, Any], policy: str = "") -> dict[str, PageContent]:
    """The pages of a repository with those commits."""
    return site(snapshot(root, *steps, policy=policy))


def text(page: PageContent) -> str:
    """The words of the page on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content)).split())


def sound(content: str) -> None:
    """The HTML parses without an error, and no id stands twice."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(f"<!doctype html><html lang=en><title>x</title><body>{content}")
    assert [error for error in parser.errors if error[1] != "unknown"] == []
    ids = re.findall(r'\sid="([^"]*)"', content)
    assert sorted(ids) == sorted(set(ids))


def test_the_whole_record(tmp_path: Path, golden: Golden) -> None:
    """A record page as it was looked at last: published, resolved, one update edited and one removed."""
    note = {"at": "2026-11-21T14:20:00Z", "write": {"~/updates/note.md": scripted.FIRST.replace("14:05:12", "14:15:00")}}
    content = played(tmp_path, OPENED, note, RESOLVED, EDITED, {**REMOVED, "at": "2026-11-24T15:00:00Z", "remove": ["~/updates/note.md"]})[RECORD].content
    sound(content)
    golden("pages/record.html", re.sub(r"[0-9a-f]{40}", "c" * 40, re.sub(r"<code>[0-9a-f]{10}</code>", "<code>cccccccccc</code>", content)))


def test_an_untouched_record_says_so(tmp_path: Path) -> None:
    """And its page leads to the record, without a mark."""
    found = played(tmp_path, OPENED, RESOLVED)
    assert "Nothing that was published has been changed since. 2 commits touched it." in text(found[RECORD])
    assert '<a href="record/">' in found[PAGE].content
    assert "Edited" not in text(found[PAGE])


def test_a_clock_that_cannot_be_true_is_named(tmp_path: Path) -> None:
    """A word that was committed with a forged date is not shown as if it had been said then."""
    forged = {"at": "2026-11-21T13:30:00Z", "write": {"~/updates/c.md": "---\nat: 2026-11-21T14:00:00Z\nstatus: investigating\n---\nWe knew at once.\n"}}
    page = played(tmp_path, OPENED, RESOLVED, forged)[RECORD]
    sound(page.content)
    assert "The clock of 1 commit below cannot be true, so when its words came out is not sure." in text(page)
    assert "This time cannot be true. The commit that it was built on says 21 Nov 2026, 14:32 UTC" in text(page)
    assert text(page).count("This time cannot be true.") == 1


MARKS: list[tuple[str, Sequence[dict[str, Any]], list[str]]] = [
    ("words changed", (OPENED, RESOLVED, EDITED), ["Edited 2 d later Words changed", "[removed: third ]", "[added: tenth ]"]),
    ("a time moved", (OPENED, RESOLVED, {"at": LATER, "replace": {"~/updates/a.md": ["14:05:12", "14:01:00"]}}), ["Time moved at : before: 21 Nov 2026, 14:05 UTC after: 21 Nov 2026, 14:01 UTC"]),
    ("the head changed", (OPENED, RESOLVED, {"at": LATER, "replace": {"~/incident.yml": ["severity: major", "severity: minor"]}}), ["Edited 2 d later Effect changed severity : before: Major after: Minor"]),
    ("published late", ({**OPENED, "at": "2026-11-21T14:45:00Z"}, RESOLVED), ["Published 39 min after the time that it gives"]),
    ("reported afterwards", ({**OPENED, "at": "2026-11-21T18:00:00Z", "write": {**OPENED["write"], "~/updates/b.md": "LAST"}},), ["Reported afterwards: first published 3 h after its end."]),
    ("removed", (OPENED, RESOLVED, REMOVED), ["1 update was removed"]),
]


@pytest.mark.parametrize(("steps", "expected"), [case[1:] for case in MARKS], ids=[case[0] for case in MARKS])
def test_marks_on_the_page_of_the_record(tmp_path: Path, steps: Sequence[dict[str, Any]], expected: list[str]) -> None:
    """What was done after publication stands where readers read, and unfolds to what it was."""
    page = played(tmp_path, *steps)[PAGE]
    sound(page.content)
    for words in expected:
        assert words in text(page)


RETITLED = {"at": LATER, "replace": {"~/incident.yml": ["title: Checkout errors", "title: Some checkout errors"]}}
TICKED = {"at": LATER, "replace": {"~/incident.yml": ["title: Checkout errors", "title: Checkout errors\ncauses: [deploy]"]}}
LISTED: list[tuple[str, Sequence[dict[str, Any]], list[str]]] = [
    ("nothing", (), []),
    ("what is kept up to date by right", (TICKED,), []),
    ("words of an update", (EDITED,), ["edited after publication"]),
    ("the title", (RETITLED,), ["edited after publication"]),
    ("an update taken away", (REMOVED,), ["1 update was removed"]),
]  # fmt: skip


def retouched(content: str) -> list[str]:
    """The marks of what is not as it was published, each of which leads to the record."""
    found = re.findall(r'<a class="retouched" href="([^"]*)">([^<]*)</a>', content)
    assert {address.replace("../", "") for address, _ in found} <= {RECORD}
    return [words for _, words in found]


@pytest.mark.parametrize(("steps", "expected"), [case[1:] for case in LISTED], ids=[case[0] for case in LISTED])
def test_marks_in_lists(tmp_path: Path, steps: Sequence[dict[str, Any]], expected: list[str]) -> None:
    """Wherever a record that is over is named, one quiet word says that it is not as it was published, and nothing where it is."""
    found = played(tmp_path, OPENED, RESOLVED, *steps)
    for address in ("history/", "history/2026-11/"):
        sound(found[address].content)
        assert retouched(found[address].content) == expected, address


@pytest.mark.parametrize(("steps", "expected"), [case[1:] for case in LISTED], ids=[case[0] for case in LISTED])
def test_marks_on_cards(tmp_path: Path, steps: Sequence[dict[str, Any]], expected: list[str]) -> None:
    """Wherever the words of an open record stand in full: on the home page and on those of its parts."""
    second = {"at": "2026-11-21T14:40:00Z", "write": {"~/updates/c.md": scripted.FIRST.replace("14:05:12", "14:35:00")}}
    found = played(tmp_path, OPENED, second, *steps)
    for address in ("", "components/checkout/"):
        card = found[address].content.partition("<article")[2].partition("</article>")[0]
        sound(found[address].content)
        assert retouched(card) == expected, address


def test_the_mark_stands_beside_the_words_that_were_edited(tmp_path: Path) -> None:
    """Of two updates only one was touched; a notice and a maintenance bear theirs, too."""
    second = {"at": "2026-11-21T14:40:00Z", "write": {"~/updates/c.md": scripted.FIRST.replace("14:05:12", "14:35:00").replace("a third", "half")}}
    card = played(tmp_path / "card", OPENED, second, EDITED)[""].content
    newest, _, older = card.partition('<details class="earlier">')
    assert (len(retouched(newest)), len(retouched(older.partition("</details>")[0]))) == (0, 1)
    notice = "title: Hours\nkind: notice\nfrom: 2026-11-21T14:00:00Z\nuntil: 2026-12-27T00:00:00Z\n"
    shown = {**OPENED, "write": {**OPENED["write"], "~/incident.yml": notice, "~/updates/a.md": "---\nat: 2026-11-21T14:05:12Z\n---\nBy e-mail, about a third later.\n"}}
    assert retouched(played(tmp_path / "notice", shown, EDITED)[""].content) == ["edited after publication"]
    window = scripted.HEAD.replace("severity: major\nstarted: 2026-11-21T13:58:00Z", "kind: maintenance\nscheduled: {from: 2026-11-22T13:58:00Z, until: 2026-11-22T15:00:00Z}").replace("partial_outage", "under_maintenance")
    planned = {**OPENED, "write": {**OPENED["write"], "~/incident.yml": window, "~/updates/a.md": scripted.FIRST.replace("investigating\nnext_update_by: 2026-11-21T14:35:00Z", "scheduled")}}
    done = {"at": "2026-11-22T15:00:00Z", "write": {"~/updates/b.md": "---\nat: 2026-11-22T14:50:00Z\nstatus: completed\n---\nDone.\n"}}
    found = played(tmp_path / "work", planned, done, EDITED)["maintenance/"]
    sound(found.content)
    assert retouched(found.content) == ["edited after publication"]


def test_a_look_back_has_no_marks(tmp_path: Path) -> None:
    """What came later stands on the page of today."""
    seen = snapshot(tmp_path, OPENED, EDITED)
    past = replace(seen, built=replace(seen.built, as_of=NOW))
    assert retouched(site(seen)[""].content) != []
    assert retouched(site(past)[""].content) == []


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_mark_in_each_language(tmp_path: Path, golden: Golden, language: str) -> None:
    """The card of an open record whose title, whose words and one of whose updates were touched."""
    note = {"at": "2026-11-21T14:20:00Z", "write": {"~/updates/note.md": scripted.FIRST.replace("14:05:12", "14:15:00")}}
    taken = {"at": "2026-11-24T15:00:00Z", "remove": ["~/updates/note.md"], "message": "Take it away"}
    seen = snapshot(tmp_path, OPENED, note, EDITED, RETITLED, taken)
    home = next(iter(pages(seen, days.SITE, environment(language=language)))).content
    sound(home)
    golden(f"languages/retouched.{language}.html", "<article" + home.partition("<article")[2].partition("</article>")[0] + "</article>\n")


STORY = {"at": "2026-11-23T09:00:00Z", "write": {"~/postmortem.md": "STORY"}}


def test_a_post_mortem_that_was_changed_says_so(tmp_path: Path) -> None:
    """On its own page; of a long text only what stands near the change."""
    long = {"at": "2026-11-23T09:00:00Z", "write": {"~/postmortem.md": scripted.STORY + "\n" + "Nobody was charged twice. " * 40}}
    found = played(tmp_path, OPENED, RESOLVED, long, {"at": "2026-11-26T09:00:00Z", "replace": {"~/postmortem.md": ["half an hour", "an hour"]}})
    page = found[f"{PAGE}postmortem/"]
    sound(page.content)
    assert retouched(found["postmortems/"].content) == ["edited after publication"]
    assert retouched(found["history/2026-11/"].content) == []
    assert "Edited 3 d later" in text(page)
    assert "[removed: half ]" in text(page)
    assert text(page).count("Nobody was charged twice.") <= 40 + 7
    assert "[…]" in text(page)
    assert "Nothing that was published has been changed" not in text(found[RECORD])
    assert "Edited" not in text(played(tmp_path / "other", OPENED, RESOLVED, STORY)[f"{PAGE}postmortem/"])


def test_a_prompt_word_has_no_mark(tmp_path: Path) -> None:
    """Writing and committing take some minutes; nothing is made of them."""
    found = played(tmp_path, {**OPENED, "at": "2026-11-21T14:14:00Z"}, RESOLVED)
    assert "after the time that it gives" not in text(found[PAGE])


def test_formatting_is_told_and_is_no_edit(tmp_path: Path) -> None:
    """The commit is in the record; nothing was said that was not said before."""
    found = played(tmp_path, OPENED, RESOLVED, {"at": LATER, "replace": {"~/updates/a.md": ["card payments fail", "card *payments* fail"]}})
    assert "Only the form changed: no word, time or effect." in text(found[RECORD])
    assert "Edited" not in text(found[PAGE])


@pytest.mark.parametrize(("policy", "named"), [("", False), ("record: {show_authors: true}\n", True)], ids=["withheld", "shown"])
def test_authors_are_named_only_where_the_policy_says_so(tmp_path: Path, policy: str, named: bool) -> None:
    """The commit stands there in both cases."""
    found = text(played(tmp_path, OPENED, policy=policy)[RECORD])
    assert ("Robin Responder" in found) is named
    assert "no signature" in found


def test_internal_notes_are_never_shown(tmp_path: Path) -> None:
    """That they changed is a fact of the commit; what they say stays inside."""
    found = played(tmp_path, OPENED, {"at": LATER, "replace": {"~/incident.yml": ["severity: major\n", "severity: major\ninternal: {notes: Ask Kim}\n"]}})
    assert "Notes that are not published changed" in text(found[RECORD])
    assert not any("Kim" in page.content for page in found.values())


def test_a_removed_record_leaves_a_page_in_its_place(tmp_path: Path) -> None:
    """Title, dates, when and why; nothing of what it said."""
    found = played(tmp_path, OPENED, RESOLVED, GONE)
    page = found[PAGE]
    sound(page.content)
    words = text(page)
    assert page.title == "Removed: Checkout errors"
    assert "This record was removed on 23 Nov 2026, 15:00 UTC (by the committer's clock)" in words
    assert "A court asked for it." in words
    assert "payments fail" not in words
    assert "Robin" not in words
    assert "This record was removed." in text(found[RECORD])
    assert f'href="../{PAGE}"' in found["history/"].content


def test_what_a_removed_record_said_is_shown_if_the_policy_wants_it(tmp_path: Path) -> None:
    """On its own page, and nowhere else."""
    found = played(tmp_path, OPENED, RESOLVED, GONE, policy="record: {show_removed: true}\n")
    sound(found[PAGE].content)
    assert "What it said before Resolved" in text(found[PAGE])
    assert "About a third of card payments fail." in text(found[PAGE])
    assert [address for address, page in found.items() if "About a third of card" in page.content] == [PAGE]


def test_withheld_words_stay_withheld(tmp_path: Path) -> None:
    """In the differences of the record and beside the update, also where the words are gone since."""
    named = {"at": "2026-11-21T14:10:00Z", "replace": {"~/updates/a.md": ["We are looking", "Ask Kim Larkin. We are looking"]}}
    gone = {"at": LATER, "replace": {"~/updates/a.md": ["Ask Kim Larkin. ", ""]}}
    quote = f"10:{sha256(b'Kim Larkin').hexdigest()}"
    withheld = f"redactions:\n  - {{path: '*/updates/a.md', words: '{quote}', reason: a name, who: the lead, when: 2026-11-22T09:00:00Z}}\n"
    found = played(tmp_path, OPENED, RESOLVED, named, gone, {"at": LATER, "write": {"redactions.yml": withheld}})
    assert "(words withheld)" in text(found[RECORD])
    assert not any("Larkin" in page.content for page in found.values())


def test_words_of_commits_and_records_stay_words(tmp_path: Path) -> None:
    """A reason, a title and a text that was changed cannot become markup."""
    hostile = {"at": "2026-11-22T09:00:00Z", "replace": {"~/incident.yml": ["Checkout errors", f"'{HOSTILE}'"], "~/updates/b.md": ["Card", f"{HOSTILE} Card"]}}
    found = played(tmp_path, OPENED, RESOLVED, hostile, REMOVED)
    for address in (PAGE, RECORD):
        assert "<script" not in found[address].content
        assert str(escape(HOSTILE)) in found[address].content


def test_a_record_with_another_id_is_found_at_its_old_address(tmp_path: Path) -> None:
    """The old address leads to the new one, and no page stands at both."""
    new = "2026-11-21-card-payments"
    found = snapshot(tmp_path, OPENED, RESOLVED, {"at": LATER, "move": {f"incidents/2026/{ID}": f"incidents/2026/{new}"}})
    moved = list(redirects(found))
    assert [artifact.path for artifact in moved] == [f"{PAGE}index.html"]
    assert f'content="0; url=../{new}/"'.encode() in moved[0].data
    assert PAGE not in site(found)
    assert "Given another id" in text(site(found)[f"incidents/{new}/record/"])


def test_without_history_the_page_says_so(tmp_path: Path) -> None:
    """Without git, with a clone that lacks the past, and before the first commit: nothing is claimed."""
    found = snapshot(tmp_path, OPENED)
    assert found.history is not None
    new = derive(days.quiet_day()[0], NOW, history=found.history, built=found.built)
    cases = {
        "made without git": replace(found, history=None, built=Built()),
        "from a clone without the whole history": replace(found, history=None),
        "is not committed yet": new,
        "This is a look back.": replace(found, built=replace(found.built, as_of=NOW)),
    }
    for words, case in cases.items():
        shown = site(case)
        assert any(words in text(page) for page in shown.values() if page.kind == "incident"), words
        assert not [page for page in shown.values() if page.kind == "record"], words


ROUGHLY = [("2 s", "1 min"), ("40 min", "40 min"), ("119 min", "119 min"), ("3 h", "3 h"), ("47 h", "47 h"), ("50 h", "2 d")]


@pytest.mark.parametrize(("length", "expected"), ROUGHLY)
def test_lengths_in_their_largest_unit(length: str, expected: str) -> None:
    """What matters of a delay is minutes, hours or days."""
    number, unit = length.split()
    seconds = int(number) * {"s": 1, "min": 60, "h": 3600}[unit]
    assert roughly(timedelta(seconds=seconds)) == expected
