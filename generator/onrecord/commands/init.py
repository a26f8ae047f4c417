"""`onrecord init`: a new status repository that builds, checks and deploys as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

import click

from onrecord.commands import asking
from onrecord.commands.schema import schema_files
from onrecord.files import write_atomically
from onrecord.gitio import GitFailed, writing
from onrecord.starting.answers import (
    HOSTS,
    Answers,
    BadAnswer,
    Host,
    Part,
    address,
    components,
    contact_of,
    language,
    line_of,
    requirement,
    time_zone,
)
from onrecord.starting.hosts import setting_up
from onrecord.starting.keeping import KEPT_FILE, blob_id, read_back, written_down
from onrecord.starting.layout import Laid, layout

T = TypeVar("T")
_TAKEN = ("mkdocs.yml", "site_src", "incidents", KEPT_FILE)
"""Where one of these is, a page is there already."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", metavar="NAME", help="What the page is called, such as `Example status`.")
@click.option("--url", metavar="ADDRESS", help="Where it will be, such as https://status.example.com/.")
@click.option("--component", "parts", multiple=True, metavar="ID[=NAME]", help="A part to report on.")
@click.option("--host", type=click.Choice(get_args(Host)), help="Where it is put online; left out, GitHub Pages.")
@click.option("--time-zone", "zone", metavar="ZONE", help="The zone in which the page's days begin; left out, UTC.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="A language of the page, the first one at its root; left out, en.")
@click.option("--contact", metavar="ADDRESS", default="", help="Where customers reach people: https or mailto.")
@click.option("--visibility", type=click.Choice(("private", "public", "unknown")), default="unknown", show_default=True, help="Who can read the repository.")
@click.option("--package", metavar="REQUIREMENT", help="What the workflows install: a requirement of pip's, a wheel's path, an address. Left out, this version.")
@click.option("--yes", is_flag=True, help="Ask nothing, and guess what is not said.")
@click.option("--no-git", is_flag=True, help="Only write the files: no repository, no commit.")
@click.pass_obj
def command(
    root: Path,
    *,
    folder: Path,
    name: str | None,
    url: str | None,
    parts: Sequence[str],
    host: Host | None,
    zone: str | None,
    languages: Sequence[str],
    contact: str,
    visibility: Literal["private", "public", "unknown"],
    package: str | None,
    yes: bool,
    no_git: bool,
) -> int:
    """Lay out a new status repository in DIR: its parts, policy, pages and messages, and the workflows of its host.

    What is not said is asked for. Nothing that lies in DIR is overwritten.
    """
    target = root / folder
    _demand_room(target)
    ask = _Questions(target, asks=asking.on_terminal() and not yes)
    if not (ask.asks or yes):
        _demand_said({"--name": name, "--url": url, "--component": parts})
    try:
        answers = Answers(
            name=line_of(name) if name else ask.name(),
            url=address(url) if url else ask.url(),
            components=components(parts) if parts else ask.parts(),
            host=host or ask.host(),
            time_zone=time_zone(zone) if zone else ask.zone(),
            languages=tuple(map(language, languages)) or ("en",),
            contact=contact_of(contact),
            visibility=visibility,
            **({"package": requirement(package)} if package else {}),
        )
    except BadAnswer as error:
        raise click.UsageError(f"{error}; {error.hint}") from None
    files = layout(answers)
    _demand_same(target, files)
    _write(target, files, answers)
    click.echo(_told(folder, files, answers, "" if no_git else _committed(target)))
    return 0


def _demand_said(given: dict[str, str | Sequence[str] | None]) -> None:
    missing = [option for option, value in given.items() if not value]
    if missing:
        raise click.UsageError(f"nobody is there to be asked; give {', '.join(missing)}, or --yes to begin with guesses")


def _demand_room(target: Path) -> None:
    """Refuses to lay a page out over another one, but for one of which a run was stopped."""
    if _is_begun(target):
        return
    taken = next((name for name in _TAKEN if (target / name).exists()), None)
    if taken is not None:
        raise click.UsageError(f"{target} is no place for a new page: `{taken}` is there already\n  to bring its workflows up to date, run `onrecord upgrade` there")


def _is_begun(target: Path) -> bool:
    """Whether a run was stopped there: it remembers that it began, and not yet what it wrote."""
    try:
        return not read_back((target / KEPT_FILE).read_bytes()).files
    except (OSError, BadAnswer):
        return False


def _demand_same(target: Path, files: Sequence[Laid]) -> None:
    """Refuses to go on from a run that was stopped with other answers: half the page would bear another name."""
    ours = [file for file in files if file.path.startswith(_TAKEN)]
    other = next((file.path for file in ours if (target / file.path).is_file() and (target / file.path).read_bytes() != file.data), None)
    if other is not None:
        raise click.UsageError(f"a run was stopped in {target}, and its `{other}` says something else: give the same answers as then, or remove what it laid out")


class _Questions:
    """What is not said on the command line: asked for on a terminal, guessed where nobody is asked."""

    def __init__(self, target: Path, *, asks: bool) -> None:
        self.asks = asks
        self._folder = target.resolve().name

    def name(self) -> str:
        words = self._folder.replace("-", " ").replace("_", " ").strip().capitalize() or "Service"
        return self._line("What is the page called?", words if "status" in words.lower() else f"{words} status", line_of)

    def url(self) -> str:
        return self._line("At which address will it be?", "https://status.example.com/", address)

    def parts(self) -> tuple[Part, ...]:
        return self._line("What does it report on? The parts, with commas between them", "Website, API", _listed)

    def zone(self) -> str:
        return self._line("In which time zone do its days begin?", "UTC", time_zone)

    def host(self) -> Host:
        if not self.asks:
            return "github"
        return cast(Host, asking.choose("Where is it put online?", {str(key): name for key, name in HOSTS.items()}, "github"))

    def _line(self, question: str, guess: str, read: Callable[[str], T]) -> T:
        return asking.line(question, guess, check=_complaining(read)) if self.asks else read(guess)


def _listed(text: str) -> tuple[Part, ...]:
    return components([piece for piece in text.split(",") if piece.strip()])


def _complaining(read: Callable[[str], T]) -> Callable[[str], T]:
    """The same, with a complaint after which the question is asked again."""

    def checked(text: str) -> T:
        try:
            return read(text)
        except BadAnswer as error:
            raise click.UsageError(f"{error}; {error.hint}") from None

    return checked


# ---------------------------------------------------------------- writing


def _write(target: Path, files: Sequence[Laid], answers: Answers) -> None:
    """Writes every file that is not there yet: first that this was begun, and last what is there."""
    try:
        write_atomically(target / KEPT_FILE, written_down(answers.host, answers.package, {}))
        for file in files:
            if not (target / file.path).exists():
                write_atomically(target / file.path, file.data)
        for path, data in schema_files(target).items():
            write_atomically(path, data)
        kept = {file.path: blob_id(file.data) for file in files if file.kept}
        write_atomically(target / KEPT_FILE, written_down(answers.host, answers.package, kept))
    except OSError as error:
        raise click.ClickException(f"not everything was written: {error}; make room or mend the rights, and run the same again: it goes on from there") from None


def _committed(target: Path) -> str:
    """What became of the first commit, in words; a machine without git, or a git without a name, is no reason to fail."""
    try:
        writing.start_repository(target)
        return f"Committed as {writing.commit_everything(target, 'Begin the status page')}."
    except GitFailed as error:
        return f"Not committed: {error.said.strip().splitlines()[0] if error.said.strip() else 'git could not'}. Commit it yourself."


# ---------------------------------------------------------------- words


def _told(folder: Path, files: Sequence[Laid], answers: Answers, committed: str) -> str:
    first = answers.components[0].id
    lines = [
        f"Laid out {answers.name} in {folder}: {len(files)} files, for {HOSTS[answers.host]}.",
        *([committed] if committed else []),
        "",
        "Yours to edit now:",
        "  site_src/components.yml    the parts, in the order in which customers see them",
        "  site_src/policy.yml        what each severity means and obliges to, who speaks",
        "  site_src/pages/about.md    what customers read about this page",
        "",
        "To look at it:",
        f"  cd {folder}",
        "  onrecord serve",
        "To rehearse, and to speak for the first time:",
        "  onrecord drill start database-cluster --speed 10",
        f'  onrecord open "Checkout errors" --component {first}=partial_outage --next 30m',
        "",
        f"To get it online with {HOSTS[answers.host]}, push it there, and then:",
        "",
        setting_up(answers.host).split("\n\n", 1)[-1],
        "",
        "Then:  onrecord doctor",
    ]
    return "\n".join(lines)
