from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.intake.doors import ImapDoor, imap_door
from tests.intake.sink import ListSink
from tests.servers.fixtures import dovecot_server, pymap_server
from tests.servers.imap import ImapServer
from tests.servers.proxy import FaultProxy, fault_proxy

__all__ = ["dovecot_server", "pymap_server"]


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
