"""A bad and a good example of each rule about records, as the docs show them and the tests run them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from judging import Files
from records import COMPONENTS, FIRST, FOLDER, HEAD, LAST, POLICY, POSTMORTEM

SHOP = "components:\n  - {id: checkout, name: Checkout}\n  - {id: api, name: API}\n"
REDACTIONS = "redactions.yml"
OTHER = "incidents/2026/2026-11-25-search-move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Files that a rule speaks about, and the same made good. `unseen` are files that both have and nobody needs to see."""

    bad: Files
    good: Files
    unseen: Files = field(default_factory=dict)


def _head(bad: str, good: str, **unseen: str | None) -> Example:
    return Example(bad={HEAD: f"{bad}\n"}, good={HEAD: f"{good}\n"}, unseen=_paths(unseen))


def _first(bad: str, good: str, **unseen: str | None) -> Example:
    """Examples of the first update, of an incident that is still open unless `last` says otherwise."""
    return Example(bad={FIRST: f"{bad}\n"}, good={FIRST: f"{good}\n"}, unseen=_paths({"last": None} | unseen))


def _last(bad: str, good: str, **unseen: str | None) -> Example:
    return Example(bad={LAST: f"{bad}\n"}, good={LAST: f"{good}\n"}, unseen=_paths(unseen))


def _policy(bad: str, good: str) -> Example:
    return Example(bad={POLICY: f"{bad}\n"}, good={POLICY: f"{good}\n"})


def _parts(bad: str, good: str) -> Example:
    return Example(bad={COMPONENTS: f"{bad}\n"}, good={COMPONENTS: f"{good}\n"})


def _redactions(bad: str, good: str) -> Example:
    return Example(bad={REDACTIONS: f"{bad}\n"}, good={REDACTIONS: f"{good}\n"})


def _story(bad: str, good: str, **unseen: str | None) -> Example:
    return Example(bad={POSTMORTEM: f"{bad}\n"}, good={POSTMORTEM: f"{good}\n"}, unseen=_paths(unseen))


def _paths(named: Mapping[str, str | None]) -> Files:
    known = {"head": HEAD, "first": FIRST, "last": LAST, "policy": POLICY, "picture": f"{FOLDER}/load.svg"}
    return {known[name]: text for name, text in named.items()}


def _said(words: str, *, status: str = "investigating", at: str = "2026-11-21T14:05:12Z", more: str = "next_update_by: 2026-11-21T15:00:00Z\n") -> str:
    return f"---\nat: {at}\nstatus: {status}\n{more}---\n{words}"


def _over(words: str, more: str = "") -> str:
    return _said(words, status="resolved", at="2026-11-21T15:10:44Z", more=more)


def _known(words: str, more: str = "") -> str:
    return _said(words, status="identified", more=f"next_update_by: 2026-11-21T15:00:00Z\n{more}")


def _work(line: str = "scheduled: {from: 2026-12-03T03:30:00Z, until: 2026-12-03T05:00:00Z}", more: str = "") -> str:
    return f"title: Database upgrade\nkind: maintenance\n{line}\n{more}".rstrip("\n")


ERRORS = "title: Checkout errors\nstarted: 2026-11-21T13:58:00Z"
MAJOR = "title: Checkout errors\nseverity: major\nstarted: 2026-11-21T13:58:00Z"
WINDOW = "scheduled: {from: 2026-11-21T14:00:00Z, until: 2026-11-21T15:30:00Z}"
PAY = "Card payments fail for some of you. We are looking into it."
PUBLISHED = "---\nstatus: published\npublished: 2026-11-21T15:30:00Z\n---\n"
ANNOUNCED = _said("Paying pauses for up to a quarter of an hour.", status="scheduled", at="2026-11-21T10:00:00Z", more="")
WORKING = _said("We have begun.", status="in_progress", at="2026-11-21T14:05:12Z", more="")
SEARCH = {
    f"{OTHER}/incident.yml": "title: Search moves\nkind: maintenance\ncomponents: {checkout: under_maintenance}\nscheduled: {from: 2026-11-25T03:00:00Z, until: 2026-11-25T05:00:00Z}\n",
    f"{OTHER}/updates/a.md": _said("Search moves to larger machines.", status="scheduled", at="2026-11-10T10:00:00Z", more=""),
}
CLASHING = "incidents/2026/2026-11-25-database-upgrade"
CLASH = "title: Database upgrade\nkind: maintenance\ncomponents: {{checkout: under_maintenance}}\nscheduled: {{from: 2026-11-{0}T04:00:00Z, until: 2026-11-{0}T06:00:00Z}}\n"

RECORDS = {
    "unknown-component": _head(f"{ERRORS}\ncomponents: {{chekout: partial_outage}}", f"{ERRORS}\ncomponents: {{checkout: partial_outage}}"),
    "retired-component": _parts("components:\n  - {id: checkout, name: Checkout, retired: 2026-11-01}\n  - {id: api, name: API}", SHOP.rstrip()),
    "unknown-group": _parts(f"groups:\n  - {{id: pay, name: Payments}}\n{SHOP}  - {{id: card, name: Cards, group: play}}", f"groups:\n  - {{id: pay, name: Payments}}\n{SHOP}  - {{id: card, name: Cards, group: pay}}"),
    "listed-twice": _parts(f"{SHOP}  - {{id: api, name: The API}}", f"{SHOP}  - {{id: webhooks, name: Webhooks}}"),
    "reserved-id": _parts(f"{SHOP}  - {{id: status, name: This page}}", f"{SHOP}  - {{id: status-page, name: This page}}"),
    "retired-before-since": _parts(f"{SHOP}  - {{id: fax, name: Fax, since: 2026-02-01, retired: 2026-01-01}}", f"{SHOP}  - {{id: fax, name: Fax, since: 2026-01-01, retired: 2026-02-01}}"),
    "nothing-listed": _parts("groups: []", SHOP.rstrip()),
    "id-date": _head("title: Checkout errors\nstarted: 2026-11-20T23:59:00Z", ERRORS),
    "end-before-start": _head(f"{ERRORS}\nexpected_resolution: 2026-11-21T13:00:00Z", f"{ERRORS}\nexpected_resolution: 2026-11-21T15:00:00Z"),
    "update-before-start": _first(_said(PAY, at="2026-11-21T13:50:00Z"), _said(PAY)),
    "states-out-of-order": _last(_over("Payments work again.").replace("15:10:44", "14:01:00"), _over("Payments work again. We are sorry.")),
    "state-goes-back": _last(_said("We do not know the cause yet.", at="2026-11-21T15:10:44Z"), _known("An expired certificate. All payments fail; invoices work.").replace("14:05:12", "15:10:44"), first=_known("A broken cable, we think. All payments fail; invoices work.")),
    "no-status": _first(f"---\nat: 2026-11-21T14:05:12Z\nnext_update_by: 2026-11-21T15:00:00Z\n---\n{PAY}", _said(PAY)),
    "no-updates": Example(bad={HEAD: f"{ERRORS}\n"}, good={HEAD: f"{ERRORS}\n", FIRST: f"{_said(PAY)}\n"}, unseen={FIRST: None, LAST: None}),
    "without-words": _first(_said(""), _said(PAY)),
    "status-of-kind": _first(_said(PAY, status="verifying"), _said(PAY, status="monitoring")),
    "window-of-kind": _head(_work("from: 2026-12-03T03:30:00Z"), _work(), first=ANNOUNCED, last=None),
    "effects-after-end": _last(_over("Payments work again. We are sorry.", "components: {api: degraded_performance}\n"), _over("Payments work again; the API is still slow.", "components: {api: degraded_performance}\n").replace("resolved", "monitoring")),
    "window-on-update": _first(_said(PAY, more=f"next_update_by: 2026-11-21T15:00:00Z\n{WINDOW}\n"), _said(PAY, more="next_update_by: 2026-11-21T15:00:00Z\nexpected_resolution: 2026-11-21T15:30:00Z\n")),
    "notice-with-effect": _head("title: Support hours over the holidays\nkind: notice\nfrom: 2026-11-21T10:00:00Z\nuntil: 2026-11-27T00:00:00Z\nseverity: minor", "title: Support hours over the holidays\nkind: notice\nfrom: 2026-11-21T10:00:00Z\nuntil: 2026-11-27T00:00:00Z", first=None, last=None),
    "missing-promise": _first(_said(PAY, more=""), _said(PAY)),
    "promise-in-the-past": _first(_said(PAY, more="next_update_by: 2026-11-21T14:00:00Z\n"), _said(PAY)),
    "ahead-of-clock": _head(f"{ERRORS}\ndetected: 2026-12-21T14:01:00Z", f"{ERRORS}\ndetected: 2026-11-21T14:01:00Z"),
    "update-ahead-of-clock": _last(_over("Payments work again. We are sorry.").replace("11-21", "12-21"), _over("Payments work again. We are sorry.")),
    "effective-later": _last(_over("Payments work again. We are sorry.", "effective: 2026-11-21T15:20:00Z\n"), _over("Payments work again. We are sorry.", "effective: 2026-11-21T15:02:00Z\n")),
    "related-to-nothing": _head(f"{ERRORS}\nrelated: [2026-11-20-api-slo]", f"{ERRORS}\nrelated: [2026-11-20-api-slow]"),
    "corrects-nothing": _last(_over("It was 47 minutes, not an hour. We are sorry.", "corrects: 20261121T140512Z-investigating-k3f8\n"), _over("It was 47 minutes, not an hour. We are sorry.", "corrects: 20261121T140512Z-investigating-k3f9\n")),
    "unknown-waiver": _head(f"{ERRORS}\nwaivers:\n  - {{rule: postmortem-overdu, reason: the vendor withholds the cause until 1 December}}", f"{ERRORS}\nwaivers:\n  - {{rule: postmortem-overdue, reason: the vendor withholds the cause until 1 December}}"),
    "unknown-rule": _policy("rules:\n  silent: {level: note}", "rules:\n  silence: {level: note}"),
    "policy-component": _policy("service_levels:\n  - {name: Gold, target: 99.9, components: [web]}", "service_levels:\n  - {name: Gold, target: 99.9, components: [checkout]}"),
    "freeze-backwards": _policy("maintenance:\n  freezes:\n    - {from: 2026-12-31T00:00:00Z, until: 2026-12-20T00:00:00Z}", "maintenance:\n  freezes:\n    - {from: 2026-12-20T00:00:00Z, until: 2026-12-31T00:00:00Z}"),
    "bad-pattern": _policy("words:\n  internal: ['(?<=db-)\\d+']", "words:\n  internal: ['\\bdb-\\d+\\b']"),
    "missing-picture": _story(f"{PUBLISHED}![Errors jump to a third at 13:52 UTC](laod.svg)", f"{PUBLISHED}![Errors jump to a third at 13:52 UTC](load.svg)", picture="<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'/>"),
    "foreign-picture": _story(f"{PUBLISHED}![Errors jump to a third at 13:52 UTC](https://graphs.example.com/load.svg)", f"{PUBLISHED}![Errors jump to a third at 13:52 UTC](load.svg)", picture="<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'/>"),
    "unfit-picture": Example(bad={POSTMORTEM: f"{PUBLISHED}![Errors jump to a third at 13:52 UTC](errors.png)\n", f"{FOLDER}/errors.png": "a text, and no picture\n"}, good={POSTMORTEM: f"{PUBLISHED}![Errors jump to a third at 13:52 UTC](load.svg)\n"}, unseen=_paths({"picture": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'/>"})),
    "picture-without-words": _story(f"{PUBLISHED}![](load.svg)", f"{PUBLISHED}![Errors jump to a third at 13:52 UTC](load.svg)", picture="<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'/>"),
    "diagram-without-words": _story(f"{PUBLISHED}```mermaid\nflowchart LR\n  A --> B\n```", f"{PUBLISHED}```mermaid\nflowchart LR\n  accDescr: Payments go to the bank over A, then B\n  A --> B\n```"),
    "broken-diagram": _story(f"{PUBLISHED}```mermaid\nflowchart LR\n  accDescr: A, then B\n  subgraph\n```", f"{PUBLISHED}```mermaid\nflowchart LR\n  accDescr: A, then B\n  A --> B\n```"),
    "draft-postmortem": _story("---\nstatus: draft\n---\nWhat happened", f"{PUBLISHED}What happened"),
    "published-when": _story("---\nstatus: published\n---\nWhat happened", f"{PUBLISHED}What happened"),
    "postmortem-without-words": _story(PUBLISHED, f"{PUBLISHED}What happened"),
}

RECORDS |= {
    "leftover-blank": _first(_said("Card payments fail for [[who, where, how many]]."), _said("Card payments fail for about a third of you.")),
    "robot-text": _first(_said("We are currently investigating this issue."), _said(PAY)),
    "blank-in-postmortem": _story(f"{PUBLISHED}It began with [[what]].", f"{PUBLISHED}It began with a certificate that had run out."),
}
GERMAN = {POLICY: "page: {languages: [en, de]}\n"}
GERMAN_FIRST = FIRST.replace("updates/", "updates/de/")
RECORDS |= {
    "translation-of-nothing": Example(bad={GERMAN_FIRST.replace("k3f9", "k3f8"): "Zahlungen scheitern.\n"}, good={GERMAN_FIRST: "Zahlungen scheitern.\n"}, unseen=GERMAN),
    "language-not-of-page": Example(bad={GERMAN_FIRST.replace("/de/", "/da/"): "Betalinger mislykkes.\n"}, good={GERMAN_FIRST: "Zahlungen scheitern.\n"}, unseen=GERMAN),
    "empty-translation": Example(bad={GERMAN_FIRST: "Zahlungen scheitern bei [[wem]].\n"}, good={GERMAN_FIRST: "Zahlungen scheitern bei einem Drittel von Ihnen.\n"}, unseen=GERMAN),
    "translation-out-of-step": _head(f"{ERRORS}\nplan:\n  - {{step: Roll back}}\n  - {{step: Look for lost orders}}\ntranslations:\n  de: {{plan: [Nach verlorenen Bestellungen suchen]}}", f"{ERRORS}\nplan:\n  - {{step: Roll back}}\n  - {{step: Look for lost orders}}\ntranslations:\n  de: {{plan: [Zurück zur alten Fassung, Nach verlorenen Bestellungen suchen]}}"),
}
RECORDS["translation-out-of-step"] = Example(bad=RECORDS["translation-out-of-step"].bad, good=RECORDS["translation-out-of-step"].good, unseen=GERMAN)
REDACTED = "redactions:\n  - path: {}\n    reason: A customer's name.\n    who: The data protection officer\n    when: 2026-11-21T15:30:00Z"
RECORDS |= {
    "redaction-hits-nothing": _redactions(REDACTED.format("incidents/2026/2026-11-21-checkout-errors/updates/20261121T140512Z-investigating-k3f8.md"), REDACTED.format(FIRST)),
    "redaction-too-wide": _redactions(REDACTED.format("site_src/policy.yml"), REDACTED.format(FIRST)),
}

TIMING = {
    "postmortem-overdue": Example(bad={HEAD: f"{MAJOR}\n"}, good={HEAD: f"{MAJOR}\nwaivers:\n  - {{rule: draft-postmortem, reason: it is out}}\n", POSTMORTEM: f"{PUBLISHED}What happened, and what we change.\n"}, unseen={POLICY: "severities: {major: {postmortem_within: 30m}}\n"}),
    "late-first-word": _head("title: Checkout errors\nseverity: major\nstarted: 2026-11-21T13:20:00Z", MAJOR),
    "late-after-detection": _head(f"{ERRORS}\nseverity: major\ndetected: 2026-11-21T13:45:00Z".replace("13:58", "13:40"), f"{ERRORS}\nseverity: major\ndetected: 2026-11-21T14:01:00Z".replace("13:58", "13:40")),
    "promise-too-far": _first(_said(PAY, more="next_update_by: 2026-11-21T20:00:00Z\n"), _said(PAY), head=MAJOR),
    "promise-missed": _first(_said(PAY), _said(PAY, more="next_update_by: 2026-11-21T16:30:00Z\n")),
    "silence": Example(bad={HEAD: f"{MAJOR}\n", FIRST: f"{_said(PAY, more='')}\n"}, good={HEAD: f"{MAJOR}\n", FIRST: f"{_said(PAY, more='')}\n", LAST: f"{_said('No news yet. We are going through the last changes one by one.', at='2026-11-21T15:02:00Z', more='')}\n"}, unseen={LAST: None}),
    "too-frequent": Example(
        bad={FIRST: f"{_said(PAY)}\n", f"{FOLDER}/updates/2.md": f"{_said('Still looking.', at='2026-11-21T14:07:00Z')}\n", f"{FOLDER}/updates/3.md": f"{_said('Still at it.', at='2026-11-21T14:09:00Z')}\n"},
        good={FIRST: f"{_said(PAY)}\n", f"{FOLDER}/updates/2.md": f"{_said('It began with a change of 13:50 UTC. We are taking it back.', at='2026-11-21T14:25:00Z', status='identified')}\n"},
    ),
    "overrun-unsaid": Example(bad={HEAD: f"{_work(WINDOW)}\n", FIRST: f"{WORKING}\n"}, good={HEAD: f"{_work(WINDOW)}\n", FIRST: f"{WORKING}\n", LAST: f"{_said('Done. Thank you for your patience.', status='completed', at='2026-11-21T15:20:00Z', more='')}\n"}, unseen={LAST: None}),
}

WORDING = {
    "cause-in-title": _head("title: Checkout errors due to a failed deployment", "title: Checkout errors"),
    "blame": _first(_said("An engineer accidentally deleted a table."), _said("A table was deleted, which our tools should not have allowed.")),
    "clock-without-zone": _first(_said("Payments have failed since 13:58."), _said("Payments have failed since 13:58 UTC.")),
    "jargon": _first(_said("A failover raised latency."), _said("A switch-over made pages slow."), policy="words: {jargon: {failover: switch-over, latency: delay}}"),
    "banned-words": _first(_said("We apologise for any inconvenience."), _said("We are sorry that you cannot sell tonight."), policy="words: {banned: [inconvenience]}"),
    "hard-to-read": _first(
        _said("Authentication infrastructure experienced substantial degradation attributable to unanticipated configuration inconsistencies propagating asynchronously throughout geographically distributed availability environments, consequently necessitating comprehensive verification procedures, additional investigation, and subsequent remediation activities prior to authoritative confirmation concerning complete restoration of functionality for the overwhelming majority of organisations."),
        _said("Many of you cannot sign in. We changed a setting this morning, and it reached some places sooner than others. We are taking it back now, one place after the other, and check each before we go on. You will be able to sign in again within the hour."),
    ),
    "cut-by-social": _first(
        _said("Since shortly before two this afternoon a good part of those who pay by card on a booking page or at the till see an error after they have typed in the number, while phone wallets, card machines and invoices work as they should, and scanning at the doors goes on as always, online and offline, in every venue."),
        _said("Card payments fail for about a third of you since 13:52 UTC. Phone wallets, card machines and invoices work, and so does scanning at the doors."),
    ),
    "said-twice": Example(bad={FIRST: f"{_said(PAY)}\n", LAST: f"{_said(PAY, at='2026-11-21T14:50:00Z')}\n"}, good={FIRST: f"{_said(PAY)}\n", LAST: f"{_said('No news. We have ruled out the bank, and look at our own side now.', at='2026-11-21T14:50:00Z')}\n"}),
    "no-scope": _first(_known("A certificate has run out. We are putting a new one in place."), _known("A certificate has run out. We are putting a new one in place.", "scope: About a third of card payments in the EU\n")),
    "no-workaround": _first(_known("A certificate has run out, and all card payments fail."), _known("A certificate has run out, and all card payments fail.", "workaround: Paying by invoice works.\n")),
    "no-apology": _last(_over("Payments work again."), _over("Payments work again. We are sorry for the lost orders.")),
    "no-thanks": _last(_over("Payments work again. We are sorry."), _over("Payments work again. We are sorry, and thank you for your patience."), head=MAJOR),
    "no-postmortem-date": _last(_over("Payments work again. We are sorry, and thank you."), _over("Payments work again. We are sorry, and thank you. By Tuesday you will read here what happened."), head=MAJOR),
}

PLANNING = {
    "short-notice": _head(_work(WINDOW.replace("11-21", "11-22")), _work(), first=ANNOUNCED, last=None),
    "in-a-freeze": _head(_work(), _work("scheduled: {from: 2026-12-01T03:30:00Z, until: 2026-12-01T05:00:00Z}"), first=ANNOUNCED, last=None, policy="maintenance: {freezes: [{from: 2026-12-02T00:00:00Z, until: 2026-12-31T00:00:00Z, reason: Christmas}]}"),
    "maintenance-clash": Example(bad=SEARCH | {f"{CLASHING}/incident.yml": CLASH.format("25")}, good=SEARCH | {f"{CLASHING}/incident.yml": CLASH.format("26")}, unseen={f"{CLASHING}/updates/a.md": ANNOUNCED}),
}

LEAKS = {
    "credential": _first(_said("Please sign in with password: hunter2-2026 until we are done."), _said("Please sign in with the password that we send you by letter.")),
    "machine-address": _first(_said("Requests to 10.20.30.40 fail."), _said("Requests to one of our machines fail.")),
    "person-address": _first(_said("Write to robin.miller@example.com if you are affected."), _said("Write to support@example.com if you are affected.")),
    "internal-name": _first(_said("The machine db-07 is down, and db.prod.internal with it."), _said("One of our databases is down."), policy="words: {internal: ['\\bdb-\\d+\\b']}"),
    "customer-named": _first(_said("Only Larkfield Theatre is affected."), _said("Only one customer is affected."), policy="words: {customers: [Larkfield Theatre]}"),
}

PRIVACY = {
    "internal-exposed": _head(f"{ERRORS}\ninternal: {{notes: The night shift was one short}}", ERRORS),
    "draft-exposed": _story("---\nstatus: draft\n---\nWhat happened", f"{PUBLISHED}What happened"),
    "drill-exposed": _head(f"{ERRORS}\ndrill: true", ERRORS),
    "customers-exposed": _policy("words:\n  customers: [Northgate Theatres]", "words:\n  customers: [Northgate Theatres]\nrules:\n  customers-exposed: {level: 'off'}"),
}

EXAMPLES: Mapping[str, Example] = RECORDS | TIMING | WORDING | PLANNING | LEAKS | PRIVACY
