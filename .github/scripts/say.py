"""Says with the verbs of the command line what somebody filled into a form; for the workflow `incident.yml`.

What was typed comes through the environment and goes on as arguments and standard input: no shell
reads it. What the verb wrote goes to the next job, which may push and runs nothing from here.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FIELDS = ("do", "record", "title", "component", "effect", "severity", "status", "next", "message")
"""What the form asks for. Each is a variable in capitals, or a heading in the text of an issue."""
CHOICES, UNCHOSEN = ("effect", "severity", "status"), "(as before)"
USED = {
    "open": {"title", "component", "effect", "severity", "status", "next", "message"},
    "update": {"record", "component", "effect", "severity", "status", "next", "message"},
    "resolve": {"record", "message"},
}
BEYOND = (
    "The form opens, updates and resolves. A maintenance, a plan and its steps, a workaround, several effects at once, links, corrections, "
    "translations and a post-mortem need the command line, or the files themselves."
)
MOST = 100_000
"""So many characters of packed words at most: the next job gets them through its environment."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HEADING = re.compile(r"^### *([A-Za-z]+)[^\n]*\n", re.MULTILINE)


def main() -> int:
    """Runs the verb, hands on the files that it wrote, and tells whoever filled in the form what came of it."""
    issue = os.environ.get("ISSUE", "")
    said = answers(issue) if issue else {name: _answer(name, os.environ.get(name.upper(), "")) for name in FIELDS}
    verb = said["do"] or "update"
    if verb not in USED:
        return _refused(f"“{verb}” is nothing that the form does: open, update or resolve")
    done = subprocess.run(
        ["onrecord", *arguments(verb, said)], input=said["message"], capture_output=True, text=True, check=False, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        return _refused(done.stderr + done.stdout)
    packed = base64.b64encode(_git("archive", "--format=tar.gz", "HEAD", "--", *_written())).decode()
    if len(packed) > MOST:
        return _refused("The words are too long for the form: say it in fewer, or on the command line.")
    subject = _git("log", "-1", "--format=%s").decode().strip()
    _append("GITHUB_OUTPUT", f"files={packed}\nsubject={subject}\nrecord={subject.partition('(')[2].partition(')')[0]}")
    left = [name for name in FIELDS[1:] if said[name] and name not in USED[verb]]
    note = f"Not used by `{verb}`, and left out: {', '.join(left)}.\n\n" if left else ""
    _append("GITHUB_STEP_SUMMARY", f"## Written\n\n{quoted(done.stdout)}\n\n{note}{BEYOND}")
    return 0


def arguments(verb: str, said: Mapping[str, str]) -> list[str]:
    """The verb with its options; the message comes from standard input, and nothing that was typed can be taken for an option."""
    used = {name: said[name] for name in USED[verb] if said[name]}
    found = [verb, "--commit", "--message=-" if "message" in used else "--yes"]
    found += [f"--{name}={used[name]}" for name in ("severity", "status", "next") if name in used]
    effect = f"={used['effect']}" if "effect" in used else ""
    parts = (part.strip() for part in used.get("component", "").split(","))
    found += [f"--component={part}{'' if '=' in part else effect}" for part in parts if part]
    named = used.get("title", "") if verb == "open" else used.get("record", "")
    return [*found, "--", named] if named else found


def answers(issue: str) -> dict[str, str]:
    """What stands below each heading of an issue that was made with the form. The message is last, and may have headings of its own."""
    fields, _, message = issue.replace("\r\n", "\n").partition("### Message\n")
    parts = _HEADING.split(fields)
    told = {name.lower(): text for name, text in zip(parts[1::2], parts[2::2], strict=True)} | {"message": message}
    return {name: _answer(name, told.get(name, "")) for name in FIELDS}


def _answer(name: str, text: str) -> str:
    """An answer without its margins; what a form says where nothing was answered or chosen is none."""
    plain = text.strip()
    return "" if plain == "_No response_" or (name in CHOICES and plain in (UNCHOSEN, "None")) else plain


def quoted(text: str) -> str:
    """The text as a block in which a host shows every sign as it is: no link, picture or heading, and nothing that runs backwards."""
    shown = _TURNS.sub(lambda m: f"(U+{ord(m[0]):04X})", text.strip())[:20_000]
    fence = "~" * max(3, *(len(run) + 1 for run in re.findall("~+", f"~~{shown}")))
    return f"{fence}text\n{shown}\n{fence}"


def _refused(why: str) -> int:
    _append("GITHUB_STEP_SUMMARY", f"## Nothing was said\n\n{quoted(why)}\n\nFill in the form again. {BEYOND}")
    print(why)
    return 1


def _written() -> list[str]:
    listed = _git("diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-only", "HEAD").decode()
    return [name for name in listed.split("\0") if name]


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], capture_output=True, check=True).stdout


def _append(variable: str, line: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
