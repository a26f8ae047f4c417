"""What goes to a service: text that steers nothing there, signatures that the manual's own example verifies, and no secret in a reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from onrecord.announcing import ledger
from onrecord.announcing.hooks import signed
from onrecord.announcing.sending import _cut, _dressed, masked
from onrecord.times import real_now

MANUAL = Path(__file__).parent.parent.parent / "docs/announcing.md"
KEY = "a key that only the two of us know"
TEXT = "**Now** [here](https://a.example/b_c) @everyone <!channel> <b>x</b> & all@here.example"
LINK = "https://a.example/incidents/x/"


@pytest.mark.parametrize(
    ("kind", "form", "there", "gone"),
    [
        ("discord", "text", [r"\*\*Now\*\*", r"\[here\]", "https://a.example/b_c"], ["@everyone", "<!channel"]),
        ("tgram", "html", ["**Now**", "&lt;b&gt;x&lt;/b&gt; &amp; "], ["<b>", "@everyone"]),
        ("slack", "text", ["**Now**", "https://a.example/b_c"], ["@everyone", "<!channel"]),
        ("mailtos", "text", [TEXT], []),
    ],
)
def test_text_steers_nothing(kind: str, form: str, there: list[str], gone: list[str]) -> None:
    """Nobody is called by a word of an incident, signs are shown as they stand, and an address stays one."""
    text, given = _dressed(TEXT, kind)
    assert given == form
    assert [part for part in there if part not in text] == []
    assert [part for part in gone if part in text] == []


def test_a_long_text_is_cut_with_the_address_of_the_rest() -> None:
    """Where the service takes less; a short one stays whole."""
    assert _cut("Short.", 1000, LINK) == "Short."
    cut = _cut("Long words. " * 500, 1000, LINK)
    assert len(cut) <= 800
    assert cut.endswith(f"…\n{LINK}")


def test_masks() -> None:
    """The whole secret, each part of it, and what its percent signs stand for; everything else stays."""
    secret = "mailtos://robin:p%40ssw0rd@smtp.a.example?to=list@lists.a.example"
    said = "login of robin with p@ssw0rd (p%40ssw0rd) at smtp.a.example failed for list@lists.a.example: refused"
    assert masked(said, (secret,)) == "login of ••• with ••• (•••) at ••• failed for •••@•••: refused"


# ---------------------------------------------------------------- signatures


def _example() -> Any:
    """The function that the manual shows for receivers."""
    (code,) = re.findall(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    space: dict[str, Any] = {}
    exec(code, space)
    return space["is_ours"]


def test_the_manuals_example_verifies() -> None:
    """A call of ours; not one with another body, id, time or key, nor an old one."""
    is_ours, now = _example(), real_now()
    headers = signed("a/b", now, b'{"a": 1}', KEY)
    assert is_ours(headers, b'{"a": 1}', KEY.encode())
    assert not is_ours(headers, b'{"a": 2}', KEY.encode())
    assert not is_ours({**headers, "webhook-id": "a/c"}, b'{"a": 1}', KEY.encode())
    assert not is_ours(headers, b'{"a": 1}', b"another key that we do not know")
    assert not is_ours(signed("a/b", now - timedelta(minutes=6), b"{}", KEY), b"{}", KEY.encode())


def test_a_library_of_others_verifies() -> None:
    """Keys as Standard Webhooks writes them, and a forged body is refused."""
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed("a/b", real_now(), b'{"a": 1}', key)
    assert Webhook(key).verify(b'{"a": 1}', headers) == {"a": 1}
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(b'{"a": 2}', headers)


def test_the_example_of_the_standard() -> None:
    """The numbers that its libraries test themselves with."""
    body = b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, UTC)
    found = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# ---------------------------------------------------------------- the ledger

_SENT = "2026-11-21T14:06:01Z sent 2026-11-21-a/b mail"


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([_SENT], "sent"),
        (["2026-11-21T14:06:00Z sending 2026-11-21-a/b mail", _SENT], "sent"),
        (["2026-11-21T14:06:00Z sending 2026-11-21-a/b mail"], "sending"),
        (["2026-11-21T14:06:00Z failed 2026-11-21-a/b mail", "2026-11-21T14:06:00Z sending 2026-11-21-a/b mail"], "failed"),
        ([_SENT, "2026-11-21T14:07:00Z failed 2026-11-21-a/b mail"], "sent"),
        (["nonsense", "", "2026-11-21T14:06:00Z sent 2026-11-21-a/b", "yesterday sent 2026-11-21-a/b mail"], None),
    ],
    ids=["sent", "sent after it was begun", "begun", "failed in the same second", "sent stays sent", "no lines of ours"],
)
def test_what_lines_say(lines: list[str], state: str | None) -> None:
    """In whatever order notes were put together: what was sent was sent."""
    for order in (lines, lines[::-1]):
        found = ledger.read(order)
        assert found.state("2026-11-21-a/b", "mail") == state
        assert found.state("2026-11-21-a/b", "chat") is None
