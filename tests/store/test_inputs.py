"""Taking mails in: once each, in order, next attempts in their time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mailflow.intake.source import Arrival
from mailflow.store import inputs, leases, records
from mailflow.store.database import Database
from mailflow.store.tables import Input
from tests.pipeline.desk import seed
from tests.servers.ready import ready
from tests.workflow.company import PORTAL

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = ready(database_url)
    yield database
    database.close()


def arrival(uid: int | None, *, validity: int = 1, folder: str = "INBOX") -> Arrival:
    raw = b"Subject: x\r\n\r\nx"
    return Arrival(raw, "flow", len(raw), folder, validity if uid else None, uid)


def take(database: Database, *arrivals: Arrival) -> int:
    with database.write() as session:
        return inputs.take_mails(session, arrivals, NOW)


def test_the_same_place_of_a_mailbox_is_taken_once(database: Database) -> None:
    assert take(database, arrival(1), arrival(2), arrival(2)) == 2
    assert take(database, arrival(1), arrival(2), arrival(3)) == 1
    assert take(database, arrival(1, validity=2)) == 1, "UIDVALIDITY changed: other mails"
    assert take(database, arrival(1, folder="Another")) == 1


def test_mails_without_a_place_are_all_taken(database: Database) -> None:
    assert take(database, arrival(None), arrival(None)) == 2


def test_a_batch_is_taken_as_a_whole_or_not_at_all(database: Database) -> None:
    broken = Arrival(None, "flow", 1, "INBOX", 1, 5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        take(database, arrival(4), broken)
    with database.read() as session:
        assert inputs.next_input(session, NOW) is None


def test_inputs_come_in_their_order_and_failed_ones_in_their_time(database: Database) -> None:
    take(database, arrival(1), arrival(2))
    with database.write() as session:
        session.get_one(Input, 1).next_attempt_at = NOW + timedelta(minutes=1)
    with database.read() as session:
        first, later = (inputs.next_input(session, NOW + timedelta(minutes=n)) for n in (0, 1))
        assert (first and first.id, later and later.id) == (2, 1)


def test_numbers_are_unique_however_many_count_at_once(database: Database) -> None:
    seed(database)
    numbers: list[int] = []

    def count() -> None:
        for _ in range(20):
            with database.write() as session:
                numbers.append(records.next_number(session, PORTAL.id))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 81))


def test_a_lease_has_one_owner_and_a_growing_epoch(database: Database) -> None:
    with database.write() as session:
        mine = leases.acquire(session, "pipeline", "me", NOW)
    assert mine is not None
    soon, late = NOW + timedelta(seconds=5), NOW + timedelta(seconds=leases.SECONDS + 6)
    with database.write() as session:
        assert leases.acquire(session, "pipeline", "you", soon) is None
        leases.confirm(session, mine, soon)
    with database.write() as session:
        yours = leases.acquire(session, "pipeline", "you", late)
    assert yours is not None
    assert yours.epoch > mine.epoch
    with pytest.raises(leases.LeaseLost), database.write() as session:
        leases.confirm(session, mine, late)
    with database.write() as session:
        leases.release(session, yours, late)
        assert leases.acquire(session, "pipeline", "me", late) is not None
