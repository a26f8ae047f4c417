"""Alerts to drafts: nothing that an alert says goes out unread, the same alert opens no second incident, and none is called resolved."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import repositories
from onrecord.alerting import BadDelivery, read
from onrecord.cli import main
from repositories import git

Repository = Callable[[Mapping[str, str | bytes]], Path]
PARTS = {
    "site_src/components.yml": """\
        components:
          - {id: checkout, name: Checkout, alerts: [{labels: {service: shop}}]}
          - {id: cards, name: Card payments, alerts: [{labels: {service: payments, method: card}}, {labels: {team: money}}]}
          - {id: wallets, name: Wallets, alerts: [{labels: {service: payments}}]}
          - {id: fax, name: Fax, alerts: [{labels: {service: fax}}], retired: 2026-01-01}
        """,
    "mkdocs.yml": "site_name: A\nsite_url: https://a.example/\ntheme: {name: material, font: false}\nplugins: [onrecord]\n",
}
NOW = "2026-11-21T14:00:00Z"


def fires(service: str = "shop", *, status: str = "firing", since: str = "2026-11-21T13:52:10.123456789Z", **labels: str) -> dict[str, Any]:
    """One alert of Alertmanager, version 4 of its webhook."""
    told = {"alertname": "HighErrorRate", "service": service, "instance": "db7.prod.internal:9090", **labels}
    return {
        "status": status,
        "labels": told,
        "annotations": {"summary": "Errors on db7.prod.internal, login with password=hunter2x or Bearer eyJhbGciOi", "runbook": "https://kim:hunter2@wiki.internal/r?token=abc", "password": "hunter2"},
        "startsAt": since,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.internal/graph?g0.expr=up",
        "fingerprint": sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16],
    }


def group(*alerts: dict[str, Any], key: str = '{}:{alertname="HighErrorRate"}', **more: Any) -> dict[str, Any]:
    """What Alertmanager posts for a group."""
    status = "firing" if any(alert["status"] == "firing" for alert in alerts) else "resolved"
    return {
        "version": "4", "groupKey": key, "truncatedAlerts": 0, "status": status, "receiver": "onrecord", "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "http://alertmanager.internal", "alerts": list(alerts), **more,
    }  # fmt: skip


def pages(event: str = "incident.triggered", **data: Any) -> dict[str, Any]:
    """What PagerDuty posts, version 3 of its webhook."""
    return {
        "event": {
            "id": "01ABC", "event_type": event, "resource_type": "incident", "occurred_at": "2026-11-21T13:55:00.169Z", "agent": None, "client": None,
            "data": {
                "id": "PGR0VU2", "type": "incident", "self": "https://api.pagerduty.com/incidents/PGR0VU2", "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
                "number": 2, "status": "resolved" if event.endswith("resolved") else "triggered", "incident_key": "d3640fbd", "created_at": "2026-11-21T13:54:30Z",
                "title": "db7.prod.internal is down", "service": {"id": "PF9KMXH", "summary": "shop", "type": "service_reference"}, "urgency": "high",
                "priority": {"id": "PSO75BM", "summary": "P1"}, "teams": [{"id": "PFCVPS0", "summary": "Web"}], **data,
            },
        }
    }  # fmt: skip


def intake(root: Path, sent: Any, *arguments: str, now: str = NOW) -> int:
    """Runs the verb on a file with that delivery."""
    file = root.parent / "delivery.json"
    file.write_bytes(sent if isinstance(sent, bytes) else json.dumps(sent).encode())
    return main(["-C", str(root), "intake", str(file), "--now", now, *arguments])


def public(root: Path) -> str:
    """All that a draft would publish, and the names of its files."""
    files = sorted(path for path in (root / "incidents").rglob("*") if path.is_file() and not path.name.endswith(".internal.md"))
    return "".join(f"{path.relative_to(root)}\n{path.read_text(encoding='utf-8')}" for path in files)


def records(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "incidents").glob("*/*"))


def test_a_draft_of_an_alert(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Parts, effect, times and the alert's key; every word for customers is a blank, so that `check` refuses it."""
    root = repository(PARTS)
    assert intake(root, group(fires(severity="critical"))) == 0
    assert records(root) == ["2026-11-21-checkout"]
    head = (root / "incidents/2026/2026-11-21-checkout/incident.yml").read_text()
    assert head.splitlines()[1:-1] == [
        'title: "Checkout: [[what customers notice]]"',
        "severity: major",
        "components:",
        "  checkout: partial_outage",
        "started: 2026-11-21T13:52:10Z",
        "detected: 2026-11-21T13:52:10Z",
    ]
    assert head.splitlines()[-1].startswith('alerts: ["alertmanager:') or head.splitlines()[-1].startswith("alerts: [alertmanager:")
    (update,) = (root / "incidents/2026/2026-11-21-checkout/updates").iterdir()
    assert update.read_text().startswith("---\nat: 2026-11-21T14:00:00Z\nstatus: investigating\nnext_update_by: 2026-11-21T15:00:00Z\n---\n[[What customers notice")
    assert "It is a draft" in capsys.readouterr().out
    assert main(["-C", str(root), "check", "--now", NOW]) == 1
    assert capsys.readouterr().out.count("leftover-blank") == 2


@pytest.mark.parametrize("sent", [group(fires()), pages(), {"client_payload": group(fires())}, {"action": "alert", "client_payload": {"alert": pages()}}], ids=["alertmanager", "pagerduty", "dispatched", "wrapped"])
@pytest.mark.parametrize("notes", [True, False], ids=["with notes", "without"])
def test_nothing_that_an_alert_says_is_public(repository: Repository, sent: Any, notes: bool) -> None:
    """Its name, hosts and links stand in an internal file alone, and only where that is asked for; what looks like a secret in none."""
    root = repository(PARTS)
    assert intake(root, sent, *(["--notes"] if notes else [])) == 0
    for word in ("HighErrorRate", "internal:9090", "db7", "wiki", "prometheus", "pagerduty.com", "PGR0VU2", "d3640fbd"):
        assert word not in public(root)
    kept = "".join(path.read_text() for path in root.rglob("*.internal.md"))
    assert bool(kept) is notes
    assert ("db7.prod.internal" in kept) is notes
    assert "hunter2" not in kept
    assert "token=" not in kept
    assert "eyJ" not in kept


def test_the_site_shows_nothing_of_the_notes(committed: Callable[..., Path]) -> None:
    """Not even when somebody publishes the draft as it is."""
    root = committed(PARTS)
    assert intake(root, group(fires(), fires("payments")), "--notes") == 0
    assert main(["-C", str(root), "build", "--now", NOW]) == 1
    site = b"".join(path.read_bytes() for path in (root / "site").rglob("*") if path.is_file())
    for word in (b"HighErrorRate", b"db7.prod", b"alertmanager:", b"wiki.internal"):
        assert word not in site


def test_the_same_alert_again(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written a second time; another part is added to the same incident."""
    root = repository(PARTS)
    assert intake(root, group(fires())) == 0
    before = public(root)
    assert intake(root, group(fires()), now="2026-11-21T14:05:00Z") == 0
    assert "is about this already" in capsys.readouterr().out
    assert public(root) == before
    assert intake(root, group(fires(), fires("payments", method="card")), now="2026-11-21T14:06:00Z") == 0
    assert records(root) == ["2026-11-21-checkout"]
    added = public(root).partition("T140600Z")[2]
    assert "components:\n  cards: degraded_performance\n" in added
    assert "status: investigating" in added
    assert added.count("alertmanager:") == 1
    assert intake(root, group(fires("payments", method="card")), now="2026-11-21T14:07:00Z") == 0
    assert "T1407" not in public(root)


def test_another_alert_about_the_same_part(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """It belongs to the incident that names the part, also where another system sent it."""
    root = repository(PARTS)
    assert intake(root, group(fires())) == 0
    assert intake(root, pages(), now="2026-11-21T14:05:00Z") == 0
    assert records(root) == ["2026-11-21-checkout"]
    assert "2026-11-21-checkout is about this already" in capsys.readouterr().out


def test_it_never_belongs_to_a_drill(repository: Repository) -> None:
    """A rehearsal is open, and a real alert comes."""
    root = repository(PARTS)
    assert main(["-C", str(root), "open", "Rehearsal", "-c", "checkout=major", "-m", "Payments fail for some.", "--now", NOW]) == 0
    head = next(root.glob("incidents/*/*/incident.yml"))
    head.write_text(f"{head.read_text()}drill: true\n")
    assert intake(root, group(fires())) == 0
    assert records(root) == ["2026-11-21-checkout", "2026-11-21-rehearsal"]


@pytest.mark.parametrize(("first", "over"), [(group(fires()), group(fires(status="resolved"))), (pages(), pages("incident.resolved"))], ids=["alertmanager", "pagerduty"])
def test_an_alert_that_is_over(repository: Repository, capsys: pytest.CaptureFixture[str], first: Any, over: Any) -> None:
    """`monitoring` is proposed, once; that it is resolved, a person says."""
    root = repository(PARTS)
    assert intake(root, over) == 0
    assert "no open incident is about them" in capsys.readouterr().out
    assert intake(root, first) == 0
    assert intake(root, over, now="2026-11-21T14:20:00Z") == 0
    proposed = public(root).partition("T142000Z")[2]
    assert "status: monitoring\nnext_update_by:" in proposed
    assert "components:\n  checkout: operational\n" in proposed
    assert "[[What works again" in public(root)
    assert "resolved" not in public(root)
    before = public(root)
    assert intake(root, over, now="2026-11-21T14:30:00Z") == 0
    assert "is `monitoring` already" in capsys.readouterr().out
    assert public(root) == before


def test_it_fires_again_while_it_was_watched(repository: Repository) -> None:
    """Parts that had recovered are named anew, as investigating."""
    root = repository(PARTS)
    assert intake(root, group(fires())) == 0
    for path in (*root.rglob("updates/*.md"), *root.glob("incidents/*/*/incident.yml")):
        path.write_text(path.read_text().replace("[[", "").replace("]]", ""))
    typed = ["--status", "monitoring", "-c", "checkout=operational", "-m", "Payments work again.", "--now", "2026-11-21T14:10:00Z"]
    assert main(["-C", str(root), "update", *typed]) == 0
    assert intake(root, group(fires()), now="2026-11-21T14:20:00Z") == 0
    assert "status: investigating\nnext_update_by: 2026-11-21T18:20:00Z\ncomponents:\n  checkout: degraded_performance\n" in public(root)


def test_part_of_a_group_is_over(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """While one of them fires, the group is not over; of alerts that came in other deliveries it is said that nothing is known."""
    root = repository(PARTS)
    assert intake(root, group(fires(), fires("payments"))) == 0
    assert intake(root, group(fires(status="resolved"), fires("payments")), now="2026-11-21T14:10:00Z") == 0
    assert "monitoring" not in public(root)
    capsys.readouterr()
    assert intake(root, group(fires(status="resolved")), now="2026-11-21T14:20:00Z") == 0
    assert "is about 1 more alert, of which this says nothing" in capsys.readouterr().out


def test_several_parts_at_once(repository: Repository) -> None:
    """One draft for a group: each part once, in display order, with the worst of its alerts; the longest list of labels wins."""
    root = repository(PARTS)
    alerts = (fires("payments", method="card"), fires("payments", method="card", severity="critical", instance="b"), fires("payments"), fires(), fires("fax"))
    assert intake(root, group(*alerts)) == 0
    (found,) = root.glob("incidents/*/*/incident.yml")
    assert "components:\n  checkout: degraded_performance\n  cards: partial_outage\n  wallets: degraded_performance\n" in found.read_text()
    assert 'title: "Checkout, Card payments, Wallets: [[' in found.read_text()


def test_unmapped_alerts_are_named(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line that would map them; where none is mapped, nothing is drafted."""
    root = repository(PARTS)
    assert intake(root, group(fires("disks: full"), truncatedAlerts=3)) == 0
    out = capsys.readouterr().out
    assert 'not mapped: HighErrorRate\n  if customers notice it, add to its component in site_src/components.yml:\n    alerts: [{labels: {service: "disks: full"}}]' in out
    assert "left out 3 more alerts" in out
    assert "nothing to draft" in out
    assert not (root / "incidents").exists()


def test_lines_of_a_form(repository: Repository) -> None:
    """For scripts: the same alert is known by its key; labels are whatever is not a key of the form."""
    root = repository(PARTS)
    fired = b"# from cron\nname=Shop is slow\nkey=shop-slow\nstatus=firing\nsince=2026-11-21T13:59:00Z\nservice=shop\nseverity=critical\n"
    assert intake(root, fired) == 0
    assert "checkout: partial_outage\nstarted: 2026-11-21T13:59:00Z" in public(root)
    assert intake(root, b"key=shop-slow\nstatus=ok\nservice=shop\n", now="2026-11-21T14:10:00Z") == 0
    assert "status: monitoring" in public(root)


def test_dry_run_and_standard_input(repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The diff, and not one file."""
    root = repository(PARTS)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(group(fires())).encode())))
    assert main(["-C", str(root), "intake", "--dry-run", "--now", NOW]) == 0
    out = capsys.readouterr().out
    assert "+++ b/incidents/2026/2026-11-21-checkout/incident.yml" in out
    assert "Nothing was written" in out
    assert not (root / "incidents").exists()


# ---------------------------------------------------------------- git


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with a remote, and an identity; commits are of the day of the tests."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", NOW)
    repositories.commit(tmp_path / "first", {path: text.replace("        ", "") for path, text in PARTS.items()})
    git(tmp_path, "clone", "--quiet", "--bare", str(tmp_path / "first"), "origin.git")
    return fetched(tmp_path, "clone")


def fetched(folder: Path, name: str) -> Path:
    git(folder, "clone", "--quiet", str(folder / "origin.git"), name)
    for key, value in (("user.name", "Robin"), ("user.email", "robin@example.com")):
        git(folder / name, "config", key, value)
    return folder / name


def test_a_draft_is_never_committed_to_what_is_published(clone: Path) -> None:
    """It gets a branch of its own, named after its group; main stays as it is."""
    before = git(clone, "rev-parse", "main")
    assert intake(clone, group(fires()), "--push") == 0
    branch = git(clone, "symbolic-ref", "--short", "HEAD").strip()
    assert branch.startswith("intake/")
    assert git(clone, "rev-parse", "main", "origin/main").split() == [before.strip()] * 2
    assert git(clone, "log", "-1", "--format=%s", f"origin/{branch}").strip() == "incident(2026-11-21-checkout): draft, investigating"
    assert git(clone, "status", "--porcelain") == ""


@pytest.mark.parametrize(("policy", "kept"), [("record: {visibility: private}\n", 1), ("{}\n", 0)], ids=["private", "unknown"])
def test_notes_leave_no_repository_that_others_may_read(clone: Path, policy: str, kept: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody has said that it is private, the draft is committed without them, and it is told."""
    (clone / "site_src/policy.yml").write_text(policy)
    assert intake(clone, group(fires()), "--push", "--notes") == 0
    assert git(clone, "show", "--name-only", "--format=", "HEAD").count(".internal.md") == kept
    assert ("What the alerts say is not kept" in capsys.readouterr().out) == (not kept)


def test_a_draft_that_waits_is_gone_on_with(clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another machine that hears of the same group opens no second one, and adds where there is more."""
    assert intake(clone, group(fires()), "--push") == 0
    other = fetched(tmp_path, "other")
    assert intake(other, group(fires()), "--push", now="2026-11-21T14:05:00Z") == 0
    assert "is about this already" in capsys.readouterr().out
    assert intake(other, group(fires(), fires("payments")), "--push", now="2026-11-21T14:06:00Z") == 0
    branch = git(other, "symbolic-ref", "--short", "HEAD").strip()
    assert git(tmp_path / "origin.git", "rev-list", "--count", f"main..{branch}").strip() == "2"
    assert records(other) == ["2026-11-21-checkout"]


@pytest.mark.parametrize("way", ["--no-ff", "--squash"])
def test_after_the_merge_the_next_draft_begins_on_main(clone: Path, tmp_path: Path, way: str) -> None:
    """A branch that was merged is history, also where it lies about: the next delivery is looked at from main."""
    assert intake(clone, group(fires()), "--push") == 0
    branch = git(clone, "symbolic-ref", "--short", "HEAD").strip()
    git(clone, "switch", "--quiet", "main")
    git(clone, "merge", "--quiet", way, "--no-commit", branch)
    git(clone, "commit", "--quiet", "--message", "Merged")
    git(clone, "push", "--quiet", "origin", "main")
    other = fetched(tmp_path, "other")
    assert intake(other, group(fires(status="resolved")), "--push", now="2026-11-21T14:20:00Z") == 0
    assert git(other, "rev-list", "--count", "origin/main..HEAD").strip() == "1"
    assert git(other, "symbolic-ref", "--short", "HEAD").strip() == f"{branch}-2"


def test_a_draft_that_nobody_wanted_is_forgotten_after_a_day(clone: Path) -> None:
    """Its branch lies about; the same alert days later is a new draft."""
    assert intake(clone, group(fires()), "--push") == 0
    git(clone, "switch", "--quiet", "main")
    assert intake(clone, group(fires(since="2026-11-24T09:00:00Z")), "--push", now="2026-11-24T09:05:00Z") == 0
    assert records(clone) == ["2026-11-24-checkout"]
    assert git(clone, "symbolic-ref", "--short", "HEAD").strip().endswith("-20261124")


def test_without_git_nothing_is_written(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """`--commit` needs a repository."""
    root = repository(PARTS)
    assert intake(root, group(fires()), "--commit") == 2
    assert "no git repository" in capsys.readouterr().err
    assert not (root / "incidents").exists()


# ---------------------------------------------------------------- whatever comes


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "a form is lines"),
    "no JSON": (b"{", "this is no JSON"),
    "JSON that is cut off": (json.dumps(group(fires())).encode()[:-20], "this is no JSON"),
    "another JSON": (b'{"hello": 1}', "looks like nothing that we know"),
    "a list": (b"[1]", "looks like nothing that we know"),
    "words": (b"the server is down", "line 1 is neither"),
    "no UTF-8": (b"\xff\xfe{}", "no UTF-8"),
    "nested without end": (b'{"alerts":' * 100_000, "nested deeper"),
    "brackets without end": (b"[" * 500_000, "nested deeper"),
    "2 MB": (b'{"a": "' + b"x" * 2_000_000 + b'"}', "no delivery has more than 1"),
    "a number of a million figures": (b'{"alerts": ' + b"9" * 900_000 + b"}", "this is no JSON"),
    "no alerts": (json.dumps(group()).encode(), "`alerts`"),
    "too many alerts": (json.dumps({"alerts": [{"status": "firing", "labels": {}}] * 501}).encode(), "`alerts`"),
    "alerts of another type": (b'{"alerts": {"a": 1}}', "`alerts`"),
    "labels that are numbers": (json.dumps({"alerts": [{"status": "firing", "labels": {"a": 1}}]}).encode(), "`alerts.0.labels.a`"),
    "labels that are lists": (json.dumps({"alerts": [{"status": "firing", "labels": {"a": ["b"]}}]}).encode(), "`alerts.0.labels.a`"),
    "an unknown status": (json.dumps({"alerts": [{"status": "resolved; rm -rf /", "labels": {}}]}).encode(), "`alerts.0.status`"),
    "a key with a name of lines": (json.dumps({"alerts": [{"status": "firing", "labels": {"a\n::error::b": 1}}]}).encode(), "`alerts.0.labels.a ::error::b`"),
    "an event of something else": (json.dumps(pages("service.updated", type="service")).encode(), "no event of an incident"),
    "an incident without an id": (json.dumps(pages(id="")).encode(), "`id`"),
    "an event that is a text": (b'{"event": {"event_type": "x", "data": "y"}}', "`data`"),
    "a form of lists": (b'{"name": ["x"], "status": "firing"}', "each a text"),
}


@pytest.mark.parametrize(("sent", "says"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_delivery_is_refused(repository: Repository, capsys: pytest.CaptureFixture[str], sent: bytes, says: str) -> None:
    """Exit 1, one plain message, and not one file."""
    root = repository(PARTS)
    assert intake(root, sent) == 1
    err = capsys.readouterr().err
    assert says in err
    assert "Traceback" not in err
    assert len(err) < 1_000
    assert not (root / "incidents").exists()


ODD = ("]]\n---\nstatus: resolved", "<script>alert(1)</script>", "a: b # c", "../../etc", "\x00\x07", "\ud83d", "\u202eabc", "${{ github.token }}", "`" * 50, "x" * 5_000, "# Heading\n![x](https://evil.example)", "")


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_do_no_harm(repository: Repository, text: str) -> None:
    """In every place of a delivery: the draft is the same as ever, its notes are text, and its files can be read."""
    root = repository(PARTS)
    alert = fires(severity=text, odd=text)
    alert |= {"annotations": {"summary": text, "description": text}, "generatorURL": text, "startsAt": text, "fingerprint": text}
    alert["labels"]["alertname"] = text
    assert intake(root, group(alert, key=text), "--notes") == 0
    assert records(root) == ["2026-11-21-checkout"]
    assert "components:\n  checkout: degraded_performance\nstarted: 2026-11-21T14:00:00Z\n" in public(root)
    for word in ("script", "evil", "etc", "github"):
        assert word not in public(root)
    (kept,) = root.rglob("*.internal.md")
    assert [line for line in kept.read_text(encoding="utf-8").splitlines()[4:] if line and not line.startswith("    ")] == []


_JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_comes_is_read_or_refused(data: st.DataObject) -> None:
    """Healthy deliveries with anything in place of any of their values, and bytes that are none."""
    sent: Any = data.draw(st.sampled_from([group(fires(), fires("payments")), pages(), {"name": "x", "status": "ok"}]))
    sent = json.loads(json.dumps(sent))
    place: Any = sent
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not (isinstance(place[key], dict | list) and place[key]) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(_JSON)
    raw = data.draw(st.sampled_from([json.dumps(sent).encode(), data.draw(st.binary(max_size=50))]))
    with suppress(BadDelivery):
        for alert in read(raw).alerts:
            assert alert.key.partition(":")[2].isalnum()
            assert all(isinstance(text, str) and text.encode() for text in (alert.name, *alert.labels.values(), *alert.notes.values()))


def test_a_time_ahead_of_the_clock(repository: Repository) -> None:
    """Their clock is ahead of ours: it began now, at the latest."""
    root = repository(PARTS)
    assert intake(root, group(fires(since="2026-11-21T15:00:00Z"))) == 0
    assert "started: 2026-11-21T14:00:00Z" in public(root)


def test_the_system_can_be_named() -> None:
    """What does not fit it is refused, also where it would fit another."""
    assert read(json.dumps(pages()).encode(), "pagerduty").alerts[0].labels["service"] == "shop"
    with pytest.raises(BadDelivery, match="not what alertmanager sends"):
        read(json.dumps(pages()).encode(), "alertmanager")
    with pytest.raises(BadDelivery, match="no JSON object"):
        read(b"name=x", "pagerduty")


def test_one_that_is_acknowledged_fires_still() -> None:
    """PagerDuty's words for its own work say nothing of what customers feel."""
    assert read(json.dumps(pages("incident.acknowledged", status="acknowledged")).encode()).alerts[0].firing
