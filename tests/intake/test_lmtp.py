"""What the server in front of us sees."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from mailflow.intake.lmtp import LmtpSource, trace
from tests.intake.doors import SIZE_LIMIT, Conversation, watching
from tests.intake.mails import HEADER, mail, mails
from tests.intake.sink import ListSink
from tests.servers.process import free_port, wait_for

PEOPLE = ["flow@acme.example", "flow+portal@acme.example", "流程@例子.example"]


@pytest.fixture
def source(sink: ListSink) -> Iterator[LmtpSource]:
    made = LmtpSource("lmtp", "127.0.0.1", 0, size_limit=SIZE_LIMIT)
    with watching(made, sink):
        assert made.listening.wait(5)
        yield made


class TestLmtp:
    def test_answers_for_each_recipient(self, source: LmtpSource, sink: ListSink) -> None:
        with Conversation(source.port) as client:
            client.envelope("wang@huaxing.example", PEOPLE)
            assert [x[:3] for x in client.data(mail(1), answers=3)] == ["250"] * 3
            assert client.say("NOOP").startswith("250")  # nothing is left in the line
        assert len(sink.given) == 1

    def test_writes_the_envelope_on_top(self, source: LmtpSource, sink: ListSink) -> None:
        with Conversation(source.port) as client:
            client.envelope("wang@huaxing.example", PEOPLE)
            client.data(mail(1), answers=3)
        expected = ["Return-Path: <wang@huaxing.example>"]
        expected += [f"Delivered-To: {address}" for address in PEOPLE]
        assert sink.raws == ["\r\n".join([*expected, ""]).encode() + mail(1)]
        assert sink.given[0].place == "127.0.0.1"

    def test_takes_bounces(self, source: LmtpSource, sink: ListSink) -> None:
        with Conversation(source.port) as client:
            client.envelope("", PEOPLE[:1])
            client.data(mail(1))
        assert sink.raws[0].startswith(b"Return-Path: <>\r\n")

    def test_refuses_for_now_what_cannot_be_stored(
        self, source: LmtpSource, sink: ListSink
    ) -> None:
        sink.fail(1)
        with Conversation(source.port) as client:
            client.envelope("a@b.example", PEOPLE)
            assert [x[:3] for x in client.data(mail(1), answers=3)] == ["451"] * 3
            client.envelope("a@b.example", PEOPLE)
            assert [x[:3] for x in client.data(mail(1), answers=3)] == ["250"] * 3
        assert len(sink.given) == 1

    def test_refuses_for_ever_what_is_too_large(self, source: LmtpSource, sink: ListSink) -> None:
        with Conversation(source.port) as client:
            client.envelope("a@b.example", PEOPLE)
            answers = client.data(mail(1, octets=SIZE_LIMIT + 100), answers=3)
            assert [x[:3] for x in answers] == ["552"] * 3
            assert client.say(f"MAIL FROM:<a@b.example> SIZE={SIZE_LIMIT + 1}").startswith("552")
            client.envelope("a@b.example", PEOPLE[:1])
            assert client.data(mail(2))[0].startswith("250")
        assert len(sink.given) == 1

    def test_says_250_only_after_the_commit(self, source: LmtpSource, sink: ListSink) -> None:
        committing, go_on = Event(), Event()
        answers: list[str] = []

        def wait(_: object) -> None:
            committing.set()
            go_on.wait(5)

        sink.before_commit = wait

        def send() -> None:
            with Conversation(source.port) as client:
                client.envelope("a@b.example", PEOPLE[:1])
                answers.extend(client.data(mail(1)))

        thread = Thread(target=send)
        thread.start()
        assert committing.wait(5)
        # others are served meanwhile
        with Conversation(source.port) as other:
            other.envelope("c@d.example", PEOPLE[:1])
        assert answers == []
        go_on.set()
        thread.join(5)
        assert answers == ["250 2.0.0 Stored"]

    def test_a_client_that_breaks_off_has_sent_nothing(
        self, source: LmtpSource, sink: ListSink
    ) -> None:
        with Conversation(source.port) as client:
            client.envelope("a@b.example", PEOPLE[:1])
            assert client.say("DATA").startswith("354")
            client._socket.sendall(mail(1))
        with Conversation(source.port) as client:
            client.envelope("a@b.example", PEOPLE[:1])
            client.data(mail(2))
        assert [raw.endswith(mail(2)) for raw in sink.raws] == [True]

    def test_takes_many_at_a_time(self, source: LmtpSource, sink: ListSink) -> None:
        def send(number: int) -> None:
            with Conversation(source.port) as client:
                client.envelope("a@b.example", PEOPLE[:1])
                client.data(mail(number))

        threads = [Thread(target=send, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert sorted(raw[raw.index(HEADER) :] for raw in sink.raws) == sorted(mails(20))

    def test_bounds_the_recipients(self, source: LmtpSource) -> None:
        with Conversation(source.port) as client:
            client.envelope("a@b.example", ["x@acme.example"] * 1000)
            assert client.say("RCPT TO:<x@acme.example>").startswith("452")

    def test_answers_a_mail_that_is_being_stored_before_it_stops(self, sink: ListSink) -> None:
        source = LmtpSource("lmtp", "127.0.0.1", 0, size_limit=SIZE_LIMIT)
        sink.before_commit = lambda arrivals: time.sleep(0.6)
        answers: list[str] = []

        def send() -> None:
            with Conversation(source.port) as client:
                client.envelope("a@b.example", PEOPLE[:1])
                answers.extend(client.data(mail(1)))

        with watching(source, sink) as stop:
            assert source.listening.wait(5)
            thread = Thread(target=send)
            thread.start()
            wait_for(lambda: source._storing, "the mail is being stored")
            stop.set()
            thread.join(5)
        assert answers == ["250 2.0.0 Stored"]


def test_speaks_smtp_where_told(sink: ListSink) -> None:
    source = LmtpSource("smtp", "127.0.0.1", 0, size_limit=SIZE_LIMIT, protocol="smtp")
    with watching(source, sink):
        assert source.listening.wait(5)
        with smtplib.SMTP("127.0.0.1", source.port) as client:
            assert client.sendmail("a@b.example", PEOPLE[:2], mail(1)) == {}
            sink.fail(1)
            with pytest.raises(smtplib.SMTPDataError, match="451"):
                client.sendmail("a@b.example", PEOPLE[:2], mail(2))
    assert [raw[raw.index(HEADER) :] for raw in sink.raws] == [mail(1)]


def test_waits_for_a_port_that_is_in_use(sink: ListSink, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    source = LmtpSource("lmtp", "127.0.0.1", port, size_limit=SIZE_LIMIT)
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(OSError, match="in use"):
            source.check()
        thread = watching(source, sink)
        thread.__enter__()
        wait_for(lambda: caplog.records, "it says so")
    assert source.listening.wait(5)
    assert len([r for r in caplog.records if "in use" in r.message]) == 1
    thread.__exit__(None, None, None)
    source.check()


class TestTrace:
    def test_names_each_recipient_once(self) -> None:
        assert trace("a@b", ["c@d", "e@f", "c@d"]) == (
            b"Return-Path: <a@b>\r\nDelivered-To: c@d\r\nDelivered-To: e@f\r\n"
        )

    def test_lets_nobody_write_a_line_of_their_own(self) -> None:
        lines = trace('"a\r\nX-Evil: 1"@b', ["c\n\u2028\x00@d"])
        assert lines == b'Return-Path: <"aX-Evil: 1"@b>\r\nDelivered-To: c@d\r\n'
