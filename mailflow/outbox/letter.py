"""A mail's octets: its header and parts (RFC 5322, 2045, 3834)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Any

from mailflow.outbox.words import one_line


class MessageIds(BaseHeader):
    """Message-IDs must not be broken or encoded, however long they are; one stands on a line."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        ids = value.split()
        kwds["parse_tree"] = None
        kwds["decoded"] = " ".join(ids)

    def fold(self, *, policy: Policy[Any]) -> str:
        return f"{self.name}: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references", "list-id"):
        registry.map_to_type(name, MessageIds)
    return registry


# 7bit: no server on the way has to know 8BITMIME for the mail to arrive as it was written.
POLICY = SMTP.clone(header_factory=_registry(), cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a mail needs. Message-IDs are without their angle brackets."""

    sender_name: str
    sender: str
    reply_to: str
    name: str
    address: str
    subject: str
    kind: str
    message_id: str
    answers: str | None
    references: tuple[str, ...]
    list_id: str
    date: datetime
    text: str
    html: str
    calendar: bytes | None = None
    calendar_name: str = ""


def octets(letter: Letter) -> bytes:
    """The mail as it is sent, with CRLF. Nothing that stands in it can add a header."""
    plain = all(part.isascii() for part in (letter.sender, letter.reply_to, letter.address))
    policy = POLICY if plain else POLICY.clone(utf8=True)
    mail = EmailMessage(policy=policy)
    mail["From"] = _address(letter.sender_name, letter.sender)
    mail["To"] = _address(letter.name, letter.address)
    if letter.reply_to != letter.sender:
        mail["Reply-To"] = _address(letter.sender_name, letter.reply_to)
    mail["Subject"] = one_line(letter.subject, 250)
    mail["Date"] = format_datetime(letter.date)
    mail["Message-ID"] = f"<{letter.message_id}>"
    if letter.answers and is_message_id(letter.answers):
        mail["In-Reply-To"] = f"<{letter.answers}>"
    references = [one for one in letter.references if is_message_id(one)]
    if references:
        mail["References"] = " ".join(f"<{one}>" for one in dict.fromkeys(references))
    mail["List-Id"] = f"<{letter.list_id}>"
    # RFC 3834, 5: a receipt is an answer to a mail, all others are made by themselves.
    mail["Auto-Submitted"] = "auto-replied" if letter.kind == "receipt" else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Mailflow-Kind"] = letter.kind
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    if letter.calendar is not None:
        _attach_calendar(mail, letter.calendar, letter.calendar_name)
    return mail.as_bytes()


def is_message_id(text: str) -> bool:
    """One that can stand in a header as it is; those of received mails may be anything."""
    return (
        3 <= len(text) <= 900
        and "@" in text
        and text.isascii()
        and text.isprintable()
        and not any(c in text for c in ' <>,"\\()')
    )


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=one_line(name, 100), username=local, domain=domain)


def _attach_calendar(mail: EmailMessage, calendar: bytes, name: str) -> None:
    mail.add_attachment(calendar.decode("utf-8"), subtype="calendar", filename=name)
    part: Sequence[Any] = list(mail.iter_attachments())
    part[-1].set_param("method", "PUBLISH")
