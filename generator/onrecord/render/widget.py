"""The widget for the owner's own product, the facts that it shows, and the frame for sites that want no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from rjsmin import jsmin

from onrecord.markup import clean
from onrecord.model import Kind
from onrecord.render import versions
from onrecord.render.artifacts import Artifact, compact
from onrecord.render.pages.words import Words
from onrecord.settings import Site
from onrecord.snapshot.overall import worst
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Language, Templates
from onrecord.times import iso

SCRIPT, FACTS, FRAME = "widget.js", "widget.json", "embed/index.html"
_SOURCE = Path(__file__).with_name(SCRIPT)


def widget(editions: Sequence[tuple[Snapshot, Site, Language]]) -> Iterator[Artifact]:
    """`/widget.js`, and `/widget.json` with what is open, in the words of each language; the first one's stand where a reader's is not among them."""
    yield Artifact(path=SCRIPT, data=jsmin(_SOURCE.read_text(encoding="utf-8")).encode())
    yield Artifact(path=FACTS, data=_facts(editions))


def frame(snapshot: Snapshot, site: Site, templates: Templates) -> Iterator[Artifact]:
    """`/embed/`."""
    yield Artifact(path=FRAME, data=_frame(snapshot, site, templates).encode("utf-8", "replace"))


def _facts(editions: Sequence[tuple[Snapshot, Site, Language]]) -> bytes:
    """What is open with the parts that feel it, and the widget's own words in each language of the site."""
    snapshot, _site, language = editions[0]
    words = Words(snapshot, language)
    open_now = [
        {
            "id": view.id,
            "kind": view.kind.value,
            "title": clean(view.title),
            "says": _says(view, words),
            "state": words.shapes[worst(effect for _, effect in view.now)] if view.now else "",
            "components": [id for id, _ in view.now],
            "next": iso(view.promise.due) if view.promise else None,
        }
        for view in versions.on_show(snapshot)
    ]
    text = {language.code: _text(language) for _, _, language in editions}
    for other, site, language in editions[1:]:
        words = Words(other, language)
        said = {view.id: {"title": clean(view.title), "says": _says(view, words)} for view in versions.on_show(other)}
        text[language.code] |= {"folder": site.folder, "dir": language.direction, "said": said}
    return compact({"open": open_now, "text": text})


def _text(language: Language) -> dict[str, object]:
    _ = language.gettext
    return {"more": _("More"), "close": _("Close"), "next": _("next update by {0}")}


def _says(view: IncidentView, words: Words) -> str:
    return words.open[view.severity] if view.kind is Kind.incident else words.kinds[view.kind]


def _frame(snapshot: Snapshot, site: Site, templates: Templates) -> str:
    """A page without a script that others may put into a frame; its only style is vouched for by its hash."""
    style = templates.render("onrecord/embed.css.html").strip()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    words = Words(snapshot, templates.language)
    return templates.render("onrecord/embed.html", snapshot=snapshot, site=site, words=words, shown=versions.on_show(snapshot), style=style, policy=policy) + "\n"
