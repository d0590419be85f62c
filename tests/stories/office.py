"""A small company around one mailflow: people who write and read, real IMAP and SMTP doors."""

from __future__ import annotations

import email.policy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from imapclient import IMAPClient

from mailflow import daemon, settings
from mailflow.cli import main
from mailflow.store.database import Database
from tests.outbox.tapping import begun, buttons_of, taps_of
from tests.servers.smtp import Receiver
from tests.stories.programs import PROGRAMS, ClientMail, quoted

FLOW = "flow@acme.example"
CLOCK = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
PEOPLE = {
    "anna": ("Anna Berg", "anna.berg@acme.example", "en", "Europe/Berlin"),
    "li": ("Li Wei", "li.wei@acme.example", "zh", "Asia/Shanghai"),
    "tom": ("Tom O'Neil", "tom.oneil@acme.example", "en", "Europe/Berlin"),
    "ma": ("Ma Jun", "ma.jun@acme.example", "zh", "Asia/Shanghai"),
    "chen": ("Chen Yu", "chen.yu@acme.example", "zh", "Asia/Shanghai"),
}
PROJECTS = """
[[client]]
name = "Globex"
domains = ["globex.example"]

[[client]]
name = "华星电子"
domains = ["huaxing.example"]

[[project]]
key = "PORTAL"
name = "Customer portal"
coordinator = "chen.yu@acme.example"
sales = ["anna.berg@acme.example", "li.wei@acme.example"]
members = ["tom.oneil@acme.example", "ma.jun@acme.example"]
clients = ["Globex"]
  [[project.route]]
  kind = "issue"
  words = ["login", "SSO", "登录"]
  owner = "ma.jun@acme.example"
  [[project.route]]
  kind = "issue"
  owner = "tom.oneil@acme.example"
  [[project.route]]
  kind = "decision"
  owner = "tom.oneil@acme.example"
  [[project.meeting]]
  name = "Weekly"
  day = "thursday"
  at = "10:00"
  minutes = 45
  place = "Room 4"

[[project]]
key = "GATE"
name = "Gateway 网关"
coordinator = "chen.yu@acme.example"
sales = ["li.wei@acme.example"]
members = ["ma.jun@acme.example"]
clients = ["华星电子"]
"""
CONFIG = """
database = "{database}"
address = "flow@acme.example"
coordinator = "chen.yu@acme.example"
timezone = "Asia/Shanghai"
{extra}

[[mailbox]]
name = "flow"
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{user}"
password_env = "FLOW_PASSWORD"
folder = "{folder}"
processed = "{folder}-done"

[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"

[security]
policy = "{policy}"
authserv_ids = ["mx.acme.example"]
"""


def whole(mail: EmailMessage) -> str:
    """All that a reader could see: subject, every text part, names of files."""
    parts = [p.get_content() for p in mail.walk() if p.get_content_maintype() == "text"]
    names = [p.get_filename() or "" for p in mail.walk()]
    return "\n".join([str(mail["Subject"]), *parts, *names])


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def plain(mail: EmailMessage) -> str:
    return text_of(mail).replace("\r\n", "\n")


def number_of(mail: EmailMessage, ref: str) -> str:
    """The number that a record has in a list of ours."""
    line = next(line for line in text_of(mail).splitlines() if f" {ref}  " in line)
    return line.partition(".")[0].strip()


def filled(form: EmailMessage, values: Mapping[str, str], *, wrote: str = "") -> str:
    """The quoted form with these values behind its labels, as people fill it in."""
    lines = [f"{line}{values.get(line.strip(), '')}" for line in text_of(form).splitlines()]
    wrote = wrote or f"On {form['Date']}, {form['From']} wrote:"
    return f"{wrote}\n" + quoted("\n".join(lines))


@dataclass
class Person:
    """Somebody of the company, or a stranger, with a mail program."""

    office: Office
    name: str
    address: str
    verdict: str | None = "pass"

    def draft(
        self,
        subject: str,
        text: str,
        *,
        to: str = FLOW,
        headers: Mapping[str, str] | None = None,
        verdict: str | None = "",
        html: str | None = None,
    ) -> EmailMessage:
        """A mail to the shared mailbox; `verdict` is what the mail server says of it."""
        mail = EmailMessage()
        verdict = self.verdict if verdict == "" else verdict
        if verdict:
            domain = self.address.rpartition("@")[2]
            found = f"mx.acme.example; dmarc={verdict} header.from={domain}"
            mail["Authentication-Results"] = found
        mail["From"], mail["To"] = formataddr((self.name, self.address)), to
        mail["Subject"], mail["Date"] = subject, format_datetime(self.office.clock)
        mail["Message-ID"] = make_msgid(domain="mail.example")
        for name, value in (headers or {}).items():
            del mail[name]
            mail[name] = value
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        return mail

    def writes(self, subject: str, text: str, **options: Any) -> EmailMessage:
        """Write a mail to the shared mailbox (see draft) and send it off."""
        mail = self.draft(subject, text, **options)
        self.office.deliver(mail)
        return mail

    def forwards(
        self, mail: ClientMail, tag: str, *, program: str = "gmail", note: str = ""
    ) -> EmailMessage:
        """Forward a client's mail with a tag, as a mail program does it."""
        prefix = "转发: " if program in ("qq", "netease") else "Fwd: "
        body = PROGRAMS[program](mail)
        return self.writes(f"{tag} {prefix}{mail.subject}", f"{note}\n\n{body}" if note else body)

    def replies(
        self, mail: EmailMessage, text: str, *, verdict: str | None = "", quote: bool = True
    ) -> EmailMessage:
        """Answer a mail as a mail program does: quoted below, with In-Reply-To and References."""
        subject, wrote = str(mail["Subject"]), f"On {mail['Date']}, {mail['From']} wrote:"
        body = f"{text}\n\n{wrote}\n{quoted(text_of(mail))}\n" if quote else text + "\n"
        references = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
        return self.writes(
            subject if subject.lower().startswith("re:") else f"Re: {subject}",
            body,
            to=str(mail["Reply-To"] or mail["From"]),
            headers={"In-Reply-To": str(mail["Message-ID"]), "References": references},
            verdict=verdict,
        )

    def taps(self, mail: EmailMessage, label: str, *, ref: str = "") -> None:
        """Send what a button begins: a new mail, for which no mail server vouches.

        With `ref` it is the button of that record in a list of ours.
        """
        links = taps_of(html_of(mail)) if ref else list(buttons_of(html_of(mail)).items())
        possible = [begun(link) for name, link in links if name == label]
        (written,) = [one for one in possible if ref in one.subject]
        assert written.to == FLOW
        sent = self.writes(written.subject, written.text, to=written.to, verdict="none")
        assert sent["In-Reply-To"] is None

    def reads(self, containing: str = "", *, kind: str | None = None) -> EmailMessage:
        """Take the one unread letter that has these words; fails where there is none or more."""
        mine = self.unread
        hits = [
            mail
            for mail in mine
            if containing.casefold() in whole(mail).casefold()
            and kind in (None, mail["X-Mailflow-Kind"])
        ]
        seen = [f"{mail['X-Mailflow-Kind']}: {mail['Subject']}" for mail in mine]
        assert len(hits) == 1, f"{self.name}: {len(hits)} letters with {containing!r}; {seen}"
        self.office.read.add(str(hits[0]["Message-ID"]))
        return hits[0]

    def reads_everything(self) -> list[EmailMessage]:
        mine = self.unread
        self.office.read |= {str(mail["Message-ID"]) for mail in mine}
        return mine

    @property
    def unread(self) -> list[EmailMessage]:
        return [mail for to, mail in self.office.unread if to == self.address]


@dataclass
class Office:
    """`runs` lets mailflow do what waits, ten minutes later each time."""

    folder: Path
    inbox: str
    box: IMAPClient
    smtp: Receiver
    settings: settings.Settings
    clock: datetime = CLOCK
    people: dict[str, Person] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def __getattr__(self, name: str) -> Person:
        people: dict[str, Person] = self.__dict__.get("people", {})
        if name not in people:
            raise AttributeError(name)
        return people[name]

    def stranger(self, address: str, name: str = "") -> Person:
        return Person(self, name, address)

    @property
    def unread(self) -> list[tuple[str, EmailMessage]]:
        return [
            (letter.recipient, letter.mail)
            for letter in self.smtp.letters
            if str(letter.mail["Message-ID"]) not in self.read
        ]

    def deliver(self, mail: EmailMessage | bytes) -> None:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes(policy=email.policy.SMTP)
        self.box.append(self.inbox, raw)

    def runs(self, at: str | None = None) -> None:
        if at:
            self.clock = datetime.fromisoformat(at)
        assert daemon.run_once(self.settings, self.clock)
        self.clock += timedelta(minutes=10)

    def everybody_reads(self) -> None:
        for person in self.people.values():
            person.reads_everything()

    def monday_comes(self) -> None:
        """The next Monday, in the afternoon, when the digests of all zones are due."""
        days = 7 - self.clock.weekday()
        self.runs((self.clock + timedelta(days=days)).replace(hour=16, minute=0).isoformat())

    def command(self, *arguments: str) -> str:
        """Run a command of the CLI; returns what it printed, fails where it failed."""
        config = str(self.folder / "mailflow.toml")
        done = CliRunner().invoke(main, ["--config", config, *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    def change_directory(self, *changes: tuple[str, str]) -> None:
        """Replace texts in directory.toml, and apply it."""
        path = self.folder / "directory.toml"
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        self.command("directory", "apply", str(path))

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.command("records", "--json").splitlines()]

    def record(self, ref: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.command("show", ref, "--json"))
        return found

    def database(self) -> Database:
        return Database(self.settings.database)
