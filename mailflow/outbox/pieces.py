"""The parts of a mail that are not about one record: a function a reason.

Questions about held mails, their answers, and what the coordinator has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mailflow.outbox import options
from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.phrases import page as long_page
from mailflow.outbox.reader import Reader
from mailflow.outbox.received import beginning, facts_of_mail, sender_of, subject_of
from mailflow.outbox.refusals import refusal, size
from mailflow.outbox.view import Block, Option, Said
from mailflow.outbox.words import one_line
from mailflow.store.tables import Outgoing


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a mail: the subject that it would have alone, its blocks, a page sent along."""

    subject: str
    blocks: tuple[Block, ...] = ()
    page: str = ""
    records: tuple[int, ...] = ()


def piece(reader: Reader, facts: Facts, input_id: int, reason: Reason) -> Piece | None:
    """`input_id` is the cause of the notice; None where the reason is none of these."""
    make = PIECES.get(str(reason.get("reason")))
    return make(reader, facts, input_id, reason) if make else None


def _confirm(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held = _ids(reason, "inputs")
    blocks = [_mail_block(reader, facts, n) for n in held] or [Block()]
    blocks[0] = _with(
        blocks[0],
        said=(Said(reader.say("held.confirm", n=len(held))),),
        asked=(reader.say("ask.confirm", n=len(held)),),
        options=(
            Option(options.word(reader, "yes"), reader.say("option.yes_does")),
            Option(options.word(reader, "no"), reader.say("option.no_does")),
        ),
        why=reader.why(reader.say("because.question")),
    )
    return Piece(_question(reader, facts, held[0] if held else 0), tuple(blocks))


def _believe(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held = _id(reason, "input")
    block = _with(
        _mail_block(reader, facts, held),
        said=(Said(reader.say("held.believe", sender=sender_of(reader, facts, held))),),
        asked=(reader.say("ask.believe"),),
        options=(
            Option(options.word(reader, "yes"), reader.say("option.believe_does")),
            Option(reader.command("ignore"), reader.say("option.drop_does")),
        ),
        why=reader.why(reader.say("because.coordinator")),
    )
    return Piece(_question(reader, facts, held), (block,))


def _triage(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held, given = _id(reason, "input"), one_line(str(reason.get("given") or ""))
    cause = str(reason.get("cause"))
    key = f"held.{cause}" if reader.phrases.has(f"held.{cause}") else "held.no_project_and_kind"
    if cause == "no_kind" and given:
        key = "held.no_kind_given"
    sender = sender_of(reader, facts, held)
    block = _with(
        _mail_block(reader, facts, held),
        said=(Said(reader.say(key, sender=sender, given=given)),),
        asked=(reader.say("ask.triage"),),
        options=_triage_options(reader, reason),
        why=reader.why(reader.say("because.coordinator")),
    )
    return Piece(_question(reader, facts, held), (block,))


def _triage_options(reader: Reader, reason: Reason) -> tuple[Option, ...]:
    found = []
    for need, key in (("project", "projects"), ("kind", "kinds")):
        names = reason.get(key)
        if need in (reason.get("needs") or ()):
            listed = reader.phrases.join([str(name) for name in names or ()])
            write = reader.say(f"option.{need}", command=reader.command(need))
            found.append(Option(write, reader.say(f"option.{need}_does", **{key: listed})))
    if not found:
        found.append(Option(options.word(reader, "yes"), reader.say("option.believe_does")))
    return (*found, Option(reader.command("ignore"), reader.say("option.drop_does")))


def _which(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """The numbers are those of the question's options, also where one may not be seen any more."""
    held, choices, shown_ids = _id(reason, "input"), [], []
    for number, record_id in enumerate(_ids(reason, "records"), start=1):
        shown = facts.seen_by(reader.person.id, record_id)
        if shown is not None:
            title = f"{shown.record.ref} {one_line(shown.record.title)}"
            choices.append(Option(str(number), title))
            shown_ids.append(record_id)
    block = _with(
        _mail_block(reader, facts, held),
        said=(Said(reader.say("held.which")),),
        asked=(reader.say("ask.which"),),
        options=tuple(choices),
        why=reader.why(reader.say("because.question")),
    )
    return Piece(_question(reader, facts, held), (block,), records=tuple(shown_ids))


def _client(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held = _id(reason, "input")
    listed = reason.get("candidates")
    names = [one_line(" ".join(filter(None, map(str, one)))) for one in listed or ()]
    choices = [
        Option(str(n), reader.say("option.client_is", client=c)) for n, c in enumerate(names, 1)
    ]
    block = _with(
        _mail_block(reader, facts, held),
        said=(Said(reader.say("held.client")),),
        asked=(reader.say("ask.client"),),
        options=(
            *choices,
            Option(reader.say("option.client"), reader.say("option.client_does")),
            Option(options.word(reader, "no"), reader.say("option.no_client_does")),
            Option(reader.command("ignore"), reader.say("option.drop_does")),
        ),
        why=reader.why(reader.say("because.question")),
    )
    return Piece(_question(reader, facts, held), (block,))


def _answered(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held = _id(reason, "input")
    key = "held.ignored" if reason.get("decision") == "ignored" else "held.released"
    said = Said(reader.say(key, sender=sender_of(reader, facts, held)))
    details = facts_of_mail(reader, facts, held)
    block = Block(said=(said,), facts=details, why=reader.why(reader.say("because.answered")))
    return Piece(_question(reader, facts, held), (block,))


def _refused(reader: Reader, facts: Facts, input_id: int, reason: Reason) -> Piece:
    said = Said(refusal(reader, reason, None))
    subject = reader.say("subject.answer", subject=subject_of(reader, facts, input_id))
    return Piece(subject, (Block(said=(said,), why=reader.why(reader.say("because.refused"))),))


def _page(reader: Reader, _facts: Facts, _input: int, reason: Reason) -> Piece:
    name = str(reason.get("page"))
    key = f"subject.{name}"
    subject = reader.say(key) if reader.phrases.has(key) else name
    return Piece(subject, page=long_page(reader.phrases.language, name) or "")


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
        why=reader.why(reader.say("because.coordinator")),
    )


def _quarantined(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held = _id(reason, "input")
    details = facts_of_mail(reader, facts, held) if held in facts.messages else ()
    why = one_line(str(reason.get("why") or ""), 500)
    block = Block(
        said=(Said(reader.say("news.quarantined", input=held)),),
        facts=(*details, *(((reader.say("fact.reason"), why),) if why else ())),
        why=reader.why(reader.say("because.coordinator")),
    )
    subject = subject_of(reader, facts, held)
    return Piece(reader.say("subject.quarantined", subject=subject), (block,))


def _denied(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held, person = _ids(reason, "inputs"), reader.name(reason.get("person"))
    blocks = [_mail_block(reader, facts, n) for n in held] or [Block()]
    blocks[0] = _with(
        blocks[0],
        said=(Said(reader.say("news.denied", n=len(held), person=person)),),
        asked=(reader.say("news.ask_denied"),),
        why=reader.why(reader.say("because.coordinator")),
    )
    subject = subject_of(reader, facts, held[0] if held else 0)
    return Piece(reader.say("subject.denied", person=person, subject=subject), tuple(blocks))


def _oversize(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    held = _id(reason, "input")
    sender = one_line(str(reason.get("sender") or "")) or sender_of(reader, facts, held)
    limit = size(reason.get("limit"))
    value = reader.say("fact.size_value", size=size(reason.get("size")), limit=limit)
    block = Block(
        said=(Said(reader.say("news.oversize", sender=sender)),),
        asked=(reader.say("news.ask_oversize"),),
        facts=(*facts_of_mail(reader, facts, held), (reader.say("fact.size"), value)),
        why=reader.why(reader.say("because.coordinator")),
    )
    return Piece(reader.say("subject.oversize", sender=sender), (block,))


def _mail_block(reader: Reader, facts: Facts, input_id: int) -> Block:
    details = facts_of_mail(reader, facts, input_id)
    return Block(quotes=beginning(reader, facts, input_id), facts=details)


def _with(
    block: Block,
    said: tuple[Said, ...],
    asked: tuple[str, ...],
    why: str,
    options: tuple[Option, ...] = (),
) -> Block:
    return Block(
        said=said, asked=asked, options=options, quotes=block.quotes, facts=block.facts, why=why
    )


def _question(reader: Reader, facts: Facts, input_id: int) -> str:
    return reader.say("subject.question", subject=subject_of(reader, facts, input_id))


def _outgoing(facts: Facts, reason: Reason) -> Outgoing | None:
    return facts.outgoings.get(_id(reason, "outgoing"))


def _id(reason: Reason, key: str) -> int:
    value = reason.get(key)
    return value if isinstance(value, int) else 0


def _ids(reason: Reason, key: str) -> list[int]:
    values = reason.get(key)
    return [n for n in values if isinstance(n, int)] if isinstance(values, list) else []


PIECES: Mapping[str, Callable[[Reader, Facts, int, Reason], Piece]] = {
    "confirm": _confirm,
    "believe": _believe,
    "triage": _triage,
    "which": _which,
    "client": _client,
    "answered": _answered,
    "refused": _refused,
    "page": _page,
    "bounced": _bounced,
    "undeliverable": _undeliverable,
    "quarantined": _quarantined,
    "denied": _denied,
    "oversize": _oversize,
}
