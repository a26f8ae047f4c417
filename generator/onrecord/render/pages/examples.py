"""Invented records that are in every state which the interface can show; the gallery is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from onrecord.gitio.history import Author
from onrecord.model import (
    Component,
    Dataset,
    Group,
    Incident,
    IncidentFile,
    LastGood,
    PolicyFile,
    Postmortem,
    PostmortemFile,
    Redaction,
    Update,
    UpdateFile,
)
from onrecord.revisions.records import Change, ChangeKind, Clock, Publication, Revision, Run
from onrecord.times import parse_instant

AT = parse_instant("2026-11-21T14:21:00Z")
"""The instant at which all of them are in their state."""
Words = tuple[str, Mapping[str, Any], str]
"""An update: its time, the rest of its front matter, and what it says."""

_HOSTILE = 'A title may hold <script>alert("x")</script>, {{ braces }} & "quotes"'
_LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen, in any size there is"
_OLDER = LastGood(path="incident.yml", commit="0" * 40, committed=parse_instant("2026-11-21T14:12:00Z"))
_WITHHELD = Redaction.model_validate(
    {"path": "a.md", "reason": "The name of a customer stood here.", "who": "Data protection officer", "when": "2026-11-21T14:18:00Z", "removed": True}
)


def dataset(*ids: str) -> Dataset:
    """The parts, with the records of those ids; without any, all records."""
    return Dataset(
        incidents=tuple(record for record in _RECORDS if record.id in ids or not ids),
        groups=tuple(Group.model_validate(group) for group in _GROUPS),
        components=tuple(Component.model_validate(component) for component in _COMPONENTS),
        policy=PolicyFile.model_validate(_POLICY),
    )


def _record(
    id: str, updates: Iterable[Words] = (), postmortem: Postmortem | None = None, last_good: LastGood | None = None, **head: Any
) -> Incident:
    return Incident(
        id=id,
        path=f"incidents/{id[:4]}/{id}/incident.yml",
        head=IncidentFile.model_validate(head),
        updates=tuple(_update(id, number, *words) for number, words in enumerate(updates, 1)),
        postmortem=postmortem,
        last_good=last_good,
    )


def _update(id: str, number: int, at: str, front: Mapping[str, Any], body: str) -> Update:
    front = dict(front)
    unread = front.pop("unread", False)
    withheld, last_good = front.pop("withheld", ()), front.pop("last_good", None)
    stem = f"{id[11:]}-{number}"
    head = UpdateFile.model_validate({"at": f"2026-{at}:00Z", **front})
    return Update(id=stem, path=f"incidents/2026/{id}/updates/{stem}.md", head=head, body=body, unread=unread, withheld=withheld, last_good=last_good)


def _effects(**effects: str) -> dict[str, str]:
    words = {"major": "major_outage", "partial": "partial_outage", "slow": "degraded_performance", "work": "under_maintenance", "ok": "operational"}
    return {component: words[effect] for component, effect in effects.items()}


_GROUPS = (
    {"id": "buying", "name": "Buying", "description": "What visitors see"},
    {"id": "quiet", "name": "Where nothing happens"},
)
_COMPONENTS = (
    {"id": "checkout", "name": "Checkout", "group": "buying", "description": "Baskets and paying"},
    {"id": "cards", "name": "Cards", "group": "buying"},
    {"id": "invoices", "name": "Invoices", "group": "buying"},
    {"id": "search", "name": "Search", "group": "buying"},
    {"id": "wishes", "name": "Wish lists", "group": "buying", "since": "2026-10-05"},
    {"id": "fax", "name": "Orders by fax", "group": "buying", "retired": "2026-10-20"},
    {"id": "long", "name": _LONG, "group": "quiet"},
    {"id": "fresh", "name": "Opened today", "group": "quiet", "since": "2026-11-21"},
    {"id": "soon", "name": "Opens tomorrow", "group": "quiet", "since": "2026-11-22"},
)
_POLICY = {
    "severities": {"critical": {"acknowledge_within": "5m", "postmortem_within": "3d"}, "minor": {"acknowledge_within": "30m"}},
    "service_levels": [
        {"name": "Reached", "target": 90, "components": ["cards", "fax"]},
        {"name": "Not reached", "target": 99.99, "credits": [{"below": 99.99, "credit": "5 % of the fee"}]},
    ],
}
_STORY = Postmortem(
    path="incidents/2026/2026-10-02-over/postmortem.md",
    head=PostmortemFile.model_validate(
        {
            "status": "published",
            "published": "2026-10-06T10:00:00Z",
            "actions": [
                {"what": "Done in time", "owner_role": "Platform", "due": "2026-10-20", "done": "2026-10-12"},
                {"what": "Done late", "owner_role": "Platform", "due": "2026-10-20", "done": "2026-10-22"},
                {"what": "Open", "owner_role": "On-call", "due": "2026-12-31"},
                {"what": "Overdue, and nobody's", "due": "2026-11-15"},
            ],
        }
    ),
    body="## Summary\n\nA certificate had expired.",
)
_ON_SHOW: dict[str, Any] = {"from": "2026-11-18T09:00:00Z", "until": "2026-12-27T00:00:00Z"}
_RECORDS = (
    _record(
        "2026-11-21-everything",
        [
            ("11-21T14:05", {"status": "investigating", "next_update_by": "2026-11-21T14:25:00Z"}, "Many of you cannot pay. We are looking into it."),
            ("11-21T14:12", {"status": "identified", "next_update_by": "2026-11-21T14:18:00Z", "components": _effects(checkout="major"), "effective": "2026-11-21T14:10:00Z"}, "It was the change of this morning."),
            (
                "11-21T14:20",
                {
                    "status": "identified",
                    "next_update_by": "2026-11-21T14:58:00Z",
                    "scope": "About a third of card payments in the EU",
                    "amends": "A credit of 10 % for November",
                    "links": [{"text": "How to pay by invoice", "url": "https://help.example/invoice"}],
                },
                "We are rolling it back:\n\n- *first* in Frankfurt,\n- then everywhere.\n\n> Orders that failed were not charged.\n\nLook for `E42` in your log.",
            ),
        ],
        title="An incident with everything",
        severity="critical",
        components=_effects(checkout="partial", cards="partial", invoices="slow"),
        started="2026-11-21T13:58:00Z",
        detected="2026-11-21T14:01:00Z",
        expected_resolution="2026-11-21T15:00:00Z",
        workaround="Paying **by invoice** works.",
        plan=[{"step": "Find the cause", "done": "2026-11-21T14:12:00Z"}, {"step": "Roll back"}],
        causes=["config-change", "late_alarm"],
    ),
    _record(
        "2026-11-21-late",
        [
            ("11-21T11:52", {"status": "investigating", "next_update_by": "2026-11-21T12:30:00Z", "components": _effects(search="major")}, "Search finds nothing."),
            ("11-21T12:24", {"status": "identified", "next_update_by": "2026-11-21T13:15:00Z", "corrects": "late-1", "components": _effects(search="slow")}, "It finds less than it should; *nothing* was wrong."),
            ("11-21T13:10", {"status": "monitoring", "next_update_by": "2026-11-21T14:10:00Z"}, "We are watching."),
        ],
        title="An incident whose promised word has not come",
        severity="minor",
        components=_effects(search="slow"),
        started="2026-11-21T11:40:00Z",
    ),
    _record("2026-11-21-hostile", [("11-21T13:45", {"status": "investigating", "next_update_by": "2026-11-21T15:45:00Z"}, "<b onclick=alert(1)>Some</b> words.")], title=_HOSTILE, severity="none", started="2026-11-21T13:30:00Z", causes=["config-change", "late_alarm"]),
    _record(
        "2026-11-21-broken",
        [
            ("11-21T13:50", {"unread": True}, "at 13:50\n\nThis file had a mistake in its front matter."),
            ("11-21T14:45", {"status": "monitoring", "next_update_by": "2026-11-21T16:00:00Z"}, "This one is dated ahead of the clock."),
            ("11-21T14:10", {"status": "identified", "withheld": (_WITHHELD,)}, "The tills of (words withheld) are offline."),
            ("11-21T14:15", {"last_good": _OLDER}, "This one was changed, and its newest version has a mistake."),
        ],
        last_good=_OLDER,
        title="An incident whose files have mistakes",
        severity="major",
        started="2026-11-21T13:50:00Z",
    ),
    _record(
        "2026-10-02-over",
        [
            ("10-02T11:20", {"status": "investigating", "next_update_by": "2026-10-02T11:40:00Z"}, "Nobody can pay."),
            ("10-02T11:50", {"status": "identified", "next_update_by": "2026-10-02T12:10:00Z", "components": _effects(checkout="partial", invoices="ok")}, "We know why."),
            ("10-02T12:03", {"status": "resolved", "effective": "2026-10-02T12:01:30Z"}, "It is over. We are sorry."),
        ],
        _STORY,
        title="An incident that is over, with a post-mortem",
        severity="critical",
        components=_effects(checkout="major", cards="partial", invoices="slow", long="major"),
        started="2026-10-02T11:14:20Z",
        impact=[{"label": "Failed payments", "value": "1,204"}],
        causes=["config-change"],
    ),
    _record(
        "2026-11-21-work",
        [
            ("11-14T10:00", {"status": "scheduled"}, "We move the search index."),
            ("11-18T10:00", {"status": "scheduled", "scheduled": {"from": "2026-11-21T14:00:00Z", "until": "2026-11-21T15:30:00Z"}}, "An hour later than we said."),
        ],
        title="Maintenance under way, moved once",
        kind="maintenance",
        scheduled={"from": "2026-11-21T13:00:00Z", "until": "2026-11-21T14:30:00Z"},
        components=_effects(wishes="work"),
    ),
    _record(
        "2026-11-20-overrun",
        [("11-10T10:00", {"status": "scheduled"}, "We replace a disk."), ("11-21T13:30", {"status": "in_progress"}, "It takes longer.")],
        title="Maintenance past its announced end",
        kind="maintenance",
        scheduled={"from": "2026-11-21T12:00:00Z", "until": "2026-11-21T13:20:00Z"},
        components=_effects(long="work"),
    ),
    _record("2026-12-08-ahead", [("11-19T10:00", {"status": "scheduled"}, "Nothing changes for you.")], title="Maintenance ahead", kind="maintenance", scheduled={"from": "2026-12-08T04:00:00Z", "until": "2026-12-08T04:20:00Z"}, components=_effects(cards="work")),
    _record(
        "2026-10-27-done",
        [("10-20T09:00", {"status": "scheduled"}, "We move the first half."), ("10-27T05:12", {"status": "completed"}, "Done, a little late.")],
        title="Maintenance that is over",
        kind="maintenance",
        scheduled={"from": "2026-10-27T04:00:00Z", "until": "2026-10-27T05:00:00Z"},
        components=_effects(search="work"),
    ),
    _record(
        "2026-11-05-off",
        [("10-20T09:00", {"status": "scheduled"}, "We rewire."), ("11-04T09:00", {"status": "cancelled"}, "Not needed.")],
        title="Maintenance that was called off",
        kind="maintenance",
        scheduled={"from": "2026-11-05T04:00:00Z", "until": "2026-11-05T05:00:00Z"},
        components=_effects(search="work"),
    ),
    _record("2026-11-18-notice", [("11-18T09:00", {}, "From 24 to 26 December we answer by e-mail only.")], title="A notice", kind="notice", **_ON_SHOW),
)


def _revision(day: int, *changes: Change, clock: Clock = "claimed", signed: bool = False, merged: int = 0, message: str = "") -> Revision:
    moment = parse_instant(f"2026-11-{day:02d}T14:30:00Z")
    commit = Author(commit=f"{day:040x}", name="Robin", email="", authored=moment, committed=moment, signed=signed, message=message)
    return Revision(commit=commit, publication=Publication(time=None if clock == "unknown" else moment, clock=clock), changes=changes, merged=(commit,) * merged)


_WORDS = (Run("kept", "We know that "), Run("removed", "many "), Run("added", "<b>some</b> "), Run("kept", "of you cannot pay."))


def _told(kind: ChangeKind, key: str = "", before: str = "", after: str = "", diff: tuple[Run, ...] = ()) -> Change:
    return Change(kind=kind, path="updates/everything-1.md", update="everything-1", key=key, before=before, after=after, diff=diff)


def _head(kind: ChangeKind, key: str = "", before: str = "", after: str = "") -> Change:
    return Change(kind=kind, path="incident.yml", key=key, before=before, after=after)


_K = ChangeKind
REVISIONS = (
    _revision(1, _head(_K.record_published), _told(_K.update_added, after="2026-11-01T14:28:00Z identified"), clock="proven", signed=True),
    _revision(2, _told(_K.words_changed, key="body", diff=_WORDS), _told(_K.time_moved, key="at", before="2026-11-01T14:28:00Z", after="2026-11-01T14:02:00Z")),
    _revision(3, _head(_K.effect_changed, key="components.checkout", before="major_outage", after="partial_outage"), merged=2),
    _revision(4, clock="unknown"),
    _revision(5, _head(_K.living_changed, key="plan", after="step: Roll back"), _head(_K.living_changed, key="internal")),
    _revision(6, _told(_K.update_removed, before="2026-11-01T14:28:00Z identified"), message="Take it away\n\nIt was about somebody else."),
    _revision(7, _head(_K.record_renamed, before="2026-11-01-a", after="2026-11-01-b")),
)
"""What commits can do to a record, each as a record page tells it."""
