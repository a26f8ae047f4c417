"""Each rule alone: what it finds and where, and what it stays silent about."""

from __future__ import annotations

import pytest

from judging import Files, found
from onrecord.loading import load
from onrecord.policy import FILE_RULES, RULES, review
from onrecord.withholding import digest_of
from records import COMPONENTS, FIRST, FOLDER, HEAD, HEALTHY, LAST, NOW, OTHER, POLICY, POSTMORTEM, Memory, head, update

MAINTENANCE = "title: Upgrade\nkind: maintenance\n"
WINDOW = "scheduled: {from: 2026-11-21T14:00:00Z, until: 2026-11-21T15:30:00Z}\n"
NOTICE = "title: Hello\nkind: notice\n"
SAID = "2026-11-21T14:05:12Z"
RETIRED = "components:\n  - {id: checkout, name: C, retired: 2026-11-21}\n  - {id: api, name: A, retired: 2026-11-22}\n"
POST = "---\nstatus: published\npublished: 2026-11-21T15:30:00Z\n---\n"
DIAGRAM = "Words.\n\n```mermaid\nflowchart TD\n  {}\n  A --> B\n```\n"
CORRECTS = "corrects: 20261121T140512Z-investigating-k3f9\n"
FAMILY = ("OR1", "OR201")

REDACTIONS = "redactions.yml"


def withheld(path: str, words: str = "") -> str:
    """A redactions.yml of one entry."""
    named = f"    words: {digest_of(words)}\n" if words else ""
    return f"redactions:\n  - path: '{path}'\n    reason: A name.\n    who: The DPO\n    when: 2026-11-22T09:00:00Z\n{named}"


TONGUES = "page: {languages: [en, de]}\n"
GERMAN = FIRST.replace("updates/", "updates/de/")
CASES: tuple[tuple[str, Files, list[str]], ...] = (
    ("healthy", {}, []),
    # components
    ("an unknown component", {HEAD: head("components:\n  chekout: major_outage\n")}, [f"OR101 {HEAD}:4:3"]),
    ("an unknown component in an update", {FIRST: update("components: {web: operational}\n")}, [f"OR101 {FIRST}:5:14"]),
    ("a component that was retired that day", {COMPONENTS: RETIRED}, [f"OR102 {HEAD}:4:3"]),
    ("a component retired later", {HEAD: head("components: {api: major_outage}\n"), COMPONENTS: RETIRED}, []),
    ("no components at all", {COMPONENTS: ""}, [f"OR107 {COMPONENTS}:1:1"]),
    ("an unknown group", {COMPONENTS: "groups: [{id: pay, name: P}]\ncomponents:\n  - {id: checkout, name: C, group: play}\n  - {id: api, name: A}\n"}, [f"OR103 {COMPONENTS}:3:36"]),
    ("two of one id", {COMPONENTS: "components:\n  - {id: checkout, name: C}\n  - {id: api, name: A}\n  - {id: api, name: B}\n"}, [f"OR104 {COMPONENTS}:4:10"]),
    ("two groups of one id", {COMPONENTS: str(HEALTHY[COMPONENTS]) + "groups:\n  - {id: a, name: A}\n  - {id: a, name: B}\n"}, [f"OR104 {COMPONENTS}:6:10"]),
    ("a reserved id", {COMPONENTS: str(HEALTHY[COMPONENTS]) + "  - {id: status, name: S}\n"}, [f"OR105 {COMPONENTS}:4:10"]),
    ("retired before it was there", {COMPONENTS: str(HEALTHY[COMPONENTS]) + "  - {id: x, name: X, since: 2026-02-01, retired: 2026-01-01}\n"}, [f"OR106 {COMPONENTS}:4:50"]),
    # ids, windows and kinds
    ("another day in the id", {HEAD: head(started="2026-11-20T23:59:00Z")}, [f"OR110 {HEAD}:2:10"]),
    ("the UTC day counts", {HEAD: head(started="2026-11-22T00:30:00+02:00"), FIRST: update(at="2026-11-21T22:31:00Z"), LAST: None}, [f"OR126 {FIRST}:2:5", f"OR125 {HEAD}:2:10", f"OR124 {FIRST}:4:17"]),
    ("without `started` the first update counts", {f"{OTHER}/incident.yml": "title: x\n", f"{OTHER}/updates/20261120T090000Z-resolved-aaaa.md": update(at="2026-11-19T09:00:00Z", status="resolved")}, [f"OR110 {OTHER}/incident.yml:1:1"]),
    ("a maintenance", {HEAD: MAINTENANCE + WINDOW, FIRST: update(status="scheduled", at="2026-11-18T10:00:00Z"), LAST: update(status="completed")}, []),
    ("a window that ends before it begins", {HEAD: MAINTENANCE + "scheduled:\n  from: 2026-11-21T14:00:00Z\n  until: 2026-11-21T13:00:00Z\n", FIRST: update(status="scheduled"), LAST: None}, [f"OR111 {HEAD}:5:10"]),
    ("an end that is expected before the start", {HEAD: head("expected_resolution: 2026-11-21T13:00:00Z\n")}, [f"OR111 {HEAD}:3:22"]),
    ("a maintenance without a window", {HEAD: MAINTENANCE, FIRST: update(status="scheduled"), LAST: None}, [f"OR119 {HEAD}:2:7"]),
    ("a window of an incident", {HEAD: head(WINDOW)}, [f"OR119 {HEAD}:3:1"]),
    ("an update that moves an incident's window", {FIRST: update(WINDOW)}, [f"OR121 {FIRST}:5:1"]),
    ("a notice", {HEAD: NOTICE + "from: 2026-11-21T10:00:00Z\nuntil: 2026-11-23T10:00:00Z\n", FIRST: None, LAST: None}, []),
    ("a notice without an end", {HEAD: NOTICE + "from: 2026-11-21T10:00:00Z\n", FIRST: None, LAST: None}, [f"OR119 {HEAD}:2:7"]),
    ("a notice that ends before it begins", {HEAD: NOTICE + "from: 2026-11-21T10:00:00Z\nuntil: 2026-11-20T10:00:00Z\n", FIRST: None, LAST: None}, [f"OR111 {HEAD}:4:8"]),
    ("a notice with an effect", {HEAD: NOTICE + "from: 2026-11-21T10:00:00Z\nuntil: 2026-11-23T10:00:00Z\nseverity: major\ncomponents: {api: major_outage}\n", FIRST: None, LAST: None}, [f"OR122 {HEAD}:5:1", f"OR122 {HEAD}:6:1"]),
    ("a notice with a state", {HEAD: NOTICE + "from: 2026-11-21T10:00:00Z\nuntil: 2026-11-23T10:00:00Z\n", LAST: None}, [f"OR118 {FIRST}:3:9"]),
    ("`from` of an incident", {HEAD: head("from: 2026-11-21T10:00:00Z\n")}, [f"OR119 {HEAD}:3:1"]),
    ("no updates", {FIRST: None, LAST: None}, [f"OR116 {HEAD}:1:1"]),
    ("related to nothing", {HEAD: head("related: [2026-11-20-api-slow, 2026-11-20-api-slo]\n")}, [f"OR128 {HEAD}:3:32"]),
    ("related to itself", {HEAD: head("related:\n  - 2026-11-21-checkout-errors\n")}, [f"OR128 {HEAD}:4:5"]),
    # what is withheld
    ("words that are withheld", {REDACTIONS: withheld(FIRST, "Payments")}, []),
    ("words that are nowhere", {REDACTIONS: withheld(FIRST, "Pay")}, [f"OR161 {REDACTIONS}:2:11"]),
    ("words that are gone for good", {REDACTIONS: withheld(FIRST, "Pay") + "    removed: true\n"}, []),
    ("all words of a record", {REDACTIONS: withheld(f"{FOLDER}/*")}, []),
    ("all words of a page", {REDACTIONS: withheld("site_src/*")}, [f"OR161 {REDACTIONS}:2:11", f"OR162 {REDACTIONS}:2:11"]),
    # what was said, in its order
    ("an update before the start", {HEAD: head(started="2026-11-21T14:06:00Z")}, [f"OR112 {FIRST}:2:5"]),
    ("true before the start", {FIRST: update("effective: 2026-11-21T13:00:00Z\n")}, [f"OR112 {FIRST}:5:12"]),
    ("two updates out of order", {FIRST: update(at="2026-11-21T15:30:00Z")}, [f"OR113 {FIRST}:3:9"]),
    ("reopened by a correction", {FIRST: update("corrects: 20261121T151044Z-resolved-7mzd\n", at="2026-11-21T15:30:00Z")}, []),
    ("a word after the end without a state", {f"{FOLDER}/updates/z.md": "---\nat: 2026-11-21T15:30:00Z\n---\nThanks.\n"}, []),
    ("resolved twice", {FIRST: update(status="resolved")}, []),
    ("one step back", {FIRST: update(status="monitoring"), f"{FOLDER}/updates/z.md": update(at="2026-11-21T14:30:00Z", status="identified")}, [f"OR114 {FOLDER}/updates/z.md:3:9"]),
    ("no state at all", {FIRST: f"---\nat: {SAID}\nnext_update_by: 2026-11-21T18:00:00Z\n---\nWords.\n", LAST: None}, [f"OR115 {FIRST}:2:1"]),
    ("an update without words", {FIRST: update(body="\n\n")}, [f"OR117 {FIRST}:8:1"]),
    ("a state of a maintenance", {FIRST: update(status="verifying")}, [f"OR118 {FIRST}:3:9"]),
    ("an effect after the end", {LAST: update("components: {api: major_outage}\n", at="2026-11-21T15:10:44Z", status="resolved")}, [f"OR120 {LAST}:5:19"]),
    ("no promise while open", {FIRST: update().replace("next_update_by: 2026-11-21T18:00:00Z\n", ""), LAST: None}, [f"OR123 {FIRST}:2:1"]),
    ("no promise in an older update", {FIRST: update().replace("next_update_by: 2026-11-21T18:00:00Z\n", "")}, []),
    ("no promise in an import", {HEAD: head("source: {system: cstate, id: x}\n"), FIRST: update().replace("next_update_by: 2026-11-21T18:00:00Z\n", ""), LAST: None}, []),
    ("a promise in the past", {FIRST: update().replace("18:00:00Z", "14:00:00Z")}, [f"OR124 {FIRST}:4:17"]),
    ("a start ahead of the clock", {HEAD: head(started="2026-11-21T16:06:00Z"), FIRST: update(at="2026-11-21T16:06:00Z"), LAST: None}, [f"OR125 {HEAD}:2:10", f"OR126 {FIRST}:2:5"]),
    ("four minutes ahead are none", {LAST: update(at="2026-11-21T16:04:00Z", status="resolved")}, []),
    ("six minutes ahead", {LAST: update(at="2026-11-21T16:06:00Z", status="resolved")}, [f"OR126 {LAST}:2:5"]),
    ("a step done tomorrow", {HEAD: head("plan:\n  - {step: Fix, done: 2026-11-22T10:00:00Z}\n")}, [f"OR125 {HEAD}:4:23"]),
    ("true later than it was said", {FIRST: update("effective: 2026-11-21T14:06:00Z\n")}, [f"OR127 {FIRST}:5:12"]),
    ("corrects an earlier one", {LAST: update(CORRECTS, at="2026-11-21T15:10:44Z", status="resolved")}, []),
    ("corrects itself", {FIRST: update(CORRECTS)}, [f"OR129 {FIRST}:5:11"]),
    ("corrects a later one", {FIRST: update("corrects: 20261121T151044Z-resolved-7mzd\n")}, [f"OR129 {FIRST}:5:11"]),
    # words that nobody has finished
    ("a blank in the words", {FIRST: update(body="Payments fail.\n\nWe [[what is being done]].\n")}, [f"OR141 {FIRST}:8:1"]),
    ("a blank in a line", {FIRST: update("scope: '[[who?]]'\n")}, [f"OR141 {FIRST}:5:8"]),
    ("a blank in the title", {HEAD: head().replace("Checkout errors", "'[[what]] fails'")}, [f"OR141 {HEAD}:1:8"]),
    ("a blank in a step", {HEAD: head("plan: [{step: 'Wait for [[whom]]'}]\n")}, [f"OR141 {HEAD}:3:15"]),
    ("brackets in code, and a link with brackets", {POSTMORTEM: POST + "```\n[[section]]\n```\n`[[ -f x ]]` and [[1]](https://example.com/)\n"}, []),
    ("a robot's words", {FIRST: update(body="We are currently investigating this issue. We apologize for any inconvenience!\n")}, [f"OR142 {FIRST}:6:1"]),
    ("a template's words without what it asks", {LAST: update(at="2026-11-21T15:10:44Z", status="resolved", body="We’re sorry. You should be able to rely on us.\n")}, [f"OR142 {LAST}:6:1"]),
    ("stock around something", {FIRST: update(body="We are looking into it. Cards from Ireland fail.\n")}, []),
    ("a robot's words in an import", {HEAD: head("source: {system: cstate, id: x}\n"), FIRST: update(body="We are looking into it.\n")}, []),
    # translations
    ("a translation", {POLICY: TONGUES, GERMAN: "Zahlungen scheitern.\n"}, []),
    ("a translation with front matter", {POLICY: TONGUES, FIRST: update("scope: A third\n"), GERMAN: "---\nscope: Ein Drittel\n---\nZahlungen scheitern.\n"}, []),
    ("a translation of nothing", {POLICY: TONGUES, GERMAN.replace("k3f9", "k3f8"): "Zahlungen scheitern.\n"}, [f"OR143 {GERMAN.replace('k3f9', 'k3f8')}:1:1"]),
    ("a translated post-mortem of nothing", {POLICY: TONGUES, f"{FOLDER}/postmortem.de.md": "Worte.\n"}, [f"OR143 {FOLDER}/postmortem.de.md:1:1"]),
    ("a translated post-mortem", {POLICY: TONGUES, POSTMORTEM: POST + "Words.\n", f"{FOLDER}/postmortem.de.md": "Worte.\n"}, []),
    ("a language that the page has not", {GERMAN: "Zahlungen scheitern.\n"}, [f"OR144 {GERMAN}:1:1"]),
    ("a title in the first language", {HEAD: head("translations:\n  en: {title: Errors}\n")}, [f"OR144 {HEAD}:4:3"]),
    ("a translation without words", {POLICY: TONGUES, GERMAN: "\n"}, [f"OR145 {GERMAN}:1:1"]),
    ("a translation with a blank", {POLICY: TONGUES, GERMAN: "Zahlungen scheitern.\n\nBei [[wem]].\n"}, [f"OR145 {GERMAN}:3:1"]),
    ("a robot's words in another language", {POLICY: TONGUES, GERMAN: "We are currently investigating this issue.\n"}, []),
    ("a step that nobody translated", {POLICY: TONGUES, HEAD: head("plan: [{step: A}, {step: B}]\ntranslations:\n  de: {plan: [A]}\n")}, [f"OR146 {HEAD}:5:14"]),
    # post-mortems
    ("a post-mortem", {POSTMORTEM: POST + "Words.\n"}, []),
    ("a picture that is not there", {POSTMORTEM: POST + "See\n\n![x](load.png)\n"}, [f"OR130 {POSTMORTEM}:7:6"]),
    ("a picture from another host", {POSTMORTEM: POST + "![x](https://example.com/load.png)\n"}, [f"OR131 {POSTMORTEM}:5:6"]),
    ("a file that is no picture", {POSTMORTEM: POST + "![x](a.png)\n", f"{FOLDER}/a.png": b"text"}, [f"OR136 {POSTMORTEM}:5:6"]),
    ("a picture without words", {POSTMORTEM: POST + "![ ](a.svg)\n", f"{FOLDER}/a.svg": b"<svg/>"}, [f"OR137 {POSTMORTEM}:5:6"]),
    ("a picture with words", {POSTMORTEM: POST + "![Errors jump to a third](a.svg)\n", f"{FOLDER}/a.svg": b"<svg/>"}, []),
    ("a diagram", {POSTMORTEM: POST + DIAGRAM.format("accDescr: First A, then B")}, []),
    ("a diagram without words", {POSTMORTEM: POST + DIAGRAM.format("")}, [f"OR138 {POSTMORTEM}:7:1"]),
    ("a diagram that is none", {POSTMORTEM: POST + DIAGRAM.format("accDescr: A\n  subgraph")}, [f"OR139 {POSTMORTEM}:7:1"]),
    ("a draft", {POSTMORTEM: "---\nstatus: draft\n---\nWords.\n"}, [f"OR132 {POSTMORTEM}:2:9"]),
    ("published nobody knows when", {POSTMORTEM: "---\nstatus: published\n---\nWords.\n"}, [f"OR133 {POSTMORTEM}:2:1"]),
    ("published tomorrow", {POSTMORTEM: POST.replace("11-21", "11-22") + "Words.\n"}, [f"OR133 {POSTMORTEM}:3:12"]),
    ("a post-mortem without words", {POSTMORTEM: POST}, [f"OR135 {POSTMORTEM}:5:1"]),
    ("a blank in a post-mortem", {POSTMORTEM: POST + "Words.\n\nAnd [[why?]] `[[code]]` [[1]](x)\n"}, [f"OR140 {POSTMORTEM}:7:5"]),
    ("a blank in a draft", {POSTMORTEM: "---\nstatus: draft\n---\n[[Why?]]\n"}, [f"OR132 {POSTMORTEM}:2:9"]),
    ("a blank in an action", {POSTMORTEM: POST.replace("---\n\n", "---\n").replace("\n---\n", "\nactions: [{what: '[[what]]'}]\n---\n") + "Words.\n"}, [f"OR140 {POSTMORTEM}:4:18"]),
    ("an overdue post-mortem", {HEAD: head("severity: major\n"), POLICY: "severities: {major: {postmortem_within: 30m}}\n"}, [f"OR201 {HEAD}:1:8"]),
    ("one that is not due yet", {HEAD: head("severity: major\n")}, []),
    # the policy, and waivers
    ("a waiver of what only the audit finds", {HEAD: head("waivers: [{rule: backdated-update, reason: x}, {rule: words-changed, reason: y}]\n")}, []),
    ("an unknown waiver", {HEAD: head("waivers: [{rule: id-dat, reason: x}]\n")}, [f"OR134 {HEAD}:3:18"]),
    ("a rule that does not exist", {POLICY: "rules: {id-dates: {level: 'off'}}\n"}, [f"OR151 {POLICY}:1:9"]),
    ("a service level of nothing", {POLICY: "service_levels: [{name: Gold, target: 99.9, components: [web]}]\n"}, [f"OR152 {POLICY}:1:58"]),
    ("a pattern that looks around", {POLICY: "words:\n  internal:\n    - '\\bdb-\\d+\\b'\n    - '(?<=x)y'\n"}, [f"OR154 {POLICY}:4:7"]),
    ("a freeze backwards", {POLICY: "maintenance:\n  freezes:\n    - from: 2026-12-31T00:00:00Z\n      until: 2026-12-30T00:00:00Z\n"}, [f"OR153 {POLICY}:4:14"]),
)


@pytest.mark.parametrize(("name", "files", "expected"), CASES, ids=[case[0] for case in CASES])
def test_rules(name: str, files: Files, expected: list[str]) -> None:
    """The codes and places of all findings, and no others."""
    assert sorted(found(files, FAMILY)) == sorted(expected)


def test_every_rule_has_a_case() -> None:
    """No rule goes untried, and no two share a code or a slug."""
    tried = {line.split()[0] for _, _, lines in CASES for line in lines}
    codes = [rule.code for rule in (*RULES, *FILE_RULES)]
    slugs = [rule.slug for rule in RULES] + [rule.slug for rule in FILE_RULES]
    assert tried == {code for code in codes if code.startswith(FAMILY)}
    assert len(set(codes)) == len(codes)
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize(("level", "expected"), [("warning", ["warning"]), ("note", ["note"]), ("off", [])])
def test_the_policy_sets_levels(level: str, expected: list[str]) -> None:
    """By slug or by code; off is silence."""
    for name in ("no-updates", "OR116"):
        files = {**HEALTHY, POLICY: f"rules:\n  {name}: {{level: {level}}}\n"}
        del files[FIRST], files[LAST]
        assert [p.level for p in review(load(Memory(files), now=NOW).dataset, at=NOW)] == expected


def test_a_waiver_is_reported_with_its_reason() -> None:
    """What is waived becomes a note that carries the reason."""
    files = {**HEALTHY, HEAD: head("waivers:\n  - {rule: no-updates, reason: said by phone}\n")}
    del files[FIRST], files[LAST]
    (problem,) = review(load(Memory(files), now=NOW).dataset, at=NOW)
    assert (problem.level, problem.message) == ("note", "nothing was said yet: there is no update (waived: said by phone)")


def test_neighbours_are_suggested() -> None:
    """An unknown component comes with the nearest known one."""
    files = {**HEALTHY, HEAD: head("components: {chekout: major_outage}\n")}
    (problem,) = review(load(Memory(files), now=NOW).dataset, at=NOW)
    assert problem.hint == "did you mean `checkout`?"
