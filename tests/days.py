"""Two days of an invented shop platform: the worst (three incidents open, one promise missed) and a quiet one.

Both share the same parts and the same past, so that a test can compare the pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from onrecord.model import (
    Component,
    Dataset,
    Group,
    Incident,
    IncidentFile,
    PolicyFile,
    Postmortem,
    PostmortemFile,
    Update,
    UpdateFile,
)
from onrecord.settings import Site
from onrecord.times import parse_instant

WORST = parse_instant("2026-11-21T14:21:00Z")
QUIET = parse_instant("2026-12-05T09:30:00Z")
SITE = Site(
    name="Larkfield Status",
    url="https://status.larkfield.example/",
    description="Whether Larkfield works, and what we are doing when it does not.",
    repo_url="https://git.example/larkfield/status",
)

_PARTS: dict[str, tuple[str, ...]] = {
    "Payments": ("Checkout", "Card payments", "Invoices", "Payouts", "Refunds"),
    "Shop": ("Storefront", "Basket", "Product pages", "Pictures", "Discounts"),
    "Platform": ("API", "Webhooks", "Sign-in", "Dashboard", "Audit log"),
    "Search and reports": ("Search", "Reports", "Exports", "Analytics", "Recommendations"),
    "Messages": ("E-mail", "Text messages", "Push notifications", "Templates", "Unsubscribe pages"),
    "Logistics": ("Labels", "Tracking", "Stock levels", "Returns", "Carrier rates"),
    "Regions": ("EU (Frankfurt)", "EU (Dublin)", "US (Virginia)", "US (Oregon)", "Asia (Singapore)"),
    "Support": ("Help centre", "Live chat", "Ticket forms", "Community", "This status page"),
}


def identifier(name: str) -> str:
    """The id that a part or group of that name has here."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _components() -> tuple[Component, ...]:
    extra: dict[str, dict[str, Any]] = {
        "checkout": {"description": "Baskets and paying"},
        "webhooks": {"since": "2026-10-05", "description": "Messages to your own systems when something happens"},
        "community": {"since": "2026-11-01"},
        "api": {"description": "Everything that your own programs ask us"},
    }
    return tuple(
        Component.model_validate({"id": (id := identifier(name)), "name": name, "group": identifier(group), **extra.get(id, {})})
        for group, names in _PARTS.items()
        for name in names
    )


def incident(id: str, updates: Iterable[tuple[str, dict[str, Any], str]] = (), postmortem: Postmortem | None = None, **head: Any) -> Incident:
    """A record with that id and head. Each update is its time, the rest of its front matter, and its words."""
    said = []
    for at, front, body in updates:
        moment = parse_instant(at)
        stem = f"{moment:%Y%m%dT%H%M%SZ}-{front.get('status', 'note')}-{len(said):04d}"
        said.append(
            Update(
                id=stem,
                path=f"incidents/{id[:4]}/{id}/updates/{stem}.md",
                head=UpdateFile.model_validate({"at": at, **front}),
                body=body,
            )
        )
    return Incident(
        id=id,
        path=f"incidents/{id[:4]}/{id}/incident.yml",
        head=IncidentFile.model_validate(head),
        updates=tuple(said),
        postmortem=postmortem,
    )


def _short(id: str, title: str, severity: str, components: dict[str, str], start: str, end: str, cause: str) -> Incident:
    """An incident of two updates that kept its promise."""
    first = parse_instant(start)
    return incident(
        id,
        [
            (start, {"status": "investigating", "next_update_by": end}, f"{cause} We are looking into it, and will write again soon."),
            (end, {"status": "resolved"}, "This is over. We are sorry for the trouble, and thank you for your patience."),
        ],
        title=title,
        severity=severity,
        components=components,
        started=f"{first:%Y-%m-%dT%H:%M:%SZ}",
    )


_POSTMORTEM = """
## Summary

On 4 November, signing in was slow or impossible for about a fifth of our customers for 94 minutes. A certificate that
two of our servers use between themselves had expired. Nobody's data was at risk, and nobody was signed in as somebody else.

## Impact

| what | how many |
|---|---|
| Customers who could not sign in | about 8,400 |
| Failed attempts | 61,200 |
| Support requests | 312 |

Customers who were signed in already noticed nothing.[^1]

[^1]: Sessions last for fourteen days.

## Timeline

All times are in UTC.

- **07:12** The certificate expires. Every fifth request to sign in fails.
- **07:31** An alarm about failed sign-ins wakes the engineer on call.
- **07:38** We publish the first word on this page.
- **08:20** We find the certificate; a new one is made.
- **08:46** All servers have the new certificate, and signing in works for everybody.

## Root cause

The certificate was renewed by a job that reads a list of servers. Two servers were added in August by hand, and the list
was not changed. The job did what it was told; *nothing compared the list with what exists*.

> The list was a copy of the truth, and copies grow old.

### Why it took 19 minutes to notice

Our alarm looked at the share of failures over half an hour:

```
failures / attempts > 0.1 for 30 min
```

!!! note "What you can do"
    Nothing. If you changed your password on that morning because of the failures, the new one is valid.

## What we are doing about it

The list is gone: the job now asks the servers themselves. The other steps stand below, with the day by which each is promised.
"""


def _past() -> list[Incident]:
    signin = Postmortem(
        path="incidents/2026/2026-11-04-sign-in-fails/postmortem.md",
        head=PostmortemFile.model_validate(
            {
                "status": "published",
                "published": "2026-11-06T10:00:00Z",
                "approved_by_role": "Head of engineering",
                "actions": [
                    {"what": "The renewal job asks the servers instead of a list", "owner_role": "Platform", "due": "2026-11-07", "done": "2026-11-05"},
                    {"what": "The alarm looks at five minutes instead of thirty", "owner_role": "On-call", "due": "2026-11-15"},
                    {"what": "A certificate that ends within 14 days is an alarm of its own", "owner_role": "Platform", "due": "2026-12-31"},
                ],
            }
        ),
        body=_POSTMORTEM,
    )
    partial, degraded, major = "partial_outage", "degraded_performance", "major_outage"
    return [
        _short("2026-08-30-slow-pictures", "Pictures load slowly", "minor", {"pictures": degraded, "product-pages": degraded}, "2026-08-30T18:02:00Z", "2026-08-30T19:40:00Z", "Pictures take up to ten seconds to appear."),
        _short("2026-09-12-payouts-late", "Payouts arrive a day late", "minor", {"payouts": degraded}, "2026-09-12T06:00:00Z", "2026-09-13T05:10:00Z", "Our bank has not taken today's payouts yet."),
        _short("2026-10-02-checkout-down", "Checkout is not available", "critical", {"checkout": major, "basket": partial, "api": degraded}, "2026-10-02T11:14:00Z", "2026-10-02T12:01:00Z", "Nobody can pay at the moment."),
        _short("2026-10-19-labels-fail", "Shipping labels cannot be printed", "major", {"labels": major, "carrier-rates": partial}, "2026-10-19T08:30:00Z", "2026-10-19T10:05:00Z", "Two carriers refuse our requests for labels."),
        incident(
            "2026-10-27-search-index-move",
            [
                ("2026-10-20T09:00:00Z", {"status": "scheduled"}, "On 27 October we move the search index to larger machines. Search stays up; new products may appear late."),
                ("2026-10-27T04:41:00Z", {"status": "completed"}, "The move is done. Thank you for your patience."),
            ],
            title="Move of the search index, first half",
            kind="maintenance",
            scheduled={"from": "2026-10-27T04:00:00Z", "until": "2026-10-27T05:00:00Z"},
            components={"search": "under_maintenance"},
        ),
        incident(
            "2026-11-04-sign-in-fails",
            [
                ("2026-11-04T07:38:00Z", {"status": "investigating", "next_update_by": "2026-11-04T08:10:00Z"}, "About every fifth attempt to sign in fails. We are looking into it, and will write again by 08:10 UTC. Whoever is signed in can keep working."),
                ("2026-11-04T08:20:00Z", {"status": "identified", "next_update_by": "2026-11-04T09:00:00Z"}, "A certificate between two of our servers has expired. We are replacing it. **We had promised this word for 08:10 and are ten minutes late; we are sorry.**"),
                ("2026-11-04T08:52:00Z", {"status": "resolved", "effective": "2026-11-04T08:46:00Z"}, "Since 08:46 UTC, signing in works again for everybody. We are sorry. We will publish what happened, and what we change, by 6 November."),
            ],
            signin,
            title="Signing in fails for some customers",
            severity="major",
            components={"sign-in": partial, "dashboard": degraded},
            started="2026-11-04T07:12:00Z",
            detected="2026-11-04T07:31:00Z",
            impact=[{"label": "Failed attempts to sign in", "value": "61,200"}, {"label": "Customers affected", "value": "about 8,400"}],
            causes=["certificate"],
        ),
        _short("2026-11-13-text-messages-late", "Text messages arrive late", "minor", {"text-messages": degraded}, "2026-11-13T21:05:00Z", "2026-11-13T22:31:00Z", "Text messages to Germany and Austria wait up to twenty minutes at our provider."),
    ]


_NOTICE = incident(
    "2026-11-18-holiday-hours",
    [("2026-11-18T09:00:00Z", {}, "From 24 to 26 December our support answers by e-mail only. Incidents are handled as always.")],
    title="Support hours over the holidays",
    kind="notice",
    **{"from": "2026-11-18T09:00:00Z", "until": "2026-12-27T00:00:00Z"},
)
_UPGRADE = incident(
    "2026-12-08-sign-in-upgrade",
    [("2026-11-19T10:00:00Z", {"status": "scheduled"}, "We upgrade the servers that sign you in. You may be asked to sign in once more; nothing else changes.")],
    title="Upgrade of the sign-in servers",
    kind="maintenance",
    scheduled={"from": "2026-12-08T04:00:00Z", "until": "2026-12-08T04:20:00Z"},
    components={"sign-in": "under_maintenance"},
)


def _open_incidents() -> list[Incident]:
    return [
        incident(
            "2026-11-21-card-payments-fail",
            [
                ("2026-11-21T14:05:00Z", {"status": "investigating", "next_update_by": "2026-11-21T14:35:00Z"}, "We know that many of you cannot pay. We are looking into it now and are sorry: you rely on us. We will write again by 14:35 UTC."),
                (
                    "2026-11-21T14:20:00Z",
                    {
                        "status": "identified",
                        "next_update_by": "2026-11-21T14:58:00Z",
                        "components": {"checkout": "major_outage"},
                        "effective": "2026-11-21T14:10:00Z",
                        "scope": "About a third of card payments in the EU",
                        "links": [{"text": "How to pay by invoice", "url": "https://help.larkfield.example/invoice"}],
                    },
                    "A configuration change made payments fail for about a third of customers in the EU. We are rolling it back now, and expect payments to recover before 15:00 UTC. *Orders that failed were not charged.*",
                ),
            ],
            title="Card payments fail at checkout",
            severity="major",
            components={"checkout": "partial_outage", "card-payments": "partial_outage", "api": "degraded_performance"},
            started="2026-11-21T13:58:00Z",
            detected="2026-11-21T14:01:00Z",
            expected_resolution="2026-11-21T15:00:00Z",
            workaround="Paying by invoice works. In the app: *Basket → Other ways to pay*.",
            plan=[
                {"step": "Isolate the affected systems", "done": "2026-11-21T14:12:00Z"},
                {"step": "Find the cause", "done": "2026-11-21T14:18:00Z"},
                {"step": "Roll back the change"},
                {"step": "Check failed orders, one by one"},
            ],
        ),
        incident(
            "2026-11-21-reports-late",
            [
                ("2026-11-21T11:52:00Z", {"status": "investigating", "next_update_by": "2026-11-21T12:30:00Z"}, "Reports arrive up to an hour late. We are looking into it."),
                ("2026-11-21T12:24:00Z", {"status": "identified", "next_update_by": "2026-11-21T13:15:00Z"}, "One of the machines that make reports is broken. Its work is being shared out among the others."),
                (
                    "2026-11-21T13:10:00Z",
                    {"status": "monitoring", "next_update_by": "2026-11-21T14:10:00Z", "corrects": "20261121T115200Z-investigating-0000"},
                    "Reports are being worked off; the oldest is 40 minutes late. Nothing is lost. *Earlier we wrote of an hour; the longest delay was in fact 85 minutes.*",
                ),
            ],
            title="Reports arrive late",
            severity="minor",
            components={"reports": "degraded_performance", "exports": "degraded_performance"},
            started="2026-11-21T11:40:00Z",
        ),
        incident(
            "2026-11-21-help-articles-missing",
            [("2026-11-21T13:45:00Z", {"status": "investigating", "next_update_by": "2026-11-21T15:45:00Z"}, "Some articles in several languages show an empty page. English is complete.")],
            title="Some help articles are empty",
            severity="minor",
            started="2026-11-21T13:30:00Z",
        ),
        incident(
            "2026-11-21-search-index-second-half",
            [("2026-11-14T10:00:00Z", {"status": "scheduled"}, "We move the second half of the search index. New products appear in search up to an hour late while it runs.")],
            title="Move of the search index, second half",
            kind="maintenance",
            scheduled={"from": "2026-11-21T14:00:00Z", "until": "2026-11-21T15:30:00Z"},
            components={"search": "under_maintenance"},
        ),
    ]


def _closed_incidents() -> list[Incident]:
    partial = "partial_outage"
    return [
        _short("2026-11-21-card-payments-fail", "Card payments fail at checkout", "major", {"checkout": partial, "card-payments": partial}, "2026-11-21T13:58:00Z", "2026-11-21T14:51:00Z", "Many of you cannot pay."),
        _short("2026-11-28-webhooks-late", "Webhooks arrive late", "minor", {"webhooks": "degraded_performance"}, "2026-11-28T16:20:00Z", "2026-11-28T16:46:00Z", "Webhooks wait up to ten minutes."),
    ]


def _dataset(records: Iterable[Incident]) -> Dataset:
    return Dataset(
        incidents=tuple(sorted(records, key=lambda record: record.id)),
        groups=tuple(Group.model_validate({"id": identifier(name), "name": name}) for name in _PARTS),
        components=_components(),
        policy=PolicyFile.model_validate({"page": {"name": SITE.name, "time_zone": "Europe/Berlin"}}),
    )


def worst_day() -> tuple[Dataset, datetime]:
    """The records of the worst day, and its instant."""
    return _dataset([*_past(), *_open_incidents(), _NOTICE, _UPGRADE]), WORST


def quiet_day() -> tuple[Dataset, datetime]:
    """The records of a quiet day two weeks later, and its instant."""
    return _dataset([*_past(), *_closed_incidents(), _NOTICE, _UPGRADE]), QUIET
