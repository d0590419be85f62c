"""The daemon itself: it hears of mails at once, survives being killed, and is never two."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from mailflow import daemon
from mailflow.store.tables import Lease
from tests.stories.office import Office, whole

MAILS = 12


@pytest.fixture
def start(office: Office) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts daemons of the office; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        log = (office.folder / "daemon.log").open("ab")
        command = [sys.executable, "-m", "mailflow", "--config", "mailflow.toml", "run"]
        process = subprocess.Popen(
            command, cwd=office.folder, env=dict(os.environ), stdout=log, stderr=log
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait(10)


def wait_for(office: Office, condition: Callable[[], bool], seconds: float = 30) -> float:
    begin = time.monotonic()
    while not condition():
        log = (office.folder / "daemon.log").read_text("utf-8", "replace")
        assert time.monotonic() - begin < seconds, log[-2000:]
        time.sleep(0.05)
    return time.monotonic() - begin


def let_leases_run_out(office: Office, dead: subprocess.Popen[bytes]) -> None:
    """As they do twelve seconds later, for which nobody has to wait here."""
    dead.wait(10)
    database = office.database()
    with database.write() as session:
        theirs = Lease.owner.contains(f":{dead.pid}:")
        session.execute(update(Lease).where(theirs).values(until=datetime.now(UTC)))
    database.close()


def test_a_mail_is_heard_of_at_once_and_sigterm_ends_it(
    office: Office, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = start()
    wait_for(office, lambda: office.box.folder_exists(f"{office.inbox}-done"))
    office.anna.writes("[ISSUE][PORTAL] login", "It fails.")
    wait_for(office, lambda: bool(office.ma.unread and office.anna.unread))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    office.ma.reads("PORTAL-1", kind="notice")
    office.anna.reads("PORTAL-1", kind="receipt")


def test_two_daemons_and_kill_minus_nine(
    office: Office,
    start: Callable[[], subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = start(), start()
    for number in range(MAILS):
        office.anna.writes(f"[ISSUE][PORTAL] login case {number}", "It fails.")
    wait_for(office, lambda: bool(office.smtp.letters))
    first.kill()
    let_leases_run_out(office, first)
    wait_for(office, lambda: len(office.records()) == MAILS)
    second.kill()
    assert len({record["title"] for record in office.records()}) == MAILS

    later = datetime.now(UTC) + timedelta(minutes=5)  # when the leases of the dead have run out
    monkeypatch.setattr(daemon, "real_now", lambda: later)
    office.runs(later.isoformat())

    told = "\n".join(whole(mail) for mail in office.ma.reads_everything())
    assert all(record["ref"] in told for record in office.records())
    receipts = office.anna.reads_everything()
    assert len({mail["Message-ID"] for mail in receipts}) == MAILS
    assert len(receipts) <= MAILS + 2, "more doubles than kills"
