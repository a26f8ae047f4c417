"""What becomes of the addresses that people type: mended where they lead somewhere, and no link where they lead nowhere."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.addresses import fitted, leads_out

ADDRESSES = [
    ("as it should be", "https://a.example/b/?c=d%20e&f=g#h", "https://a.example/b/?c=d%20e&f=g#h"),
    ("a second hash", "https://matrix.to/#/#room:a.example", "https://matrix.to/#/%23room:a.example"),
    ("a space, quotes, brackets", 'https://a.example/b c"[d]{e}|f', "https://a.example/b%20c%22%5Bd%5D%7Be%7D%7Cf"),
    ("a percent sign that means itself", "https://a.example/100%", "https://a.example/100%25"),
    ("blanks around it", "  https://a.example/\n", "https://a.example/"),
    ("a host in another script", "https://b\u00fccher.example/", "https://b\u00fccher.example/"),
    ("the same host in codes", "https://b%C3%BCcher.example/", "https://b\u00fccher.example/"),
    ("a host by its number", "http://[::1]:8080/", "http://[::1]:8080/"),
    ("mail", "mailto:help desk@a.example", "mailto:help%20desk@a.example"),
    ("within the site", "../b c/#d#e", "../b%20c/#d%23e"),
    ("no host", "https:///a", None),
    ("nothing but a scheme", "http:a", None),
    ("nobody to write to", "mailto:", None),
    ("a host that none can have", "https://a b/", None),
    ("a sign that browsers take for a slash", "https://a.example\\@b.example/", None),
    ("two users", "https://a@b@c/", None),
    ("a port that there is not", "https://a.example:99999/", None),
    ("nothing", "", None),
]


@pytest.mark.parametrize(("typed", "expected"), [row[1:] for row in ADDRESSES], ids=[row[0] for row in ADDRESSES])
def test_addresses(typed: str, expected: str | None) -> None:
    """Each becomes exactly this, or is no address; and what has become fit stays as it is."""
    assert fitted(typed) == expected
    assert expected is None or fitted(expected) == expected


def test_only_whole_addresses_lead_out() -> None:
    """What a field asks for has a scheme that pages link to, and a place behind it."""
    assert leads_out("https://a.example")
    assert leads_out("mailto:a@b.example")
    assert not [address for address in ("a.example", "//a.example", "/a", "javascript:x", "ftp://a.example/", "https://", "mailto: ") if leads_out(address)]


@given(st.text(alphabet="ahtps:/?#%[]@\\ 0\u00e9.\"<", max_size=20).map("https://".__add__))
def test_what_is_fit_stays_so_and_leads_where_it_says(typed: str) -> None:
    """Whatever is typed, a second mending changes nothing, and other readers find a host in it."""
    if (found := fitted(typed)) is not None:
        assert fitted(found) == found
        assert urlsplit(found).hostname
        assert found.count("#") <= 1
