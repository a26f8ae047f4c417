"""Walks a site of attacks in a browser, served as a host would that honours `_headers`: what runs, what is asked for, what is blocked, what is too wide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

import serving
from hostile.attacks import MARK

_BLOCKED = "addEventListener('securitypolicyviolation', (event) => (window.blocked ??= []).push(`${event.effectiveDirective} ${event.blockedURI}`))"
_OPENED = """() => {
  document.querySelectorAll('details').forEach((found) => { found.open = true })
  for (const name of ['mouseover', 'focus', 'click'])
    document.querySelectorAll('main [onclick], main [onfocus], main [onmouseover], a[href^="javascript:" i], form[action^="javascript:" i] button').forEach((found) => found.dispatchEvent(new Event(name, {bubbles: true})))
  return [document.documentElement.scrollWidth, ...(window.blocked ?? [])]
}"""
_RULE = re.compile(r"^(/\S*)\n((?:[ \t]+.+\n?)+)", re.MULTILINE)
_NAMED = re.compile(r"(?<=\b)(components|groups|history|incidents)/[^/]+/")


class _Host(serving.Quiet):
    """A plain static host that sends what `_headers` says: every rule that matches counts, as on Cloudflare and Netlify."""

    rules: tuple[tuple[re.Pattern[str], tuple[tuple[str, str], ...]], ...] = ()

    def end_headers(self) -> None:
        """Adds what is said of this path."""
        path = self.path.partition("?")[0]
        for pattern, headers in self.rules:
            if pattern.fullmatch(path):
                for key, value in headers:
                    self.send_header(key, value)
        super().end_headers()


@contextmanager
def hosting(site: Path) -> Iterator[str]:
    """The address, ending with `/`, at which the site is while the block runs."""
    rules = [(_pattern(path), _headers(lines)) for path, lines in _RULE.findall((site / "_headers").read_text(encoding="utf-8"))]
    with serving.serving(site, type("_Headed", (_Host,), {"rules": tuple(rules)})) as address:
        yield address


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r":\w+", "[^/]+", re.escape(path).replace(r"\*", ".*")))


def _headers(lines: str) -> tuple[tuple[str, str], ...]:
    found = (line.strip().partition(": ") for line in lines.splitlines())
    return tuple((key, value) for key, _, value in found)


def kinds(site: Path) -> list[list[Path]]:
    """The pages that hold an attack, those of one kind together: of these one differs from another by its words alone."""
    found: dict[str, list[Path]] = {}
    for path in sorted(site.rglob("*.html")):
        if MARK in path.read_text(encoding="utf-8"):
            found.setdefault(_NAMED.sub(r"\1/", path.relative_to(site).as_posix()), []).append(path)
    return list(found.values())


def some(site: Path, each: int) -> list[Path]:
    """About so many pages of each kind, from all over the year."""
    return [page for kind in kinds(site) for page in kind[:: max(1, len(kind) // each)]]


def walk(browser: Browser, site: Path, pages: Iterable[Path], width: int) -> list[str]:
    """Whatever those pages do that they must not, each with its page."""
    found: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 800}, service_workers="block")
    context.add_init_script(_BLOCKED)
    page = context.new_page()
    with hosting(site) as address:
        page.on("dialog", lambda dialog: (found.append(f"{page.url} ran {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: found.append(f"{page.url} asked for {request.url[:200]}") if _strays(request.url, address) else None)
        page.on("pageerror", lambda error: found.append(f"{page.url} failed: {error}"))
        for path in pages:
            name = path.relative_to(site).as_posix()
            found += [f"{name}: {what}" for what in _looked_at(page, address + name, width)]
        found += _searched(page, address)
    context.close()
    return found


def _strays(asked: str, address: str) -> bool:
    return "__tripwire__" in asked or not asked.startswith((address, "data:image/"))


def _looked_at(page: Page, address: str, width: int) -> Iterator[str]:
    page.goto(address)
    if not address.endswith(".html"):
        return
    reach, *blocked = page.evaluate(_OPENED)
    if page.url != address:
        yield f"left for {page.url}"
    if reach > width:
        yield f"is {reach} pixels wide"
    yield from (f"had {what[:200]} blocked" for what in blocked)


def _searched(page: Page, address: str) -> Iterator[str]:
    """The search puts words of every record into its page."""
    page.goto(f"{address}search/?q={MARK}")
    page.locator(".results a").first.wait_for()
    yield from (f"search/: had {what[:200]} blocked" for what in page.evaluate(_OPENED)[1:])
