"""An SMTP server with bad habits: it cuts off, wants a log-in, encrypts, takes only ASCII."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.servers.process import free_port


@dataclass
class PostOffice:
    """`cut` is how many of the next mails end in a broken connection after their data, though it
    keeps them where it `takes_first`. `rude` breaks the connection at QUIT.

    `meanwhile` is called while a mail is being taken, `at_hello` when somebody connects.
    """

    port: int = 0
    cut: int = 0
    takes_first: bool = False
    rude: bool = False
    meanwhile: Callable[[], None] | None = None
    at_hello: Callable[[], None] | None = None
    connections: int = 0
    got: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        if self.at_hello is not None:
            self.at_hello()
        return responses

    async def handle_MAIL(
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self.options.append(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.meanwhile is not None:
            self.meanwhile()
        letter = (envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content)
        if self.cut:
            self.cut -= 1
            self.got += [letter] * self.takes_first
            server.transport.abort()
            return "421 gone"
        self.got.append(letter)
        return "250 OK"

    async def handle_QUIT(self, server: Any, _session: Any, _envelope: Any) -> str:
        if self.rude:
            server.transport.abort()
        return "221 Bye"

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any
    ) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == b"secret"
        return AuthResult(success=right and given.login == b"flow", handled=False)


@contextmanager
def post_office(
    *, tls: ssl.SSLContext | None = None, utf8: bool = True, log_in: bool = False
) -> Iterator[PostOffice]:
    office = PostOffice(port=free_port())
    controller = Controller(
        office,
        hostname="localhost",
        port=office.port,
        enable_SMTPUTF8=utf8,
        tls_context=tls,
        require_starttls=tls is not None,
        authenticator=office.authenticate,
        auth_required=log_in,
        auth_require_tls=tls is not None,
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate for localhost, and the file to trust it by."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} "
        f"-out {cert} -addext subjectAltName=DNS:localhost".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert
