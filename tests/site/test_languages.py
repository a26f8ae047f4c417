"""One site in three languages: addresses, alternates, feeds, translated words and those that nobody has translated yet."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from onrecord.cli import main
from repositories import lay_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Golden = Callable[[str, "str | bytes"], None]
URL = "https://status.example.com/"
INCIDENT = "incidents/2026/2026-11-21-checkout-errors"
ADDRESS = "incidents/2026-11-21-checkout-errors/"
FIRST, SECOND = "20261121T140512Z-investigating-k3f9", "20261121T142803Z-identified-p0qa"
FILES = {
    "mkdocs.yml": f"site_name: Ours\nsite_url: {URL}\ndocs_dir: site_src/pages\ntheme: {{name: material, custom_dir: site_src/theme}}\nplugins: [onrecord]\n",
    "site_src/pages/about.md": "# About us\n\nSee [it](incidents/2026-11-21-checkout-errors/).\n",
    "site_src/pages/de/about.md": "# Über uns\n\nSiehe [hier](incidents/2026-11-21-checkout-errors/).\n",
    "site_src/theme/README.md": "Overrides",
    "site_src/policy.yml": """\
        page:
          languages: [en, de, ar]
          translations: {de: {name: Unser Status}}
        """,
    "site_src/components.yml": """\
        components:
          - {id: checkout, name: Checkout, translations: {de: {name: Kasse}, ar: {name: الدفع}}}
          - {id: api, name: API & more}
        """,
    f"{INCIDENT}/incident.yml": """\
        title: Checkout <errors>
        severity: major
        components: {checkout: partial_outage, api: degraded_performance}
        started: 2026-11-21T13:58:00Z
        workaround: Pay by invoice.
        plan: [{step: Roll back}]
        translations:
          de: {title: Fehler an der Kasse, plan: [Zurück zur alten Fassung]}
        """,
    f"{INCIDENT}/updates/{FIRST}.md": """\
        ---
        at: 2026-11-21T14:05:12Z
        status: investigating
        next_update_by: 2026-11-21T14:35:00Z
        scope: A third
        ---
        Paying fails for some. We are looking.
        """,
    f"{INCIDENT}/updates/{SECOND}.md": """\
        ---
        at: 2026-11-21T14:28:03Z
        status: identified
        next_update_by: 2026-11-21T15:30:00Z
        ---
        An expired certificate.
        """,
    f"{INCIDENT}/updates/de/{FIRST}.md": """\
        ---
        scope: Ein Drittel
        ---
        Zahlen klappt bei manchen nicht. Wir suchen.
        """,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as `onrecord build` publishes it."""
    root = lay_out(tmp_path_factory.mktemp("repository"), FILES)
    assert main(["-C", str(root), "build", "--now", "2026-11-21T15:00:00Z"]) == 0
    return root / "site"


def pages(site: Path) -> dict[str, str]:
    """Every page by its address."""
    return {p.relative_to(site).as_posix().removesuffix("index.html"): p.read_text(encoding="utf-8") for p in site.rglob("*.html")}


def alternates(html: str) -> dict[str, str]:
    """The address of each version that a page names, by language."""
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html)) | {
        language: address for address, language in re.findall(r'<link rel="alternate" href="([^"]+)" hreflang="([^"]+)">', html)
    }


def main_of(html: str) -> str:
    """What stands on the page, without the chrome around it."""
    found = re.search(r'<div class="onrecord.*?(?=</div>\s*</div>\s*</div>\s*</main>)', html, re.DOTALL)
    assert found is not None
    return found[0] + "\n"


def test_every_page_is_in_every_language(built: Path) -> None:
    """Each generated page of the root lies under each language; each says its language and direction."""
    found = pages(built)
    first = {address for address in found if not address.startswith(("de/", "ar/"))}
    for folder, direction in (("", "ltr"), ("de/", "ltr"), ("ar/", "rtl")):
        for address in first - {"about/"}:
            assert f'<html lang="{folder.rstrip("/") or "en"}" dir="{direction}"' in found[folder + address] or "embed" in address
    assert "de/about/" in found
    assert "ar/about/" not in found


def test_alternates_are_symmetric(built: Path) -> None:
    """Every version that a page names exists and names it back; what is for nobody in particular is the first language's."""
    found = pages(built)
    named = {address: alternates(html) for address, html in found.items()}
    assert len(named[ADDRESS]) == 4
    for address, versions in named.items():
        if not versions:
            assert "404.html" in address or "embed" in address, address
            continue
        assert URL + address in versions.values()
        assert versions["x-default"] == versions["en"]
        for version in versions.values():
            assert named[version.removeprefix(URL)] == versions
    assert set(named["de/about/"]) == {"en", "de", "x-default"}


def test_the_sitemap_says_the_same(built: Path) -> None:
    """Its alternates are those of the pages."""
    for url in ET.parse(built / "sitemap.xml").getroot():
        address = str(url[0].text).removeprefix(URL)
        said = {str(link.get("hreflang")): str(link.get("href")) for link in url if link.tag.endswith("link")}
        assert said == alternates((built / address / "index.html").read_text(encoding="utf-8")), address


def test_no_link_leads_nowhere(built: Path) -> None:
    """Every relative link of every page leads to a file, up to the site's root and down again."""
    missing = []
    for address, html in pages(built).items():
        here = (built / address).parent if address.endswith(".html") else built / address
        for link in re.findall(r'(?:href|src|data-now)="([^"#:]+)(?:#[^"]*)?"', html):
            target = (built / link.lstrip("/")) if link.startswith("/") else here / link
            if not (target / "index.html").exists() and not target.is_file():
                missing.append((address, link))
    assert missing == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_record_in_another_language(built: Path, golden: Golden, language: str) -> None:
    """What is translated, what is not and says so, and how far the translation got."""
    html = main_of((built / language / ADDRESS / "index.html").read_text(encoding="utf-8"))
    golden(f"languages/incident.{language}.html", re.sub("<svg class=\"vh\".*?</svg>", "<!-- style -->", html))


def test_words_that_nobody_translated_say_their_language(built: Path) -> None:
    """They stand on the page, marked and escaped; translated ones bear no mark; titles of windows are plain text."""
    german = (built / "de" / ADDRESS / "index.html").read_text(encoding="utf-8")
    assert '<div class="words"><p>Zahlen klappt bei manchen nicht. Wir suchen.</p></div>' in german
    assert '<div class="words" lang="en" dir="ltr"><p>An expired certificate.</p></div>' in german
    assert "Übersetzt bis Meldung 1 von 2; Späteres steht hier auf Englisch." in german
    assert "Ein Drittel" in german
    assert '<bdi lang="en" dir="ltr">API &amp; more</bdi>' in german
    arabic = (built / "ar" / ADDRESS / "index.html").read_text(encoding="utf-8")
    assert '<h1><bdi lang="en" dir="ltr">Checkout &lt;errors&gt;</bdi></h1>' in arabic
    assert "<title>Checkout &lt;errors&gt; · Ours</title>" in arabic
    assert "لم يُترجم بعد: الكلمات هنا باللغة الأصلية (الإنجليزية)." in arabic
    english = (built / ADDRESS / "index.html").read_text(encoding="utf-8")
    assert "<bdi lang" not in english
    assert "lag" not in re.findall(r'class="([^"]+)"', main_of(english))


def test_feeds_of_languages_are_told_apart(built: Path) -> None:
    """No id of one stands in the other; each says its language and leads to its own pages."""
    atom = {"a": "http://www.w3.org/2005/Atom"}
    ids: dict[str, set[str]] = {}
    for folder in ("", "de/", "ar/"):
        feed = ET.parse(built / folder / "updates.atom").getroot()
        assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == (folder.rstrip("/") or "en")
        ids[folder] = {str(found.text) for found in feed.iter("{http://www.w3.org/2005/Atom}id")}
        entry = feed.find("a:entry/a:link", atom)
        assert entry is not None
        assert str(entry.get("href")).startswith(f"{URL}{folder}{ADDRESS}")
        assert json.loads((built / folder / "feed.json").read_text(encoding="utf-8"))["language"] == (folder.rstrip("/") or "en")
        assert f"<language>{folder.rstrip('/') or 'en'}</language>" in (built / folder / "updates.rss").read_text(encoding="utf-8")
    assert not ids[""] & ids["de/"]
    assert not ids["de/"] & ids["ar/"]


def test_what_has_no_language_is_written_once(built: Path) -> None:
    """Programs read it; the widget has the words of all languages."""
    for path in ("api", "badges", "now.json", "build.json", "maintenance.ics", "widget.js", "sitemap.xml"):
        assert (built / path).exists()
        assert not (built / "de" / path).exists()
    text = json.loads((built / "widget.json").read_text(encoding="utf-8"))["text"]
    assert list(text) == ["en", "de", "ar"]
    assert text["de"]["said"] == {"2026-11-21-checkout-errors": {"title": "Fehler an der Kasse", "says": "Schwere Störung"}}
    assert (text["ar"]["folder"], text["ar"]["dir"]) == ("ar/", "rtl")


def test_an_open_page_hears_of_news_in_every_language(built: Path) -> None:
    """One file tells all pages their version, so all bear the same."""
    told = json.loads((built / "now.json").read_text(encoding="utf-8"))
    for folder in ("", "de/", "ar/"):
        record = (built / folder / ADDRESS / "index.html").read_text(encoding="utf-8")
        assert re.findall(r'data-version="([^"]+)"', record) == [told["open"]["2026-11-21-checkout-errors"]]
        assert re.findall(r'data-version="([^"]+)"', (built / folder / "index.html").read_text(encoding="utf-8")) == [told["version"]]


def test_people_find_their_own_page(built: Path) -> None:
    """Its navigation leads to the translation where there is one, and says the language of the original where there is none."""
    german = (built / "de/index.html").read_text(encoding="utf-8")
    assert re.search(r'href="(?:\.\./de/|)about/"[^>]*>Über uns</a>', german)
    assert "Unser Status" in german
    arabic = (built / "ar/index.html").read_text(encoding="utf-8")
    assert re.search(r'href="\.\./about/" lang="en"[^>]*>About us</a>', arabic)
    assert f'href="../{ADDRESS}"' in (built / "de/about/index.html").read_text(encoding="utf-8")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.browser
def test_from_right_to_left_on_a_phone(built: Path, browser: Browser) -> None:
    """Nothing stands out of a page of 320 pixels, the state stands on the right, and the languages can be reached without a script."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    with served(built) as address:
        for path in ("", ADDRESS, "history/", "subscribe/", "reliability/", "components/checkout/", "search/"):
            page.goto(f"{address}ar/{path}")
            box = page.locator("html").bounding_box()
            assert box is not None
            assert box["width"] == 320, path
            assert page.locator("main .onrecord").bounding_box()["x"] >= 0, path  # type: ignore[index]
        page.goto(f"{address}ar/")
        page.locator("summary.md-header__button:visible").click()
        page.get_by_role("link", name="Deutsch").click()
        page.wait_for_url(f"{address}de/")
    context.close()
