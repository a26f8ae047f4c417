"""The workflows: every way to commit an update ends with it online, with the least rights, and nothing that people type is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflows import PUBLISH, ROOT, TEXTS, WORKFLOWS, Workflow, Workflows, events, needed, read, rights

JOBS = {(name, id): job for name, workflow in WORKFLOWS.items() for id, job in workflow["jobs"].items()}
STEPS = [(f"{name}:{id}:{i}", step) for (name, id), job in JOBS.items() for i, step in enumerate(job.get("steps", []))]


# ---------------------------------------------------------------- every way to commit leads online


UNREAD = {("intake.yml", "send"), ("publish.yml", "note")}
"""Jobs that push no update to main: drafts go to a branch of their own, which somebody merges, and the ledger of announcements is no part of the page."""


def held_back(workflows: Workflows) -> Iterator[str]:
    """Each way by which an update can be committed and not get online, in words."""
    publish = workflows["publish.yml"]
    push = events(publish).get("push", {"branches": []}) or {}
    if "main" not in push.get("branches", ["main"]) or set(push) - {"branches"}:
        yield "a push to main, or a merge, may publish nothing"
    call = events(publish).get("workflow_call", "missing")
    if call == "missing" or any(value.get("required") for value in ((call or {}).get("inputs") or {}).values()):
        yield "another workflow cannot call for the publication"
    for name, workflow in workflows.items():
        for id, job in workflow["jobs"].items():
            writes = rights(job).get("contents") == "write" and "uses" not in job
            if writes and (name, id) not in UNREAD and not any(_publishes(workflows, other, id) for other in workflow["jobs"].values()):
                yield f"what {name}:{id} commits starts nothing by itself, and no job after it publishes"


def _publishes(workflows: Workflows, job: Workflow, committer: str) -> bool:
    """Whether that job comes after the committer and publishes."""
    needs = job.get("needs", [])
    needs = [needs] if isinstance(needs, str) else needs
    return job.get("uses") == PUBLISH and committer in needs and needed(workflows, PUBLISH).items() <= rights(job).items()


def test_every_way_to_commit_leads_online() -> None:
    """A push, a merge, and whatever a workflow commits with its own token, which starts no other workflow."""
    assert list(held_back(WORKFLOWS)) == []


BOT = """
on: workflow_dispatch
jobs:
  say: {permissions: {contents: write}, steps: []}
  tell: {%s}
"""
CALL = f"needs: say, uses: {PUBLISH}, permissions: {{contents: write, pages: write, id-token: write, attestations: write}}"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("form.yml", BOT % CALL, 0),
        ("form.yml", BOT % "steps: []", 1),
        ("form.yml", BOT % CALL.replace("needs: say, ", ""), 1),
        ("form.yml", BOT % CALL.replace("pages: write", "pages: read"), 1),
        ("publish.yml", "on: {push: {branches: [main], paths: [incidents/**]}, workflow_call: }\njobs: {}", 1),
        ("publish.yml", "on: {push: {branches: [live]}, workflow_call: }\njobs: {}", 1),
        ("publish.yml", "on: {workflow_call: }\njobs: {}", 1),
        ("publish.yml", "on: {push: }\njobs: {}", 1),
        ("publish.yml", "on: {push: , workflow_call: {inputs: {id: {required: true}}}}\njobs: {}", 1),
        ("publish.yml", "on: [push, workflow_call]\njobs: {}", 0),
    ],
)
def test_a_way_that_leads_nowhere_is_found(name: str, text: str, found: int) -> None:
    """The test above would notice: a form that forgets to call, one that may not, a push that is narrowed down."""
    assert len(list(held_back({**WORKFLOWS, **read({name: text})}))) == found


def test_newest_wins_and_none_is_cut() -> None:
    """Publications wait for each other, and each takes main as it is by then."""
    publish = WORKFLOWS["publish.yml"]
    assert publish["concurrency"] == {"group": "publish", "cancel-in-progress": False}
    (fetch,) = (s for s in publish["jobs"]["build"]["steps"] if "checkout" in s.get("uses", ""))
    assert (fetch["with"]["ref"], fetch["with"]["fetch-depth"]) == ("main", 0)


def test_no_caller_waits_for_itself() -> None:
    """A group that a caller shares with what it calls would be a deadlock, which the host ends by cancelling."""
    groups = [workflow["concurrency"]["group"] for workflow in WORKFLOWS.values()]
    assert len(set(groups)) == len(groups)


def test_callers_grant_what_the_called_need() -> None:
    """Without it the host refuses to start the whole run; more than that nobody needs."""
    calls = [(name, job) for (name, _), job in JOBS.items() if job.get("uses", "").startswith("./")]
    assert [name for name, _ in calls] == ["due.yml", "incident.yml", "timer.yml"]
    for name, job in calls:
        assert (ROOT / job["uses"]).is_file()
        assert "workflow_call" in events(WORKFLOWS[Path(job["uses"]).name])
        assert rights(job) == needed(WORKFLOWS, job["uses"]), name


def test_a_schedule_stands_alone() -> None:
    """The host switches a file with a schedule off as a whole after 60 quiet days, its other events included."""
    for name, workflow in WORKFLOWS.items():
        assert "schedule" not in events(workflow) or set(events(workflow)) == {"schedule"}, name
    (cron,) = events(WORKFLOWS["timer.yml"])["schedule"]
    minutes = cron["cron"].split()[0].split(",")
    assert cron["cron"].split()[1:] == ["*"] * 4
    assert len(minutes) >= 2
    assert "0" not in minutes
    assert {"workflow_dispatch", "repository_dispatch", "workflow_call"} == set(events(WORKFLOWS["due.yml"]))


# ---------------------------------------------------------------- least privilege

DEPLOY = {"contents": "write", "pages": "write", "id-token": "write", "attestations": "write"}
RIGHTS = {
    ("check.yml", "records"): {"contents": "read"},
    ("check.yml", "preview"): {"contents": "read"},
    ("due.yml", "ask"): {"contents": "read"},
    ("due.yml", "publish"): DEPLOY,
    ("due.yml", "promises"): {"contents": "read"},
    ("incident.yml", "write"): {"contents": "read"},
    ("incident.yml", "send"): {"contents": "write", "pull-requests": "write"},
    ("incident.yml", "publish"): DEPLOY,
    ("intake.yml", "draft"): {"contents": "read"},
    ("intake.yml", "send"): {"contents": "write", "pull-requests": "write"},
    ("publish.yml", "build"): {"contents": "read"},
    ("publish.yml", "deploy"): {"pages": "write", "id-token": "write"},
    ("publish.yml", "announce"): {"contents": "read"},
    ("publish.yml", "note"): {"contents": "write"},
    ("publish.yml", "attest"): {"id-token": "write", "attestations": "write"},
    ("publish.yml", "proof"): {},
    ("publish.yml", "records"): {},
    ("timer.yml", "due"): DEPLOY,
}


def test_each_job_has_the_rights_that_it_needs() -> None:
    """Nothing by default, and what each job has stands in the table above. A new job is a new line."""
    assert {name: workflow.get("permissions") for name, workflow in WORKFLOWS.items()} == {name: {} for name in WORKFLOWS}
    assert {place: rights(job) for place, job in JOBS.items()} == RIGHTS
    assert [place for place, job in JOBS.items() if "permissions" not in job] == []


PUSHES = {("incident.yml", "send"), ("intake.yml", "send"), ("publish.yml", "note")}
TOOLS = {"[", "base64", "break", "case", "do", "done", "echo", "elif", "else", "esac", "exit", "export", "fi", "for", "gh", "git", "if", "sleep", "tar"}
"""What a job that pushes may run: what the machine brings along, and nothing that was checked out or installed."""


def test_what_may_write_runs_nothing_of_the_repository() -> None:
    """A job with a right to write is made of official actions alone; one that pushes runs git besides."""
    writers = {place: job for place, job in JOBS.items() if "write" in rights(job).values() and "steps" in job}
    assert writers.keys() > PUSHES
    steps = [step for place, job in writers.items() if place not in PUSHES for step in job["steps"]]
    assert [step for step in steps if "run" in step or "checkout" in step["uses"]] == []
    scripts = "".join(step.get("run", "") for place in PUSHES for step in writers[place]["steps"])
    first = {line.split()[0] for line in scripts.splitlines() if line.strip() and not re.match(r"\s*(#|\w+=|[\w/]*\*?\)|\")", line)}
    assert first <= TOOLS


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_commit(name: str) -> None:
    """An action is named by its whole commit, with the version beside it for people."""
    used = re.findall(r"^\s*(?:- )?uses: *(\S+)(.*)$", TEXTS[name], re.MULTILINE)
    assert used
    for action, rest in used:
        assert action.startswith("./") or re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action), action
        assert action.startswith("./") or re.fullmatch(r" # v\d+\.\d+\.\d+", rest), action


def test_one_action_has_one_version() -> None:
    """Two workflows do not drift apart."""
    pins = {pin for text in TEXTS.values() for pin in re.findall(r"actions/\S+@[0-9a-f]{40} # \S+", text)}
    assert len({pin.split("@")[0] for pin in pins}) == len(pins)


def test_nothing_that_people_type_is_run() -> None:
    """No expression stands inside a shell line, and no credentials stay on the disk."""
    assert [place for place, step in STEPS if "${{" in step.get("run", "")] == []
    kept = [place for place, s in STEPS if "checkout" in s.get("uses", "") and s["with"]["persist-credentials"] is not False]
    assert kept == []


def test_only_what_is_locked_is_installed() -> None:
    """Each package is known by its hash, also those that a library is built with; what is here brings no other."""
    lines = [line.strip() for _, step in STEPS for line in step.get("run", "").splitlines() if "install" in line and "install=" not in line]
    assert lines
    assert [line for line in lines if "--require-hashes" not in line and "--no-deps --no-build-isolation" not in line] == []
    assert [line for line in lines if line.endswith("requirements.lock") and "--build-constraints requirements-ci.lock" not in line] == []


def test_strangers_get_no_secret() -> None:
    """No event that runs a stranger's change with our rights, and in a check neither a secret nor a cache."""
    assert not any({"pull_request_target", "workflow_run"} & set(events(workflow)) for workflow in WORKFLOWS.values())
    assert set(events(WORKFLOWS["check.yml"])) == {"pull_request"}
    holders = {place for place, job in JOBS.items() if "secrets." in str(job)}
    assert holders == {("publish.yml", "announce")}
    assert JOBS["publish.yml", "announce"]["environment"] == "announce"
    assert JOBS["publish.yml", "announce"]["if"] == "vars.ANNOUNCE == 'on'"
    assert "cache:" not in "".join(TEXTS.values())


def test_jobs_end() -> None:
    """No job can hang for the host's six hours."""
    assert [place for place, job in JOBS.items() if "steps" in job and job["timeout-minutes"] > 15] == []
