"""What an SMTP server can do to us: each mail arrives once all the same, and nothing is lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from mailflow.outbox import smtp_connection
from mailflow.outbox.sender import LEASE, Sent, send_due
from mailflow.outbox.smtp_connection import SmtpServer
from mailflow.outbox.standing import LONGEST_PAUSE, Standing
from mailflow.settings import SettingsError
from mailflow.store.tables import Notice, Outgoing
from mailflow.workflow.model import Person
from tests.outbox.counter import Counter
from tests.outbox.post_office import PostOffice, post_office
from tests.servers.process import free_port
from tests.servers.proxy import fault_proxy
from tests.servers.rude import rude_server
from tests.servers.smtp import Receiver, smtp_receiver
from tests.workflow.company import ANNA, CHEN, LI, PEOPLE, TOM

REAL = datetime(2030, 1, 1, tzinfo=UTC)
# it is the test's server that takes passwords in the clear
in_the_clear = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@dataclass
class Desk:
    """One process that sends: it remembers how the server stood."""

    counter: Counter
    server: SmtpServer = field(default_factory=lambda: at(0))
    standing: Standing = field(default_factory=Standing)
    real: datetime = REAL

    def letters(self, *people: Person) -> list[Outgoing]:
        """A mail to each of them, composed."""
        for person in people:
            self.counter.tell(person, "receipt", {"reason": "page", "page": "help"})
        self.counter.compose()
        return self.counter.new()

    def send(self, port: int = 0) -> Sent:
        server = replace(self.server, port=port) if port else self.server
        return send_due(
            self.counter.database,
            server,
            "me",
            self.counter.now,
            lambda: self.real,
            coordinator=CHEN.address,
            standing=self.standing,
        )

    def rows(self) -> list[Outgoing]:
        return self.counter.outgoings()

    def states(self) -> set[str]:
        return {row.state for row in self.rows()}

    def told(self) -> list[int]:
        """Who is told of a mail that was not delivered."""
        with self.counter.database.read() as session:
            waiting = session.scalars(select(Notice).where(Notice.outgoing_id.is_(None)))
            return [notice.person_id for notice in waiting]


def at(port: int) -> SmtpServer:
    return SmtpServer("localhost", port, "none", timeout_seconds=5)


@pytest.fixture
def desk(counter: Counter) -> Desk:
    return Desk(counter)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


def raws(receiver: Receiver) -> list[bytes]:
    return sorted(letter.raw for letter in receiver.letters)


def bodies(mails: list[Outgoing]) -> list[bytes]:
    return sorted(mail.body for mail in mails)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.name.startswith("mailflow")]


# later -----------------------------------------------------------------------------------------


def test_greylisting_costs_a_few_minutes(desk: Desk, receiver: Receiver) -> None:
    mails = desk.letters(ANNA, LI, TOM)
    receiver.greylist(timedelta(minutes=5), lambda: desk.counter.now)
    assert desk.send(receiver.port) == Sent(retried=3)
    for _ in range(8):
        desk.counter.later(minutes=1)
        desk.send(receiver.port)
    assert raws(receiver) == bodies(mails)
    assert desk.states() == {"sent"}
    assert desk.told() == []


def test_a_server_that_closes_in_the_middle_of_a_batch(desk: Desk, receiver: Receiver) -> None:
    mails = desk.letters(ANNA, LI, TOM)
    receiver.answer("", "421 4.3.2 shutting down")
    assert desk.send(receiver.port) == Sent(sent=2, retried=1)
    desk.counter.later(minutes=1)
    assert desk.send(receiver.port) == Sent(sent=1)
    assert raws(receiver) == bodies(mails)


def test_a_server_that_is_down_for_a_day(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """More mails than one batch, and some that are composed while it is down."""
    mails, port = desk.letters(*PEOPLE[:5] * 2), free_port()
    for hour in range(24):
        mails += desk.letters(*[ANNA] * (hour in (8, 16)))
        desk.counter.later(hours=1)
        assert desk.send(port).sent == 0
    assert {(row.state, row.attempts) for row in desk.rows()} == {("composed", 0)}
    with smtp_receiver(port) as receiver:
        desk.counter.later(minutes=LONGEST_PAUSE.seconds // 60)
        assert desk.send(port) == Sent(sent=12)
        assert desk.send(port) == Sent()
        assert raws(receiver) == bodies(mails)
    assert [line.partition(":")[0] for line in said(caplog)] == [
        "the mail server cannot be used",
        "the mail server works again",
    ]
    assert desk.told() == []


def test_a_server_that_is_down_is_tried_ever_more_seldom(desk: Desk) -> None:
    """However many batches wait."""
    desk.letters(*PEOPLE[:5] * 9)
    tries = []
    for _ in range(65):
        if desk.send(1) != Sent():
            tries.append(desk.counter.now)
        desk.counter.later(seconds=5)
    assert [(after - before).seconds for before, after in pairwise(tries)] == [
        5,
        10,
        20,
        40,
        80,
        160,
    ]


def test_a_clock_that_jumps_back_does_not_keep_mails(desk: Desk, receiver: Receiver) -> None:
    mails = desk.letters(ANNA)
    desk.standing.failed(OSError("down"), desk.counter.now + timedelta(days=300))
    assert desk.send(receiver.port) == Sent(sent=1)
    assert raws(receiver) == bodies(mails)


# cut off ---------------------------------------------------------------------------------------


def test_a_mail_that_was_taken_before_the_cut_comes_twice_with_one_message_id(
    desk: Desk, office: PostOffice
) -> None:
    """The one duplicate that SMTP cannot exclude (RFC 5321, 4.5.4.1; RFC 1047)."""
    first, second = desk.letters(ANNA, LI)
    office.cut, office.takes_first = 1, True
    assert desk.send(office.port) == Sent(sent=1, retried=1)
    desk.counter.later(minutes=1)
    assert desk.send(office.port) == Sent(sent=1)
    assert desk.send(office.port) == Sent()
    assert [raw for _, _, raw in office.got] == [first.body, second.body, first.body]
    assert first.message_id.encode() in first.body
    assert desk.states() == {"sent"}


def test_a_server_that_hangs_up_at_quit_changes_nothing(desk: Desk, office: PostOffice) -> None:
    mails = desk.letters(ANNA, LI)
    office.rude = True
    assert desk.send(office.port) == Sent(sent=2)
    desk.counter.later(days=1)
    assert desk.send(office.port) == Sent()
    assert sorted(raw for _, _, raw in office.got) == bodies(mails)


@pytest.mark.parametrize("octets", [0, 10, 100, 200, 300, 400])
def test_a_connection_that_dies_or_stalls_anywhere(
    desk: Desk, receiver: Receiver, octets: int
) -> None:
    """Two mails are some 400 octets of answers. What the server took, it may get again."""
    mails = desk.letters(ANNA, LI)
    with fault_proxy(receiver.port) as proxy:
        desk.server = replace(at(proxy.port), timeout_seconds=0.4)
        for fault in (proxy.cut_after, proxy.stall_after):
            fault(octets)
            desk.send()
            proxy.heal()
            desk.counter.later(minutes=10)
        desk.send()
    assert desk.states() == {"sent"}
    assert {letter.raw for letter in receiver.letters} == {mail.body for mail in mails}
    assert len(receiver.letters) <= 3
    assert desk.told() == []


# refused ---------------------------------------------------------------------------------------


def test_one_poisoned_recipient_among_many_good_ones(desk: Desk, receiver: Receiver) -> None:
    mails = desk.letters(*PEOPLE[:5] * 3)
    receiver.refuse(LI.address)
    good = [mail for mail in mails if mail.person_id != LI.id]
    assert desk.send(receiver.port) == Sent(sent=12, failed=3)
    assert raws(receiver) == bodies(good)
    assert desk.told() == [CHEN.id] * 3


def test_a_mail_that_is_over_the_announced_size_is_never_sent(desk: Desk) -> None:
    """MAIL says how large it is, so it is refused before its data (RFC 1870)."""
    small, large = desk.letters(ANNA, LI)
    with desk.counter.database.write() as session:
        session.get_one(Outgoing, large.id).body = large.body + b"x" * 70 + b"\r\n" * 100_000
    with smtp_receiver(size_limit=len(large.body) + 50_000) as receiver:
        assert desk.send(receiver.port) == Sent(sent=1, failed=1)
        assert raws(receiver) == [small.body]
    assert next(row for row in desk.rows() if row.id == large.id).last_error == (
        "552 Error: message size exceeds fixed maximum message size"
    )
    assert desk.told() == [CHEN.id]


def test_a_mail_that_is_too_large_only_after_its_data(desk: Desk, receiver: Receiver) -> None:
    _, good = desk.letters(LI, ANNA)
    receiver.answer("552 5.3.4 message too big")
    assert desk.send(receiver.port) == Sent(sent=1, failed=1)
    assert raws(receiver) == [good.body]
    assert desk.told() == [CHEN.id]


# a log-in that fails ---------------------------------------------------------------------------


@in_the_clear
def test_a_wrong_password_is_said_once_and_costs_no_mail(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """For longer than a mail that the server refuses is tried."""
    mails, passwords = desk.letters(ANNA, LI), ["hush-hush"]
    with post_office(log_in=True) as office:
        log_in = {"user": "flow", "password": lambda: passwords[0]}
        desk.server = replace(at(office.port), **log_in)  # type: ignore[arg-type]
        for _ in range(60):
            desk.send()
            desk.counter.later(seconds=1)
        assert office.connections == 1
        for _ in range(5 * 12):
            desk.counter.later(hours=2)
            desk.send()
        assert {(row.state, row.attempts) for row in desk.rows()} == {("composed", 0)}
        assert "535" in (desk.rows()[0].last_error or "")
        assert len(said(caplog)) == 1
        assert "hush-hush" not in caplog.text

        passwords[0] = "secret"
        desk.counter.later(hours=1)
        assert desk.send() == Sent(sent=2)
        assert sorted(raw for _, _, raw in office.got) == bodies(mails)
    assert said(caplog)[1:] == ["the mail server works again"]
    assert desk.told() == []


def _gone() -> str:
    raise SettingsError("mailflow.toml: smtp.password_file: expected a readable file")


@in_the_clear
@pytest.mark.parametrize(
    ("password", "why"), [(_gone, "expected a readable file"), (lambda: "pässwort", "logging in")]
)
def test_a_password_that_cannot_be_had_or_said(
    desk: Desk, password: object, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.letters(ANNA)
    with post_office(log_in=True) as office:
        desk.server = replace(at(office.port), user="flow", password=password)  # type: ignore[arg-type]
        assert desk.send() == Sent(retried=1)
    assert why in (desk.rows()[0].last_error or "")
    assert "pässwort" not in caplog.text + str(desk.rows()[0].last_error)


# nonsense --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([b"SSH-2.0-OpenSSH_9.2\r\n"], id="another-protocol"),
        pytest.param([b"220-welcome\r\n" * 500], id="an-endless-banner"),
        pytest.param([b"2" * 5000], id="an-endless-line"),
        pytest.param([b"\x00\xff\r\n" * 100], id="noise"),
        pytest.param([b"220 hello\r\n", b"250-more\r\n" * 500], id="an-endless-answer"),
        pytest.param([b"554 go away\r\n"], id="closed"),
        pytest.param(
            [b"220 hello\r\n", b"250-hello\r\n250 AUTH CRAM-MD5\r\n", b"334 \xff!\r\n"],
            id="a-broken-challenge",
        ),
    ],
)
def test_a_server_that_talks_nonsense_is_left(desk: Desk, words: list[bytes]) -> None:
    desk.letters(ANNA)
    with rude_server(words) as port:
        desk.server = replace(at(port), user="flow", password=lambda: "secret")
        assert desk.send() == Sent(retried=1)
    (row,) = desk.rows()
    assert (row.state, row.attempts) == ("composed", 0)
    assert row.last_error
    assert "timed out" not in row.last_error  # it is the octets that are bounded here


def test_a_banner_that_trickles_in_is_left_in_time(desk: Desk) -> None:
    """No pause is as long as the time that an answer has; all of it is."""
    desk.letters(ANNA)
    with rude_server([b"2"], pause=0.05) as port:
        desk.server = replace(at(port), timeout_seconds=0.5)
        begin = time.monotonic()
        assert desk.send() == Sent(retried=1)
        assert 0.4 < time.monotonic() - begin < 5
    assert "timed out" in (desk.rows()[0].last_error or "")


def test_an_answer_that_is_no_answer_holds_up_no_other_mail(desk: Desk, receiver: Receiver) -> None:
    mails = desk.letters(ANNA, LI)
    with fault_proxy(receiver.port) as proxy:
        spoilt: list[bytes] = []

        def spoil(line: bytes) -> bytes:
            if b"354" in line and not spoilt:
                spoilt.append(line)
                return b"perhaps\r\n"
            return line

        proxy.rewrite = spoil
        desk.server = replace(at(proxy.port), timeout_seconds=0.5)
        assert desk.send() == Sent(sent=1, retried=1)
        desk.counter.later(minutes=1)
        assert desk.send() == Sent(sent=1)
    assert raws(receiver) == bodies(mails)


def test_a_mail_has_its_time_however_quick_each_answer_is(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_connection, "MAIL_SECONDS", 0.4)
    (mail,) = desk.letters(ANNA)

    def slowly(line: bytes) -> bytes:
        time.sleep(0.15)
        return line

    with fault_proxy(receiver.port) as proxy:
        proxy.rewrite = slowly
        assert desk.send(proxy.port) == Sent(retried=1)
        assert "timed out" in (desk.rows()[0].last_error or "")
        assert receiver.letters == []
        proxy.rewrite = None
        monkeypatch.undo()
        desk.counter.later(minutes=1)
        assert desk.send(proxy.port) == Sent(sent=1)
    assert raws(receiver) == [mail.body]


def test_a_slow_server_gets_all_of_it_once(desk: Desk, receiver: Receiver) -> None:
    mails = desk.letters(ANNA, LI)
    with fault_proxy(receiver.port) as proxy:
        proxy.piece = 40
        assert desk.send(proxy.port) == Sent(sent=2)
    assert raws(receiver) == bodies(mails)


def test_the_lease_begins_anew_when_the_connection_stands(desk: Desk, office: PostOffice) -> None:
    """A log-in may take as long as a lease; no other process may send the mail then."""
    desk.letters(ANNA)
    seen = []

    def take_long() -> None:
        desk.real += timedelta(seconds=50)

    office.at_hello = take_long
    office.meanwhile = lambda: seen.append(desk.rows()[0].leased_until)
    assert desk.send(office.port) == Sent(sent=1)
    assert seen == [REAL + timedelta(seconds=50) + LEASE]


def test_what_another_process_took_while_we_connected_is_left_to_it(
    desk: Desk, office: PostOffice
) -> None:
    desk.letters(ANNA)
    other = Desk(desk.counter, real=REAL + 2 * LEASE)

    def come_first() -> None:
        office.at_hello = None
        assert other.send(office.port) == Sent(sent=1)

    with post_office() as slow:
        slow.at_hello = come_first
        assert desk.send(slow.port) == Sent()
        assert slow.got == []
    assert len(office.got) == 1


def test_nothing_is_logged_where_all_is_well(
    desk: Desk, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    desk.letters(ANNA)
    assert desk.send(office.port) == Sent(sent=1)
    assert said(caplog) == []
