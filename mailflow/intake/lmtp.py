"""Mails that another mail server hands over by LMTP (RFC 2033) or SMTP (RFC 5321)."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from threading import Event
from typing import Any, Literal

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from mailflow.intake.backoff import Patience
from mailflow.intake.source import Arrival, Sink

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 1000
LONGEST_LINE = 1_048_576  # octets; RFC 5321 says 1000, but a bounce would help nobody
STOP_SECONDS = 0.2  # how often the server looks whether it is to stop
GRACE_SECONDS = 5.0  # for the answer to a mail that is just being stored


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class _Lmtp(LMTP):
    """After a mail LMTP wants a reply for each recipient (RFC 2033, 4.2); aiosmtpd gives one."""

    line_length_limit = LONGEST_LINE
    _replies = 1

    async def push(self, status: Any) -> None:
        line = status.decode("ascii", "replace") if isinstance(status, bytes) else status
        await super().push("\r\n".join([line] * self._replies))
        after_data = line.startswith("354") and self.envelope is not None
        self._replies = len(self.envelope.rcpt_tos) if after_data and self.envelope else 1


def trace(sender: str | None, recipients: Sequence[str]) -> bytes:
    """The lines that a final delivery agent puts on top: Return-Path, and one for each recipient.

    RFC 5321, section 4.4; RFC 9228 for Delivered-To.
    """
    # aiosmtpd gives the empty path of bounces as <>
    lines = [f"Return-Path: <{'' if sender in (None, '<>') else sender}>"]
    lines += [f"Delivered-To: {recipient}" for recipient in dict.fromkeys(recipients)]
    clean = ("".join(c for c in line if c.isprintable()) for line in lines)
    return "".join(f"{line}\r\n" for line in clean).encode("utf-8", "surrogateescape")


class LmtpSource:
    """A receiver behind a mail server such as Postfix. A mail is 250 only once the sink has it.

    A mail over `size_limit` octets is refused with 552, one that the sink cannot store with 451:
    then the server in front keeps it and tries again. `protocol` may be smtp for servers that
    speak no LMTP.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        *,
        size_limit: int,
        protocol: Literal["lmtp", "smtp"] = "lmtp",
    ) -> None:
        self.name, self.host = name, host
        self.port = port  # where 0 was asked for, the real one as soon as `listening` is set
        self.listening = Event()
        self._size_limit = size_limit
        self._class = _Lmtp if protocol == "lmtp" else _Smtp
        self._sink: Sink | None = None
        self._storing = 0

    def drain(self, sink: Sink) -> int:
        """Nothing ever waits here: the server in front comes to us."""
        return 0

    def watch(self, sink: Sink, stop: Event) -> None:
        patience = Patience(self.name)
        while not stop.is_set():
            try:
                asyncio.run(self._serve(sink, stop))
            except Exception as error:  # noqa: BLE001 - a port in use, no sockets left: try again
                stop.wait(patience.failed(error))

    def close(self) -> None:
        """Nothing to leave: the server ends with `watch`."""

    def check(self) -> None:
        """Raises OSError where the address cannot be listened on."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((self.host, self.port))

    async def _serve(self, sink: Sink, stop: Event) -> None:
        self._sink = sink
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._session, self.host, self.port)
        try:
            self.port = server.sockets[0].getsockname()[1]
            self.listening.set()
            while not stop.is_set():
                await asyncio.sleep(STOP_SECONDS)
        finally:
            self.listening.clear()
            server.close()
        end = loop.time() + GRACE_SECONDS
        while self._storing and loop.time() < end:
            await asyncio.sleep(STOP_SECONDS / 10)

    def _session(self) -> SMTP:
        return self._class(
            self,
            data_size_limit=self._size_limit,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="mailflow",
        )

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        body = envelope.original_content or b""
        arrival = Arrival(
            raw=trace(envelope.mail_from, envelope.rcpt_tos) + body,
            mailbox=self.name,
            size=len(body),
            place=str(session.peer[0]) if session.peer else "",
        )
        self._storing += 1
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._take, arrival)
        except Exception as error:  # noqa: BLE001 - whatever the database raises, the mail stays there
            log.warning("%s: a mail could not be stored: %s", self.name, error)
            return "451 4.3.0 Cannot store the mail now"
        finally:
            self._storing -= 1
        return "250 2.0.0 Stored"

    def _take(self, arrival: Arrival) -> None:
        assert self._sink is not None  # noqa: S101 - there is no session before there is a sink
        self._sink.take([arrival])
