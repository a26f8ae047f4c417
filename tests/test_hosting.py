"""What hosts and search engines read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

import days
from onrecord.render import hosting
from onrecord.render.hosting import Listed
from onrecord.site import csp

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def test_sitemap_has_each_address_escaped() -> None:
    """Addresses are absolute, with what XML and URLs want escaped."""
    (artifact,) = hosting.sitemap(days.SITE, [Listed(address="", modified="2026-12-05T09:30:00Z"), Listed(address="a&b/<c> ü/")])
    entries = [tuple(child.text for child in url) for url in ET.fromstring(artifact.data)]
    assert entries == [
        ("https://status.larkfield.example/", "2026-12-05T09:30:00Z"),
        ("https://status.larkfield.example/a%26b/%3Cc%3E%20%C3%BC/",),
    ]


def test_long_sitemap_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the limit there is an index and its parts, and no address is lost."""
    monkeypatch.setattr(hosting, "SITEMAP_LENGTH", 2)
    files = {a.path: a.data for a in hosting.sitemap(days.SITE, [Listed(address=f"{n}/") for n in range(5)])}
    assert sorted(files) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    parts = [loc.text for loc in ET.fromstring(files["sitemap.xml"]).iterfind(".//s:loc", NAMESPACE)]
    assert parts == [f"{days.SITE.url}sitemap-{n}.xml" for n in (1, 2, 3)]
    found = [
        loc.text for n in (1, 2, 3) for loc in ET.fromstring(files[f"sitemap-{n}.xml"]).iterfind(".//s:loc", NAMESPACE)
    ]
    assert found == [f"{days.SITE.url}{n}/" for n in range(5)]


def test_robots_names_the_sitemap() -> None:
    """The address is absolute, below the site's own path too."""
    (artifact,) = hosting.robots(replace(days.SITE, url="https://example.org/status/"))
    assert artifact.data.decode().endswith("Sitemap: https://example.org/status/sitemap.xml\n")


def test_headers_keep_only_what_never_changes() -> None:
    """Files with a digest in their name are immutable; others, the poll above all, are not."""
    (artifact,) = hosting.headers(
        ["index.html", "assets/onrecord/onrecord.0123abcd.css", "assets/logo.svg", "a.12345678"], days.SITE
    )
    rules = dict(block.split("\n", 1) for block in artifact.data.decode().split("\n\n"))
    assert [path for path, lines in rules.items() if "immutable" in lines] == ["/assets/onrecord/onrecord.0123abcd.css"]
    assert "max-age=30" in rules["/now.json"]
    assert "max-age=60, stale-while-revalidate=60, stale-if-error=86400" in rules["/"]
    assert rules["/publications.json"].endswith("Cache-Control: no-cache")
    assert "nosniff" in rules["/*"]
    assert "Cache-Control" not in rules["/*"], "some hosts join the values of all rules that match"


def test_each_file_is_told_once_how_long_it_may_be_kept() -> None:
    """Hosts that join what all matching rules say would join two ages to one that means nothing."""
    paths = [
        *("index.html", "404.html", "embed/index.html", "now.json", "api/v2/status.json", "badges/status.svg", "widget.js", "history.atom", "publications.json"),
        *("components/api/index.html", "components/api/updates.atom", "severity/major/feed.json", "assets/onrecord/a.0123abcd.css", "about/index.html", "about/b.0123abcd.png"),
    ]
    paths += [f"de/{path}" for path in ("index.html", "history.atom", "components/api/index.html", "components/api/feed.json", "severity/major/history.ics", "embed/index.html")]
    (artifact,) = hosting.headers(paths, replace(days.SITE, languages=("en", "de")))
    rules = [block.split("\n", 1) for block in artifact.data.decode().split("\n\n")]
    aged = [re.compile(re.sub(r":[a-z]+", "[^/]+", path).replace("*", ".*")) for path, lines in rules if "Cache-Control" in lines]
    for path in paths:
        assert sum(1 for rule in aged if rule.fullmatch(f"/{path}")) == 1, path


def test_only_the_frame_may_be_framed() -> None:
    """Every other page, the owner's too, refuses; no host may see both rules on one page."""
    (artifact,) = hosting.headers(["index.html", "404.html", "about/index.html", "incidents/2026-11-21-x/index.html", "embed/index.html", "now.json"], days.SITE)
    rules = dict(block.split("\n", 1) for block in artifact.data.decode().split("\n\n"))
    assert [path for path, lines in rules.items() if "X-Frame-Options: DENY" in lines] == ["/", "/index.html", "/404.html", "/about/*", "/incidents/*"]
    assert [path for path, lines in rules.items() if "frame-ancestors *" in lines] == ["/embed/*"]


def test_pages_have_the_headers_that_observatories_ask_for() -> None:
    """What Mozilla's looks for: a policy without anything unsafe, no frames, no sniffing, no foreign use; programs still read the API from anywhere."""
    policy = csp.of_all([f'<meta http-equiv="Content-Security-Policy" content="{csp.policy("<style>a{}</style>")}">', "<p>"])
    (artifact,) = hosting.headers(["index.html", "history/index.html"], days.SITE, policy)
    rules = dict(block.split("\n", 1) for block in artifact.data.decode().split("\n\n"))
    for page in ("/", "/history/*"):
        said = dict(line.strip().split(": ", 1) for line in f"{rules['/*']}\n{rules[page]}".splitlines() if line)
        assert said["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self' 'sha256-")
        assert said["Content-Security-Policy"].endswith("base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
        assert not {"unsafe", "http:", "https:", "*"} & {word for word in ("unsafe", "http:", "https:", "*") if word in said["Content-Security-Policy"]}
        assert int(said["Strict-Transport-Security"].removeprefix("max-age=")) >= 15_768_000
        wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
        assert said.items() >= wanted.items()
        assert said["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert not any("Resource-Policy: same-origin" in lines for path, lines in rules.items() if path in ("/*", "/api/*", "/badges/*", "/widget.js", "/embed/*"))


def test_feeds_go_out_as_what_they_are() -> None:
    """To every origin, wherever they lie; and the rules stay within the hundred that hosts read, whatever the page has."""
    paths = ["index.html", *(f"components/c{n}/index.html" for n in range(500)), "severity/major/history.ics"]
    (artifact,) = hosting.headers(paths, days.SITE)
    rules = dict(block.split("\n", 1) for block in artifact.data.decode().split("\n\n"))
    for path, type in (("/feed.json", "application/feed+json"), ("/:kind/:id/updates.atom", "application/atom+xml"), ("/:kind/:id/history.ics", "text/calendar")):
        assert "Access-Control-Allow-Origin: *" in rules[path]
        assert f"Content-Type: {type}; charset=utf-8" in rules[path]
    assert len(rules) < 50


def test_the_api_answers_without_its_ending() -> None:
    """Each of its files, and nothing else; never by a pattern, which would catch the files themselves."""
    (artifact,) = hosting.redirects(["now.json", "api/v2/summary.json", "api/v2/history/2026-11.json", "index.html", "api/openapi.json"])
    assert artifact.path == "_redirects"
    assert artifact.data.decode().splitlines() == [
        "/api/openapi /api/openapi.json 200",
        "/api/v2/history/2026-11 /api/v2/history/2026-11.json 200",
        "/api/v2/summary /api/v2/summary.json 200",
    ]


def test_each_language_has_its_own_frame() -> None:
    """The frame of every language may be framed, and no other page of any."""
    site = replace(days.SITE, languages=("en", "de"))
    paths = ["index.html", "de/index.html", "de/incidents/2026-11-21-x/index.html", "de/embed/index.html", "embed/index.html", "about/index.html"]
    (artifact,) = hosting.headers(paths, site)
    rules = dict(block.split("\n", 1) for block in artifact.data.decode().split("\n\n"))
    refused = [path for path, lines in rules.items() if "X-Frame-Options: DENY" in lines]
    assert refused == ["/", "/index.html", "/404.html", "/de/", "/de/index.html", "/de/404.html", "/about/*", "/:language/incidents/*"]
    assert [path for path, lines in rules.items() if "frame-ancestors *" in lines] == ["/embed/*", "/de/embed/*"]
    assert "/:language/updates.atom" in rules


def test_sitemap_names_the_other_languages() -> None:
    """Each page names every language that it is in, itself included; a page that people wrote in one language names none."""
    site = replace(days.SITE, languages=("en", "de"))
    listed = [Listed(address="history/"), Listed(address="de/history/"), Listed(address="about/", own=True), Listed(address="de/about/", own=True), Listed(address="terms/", own=True)]
    (artifact,) = hosting.sitemap(site, listed)
    found = {url[0].text: [(link.get("hreflang"), link.get("href")) for link in url[1:]] for url in ET.fromstring(artifact.data)}
    home = days.SITE.url
    both = [("en", f"{home}history/"), ("de", f"{home}de/history/"), ("x-default", f"{home}history/")]
    assert found[f"{home}history/"] == found[f"{home}de/history/"] == both
    assert [language for language, _ in found[f"{home}about/"]] == ["en", "de", "x-default"]
    assert found[f"{home}terms/"] == []
