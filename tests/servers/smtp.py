"""A receiver of mails that can be told to refuse some."""

from __future__ import annotations

import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers.process import free_port


@dataclass(frozen=True)
class Letter:
    """A mail as one recipient got it."""

    recipient: str
    sender: str
    raw: bytes
    mail: EmailMessage


class Receiver:
    """What came in, one Letter a recipient. Addresses are compared in lower case."""

    def __init__(self) -> None:
        self.port = 0
        self._lock = Lock()
        self._letters: list[Letter] = []
        self._after_data: list[str] = []
        self._recipients: dict[str, str] = {}
        self._greylist: tuple[timedelta, Callable[[], datetime]] | None = None
        self._first_seen: dict[tuple[str, str], datetime] = {}

    @property
    def letters(self) -> list[Letter]:
        with self._lock:
            return list(self._letters)

    def of(self, recipient: str) -> list[EmailMessage]:
        return [x.mail for x in self.letters if x.recipient == recipient.lower()]

    def answer(self, *replies: str) -> None:
        """Refuse the next mails with these replies, such as "451 4.3.0 later", one each.

        An empty reply takes the mail.
        """
        with self._lock:
            self._after_data.extend(replies)

    def refuse(self, recipient: str, reply: str = "550 5.1.1 no such user") -> None:
        """Refuse this recipient from now on; an empty reply takes them again."""
        self._recipients[recipient.lower()] = reply

    def greylist(self, wait: timedelta, clock: Callable[[], datetime]) -> None:
        """Take a sender's mail to a recipient only so long after its first attempt (RFC 6647)."""
        self._greylist = wait, clock

    def _too_early(self, sender: str, recipient: str) -> bool:
        if self._greylist is None:
            return False
        wait, clock = self._greylist
        return clock() < self._first_seen.setdefault((sender, recipient), clock()) + wait

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if reply := self._recipients.get(address.lower()):
            return reply
        if self._too_early(envelope.mail_from or "", address.lower()):
            return "450 4.7.1 greylisted, come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        with self._lock:
            if self._after_data and (reply := self._after_data.pop(0)):
                return reply
            mail = BytesParser(policy=email.policy.default).parsebytes(envelope.content)
            for recipient in envelope.rcpt_tos:
                letter = Letter(recipient.lower(), envelope.mail_from or "", envelope.content, mail)
                self._letters.append(letter)
        return "250 OK"


@contextmanager
def smtp_receiver(port: int | None = None, size_limit: int | None = None) -> Iterator[Receiver]:
    """Listens on 127.0.0.1 at `receiver.port`; `port` for one that comes back where it was.

    It announces and holds `size_limit` (octets) where one is given.
    """
    receiver = Receiver()
    receiver.port = port or free_port()
    controller = Controller(
        receiver,
        hostname="127.0.0.1",
        port=receiver.port,
        enable_SMTPUTF8=True,
        data_size_limit=size_limit,
    )
    controller.start()
    try:
        yield receiver
    finally:
        controller.stop()
