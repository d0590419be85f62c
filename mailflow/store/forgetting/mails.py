"""Which mails, received and sent, come from somebody, bring their words, or mention them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.store.forgetting.subject import Subject
from mailflow.store.tables import Outgoing, Raw
from parsers import Forward, Mail, parse

AT_ONCE = 20
CODED = re.compile(rb"[^\x00-\x7f]|base64|quoted-printable|=\?", re.IGNORECASE)
Fits = Callable[[str], bool]


@dataclass
class Scan:
    """Ids of inputs that are theirs, that forward their words, that mention them; and of our own
    mails that mention them. Octets never change: what was read once need not be read again."""

    sent: set[int] = field(default_factory=set)
    brought: set[int] = field(default_factory=set)
    mentioned: set[int] = field(default_factory=set)
    outgoings: set[int] = field(default_factory=set)
    last_input: int = 0
    last_outgoing: int = 0

    def read_on(self, session: Session, subject: Subject) -> None:
        """Read all mails that came since the last time."""
        for input_id, raw in _raws(session, self.last_input):
            self.last_input = input_id
            if not _may_concern(raw, subject):
                continue
            mail = parse(raw)
            if any(box.address.casefold() in subject.addresses for box in mail.senders):
                self.sent.add(input_id)
            if any(_is_theirs(one, subject) for one in _forwards(mail)):
                self.brought.add(input_id)
            if words_of(raw, mail) in subject.mentions:
                self.mentioned.add(input_id)
        for mail_id, said in _composed(session, self.last_outgoing):
            self.last_outgoing = mail_id
            if said in subject.mentions:
                self.outgoings.add(mail_id)


def _may_concern(raw: bytes, subject: Subject) -> bool:
    """Whether it is worth reading: names somebody, or what it says is coded."""
    return CODED.search(raw) is not None or raw.decode("ascii", "replace") in subject.anywhere


def words_of(raw: bytes, mail: Mail) -> str:
    """All that a mail says: its text and names decoded, and its octets as they stand."""
    boxes = (*mail.senders, *mail.to, *mail.cc)
    names = [f"{box.name} <{box.address}>" for box in boxes]
    files = [one.filename for one in mail.attachments if one.filename]
    octets = raw.decode("utf-8", "replace")
    return "\n".join([mail.subject, mail.text, *names, *files, octets])


def quoting(session: Session, inputs: Iterable[int], fits: Fits) -> set[int]:
    """Those of these received mails whose words fit."""
    found = set()
    for input_id in sorted(inputs):
        raw = session.get(Raw, input_id)
        octets = zlib.decompress(raw.compressed) if raw else b""
        if octets and fits(words_of(octets, parse(octets))):
            found.add(input_id)
    return found


def said_by(row: Outgoing) -> str:
    """The words of a mail of ours."""
    return f"{row.subject}\n{_text_of(row.body)}"


def _forwards(mail: Mail) -> Iterator[Forward]:
    first = (mail.forwarded,) if mail.forwarded else ()
    for one in (*first, *mail.also_forwarded):
        yield one
        if one.original is not None:
            yield one.original


def _is_theirs(forward: Forward, subject: Subject) -> bool:
    box = forward.sender
    return box is not None and subject.is_author(box.name, box.address.casefold())


def _raws(session: Session, after: int) -> Iterator[tuple[int, bytes]]:
    """In the order of their ids, few at once: mails are large."""
    while True:
        query = select(Raw.input_id, Raw.compressed).where(Raw.input_id > after)
        rows = session.execute(query.order_by(Raw.input_id).limit(AT_ONCE)).all()
        for input_id, compressed in rows:
            yield input_id, zlib.decompress(compressed)
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].input_id


def _composed(session: Session, after: int) -> Iterator[tuple[int, str]]:
    while True:
        columns = (Outgoing.id, Outgoing.subject, Outgoing.body)
        query = select(*columns).where(Outgoing.id > after).order_by(Outgoing.id)
        rows = session.execute(query.limit(AT_ONCE)).all()
        for mail_id, subject, body in rows:
            yield mail_id, f"{subject}\n{_text_of(body)}"
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].id


def _text_of(octets: bytes) -> str:
    """Every text part of one of our own mails, which are in UTF-8; its header names its reader."""
    parts = (part for part in message_from_bytes(octets).walk() if not part.is_multipart())
    texts = (part.get_payload(decode=True) for part in parts)
    return "\n".join(text.decode("utf-8", "replace") for text in texts if isinstance(text, bytes))
