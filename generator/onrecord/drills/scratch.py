"""The scratch folder of a drill: your parts, policy, pages and theme, without a single record, on a page that calls itself a drill."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from onrecord.files import write_atomically
from onrecord.model import PolicyFile
from onrecord.settings import CONFIG_FILE, PAGES_FOLDER, POLICY_FILE
from onrecord.yamlio import dump

_SOURCES = Path(PAGES_FOLDER).parent
_SITE_NAME = re.compile(r"^site_name:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_SITE_URL = re.compile(r"^site_url:.*$", re.MULTILINE)
_HERE = "site_url: http://127.0.0.1:8000/"
_NOTE = """\
The policy of a drill, as it was when it began. Its page shows every record as a drill; never publish it.
Written by `onrecord drill start`."""


def lay_out(root: Path, folder: Path, policy: PolicyFile) -> None:
    """Copies what a page needs from `root` to a new folder.

    Raises:
        FileExistsError: there is something in that folder.
        OSError: no room, no permission.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    if (root / _SOURCES).is_dir():
        shutil.copytree(root / _SOURCES, folder / _SOURCES, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    name = policy.page.name
    if (root / CONFIG_FILE).exists():
        text = (root / CONFIG_FILE).read_text(encoding="utf-8")
        found = _SITE_NAME.search(text)
        name = name or (found[1].strip("\"'") if found else None)
        write_atomically(folder / CONFIG_FILE, _SITE_URL.sub(_HERE, text).encode())
    page = policy.page.model_copy(update={"drill": True, "name": f"DRILL: {name or 'Status'}"})
    rehearsed = policy.model_copy(update={"page": page, "service_levels": ()})
    text = dump(rehearsed.model_dump(by_alias=True, exclude_defaults=True), _NOTE)
    write_atomically(folder / POLICY_FILE, text.encode())
