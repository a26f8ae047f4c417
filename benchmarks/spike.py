"""How many readers one small nginx serves: wrk on the loopback, the configuration that the manual gives, the worst day.

    python benchmarks/spike.py

Needs nginx and wrk (Debian: apt-get install nginx wrk). Both run on this machine and share its cores, so the figures are
a floor; what a line between host and reader costs is not in them. The manual reckons from them: docs/readers.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from figures import spread
from weight import DAYS, ROOT, cut

from onrecord.times import parse_instant

_LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)\s*$", re.MULTILINE)
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
_VISIT = """\
local paths = { %s }
local turn = 0
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One run of wrk: answers a second, MB a second, milliseconds to the middle answer and to the slowest of a hundred, and errors."""

    rate: float
    megabytes: float
    middle: float
    slow: float
    errors: int


@contextmanager
def served(site: Path, work: Path, *, static: bool) -> Iterator[str]:
    """The address at which nginx serves the site as docs/hosting.md says; with `static` it looks for files that are compressed already."""
    block = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/hosting.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None, "docs/hosting.md has lost its configuration of nginx"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = block[1].replace("root /srv/status/site;", f"listen 127.0.0.1:{port}; root {site};" + (" gzip_static on;" if static else ""))
    user = "user root;\n" if os.geteuid() == 0 else ""
    (work / "nginx.conf").write_text(
        f"{user}worker_processes auto;\npid {work}/pid;\nerror_log stderr error;\nevents {{ worker_connections 4096; }}\n"
        f"http {{\naccess_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;\n{configuration}}}\n",
        encoding="utf-8",
    )
    nginx = subprocess.Popen(["nginx", "-p", os.fspath(work), "-c", os.fspath(work / "nginx.conf"), "-g", "daemon off;"])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urlopen(address + "/now.json", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        nginx.terminate()
        nginx.wait()


def loaded(address: str, work: Path, paths: list[str], seconds: int, connections: int, **headers: str) -> Load:
    """One run of wrk over those paths in turns.

    Raises:
        RuntimeError: wrk failed.
    """
    script = work / "visit.lua"
    script.write_text(_VISIT % ", ".join(json.dumps(path) for path in paths), encoding="utf-8")
    given = [part for name, value in {"Accept-Encoding": "gzip", **headers}.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", os.fspath(script), *given, address]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"wrk failed:\n{done.stdout}{done.stderr}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    moved = re.search(r"Transfer/sec:\s+([\d.]+)(K|M|G)B", done.stdout)
    assert rate is not None and moved is not None
    if not {"50", "99"} <= {share for share, _, _ in _LATENCY.findall(done.stdout)}:
        raise RuntimeError(f"wrk says nothing of how long answers took:\n{done.stdout}")
    times = {share: float(value) * _UNITS[unit] for share, value, unit in _LATENCY.findall(done.stdout)}
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", done.stdout)
    return Load(
        rate=float(rate[1]),
        megabytes=float(moved[1]) * {"K": 0.001, "M": 1, "G": 1000}[moved[2]],
        middle=times["50"],
        slow=times["99"],
        errors=int(wrong[1] if wrong else 0) + (sum(map(int, socket_errors.groups())) if socket_errors else 0),
    )


def compressed(site: Path) -> Path:
    """A copy of the site with a `.gz` beside each file of text."""
    copy = site.with_name("compressed")
    shutil.copytree(site, copy)
    for path in [path for path in copy.rglob("*") if path.suffix in {".html", ".css", ".js", ".json", ".svg", ".atom", ".rss", ".ics"}]:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    return copy


def visit(site: Path) -> list[str]:
    """What a browser asks for on a first visit to the home page."""
    html = (site / "index.html").read_text(encoding="utf-8")
    script, icon = re.search(r'<script src="([^"]+)"', html), re.search(r'<link rel="icon"[^>]* href="([^"]+)"', html)
    assert script is not None and icon is not None
    return ["/", f"/{script[1]}", f"/{icon[1]}"]


def measured(site: Path, work: Path, rounds: int, seconds: int, connections: int) -> dict[str, list[Load]]:
    """Each kind of load, in turns."""
    packed, whole = compressed(site), visit(site)
    found: dict[str, list[Load]] = {}
    for _ in range(rounds):
        for name, folder in (("compressed for each answer", site), ("compressed beforehand", packed)):
            with served(folder, work, static=folder is packed) as address:
                tag = urlopen(Request(address + "/", headers={"Accept-Encoding": "gzip"})).headers["ETag"]
                for what, paths, headers in (
                    ("the home page", ["/"], {}),
                    ("a first visit: page, script, icon", whole, {}),
                    ("the same page again, unchanged (304)", ["/"], {"If-None-Match": tag}),
                    ("the poll of an open page, now.json", ["/now.json"], {}),
                ):
                    load = loaded(address, work, paths, seconds, connections, **headers)
                    found.setdefault(f"{what}; {name}", []).append(load)
                    print(f"{what}; {name}: {load.rate:,.0f} answers a second", file=sys.stderr, flush=True)
    return found


def table(found: dict[str, list[Load]]) -> str:
    """A line for each kind of load."""
    lines = ["| what is asked for | answers a second | MB a second | middle answer, ms | slowest of 100, ms | errors |", "|---|---|---|---|---|---|"]
    for name, loads in found.items():
        rate, megabytes, middle, slow = (spread([getattr(load, field) for load in loads], form) for field, form in (("rate", ",.0f"), ("megabytes", ".0f"), ("middle", ".1f"), ("slow", ".1f")))
        lines.append(f"| {name} | {rate} | {megabytes} | {middle} | {slow} | {sum(load.errors for load in loads)} |")
    return "\n".join(lines)


def main() -> None:
    """Reads the arguments, builds, loads, and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, metavar="R", help="how many runs of each kind (default: 3)")
    parser.add_argument("--seconds", type=int, default=5, metavar="S", help="how long each runs (default: 5)")
    parser.add_argument("--connections", type=int, default=64, metavar="C", help="how many readers ask at once (default: 64)")
    parser.add_argument("--json", type=Path, help="write each run to this file as well")
    arguments = parser.parse_args()
    missing = [name for name in ("nginx", "wrk") if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]
    if missing:
        sys.exit(f"{' and '.join(missing)} not found; Debian has both: apt-get install nginx wrk")
    os.environ["PATH"] += ":/usr/sbin"
    with tempfile.TemporaryDirectory(prefix="onrecord-spike-") as name:
        work = Path(name)
        clock = DAYS["worst"][0]
        cut(work / "scene", parse_instant(clock))
        command = [sys.executable, "-c", "import sys; from onrecord.cli import main; sys.exit(main(sys.argv[1:]))", "build", "--now", clock, "--out", str(work / "site")]
        subprocess.run(command, cwd=work / "scene", check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = measured(work / "site", work, arguments.rounds, arguments.seconds, arguments.connections)
    print(table(found))
    if arguments.json:
        arguments.json.write_text(json.dumps({n: [asdict(load) for load in loads] for n, loads in found.items()}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
