"""Templates as more direct Python: the same text as Jinja2's own, or its own where there is no short way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

import days
from onrecord.model import Effect
from onrecord.render.feeds import feeds
from onrecord.render.pages import pages
from onrecord.settings import Site
from onrecord.snapshot import derive
from onrecord.templating import Templates, environment
from onrecord.templating.compiling import escaped

HOSTILE = """<b a="1" c='2'>&"""
MACROS = (
    "{% macro two(a, b='<i>') %}{{ a }}|{{ b }};{% endmacro %}"
    "{% macro any() %}{{ varargs | join(',') }}{{ kwargs.x }}{% endmacro %}"
    "{% macro around() %}<p>{{ caller() }}</p>{% endmacro %}"
)
TEMPLATES = {
    "text is escaped": "{{ text }}{{ safe }}{{ 5 }}{{ '<' }}{{ none }}{{ effect }}",
    "pieces keep their order": "a{{ text }}b{{ 'c' }}{{ 1 }}{{ safe }}d",
    "attributes": "{{ thing.name }} {{ thing.inner.name }}",
    "a key where an attribute is missing": "{{ table.key }} {{ table['key'] }}",
    "an attribute where a key is missing": "{{ thing['name'] }}",
    "the key wins in brackets, the attribute behind a dot": "{{ table['items'] }} {{ table.items() | list }}",
    "keywords are no attributes of Python": "{{ table.class }} {{ table['from'] }}",
    "what is not there": "{{ thing.no is defined }} {{ table.no is defined }} {{ thing.no | default('-') }} {{ rows[9] is defined }}",
    "items and slices": "{{ rows[0] }} {{ rows[-1] }} {{ rows[1:] | join }} {{ table['key'][0] }}",
    "methods": "{{ text.upper() }} {{ text.replace('<', '>') }} {{ thing.twice(text) }} {{ thing.twice(word=text) }}",
    "calls with stars": "{{ thing.twice(*[text]) }} {{ thing.twice(**{'word': text}) }}",
    "macros": MACROS + "{{ two(text, text) }}{{ two(text) }}{{ two(b=text, a=1) }}{{ any(1, 2, x=text) }}{% call around() %}{{ text }}{% endcall %}",
    "macros of another template": "{% import 'macros.html' as m %}{{ m.two(text, text) }}{{ m.two(text) }}{{ m.two(b=text, a=1) }}{{ m.any(1, x=3) }}",
    "a macro that does not escape": "{% autoescape false %}{% macro raw(a) %}{{ a }}{% endmacro %}{{ raw(text) }}{% endautoescape %}",
    "a name that is a macro and a value": MACROS + "{% for two in [thing.twice] %}{{ two(text) }}{{ two(word=text) }}{% endfor %}{{ two(text) }}",
    "a name that is an import and a value": "{% import 'macros.html' as m %}{% for m in [thing] %}{{ m.twice(text) }}{{ m.twice(word=text) }}{% endfor %}{{ m.two(text) }}",
    "a macro that is handed on": MACROS + "{% macro calls(f) %}{{ f(text) }}{{ f(b=text, a=1) }}{% endmacro %}{{ calls(two) }}{{ calls(thing.twice) if none else '' }}",
    "macros named alone": "{% from 'macros.html' import two %}{{ two(text, safe) }}",
    "blocks to a name": "{% set x %}<p>{{ text }}</p>{% endset %}{{ x }}{{ x | length }}",
    "loops": "{% for row in rows %}{{ loop.index }}{{ row }}{% set last = row %}{% else %}none{% endfor %}",
    "recursion": "{% for row in [[1, [2]], [3, []]] recursive %}{{ row if row is number else loop(row) }}{% endfor %}",
    "translated words": "{{ _('Since %(when)s', when=text) }}{% trans n=3 %}one{% pluralize %}{{ n }}{% endtrans %}",
    "without escaping": "{% autoescape false %}{{ text }}{{ thing.twice(text) }}{% endautoescape %}{{ text }}",
    "escaping that is known late": "{% autoescape rows[0] == 1 %}{{ text }}{{ rows | join('<') }}{% endautoescape %}",
    "conditions": "{{ text if rows else safe }}{{ '<' if not rows else '>' }}{{ text ~ safe }}",
    "filters on blocks": "{% filter upper %}<p>{{ text }}</p>{% endfilter %}",
    "a namespace": "{% set n = namespace(at=0) %}{% for row in rows %}{% set n.at = n.at + row %}{% endfor %}{{ n.at }}",
    "an override": "{% extends 'base.html' %}{% block words %}{{ super() }}{{ text }}{{ self.title() }}{% endblock %}",
    "an included template": "{% include 'base.html' %}{% include 'no.html' ignore missing %}",
}


class Thing:
    """What templates look into."""

    name = HOSTILE
    inner = SimpleNamespace(name=5)

    def __str__(self) -> str:
        return HOSTILE

    def twice(self, word: str) -> str:
        return word + word


def context() -> dict[str, object]:
    """What the templates of the table are rendered with."""
    table = {"key": HOSTILE, "items": "<i>", "class": "c", "from": "f"}
    safe = Markup("<em>x</em>")
    return {"text": HOSTILE, "safe": safe, "effect": Effect.operational, "thing": Thing(), "table": table, "rows": [1, 2, 3]}


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    """The templates of the table beside those that they use."""
    (tmp_path / "macros.html").write_text(MACROS)
    (tmp_path / "base.html").write_text("{% block title %}<h1>{{ text }}</h1>{% endblock %}{% block words %}<p>{{ safe }}</p>{% endblock %}")
    for number, source in enumerate(TEMPLATES.values()):
        (tmp_path / f"{number}.html").write_text(source)
    return environment(tmp_path)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_text_is_that_of_jinja(name: str, templates: Templates) -> None:
    """Whatever a template does, it says the same as one that Jinja2 compiles its own way."""
    number = list(TEMPLATES).index(name)
    plain = templates._plain.get_template(f"{number}.html").render(context())
    assert templates.render(f"{number}.html", **context()) == plain
    assert templates.render(f"{number}.html", **context()) == plain


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ thing.missing }}", "{{ thing.missing.name }}", "{{ table['no'] }}", "{{ thing.no() }}"])
def test_what_is_missing_is_told_as_jinja_tells_it(source: str, tmp_path: Path) -> None:
    """An owner who mistypes a name reads which, and not what Python says of it."""
    (tmp_path / "t.html").write_text(source)
    templates = environment(tmp_path)
    for _ in range(2):
        with pytest.raises(UndefinedError, match=r"undefined|has no"):
            templates.render("t.html", **context())


@pytest.mark.parametrize("value", ["plain", HOSTILE, "&", "<", ">", '"', "'", Markup("<b>"), 5, None, Effect.operational, Thing()])
def test_escaping_is_that_of_jinja(value: object) -> None:
    """Each sign that HTML knows is escaped, and markup is left alone."""
    from markupsafe import escape

    assert str(escaped(value)) == str(escape(value))


def test_our_own_templates_take_the_short_way() -> None:
    """No page of ours is rendered twice."""
    templates = environment()
    site = Site(name="Status", url="https://status.example/", description="", language="en")
    for dataset, at in (days.worst_day(), days.quiet_day()):
        snapshot = derive(dataset, at)
        made: Iterator[object]
        for made in (pages(snapshot, site, templates), feeds(snapshot, site, templates)):
            assert list(made)
    assert templates._roundabout == set()


def test_compiled_templates_are_kept_apart_from_those_of_other_code(tmp_path: Path) -> None:
    """Other Python made of the same templates must not be taken for this."""
    from onrecord.templating.compiling import FINGERPRINT

    environment(cache_folder=tmp_path).render("onrecord/missing.html", root="/")
    assert [folder.name for folder in next(tmp_path.iterdir()).iterdir()] == [FINGERPRINT]
