"""The parts of a mail that are not about one record: a function a reason.

What came of the questions about held mails, and what the coordinator has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mailflow.outbox import forms, invitations, questions
from mailflow.outbox.buttons import Buttons
from mailflow.outbox.explained import explained
from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.help import page
from mailflow.outbox.personal import personal
from mailflow.outbox.questions import asking, mail_block, number, numbers, question_about
from mailflow.outbox.reader import Reader
from mailflow.outbox.received import facts_of_mail, sender_of, subject_of
from mailflow.outbox.refusals import refusal, size
from mailflow.outbox.ruled import because_coordinator, said_rule
from mailflow.outbox.view import Block, Piece, Said
from mailflow.outbox.words import one_line
from mailflow.store.tables import Outgoing


def piece(reader: Reader, facts: Facts, input_id: int, reason: Reason) -> Piece | None:
    """`input_id` is the cause of the notice; None where the reason is none of these."""
    make = PIECES.get(str(reason.get("reason")))
    return make(reader, facts, input_id, reason) if make else None


def _answered(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held = number(reason, "input")
    key = "held.ignored" if reason.get("decision") == "ignored" else "held.released"
    said = Said(reader.say(key, sender=sender_of(reader, facts, held)))
    subject, ruled = question_about(reader, facts, held), said_rule(reader, reason)
    does, label = reader.say("option.undo_rule_does"), reader.say("button.undo")
    undo = (Buttons(reader, subject).word("undo", does, label),) if ruled else ()
    block = Block(
        said=(said, *ruled),
        how=reader.say("ask.undo") if ruled else "",
        options=undo,
        facts=facts_of_mail(reader, facts, held),
        why=reader.why(reader.say("because.answered")),
    )
    return Piece(subject, (block,))


def _rule_ended(reader: Reader, facts: Facts, input_id: int, reason: Reason) -> Piece:
    subject = reader.answer_to(subject_of(reader, facts, input_id))
    why = reader.why(reader.say("because.rule_ended"))
    return Piece(subject, (Block(said=said_rule(reader, reason), why=why),))


def _refused(reader: Reader, facts: Facts, input_id: int, reason: Reason) -> Piece:
    said = Said(refusal(reader, reason, None))
    subject = reader.answer_to(subject_of(reader, facts, input_id))
    return Piece(subject, (Block(said=(said,), why=reader.why(reader.say("because.refused"))),))


def _page(reader: Reader, facts: Facts, input_id: int, reason: Reason) -> Piece:
    """One that is made for its reader, else one of the templates."""
    name = str(reason.get("page"))
    if name == "why":
        return explained(reader, facts, input_id, reason)
    key = f"subject.{name}"
    subject = reader.say(key) if reader.phrases.has(key) else name
    return Piece(subject, page=page(reader, name))


def _bounced(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    address = one_line(str(reason.get("address")))
    rows = (("address", address), ("status", one_line(str(reason.get("status") or ""))))
    said = Said(reader.say("news.bounced", address=address))
    return Piece(
        reader.say("subject.bounced", address=address),
        (_about_outgoing(reader, facts, reason, said, rows),),
    )


def _undeliverable(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    mail = _outgoing(facts, reason)
    address = one_line(mail.address) if mail else reader.say("somebody")
    person = reader.name(mail.person_id) if mail else reader.say("somebody")
    rows = (("reason", one_line(mail.last_error or "", 500) if mail else ""),)
    said = Said(reader.say("news.undeliverable", person=person, address=address))
    return Piece(
        reader.say("subject.undeliverable", address=address),
        (_about_outgoing(reader, facts, reason, said, rows),),
    )


def _about_outgoing(
    reader: Reader,
    facts: Facts,
    reason: Reason,
    said: Said,
    rows: tuple[tuple[str, str], ...],
) -> Block:
    """A mail of ours that did not arrive; its subject only where the reader may see its records."""
    mail = _outgoing(facts, reason)
    named = mail.about.get("records", []) if mail else []
    visible = mail is not None and all(facts.seen_by(reader.person.id, n) for n in named)
    subject = one_line(mail.subject) if mail and visible else ""
    known = (*rows, ("subject", subject))
    return Block(
        said=(said,),
        asked=(reader.say("news.ask_address"),),
        facts=tuple((reader.say(f"fact.{name}"), value) for name, value in known if value),
        why=reader.why(because_coordinator(reader, reason)),
    )


def _denied(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held, person = numbers(reason, "inputs"), reader.name(reason.get("person"))
    blocks = [mail_block(reader, facts, n) for n in held] or [Block()]
    blocks[0] = asking(
        blocks[0],
        said=(Said(reader.say("news.denied", n=len(held), person=person)),),
        asked=(reader.say("news.ask_denied"),),
    )
    blocks[-1] = replace(blocks[-1], why=reader.why(because_coordinator(reader, reason)))
    subject = subject_of(reader, facts, held[0] if held else 0)
    return Piece(reader.say("subject.denied", person=person, subject=subject), tuple(blocks))


def _oversize(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held = number(reason, "input")
    sender = one_line(str(reason.get("sender") or "")) or sender_of(reader, facts, held)
    limit = size(reason.get("limit"))
    value = reader.say("fact.size_value", size=size(reason.get("size")), limit=limit)
    block = Block(
        said=(Said(reader.say("news.oversize", sender=sender)),),
        asked=(reader.say("news.ask_oversize"),),
        facts=(*facts_of_mail(reader, facts, held), (reader.say("fact.size"), value)),
        why=reader.why(because_coordinator(reader, reason)),
    )
    return Piece(reader.say("subject.oversize", sender=sender), (block,))


def _outgoing(facts: Facts, reason: Reason) -> Outgoing | None:
    return facts.outgoings.get(number(reason, "outgoing"))


PIECES: Mapping[str, Callable[[Reader, Facts, int, Reason], Piece]] = {
    "confirm": questions.confirm,
    "believe": questions.believe,
    "triage": questions.triage,
    "which": questions.which,
    "client": questions.client,
    "form": forms.form,
    "started": forms.started,
    "invited": invitations.invited,
    "called_off": invitations.called_off,
    "comes": invitations.comes,
    "proposed": invitations.proposed,
    "points": invitations.points,
    "points_gone": invitations.points_gone,
    "answered": _answered,
    "refused": _refused,
    "rule_ended": _rule_ended,
    "page": _page,
    "personal": personal,
    "bounced": _bounced,
    "undeliverable": _undeliverable,
    "denied": _denied,
    "oversize": _oversize,
}
