"""The sender against real SMTP servers: what arrives, what is tried again, who hears of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mailflow.outbox.sender import ATTEMPTS, LEASE, Sent, delay, send_due
from mailflow.outbox.smtp_connection import SmtpServer
from mailflow.store.database import Database
from mailflow.store.outbox import claim, leased_until, retry
from mailflow.store.tables import Address, Input, Notice, Outgoing, Project, Record
from mailflow.workflow.model import Person
from tests.outbox.counter import Counter, text_of
from tests.outbox.post_office import PostOffice, certificate, post_office
from tests.pipeline.desk import NOW, mail_of, open_desk
from tests.servers.process import free_port
from tests.servers.smtp import Receiver
from tests.workflow.company import ANNA, CHEN, LI, MA, PEOPLE, TOM

REAL = datetime(2030, 1, 1, tzinfo=UTC)
COORDINATOR = "Chen@acme.example"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


def at(port: int) -> SmtpServer:
    return SmtpServer("localhost", port, "none", timeout_seconds=5)


def letters(counter: Counter, *people: Person) -> list[Outgoing]:
    """A mail to each of them, composed."""
    for person in people:
        counter.tell(person, "receipt", {"reason": "page", "page": "help"})
    counter.compose()
    return counter.new()


def send(counter: Counter, server: SmtpServer, real: datetime = REAL) -> Sent:
    return send_due(
        counter.database, server, "me", counter.now, lambda: real, coordinator=COORDINATOR
    )


def row(counter: Counter, mail: Outgoing) -> Outgoing:
    return next(one for one in counter.outgoings() if one.id == mail.id)


def told(counter: Counter) -> list[tuple[int, list[dict[str, object]]]]:
    """Who is told of what was not delivered."""
    with counter.database.read() as session:
        notices = session.scalars(select(Notice).where(Notice.outgoing_id.is_(None)))
        return [(notice.person_id, notice.reasons) for notice in notices]


# what arrives ----------------------------------------------------------------------------------


def test_the_frozen_octets_arrive_from_the_shared_address(
    counter: Counter, office: PostOffice
) -> None:
    mails = letters(counter, ANNA, LI, TOM)
    assert send(counter, at(office.port)) == Sent(sent=3)
    assert office.got == [
        ("flow@acme.example", (mail.address,), mail.body.rstrip(b"\r\n") + b"\r\n")
        for mail in mails
    ]
    assert office.connections == 1
    assert {(one.state, one.attempts, one.sent_at) for one in counter.outgoings()} == {
        ("sent", 1, counter.now)
    }
    assert send(counter, at(office.port)) == Sent()


def test_more_than_one_batch(counter: Counter, office: PostOffice) -> None:
    letters(counter, *(PEOPLE[:5] * 5))
    assert send(counter, at(office.port)).sent == 25
    assert len(office.got) == 25


def test_nothing_due_opens_no_connection(counter: Counter) -> None:
    assert send(counter, at(free_port())) == Sent()
    letters(counter, ANNA)
    counter.later(minutes=-5)
    assert send(counter, at(free_port())) == Sent()


def test_a_line_with_a_dot_arrives_as_it_was(counter: Counter, office: PostOffice) -> None:
    counter.desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", ".\n..\n.x"))
    counter.desk.work()
    counter.compose()
    send(counter, at(office.port))
    mail = next(one for one in counter.new() if one.person_id == MA.id)
    assert mail.body in [raw for _, to, raw in office.got if to == (MA.address,)]


def test_no_transaction_is_open_while_the_server_is_spoken_to(
    counter: Counter, office: PostOffice
) -> None:
    """SQLite has one writer: another one gets in while the mail is being taken."""
    seen = []

    def write() -> None:
        with counter.database.write() as session:
            session.add(Input(kind="act", state="processed", taken_at=NOW))
            seen.append(session.scalar(select(Outgoing.state)))

    office.meanwhile = write
    letters(counter, ANNA)
    assert send(counter, at(office.port)).sent == 1
    assert seen == ["sending"]


# what is tried again ---------------------------------------------------------------------------


def test_a_server_that_says_later_gets_the_same_octets_again(
    counter: Counter, receiver: Receiver
) -> None:
    first, second = letters(counter, ANNA, LI)
    receiver.answer("451 4.3.0 later")
    assert send(counter, at(receiver.port)) == Sent(sent=1, retried=1)
    waiting = row(counter, first)
    assert (waiting.state, waiting.attempts, waiting.last_error) == (
        "composed",
        1,
        "451 4.3.0 later",
    )
    assert waiting.next_attempt_at == counter.now + timedelta(minutes=1)
    assert waiting.leased_by is None
    assert send(counter, at(receiver.port)) == Sent()
    counter.later(minutes=1)
    assert send(counter, at(receiver.port)) == Sent(sent=1)
    assert [x.raw for x in receiver.letters] == [second.body, first.body]
    assert row(counter, first).last_error is None


def test_a_recipient_who_is_refused_for_now_holds_up_nobody(
    counter: Counter, receiver: Receiver
) -> None:
    letters(counter, ANNA, LI, TOM)
    receiver.refuse(LI.address, "450 4.2.1 mailbox busy")
    assert send(counter, at(receiver.port)) == Sent(sent=2, retried=1)
    assert told(counter) == []


def test_a_connection_cut_after_the_data_is_opened_anew(
    counter: Counter, office: PostOffice
) -> None:
    first, *_ = letters(counter, ANNA, LI, TOM)
    office.cut = 1
    assert send(counter, at(office.port)) == Sent(sent=2, retried=1)
    assert office.connections == 2
    counter.later(minutes=1)
    assert send(counter, at(office.port)) == Sent(sent=1)
    assert row(counter, first).state == "sent"
    assert len(office.got) == 3


def test_a_server_that_is_not_there_is_asked_once(counter: Counter) -> None:
    mails = letters(counter, ANNA, LI, TOM)
    assert send(counter, at(free_port())) == Sent(retried=3)
    rows = [row(counter, mail) for mail in mails]
    assert [one.state for one in rows] == ["composed"] * 3
    assert [one.attempts for one in rows] == [0, 0, 0]
    assert {one.next_attempt_at for one in rows} == {counter.now + timedelta(minutes=1)}
    assert "ConnectionRefusedError" in (rows[0].last_error or "")


def test_a_server_that_never_answers_is_left_in_time(counter: Counter) -> None:
    letters(counter, ANNA)
    with socket.create_server(("localhost", 0)) as silent:
        server = replace(at(silent.getsockname()[1]), timeout_seconds=0.3)
        assert send(counter, server) == Sent(retried=1)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (5, 16), (8, 128), (9, 240), (99, 240)]
)
def test_the_delays_grow(attempts: int, minutes: int) -> None:
    assert delay(attempts) == timedelta(minutes=minutes)


def test_after_three_days_it_is_given_up(counter: Counter, receiver: Receiver) -> None:
    (mail,) = letters(counter, ANNA)
    began, attempts = counter.now, 0
    receiver.refuse(ANNA.address, "450 4.2.1 mailbox busy")
    while row(counter, mail).state == "composed":
        counter.desk.now = row(counter, mail).next_attempt_at
        send(counter, at(receiver.port))
        attempts += 1
    assert attempts == ATTEMPTS
    assert timedelta(days=2.9) < counter.now - began < timedelta(days=3.1)
    assert row(counter, mail).state == "failed"
    assert told(counter) == [(CHEN.id, [{"reason": "undeliverable", "outgoing": mail.id}])]


# what is refused for good ----------------------------------------------------------------------


def test_one_bad_recipient_does_not_stop_the_others_and_the_coordinator_hears_of_it(
    counter: Counter, receiver: Receiver
) -> None:
    _, bad, _ = letters(counter, ANNA, LI, TOM)
    receiver.refuse(LI.address, "550 5.1.1 no such user")
    assert send(counter, at(receiver.port)) == Sent(sent=2, failed=1)
    failed = row(counter, bad)
    assert (failed.state, failed.last_error) == ("failed", "550 5.1.1 no such user")
    assert told(counter) == [(CHEN.id, [{"reason": "undeliverable", "outgoing": bad.id}])]
    counter.compose()
    (mail,) = counter.new()
    assert mail.subject == "邮件无法送达：li@acme.example"
    assert "550 5.1.1 no such user" in text_of(mail)
    counter.later(days=5)
    assert send(counter, at(receiver.port)) == Sent(sent=1)


def test_a_mail_that_is_refused_after_its_data_fails_alone(
    counter: Counter, receiver: Receiver
) -> None:
    letters(counter, ANNA, LI)
    receiver.answer("554 5.7.1 this looks like spam")
    assert send(counter, at(receiver.port)) == Sent(sent=1, failed=1)


def test_the_coordinator_is_not_told_of_their_own_address(
    counter: Counter, receiver: Receiver
) -> None:
    letters(counter, CHEN)
    receiver.refuse(CHEN.address)
    assert send(counter, at(receiver.port)) == Sent(failed=1)
    assert told(counter) == []


@pytest.mark.parametrize(("failing", "hears"), [(LI, MA), (MA, CHEN)])
def test_the_projects_coordinator_hears_of_it_else_the_installations(
    counter: Counter, receiver: Receiver, failing: Person, hears: Person
) -> None:
    counter.desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    counter.desk.work()
    counter.compose()
    counter.new()
    counter.later(minutes=10)
    with counter.database.write() as session:
        project = session.get_one(Project, session.get_one(Record, 1).project_id)
        project.coordinator_id = MA.id
    counter.tell(failing, "notice", {"reason": "follows", "record": 1})
    counter.compose()
    receiver.refuse(failing.address)
    assert send(counter, at(receiver.port)).failed >= 1
    assert {person for person, _ in told(counter)} == {hears.id}


def test_a_failed_mail_can_be_sent_again(counter: Counter, receiver: Receiver) -> None:
    (mail,) = letters(counter, LI)
    receiver.refuse(LI.address)
    send(counter, at(receiver.port))
    receiver.refuse(LI.address, "")
    with counter.database.write() as session:
        assert retry(session, mail.id, counter.now)
        assert not retry(session, mail.id, counter.now)
        assert not retry(session, 999, counter.now)
    assert send(counter, at(receiver.port)) == Sent(sent=1)
    assert receiver.letters[0].raw == mail.body


# several senders -------------------------------------------------------------------------------


def test_what_another_process_is_sending_is_left_to_it_until_its_lease_ends(
    counter: Counter, office: PostOffice
) -> None:
    letters(counter, ANNA)
    (claimed,) = claim(counter.database, "other", counter.now, REAL, LEASE, 10)
    with counter.database.read() as session:
        assert leased_until(session) == REAL + LEASE
    assert send(counter, at(office.port), REAL + LEASE) == Sent()
    assert send(counter, at(office.port), REAL + LEASE + timedelta(seconds=1)) == Sent(sent=1)
    assert claimed.body == office.got[0][2]


def test_a_sender_that_lost_its_lease_writes_nothing(counter: Counter, office: PostOffice) -> None:
    (mail,) = letters(counter, ANNA)

    def steal() -> None:
        claim(counter.database, "other", counter.now, REAL + 2 * LEASE, LEASE, 10)

    office.meanwhile = steal
    assert send(counter, at(office.port)) == Sent()
    assert row(counter, mail).leased_by == "other"


def test_two_senders_send_each_mail_once(database_url: str, office: PostOffice) -> None:
    counter = Counter(open_desk(database_url))
    mails = letters(counter, *(PEOPLE[:5] * 8))

    def sender(name: str) -> Sent:
        database = Database(database_url)
        try:
            return send_due(database, at(office.port), name, counter.now, lambda: REAL)
        finally:
            database.close()

    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(sender, ("one", "two")))
    assert sum(one.sent for one in sent) == 40
    assert sorted(raw for _, _, raw in office.got) == sorted(mail.body for mail in mails)
    assert {one.state for one in counter.outgoings()} == {"sent"}
    counter.database.close()


# how the server is spoken to -------------------------------------------------------------------


def test_with_starttls_the_certificate_is_checked_and_the_password_given_inside(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    letters(counter, ANNA)
    with post_office(tls=context, log_in=True) as office:
        server = SmtpServer("localhost", office.port, "starttls", "flow", lambda: "secret", 5)
        assert send(counter, server) == Sent(retried=1)
        assert "CERTIFICATE_VERIFY_FAILED" in (counter.outgoings()[0].last_error or "")
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        counter.later(minutes=1)
        wrong = replace(server, password=lambda: "hush-hush")
        assert send(counter, wrong) == Sent(retried=1)
        error = counter.outgoings()[0].last_error or ""
        assert error.startswith("535")
        assert "hush-hush" not in error
        counter.later(minutes=2)
        assert send(counter, server) == Sent(sent=1)


def test_without_starttls_nothing_is_sent_in_the_clear(
    counter: Counter, office: PostOffice
) -> None:
    letters(counter, ANNA)
    server = replace(at(office.port), security="starttls", user="flow", password=lambda: "secret")
    assert send(counter, server) == Sent(retried=1)
    assert office.got == []
    assert "STARTTLS" in (counter.outgoings()[0].last_error or "")


@pytest.mark.parametrize(
    ("utf8", "outcome"), [(True, Sent(sent=2)), (False, Sent(sent=1, failed=1))]
)
def test_an_address_beyond_ascii_needs_a_server_that_takes_it(
    counter: Counter, utf8: bool, outcome: Sent
) -> None:
    with counter.database.write() as session:
        session.get_one(Address, LI.address).address = "李伟@acme.example"
    with post_office(utf8=utf8) as office:
        letters(counter, LI, ANNA)
        assert send(counter, at(office.port)) == outcome
    assert office.got[0][1] == (ANNA.address,)
    assert "SMTPUTF8" not in office.options[0]
    assert [to for _, to, _ in office.got[1:]] == [("李伟@acme.example",)] * utf8
    assert ["SMTPUTF8" in options for options in office.options[1:]] == [True] * utf8
