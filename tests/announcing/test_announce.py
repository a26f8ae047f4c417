"""`onrecord announce` with real git, a real mail server and a real web server: once each, through failures and reruns, counted."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

import receiving
import repositories
from onrecord.cli import main

KEY = "a key that only the two of us know"
RECORD = "incidents/2026/2026-11-21-errors"
WORK = "incidents/2026/2026-11-30-move"
MKDOCS = "site_name: Tallerie\nsite_url: https://status.a.example/\n"
PARTS = "groups: [{id: money, name: Money}]\ncomponents:\n  - {id: checkout, name: Checkout, group: money}\n  - {id: api, name: API}\n"
CHANNELS = """
channels:
  - {id: mail, apprise: ANNOUNCE_MAIL, text: email}
  - {id: hook, webhook: ANNOUNCE_HOOK, secret: ANNOUNCE_KEY}
"""
HEAD = "title: Checkout errors\nseverity: major\ncomponents: {checkout: partial_outage}\nstarted: 2026-11-21T13:58:00Z\n"
EMPTY = {"mkdocs.yml": MKDOCS, "site_src/components.yml": PARTS, "site_src/channels.yml": CHANNELS, "site_src/policy.yml": "brief_outage: 5m\n"}


def said(at: str, status: str, words: str, **front: str) -> str:
    """An update of 21 November."""
    more = "".join(f"{key}: {value}\n" for key, value in front.items())
    return f"---\nat: 2026-11-21T{at}:00Z\nstatus: {status}\n{more}---\n{words}\n"


OPENED = {
    f"{RECORD}/incident.yml": HEAD,
    f"{RECORD}/updates/20261121T140512Z-investigating-k3f9.md": said("14:05", "investigating", "Payments fail for a third of you.", next_update_by="2026-11-21T14:35:00Z"),
}
FOUND = {f"{RECORD}/updates/20261121T142803Z-identified-p0qa.md": said("14:28", "identified", "A change of ours did it.", next_update_by="2026-11-21T14:58:00Z")}
OVER = {f"{RECORD}/updates/20261121T151044Z-resolved-7mzd.md": said("15:10", "resolved", "All payments work again.")}


@dataclass
class Desk:
    """A repository with a remote, and the two receivers."""

    root: Path
    mail: receiving.Letters
    hook: receiving.Calls
    capsys: pytest.CaptureFixture[str]
    before: str = ""
    pauses: list[float] = field(default_factory=list)

    def say(self, *files: Mapping[str, str]) -> None:
        """Commits words; what was committed before counts as published."""
        self.before = repositories.git(self.root, "rev-parse", "HEAD").strip()
        repositories.commit(self.root, {path: text for one in files for path, text in one.items()})

    def announce(self, *options: str, at: str = "15:20", previous: str = "") -> tuple[int, str]:
        """Runs the verb at that time of 21 November: its exit code, and what it said."""
        self.capsys.readouterr()
        moment = f"2026-11-21T{at}:00Z" if len(at) == 5 else at
        code = main(["-C", str(self.root), "announce", "--previous", previous or self.before, "--now", moment, *options])
        told = self.capsys.readouterr()
        return code, told.out + told.err

    @property
    def counts(self) -> tuple[int, int]:
        return len(self.mail.taken), len(self.hook.taken)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A page without records, pushed to a remote, and two channels."""
    root = tmp_path / "repository"
    repositories.commit(root, EMPTY)
    repositories.git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    repositories.git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "onrecord")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "announce@example.com")
    with receiving.mail_server() as mail, receiving.web_server() as hook:
        made = Desk(root, mail, hook, capsys)
        monkeypatch.setenv("ANNOUNCE_MAIL", mail.address)
        monkeypatch.setenv("ANNOUNCE_HOOK", f"{hook.address}hook")
        monkeypatch.setenv("ANNOUNCE_KEY", KEY)
        monkeypatch.setattr("onrecord.announcing.sending.pause", made.pauses.append)
        # Apprise waits for seconds between two letters; nothing here counts them.
        monkeypatch.setattr("apprise.plugins.email.NotifyEmail.request_rate_per_sec", 0)
        yield made


def rows(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found


def test_once_each_through_failures_and_reruns(desk: Desk) -> None:
    """Open, update, resolve, with each receiver down at some time and every run repeated: three letters, three calls, in order."""
    desk.say(OPENED)
    assert desk.announce("--send", at="14:06")[0] == 0
    assert desk.announce("--send", at="14:07")[0] == 0
    assert desk.counts == (1, 1)
    desk.say(FOUND)
    desk.hook.down = True
    assert desk.announce("--send", at="14:30")[0] == 1
    assert (desk.counts, desk.hook.refused) == ((2, 1), 4)
    desk.say(OVER)
    desk.hook.down, desk.mail.down = False, True
    assert desk.announce("--send", at="15:12")[0] == 1
    assert desk.counts == (2, 3)
    desk.mail.down = False
    for _ in range(3):
        assert desk.announce("--send", at="15:20")[0] == 0
    assert desk.counts == (3, 3)
    assert desk.mail.subjects == [
        "Checkout errors: we know, and are on it",
        "Checkout errors: we know what is wrong",
        "Checkout errors: it is over, and we are sorry",
    ]
    assert [body["incident"]["status"] for body in desk.hook.bodies] == ["investigating", "identified", "resolved"]
    assert set(Counter(headers["webhook-id"] for _, headers, _ in desk.hook.taken).values()) == {1}


def test_a_second_clone_sends_nothing_again(desk: Desk) -> None:
    """The ledger is at the remote, so that another machine knows what was sent."""
    desk.say(OPENED)
    repositories.git(desk.root, "push", "--quiet", "origin", "main")
    assert desk.announce("--send", at="14:06")[0] == 0
    desk.root, before = repositories.clone(desk.root.parent / "remote.git", "second"), desk.before
    assert desk.announce("--send", at="14:10", previous=before)[0] == 0
    assert desk.counts == (1, 1)


def test_nothing_leaves_without_send(desk: Desk) -> None:
    """The dry run shows what each channel would get, to the letter, asks no receiver, and writes no ledger."""
    desk.say(OPENED)
    code, told = desk.announce(at="14:06")
    assert (code, desk.counts) == (0, (0, 0))
    assert "Subject: Checkout errors: we know, and are on it" in told
    assert '"name": "Checkout errors"' in told
    shown = {row["channel"]: row for row in rows(desk.announce("--format", "json", at="14:06")[1])}
    assert {row["fate"] for row in shown.values()} == {"send"}
    assert desk.announce("--send", at="14:06")[0] == 0
    assert desk.mail.subjects == [shown["mail"]["subject"]]
    assert desk.mail.text().split() == shown["mail"]["text"].split()
    assert desk.hook.bodies == [shown["hook"]["body"]]


def test_a_run_that_died_sends_nothing_again_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows whether the message went out, so that a person must look; `--force` sends it."""
    desk.say(OPENED)
    with monkeypatch.context() as dying:
        dying.setattr("onrecord.announcing.sending.Hook.take", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert desk.announce("--send", at="14:06")[0] == 130
    assert desk.counts == (1, 0)
    code, told = desk.announce("--send", at="14:10")
    assert (code, desk.counts) == (1, (1, 0))
    assert "may have arrived" in told
    assert desk.announce("--send", "--force", "--channel", "hook", at="14:12")[0] == 0
    assert desk.counts == (1, 1)


def test_what_a_cancelled_run_left_is_sent_by_the_next(desk: Desk) -> None:
    """The page moved on without a word, as the job never ran: what it should have told is told with the next one."""
    desk.say(OPENED)
    desk.announce("--send", at="14:06")
    desk.say(FOUND)
    desk.say(OVER)
    assert desk.announce("--send", at="15:12")[0] == 0
    assert desk.counts == (3, 3)


def test_the_ledger_that_cannot_be_kept_stops_the_run(desk: Desk) -> None:
    """Where the lines cannot be pushed, nothing is sent: the next run would send it again."""
    desk.say(OPENED)
    hooks = desk.root.parent / "remote.git/hooks/pre-receive"
    hooks.write_text("#!/bin/sh\nexit 1\n")
    hooks.chmod(0o755)
    code, told = desk.announce("--send", at="14:06")
    assert (code, desk.counts) == (1, (0, 0))
    assert "cannot be kept" in told
    repositories.git(desk.root, "remote", "set-url", "origin", str(desk.root / "nowhere"))
    code, told = desk.announce("--send", at="14:06")
    assert (code, desk.counts) == (1, (0, 0))
    assert "nothing was sent" in told


def test_two_ledgers_are_put_together(desk: Desk) -> None:
    """A run elsewhere has pushed lines meanwhile: both keep theirs."""
    desk.say(OPENED)
    repositories.git(desk.root, "push", "--quiet", "origin", "main")
    other = repositories.clone(desk.root.parent / "remote.git", "other")
    assert desk.announce("--send", at="14:06")[0] == 0
    repositories.git(other, "notes", "--ref=announced", "append", "--message", "2026-11-21T14:00:00Z sent 2026-11-20-a/b mail")
    desk.root, remote = other, desk.root.parent / "remote.git"
    desk.say(FOUND)
    repositories.git(other, "push", "--quiet", "origin", "main")
    assert desk.announce("--send", at="14:30")[0] == 0
    lines = repositories.git(remote, "log", "--notes=announced", "--format=%N", "main")
    assert ("2026-11-20-a/b mail" in lines, lines.count(" sent ")) == (True, 5)
    assert desk.counts == (2, 2)


# ---------------------------------------------------------------- what is new


@pytest.mark.parametrize(
    ("files", "told", "why"),
    [
        ({"build.json": None}, "there is no ", 1),
        ({"build.json": "{"}, "cannot be read", 1),
        ({"build.json": '{"commit": null}'}, "names no commit", 1),
        ({"build.json": f'{{"commit": "{"0" * 40}"}}'}, "does not hold it", 1),
        ({"build.json": "HEAD"}, "publications.json", 1),
        ({"build.json": "HEAD", "publications.json": '{"publications": []}'}, "no publication before this one", 0),
    ],
    ids=["none", "broken", "no commit", "not in this clone", "this commit, no chain", "the first publication"],
)
def test_without_a_build_before_nothing_is_sent(desk: Desk, tmp_path: Path, files: Mapping[str, str | None], told: str, why: int) -> None:
    """And the run says why; it is red, but for the first publication of all."""
    desk.say(OPENED)
    head = repositories.git(desk.root, "rev-parse", "HEAD").strip()
    (tmp_path / "live").mkdir()
    for name, text in files.items():
        if text is not None:
            (tmp_path / "live" / name).write_text(json.dumps({"commit": head}) if text == "HEAD" else text)
    code, shown = desk.announce("--send", at="14:06", previous=str(tmp_path / "live"))
    assert (code, desk.counts) == (why, (0, 0))
    assert told in shown
    assert "Nothing was sent" in shown


def test_the_build_before_in_the_chain(desk: Desk, tmp_path: Path) -> None:
    """Where the page shows this commit already, the publication before it counts, however often this one was repeated."""
    from onrecord.publications import Chain
    from onrecord.times import parse_instant

    desk.say(OPENED)
    head, chain = repositories.git(desk.root, "rev-parse", "HEAD").strip(), Chain()
    for commit in (desk.before, head, head):
        chain = chain.followed_by(commit=commit, at=parse_instant("2026-11-21T14:06:00Z"), build="0" * 64)
    (tmp_path / "publications.json").write_bytes(chain.written())
    (tmp_path / "build.json").write_text(json.dumps({"commit": head}))
    assert desk.announce("--send", at="14:06", previous=str(tmp_path / "build.json"))[0] == 0
    assert desk.counts == (1, 1)


def test_the_live_site_is_asked_by_default(desk: Desk, tmp_path: Path, served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """At the address of mkdocs.yml."""
    live = tmp_path / "live"
    live.mkdir()
    desk.say({"mkdocs.yml": MKDOCS.replace("https://status.a.example/", served(live))})
    (live / "build.json").write_text(json.dumps({"commit": repositories.git(desk.root, "rev-parse", "HEAD").strip()}))
    desk.say(OPENED)
    assert main(["-C", str(desk.root), "announce", "--send", "--now", "2026-11-21T14:06:00Z"]) == 0
    assert desk.counts == (1, 1)


@pytest.mark.parametrize(
    ("files", "channel", "wanted"),
    [
        ({f"{RECORD}/incident.yml": f"{HEAD}drill: true\n"}, "", 0),
        ({f"{RECORD}/incident.yml": "title: Closed on Monday\nkind: notice\nfrom: 2026-11-21T13:58:00Z\nuntil: 2026-11-23T13:58:00Z\n"}, "", 0),
        ({}, "components: [checkout]", 1),
        ({}, "components: [api]", 0),
        ({}, "groups: [money]", 1),
        ({}, "kinds: [maintenance]", 0),
        ({}, "severities: [critical]", 0),
        ({}, "severities: [major]", 1),
        ({}, "phases: [resolved]", 0),
        ({}, "phases: [acknowledgement]", 1),
        ({"site_src/policy.yml": "page: {drill: true}\n"}, "", 0),
    ],
    ids=["a drill", "a notice", "its component", "another one", "its group", "another kind", "worse", "its severity", "another phase", "its phase", "the page of a rehearsal"],
)
def test_filters(desk: Desk, files: Mapping[str, str], channel: str, wanted: int) -> None:
    """Each lets pass what it names; drills and notices pass nowhere."""
    text = f"channels:\n  - id: hook\n    webhook: ANNOUNCE_HOOK\n    secret: ANNOUNCE_KEY\n    {channel}\n"
    desk.say({"site_src/channels.yml": text, **OPENED, **files})
    assert desk.announce("--send", at="14:06")[0] == 0
    assert len(desk.hook.taken) == wanted


def test_who_heard_of_the_beginning_hears_of_the_end(desk: Desk) -> None:
    """Also where the incident was major only for a while, or named the component only at first."""
    text = "channels:\n  - {id: hook, webhook: ANNOUNCE_HOOK, secret: ANNOUNCE_KEY, severities: [major], components: [checkout]}\n"
    desk.say({"site_src/channels.yml": text}, OPENED)
    desk.announce("--send", at="14:06")
    lesser = said("14:28", "monitoring", "It is better.", severity="minor", components="{checkout: operational, api: degraded_performance}", next_update_by="2026-11-21T15:30:00Z")
    desk.say({f"{RECORD}/updates/b.md": lesser}, OVER)
    desk.announce("--send", at="15:12")
    assert [body["incident"]["status"] for body in desk.hook.bodies] == ["investigating", "monitoring", "resolved"]


def test_brief_outages(desk: Desk) -> None:
    """One that was over before anybody was told, and sooner than the policy's threshold, is told to nobody; one that was told of ends for all."""
    short = {f"{RECORD}/updates/z.md": said("14:02", "resolved", "It was short."), f"{RECORD}/updates/y.md": said("14:00", "investigating", "Payments fail.", next_update_by="2026-11-21T14:30:00Z")}
    desk.say({f"{RECORD}/incident.yml": HEAD}, short)
    code, told = desk.announce("--send", at="14:06")
    assert (code, desk.counts) == (0, (0, 0))
    assert "brief_outage" in told
    assert desk.announce("--send", "--force", at="14:06")[0] == 0
    assert desk.counts == (2, 2)


def test_a_brief_outage_that_was_told_of_ends_for_all(desk: Desk) -> None:
    """However short it was."""
    desk.say({f"{RECORD}/incident.yml": HEAD, f"{RECORD}/updates/a.md": said("14:00", "investigating", "Payments fail.", next_update_by="2026-11-21T14:30:00Z")})
    desk.announce("--send", at="14:00")
    desk.say({f"{RECORD}/updates/b.md": said("14:02", "resolved", "It was short.")})
    desk.announce("--send", at="14:03")
    assert desk.counts == (2, 2)


def test_old_words_are_no_news(desk: Desk) -> None:
    """An incident that is written down two days later is on the page, and announced to nobody without `--force`."""
    desk.say(OPENED, FOUND, OVER)
    code, told = desk.announce("--send", at="2026-11-22T15:11:00Z")
    assert (code, desk.counts) == (0, (0, 0))
    assert "3 pieces of news older than a day" in told
    assert desk.announce("--send", "--force", at="2026-11-22T15:11:00Z")[0] == 0
    assert desk.counts == (3, 3)


def test_five_a_run_at_most(desk: Desk) -> None:
    """Of eight the newest five go out, in order; the run is red and names the rest, and no later run sends it by itself."""
    many = {f"{RECORD}/updates/{n}.md": said(f"14:1{n}", "investigating", f"Word {n}.", next_update_by="2026-11-21T15:30:00Z") for n in range(8)}
    desk.say({f"{RECORD}/incident.yml": HEAD}, many)
    code, told = desk.announce("--send", at="14:20")
    assert (code, desk.counts) == (1, (5, 5))
    assert "more than 5 updates are new at once" in told
    assert [body["incident"]["incident_updates"][0]["body"] for body in desk.hook.bodies] == [f"Word {n}." for n in range(3, 8)]


def test_edits_are_not_announced_and_corrections_are(desk: Desk) -> None:
    """What was sent cannot be edited; a correction is a word of its own, and says so."""
    (path, text), *_ = FOUND.items()
    desk.say(OPENED, FOUND)
    desk.announce("--send", at="14:30")
    desk.say({path: text.replace("A change of ours", "Our bank")})
    desk.announce("--send", at="14:40")
    assert desk.counts == (2, 2)
    desk.say({f"{RECORD}/updates/c.md": said("14:45", "identified", "It was our bank.", corrects=Path(path).stem, next_update_by="2026-11-21T15:30:00Z")})
    desk.announce("--send", at="14:46")
    assert desk.counts == (3, 3)
    assert desk.mail.subjects[-1].startswith("Correction: Checkout errors")


def test_a_renamed_folder_is_not_announced_again(desk: Desk) -> None:
    """The tools' names of updates are known again, without the ledger's help."""
    desk.say(OPENED)
    desk.before = repositories.git(desk.root, "rev-parse", "HEAD").strip()
    repositories.git(desk.root, "mv", RECORD, f"{RECORD}-again")
    repositories.commit(desk.root)
    assert desk.announce("--send", at="14:06")[0] == 0
    assert desk.counts == (0, 0)


def test_a_broken_update_is_announced_once_it_is_mended(desk: Desk) -> None:
    """Until then the run is red and names it."""
    desk.say({f"{RECORD}/incident.yml": HEAD, f"{RECORD}/updates/a.md": "---\nat: 2026-11-21T14:05:00Z\nstatus: [\n---\nPayments fail.\n"})
    code, told = desk.announce("--send", at="14:06")
    assert (code, desk.counts) == (1, (0, 0))
    assert "cannot be read" in told
    desk.say({f"{RECORD}/updates/a.md": said("14:05", "investigating", "Payments fail.", next_update_by="2026-11-21T14:35:00Z")})
    assert desk.announce("--send", at="14:10")[0] == 0
    assert desk.counts == (1, 1)


def test_what_was_imported_is_not_announced(desk: Desk) -> None:
    """It was said elsewhere; what is said here about it is."""
    source = "source: {system: statuspage, id: abc, imported: 2026-11-21T14:10:00Z}\n"
    desk.say(OPENED, {f"{RECORD}/incident.yml": HEAD + source})
    desk.announce("--send", at="14:11")
    assert desk.counts == (0, 0)
    desk.say(FOUND)
    desk.announce("--send", at="14:30")
    assert desk.counts == (1, 1)


def test_a_message_that_cannot_be_made_waits(desk: Desk) -> None:
    """A template that breaks its language holds back its channel alone, until it is mended, also when the page has moved on."""
    desk.say(OPENED, {"site_src/messages/acknowledgement/email.txt": "{{ titel"})
    assert desk.announce("--send", at="14:06")[0] == 1
    assert desk.counts == (0, 1)
    desk.say({"site_src/messages/acknowledgement/email.txt": "Subject: Ours\nOur words."})
    desk.say({"README.md": "Nothing new.\n"})
    assert desk.announce("--send", at="14:20")[0] == 0
    assert (desk.counts, desk.mail.subjects) == ((1, 1), ["Ours"])


def test_one_channel_alone_keeps_the_news_for_the_others(desk: Desk) -> None:
    """Though the page moves on before they are told."""
    desk.say(OPENED)
    desk.announce("--send", at="14:06")
    desk.say(FOUND)
    desk.announce("--send", "--channel", "hook", at="14:30")
    assert desk.counts == (1, 2)
    desk.say({"README.md": "Nothing new.\n"})
    desk.announce("--send", at="14:40")
    assert desk.counts == (2, 2)


def test_a_maintenance_from_its_announcement_to_its_end(desk: Desk) -> None:
    """Announced, moved, begun, checked, done: each once, in its own words; one that is called off is told of, too."""
    window = "{from: 2026-11-30T03:00:00Z, until: 2026-11-30T05:00:00Z}"
    later = "{from: 2026-12-01T03:00:00Z, until: 2026-12-01T05:00:00Z}"
    desk.say({f"{WORK}/incident.yml": f"title: A new database\nkind: maintenance\ncomponents: {{api: under_maintenance}}\nscheduled: {window}\n"})
    desk.say({f"{WORK}/updates/a.md": said("14:00", "scheduled", "We move to a new database.")})
    desk.announce("--send", at="14:01")
    desk.say({f"{WORK}/updates/b.md": said("14:10", "scheduled", "It is a day later.", scheduled=later)})
    desk.announce("--send", at="14:11")
    for at, status in (("03:00", "in_progress"), ("04:00", "verifying"), ("04:30", "completed")):
        desk.say({f"{WORK}/updates/{status}.md": said(at, status, "As planned.").replace("2026-11-21", "2026-12-01")})
        desk.announce("--send", at=f"2026-12-01T{at}:30Z")
    assert desk.counts == (5, 5)
    assert [body["incident"]["status"] for body in desk.hook.bodies] == ["scheduled", "scheduled", "in_progress", "verifying", "completed"]
    assert {body["incident"]["impact"] for body in desk.hook.bodies} == {"maintenance"}
    assert len(set(desk.mail.subjects)) == 5


# ---------------------------------------------------------------- webhooks


def test_webhooks_are_signed_and_in_statuspages_shape(desk: Desk) -> None:
    """The library of Standard Webhooks takes the signature; keys are those of Atlassian's manual."""
    text = "channels:\n  - {id: hook, webhook: ANNOUNCE_HOOK, secret: ANNOUNCE_KEY, component_updates: true}\n"
    desk.say({"site_src/channels.yml": text}, OPENED)
    assert desk.announce("--send", at="14:06")[0] == 0
    desk.say(OVER)
    assert desk.announce("--send", at="15:12")[0] == 0
    judge = Webhook(base64.b64encode(KEY.encode()).decode())
    for _, headers, body in desk.hook.taken:
        assert judge.verify(body, headers) == json.loads(body)
    opened, broke, over, mended = desk.hook.bodies
    assert list(opened) == ["meta", "page", "incident"]
    assert list(broke) == ["meta", "page", "component_update", "component"]
    assert (opened["page"]["status_indicator"], over["page"]["status_indicator"]) == ("major", "none") or opened["page"]["status_indicator"] == "minor"
    assert set(opened["incident"]) >= {"id", "name", "status", "impact", "shortlink", "created_at", "updated_at", "resolved_at", "incident_updates", "backfilled", "organization_id"}
    assert (broke["component_update"]["old_status"], broke["component_update"]["new_status"]) == ("operational", "partial_outage")
    assert (mended["component_update"]["old_status"], mended["component_update"]["new_status"]) == ("partial_outage", "operational")
    assert broke["component"]["id"] == broke["component_update"]["component_id"]
    assert [headers["webhook-id"] for _, headers, _ in desk.hook.taken][1].endswith("-k3f9#checkout")


@pytest.mark.parametrize(("answers", "taken", "pauses"), [([500, 503], 1, 2), ([429], 1, 1), ([400], 0, 0), ([302], 0, 0), ([500] * 4, 0, 3)], ids=["busy twice", "slow down", "no", "elsewhere", "down"])
def test_how_often_a_receiver_is_asked(desk: Desk, answers: list[int], taken: int, pauses: int) -> None:
    """Four times at most, with growing pauses that are bounded, and only where asking again can help; a redirect is not followed."""
    desk.say(OPENED)
    desk.hook.answers = [*answers]
    desk.announce("--send", "--channel", "hook", at="14:06")
    assert (len(desk.hook.taken), len(desk.pauses)) == (taken, pauses)
    assert all(0.4 < pause <= 30 for pause in desk.pauses)
    assert desk.pauses == [7.0] if answers == [429] else desk.pauses == sorted(desk.pauses)


# ---------------------------------------------------------------- attacks


def test_a_hostile_title_steers_nothing(desk: Desk) -> None:
    """A title cannot add a header to a letter, and its Markdown is shown as it stands."""
    title = "Pay\u2028Bcc: victim@example.com\u2029X-Evil: 1 **now** <b>@everyone</b>"
    desk.say(OPENED, {f"{RECORD}/incident.yml": HEAD.replace("Checkout errors", json.dumps(title))})
    assert desk.announce("--send", at="14:06")[0] == 0
    (letter,) = desk.mail.taken
    assert (letter["Bcc"], letter["X-Evil"]) == (None, None)
    assert "Bcc: victim@example.com" in str(letter["Subject"])
    assert letter.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ANNOUNCE_MAIL", "mailtos://robin:correct-horse-battery@127.0.0.1:1?from=status@a.example&to=all@lists.a.example", "not taken"),
        ("ANNOUNCE_MAIL", "nonsense://correct-horse-battery@somewhere", "no address that Apprise knows"),
        ("ANNOUNCE_MAIL", "json://127.0.0.1:1/correct-horse-battery", "not taken"),
        ("ANNOUNCE_MAIL", "mailto://127.0.0.1?to=a@a.example,b@a.example&from=correct-horse-battery@a.example", "names 2 receivers"),
        ("ANNOUNCE_HOOK", "http://127.0.0.1:1/correct-horse-battery", "cannot be reached"),
        ("ANNOUNCE_HOOK", "http://correct-horse-battery.invalid/", "cannot be reached"),
        ("ANNOUNCE_HOOK", "correct-horse-battery", "no web address"),
        ("ANNOUNCE_KEY", "correct-horse", "shorter than 24"),
        ("ANNOUNCE_KEY", "whsec_correct-horse-battery-staple", "no base64"),
    ],
)
def test_no_secret_is_ever_said(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    """A wrong address fails its channel alone, and neither the run nor the ledger repeats any part of it."""
    desk.say(OPENED)
    monkeypatch.setenv(name, value)
    dry = desk.announce(at="14:06")[1]
    code, shown = desk.announce("--send", at="14:06")
    assert (code, sum(desk.counts)) == (1, 1)
    assert told in shown
    ledger = repositories.git(desk.root, "log", "--notes=announced", "--format=%N")
    for text in (dry, shown, ledger, desk.announce("--send", "--format", "json", at="14:06")[1]):
        assert not [part for part in ("correct-horse", "battery", KEY) if part in text]


def test_silent_channels(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel without its variables is told nothing, and that is said; asked for by name, it is an error."""
    monkeypatch.setenv("ANNOUNCE_KEY", " ")
    desk.say(OPENED)
    code, told = desk.announce("--send", at="14:06")
    assert (code, desk.counts) == (0, (1, 0))
    assert "ANNOUNCE_KEY is not set" in told
    assert desk.announce("--send", "--channel", "hook", at="14:06")[0] == 2
    assert desk.announce("--channel", "hock", at="14:06")[0] == 2


def test_what_is_not_published_is_not_announced(desk: Desk) -> None:
    """Uncommitted words show in the dry run, and cannot be sent."""
    repositories.lay_out(desk.root, OPENED)
    desk.before = "HEAD"
    assert "Checkout errors" in desk.announce(at="14:06")[1]
    code, told = desk.announce("--send", at="14:06")
    assert (code, desk.counts) == (1, (0, 0))
    assert "commit and publish first" in told


def test_a_broken_file_of_channels_tells_nobody(desk: Desk) -> None:
    """Half of it would tell half of them. Without the file nobody is told anything either."""
    desk.say({"site_src/channels.yml": f"{CHANNELS}  - {{id: third}}\n"}, OPENED)
    code, told = desk.announce("--send", at="14:06")
    assert (code, desk.counts) == (1, (0, 0))
    assert "site_src/channels.yml:" in told
    desk.say({"site_src/channels.yml": ""})
    assert desk.announce("--send", at="14:06")[0] == 0
