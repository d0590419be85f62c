"""The servers that other tests rely on do what they say."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator

import psycopg
import pytest

from tests.servers.fixtures import postgres_server, postgres_url, receiver
from tests.servers.postgres import Postgres
from tests.servers.process import free_port
from tests.servers.proxy import FaultProxy, fault_proxy
from tests.servers.smtp import Receiver, smtp_receiver

__all__ = ["postgres_server", "postgres_url", "receiver"]

MAIL = "From: a@b.example\r\nSubject: =?utf-8?B?5L2g5aW9?=\r\n\r\nhello\r\n"


def send(port: int, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port) as client:
        return client.sendmail("a@b.example", recipients, MAIL)


class TestReceiver:
    def test_keeps_a_letter_for_each_recipient(self, receiver: Receiver) -> None:
        send(receiver.port, "Li@acme.example", "anna@acme.example")
        assert [x.recipient for x in receiver.letters] == ["li@acme.example", "anna@acme.example"]
        assert receiver.of("LI@acme.example")[0]["Subject"] == "你好"

    def test_refuses_when_told(self, receiver: Receiver) -> None:
        receiver.answer("451 4.3.0 later")
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            send(receiver.port, "li@acme.example")
        receiver.refuse("li@acme.example")
        assert list(send(receiver.port, "li@acme.example", "anna@acme.example")) == [
            "li@acme.example"
        ]
        assert [x.recipient for x in receiver.letters] == ["anna@acme.example"]

    def test_comes_back_where_it_was(self) -> None:
        port = free_port()
        for _ in range(2):
            with smtp_receiver(port) as running:
                assert running.port == port
                assert send(port, "li@acme.example") == {}


class TestPostgres:
    def test_gives_each_test_an_empty_database(
        self, postgres_server: Postgres, postgres_url: str
    ) -> None:
        other = postgres_server.create()
        assert other != postgres_url
        with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE x (y int)")
        with psycopg.connect(other.replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT to_regclass('x')").fetchone() == (None,)
        postgres_server.drop(other)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(other.replace("+psycopg", ""))


class TestFaultProxy:
    @pytest.fixture
    def server(self) -> Iterator[socket.socket]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            yield listening

    @pytest.fixture
    def proxy(self, server: socket.socket) -> Iterator[FaultProxy]:
        with fault_proxy(server.getsockname()[1]) as running:
            yield running

    def test_cuts_after_so_many_octets(self, server: socket.socket, proxy: FaultProxy) -> None:
        proxy.cut_after(3)
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as client:
            end, _ = server.accept()
            with end:
                end.sendall(b"hello")
                assert (client.recv(10), client.recv(10)) == (b"hel", b"")

    def test_stalls_and_heals(self, server: socket.socket, proxy: FaultProxy) -> None:
        proxy.stall_after(0)
        with socket.create_connection(("127.0.0.1", proxy.port), 0.2) as client:
            end, _ = server.accept()
            with end:
                end.sendall(b"hello")
                with pytest.raises(TimeoutError):
                    client.recv(10)
        proxy.heal()
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as client:
            end, _ = server.accept()
            with end:
                end.sendall(b"hello")
                assert client.recv(10) == b"hello"
