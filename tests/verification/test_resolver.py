"""The resolver, against a name server."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from mailflow.verification import resolver as module
from mailflow.verification.resolver import Resolver
from mailflow.verification.signatures import NoAnswer
from tests.servers.dns import NameServer
from tests.servers.process import free_port


@pytest.fixture
def server() -> Iterator[NameServer]:
    with NameServer() as running:
        yield running


def test_a_record_of_several_strings_is_one(server: NameServer) -> None:
    server.zone["s1._domainkey.acme.example"] = b"p=" + b"A" * 600
    resolver = Resolver(["127.0.0.1"], server.port)
    assert resolver("s1._domainkey.acme.example.") == b"p=" + b"A" * 600
    assert resolver("s2._domainkey.acme.example.") is None


def test_what_was_asked_is_remembered(server: NameServer) -> None:
    resolver = Resolver(["127.0.0.1"], server.port)
    assert [resolver("acme.example.") for _ in range(3)] == [None] * 3
    assert server.asked == ["acme.example"]


def test_a_server_that_fails_is_no_answer(server: NameServer) -> None:
    server.broken.add("acme.example")
    resolver = Resolver(["127.0.0.1"], server.port)
    for _ in range(3):
        with pytest.raises(NoAnswer):
            resolver("acme.example.")
    assert len(server.asked) <= 2, "a failure is remembered, too"


def test_no_server_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        for port in (silent.getsockname()[1], free_port()):
            with pytest.raises(NoAnswer):
                Resolver(["127.0.0.1"], port)("acme.example.")


@pytest.mark.parametrize("name", ["x" * 64 + ".example.", "a..example.", "y." * 200, "\udcff."])
def test_what_is_no_name_has_no_record(name: str) -> None:
    assert Resolver(["127.0.0.1"], free_port())(name) is None
