"""A session with an SMTP server (RFC 5321, 6409), which ends in time whatever the server does."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email import policy
from email.parser import BytesHeaderParser
from typing import Any, Literal

from mailflow.outbox.words import one_line
from mailflow.store.outbox import Claimed
from mailflow.toml_file import FileFaults

# How long one mail may take from MAIL to the answer to its data; less than its lease.
MAIL_SECONDS = 50.0
LONGEST_ANSWER = 65_536  # octets
TOO_LARGE = 552


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed in. The password is asked for only when it is needed."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str | None = None
    password: Callable[[], str] | None = None
    timeout_seconds: float = 30.0


class Unreachable(Exception):
    """The server cannot be reached, or does not let us in; nothing can be sent now."""


class Refused(Exception):
    """The server did not take this mail; `final` where it never will."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


class _Answers:
    """What a server says, line by line; so many octets an answer, and only until `begin` said."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket, self._rest = sock, b""
        self._octets, self._end = 0, 0.0

    def begin(self, end: float) -> None:
        self._octets, self._end = LONGEST_ANSWER, end

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._rest and len(self._rest) < limit:
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._socket.settimeout(left)
            piece = self._socket.recv(4096)
            if not piece:
                break
            self._rest += piece
        length = min(self._rest.find(b"\n") + 1 or len(self._rest), limit)
        line, self._rest = self._rest[:length], self._rest[length:]
        self._octets -= length
        if self._octets < 0:
            raise OSError("an answer that does not end")
        return line

    def close(self) -> None:
        """The socket is the connection's to close."""


class Connection(smtplib.SMTP):
    """The library's timeout is for each piece of an answer; here it is for the whole of it."""

    _until = float("inf")

    def give(self, seconds: float) -> None:
        """All answers from now on together may take so long."""
        self._until = time.monotonic() + seconds

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("please run connect() first")
        if self.file is None:
            self.file = _Answers(self.sock)
        self.file.begin(min(time.monotonic() + self.timeout, self._until))
        return super().getreply()


class _TlsConnection(Connection, smtplib.SMTP_SSL):
    pass


def connect(server: SmtpServer) -> Connection:
    """Connect, secure the connection, log in. Raises Unreachable."""
    timeout = server.timeout_seconds
    connection: Connection | None = None
    try:
        if server.security == "tls":
            context = ssl.create_default_context()
            connection = _TlsConnection(server.host, server.port, timeout=timeout, context=context)
        else:
            connection = Connection(server.host, server.port, timeout=timeout)
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
        if server.user is not None:
            connection.login(server.user, server.password() if server.password else "")
    # ValueError: a challenge that is no base64, a password that the library cannot encode;
    # FileFaults: a password that cannot be had
    except (smtplib.SMTPException, OSError, ValueError, FileFaults) as error:
        if connection is not None:
            connection.close()
        raise Unreachable(_described(error)) from error
    return connection


def hand_in(connection: Connection, mail: Claimed) -> None:
    """Send one mail. Raises Refused where it was not taken, for whatever reason."""
    sender = sender_of(mail.body)
    international = not (mail.address.isascii() and sender.isascii())
    if international and not connection.has_extn("smtputf8"):
        raise Refused("the server does not take addresses beyond ASCII (RFC 6531)", final=True)
    options = ["SMTPUTF8", "BODY=8BITMIME"] if international else []
    connection.give(MAIL_SECONDS)
    try:
        connection.sendmail(sender, [mail.address], mail.body, mail_options=options)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _refused(code, text) from error
    except smtplib.SMTPSenderRefused as error:
        # The sender is the same for all: only the mail's size is this mail's own (RFC 1870).
        final = error.smtp_code == TOO_LARGE
        raise Refused(_described(error), final=final) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(_described(error), final=False) from error


def hang_up(connection: Connection) -> None:
    with suppress(smtplib.SMTPException, OSError):
        connection.quit()
    connection.close()


def sender_of(body: bytes) -> str:
    """The address that the mail's own From names: it is frozen as the rest of it."""
    header: Any = BytesHeaderParser(policy=policy.default).parsebytes(body)["From"]
    return str(header.addresses[0].addr_spec)


def _refused(code: int, text: bytes | str) -> Refused:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Refused(one_line(f"{code} {words}", 500), final=500 <= code < 600)


def _described(error: Exception) -> str:
    """What went wrong, for an admin; the server's own words, without those of our log-in."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(_refused(error.smtp_code, error.smtp_error))
    if isinstance(error, UnicodeError):  # its text quotes what could not be encoded: the password
        return f"{type(error).__name__} while logging in"
    return one_line(f"{type(error).__name__}: {error}", 500)
