"""Programs that answer programs: it ends, soon, and nobody is buried under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import select

from mailflow.outbox.composer import compose
from mailflow.store.tables import Address, Outgoing
from mailflow.workflow.model import Person
from tests.pipeline.desk import INSTALLATION, Desk, mail_of, open_desk
from tests.workflow.company import ANNA, CHEN, LI, MA

OURS, THEIRS = "flow@acme.example", "flow@other.example"
VERDICT = b"Authentication-Results: mx.acme.example; dmarc=pass header.from=%s\r\n"
# What some gateways take away: all that says that a program wrote it.
MARKS = re.compile(
    rb"^(?:X-Mailflow-Kind|Auto-Submitted|X-Auto-Response-Suppress|List-[\w-]+|Precedence)"
    rb":.*\r\n(?:[ \t].*\r\n)*",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass
class Office:
    """One mailflow with its own address: what it sends, and what it was sent last."""

    desk: Desk
    address: str
    sent: int = field(default=0)

    def __post_init__(self) -> None:
        self.desk.engine.installation = replace(INSTALLATION, address=self.address)

    def takes(self, *mails: bytes) -> None:
        self.desk.put(*mails)
        self.desk.work()
        self.desk.now += timedelta(minutes=10)
        with self.desk.database.write() as session:
            directory = self.desk.engine.directory.get(session)
            compose(session, self.desk.engine.installation, directory, self.desk.now)

    def mails(self) -> list[Outgoing]:
        with self.desk.database.read() as session:
            return list(session.scalars(select(Outgoing).order_by(Outgoing.id)))

    def sends(self) -> list[Outgoing]:
        """What it composed since this was asked last."""
        new = [mail for mail in self.mails() if mail.id > self.sent]
        self.sent = max([self.sent, *(mail.id for mail in new)])
        return new

    def has(self, person: Person, address: str) -> None:
        """Somebody of the directory has this as their only address."""
        with self.desk.database.write() as session:
            row = session.get_one(Address, person.address)
            session.delete(row)
            session.add(Address(person_id=person.id, address=address, position=0))


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Office]:
    office = Office(open_desk(f"sqlite:///{tmp_path}/ours.db"), OURS)
    yield office
    office.desk.database.close()


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Office]:
    office = Office(open_desk(f"sqlite:///{tmp_path}/theirs.db"), THEIRS)
    yield office
    office.desk.database.close()


def delivered(mail: Outgoing, *, stripped: bool = False) -> bytes:
    """A mail as it arrives; what the mail server vouches for is the domain that it names."""
    raw = MARKS.sub(b"", mail.body) if stripped else mail.body
    domain = str(message_from_bytes(raw)["From"]).rpartition("@")[2].rstrip(">")
    return VERDICT % domain.encode() + raw


def exchange(ours: Office, theirs: Office, *, stripped: bool) -> int:
    """Each gets what the other one sends to it, until nobody sends any more; how often that was."""
    for rounds in range(20):
        to_them = [m for m in ours.sends() if m.address == THEIRS]
        theirs.takes(*(delivered(m, stripped=stripped) for m in to_them))
        to_us = [m for m in theirs.sends() if m.address == OURS]
        ours.takes(*(delivered(m, stripped=stripped) for m in to_us))
        if not (to_them or to_us):
            return rounds
    raise AssertionError([mail.subject for mail in ours.mails()])


@pytest.mark.parametrize("stripped", [False, True])
@pytest.mark.parametrize("known", [False, True])
def test_two_mailflows_that_write_to_each_other(
    ours: Office, theirs: Office, *, stripped: bool, known: bool
) -> None:
    """Also where all marks were taken away, and both have a record of the same number."""
    ours.has(MA, THEIRS)
    theirs.has(ANNA, OURS)
    if known:
        theirs.takes(mail_of(LI, "[ISSUE][PORTAL] another", "It fails, too."))
    ours.takes(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    assert exchange(ours, theirs, stripped=stripped) <= 4
    exchanged = [m for m in (*ours.mails(), *theirs.mails()) if m.address in (OURS, THEIRS)]
    assert 1 <= len(exchanged) <= 8
    assert [row.record.state for row in ours.desk.records()] == ["open"]


def answer(to: Outgoing, words: str, subject: str = "", *headers: tuple[str, str]) -> bytes:
    """What a program at Ma's answers to a mail of ours."""
    ids = [("In-Reply-To", to.message_id), ("References", to.message_id)]
    return mail_of(MA, subject or f"Re: {to.subject}", words, [*ids, *headers])


def last_to(office: Office, person: Person) -> Outgoing:
    return [mail for mail in office.mails() if mail.address == person.address][-1]


MARKED = [
    ("RFC 3834", "Re: away", ("Auto-Submitted", "auto-replied")),
    ("Exchange", "Automatic reply: [PORTAL-1] login", ("X-Auto-Response-Suppress", "All")),
    ("by its subject alone", "自动回复: [PORTAL-1] login", ("X-Mailer", "Foxmail")),
    ("an old vacation(1)", "Re: login", ("X-Autoreply", "yes")),
    ("a challenge", "Please confirm your message", ("X-Boxtrapper", "yes")),
    ("a help desk", "Re: [PORTAL-1] login", ("Precedence", "auto_reply")),
]


@pytest.mark.parametrize("what", MARKED, ids=[what for what, *_ in MARKED])
def test_vacation_ping_pong(ours: Office, what: tuple[str, str, tuple[str, str]]) -> None:
    _, subject, header = what
    ours.takes(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    ours.sends()
    for n in range(3):
        away = answer(last_to(ours, MA), f"I am away until day {n}.", subject, header)
        ours.takes(away)
    assert ours.sends() == []
    assert [row.record.state for row in ours.desk.records()] == ["open"]


def test_a_robot_that_nothing_marks_and_that_never_says_the_same(ours: Office) -> None:
    """Nothing tells it from a person who answers each mail; the daily limit ends it."""
    ours.takes(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    for n in range(12):
        ours.desk.put(answer(last_to(ours, MA), f"Your message has the number {n}."))
        ours.desk.work()
        ours.desk.now += timedelta(minutes=10)
        with ours.desk.database.write() as session:
            directory, rules = ours.desk.engine.directory.get(session), INSTALLATION
            compose(session, rules, directory, ours.desk.now, mails_a_day=5)
    mails = [mail.address for mail in ours.mails()]
    assert mails.count(MA.address) <= 5
    assert mails.count(ANNA.address) <= 6
    assert [row.record.state for row in ours.desk.records()] == ["open"]


def bounce(of: Outgoing, status: str = "5.1.1") -> bytes:
    """RFC 3464; sent by nobody, so that nobody can answer it."""
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.acme.example>\r\n"
        f"To: {OURS}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <b{of.id}@mx.acme.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
        "--B\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Final-Recipient: rfc822; {of.address}\r\nAction: failed\r\nStatus: {status}\r\n"
        "\r\n--B\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {of.message_id}\r\n\r\n--B--\r\n"
    ).encode()


def test_a_bounce_of_what_told_of_a_bounce(ours: Office) -> None:
    ours.takes(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    ours.sends()
    ours.takes(bounce(last_to(ours, MA)))
    (told,) = ours.sends()
    assert told.address == CHEN.address
    ours.takes(bounce(told))
    assert ours.sends() == [], "nobody is left who could be told"


def with_headers(raw: bytes, *headers: str) -> bytes:
    return "".join(f"{header}\r\n" for header in headers).encode() + raw


RETURNS = ["redirected", "by a list", "by a list that takes the marks away", "to ourselves"]


@pytest.mark.parametrize("how", RETURNS)
def test_our_own_mail_comes_back(ours: Office, how: str) -> None:
    ours.takes(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    ours.sends()
    mail = last_to(ours, MA)
    came_back = {
        "redirected": with_headers(delivered(mail), f"Resent-From: {MA.address}"),
        "by a list": with_headers(delivered(mail), "List-Id: <all.acme.example>"),
        "by a list that takes the marks away": delivered(mail, stripped=True).replace(
            f"<{OURS}>".encode(), f"<{LI.address}>".encode()
        ),
        "to ourselves": mail_of(Person(0, "mailflow", (OURS,), "en", "UTC"), "login", "done"),
    }[how]
    ours.takes(came_back)
    assert ours.desk.states()[-1] == ("ignored", "automatic: own")
    assert ours.sends() == []


def test_a_mail_of_ours_that_somebody_forwards_is_theirs(ours: Office) -> None:
    ours.takes(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    ours.sends()
    mail = last_to(ours, MA)
    ours.takes(mail_of(MA, f"Fwd: {mail.subject}", "What does that mean?"))
    assert [(m.address, m.kind) for m in ours.sends()] == [
        (ANNA.address, "notice"),
        (MA.address, "receipt"),
    ]


def test_list_mail_is_left_alone_unless_one_of_ours_wrote_it(ours: Office) -> None:
    marks = [("List-Id", "<all.acme.example>"), ("Precedence", "list")]
    stranger = Person(0, "Somebody", ("x@list.example",), "en", "UTC")
    ours.takes(
        mail_of(stranger, "[ISSUE][PORTAL] newsletter", "Buy!", marks),
        mail_of(ANNA, "Lunch today", "At noon.", marks),
    )
    assert [state for state, _ in ours.desk.states()] == ["ignored", "ignored"]
    assert ours.sends() == []
