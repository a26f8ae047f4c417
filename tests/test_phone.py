"""The form for a phone, run step by step against a real repository: what is typed is said, and can do nothing else."""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

import repositories
from onrecord import cli
from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.snapshot import derive
from onrecord.times import parse_instant
from repositories import clone, git
from workflows import ROOT, TEXTS, WORKFLOWS, events, needed, read, rights, run

_SPEC = importlib.util.spec_from_file_location("say", ROOT / ".github/scripts/say.py")
assert _SPEC is not None
assert _SPEC.loader is not None
say = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(say)

FILES = {
    "site_src/components.yml": "components:\n  - {id: checkout, name: Checkout}\n  - {id: api, name: API}\n",
    "mkdocs.yml": "site_name: A\nsite_url: https://a.example/\ntheme: {name: material, font: false}\nplugins: [onrecord]\n",
    ".github/scripts/say.py": (ROOT / ".github/scripts/say.py").read_bytes(),
}
ID = "2026-11-21-checkout-errors"
FOLDER = f"incidents/2026/{ID}"
OPEN = {"DO": "open", "TITLE": "Checkout errors", "COMPONENT": "checkout", "EFFECT": "partial_outage", "SEVERITY": "(as before)", "MESSAGE": "Payments fail."}
PERSON = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "robin"), ("EMAIL", "robin@example.com"))}


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A bare repository with a page, as it lies at the host."""
    repositories.commit(tmp_path / "first", FILES)
    git(tmp_path, "clone", "--quiet", "--bare", str(tmp_path / "first"), str(tmp_path / "origin.git"))
    return tmp_path / "origin.git"


def written(root: Path, now: str = "2026-11-21T14:00:00Z", **typed: str) -> tuple[int, dict[str, str], str]:
    """Runs the job that writes: its exit code, its outputs, and its summary."""
    code, outputs, log = run(root, "incident.yml", "write", "Say it", **PERSON, ONRECORD_NOW=now, **typed)
    token = log.splitlines()[0].removeprefix("::stop-commands::")
    assert log.endswith(f"::{token}::\n"), "what was typed must not be taken for a command"
    return code, outputs, (root.parent / "summary.md").read_text(encoding="utf-8")


def sent(root: Path, said: Mapping[str, str], **more: str) -> tuple[int, dict[str, str], str]:
    """Runs the job that sends, with what the other one hands on."""
    handed = {name.upper(): value for name, value in said.items()}
    fixed = {"RUN": "7-1", "PAGE": "https://git.example/page", "GH_TOKEN": "secret", "PATH": f"{root.parent}{os.pathsep}{os.environ['PATH']}"}
    return run(root, "incident.yml", "send", "Send it", **PERSON, **fixed, **handed, **more)


def test_from_the_form_to_main(origin: Path) -> None:
    """Opened, and on main: the files of the verb, its commit, the person who filled in the form."""
    code, said, summary = written(clone(origin, "write"), **OPEN, STATUS="identified", NEXT="45m")
    assert code == 0, summary
    assert (said["record"], said["subject"]) == (ID, f"incident({ID}): identified")
    assert "  | Payments fail." in summary
    assert "A maintenance, a plan" in summary
    code, outputs, log = sent(clone(origin, "send"), said)
    assert (code, outputs) == (0, {"sent": "main"}), log
    root = clone(origin, "look")
    assert git(root, "log", "-1", "--format=%an %ae %s").strip() == f"robin robin@example.com incident({ID}): identified"
    assert git(root, "diff", "--name-status", "HEAD~1").split()[::2] == ["A", "A"]
    (update,) = (root / FOLDER / "updates").iterdir()
    assert update.read_text() == "---\nat: 2026-11-21T14:00:00Z\nstatus: identified\nnext_update_by: 2026-11-21T14:45:00Z\n---\nPayments fail.\n"
    assert cli.main(["-C", str(root), "check", "--now", "2026-11-21T14:01:00Z"]) == 0


def test_a_whole_life(origin: Path) -> None:
    """Open, update and resolve, each with as little as possible."""
    for number, typed in enumerate((OPEN, {"DO": "update", "MESSAGE": "Still."}, {"DO": "update", "COMPONENT": "Checkout, api", "EFFECT": "operational"}, {"DO": "resolve"})):
        code, said, summary = written(clone(origin, f"write{number}"), now=f"2026-11-21T14:{number}0:00Z", **typed)
        assert code == 0, summary
        assert sent(clone(origin, f"send{number}"), said)[0] == 0
    root = clone(origin, "look")
    view = derive(load(WorkTree(root), now=parse_instant("2026-11-21T15:00:00Z")).dataset, parse_instant("2026-11-21T15:00:00Z")).incidents[0]
    assert [update.status for update in reversed(view.updates)] == ["investigating", "investigating", "investigating", "resolved"]
    assert view.updates[1].source.head.components.keys() == {"checkout", "api"}


def test_what_is_typed_where_it_has_no_meaning_is_told(origin: Path) -> None:
    """A title of an update is left out, and the summary says so."""
    written(root := clone(origin, "write"), **OPEN)
    code, _, summary = written(root, now="2026-11-21T14:10:00Z", DO="resolve", TITLE="Over", EFFECT="operational", MESSAGE="Over.")
    assert code == 0
    assert "Not used by `resolve`, and left out: title, effect." in summary


REFUSED = {
    "an unknown part": ({**OPEN, "COMPONENT": "chekout"}, "did you mean `checkout`?"),
    "no title": ({**OPEN, "TITLE": ""}, "what do customers notice?"),
    "nothing open": ({"DO": "update", "MESSAGE": "x"}, "no record is open"),
    "an invisible character": ({**OPEN, "MESSAGE": "a\x07b"}, "OR007"),
}


@pytest.mark.parametrize(("typed", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_said_is_explained(origin: Path, typed: Mapping[str, str], says: str) -> None:
    """In the summary of a red run, with nothing handed on."""
    code, outputs, summary = written(clone(origin, "write"), **typed)
    assert (code, outputs) == (1, {})
    assert summary.startswith("## Nothing was said\n")
    assert says in summary


HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '" && touch pwned && "',
    "${IFS}$(touch${IFS}pwned)",
    "--help",
    "- Payments fail",
    "--message=x --pr",
    "::set-output name=files::AAAA",
    "::error::forged\n::add-path::/tmp",
    "One.\n\nsubject=forged\nTwo.",
    "~~~~\n# A heading\n~~~~~~",
    "```\n<script>alert(1)</script>",
    "---\nstatus: resolved\n---\nAll is well.",
    "${{ github.token }}",
    "ünï¢ødé 💥 \u202e",
    "(Payments fail.)",
)


@pytest.mark.parametrize("text", ["\n\n".join(HOSTILE[n::3]) for n in range(3)])
def test_a_message_can_say_anything_and_do_nothing(origin: Path, text: str) -> None:
    """It stands in the update as it was typed; nothing is run, no output forged, and the summary shows it as text."""
    root = clone(origin, "write")
    code, said, summary = written(root, **{**OPEN, "MESSAGE": text})
    assert code == 0, summary
    assert said.keys() == {"files", "subject", "record"}
    (update,) = (root / FOLDER / "updates").iterdir()
    assert update.read_text(encoding="utf-8").partition("\n---\n")[2] == f"{text}\n"
    assert not list(origin.parent.rglob("pwned"))
    fence = summary.splitlines()[2].removesuffix("text")
    assert set(fence) == {"~"}
    assert summary.splitlines()[3:].count(fence) == 1
    assert "\u202e" not in summary


@pytest.mark.parametrize("verb", say.USED)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_typed_is_an_option(verb: str, text: str) -> None:
    """Each value stands behind the `=` of its own option, or behind `--`; the message is no argument at all."""
    first, *rest = say.arguments(verb, dict.fromkeys(say.FIELDS, text))
    assert first == verb
    options, named = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
    assert named == [text]
    known = ("--commit", "--message=-", "--severity=", "--status=", "--next=", "--component=")
    assert [option for option in options if not option.startswith(known)] == []


@pytest.mark.parametrize("verb", ["open", "update"])
def test_no_field_does_harm(origin: Path, verb: str) -> None:
    """All of them hostile at once, up to the verb itself: it ends in a refusal with a summary."""
    text = "$(touch pwned) `touch pwned`'; touch pwned; \" && touch pwned #"
    code, said, summary = written(clone(origin, "write"), **dict.fromkeys(map(str.upper, say.FIELDS), text) | {"DO": verb})
    assert (code, said) == (1, {})
    assert "Nothing was said" in summary
    assert not list(origin.parent.rglob("pwned"))
    assert written(clone(origin, "other"), DO=text)[0] == 1


def test_too_many_words_are_refused(origin: Path) -> None:
    """What the next job could not be handed is said in fewer words, before anything is sent."""
    noise = base64.b85encode(Random(1).randbytes(100_000)).decode()
    code, outputs, summary = written(clone(origin, "write"), **{**OPEN, "MESSAGE": noise})
    assert (code, outputs) == (1, {})
    assert "too long for the form" in summary


# ---------------------------------------------------------------- two at once


def test_two_who_speak_at_once(origin: Path) -> None:
    """One by command line, one by the form: both are on main without a hand, in order, and the later promise counts."""
    written(first := clone(origin, "first-job"), **OPEN)
    git(first, "push", "--quiet", "origin", "main")
    laptop, job, other = clone(origin, "laptop"), clone(origin, "write"), clone(origin, "send")
    code, said, _ = written(job, now="2026-11-21T14:10:00Z", DO="update", STATUS="identified", NEXT="2h", MESSAGE="By the form.")
    assert code == 0
    for key, value in (("user.name", "Kim"), ("user.email", "kim@example.com")):
        git(laptop, "config", key, value)
    typed = ["update", "-m", "By command.", "--next", "30m", "--push", "--now", "2026-11-21T14:10:20Z"]
    assert cli.main(["-C", str(laptop), *typed]) == 0
    code, _, log = sent(other, said)
    assert code == 0, log
    root = clone(origin, "look")
    assert git(root, "log", "--merges", "--format=%H") == ""
    now = parse_instant("2026-11-21T14:20:00Z")
    assert cli.main(["-C", str(root), "check", "--now", "2026-11-21T14:20:00Z"]) == 0
    view = derive(load(WorkTree(root), now=now).dataset, now).incidents[0]
    assert [update.body.strip() for update in view.updates] == ["By command.", "By the form.", "Payments fail."]
    assert view.promise is not None
    assert view.promise.due == parse_instant("2026-11-21T14:40:20Z")
    assert cli.main(["-C", str(root), "build", "--now", "2026-11-21T14:20:00Z"]) == 0
    page = (root / "site/incidents" / ID / "index.html").read_text(encoding="utf-8")
    assert page.index("By command.") < page.index("By the form.") < page.rindex("Payments fail.")


def test_git_merges_both(origin: Path) -> None:
    """Also without a rebase: two branches that speak of one incident in the same minute are one merge away from each other."""
    written(first := clone(origin, "first-job"), **OPEN)
    git(first, "push", "--quiet", "origin", "main")
    form, laptop = clone(origin, "form"), clone(origin, "laptop")
    assert written(form, now="2026-11-21T14:10:00Z", DO="update", MESSAGE="Cards fail in Ireland.")[0] == 0
    for key, value in (("user.name", "Kim"), ("user.email", "kim@example.com")):
        git(laptop, "config", key, value)
    assert cli.main(["-C", str(laptop), "update", "-m", "Cards fail in Malta.", "--commit", "--now", "2026-11-21T14:10:00Z"]) == 0
    git(laptop, "fetch", "--quiet", str(form), "main")
    git(laptop, "merge", "--quiet", "--no-edit", "FETCH_HEAD")
    assert cli.main(["-C", str(laptop), "check", "--now", "2026-11-21T14:11:00Z"]) == 0
    assert len(list((laptop / FOLDER / "updates").iterdir())) == 3


HOOK = """\
#!/bin/sh
# Somebody else is faster, twice.
count="$GIT_DIR/faster"
tries=$(cat "$count" 2>/dev/null || echo 0)
echo $((tries + 1)) > "$count"
[ "$tries" -ge {times} ] || exit 1
"""


@pytest.mark.parametrize(("times", "code"), [(2, 0), (99, 1)], ids=["twice", "always"])
def test_it_is_tried_again(origin: Path, times: int, code: int) -> None:
    """A push that is refused is tried again on what is there by then; at last the run is red, and says so."""
    hook = origin / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(times=times))
    hook.chmod(0o755)
    _, said, _ = written(clone(origin, "write"), **OPEN)
    root = clone(origin, "send")
    (root.parent / "sleep").write_text("#!/bin/sh\n")
    (root.parent / "sleep").chmod(0o755)
    ended, outputs, log = sent(root, said)
    assert (ended, bool(outputs)) == (code, code == 0), log
    assert ("**It was not sent**" in (root.parent / "summary.md").read_text()) == (code == 1)


# ---------------------------------------------------------------- by a pull request


GH = """#!/bin/sh
[ "$GH_TOKEN" = secret ] || exit 4
echo "$@" > "$(dirname "$0")/gh.txt"
{ending}
"""


@pytest.mark.parametrize(("by", "chosen"), [("pull request", ""), ("(as this repository says)", "pull request")])
def test_by_a_pull_request(origin: Path, by: str, chosen: str) -> None:
    """Main stays as it is, and nothing is published until somebody merges."""
    before = git(origin, "rev-parse", "main")
    _, said, _ = written(clone(origin, "write"), **OPEN)
    root = clone(origin, "send")
    (root.parent / "gh").write_text(GH.format(ending="echo https://git.example/page/pull/7"))
    (root.parent / "gh").chmod(0o755)
    code, outputs, log = sent(root, said, BY=by, CHOSEN=chosen)
    assert (code, outputs) == (0, {}), log
    assert git(origin, "rev-parse", "main") == before
    assert f"--head incident/{ID}-7-1" in (root.parent / "gh.txt").read_text()
    assert git(origin, "log", "-1", "--format=%s", f"incident/{ID}-7-1").strip() == f"incident({ID}): investigating"
    assert "[The pull request](https://git.example/page/pull/7)" in (root.parent / "summary.md").read_text()


def test_a_pull_request_that_is_not_allowed(origin: Path) -> None:
    """The branch is there; the run is red, and says how to go on."""
    _, said, _ = written(clone(origin, "write"), **OPEN)
    root = clone(origin, "send")
    (root.parent / "gh").write_text(GH.format(ending="exit 1"))
    (root.parent / "gh").chmod(0o755)
    assert sent(root, said, BY="pull request")[0] == 1
    assert f"compare/main...incident/{ID}-7-1?expand=1" in (root.parent / "summary.md").read_text()
    assert sent(root, said, CHOSEN="by pigeon")[0] == 1


def test_only_new_records_are_sent(origin: Path) -> None:
    """Whatever the first job hands on, the second sends no file but new ones below incidents/."""
    for path in ("mkdocs.yml", ".github/workflows/evil.yml", f"{FOLDER}/../../../x.txt"):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            entry = tarfile.TarInfo(path)
            entry.size = 4
            tar.addfile(entry, io.BytesIO(b"evil"))
        said = {"files": base64.b64encode(packed.getvalue()).decode(), "subject": "x", "record": ID}
        before = git(origin, "rev-parse", "main")
        assert sent(clone(origin, f"send{len(path)}"), said)[0] != 0
        assert git(origin, "rev-parse", "main") == before


# ---------------------------------------------------------------- the form itself


def test_the_form_asks_for_what_the_verbs_take() -> None:
    """Each field reaches the script through the environment; words of a choice are words that the verbs know."""
    form = events(WORKFLOWS["incident.yml"])["workflow_dispatch"]["inputs"]
    (step,) = (step for step in WORKFLOWS["incident.yml"]["jobs"]["write"]["steps"] if step["name"] == "Say it")
    assert {*form} - {"by"} == {*say.FIELDS}
    assert {name: step["env"][name.upper()] for name in say.FIELDS} == {name: f"${{{{ inputs.{name} }}}}" for name in say.FIELDS}
    assert form["do"]["options"] == list(say.USED)
    assert {name for name, field in form.items() if say.UNCHOSEN in field.get("options", ())} == set(say.CHOICES)
    command = cli.cli.get_command(None, "open")  # type: ignore[arg-type]
    choices = {option.name: set(option.type.choices) for option in command.params if hasattr(option.type, "choices")}  # type: ignore[union-attr]
    for name in ("severity", "status"):
        assert set(form[name]["options"]) - {"(as before)"} == choices[name]


def test_it_publishes_what_is_on_main() -> None:
    """After a push to main, and only then; no run waits in a group in which it could be dropped."""
    workflow = WORKFLOWS["incident.yml"]
    assert workflow["jobs"]["publish"]["if"] == "needs.send.outputs.sent == 'main'"
    assert "github.run_id" in workflow["concurrency"]["group"]


DOCUMENTED = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "docs/phone.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
"""The issue form and its workflow, which an owner copies."""


def test_the_documented_issue_form_asks_for_the_same() -> None:
    """Its labels are the headings that the script reads, and its choices those of the form."""
    fields = {field["attributes"]["label"].lower(): field["attributes"] for field in read({"": DOCUMENTED[0]})[""]["body"]}
    assert fields.keys() == {*say.FIELDS}
    assert list(fields)[-1] == "message"
    form = events(WORKFLOWS["incident.yml"])["workflow_dispatch"]["inputs"]
    for name in ("do", "effect", "severity", "status"):
        assert fields[name]["options"] == [option for option in form[name]["options"] if not option.startswith("(")]


def test_the_documented_workflow_hears_the_team_alone(tmp_path: Path) -> None:
    """Who opened the issue is asked before a word of it is read; the call grants what is needed, and the linters pass."""
    workflow = read({"": DOCUMENTED[1]})[""]
    job = workflow["jobs"]["say"]
    assert "author_association" in job["if"]
    assert "NONE" not in job["if"]
    assert "CONTRIBUTOR" not in job["if"]
    assert job["with"] == {"issue": "${{ github.event.issue.body }}", "by": "pull request"}
    assert rights(job) == needed(WORKFLOWS, job["uses"])
    copied = tmp_path / ".github" / "workflows"
    copied.mkdir(parents=True)
    for name, text in {**TEXTS, "issue.yml": DOCUMENTED[1]}.items():
        (copied / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    linter = Path(sys.executable).with_name("jactionlint")
    done = subprocess.run([linter, "--shellcheck=", "--strict-exit"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


ISSUE = """\
### Do

open

### Title

Checkout errors

### Component

checkout

### Effect

partial_outage

### Severity

_No response_

### Message

Payments fail.

### Title

This is part of the message.
"""


def test_an_issue_that_was_made_with_the_form(origin: Path) -> None:
    """Its headings are the fields, one that nobody answered is empty, and a message keeps the headings of its own."""
    code, said, summary = written(clone(origin, "write"), ISSUE=ISSUE)
    assert code == 0, summary
    assert said["record"] == ID
    assert "  | This is part of the message." in summary
    code, _, summary = written(clone(origin, "again"), ISSUE="Just words.\n\n### Password\n\nx")
    assert code == 1
    assert "no record is open" in summary
