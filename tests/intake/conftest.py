from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.intake.doors import ImapDoor
from tests.intake.sink import ListSink
from tests.servers.fixtures import dovecot_server, pymap_server
from tests.servers.imap import ImapServer
from tests.servers.proxy import FaultProxy, fault_proxy

__all__ = ["dovecot_server", "pymap_server"]

_numbers = count(1)


@pytest.fixture
def sink() -> ListSink:
    return ListSink()


@pytest.fixture(params=["pymap", "dovecot"])
def server(request: pytest.FixtureRequest) -> ImapServer:
    running: ImapServer = request.getfixturevalue(f"{request.param}_server")
    return running


@pytest.fixture
def door(server: ImapServer) -> Iterator[ImapDoor]:
    made = imap_door(server)
    yield made
    made.close()


@pytest.fixture
def proxy(door: ImapDoor) -> Iterator[FaultProxy]:
    with fault_proxy(door.server.port) as running:
        yield running


def imap_door(server: ImapServer) -> ImapDoor:
    """pymap knows one user only, so each test has folders of its own."""
    number = next(_numbers)
    user = server.user if server.kind == "pymap" else f"user{number}"
    return ImapDoor(server, user, f"Box{number}", f"Processed{number}")
