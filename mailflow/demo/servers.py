"""The mail servers of the demo: an IMAP server with the shared mailbox, an SMTP receiver."""

from __future__ import annotations

import importlib.util
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from imapclient import IMAPClient

from mailflow.demo.waiting import DemoError, wait_until

HOST = "127.0.0.1"
USER = "flow"
# pymap, which ends when its standard input does: so it never outlives the demo, whatever ends that.
SERVE = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from pymap.main import main
main()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class ImapServer:
    """pymap in a process of its own, with one account, in memory."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.user, self.password = USER, secrets.token_urlsafe(9)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> IMAPClient:
        """Start it and log in. Raises DemoError where it is not installed or does not come up."""
        if importlib.util.find_spec("pymap") is None:
            raise DemoError('the demo needs an IMAP server: pip install "mailflow[demo]"')
        # One word each: a password may begin with a dash.
        account = [f"--demo-user={self.user}", f"--demo-password={self.password}"]
        listen = ["--host", HOST, "--port", str(self.port), "--no-tls"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this Python, fixed arguments
                [sys.executable, "-c", SERVE, *listen, "dict", *account],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        found: list[IMAPClient] = []
        wait_until(lambda: self._log_in(found), lambda: "the IMAP server did not come up")
        return found[0]

    def log_in(self) -> IMAPClient:
        box = IMAPClient(HOST, port=self.port, ssl=False)
        box.login(self.user, self.password)
        return box

    def stop(self) -> None:
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _log_in(self, found: list[IMAPClient]) -> bool:
        if self._process is None or self._process.poll() is not None:
            lines = self._log.read_text("utf-8", "replace").split("\n")
            last = next((line for line in reversed(lines) if line.strip()), "it said nothing")
            raise DemoError(f"the IMAP server ended at once: {last}")
        try:
            found.append(self.log_in())
        except OSError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as somebody got it."""

    to: str
    raw: bytes
    mail: EmailMessage

    @property
    def kind(self) -> str:
        return str(self.mail["X-Mailflow-Kind"] or "")

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"] or "")

    @property
    def text(self) -> str:
        return self.body("plain")

    def body(self, subtype: str) -> str:
        """The body as plain text or HTML, "" where the mail has none."""
        part = self.mail.get_body((subtype,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""

    def says(self, words: str) -> bool:
        return words in self.subject or words in self.text


@dataclass
class Receiver:
    """The SMTP server that mailflow sends through; nothing leaves it.

    `delivers` are called with each letter, in the server's thread.
    """

    letters: list[Letter] = field(default_factory=list)
    delivers: list[Callable[[Letter], None]] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    def start(self) -> None:
        self._server = Controller(self, hostname=HOST, port=self.port, ident="demo")
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        raw = bytes(envelope.content)
        mail = message_from_bytes(raw, policy=policy.default)
        for recipient in envelope.rcpt_tos:
            letter = Letter(recipient.lower(), raw, mail)
            self.letters.append(letter)
            for deliver in self.delivers:
                deliver(letter)
        return "250 OK"
