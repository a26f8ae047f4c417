"""The house: drawn by MkDocs once, remembered until something that it depends on changes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

from onrecord.render.artifacts import PageContent
from onrecord.site import engine as site_engine
from onrecord.site.engine import ENGINES, Drawn, EngineFailed, draw
from onrecord.site.shell import KINDS
from tools import absent

Repository = Callable[[Mapping[str, str | bytes]], Path]

CONFIG = """\
site_name: Ours & theirs
site_url: https://status.example.com/sub
site_description: What we say
docs_dir: pages
theme: {name: material, custom_dir: own}
nav: [{About: about.md}]
plugins: [onrecord]
markdown_extensions: [tables]
"""
FILES = {
    "mkdocs.yml": CONFIG,
    "pages/about.md": "# About us\n\nSee [the incident](incidents/2026-11-21-x/) and [all](history/index.md).\n",
    "pages/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "own/README.md": "Overrides",
}
PAGE = PageContent(
    address="incidents/2026-11-21-x/", kind="incident", title="Down", description="It is", content="<p>Words</p>"
)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each of the engines, of which one is an extra that may not be installed."""
    if request.param == "zensical" and find_spec("zensical") is None:
        absent("needs Zensical: pip install 'onrecord[zensical]'")
    return str(request.param)


@pytest.fixture
def drawn(repository: Repository, tmp_path: Path, engine: str) -> Callable[..., Drawn]:
    """Draws the repository above with some of its files changed; a file of None is removed."""

    def run(changes: Mapping[str, str | None] | None = None, **options: bool) -> Drawn:
        files = {**FILES, **(changes or {})}
        root = repository({path: text for path, text in files.items() if text is not None})
        for path in (path for path, text in files.items() if text is None):
            (root / path).unlink(missing_ok=True)
        work = Path(tempfile.mkdtemp(dir=tmp_path))
        return draw(root, work, engine=engine, **options)

    return run


def published(drawn: Drawn) -> set[str]:
    """The files that are published as they are, with what is named by its content left out."""
    return {
        p.relative_to(drawn.folder).as_posix()
        for p in drawn.folder.rglob("*")
        if p.is_file() and "onrecord" not in p.name
    }


def test_folder_holds_pages_and_pictures_only(drawn: Callable[..., Drawn]) -> None:
    """No shell, no sitemap, no search index, nothing of Material's bundle."""
    found = drawn()
    assert {name for name in published(found) if not name.startswith("assets/onrecord/")} == {
        "about/index.html",
        "logo.svg",
    }
    assert [page.address for page in found.pages] == ["about/"]
    assert set(found.shells) == set(KINDS)
    assert found.warnings == ()


def test_no_index_for_a_script_that_no_page_loads(drawn: Callable[..., Drawn]) -> None:
    """A search plugin in mkdocs.yml, or MkDocs' own where it names none, writes nothing that is published."""
    for plugins in ("plugins: [onrecord, search]\n", ""):
        found = drawn({"mkdocs.yml": CONFIG.replace("plugins: [onrecord]\n", plugins)})
        assert not any(name.startswith("search") for name in published(found))


def test_words_of_pages_are_those_that_are_shown(drawn: Callable[..., Drawn]) -> None:
    """Title and words without markup, scripts, comments and signs of the theme, unless the page stays out of the search."""
    text = """\
        # About *us* &amp; you

        One two<!-- three -->[^1].

        <script>four()</script>

        | a | b |
        |---|---|
        | c | d |

        [^1]: Five
        """
    config = CONFIG.replace("[tables]", "[tables, footnotes, {toc: {permalink: true}}]")
    shown = drawn({"mkdocs.yml": config, "pages/about.md": dedent(text)}).pages[0]
    assert (shown.address, shown.title) == ("about/", "About")
    assert shown.text == "One two.\na b\nc d\nFive"
    out = drawn({"pages/about.md": "---\nsearch: {exclude: true}\n---\n# About\n"}).pages[0]
    assert (out.address, out.text) == ("about/", None)


def test_site_is_what_mkdocs_yml_says(drawn: Callable[..., Drawn]) -> None:
    """The address always ends with a slash."""
    site = drawn().site
    assert (site.name, site.url, site.description, site.language) == (
        "Ours & theirs",
        "https://status.example.com/sub/",
        "What we say",
        "en",
    )


def test_filled_shell_is_a_page_at_its_depth(drawn: Callable[..., Drawn]) -> None:
    """Links of the chrome lead up from where the page lies; no mark is left."""
    found = drawn()
    html = found.shells["incident"].fill(PAGE, found.site).decode()
    assert '<link rel="canonical" href="https://status.example.com/sub/incidents/2026-11-21-x/">' in html
    assert "<title>Down · Ours &amp; theirs</title>" in html
    assert '<a class="md-tabs__link" href="../../about/">About</a>' in html
    assert "xqonrecord" not in html
    assert "<p>Words</p>" in html


def test_missing_page_links_from_the_base_path(drawn: Callable[..., Drawn]) -> None:
    """404.html is served at every depth."""
    html = drawn().shells["missing"].html
    assert 'href="/sub/about/"' in html
    assert 'href="../' not in html


def test_links_to_generated_pages_are_right_and_give_no_warning(drawn: Callable[..., Drawn]) -> None:
    """Even where the owner asked MkDocs to be strict about links."""
    found = drawn({"mkdocs.yml": CONFIG + "validation: {links: {unrecognized_links: warn, absolute_links: warn}}\n"})
    html = (found.folder / "about/index.html").read_text()
    assert '<a href="../incidents/2026-11-21-x/">the incident</a>' in html
    assert '<a href="../history/">all</a>' in html
    assert found.warnings == ()


def test_a_page_in_the_way_is_left_out_and_said(drawn: Callable[..., Drawn]) -> None:
    """The status page itself stands at the root."""
    found = drawn({"pages/index.md": "# Home"})
    assert "index.html" not in published(found)
    assert any("index.md is left out" in warning for warning in found.warnings)


def test_inline_script_of_a_page_is_not_vouched_for(drawn: Callable[..., Drawn]) -> None:
    """Raw HTML in Markdown does not run, and its author is told."""
    found = drawn({"pages/about.md": "# About\n\n<script>run()</script>\n"})
    html = (found.folder / "about/index.html").read_text()
    clean = (drawn().folder / "about/index.html").read_text()
    policies = [text.split("Content-Security-Policy", 1)[1].split(">", 1)[0] for text in (html, clean)]
    assert policies[0] == policies[1]
    assert any("about.md holds <script>" in warning for warning in found.warnings)


def test_inline_script_of_an_override_is_vouched_for(drawn: Callable[..., Drawn]) -> None:
    """The owner's templates are the owner's word."""
    found = drawn(
        {"own/main.html": '{% extends "base.html" %}{% block extrahead %}<script>let a</script>{% endblock %}'}
    )
    html = found.shells["home"].html
    assert html.count("'sha256-") == 2


def test_aligned_columns_need_no_style_attribute(drawn: Callable[..., Drawn]) -> None:
    """Tables are aligned by a class, which the policy allows."""
    found = drawn({"pages/about.md": "# About\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n"})
    html = (found.folder / "about/index.html").read_text()
    assert '<td class="align-right">2</td>' in html
    assert found.warnings == ()


def test_boxes_of_a_task_list_have_names(drawn: Callable[..., Drawn]) -> None:
    """Who hears the page learns which task is done."""
    found = drawn(
        {
            "mkdocs.yml": CONFIG.replace("[tables]", "[pymdownx.tasklist]"),
            "pages/about.md": "# About\n\n- [x] a\n- [ ] b\n",
        }
    )
    html = (found.folder / "about/index.html").read_text()
    assert '<input aria-label="done" type="checkbox" disabled checked' in html
    assert '<input aria-label="not done" type="checkbox" disabled/' in html


def test_an_override_of_one_block(drawn: Callable[..., Drawn]) -> None:
    """Blocks written for Material work on people's and on generated pages."""
    found = drawn({"own/main.html": '{% extends "base.html" %}{% block announce %}Closed today{% endblock %}'})
    assert "Closed today" in (found.folder / "about/index.html").read_text()
    assert all("Closed today" in shell.html for shell in found.shells.values())


def test_what_the_chrome_shows_of_mkdocs_yml(drawn: Callable[..., Drawn]) -> None:
    """Social links, other languages, a logo, own style and script, a navigation in depth: the same from each engine."""
    more = """\
        copyright: Ours
        extra_css: [own.css]
        extra_javascript: [own.js]
        extra:
          social: [{icon: fontawesome/brands/mastodon, link: "https://social.example/@us"}, {icon: material/email, link: "mailto:us@ours.example", name: Write}]
          alternate: [{name: Deutsch, link: /de/, lang: de}]
        nav: [{About: about.md}, {More: [{Deep: deep/one.md}, {Far: "https://far.example/"}]}]
        """
    found = drawn({"mkdocs.yml": CONFIG.replace("nav: [{About: about.md}]\n", "") + dedent(more), "pages/deep/one.md": "# One\n", "pages/own.css": "", "pages/own.js": ""})
    html = found.shells["incident"].html
    for part in (
        '<span class="md-social__name">social.example/@us</span>',
        '<span class="md-social__name">Write</span>',
        'hreflang="de"',
        'href="../../own.css"',
        'src="../../own.js"',
        '<a class="md-tabs__link" href="../../deep/one/">More</a>',
        '<li class="md-nav__item"><span class="md-nav__section">More</span><ul class="md-nav__list"><li class="md-nav__item"><a class="md-nav__link" href="../../deep/one/">Deep</a></li>'
        '<li class="md-nav__item"><a class="md-nav__link" href="https://far.example/">Far</a></li></ul></li>',
    ):
        assert part in html
    assert (found.folder / "own.css").exists()


def test_a_navigation_that_nobody_wrote_holds_people_s_pages(drawn: Callable[..., Drawn]) -> None:
    """And no shell."""
    found = drawn({"mkdocs.yml": CONFIG.replace("nav: [{About: about.md}]\n", ""), "pages/help/index.md": "# Help\n"})
    html = found.shells["home"].html
    assert 'about/">About us</a>' in html
    assert 'help/">' in html
    assert "xqonrecordtitle" not in html.partition("<header")[2].partition("<main")[0]


def test_an_override_that_drops_the_content(drawn: Callable[..., Drawn]) -> None:
    """The error says which page and what to do."""
    with pytest.raises(EngineFailed, match=r"home page without its content; .* super\(\)"):
        drawn({"own/main.html": '{% extends "base.html" %}{% block content %}Mine{% endblock %}'})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mkdocs.yml": "site_name: [unclosed"}, "could not draw the pages"),
        ({"mkdocs.yml": CONFIG.replace("material", "readthedocs")}, "theme: {name: material}"),
        ({"own/main.html": "{% extends 'base.html' %}{% block content %}"}, "could not draw the pages"),
        ({"mkdocs.yml": CONFIG.replace("[tables]", "[no_such_extension]")}, "no_such_extension"),
    ],
    ids=["broken YAML", "another theme", "broken template", "unknown extension"],
)
def test_failures_are_explained(drawn: Callable[..., Drawn], changes: dict[str, str], said: str) -> None:
    """One clear error, with what to mend."""
    with pytest.raises(EngineFailed) as caught:
        drawn(changes)
    assert said in str(caught.value)
    assert caught.value.hint


def test_unknown_engine(tmp_path: Path) -> None:
    """The known ones are named."""
    with pytest.raises(EngineFailed, match="no engine `mkdoc`") as caught:
        draw(tmp_path, tmp_path, engine="mkdoc")
    assert "mkdocs" in caught.value.hint


@pytest.mark.parametrize(
    "changes",
    [{}, {"mkdocs.yml": CONFIG.replace("plugins: [onrecord]\n", "plugins: []\n")}],
    ids=["named", "not named"],
)
def test_the_plugin_need_not_be_named(drawn: Callable[..., Drawn], changes: dict[str, str]) -> None:
    """`onrecord build` brings it along; `mkdocs build` alone needs it in mkdocs.yml."""
    assert set(drawn(changes).shells) == set(KINDS)


def test_a_repository_without_configuration(tmp_path: Path) -> None:
    """It gets the packaged one, and is told what is missing."""
    found = draw(tmp_path, tmp_path / "work")
    assert found.site.name == "Status"
    assert any("site_url" in warning for warning in found.warnings)


def test_pages_folder_may_be_missing(drawn: Callable[..., Drawn]) -> None:
    """Git keeps no empty folder, so the last page deleted takes its folder with it."""
    found = drawn(
        {
            "mkdocs.yml": CONFIG.replace("nav: [{About: about.md}]\n", "").replace("docs_dir: pages", "docs_dir: none"),
        }
    )
    assert found.pages == ()


# ---------------------------------------------------------------- the cache

REMEMBERED = "nothing that the shells depend on has changed"


def test_a_hit_gives_the_same(drawn: Callable[..., Drawn]) -> None:
    """Shells, pages, warnings and files are those of the run that is remembered."""
    first, second = drawn({"pages/index.md": "# Home"}), drawn({"pages/index.md": "# Home"})
    assert second.why == REMEMBERED
    assert (first.shells, first.site, first.pages, first.warnings) == (
        second.shells,
        second.site,
        second.pages,
        second.warnings,
    )
    assert published(first) == published(second)


def test_a_hit_does_not_import_mkdocs(drawn: Callable[..., Drawn], tmp_path: Path, engine: str) -> None:
    """Publishing an update does not pay for an engine that has nothing to do."""
    drawn()
    code = (
        "import sys; from pathlib import Path; from onrecord.site.engine import draw;"
        f"print(draw(Path({str(tmp_path / 'repository')!r}), Path({str(tmp_path)!r}), engine={engine!r}).why);"
        "print([n for n in ('mkdocs', 'material', 'zensical', 'jinja2', 'markdown', 'yaml', 'pydantic') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [REMEMBERED, "[]"]


@pytest.mark.parametrize(
    "changes",
    [
        {"mkdocs.yml": CONFIG.replace("Ours", "Yours")},
        {"pages/about.md": "# Other"},
        {"pages/new.txt": "new"},
        {"pages/logo.svg": None},
        {"own/main.html": '{% extends "base.html" %}'},
    ],
    ids=["configuration", "page", "file added", "file removed", "override"],
)
def test_a_change_is_seen(drawn: Callable[..., Drawn], changes: dict[str, str | None]) -> None:
    """Whatever the house depends on makes MkDocs run again, and a second time it is remembered."""
    drawn()
    assert drawn(changes).why != REMEMBERED
    assert drawn(changes).why == REMEMBERED


def test_an_inherited_configuration_is_part_of_the_key(drawn: Callable[..., Drawn]) -> None:
    """A change in the parent file changes the site."""
    child = "INHERIT: base.yml\n" + CONFIG.replace("site_name: Ours & theirs\n", "")
    assert drawn({"mkdocs.yml": child, "base.yml": "site_name: One\n"}).site.name == "One"
    assert drawn({"mkdocs.yml": child, "base.yml": "site_name: Two\n"}).site.name == "Two"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mkdocs.yml": CONFIG + "hooks: [hook.py]\n", "hook.py": ""}, "runs hooks"),
        ({"mkdocs.yml": CONFIG + "copyright: !ENV [COPYRIGHT, ours]\n"}, "!ENV"),
        ({"mkdocs.yml": CONFIG.replace("[onrecord]", "[onrecord, tags]")}, "plugin"),
        ({"mkdocs.yml": CONFIG.replace("[tables]", "[pymdownx.snippets]")}, "pymdownx.snippets"),
        ({"own/main.html": '{% extends "base.html" %}{# build_date_utc #}'}, "date of the build"),
    ],
    ids=["hooks", "environment", "plugin", "snippets", "date"],
)
def test_what_the_key_does_not_know_is_not_remembered(
    drawn: Callable[..., Drawn], changes: dict[str, str], said: str, engine: str
) -> None:
    """The engine runs each time, and says why. Zensical runs no hooks, so for it they are nothing unknown."""
    if said == "runs hooks" and engine == "zensical":
        assert any("hooks" in warning for warning in drawn(changes).warnings)
        return
    drawn(changes)
    found = drawn(changes)
    assert found.why != REMEMBERED
    assert said in found.why


def test_a_torn_entry_is_drawn_anew(drawn: Callable[..., Drawn], tmp_path: Path) -> None:
    """A cache that was cut off never reaches readers."""
    drawn()
    (about,) = (tmp_path / "repository/.cache").rglob("about/index.html")
    about.write_text("")
    found = drawn()
    assert found.why != REMEMBERED
    assert "About us" in (found.folder / "about/index.html").read_text()


def test_two_runs_draw_the_same_bytes(drawn: Callable[..., Drawn], tmp_path: Path, engine: str) -> None:
    """With the cache or without it."""
    first = drawn()
    second = draw(tmp_path / "repository", tmp_path / "other", engine=engine)
    third = draw(tmp_path / "repository", tmp_path / "third", serve=True, engine=engine)
    for path in sorted(first.folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(first.folder)
            assert path.read_bytes() == (second.folder / name).read_bytes() == (third.folder / name).read_bytes()


def test_what_changed_while_it_was_drawn_is_not_remembered(drawn: Callable[..., Drawn], monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that saves a page just then must see the new words by the next build at the latest."""
    monkeypatch.setattr(site_engine, "changed_last", lambda folders: 1 << 62)
    drawn()
    monkeypatch.undo()
    assert drawn().why == "a page, the theme or the engine has changed"
