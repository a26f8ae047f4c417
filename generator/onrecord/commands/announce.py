"""`onrecord announce`: what is new on the page, to each channel that wants it; it shows what it would send, and sends with `--send`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.channels import AnnouncedChannel
from onrecord.commands.options import instant
from onrecord.files import WorkTree
from onrecord.gitio import GitFailed, Head, head, notes, past
from onrecord.loading import load
from onrecord.loading.site import site_of
from onrecord.problems import did_you_mean, in_order
from onrecord.publications import LIVE
from onrecord.settings import CACHE_FOLDER, CHANNELS_FILE, COMPONENTS_FILE
from onrecord.times import now as clock

if TYPE_CHECKING:
    from onrecord.announcing.ledger import Ledger
    from onrecord.announcing.planning import Bounds, Delivery
    from onrecord.announcing.previous import Previous
    from onrecord.model import Dataset, PolicyFile


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was asked for, and the commit that is announced."""

    root: Path
    where: str
    commit: Head
    now: datetime
    force: bool
    form: str
    whole: bool
    """Whether every channel is told, and not only some that were named."""


@click.command("announce")
@click.option("--previous", "where", metavar="WHERE", default=LIVE, show_default=True, help="The page before this one: the folder or address of a published site or its build.json, a commit, or `live` for the site's own address.")
@click.option("--send", is_flag=True, help="Send. Without it nothing leaves this machine.")
@click.option("--channel", "wanted", metavar="NAME", multiple=True, help="Only to that channel; once for each.")
@click.option("--force", is_flag=True, help="Also what is older than a day, more than five updates, brief outages, and what may have been sent by a run that died.")
@click.option("--no-push", "local", is_flag=True, help="Leave what was sent in the git notes here; whoever runs this pushes refs/notes/announced.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people, or for tools.")
@click.option("--now", "set_clock", callback=instant, envvar="ONRECORD_NOW", metavar="TIME", help="Set the clock. Also ONRECORD_NOW.")
@click.pass_obj
def command(root: Path, *, where: str, send: bool, wanted: tuple[str, ...], force: bool, local: bool, form: str, set_clock: datetime | None) -> int:
    """Tell each channel of channels.yml what is new since the last publication.

    New is what the page did not say before. Nothing is sent twice: what was sent is kept in git
    notes, which are fetched from and pushed to the remote. Exit code 1 means that a channel could not be told.
    """
    from onrecord.announcing.previous import NothingKnown
    from onrecord.commands import announced

    now = set_clock or clock()
    data = load(WorkTree(root), now=now, only=(COMPONENTS_FILE,)).dataset
    channels = _channels(root, data, wanted)
    if not channels:
        click.echo(f"Nobody is told anything: there are no channels in {CHANNELS_FILE}", err=True)
        return 0
    asked = _Asked(root=root, where=where, commit=_published(root, send=send), now=now, force=force, form=form, whole=not wanted)
    with ExitStack() as stack:
        if send:
            _demand(channels, wanted)
            stack.enter_context(_alone(root))
        remote = _remote(root, send=send)
        try:
            before, planned, bounds = _planned(asked, data.policy, channels)
        except NothingKnown as error:
            click.echo(f"Nothing {'was' if send else 'would be'} sent: what the page said before this is not known. {error}\n  {error.hint}", err=True)
            return 1 if send and not error.first else 0
        if not send:
            return announced.show(planned, before.commit, before.where, form)
        return _sent(asked, planned, bounds, None if local else remote)


def _channels(root: Path, data: Dataset, wanted: Sequence[str]) -> tuple[AnnouncedChannel, ...]:
    """The channels of channels.yml, or those that are asked for.

    Raises:
        click.ClickException: the file has problems, so nobody is told anything.
    """
    from onrecord.announcing.looking import channels_of

    channels, problems = channels_of(WorkTree(root), data)
    if problems:
        raise click.ClickException("\n".join(["nobody is told anything until this is mended", *map(str, in_order(problems))]))
    known = [channel.id for channel in channels]
    for name in wanted:
        if name not in known:
            raise click.UsageError(f"--channel: there is no channel `{name}` in {CHANNELS_FILE}; {did_you_mean(name, known) or 'it has none'}")
    return tuple(channel for channel in channels if not wanted or channel.id in wanted)


def _published(root: Path, *, send: bool) -> Head:
    """The commit that is announced.

    Raises:
        click.ClickException: there is none, or what lies here is not what it holds.
    """
    found = head(root)
    if found is None:
        raise click.ClickException("there is no commit here, so nothing was published: run this in the clone that the site is built from")
    if send and found.dirty:
        raise click.ClickException("the work tree differs from its commit, and only what is published is announced: commit and publish first")
    return found


def _demand(channels: Sequence[AnnouncedChannel], wanted: Sequence[str]) -> None:
    """Raises click.UsageError where a channel is asked for by name and cannot be told: its variables are empty."""
    from onrecord.commands.announced import missing

    for channel in channels:
        if wanted and missing(channel):
            raise click.UsageError(f"--channel {channel.id}: {missing(channel)}")


def _alone(root: Path) -> ExitStack:
    """Keeps a second run on this machine waiting: it would not know what the first one is sending."""
    from filelock import FileLock

    folder = root / CACHE_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    held = ExitStack()
    held.enter_context(FileLock(folder / "announce.lock"))
    return held


def _remote(root: Path, *, send: bool) -> str | None:
    """Fetches what others have noted, and says where notes go.

    Raises:
        click.ClickException: it cannot be fetched, so nobody knows what was sent.
    """
    from onrecord.announcing.ledger import LEDGER

    remote = notes.remote_of(root)
    try:
        if remote is not None:
            notes.fetch(root, remote, LEDGER)
    except GitFailed as error:
        if send:
            raise click.ClickException(f"nothing was sent: what was sent before cannot be fetched. {error}") from None
        click.echo(f"warning: what was sent before could not be fetched, so some of this may be old: {error}", err=True)
    return remote


def _planned(asked: _Asked, policy: PolicyFile, channels: Sequence[AnnouncedChannel]) -> tuple[Previous, list[Delivery], Bounds]:
    """The page before this one, every message with its fate, and what was known when it was decided.

    Raises:
        NothingKnown: nobody knows what the page before this one said.
        click.ClickException: templates or git notes cannot be read.
    """
    from onrecord.announcing import ledger as keeping
    from onrecord.announcing.choosing import choose, known, touched
    from onrecord.announcing.planning import Bounds, plan
    from onrecord.announcing.previous import previous
    from onrecord.commands.proposing import letters_of
    from onrecord.snapshot import derive

    root, now = asked.root, asked.now
    before = previous(asked.where, root, asked.commit.commit, site_of(WorkTree(root), policy).url)
    try:
        ledger = keeping.read(notes.lines(root, keeping.LEDGER))
        bases = dict.fromkeys([before.commit, *([ledger.looked[1]] if ledger.looked and _holds(root, ledger.looked[1]) else [])])
        folders = touched(root, bases, ledger.waiting())
        states = [known(root, base, folders, now) for base in bases]
    except GitFailed as error:
        raise click.ClickException(f"nothing was sent: {error}") from None
    hooked = any(channel.webhook for channel in channels) and bool(folders)
    only = None if hooked else (*sorted(folders), COMPONENTS_FILE)
    whole = load(WorkTree(root), now=now, only=only, versions=lambda path: past.versions(root, path)).dataset
    bounds = Bounds(data=whole, ledger=ledger, letters=letters_of(root, policy), whole=derive(whole, now), now=now, force=asked.force)
    return before, plan(choose(whole, folders, states, ledger.waiting()), channels, bounds), bounds


def _holds(root: Path, commit: str) -> bool:
    from onrecord import gitio

    try:
        gitio.commit(root, commit)
    except GitFailed:
        return False
    return True


def _sent(asked: _Asked, planned: Sequence[Delivery], bounds: Bounds, remote: str | None) -> int:
    """Sends what is to be sent, and says what became of it."""
    from onrecord.announcing import ledger as keeping
    from onrecord.announcing.running import Desk, run
    from onrecord.commands import announced

    notebook = _Notebook(asked.root, asked.commit.commit, remote, bounds.ledger)
    ready = [delivery for delivery in planned if delivery.fate == "send" and not announced.missing(delivery.channel)]
    desk = Desk(values=os.environ, site=bounds.letters.site, clock=clock, keep=notebook.keep)
    report = announced.Report(asked.form)
    try:
        for outcome in run(ready, desk):
            report.add(outcome)
        # What cannot be put into words yet waits, as for a channel that fails.
        stuck = [delivery for delivery in planned if delivery.fate == "broken" and bounds.ledger.state(delivery.key, delivery.channel.id) is None]
        notebook.keep([keeping.Line(at=clock(), state="failed", key=delivery.key, channel=delivery.channel.id) for delivery in stuck])
        if asked.whole and (ready or bounds.ledger.looked is None):
            notebook.note(keeping.looked(clock(), asked.commit.commit))
    except GitFailed as error:
        report.broken = f"stopped, as what is sent cannot be kept in git notes, and a second run would send it again: {error}"
    return report.close(planned)


class _Notebook:
    """The lines of this run, each noted beside the commit that is announced, and pushed at once where there is a remote."""

    def __init__(self, root: Path, commit: str, remote: str | None, ledger: Ledger) -> None:
        self._root, self._commit, self._remote = root, commit, remote
        self._ledger = ledger

    def keep(self, lines: Sequence[object]) -> frozenset[tuple[str, str]]:
        """Keeps the lines; by key and channel, what another run has sent since ours began."""
        from onrecord.announcing import ledger as keeping

        if not lines or not self.note("\n".join(map(str, lines))):
            return frozenset()
        newer = keeping.read(notes.lines(self._root, keeping.LEDGER)).states
        return frozenset(which for which, state in newer.items() if state == "sent" and self._ledger.states.get(which) != "sent")

    def note(self, text: str) -> bool:
        """Notes that; whether others had noted something meanwhile.

        Raises:
            GitFailed: git or the remote refused.
        """
        from onrecord.announcing.ledger import LEDGER

        notes.append(self._root, LEDGER, self._commit, text)
        return self._remote is not None and notes.push(self._root, self._remote, LEDGER)
