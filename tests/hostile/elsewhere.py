"""What other systems would give out if attackers had written there: one history for each importer, all of it attacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import answers
import foreign
from hostile.attacks import ATTACKS, WORDS, one_line, quoted

_EACH = 10
"""So many attacks make one record: its title and the words of its updates."""
_ALL = (*ATTACKS, *WORDS)
_NUMBERED = tuple((n // _EACH + 1, _ALL[n : n + _EACH]) for n in range(0, len(_ALL), _EACH))


def _hour(number: int) -> str:
    return f"{8 + number:02d}:00"


def _statuspage() -> dict[str, Any]:
    records = [
        answers.entry(
            f"1nc{parcel:09d}",
            attacks[0],
            *(answers.said(f"u{parcel:05d}{n:06d}", f"{parcel + 5:02d}T{_hour(n)}", "resolved" if n == len(attacks) - 1 else "investigating", f"{words}<br>{words}<p>{words}</p>") for n, words in enumerate(attacks)),
            postmortem_body=attacks[1],
            resolved_at=f"{parcel + 5:02d}T{_hour(len(attacks))}",
            components=[answers.part("c0mpapi00001", attacks[2][:200])],
        )
        for parcel, attacks in _NUMBERED
    ]
    parts = [answers.part(f"c0mp{n:08d}", one_line(words)[:200], description=words) for n, words in enumerate(ATTACKS)]
    return {"incidents.json": answers.answer(incidents=records), "components.json": answers.answer(components=parts)}


def _cstate() -> dict[str, Any]:
    files: dict[str, Any] = {
        "config.yml": f"title: {quoted(ATTACKS[0])}\nbaseURL: https://old.example\nparams:\n  systems:\n    - {{name: {quoted(ATTACKS[1])}, description: {quoted(ATTACKS[2])}}}\n",
    }
    for parcel, attacks in _NUMBERED:
        front = f"title: {quoted(attacks[0])}\nsection: issue\ndate: 2026-10-{parcel:02d}T09:00:00Z\nresolved: true\nresolvedWhen: 2026-10-{parcel:02d}T20:00:00Z\nseverity: down\naffected: [{quoted(attacks[1])}]"
        words = "\n\n".join(f"*Update {n}* - {text} {{{{< track \"2026-10-{parcel:02d} {_hour(n)}:00\" >}}}}" for n, text in enumerate(attacks))
        files[f"content/issues/2026-10-{parcel:02d}-a{parcel}.md"] = f"---\n{front}\n---\n\n{words}\n\n*Post-mortem*\n\n{attacks[2]}\n\n![p](/a b{attacks[3][:40]}.png)\n"
    return files


def _upptime() -> dict[str, Any]:
    issues = [foreign.issue(100 + parcel, f"🛑 {one_line(attacks[0])} is down", attacks[1], "status", "shop") for parcel, attacks in _NUMBERED]
    comments = [foreign.comment(100 + parcel, f"10:{10 + n}", text) for parcel, attacks in _NUMBERED for n, text in enumerate(attacks)]
    sites = [{**site, "name": one_line(text)[:200]} for site, text in zip(foreign.UPPTIME["history/summary.json"], ATTACKS, strict=False)]
    return {**foreign.UPPTIME, "issues.json": issues, "comments.json": comments, "history/summary.json": sites}


def _gcp() -> dict[str, Any]:
    (sample,) = foreign.GCP["incidents.json"]
    return {"incidents.json": [{**sample, "id": f"xK{parcel}", "number": str(parcel), "external_desc": attacks[0], "service_name": one_line(attacks[1])[:200], "updates": _gcp_updates(attacks)} for parcel, attacks in _NUMBERED]}


def _gcp_updates(attacks: tuple[str, ...]) -> list[dict[str, Any]]:
    last = foreign.said_there("12:30", "AVAILABLE", f"# Incident Report\n\n## Summary\n\n{attacks[0]}", attacks[1][:60])
    return [last, *(foreign.said_there(f"10:{10 + n}", "SERVICE_OUTAGE", text, text[:60]) for n, text in enumerate(attacks))]


def _statusfy() -> dict[str, Any]:
    files = {name: value for name, value in foreign.STATUSFY.items() if not name.startswith("content/")}
    for parcel, attacks in _NUMBERED:
        front = f"title: {quoted(attacks[0])}\ndescription: {quoted(attacks[1])}\ndate: 2026-09-{parcel:02d}T10:00:00.000Z\nseverity: major-outage\naffectedsystems: [shop, {quoted(attacks[2])}]\nresolved: false"
        words = "\n\n".join(f"::: update {one_line(text)[:60]} | 2026-09-{parcel:02d}T{_hour(n + 2)}:00.000Z\n{text}\n:::" for n, text in enumerate(attacks))
        files[f"content/2026-09-{parcel:02d}_a.md"] = f"---\nid: a{parcel}\n{front}\n---\n\n{attacks[3]}\n\n{words}\n"
    return files


def _cachet() -> dict[str, Any]:
    sample = foreign.CACHET_2["incidents.json"]["data"][0]
    records = [
        {
            **sample, "id": 10 + parcel, "name": attacks[0], "message": attacks[1],
            "updates": [{"id": parcel * 100 + n, "incident_id": 10 + parcel, "status": 2, "message": text, "created_at": f"2026-11-20 10:{10 + n}:00"} for n, text in enumerate(attacks)],
        }
        for parcel, attacks in _NUMBERED
    ]  # fmt: skip
    return {**foreign.CACHET_2, "incidents.json": {"meta": {"pagination": {"total": len(records)}}, "data": records}}


def _instatus() -> dict[str, Any]:
    (sample,) = foreign.INSTATUS["incidents.json"]
    records = [
        {
            **sample, "id": f"in{parcel}", "name": attacks[0],
            "updates": [{"id": f"u{parcel}{n}", "message": text, "messageHtml": f"<p>{text}</p>", "status": "INVESTIGATING", "started": f"2026-11-20T10:{10 + n}:00.000Z"} for n, text in enumerate(attacks)],
        }
        for parcel, attacks in _NUMBERED
    ]  # fmt: skip
    return {**foreign.INSTATUS, "incidents.json": records}


def _feed() -> dict[str, Any]:
    entries = [
        foreign.atom_entry(
            f"1nc9{parcel:08d}", _escaped(attacks[0]), f"2026-08-{parcel:02d}T20:00:30Z",
            "".join(foreign.line(f"Aug {parcel:2d}", _hour(n), "Update", text) for n, text in enumerate(attacks)), link=f"https://old.example/{parcel}",
        )
        for parcel, attacks in _NUMBERED
    ]  # fmt: skip
    return {"history.atom": foreign.atom(*entries, title=_escaped(ATTACKS[12]))}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_SYSTEMS: tuple[tuple[str, Callable[[], dict[str, Any]]], ...] = (
    ("statuspage", _statuspage), ("cstate", _cstate), ("upptime", _upptime), ("gcp", _gcp), ("statusfy", _statusfy), ("cachet", _cachet), ("instatus", _instatus), ("feed", _feed),
)  # fmt: skip


def histories() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each system that there is an importer for, with the files of its history; what is no text is meant as JSON."""
    for system, files in _SYSTEMS:
        yield system, files()
