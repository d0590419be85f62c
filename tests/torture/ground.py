"""The ground of a trial: one mailflow with its doors, mails that go in, lives that take them."""

from __future__ import annotations

import email.policy
import secrets
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from click.testing import CliRunner
from imapclient import IMAPClient
from sqlalchemy import select

from mailflow.cli import main
from mailflow.store.database import Database
from mailflow.store.tables import Input, Notice, Outgoing
from tests.servers.imap import PASSWORD, ImapServer
from tests.servers.process import free_port
from tests.servers.ready import ready
from tests.servers.smtp import Receiver
from tests.torture.life import Life, Orders

REPORTER, OWNER = "anna.berg@acme.example", "ma.jun@acme.example"
LATER = timedelta(minutes=5)  # when every lease of the dead has run out
DIRECTORY = """
[[person]]
name = "Anna Berg"
addresses = ["anna.berg@acme.example"]

[[person]]
name = "Ma Jun"
addresses = ["ma.jun@acme.example"]
language = "zh"

[[person]]
name = "Chen Yu"
addresses = ["chen.yu@acme.example"]

[[project]]
key = "PORTAL"
name = "Customer portal"
coordinator = "chen.yu@acme.example"
sales = ["anna.berg@acme.example"]
members = ["ma.jun@acme.example"]
  [[project.route]]
  kind = "issue"
  owner = "ma.jun@acme.example"
"""
CONFIG = """
database = "{database}"
address = "flow@acme.example"
coordinator = "chen.yu@acme.example"

[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"

[limits]
mails_a_day = 100000
gather_seconds = 0
"""
MAILBOX = """
[[mailbox]]
name = "flow"
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
password_env = "FLOW_PASSWORD"
folder = "{folder}"
processed = "{folder}-done"
"""
LMTP = '\n[lmtp]\nlisten = "127.0.0.1:{port}"\n'
ENVIRONMENT = {"FLOW_PASSWORD": PASSWORD, "MAILFLOW_SECRET": "0" * 64}


def mark(number: int) -> str:
    """A word that stands in one mail alone."""
    return f"mark{number:05}x"


def issue(number: int) -> EmailMessage:
    """A mail that opens a record, whose owner and reporter are to be told of it."""
    return _mail(number, f"[ISSUE][PORTAL] case {mark(number)}", "It fails.")


def note(number: int) -> EmailMessage:
    """A mail that adds to the first record."""
    return _mail(number, "Re: [PORTAL-1] case", f"I saw it again: {mark(number)}.")


def _mail(number: int, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = REPORTER, "flow@acme.example", subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{number}.{secrets.token_hex(6)}@mail.example>"
    mail.set_content(text)
    return mail


@dataclass
class Ground:
    """`issues` and `notes` are the numbers of the mails that some server has taken for us."""

    folder: Path
    smtp: Receiver
    database: Database
    inbox: str = ""
    box: IMAPClient | None = None
    lmtp_port: int = 0
    issues: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    clock: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def orders(self) -> Orders:
        """To do all that waits, as `run --once`."""
        return Orders(self.folder / "mailflow.toml", ENVIRONMENT)

    def append(self, *mails: EmailMessage, box: IMAPClient | None = None) -> None:
        """Leave mails in the mailbox; a thread of its own needs a session of its own."""
        box = box or self.box
        assert box is not None
        for mail in mails:
            box.append(self.inbox, mail.as_bytes(policy=email.policy.SMTP))

    def hands_over(self, mail: EmailMessage) -> bool:
        """Give a mail to mailflow as a mail server does; False where it was not answered 250."""
        octets = mail.as_bytes(policy=email.policy.SMTP)
        try:
            with smtplib.LMTP("127.0.0.1", self.lmtp_port) as client:
                client.sendmail(REPORTER, ["flow@acme.example"], octets)
        except (smtplib.SMTPException, OSError):
            return False
        return True

    def appends_issues(self, count: int) -> None:
        new = range(len(self.issues) + 1, len(self.issues) + count + 1)
        self.append(*map(issue, new))
        self.issues += new

    def waiting(self) -> int:
        """How many mails lie in the folder that is read."""
        if self.box is None:
            return 0
        self.box.select_folder(self.inbox, readonly=True)
        return len(self.box.search("ALL"))

    def is_done(self) -> bool:
        """Whether all mails were handled and all that is to be told of them was sent."""
        with self.database.read() as session:
            mails = session.scalars(select(Input.state).where(Input.kind == "message")).all()
            waits = session.scalar(select(Notice.id).where(Notice.outgoing_id.is_(None)).limit(1))
            unsent = session.scalar(select(Outgoing.id).where(Outgoing.state != "sent").limit(1))
        taken = len(mails) >= len(self.issues) + len(self.notes) and "stored" not in mails
        return taken and waits is None and unsent is None

    def lives(self, orders: Orders) -> int:
        """One life from beginning to end; see Life.ends."""
        return Life(orders).ends()


@contextmanager
def ground(
    folder: Path,
    database_url: str,
    smtp: Receiver,
    imap: ImapServer | None = None,
    lmtp: bool = False,
) -> Iterator[Ground]:
    """A new mailflow in this folder, with a mailbox of its own, a door for LMTP or both."""
    ready(database_url).close()
    made = Ground(folder, smtp, Database(database_url))
    text = CONFIG.format(database=database_url, smtp=smtp.port)
    if imap is not None:
        made.inbox, made.box = f"flow-{secrets.token_hex(4)}", imap.log_in()
        made.box.create_folder(made.inbox)
        text += MAILBOX.format(port=imap.port, user=imap.user, folder=made.inbox)
    if lmtp:
        made.lmtp_port = free_port()
        text += LMTP.format(port=made.lmtp_port)
    (folder / "mailflow.toml").write_text(text, "utf-8")
    apply_directory(folder)
    try:
        yield made
    finally:
        made.database.close()
        if made.box is not None:
            with suppress(OSError):
                made.box.logout()


def apply_directory(folder: Path) -> None:
    (folder / "directory.toml").write_text(DIRECTORY, "utf-8")
    arguments = ["--config", str(folder / "mailflow.toml"), "directory", "apply"]
    done = CliRunner(env=ENVIRONMENT).invoke(main, [*arguments, str(folder / "directory.toml")])
    assert done.exit_code == 0, done.output
