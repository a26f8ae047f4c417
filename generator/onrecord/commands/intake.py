"""`onrecord intake`: an alert becomes a draft that somebody must finish before it is published, or adds to what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from onrecord.alerting import SYSTEMS, Alert, BadDelivery, Delivery, System, advice, component_of, read
from onrecord.alerting.reading import MOST_BYTES
from onrecord.authoring import Draft, Facts, add_update, new_record
from onrecord.commands import drafts, values
from onrecord.commands.desk import Desk, facts, open_records, sit_down, tail
from onrecord.commands.manner import Manner
from onrecord.commands.options import instant
from onrecord.commands.sending import send
from onrecord.gitio import GitFailed, writing
from onrecord.model import EFFECT_RANK, Component, Effect, IncidentFile, Kind, Status, UpdateFile
from onrecord.problems import Problem
from onrecord.settings import COMPONENTS_FILE, POLICY_FILE
from onrecord.snapshot.records import IncidentView
from onrecord.times import DAY, now, stamp

_BLANK = "leftover-blank"
_SHOWN = 10
_REQUEST = """\
An alert proposed this, and nobody has read it yet. Before you merge:

1. Fill in the blanks `[[…]]` in `{folder}`: what customers notice, in their words. `onrecord check` stays red until then.
2. See whether the parts, their effects and the severity are right. They come from the alert, and it does not know what customers feel.
3. If it took you more than a few minutes, set `at` and `next_update_by` in the new update anew.

Merging publishes it. If customers notice nothing, close this.
"""


@click.command("intake")
@click.argument("file", default="-", type=click.File("rb"))
@click.option("--from", "system", type=click.Choice(SYSTEMS), help="Who sent it. Without it: what it looks like.")
@click.option("--notes", is_flag=True, help="Keep what the alerts say in an internal file beside the record. Only where strangers cannot read the repository.")
@click.option("--dry-run", is_flag=True, help="Show the diff, and write nothing.")
@click.option("--commit", is_flag=True, help="Commit it, on a branch of its own for this group of alerts.")
@click.option("--push", is_flag=True, help="Commit, and send that branch.")
@click.option("--pr", is_flag=True, help="Commit, send it, and open a pull request with `gh`.")
@click.option("--now", "clock", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock. Also ONRECORD_NOW.")
@click.pass_obj
def command(
    root: Path, *, file: BinaryIO, system: System | None, notes: bool, dry_run: bool, commit: bool, push: bool, pr: bool, clock: datetime | None
) -> int:
    """Make a draft of an alert.

    FILE holds the webhook of Alertmanager or PagerDuty, or lines of `key=value`; `-` or none is
    standard input. Parts are found by `alerts` in components.yml. A draft has blanks: `check`
    refuses it, and no alert's word is in it, until somebody has filled them in.
    """
    if file.isatty():
        raise click.UsageError("nothing was handed over: name a file with the delivery, or pipe it in, as in `onrecord intake delivery.json`")
    try:
        delivery = read(file.read(MOST_BYTES + 1), system)
    except BadDelivery as error:
        raise click.ClickException(f"{error}" + (f"\n    hint: {error.hint}" if error.hint else "")) from None
    moment = clock or now()
    manner = Manner(message=None, editor=False, yes=True, at=moment, now=moment, dry_run=dry_run, commit=commit, push=push, pr=pr)
    if manner.commits and not dry_run:
        _take_up(root, delivery, moment)
    desk = sit_down(root, moment, standing=True)
    draft = _Intake(desk, delivery, moment).draft()
    if draft is None:
        return 0
    return _write(root, _with_notes(root, draft, delivery, manner) if notes else draft, manner)


def _take_up(root: Path, delivery: Delivery, moment: datetime) -> None:
    """Goes on where a draft of this group still waits since yesterday at most, so that the same alert opens no second one."""
    try:
        if not writing.in_repository(root):
            raise click.UsageError("this is no git repository, so there is nothing to commit to: leave --commit, --push and --pr out")
        waiting = writing.take_up_branch(root, f"{delivery.branch}-", moment - DAY)
        if waiting:
            click.echo(f"a draft of this group waits on {waiting}; going on there")
    except GitFailed as error:
        raise click.ClickException(str(error)) from None


# ---------------------------------------------------------------- what is proposed


@dataclass(frozen=True, slots=True)
class _Intake:
    """One delivery in one repository: what it proposes, said aloud as it is found."""

    desk: Desk
    delivery: Delivery
    now: datetime

    def draft(self) -> Draft | None:
        """A new record, or a further update of one that is open; None where nothing is to be written."""
        firing = [alert for alert in self.delivery.alerts if alert.firing]
        mapped = self._mapped(firing or self.delivery.alerts)
        known = self._known(mapped)
        if not firing:
            return self._ended(known, mapped)
        if not mapped:
            click.echo("No component is named by these alerts, so there is nothing to draft.")
            return None
        return self._added(known, mapped) if known else self._opened(mapped)

    def _mapped(self, alerts: tuple[Alert, ...] | list[Alert]) -> dict[str, Effect]:
        """The components that the alerts are about, with the worst that they hint at. Names those that are about none."""
        felt: dict[str, Effect] = {}
        strange: list[Alert] = []
        for alert in alerts:
            part = component_of(alert, self.desk.parts.values())
            if part is None:
                strange.append(alert)
                continue
            effect = Effect.partial_outage if alert.is_grave else Effect.degraded_performance
            felt[part.id] = max(effect, felt.get(part.id, effect), key=EFFECT_RANK.__getitem__)
        for alert in strange[:_SHOWN]:
            click.echo(f"not mapped: {alert.name}\n  if customers notice it, add to its component in {COMPONENTS_FILE}:\n    {advice(alert)}")
        if len(strange) > _SHOWN:
            click.echo(f"… and {len(strange) - _SHOWN} more that are not mapped")
        if self.delivery.left_out:
            click.echo(f"the system left out {self.delivery.left_out} more alerts of this group")
        return {part: felt[part] for part in self.desk.parts if part in felt}

    def _known(self, felt: Mapping[str, Effect]) -> IncidentView | None:
        """The open incident that has one of these alerts; else, while something fires, the newest that names one of these parts."""
        views = [view for view in open_records(self.desk) if view.kind is Kind.incident and not view.source.head.drill]
        keys = {alert.key for alert in self.delivery.alerts}
        same = next((view for view in views if keys & _keys(view)), None)
        if same is not None or not any(alert.firing for alert in self.delivery.alerts):
            return same
        return next((view for view in views if any(effect is not Effect.operational and part in felt for part, effect in view.now)), None)

    def _opened(self, felt: dict[str, Effect]) -> Draft:
        names = ", ".join(self.desk.name(part) for part in felt)
        since = min((alert.since for alert in self.delivery.alerts if alert.firing and alert.since), default=self.now)
        started, severity = min(since, self.now), values.severity_of(felt.values())
        head = IncidentFile.model_validate(
            {"title": f"{names}: [[what customers notice]]", "severity": severity, "components": felt, "started": started, "detected": started, "alerts": self._new()}
        )
        first = UpdateFile(at=self.now, status=Status.investigating, next_update_by=values.next_word(self.desk, None, severity, self.now))
        named = Facts(id=self.desk.new_id(started, names), kind=Kind.incident, tail=tail)
        words = "[[What customers notice, who, and since when.]] We are looking into it, and are sorry for the trouble."
        return self._proposed(new_record(named, head, first, words))

    def _added(self, view: IncidentView, felt: dict[str, Effect]) -> Draft | None:
        """A further update where the alerts say something new: another part, or that it is back after it seemed to be over."""
        feels = dict(view.now)
        more = {part: effect for part, effect in felt.items() if feels.get(part, Effect.operational) is Effect.operational}
        if not more:
            click.echo(f"{view.id} is about this already; there is nothing new for customers in it.")
            return None
        status = Status.investigating if view.status is Status.monitoring else view.status or Status.investigating
        words = "[[What customers notice now, and who.]] We are looking into it."
        return self._further(view, UpdateFile.model_validate({**self._said(view, status), "components": more, "alerts": self._new(_keys(view))}), words)

    def _ended(self, view: IncidentView | None, parts: Mapping[str, Effect]) -> Draft | None:
        """What is over for the alerts is watched first: that it is resolved, a person says."""
        if view is None:
            click.echo("These alerts are over, and no open incident is about them.")
            return None
        if view.status is Status.monitoring:
            click.echo(f"{view.id} is `monitoring` already; when it is over for customers, say so: onrecord resolve {view.id}")
            return None
        others = len(_keys(view) - {alert.key for alert in self.delivery.alerts})
        if others:
            click.echo(f"{view.id} is about {others} more alert{'s' if others > 1 else ''}, of which this says nothing.")
        words = "[[What works again, and since when.]] We are watching it before we call it over."
        better = {part: Effect.operational for part, effect in view.now if part in parts and effect is not Effect.operational}
        return self._further(view, UpdateFile.model_validate({**self._said(view, Status.monitoring), "components": better}), words)

    def _said(self, view: IncidentView, status: Status) -> dict[str, object]:
        return {"at": self.now, "status": status, "next_update_by": values.next_word(self.desk, None, view.severity, self.now)}

    def _further(self, view: IncidentView, update: UpdateFile, words: str) -> Draft:
        click.echo(f"adding to {view.id}")
        return self._proposed(add_update(facts(view), update, words))

    def _proposed(self, draft: Draft) -> Draft:
        request = _REQUEST.format(folder=draft.folder)
        return replace(draft, about=f"draft, {draft.status}", onto=f"{self.delivery.branch}-{self.now:%Y%m%d}", request=request)

    def _new(self, known: frozenset[str] = frozenset()) -> list[str]:
        """The keys of the alerts that fire about a part, but for those that are known."""
        parts: list[Component] = list(self.desk.parts.values())
        found = (alert.key for alert in self.delivery.alerts if alert.firing and component_of(alert, parts))
        return [key for key in dict.fromkeys(found) if key not in known]


def _keys(view: IncidentView) -> frozenset[str]:
    return frozenset((*view.source.head.alerts, *(key for update in view.source.updates for key in update.head.alerts)))


def _with_notes(root: Path, draft: Draft, delivery: Delivery, manner: Manner) -> Draft:
    """The draft with what the alerts say beside it; without, where a commit would carry that to people outside."""
    path = f"{draft.folder}/{stamp(manner.now)}-alerts-{tail()}.internal.md"
    whole = replace(draft, files={**draft.files, path: _kept(delivery, manner.now)})
    if manner.commits and drafts.judged(root, whole, manner.now).inside:
        click.echo(f"What the alerts say is not kept: nobody has said that this repository is private. If it is, say `record: {{visibility: private}}` in {POLICY_FILE}.")
        return draft
    return whole


def _kept(delivery: Delivery, moment: datetime) -> bytes:
    """What the alerts say, for people inside: each sign as text, so that nothing in it is a link or a heading."""
    lines = [f"# Alerts at {moment:%Y-%m-%d %H:%M} UTC", "", "Internal: this file is on no page and in no message.", ""]
    for alert in delivery.alerts:
        told = {"state": "firing" if alert.firing else "over", "since": f"{alert.since:%Y-%m-%d %H:%M:%S} UTC" if alert.since else "", "key": alert.key}
        lines.append(f"    {alert.name}")
        lines += [f"      {name}: {' '.join(text.split())}" for name, text in {**told, **alert.labels, **alert.notes}.items() if text]
        lines.append("")
    return "\n".join(lines).encode("utf-8", "replace")


# ---------------------------------------------------------------- writing


def _write(root: Path, draft: Draft, manner: Manner) -> int:
    """Writes the draft, blanks and all; anything else that `check` would refuse is refused here too."""
    found = drafts.judged(root, draft, manner.now)
    wrong: list[Problem] = [problem for problem in found.new if problem.level == "error" and problem.slug != _BLANK]
    if wrong:
        drafts.refuse(wrong, "")
        return 1
    if manner.dry_run:
        click.echo(f"{drafts.diff(draft)}\nNothing was written. Without --dry-run it is.")
        return 0
    drafts.ready_to_commit(root, draft, manner, found)
    if manner.commits:
        draft = _on_its_branch(root, draft)
    drafts.write(root, draft)
    for path in draft.files:
        click.echo(f"wrote {path}")
    sent = send(root, draft, manner) if manner.commits else 0
    click.echo(f"It is a draft: fill in what stands in [[…]], and see whether the parts and their effects are right.\nNext: onrecord check {draft.folder}")
    return sent


def _on_its_branch(root: Path, draft: Draft) -> Draft:
    """The draft on a branch that is never the one that is published: nobody has read this yet."""
    try:
        current = writing.current_branch(root) or ""
        waits = current.startswith(draft.onto.rpartition("-")[0])
        return replace(draft, onto=current if waits else writing.start_branch(root, writing.unused_branch(root, draft.onto)))
    except GitFailed as error:
        raise click.ClickException(f"the draft was not written, as its branch cannot be made: {error}") from None
