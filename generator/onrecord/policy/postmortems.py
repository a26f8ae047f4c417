"""Rules about post-mortems: published or not, due or not, their pictures and diagrams."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord import diagrams
from onrecord.blanks import left_blank
from onrecord.model import FINAL_STATUSES, Incident, Kind
from onrecord.policy.heads import AHEAD, ahead
from onrecord.policy.rules import Context, Finding, Rule
from onrecord.times import in_words, iso


def missing_picture(incident: Incident, _: Context) -> Iterator[Finding]:
    """Readers would see a hole. Pictures lie beside the post-mortem."""
    for picture in incident.postmortem.missing if incident.postmortem else ():
        outside = picture.startswith(("../", "/"))
        hint = f"put it beside the post-mortem, in {incident.path}" if outside else f"add {incident.path}/{picture}, or mend the name"
        message = f"the picture `{picture}` lies outside the incident's folder" if outside else f"the picture `{picture}` is not there"
        yield Finding(f"postmortem.picture.{picture}", message, hint)


def foreign_picture(incident: Incident, _: Context) -> Iterator[Finding]:
    """The site asks no other host for anything, so a picture from elsewhere stays blank."""
    for picture in incident.postmortem.foreign if incident.postmortem else ():
        hint = "save it beside the post-mortem; the site asks no other host for anything, so this would stay blank"
        yield Finding(f"postmortem.picture.{picture}", f"the picture `{picture}` lies on another host", hint)


def unfit_picture(incident: Incident, _: Context) -> Iterator[Finding]:
    """A damaged file shows nothing, and a drawing with a script in it may do more than show."""
    for picture, why, hint in incident.postmortem.unfit if incident.postmortem else ():
        yield Finding(f"postmortem.picture.{picture}", f"the picture `{picture}` cannot be published: {why}", hint)


def picture_without_words(incident: Incident, _: Context) -> Iterator[Finding]:
    """Whoever cannot see the picture reads its words instead."""
    for picture in incident.postmortem.wordless if incident.postmortem else ():
        hint = "say in the brackets what it shows to those who cannot see it, as in `![Errors jump to a third at 13:52](errors.svg)`"
        yield Finding(f"postmortem.picture.{picture}", f"the picture `{picture}` has no alternative text", hint)


def diagram_without_words(incident: Incident, _: Context) -> Iterator[Finding]:
    """Whoever cannot see the diagram reads its description instead."""
    for number, source in enumerate(incident.postmortem.diagrams if incident.postmortem else ()):
        if not diagrams.words(source):
            hint = "add a line below its first one: `accDescr: ` and what it shows to those who cannot see it"
            yield Finding(f"postmortem.diagram.{number}", "a diagram without a description", hint)


def broken_diagram(incident: Incident, _: Context) -> Iterator[Finding]:
    """A diagram that cannot be drawn is shown as its source."""
    for number, source in enumerate(incident.postmortem.diagrams if incident.postmortem else ()):
        try:
            diagrams.draw(source)
        except diagrams.Undrawable as error:
            hint = "mend it, or the page shows its source instead"
            yield Finding(f"postmortem.diagram.{number}", f"this diagram cannot be drawn: {error}", hint)


def draft(incident: Incident, _: Context) -> Iterator[Finding]:
    """A draft is not on the site. Nothing is wrong with one; this keeps it from being forgotten."""
    if incident.postmortem and incident.postmortem.head.status == "draft":
        yield Finding("postmortem.status", "this post-mortem is a draft: the site does not show it", "write `status: published` when it is ready")


def published_when(incident: Incident, context: Context) -> Iterator[Finding]:
    """A post-mortem that is published says since when, so that readers, feeds and the policy know whether it was in time."""
    if incident.postmortem and incident.postmortem.head.status == "published":
        moment = incident.postmortem.head.published
        if moment is None:
            yield Finding("postmortem.status:", "published, and no word when", f"add `published: {iso(context.at)}`, the time when readers first saw it")
        elif moment > context.at + AHEAD:
            yield Finding("postmortem.published", *ahead("published", moment, context))


def postmortem_without_words(incident: Incident, _: Context) -> Iterator[Finding]:
    """A published post-mortem without words is worse than none."""
    if incident.postmortem and incident.postmortem.head.status == "published" and not incident.postmortem.body.strip():
        yield Finding("postmortem.body", "a published post-mortem without words", "write it, or set `status: draft`")


def blank_in_postmortem(incident: Incident, _: Context) -> Iterator[Finding]:
    found = incident.postmortem
    if found is None or found.head.status != "published":
        return
    for number, blank in enumerate(left_blank(found.body)):
        yield Finding(f"postmortem.blank.{number}", f"`[[{blank.question}]]` is still to be filled", "write it, or take the sentence away")
    for number, action in enumerate(found.head.actions):
        for key, text in (("what", action.what), ("owner_role", action.owner_role or "")):
            for blank in left_blank(text):
                yield Finding(f"postmortem.actions.{number}.{key}", f"`[[{blank.question}]]` is still to be filled", "write it, or take the action away")


def overdue(incident: Incident, context: Context) -> Iterator[Finding]:
    """`postmortem_within` of the severity has passed since the end, and no post-mortem is published. Where it has to wait, a waiver says why."""
    head = incident.head
    if head.kind is not Kind.incident or head.source or head.drill or not incident.updates:
        return
    if incident.postmortem and incident.postmortem.head.status == "published":
        return
    last = next((u.head for u in reversed(incident.updates) if u.head.status and not u.unread), None)
    if last is None or last.status not in FINAL_STATUSES:
        return
    severity = next((u.head.severity for u in reversed(incident.updates) if u.head.severity), head.severity)
    within = context.dataset.policy.severity(severity).postmortem_within if severity else None
    ended = last.effective or last.at
    if within and ended + within < context.at:
        message = f"the post-mortem was due {iso(ended + within)}, {in_words(within)} after the end"
        hint = f"write {incident.path}/postmortem.md, or waive this with the reason"
        yield Finding("title" if not incident.postmortem else "postmortem.status", message, hint)


RULES = (
    Rule(code="OR130", slug="missing-picture", level="error", title="A post-mortem shows a picture that is not there.", look=missing_picture),
    Rule(code="OR131", slug="foreign-picture", level="warning", title="A post-mortem shows a picture from another host.", look=foreign_picture),
    Rule(code="OR132", slug="draft-postmortem", level="note", title="A post-mortem is still a draft.", look=draft),
    Rule(code="OR133", slug="published-when", level="error", title="A published post-mortem does not say since when, or says a time to come.", look=published_when),
    Rule(code="OR135", slug="postmortem-without-words", level="error", title="A published post-mortem has no words.", look=postmortem_without_words),
    Rule(code="OR136", slug="unfit-picture", level="error", title="A post-mortem shows a file that is damaged, or more than a picture.", look=unfit_picture),
    Rule(code="OR137", slug="picture-without-words", level="error", title="A picture has no alternative text.", look=picture_without_words),
    Rule(code="OR138", slug="diagram-without-words", level="warning", title="A diagram does not say what it shows.", look=diagram_without_words),
    Rule(code="OR139", slug="broken-diagram", level="warning", title="A diagram breaks the rules of its notation.", look=broken_diagram),
    Rule(code="OR140", slug="blank-in-postmortem", level="error", title="A published post-mortem still has a blank that a person must fill.", look=blank_in_postmortem),
    Rule(code="OR201", slug="postmortem-overdue", level="warning", title="The post-mortem that the policy promises is not out.", look=overdue),
)
