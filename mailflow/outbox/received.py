"""A received mail as its questioner or coordinator sees it: who, what about, how it begins."""

from __future__ import annotations

from mailflow.outbox.facts import Facts
from mailflow.outbox.quotes import quote
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Quote
from mailflow.outbox.words import one_line
from mailflow.workflow.tokens import masked

BEGINNING = 1_500


def sender_of(reader: Reader, facts: Facts, input_id: int) -> str:
    """The name and the address that the mail claims."""
    mail = facts.mail(input_id)
    if mail is not None and mail.senders:
        first = mail.senders[0]
        name, address = one_line(first.name, 80), one_line(first.address)
        return f"{name} <{address}>" if name and address else name or address
    message = facts.messages.get(input_id)
    return one_line(message.sender) if message and message.sender else reader.say("somebody")


def subject_of(reader: Reader, facts: Facts, input_id: int) -> str:
    return facts.subject(input_id) or reader.say("subject.none")


def facts_of_mail(reader: Reader, facts: Facts, input_id: int) -> tuple[tuple[str, str], ...]:
    message = facts.messages.get(input_id)
    date = reader.moment(message.claimed_at) if message and message.claimed_at else ""
    rows = (
        ("from", sender_of(reader, facts, input_id)),
        ("subject", subject_of(reader, facts, input_id)),
        ("date", date),
    )
    return tuple((reader.say(f"fact.{name}"), value) for name, value in rows if value)


def beginning(reader: Reader, facts: Facts, input_id: int) -> tuple[Quote, ...]:
    """Of an answer only what is new in it: the rest is quoted."""
    mail = facts.mail(input_id)
    words = (mail.text if mail.forwarded else mail.reply_text or mail.text) if mail else ""
    found = quote(reader, reader.say("words.mail"), masked(words), BEGINNING)
    return (found,) if found else ()
