"""One received mail, read: what the other modules find, put together."""

from __future__ import annotations

from datetime import datetime
from email.message import Message

from .authentication import read_authentication
from .automatic import read_automatic
from .bounce import read_bounce
from .commands import read_commands
from .fingerprint import fingerprint
from .forward import is_forward, read_forward
from .headers import (
    addresses,
    clean,
    decode_words,
    header_mailboxes,
    message_ids,
    raw_values,
    text_value,
)
from .mime import Text, attached_mails, attachments, body_text, read_message
from .mime import attachment_content as _attachment_content
from .model import Forward, Mail, Mailbox
from .moments import header_date
from .reply import joined, own_lines
from .split import Boundary, find_boundary, unquote
from .subject import Subject, read_subject

_MAX_ATTACHED_DEPTH = 4


def parse(raw: bytes) -> Mail:
    """Reads a mail (RFC 5322). Never raises: what is broken becomes `defects`."""
    message, defects = read_message(raw)
    return _read(message, defects)


def parse_header_only(raw: bytes) -> Mail:
    """Reads a mail of which only the header was fetched."""
    return parse(raw)


def attachment_content(raw: bytes, part: int) -> bytes:
    """The decoded octets of the attachment whose `part` this is; IndexError if there is none."""
    message, _ = read_message(raw)
    return _attachment_content(message, part)


def _read(message: Message, defects: list[str]) -> Mail:
    subject_text = text_value(message, "Subject")
    subject = read_subject(subject_text)
    body = body_text(message, defects)
    senders = header_mailboxes(message, "From")
    in_reply_to = _first_id(message, "In-Reply-To")
    is_bounce, bounce = read_bounce(message, body.text)
    automatic = read_automatic(message, subject_text, is_bounce)
    author = senders[0] if senders else None
    words = _Words(message, body, subject, author, in_reply_to, with_attached=not is_bounce)
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
        delivered_to=addresses(
            (*to, *cc, *header_mailboxes(message, "Delivered-To", "X-Original-To"))
        ),
        date=_date(message),
        tags=subject.tags,
        record_ref=subject.record_ref,
        text=words.text,
        reply_text=words.reply_text,
        note_text=words.note_text,
        commands=words.commands,
        word=words.word,
        forwarded=words.forwarded,
        attachments=attachments(message),
        automatic=automatic,
        bounce=bounce,
        authentication=tuple(
            read_authentication(v) for v in raw_values(message, "Authentication-Results")
        ),
        fingerprint=fingerprint(message),
        defects=tuple(dict.fromkeys((*defects, *_header_defects(message)))),
    )


class _Words:
    """The author's words and the forwarded mail, of one text."""

    def __init__(
        self,
        message: Message,
        body: Text,
        subject: Subject,
        author: Mailbox | None,
        in_reply_to: str | None,
        *,
        with_attached: bool,
    ) -> None:
        lines = body.text.split("\n")
        boundary = find_boundary(lines)
        origin = subject.origin
        forward = boundary is not None and is_forward(boundary, origin, in_reply_to)
        own = own_lines(lines, boundary, author, forward=forward)
        self.text = body.text.strip("\n")
        self.commands, self.word, rest = read_commands(own)
        self.note_text = joined(rest)
        self.reply_text = joined(own)
        self.forwarded: Forward | None = None
        if forward and boundary is not None:
            self.forwarded = read_forward(boundary, self.reply_text, text_value(message, "Subject"))
        elif with_attached and origin != "reply":
            self.forwarded = _attached_forward(message, self.reply_text, 0)
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


def _attached_forward(message: Message, note: str, depth: int) -> Forward | None:
    """The first attached mail as a forward; the innermost one where they nest."""
    if depth >= _MAX_ATTACHED_DEPTH:
        return None
    for inner in attached_mails(message):
        senders = header_mailboxes(inner, "From")
        if not senders:
            continue
        body = body_text(inner, [])
        return Forward(
            sender=senders[0],
            to=header_mailboxes(inner, "To"),
            cc=header_mailboxes(inner, "Cc"),
            date=_date(inner),
            subject=text_value(inner, "Subject") or None,
            body=body.text.strip(),
            note=note,
            original=_inner_original(inner, body, depth),
        )
    return None


def _inner_original(inner: Message, body: Text, depth: int) -> Forward | None:
    subject = text_value(inner, "Subject")
    lines = body.text.split("\n")
    boundary = find_boundary(lines)
    origin = read_subject(subject).origin
    found: Forward | None = None
    if boundary is not None and (boundary.sort == "forwarded" or origin == "forward"):
        found = read_forward(boundary, joined(own_lines(lines, boundary, forward=True)), subject)
    elif origin != "reply":
        found = _attached_forward(inner, body.text.strip(), depth + 1)
    return (found.original or found) if found else None


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
