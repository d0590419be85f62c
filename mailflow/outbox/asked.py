"""What is asked of the reader about one record, and the lines that answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from mailflow.outbox import forms, options, values
from mailflow.outbox.about import NEW_TO_THE_READER, About
from mailflow.outbox.facts import Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Option
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import WITHDRAWN


class Asked(NamedTuple):
    """What is asked, the sentence before the lines that answer it, and these lines; `form` are
    lines to be filled in."""

    question: str = ""
    how: str = ""
    options: tuple[Option, ...] = ()
    form: tuple[str, ...] = ()


NOTHING = Asked()
Asks = Callable[[Reader, About, Kind | None], Asked]


def asks(reader: Reader, about: About) -> Asked:
    """What is asked of the reader, and the lines that answer it: the first that still is open."""
    return _first(reader, about, ASKING)


def waits(reader: Reader, about: About) -> bool:
    """Whether an answer of the reader is still waited for; it may have come, or be pointless."""
    return bool(_first(reader, about, QUESTIONS).question)


def with_undo(reader: Reader, about: About, asked: Asked) -> Asked:
    """In a receipt: what the reader's mail changed, they can take back."""
    if not any(t.event.actor_id == reader.person.id and t.event.new for t in about.told):
        return asked
    how = asked.how or reader.say("ask.undo")
    return asked._replace(how=how, options=(*asked.options, options.undo(reader, about.shown)))


def _first(reader: Reader, about: About, asking: Mapping[str, Asks]) -> Asked:
    kind = reader.installation.kinds.by_name(about.shown.record.kind)
    made = (ask(reader, about, kind) for name, ask in asking.items() if name in about.names)
    return next((asked for asked in made if asked.question), NOTHING)


def _unrouted(reader: Reader, about: About, kind: Kind | None) -> Asked:
    if about.shown.record.routed or _is_over(about, kind):
        return NOTHING
    choices = options.for_coordinator(reader, about.shown, about.reasons)
    return _asked(reader, reader.say("ask.unrouted"), choices)


def _form(reader: Reader, about: About, kind: Kind | None) -> Asked:
    """What a side is asked for, and then whether it agrees."""
    if _is_over(about, kind):
        return NOTHING
    shown = about.shown
    fields = [reason.get("fields") for reason in about.reasons if reason.get("reason") == "form"]
    lines = forms.lines_of(reader, values.labels(reader, kind, fields[0]))
    button = forms.fill_in(reader, f"[{shown.record.ref}] {shown.record.title}", lines)
    choices = options.agreement(reader, shown)
    how = reader.say("ask.then_agree") if choices else ""
    return Asked(reader.say("ask.form"), how, (button, *choices), lines)


def _rejected(reader: Reader, about: About, _kind: Kind | None) -> Asked:
    choices = options.agreement(reader, about.shown)
    return _asked(reader, reader.say("ask.rejected"), choices) if choices else NOTHING


def _agree(reader: Reader, about: About, _kind: Kind | None) -> Asked:
    shown = about.shown
    side = reader.side(shown.project.side(reader.person.id)) if shown.project else ""
    choices = options.agreement(reader, shown)
    return _asked(reader, reader.say("ask.agree", side=side), choices) if choices else NOTHING


def _of_state(reader: Reader, about: About, kind: Kind | None) -> Asked:
    state = about.shown.record.state
    if kind is None or state == WITHDRAWN or (state in kind.states and state not in kind.asked):
        return NOTHING
    question = reader.say("ask.asked", state=reader.state(kind, state))
    return _asked(reader, question, options.moves(reader, about.shown, "all"))


def _owned(reader: Reader, about: About, kind: Kind | None) -> Asked:
    shown, state = about.shown, about.shown.record.state
    if kind is not None and kind.asked_to_agree == state and options.awaits_side(reader, shown):
        return _agree(reader, about, kind)
    if kind is None or state in kind.settled or _is_over(about, kind):
        return NOTHING
    lines = forms.to_be_analysed(reader, shown, kind)
    if lines:
        return _analysis(reader, shown, lines)
    is_new = any(told.event.what in NEW_TO_THE_READER for told in about.told)
    question = reader.say("ask.yours" if is_new else "ask.goes_on")
    return _asked(reader, question, options.for_owner(reader, shown))


def _reported(reader: Reader, about: About, kind: Kind | None) -> Asked:
    shown, state = about.shown, about.shown.record.state
    if kind is not None and kind.asked_to_agree == state and options.awaits_side(reader, shown):
        return _agree(reader, about, kind)
    if state == WITHDRAWN:
        return NOTHING
    choices = options.for_reporter(reader, shown)
    return Asked(reader.say("ask.correct"), reader.say("ask.if_wrong"), choices)


def _is_over(about: About, kind: Kind | None) -> bool:
    """Whether nothing more is to come of it."""
    state = about.shown.record.state
    return kind is None or state not in kind.states or state in kind.final


def _analysis(reader: Reader, shown: Shown, lines: tuple[str, ...]) -> Asked:
    button = forms.fill_in(reader, f"[{shown.record.ref}] {shown.record.title}", lines)
    choices = (button, *options.for_owner(reader, shown))
    return Asked(reader.say("ask.analyse"), reader.say("ask.or_lines"), choices, lines)


def _asked(reader: Reader, question: str, choices: tuple[Option, ...]) -> Asked:
    return Asked(question, reader.say("ask.lines") if choices else "", choices)


# What waits for an answer, by the reason for which the reader is asked; the first comes first.
QUESTIONS: Mapping[str, Asks] = {
    "unrouted": _unrouted,
    "unrouted_for": _unrouted,
    "form": _form,
    "rejected": _rejected,
    "agree": _agree,
    "asked": _of_state,
}
ASKING: Mapping[str, Asks] = {
    **QUESTIONS,
    "yours": _owned,
    "unblocked": _owned,
    "opened": _reported,
}
