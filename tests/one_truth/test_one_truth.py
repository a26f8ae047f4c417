"""One truth: every surface of one build is read by itself, and none may disagree with another.

With `ONRECORD_SITES=one:two`, the sites in those folders are read instead of the example, such as imported histories.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import example
from one_truth import machines, pages
from one_truth.claims import EFFECTS, Claim, Text, disagreements, letters, unsaid, witnesses
from onrecord.cli import cli
from onrecord.times import iso

READERS = (
    pages.home, pages.records, pages.months, pages.parts, pages.frame, machines.feeds, machines.json_feeds, machines.api, machines.accounts,
    machines.small, machines.calendars, machines.search,
)  # fmt: skip
GIVEN = [path for path in os.environ.get("ONRECORD_SITES", "").split(":") if path]


def claimed(site: Path) -> tuple[list[Claim], list[Text]]:
    """All that the surfaces of a site say, with the names and ids of parts brought together."""
    found = [one for reader in READERS for one in reader(site)]
    claims = [one for one in found if isinstance(one, Claim)]
    return [*claims, *_joined(claims)], [one for one in found if isinstance(one, Text)]


def _joined(claims: Iterable[Claim]) -> Iterable[Claim]:
    """What the API calls by name, as claims about the part's id; names that two parts share say nothing."""
    ids: dict[str, set[str]] = {}
    for claim in claims:
        if claim.fact == "name":
            ids.setdefault(claim.value, set()).add(claim.about)
    one = {name: next(iter(found)) for name, found in ids.items() if len(found) == 1}
    for claim in claims:
        name = claim.about.removeprefix("named component ")
        if name != claim.about and name in one:
            yield Claim(claim.surface, one[name], claim.fact, claim.value)


def wrong(claims: list[Claim], texts: list[Text]) -> list[str]:
    """Everything of which two surfaces of a site disagree, and every surface that leaves out what was said."""
    words = {claim.about: claim.value for claim in claims if claim.fact == "words"}
    return [*disagreements(claims), *unsaid(words, texts)]


@pytest.fixture(scope="module", params=GIVEN or list(example.DAYS))
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Claim], list[Text]]:
    """What the example says on one of its days, or the site in one of the folders that the environment names."""
    if GIVEN:
        return claimed(Path(request.param))
    out = tmp_path_factory.mktemp("sites") / request.param
    example.built(out, example.DAYS[request.param])
    return claimed(out)


def test_no_surface_disagrees_with_another(said: tuple[list[Claim], list[Text]]) -> None:
    """State, effect, times and words, per incident, update and part."""
    assert wrong(*said) == []


def test_each_fact_has_several_witnesses(said: tuple[list[Claim], list[Text]]) -> None:
    """The test above would hold for surfaces that say nothing: here they are counted."""
    claims, texts = said
    records = {claim.about for claim in claims if claim.about.startswith("record ")}
    assert all(len(found) >= 2 for found in witnesses(claims, "title").values())
    assert witnesses(claims, "says")["page"] >= {"home", "status", "summary", "now.json", "frame", "badge", "badge's JSON"}
    assert witnesses(claims, "open")["page"] == {"home", "summary", "widget.json"}
    assert witnesses(claims, "count")["page"] == {"now.json", "widget.json"}
    for about, surfaces in witnesses(claims, "state").items():
        if about.startswith("component "):
            assert surfaces >= {"home", "its page", "components", "summary", "badge", "badge's JSON"}, about
    assert len(records) > 5
    assert len(claims) > 20 * len(records)
    assert len({text.surface for text in texts}) > 15


@pytest.mark.skipif(bool(GIVEN), reason="messages are made from records, and not from a site")
def test_messages_say_what_the_page_says(tmp_path: Path) -> None:
    """Words, effects and the time of the next word, in the channels that have room for them, for all that is open."""
    day = example.DAYS["worst"]
    example.built(tmp_path, day)
    home = [one for one in pages.home(tmp_path) if isinstance(one, Claim)]
    names = {one.about: one.value for one in home if one.fact == "name"}
    due = {one.about: one.value for one in home if one.fact == "next"}
    felt = {one.about: one.value for one in home if one.fact == "effects"}
    assert len(felt) == 4
    labels = {effect: label for label, effect in EFFECTS.items()}
    for about, effects in felt.items():
        newest = pages.Page(tmp_path / "incidents" / about.removeprefix("record ") / "index.html").all("article.update")[0]
        messages = _messages(about.removeprefix("record "), str(newest["id"]), day)
        for channel in ("status-page", "email", "ticket"):
            assert letters(pages.said(newest.select_one(".words"))) in letters(messages[channel]), (about, channel)
        for channel in ("status-page", "email", "chat", "ticket", "social"):
            assert f"{due[about]:%H:%M} UTC" in messages[channel], (about, channel)
        for part, effect in effects:
            line = next(line for line in messages["email"].splitlines() if names[f"component {part}"] in line and labels[effect] in line)
            assert line.startswith(labels[effect]), about


def _messages(id: str, update: str, day: datetime) -> dict[str, str]:
    """What `onrecord messages` prints for that moment, by channel."""
    arguments = ["-C", str(example.ROOT), "messages", id, "--update", update, "--now", iso(day), "--format", "json"]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return {row["channel"]: row["text"] for row in json.loads(done.stdout)}


PLANTS = {
    "index.html": ('<span class="state ok">Operational</span>', '<span class="state major">Major outage</span>', "state of component "),
    "now.json": ('"says":"', '"says":"Not ', "says of page"),
    "updates.atom": ("<published>2026-08-18T14:17", "<published>2026-08-18T14:18", "at of update 2026-08-18-card-payments-declined/"),
    "api/v2/summary.json": ("One of our two connections", "Both of our two connections", "summary.json does not say of update "),
    "history.ics": ("One of our two", "Both of our two", "history.ics does not say of update "),
    "widget.json": ("14:50:00Z", "14:55:00Z", "next of record 2026-08-18-card-payments-declined"),
    "api/v2/uptime.json": ("99[.]9263", "98.9263", "uptime of component "),
    "badges/card-payments.svg": (": Major outage", ": Operational", "state of component card-payments"),
    "api/v2/promises.json": ('"promises_missed": ?1', '"promises_missed":0', "promises missed of record "),
    "embed/index.html": (": no word yet", "", "late of record 2026-08-18-ticket-emails-late"),
    "components/ticket-emails/updates.rss": ("Down to 40 minutes", "Down to 4 minutes", "components/ticket-emails/updates.rss does not say"),
    "history/2026-08/index.html": ("Ticket e-mails arrive late", "Ticket e-mails are lost", "title of record 2026-08-18-ticket-emails-late"),
    "feed.json": ('"title": "Identified: ', '"title": "Monitoring: ', "status of update 2026-08-18-card-payments-declined/"),
}
"""What is changed by hand in which file, and how the disagreement is named."""


@pytest.mark.skipif(bool(GIVEN), reason="the planted errors are in the example")
def test_a_planted_disagreement_is_found(tmp_path: Path) -> None:
    """Every surface is really read: each that is changed by hand is named."""
    example.built(tmp_path, example.DAYS["worst"])
    for path, (true, false, _) in PLANTS.items():
        before = (tmp_path / path).read_text(encoding="utf-8")
        after, planted = re.subn(true, false, before, count=1)
        assert planted, path
        (tmp_path / path).write_text(after, encoding="utf-8")
    found = wrong(*claimed(tmp_path))
    assert {path: said for path, (_, _, said) in PLANTS.items() if not any(said in line for line in found)} == {}
