"""How times are written, and how strings get into templates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from jinja2 import UndefinedError

import onrecord
from onrecord.templating import Language, environment
from onrecord.times import parse_instant

PACKAGE = Path(onrecord.__file__).parent
START = parse_instant("2026-11-21T14:00:00Z")


def test_times_are_utc_and_say_so() -> None:
    """A time is an element with the instant, and its words name UTC."""
    english = Language()
    assert english.time(START) == '<time datetime="2026-11-21T14:00:00Z">21 Nov 2026, 14:00 UTC</time>'
    assert english.short_time(START) == '<time datetime="2026-11-21T14:00:00Z">21 Nov, 14:00 UTC</time>'
    assert english.moment(START) == "21 Nov 2026, 14:00 UTC"


def test_a_stretch_names_its_day_once() -> None:
    """Within one UTC day only the clock is repeated; over midnight both times are whole."""
    english = Language()
    same = english.stretch(START, parse_instant("2026-11-21T15:30:00Z"))
    assert same.striptags() == "21 Nov 2026, 14:00–15:30 UTC"
    longer = english.stretch(START, parse_instant("2026-11-22T01:00:00Z"), short=True)
    assert longer.striptags() == "21 Nov, 14:00 UTC – 22 Nov, 01:00 UTC"


def test_days_in_a_row_are_one_text() -> None:
    """The month is named once where it can be."""
    english = Language()
    assert english.days(date(2026, 11, 21), date(2026, 11, 21)).striptags() == "21 Nov"
    assert english.days(date(2026, 11, 19), date(2026, 11, 20)).striptags() == "19 – 20 Nov"
    assert english.days(date(2026, 10, 30), date(2026, 11, 2)).striptags() == "30 Oct – 2 Nov"


@pytest.mark.parametrize(
    ("value", "text"), [(100.0, "100%"), (99.99999, "99.99%"), (99.98, "99.98%"), (0.0, "0.00%"), (99.9951, "99.99%")]
)
def test_uptime_is_cut_and_never_rounded_up(value: float, text: str) -> None:
    """Only what was never down is 100%."""
    assert Language().percent(value) == text


def test_strings_are_translated_and_values_escaped(tmp_path: Path) -> None:
    """The words around a value are markup, the value is text; a doubled percent sign is one."""
    (tmp_path / "t.html").write_text('<p>{{ _("Since %(when)s: 5%%", when=when) }}</p>{% if _("x") == "x" %}!{% endif %}')
    assert environment(tmp_path).render("t.html", when="<b>") == "<p>Since &lt;b&gt;: 5%</p>!"


def test_plural_strings_take_their_values(tmp_path: Path) -> None:
    """Counts choose the form."""
    (tmp_path / "t.html").write_text('{{ ngettext("%(num)d part", "%(num)d parts", n) }}')
    templates = environment(tmp_path)
    assert (templates.render("t.html", n=1), templates.render("t.html", n=2)) == ("1 part", "2 parts")


def test_a_forgotten_name_is_an_error(tmp_path: Path) -> None:
    """A template cannot leave a gap in silence."""
    (tmp_path / "t.html").write_text("{{ missing }}")
    with pytest.raises(UndefinedError):
        environment(tmp_path).render("t.html")


def test_an_owner_overrides_one_block(tmp_path: Path) -> None:
    """A template of the owner's may take ours and change a block."""
    (tmp_path / "onrecord").mkdir()
    (tmp_path / "onrecord/missing.html").write_text("Gone. {{ root }}")
    assert environment(tmp_path).render("onrecord/missing.html", root="/") == "Gone. /"


def test_compiled_templates_are_kept_for_each_language(tmp_path: Path) -> None:
    """Compiled templates hold translated words, so their folder is named by the words."""
    environment(cache_folder=tmp_path).render("onrecord/missing.html", root="/")
    assert list((tmp_path / Language().fingerprint).iterdir())


def test_the_catalogue_template_holds_every_string() -> None:
    """`locale/onrecord.pot` is what translators start from; `make strings` writes it anew."""
    method = [("**.py", "python"), ("theme/**.html", "jinja2")]
    found = {row[2] for row in extract_from_dir(PACKAGE, method, options_map={"theme/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}})}
    words = {message if isinstance(message, str) else message[0] for message in found}
    from babel.messages.pofile import read_po

    with (PACKAGE / "locale/onrecord.pot").open("rb") as file:
        kept = {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file) if message.id}
    assert kept == words
