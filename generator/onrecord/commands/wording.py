"""Where the words come from: the command line, a template whose blanks are filled, questions, or the editor."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from onrecord.authoring.blanks import blanks, fill, optional, says_nothing, without_optional
from onrecord.commands import asking, screen


def given(message: str) -> str:
    """The words as typed after -m; `-` reads them from standard input.

    Raises:
        click.UsageError: what came is no UTF-8.
    """
    if message != "-":
        return message
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"what came from standard input is no UTF-8: {error}") from None


def answered(text: str, answers: Sequence[str], *, strict: bool = True) -> str:
    """The text with each `BLANK=TEXT` of the command line in its blank; some letters of what is asked are enough.

    Raises:
        click.UsageError: an answer without `=`, to several blanks, or (where that is `strict`) to none.
    """
    for answer in answers:
        name, sign, words = answer.partition("=")
        if not sign:
            raise click.UsageError(f"--set: `{answer}` fills no blank; write it --set 'what customers notice=TEXT'")
        asked = blanks(text)
        found, sure = asking.nearest(name, {question: question for question in asked})
        if not strict and not (found and sure):
            continue
        if len(found) != 1 or not sure:
            raise click.UsageError(f"--set: `{name}` is {'no blank' if not found else 'not clear'} here; the blanks are:\n{listed(found or asked)}")
        text = fill(text, {found[0]: words})
    return text


def whole(text: str) -> str:
    """The text without what may stay out.

    Raises:
        click.UsageError: something else is still to be filled; lists it.
    """
    text = without_optional(text)
    if left := blanks(text):
        raise click.UsageError(f"this is still to be said, with --set 'BLANK=TEXT' or all of it with -m TEXT:\n{listed(left)}")
    return not_empty(text)


def asked(start: str) -> str:
    """What customers will read: the blanks asked for one after the other, words typed instead, or what the editor gives back."""
    click.echo(f"\n{screen.block(start)}\n")
    says = "fills in the above" if blanks(start) else "says the above"
    typed: str = click.prompt(f"Message (Enter {says}, `e` opens your editor, or type your own)", default="", show_default=False).strip()
    return something(filled_in(asking.edited(start) if typed == "e" else typed or start), start)


def edited(start: str, notes: Sequence[str]) -> str:
    """What comes back from the editor; a blank that was left there is asked for."""
    asks = ("[[…]] is for you to fill. What ends with a question mark may stay out: delete it.",) if blanks(start) else ()
    return something(filled_in(asking.edited(start, (*asks, *notes))), start)


def filled_in(text: str) -> str:
    """The text with every blank asked for; Enter leaves out what may stay out."""
    for question in blanks(text):
        way_out = " (Enter leaves it out)" if optional(question) else ""
        answer = ""
        while not answer:
            answer = click.prompt(f"{question[:1].upper()}{question[1:]}{way_out}", default="", show_default=False).strip()
            if optional(question):
                break
        text = fill(text, {question: answer})
    return text


def something(text: str, start: str) -> str:
    """The text, where it says more than the template that it began as.

    Raises:
        click.UsageError: it does not, or it is empty.
    """
    if says_nothing(not_empty(text), start):
        raise click.UsageError(f"these words say nothing of what was asked, so nothing was written:\n{listed([q for q in blanks(start) if not optional(q)])}")
    return text


def not_empty(text: str) -> str:
    """The text.

    Raises:
        click.UsageError: it is none.
    """
    if not text.strip():
        raise click.UsageError("there are no words, so nothing was written")
    return text


def listed(questions: Sequence[str]) -> str:
    """Blanks, a line each."""
    return "\n".join(f"  [[{question}]]" for question in questions) or "  (none)"
