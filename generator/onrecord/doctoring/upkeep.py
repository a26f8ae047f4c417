"""What has grown stale: the clone, the installed version, files that came from onrecord, schemas, secrets that are named and not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onrecord import __version__, gitio
from onrecord.doctoring.findings import Finding, Patient
from onrecord.gitio.past import is_shallow
from onrecord.problems import quantity
from onrecord.settings import CHANNELS_FILE
from onrecord.starting.keeping import standings

_PINNED = re.compile(r"^onrecord==([\w.+!-]+)\s*(?:#.*)?$", re.MULTILINE)
_SECRET = re.compile(r"\$\{\{\s*(secrets|vars)\.(\w+)\s*\}\}")
_ANNOUNCE = "ANNOUNCE_"
"""How the names of those secrets begin that the workflow hands over, whether a channel needs them or not."""
_GIVEN = frozenset({"GITHUB_TOKEN", "ONRECORD_FORM"})
"""What the host sets by itself, and what may be left out."""


def clone(patient: Patient) -> Iterator[Finding]:
    """The record is made from the whole history."""
    if gitio.head(patient.root) is None:
        yield Finding(about="git", level="warning", message="nothing is committed here, so nothing proves when anything was said", hint="git init && git add . && git commit")
    elif is_shallow(patient.root):
        yield Finding(about="git", level="warning", message="this clone is shallow: the page cannot say what was changed after publication", hint="git fetch --unshallow")
    elif not gitio.remotes(patient.root):
        yield Finding(about="git", level="note", message="this repository is nowhere but here", hint="git remote add origin ADDRESS && git push -u origin main")


def fetch_depth(patient: Patient) -> Iterator[Finding]:
    """A workflow that builds from a shallow clone publishes a page without a record."""
    for path, text in patient.files.items():
        builds = "onrecord build" in text or "onrecord audit" in text
        if builds and not re.search(r"fetch-depth:\s*0|GIT_DEPTH:\s*[\"']?0", text):
            yield Finding(about="fetch-depth", level="error", message=f"{path} builds from a clone without the whole history", hint="check out with `fetch-depth: 0` (GitLab: `GIT_DEPTH: 0`)")


def version(patient: Patient) -> Iterator[Finding]:
    """What the workflows install, and what runs here."""
    pinned = _PINNED.search(patient.files.get("requirements.txt", ""))
    if pinned is not None and pinned[1] != __version__:
        yield Finding(about="version", level="warning", message=f"the workflows install onrecord {pinned[1]}, and this is {__version__}", hint="onrecord upgrade, or install the same here: python -m pip install -r requirements.txt")


def drift(patient: Patient) -> Iterator[Finding]:
    """Files that came from onrecord, and are not what this version would lay out."""
    if patient.kept is None:
        return
    found = list(standings(patient.kept, lambda path: _bytes(patient, path)))
    behind = [one.path for one in found if one.state in {"behind", "new", "both", "dropped", "in the way"}]
    gone = [one.path for one in found if one.state == "gone" and one.path.startswith((".github/", ".gitlab-ci"))]
    if behind:
        yield Finding(about="drift", level="warning", message=f"{quantity(len(behind), 'file')} from an older onrecord: {', '.join(behind)}", hint="onrecord upgrade")
    if gone:
        yield Finding(about="drift", level="note", message=f"you have removed {', '.join(gone)}", hint="nothing, if that was meant")


def secrets(patient: Patient) -> Iterator[Finding]:
    """What the workflows ask the host for. Whether it is there, only the host knows. Channels that nobody has set up ask for nothing."""
    announced = {name for channel in patient.channels for name in channel.variables}
    for kind, told in (("secrets", "secrets"), ("vars", "variables")):
        asked = {found[2] for text in patient.files.values() for found in _SECRET.finditer(text) if found[1] == kind} - _GIVEN
        names = sorted(name for name in asked if not name.startswith(_ANNOUNCE) or name in announced)
        if names:
            yield Finding(about="secrets", level="note", message=f"the workflows ask for the {told} {', '.join(names)}", hint="see that they are set in the environment that the workflow names, at the host; README.md says what each is")


def channels(patient: Patient) -> Iterator[Finding]:
    """A channel whose variable no workflow hands over is told nothing."""
    workflows = [(path, text) for path, text in patient.files.items() if "onrecord announce" in text]
    if patient.channels and not workflows:
        yield Finding(about="channels", level="warning", message=f"{CHANNELS_FILE} names channels, and no workflow announces", hint="onrecord upgrade brings the one that does; without a workflow, run `onrecord announce --send` after each deployment")
    for path, text in workflows:
        missing = sorted({name for channel in patient.channels for name in channel.variables if name not in text})
        if missing:
            yield Finding(about="channels", level="warning", message=f"{path} does not hand over {', '.join(missing)}, which {CHANNELS_FILE} names", hint="add a line for each to the `env` of the step that announces, and the secret at the host")


def _bytes(patient: Patient, path: str) -> bytes | None:
    try:
        return (patient.root / path).read_bytes()
    except OSError:
        return None
