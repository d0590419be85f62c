"""A mail's octets: its header and parts (RFC 5322, 2045, 3834)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UniqueAddressHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime
from typing import Any

from mailflow.outbox.view import CalendarFile
from mailflow.outbox.words import one_line

# How an encoded word begins (RFC 2047, 2).
ENCODED = "=?"


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


def _takes_utf8(policy: Policy[Any]) -> bool:
    return isinstance(policy, EmailPolicy) and policy.utf8


class Text(BaseHeader):
    """A header of words as they stand, encoded as a whole where they are not plain (RFC 2047).

    The library's own loses spaces between encoded words and plain ones, and would decode what
    somebody wrote like an encoded word: the line end in it would begin another header.
    """

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["parse_tree"] = None
        kwds["decoded"] = value

    def fold(self, *, policy: Policy[Any]) -> str:
        text = str(self)
        charset = "us-ascii" if text.isascii() and ENCODED not in text else "utf-8"
        encoded = Header(text, charset, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {encoded}{policy.linesep}"


class Person(UniqueAddressHeader, BaseHeader):  # type: ignore[misc]
    """A header of one mailbox, its name encoded as a whole for the same reason."""

    max_count = 1

    def fold(self, *, policy: Policy[Any]) -> str:
        box = self.addresses[0]
        if _takes_utf8(policy) or box.display_name.isascii():
            return super().fold(policy=policy)
        name = Header(box.display_name, "utf-8", header_name=self.name)
        encoded = name.encode(linesep=policy.linesep)
        return f"{self.name}: {encoded}{policy.linesep} <{box.addr_spec}>{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("subject", Text)
    for name in ("from", "to", "reply-to"):
        registry.map_to_type(name, Person)
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
    calendar: CalendarFile | None = None


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
        _add_calendar(mail, letter.calendar)
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
    """What looks like an encoded word in a name must not be taken for one."""
    local, _, domain = address.rpartition("@")
    shown = one_line(name, 100).replace(ENCODED, "= ?")
    return Address(display_name=shown, username=local, domain=domain)


def _add_calendar(mail: EmailMessage, calendar: CalendarFile) -> None:
    """Attached as a file; what can be answered is a further alternative of the text, too, by which
    mail programs know an invitation (RFC 6047, 2.4)."""
    text = calendar.octets.decode("utf-8")
    if calendar.method != "PUBLISH":
        mail.add_alternative(text, subtype="calendar")
        parts: Sequence[Any] = list(mail.iter_parts())
        parts[-1].set_param("method", calendar.method)
    mail.add_attachment(text, subtype="calendar", filename=calendar.name)
    attached: Sequence[Any] = list(mail.iter_attachments())
    attached[-1].set_param("method", calendar.method)
