"""One received mail, read: what the other modules find, put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.message import Message

from .answers import read_answers
from .attached import attached_mails
from .authentication import read_authentication
from .automatic import is_other_report, read_automatic
from .body import Text, body_text
from .bounce import read_bounce
from .calendar_reply import read_calendar
from .commands import read_commands
from .containers import open_containers
from .fingerprint import fingerprint
from .forward import read_forwards
from .headers import (
    addresses,
    author_mailboxes,
    clean,
    decode_words,
    header_mailboxes,
    message_ids,
    raw_values,
    text_value,
)
from .items import read_items
from .mime import attachment_content as _attachment_content
from .mime import attachments, read_message
from .model import Automatic, Bounce, Forward, Mail, Mailbox
from .moments import header_date
from .pgp import is_encrypted, without_signature
from .reply import find_others, joined, own_lines
from .split import Boundary, find_boundary, unquote
from .subject import Subject, read_subject

_MAX_ATTACHED_DEPTH = 4


def parse(raw: bytes) -> Mail:
    """Reads a mail (RFC 5322). Never raises: what is broken becomes `defects`."""
    message, defects = read_message(raw)
    mark = fingerprint(message)
    open_containers(message, defects)
    return _read(message, mark, defects)


def parse_header_only(raw: bytes) -> Mail:
    """Reads a mail of which only the header was fetched."""
    return parse(raw)


def attachment_content(raw: bytes, part: int) -> bytes:
    """The decoded octets of the attachment whose `part` this is; IndexError if there is none."""
    message, _ = read_message(raw)
    open_containers(message, [])
    return _attachment_content(message, part)


def _read(message: Message, mark: str, defects: list[str]) -> Mail:
    subject_text = text_value(message, "Subject")
    subject = read_subject(subject_text)
    body = _body(message, defects)
    senders = author_mailboxes(message)
    in_reply_to = _first_id(message, "In-Reply-To")
    automatic, bounce = _by_program(message, subject_text, body.text)
    author = senders[0] if senders else None
    attached = [] if automatic == "bounce" else attached_mails(message, defects)
    words = _Words(message, body, subject, author, in_reply_to, attached)
    to, cc = header_mailboxes(message, "To"), header_mailboxes(message, "Cc")
    return Mail(
        message_id=_first_id(message, "Message-ID"),
        in_reply_to=in_reply_to,
        references=_references(message),
        subject=subject_text,
        title=subject.title,
        senders=senders,
        to=to,
        cc=cc,
        reply_to=header_mailboxes(message, "Reply-To"),
        delivered_to=_delivered_to(message, (*to, *cc)),
        date=_date(message),
        tags=subject.tags,
        record_ref=subject.record_ref,
        text=words.text,
        reply_text=words.reply_text,
        note_text=words.note_text,
        commands=words.commands,
        word=words.word,
        forwarded=words.forwarded,
        also_forwarded=words.also_forwarded,
        attachments=attachments(message),
        automatic=automatic,
        bounce=bounce,
        authentication=tuple(
            read_authentication(v) for v in raw_values(message, "Authentication-Results")
        ),
        fingerprint=mark,
        answers=words.answers,
        items=words.items,
        encrypted=is_encrypted(message, body.text),
        calendar=read_calendar(message, author, defects) if automatic else None,
        defects=tuple(dict.fromkeys((*defects, *_header_defects(message), *words.defects))),
    )


def _by_program(
    message: Message, subject: str, text: str
) -> tuple[Automatic | None, Bounce | None]:
    is_bounce, bounce = read_bounce(message, text)
    if is_bounce and is_other_report(message):
        is_bounce, bounce = False, None
    return read_automatic(message, subject, is_bounce), bounce


def _delivered_to(message: Message, named: tuple[Mailbox, ...]) -> tuple[str, ...]:
    return addresses((*named, *header_mailboxes(message, "Delivered-To", "X-Original-To")))


def _body(message: Message, defects: list[str]) -> Text:
    body = body_text(message, defects)
    return replace(body, text=without_signature(body.text))


class _Words:
    """The author's words and the forwarded mail, of one text."""

    def __init__(
        self,
        message: Message,
        body: Text,
        subject: Subject,
        author: Mailbox | None,
        in_reply_to: str | None,
        attached: Iterable[Message],
    ) -> None:
        lines = body.text.split("\n")
        boundary, forward = find_others(lines, subject, in_reply_to)
        origin = subject.origin
        own = own_lines(lines, boundary, author, forward=forward)
        self.text = body.text.strip("\n")
        self.commands, self.word, rest = read_commands(own)
        self.items = read_items(own)
        self.note_text = joined(rest)
        self.reply_text = joined(own)
        self.answers = () if forward else read_answers(boundary, own)
        found: tuple[Forward, ...] = ()
        if forward and boundary is not None:
            found = read_forwards(boundary, self.reply_text, text_value(message, "Subject"))
        elif origin != "reply":
            found = _attached_forwards(attached, self.reply_text, 0)
        self.forwarded = found[0] if found else None
        self.also_forwarded = found[1:]
        zones = dict.fromkeys(one.unknown_zone for one in found if one.unknown_zone)
        self.defects = [f"unknown time zone {zone}" for zone in zones]
        if not self.reply_text:
            self._whole(body, boundary, origin is None)

    def _whole(self, body: Text, boundary: Boundary | None, bare: bool) -> None:
        """Where nothing of the author's own is left, the whole text stands for it.

        Not for a forward that is announced as one: its author wrote nothing.
        """
        if self.forwarded is None:
            lines = body.text.split("\n")
            self.reply_text = joined(unquote(lines) if body.is_html else lines)
        elif bare and boundary is not None and boundary.sort == "header":
            self.reply_text = joined(own_lines(self.forwarded.body.split("\n"), None))


def _attached_forwards(attached: Iterable[Message], note: str, depth: int) -> tuple[Forward, ...]:
    """The attached mails as forwards; the note stands above the first."""
    if depth >= _MAX_ATTACHED_DEPTH:
        return ()
    found: list[Forward] = []
    for inner in attached:
        senders = author_mailboxes(inner)
        if not senders:
            continue
        body = _body(inner, [])
        forward = Forward(
            sender=senders[0],
            to=header_mailboxes(inner, "To"),
            cc=header_mailboxes(inner, "Cc"),
            date=_date(inner),
            subject=text_value(inner, "Subject") or None,
            body=body.text.strip(),
            note="" if found else note,
            original=_inner_original(inner, body, depth),
        )
        found.append(forward)
    return tuple(found)


def _inner_original(inner: Message, body: Text, depth: int) -> Forward | None:
    """The innermost mail that an attached one forwards in its turn."""
    subject = text_value(inner, "Subject")
    lines = body.text.split("\n")
    boundary = find_boundary(lines)
    origin = read_subject(subject).origin
    found: tuple[Forward, ...] = ()
    if boundary is not None and (boundary.sort == "forwarded" or origin == "forward"):
        found = read_forwards(boundary, joined(own_lines(lines, boundary, forward=True)), subject)
    elif origin != "reply":
        found = _attached_forwards(attached_mails(inner, []), body.text.strip(), depth + 1)
    return (found[0].original or found[0]) if found else None


def _first_id(message: Message, field: str) -> str | None:
    for value in raw_values(message, field):
        found = message_ids(value)
        if found:
            return found[0]
    return None


def _references(message: Message) -> tuple[str, ...]:
    return tuple(i for v in raw_values(message, "References") for i in message_ids(v))


def _date(message: Message) -> datetime | None:
    values = raw_values(message, "Date")
    return header_date(clean(decode_words(values[0]))) if values else None


def _header_defects(message: Message) -> list[str]:
    defects: list[str] = []
    for field in ("From", "Subject", "Date", "Message-ID"):
        count = len(raw_values(message, field))
        if count > 1:
            defects.append(f"{count} {field} fields")
        elif count == 0 and field in ("From", "Date"):
            defects.append(f"no {field} field")
    if raw_values(message, "Date") and _date(message) is None:
        defects.append("unreadable Date")
    return defects
