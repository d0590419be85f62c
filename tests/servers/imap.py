"""IMAP servers: pymap, which pip installs, and Dovecot, which root may install."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.servers.process import Process, free_port, missing

PASSWORD = "secret"

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
auth_username_chars =
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
"""
TLS = """ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem"""


@dataclass(frozen=True)
class ImapServer:
    """Log in as `user` with PASSWORD. Dovecot takes any user, each with folders of their own."""

    process: Process
    kind: str
    user: str
    tls_port: int = 0
    certificate: Path | None = None
    mails: Path | None = None

    def maildir(self, user: str, folder: str) -> Path:
        """Where Dovecot keeps a folder."""
        assert self.mails is not None
        return self.mails / user / f".{folder}"

    @property
    def port(self) -> int:
        return self.process.port

    def log_in(self, user: str | None = None) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        client.login(user or self.user, PASSWORD)
        return client

    def restart(self, hard: bool = False) -> None:
        """pymap forgets its mails and begins a new UIDVALIDITY; Dovecot keeps all."""
        self.process.stop(signal.SIGKILL if hard else signal.SIGTERM)
        self.process.start()


@contextmanager
def pymap(user: str = "flow") -> Iterator[ImapServer]:
    """A pymap of one user with an empty INBOX; ready in about a second."""
    with tempfile.TemporaryDirectory(prefix="pymap-") as folder:
        port = free_port()
        program = [sys.executable, "-P", str(Path(__file__).with_name("quick_pymap.py"))]
        address = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
        mailbox = ["dict", "--demo-user", user, "--demo-password", PASSWORD]
        process = Process([*program, *address, *mailbox], port, Path(folder) / "pymap.log")
        try:
            process.start()
            yield ImapServer(process, "pymap", user)
        finally:
            process.stop(signal.SIGKILL)


@contextmanager
def dovecot(user: str = "flow", tls: bool = False, expired: bool = False) -> Iterator[ImapServer]:
    """A Dovecot with Maildirs. Skips the test where there is none or we are not root.

    With `tls` there are STARTTLS on `port` and TLS on `tls_port`, with a certificate for
    localhost that only `certificate` vouches for; where it is `expired`, it was yesterday.
    """
    program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None or os.geteuid() != 0:
        missing("needs dovecot-imapd and root")
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "nobody", "nogroup")
        if tls:
            _certificate(folder, expired)
        port, tls_port = free_port(), free_port() if tls else 0
        (folder / "dovecot.conf").write_text(
            DOVECOT.format(
                folder=folder,
                port=port,
                tls_port=tls_port,
                tls=TLS.format(folder=folder) if tls else "ssl = no",
                password=PASSWORD,
            ),
            "utf-8",
        )
        arguments = [str(program), "-F", "-c", str(folder / "dovecot.conf")]
        process = Process(arguments, port, folder / "start.log")
        try:
            process.start()
            certificate = folder / "certificate.pem"
            yield ImapServer(process, "dovecot", user, tls_port, certificate, folder / "mail")
        finally:
            # its children see that it is gone, and end
            process.stop(signal.SIGKILL)


def _certificate(folder: Path, expired: bool) -> None:
    key, request = str(folder / "key.pem"), str(folder / "request.pem")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    make = f"openssl req -new -newkey rsa:2048 -nodes -keyout {key} -out {request}"
    subprocess.run([*make.split(), *names], check=True, capture_output=True)
    sign = f"openssl x509 -req -in {request} -signkey {key} -out {folder}/certificate.pem"
    days = ["-days", "-1" if expired else "2", "-copy_extensions", "copy"]
    subprocess.run([*sign.split(), *days], check=True, capture_output=True)
