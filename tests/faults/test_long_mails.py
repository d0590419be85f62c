"""A mail that takes longer than a lease lasts is handled once, and holds up nobody for ever."""

from __future__ import annotations

import time

import pytest

from mailflow import daemon
from mailflow.pipeline import engine
from mailflow.store import leases
from parsers import Mail, parse
from tests.faults.conftest import Make
from tests.faults.running import daemon_of
from tests.servers.imap import ImapServer
from tests.servers.process import wait_for
from tests.torture.counting import counted


def test_reading_takes_longer_than_the_lease(
    make: Make, sqlite: str, pymap_server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "SECONDS", 1)
    monkeypatch.setattr(daemon, "RENEW_SECONDS", 0.3)
    read: list[float] = []

    def slowly(raw: bytes) -> Mail:
        read.append(time.monotonic())
        if len(read) == 1:
            time.sleep(2.5)
        return parse(raw)

    monkeypatch.setattr(engine, "parse", slowly)
    ground = make(sqlite, imap=pymap_server)
    ground.appends_issues(1)
    with daemon_of(ground), daemon_of(ground):
        wait_for(ground.is_done, "it is done", 30)
    assert len(read) == 1, "another took over and read it, too"
    assert counted(ground).faults == []
