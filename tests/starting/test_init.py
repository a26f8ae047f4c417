"""`onrecord init` in an empty folder: what it lays out builds, checks and deploys as it is, on every host."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from ruamel.yaml import YAML

import workflows
from onrecord import __version__
from onrecord.cli import main
from onrecord.files import WorkTree, write_atomically
from onrecord.loading import load
from onrecord.starting.answers import BadAnswer, Host, address, component, components, contact_of, requirement
from onrecord.starting.hosts import Drifted, pipeline
from onrecord.starting.layout import kept
from onrecord.times import now
from repositories import git

HOSTS: tuple[Host, ...] = get_args(Host)
TOLD = ("--name", "Acme status", "--url", "status.acme.example", "--component", "checkout=Checkout", "--component", "API", "--yes")


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which git knows who commits."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Robin Responder")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "robin@example.com")


def init(root: Path, *arguments: str) -> Path:
    """A new repository below `root`, made by the command."""
    assert main(["-C", str(root), "init", "page", *(arguments or TOLD)]) == 0
    return root / "page"


def test_first_ten_minutes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From nothing to a page with its first incident, by commands alone."""
    page = init(tmp_path)
    assert git(page, "status", "--porcelain") == ""
    assert main(["-C", str(page), "check", "--strict"]) == 0
    assert main(["-C", str(page), "open", "Checkout errors", "--component", "checkout=partial_outage", "--next", "30m", "--yes", "-m", "Some payments fail. We are looking into it now.", "--commit"]) == 0
    assert main(["-C", str(page), "check"]) == 0
    assert main(["-C", str(page), "build"]) == 0
    home = (page / "site/index.html").read_text(encoding="utf-8")
    assert "Checkout errors" in home
    assert "Acme status" in home
    assert git(page, "status", "--porcelain") == ""
    assert "onrecord doctor" in capsys.readouterr().out


@pytest.mark.parametrize("host", HOSTS)
def test_each_host(host: Host, tmp_path: Path) -> None:
    """Its pipeline is one that the host takes, and the records are sound."""
    page = init(tmp_path, *TOLD, "--host", host, "--no-git")
    assert main(["-C", str(page), "check", "--strict"]) == 0
    pipelines = [page / ".gitlab-ci.yml"] if host == "gitlab" else sorted((page / ".github/workflows").glob("*.yml"))
    schema = "vendor.gitlab-ci" if host == "gitlab" else "vendor.github-workflows"
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, pipelines)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("host", [host for host in HOSTS if host != "gitlab"])
def test_the_build_step_of_each_host(host: Host, tmp_path: Path, served: Callable[[Path], str]) -> None:
    """The step that builds, run as the host runs it: nothing is live yet, so the chain begins."""
    (tmp_path / "nothing").mkdir()
    page = init(tmp_path, "--name", "Acme", "--url", served(tmp_path / "nothing"), "--component", "shop", "--host", host, "--yes")
    (workflow,) = workflows.read({"publish.yml": (page / ".github/workflows/publish.yml").read_text(encoding="utf-8")}).values()
    ended, outputs, said = workflows.ran(page, workflow, "build", "Build the site")
    assert (ended, outputs["status"]) == (0, "0"), said
    assert (page / "site/publications.json").is_file()


def test_the_jobs_of_gitlab(tmp_path: Path, served: Callable[[Path], str]) -> None:
    """The same there: the script of each job, line by line in one shell, as GitLab does."""
    (tmp_path / "nothing").mkdir()
    page = init(tmp_path, "--name", "Acme", "--url", served(tmp_path / "nothing"), "--component", "shop", "--host", "gitlab", "--yes")
    git(tmp_path, "clone", "--quiet", "page", "job")
    jobs = YAML(typ="safe", pure=True).load((page / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {**os.environ, "PATH": path, "CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD"}
    for name in ("check", "preview", "pages", "sound"):
        script = "set -eo pipefail\n" + "\n".join(jobs[name]["script"])
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path / "job", env=own, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    assert (tmp_path / "job/public/build.json").is_file()


@pytest.mark.parametrize("host", [host for host in HOSTS if host != "gitlab"])
def test_callers_grant_what_each_host_needs(host: Host) -> None:
    """A call that grants less than the deployment asks for is refused by the host; more than that nobody gets."""
    texts = {file.path.rpartition("/")[2]: file.data.decode() for file in kept(host, "onrecord") if file.path.startswith(".github/workflows/")}
    found = workflows.read(texts)
    callers = {name: job for name, workflow in found.items() for job in workflow["jobs"].values() if job.get("uses") == workflows.PUBLISH}
    assert set(callers) == {"due.yml", "incident.yml"}
    for name, job in callers.items():
        assert workflows.rights(job) == workflows.needed(found, workflows.PUBLISH), name
    assert ("pages" in workflows.needed(found, workflows.PUBLISH)) is (host == "github")


@pytest.mark.parametrize("host", [host for host in HOSTS if host != "gitlab"])
def test_workflows_install_what_is_pinned(host: Host) -> None:
    """An owner has no package to install from the checkout: requirements.txt names it."""
    texts = [file.data.decode() for file in kept(host, "onrecord==9") if file.path.endswith(".yml") and "/workflows/" in file.path]
    assert not [text for text in texts if "--no-build-isolation" in text]
    assert sum("--requirement requirements.txt" in text for text in texts) >= 4
    (said,) = (file.data.decode() for file in kept(host, "onrecord==9") if file.path == "requirements.txt")
    assert said.endswith("\nonrecord==9\n")


def test_a_changed_workflow_is_noticed() -> None:
    """The deployment of another host replaces ours by its name; where that is gone, nothing is laid out."""
    with pytest.raises(Drifted):
        pipeline("s3", {".github/workflows/publish.yml": b"jobs: {}\n"})


def test_signs_of_yaml_in_names(tmp_path: Path) -> None:
    """What people type stands in four files, and is the same text in each."""
    name, part = 'Ädler & Söhne: "status" #1 <b>', "Kasse: [neu] #2"
    page = init(tmp_path, "--name", name, "--url", "https://x.example/status", "--component", f"kasse={part}", "--contact", "help@x.example", "--yes", "--no-git")
    config = YAML(typ="safe", pure=True).load((page / "mkdocs.yml").read_text(encoding="utf-8"))
    assert (config["site_name"], config["site_url"]) == (name, "https://x.example/status/")
    loaded = load(WorkTree(page), now=now())
    assert loaded.problems == ()
    assert loaded.dataset.policy.page.name == name
    assert [(part.id, part.name) for part in loaded.dataset.components] == [("kasse", part)]
    assert loaded.dataset.policy.page.contact == "mailto:help@x.example"
    assert "\\<b\\>" in (page / "README.md").read_text(encoding="utf-8")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """What lies in the folder already is somebody's."""
    (tmp_path / "page").mkdir()
    (tmp_path / "page/README.md").write_text("mine\n")
    assert (init(tmp_path) / "README.md").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--name, --url, --component"),
        (("--url", "https://a b/", "--yes"), "no address"),
        (("--component", "a", "--component", "a", "--yes"), "twice"),
        (("--component", "status", "--yes"), "no component"),
        (("--time-zone", "Mars/Base", "--yes"), "no time zone"),
        (("--language", "../de", "--yes"), "no code"),
        (("--contact", "nobody", "--yes"), "no address"),
        (("--package", "-r /etc/passwd", "--yes"), "nothing that pip installs"),
        (("--name", "a\x1b[2J", "--yes"), "a name is one line"),
    ],
)
def test_answers_that_cannot_stand(arguments: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage, told in one line, and nothing is written."""
    assert main(["-C", str(tmp_path), "init", "page", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "page").exists()


def test_a_page_is_not_laid_over_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second `init` is a slip."""
    page = init(tmp_path)
    before = {path: path.read_bytes() for path in page.rglob("*.yml")}
    assert main(["-C", str(tmp_path), "init", "page", *TOLD]) == 2
    assert "onrecord upgrade" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in page.rglob("*.yml")} == before


def test_a_run_that_was_stopped_is_gone_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The same command lays out the rest, and other answers would make a page of two names."""

    def write(path: Path, data: bytes) -> None:
        if path.name == "policy.yml":
            raise OSError(28, "No space left on device", str(path))
        write_atomically(path, data)

    with monkeypatch.context() as patched:
        patched.setattr("onrecord.commands.init.write_atomically", write)
        assert main(["-C", str(tmp_path), "init", "page", *TOLD]) == 1
    assert "goes on from there" in capsys.readouterr().err
    other = [word.replace("status", "state") for word in TOLD]
    assert main(["-C", str(tmp_path), "init", "page", *other]) == 2
    assert "give the same answers" in capsys.readouterr().err
    (tmp_path / "elsewhere").mkdir()
    stopped, whole = init(tmp_path), init(tmp_path / "elsewhere")
    assert {path.relative_to(stopped): path.read_bytes() for path in stopped.rglob("*.*") if path.is_file() and ".git" not in path.parts} == {
        path.relative_to(whole): path.read_bytes() for path in whole.rglob("*.*") if path.is_file() and ".git" not in path.parts
    }


@pytest.mark.parametrize(
    ("text", "id", "name"),
    [
        ("checkout", "checkout", "Checkout"),
        ("card-payments", "card-payments", "Card payments"),
        ("api=The API", "api", "The API"),
        ("Web site & shop", "web-site-shop", "Web site & shop"),
    ],
)
def test_components_by_id_or_name(text: str, id: str, name: str) -> None:
    """An id gets a name, and a name an id."""
    part = component(text)
    assert (part.id, part.name) == (id, name)


@pytest.mark.parametrize("refused", [lambda: components([]), lambda: component("«»"), lambda: address("ftp://x"), lambda: address("https://u:p@x/"), lambda: contact_of("javascript:x"), lambda: requirement("a\nb")])
def test_refused(refused: Callable[[], object]) -> None:
    """Nothing of that can stand in a file."""
    with pytest.raises(BadAnswer):
        refused()


def test_version_is_the_installed_one(tmp_path: Path) -> None:
    """The workflows install what laid them out."""
    assert f"onrecord=={__version__}\n" in (init(tmp_path) / "requirements.txt").read_text()
