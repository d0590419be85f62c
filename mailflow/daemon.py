"""Wires the loops: mailboxes in, the pipeline, the clock, mails out.

Several daemons may share one database: each mailbox and the pipeline have one of them at a time,
under a lease; another takes over when it is not renewed.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from mailflow import wiring
from mailflow.intake.backoff import Patience
from mailflow.intake.source import Source
from mailflow.outbox.sender import LEASE, LONGEST_DELAY
from mailflow.schedule.clock import Metronome
from mailflow.settings import Settings
from mailflow.store import leases
from mailflow.store.faults import Unusable, in_a_line, is_broken
from mailflow.store.jumps import bring_near, free_the_dead
from mailflow.store.leases import Held, LeaseLost
from mailflow.store.outbox import leased_until
from mailflow.toml_file import FileFaults
from mailflow.wiring import Office, StoreSink

log = logging.getLogger(__name__)

PIPELINE = "pipeline"
RENEW_SECONDS = 4
IDLE_SECONDS = 1.0


class AnotherDaemon(Exception):
    """Another daemon handles this database's inputs just now."""


def real_now() -> datetime:
    return datetime.now(UTC)


def run_once(settings: Settings, at: datetime | None = None) -> bool:
    """Take what waits in the mailboxes, handle it, send what is due, as of `at` (aware).

    Returns False where a mailbox could not be read; the rest is done all the same. Raises
    AnotherDaemon where a running daemon holds the database for longer than a lease lasts.
    """
    office = Office.of(settings, real_now)
    now = at or real_now()
    try:
        office.engine.lease = held = _wait_for_lease(office)
        if at is None:
            bring_near(office.database, now, LONGEST_DELAY)
        with _kept(office, held):
            return _do_all(office, now)
    finally:
        _let_go(office)
        office.database.close()


def _do_all(office: Office, now: datetime) -> bool:
    all_read = _drain(office, StoreSink(office.database, lambda: now, office.mail_came))
    office.handle_all(now)
    while office.compose(now) + office.send(now) or _wait_for_the_dead(office):
        pass
    return all_read


def _let_go(office: Office) -> None:
    """Release the pipeline; where that cannot be written, its lease runs out."""
    if office.engine.lease is not None:
        with suppress(DBAPIError):
            _release(office, office.engine.lease)


def run(settings: Settings) -> None:
    """The daemon: until SIGTERM or SIGINT."""
    office = Office.of(settings, real_now)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: office.end())
    serve(office)


def serve(office: Office) -> None:
    """Run all loops until `office.stop` is set."""
    sink = StoreSink(office.database, office.now, office.mail_came)
    loops = [threading.Thread(target=_handle_loop, args=(office,), name="pipeline")]
    loops.append(threading.Thread(target=_send_loop, args=(office,), name="sender"))
    for box in wiring.mailboxes(office.settings):
        loops.append(threading.Thread(target=_watch_loop, args=(office, box, sink), name=box.name))
    for source in wiring.listeners(office.settings):
        watch = threading.Thread(target=source.watch, args=(sink, office.stop), name=source.name)
        loops.append(watch)
    for loop in loops:
        loop.start()
    log.info("mailflow runs as %s", office.owner)
    office.stop.wait()
    for loop in loops:
        loop.join(30)
    office.database.close()


def _drain(office: Office, sink: StoreSink) -> bool:
    all_read = True
    for box in wiring.mailboxes(office.settings):
        try:
            box.drain(sink)
        except (OSError, FileFaults) as error:  # or its password cannot be had
            all_read = False
            log.error("mailbox %s: %s", box.name, error)
        finally:
            box.close()
    return all_read


def _wait_for_lease(office: Office) -> Held:
    deadline = time.monotonic() + leases.SECONDS + 3
    while time.monotonic() < deadline:
        held = _acquire(office, PIPELINE)
        if held is not None:
            return held
        time.sleep(0.2)
    raise AnotherDaemon("another mailflow handles this database just now")


def _wait_for_the_dead(office: Office) -> bool:
    """Whether a mail has come free that a killed sender had begun; waits until it is decided."""
    waited = False
    while True:
        with office.database.read() as session:
            until = leased_until(session)
        if until is None or until <= real_now():
            return waited and until is not None
        waited = True
        _free_the_dead(office)
        time.sleep(0.2)


def _acquire(office: Office, name: str) -> Held | None:
    with office.database.write() as session:
        return leases.acquire(session, name, office.owner, real_now(), office.watch)


def _release(office: Office, held: Held) -> None:
    with office.database.write() as session:
        leases.release(session, held, real_now())


def _handle_loop(office: Office) -> None:
    """The pipeline, the clock and the composer: one daemon at a time."""
    metronome, patience = Metronome(), Patience("pipeline")
    while not office.stop.is_set():
        try:
            held = _acquire(office, PIPELINE)
            if held is None:
                office.stop.wait(1)
                continue
            office.engine.lease = held
            metronome.every(office.clock_seconds, lambda: _tick(office))
            with _kept(office, held) as lost:
                _handle_under(office, metronome, patience, lost)
            _release(office, held)
        except LeaseLost:
            log.warning("another daemon has taken over the pipeline")
        except Exception as error:  # noqa: BLE001 - whatever broke, it is tried again
            office.stop.wait(_broke_off(patience, error))


def _broke_off(patience: Patience, error: Exception) -> float:
    """Say once what is wrong with the database, of all else the whole story; returns the seconds to
    wait before it is tried again."""
    if isinstance(error, DBAPIError) and is_broken(error):
        unusable = Unusable(f"the database: {in_a_line(error)}")
        unusable.__cause__ = error
        return patience.failed(unusable)
    log.error("this should not happen", exc_info=error)
    return patience.failed(error)


def _tick(office: Office) -> None:
    """What the clock does, and what has to be done where it was wrong."""
    office.fire(office.now())
    bring_near(office.database, office.now(), LONGEST_DELAY)
    _free_the_dead(office)


def _free_the_dead(office: Office) -> None:
    free_the_dead(office.database, real_now(), LEASE, office.watch)


def _handle_under(
    office: Office, metronome: Metronome, patience: Patience, lost: threading.Event
) -> None:
    """While the lease lasts: an input, the mails it causes, the next one. Raises LeaseLost."""
    _tick(office)
    while not office.stop.is_set():
        if lost.is_set():
            raise LeaseLost(PIPELINE)
        patience.well()
        office.mail_came.clear()
        metronome.tick()
        worked = office.engine.handle_next(office.now())
        if office.compose(office.now()):
            office.mail_to_send.set()
        if not worked:
            office.mail_came.wait(IDLE_SECONDS)


def _send_loop(office: Office) -> None:
    patience = Patience("sender")
    while not office.stop.is_set():
        office.mail_to_send.clear()
        try:
            if not office.send(office.now()):
                office.mail_to_send.wait(IDLE_SECONDS)
            patience.well()
        except Exception as error:  # noqa: BLE001 - whatever broke, it is tried again
            office.stop.wait(_broke_off(patience, error))


def _watch_loop(office: Office, source: Source, sink: StoreSink) -> None:
    """Watch a mailbox while its lease is ours."""
    patience = Patience(f"mailbox {source.name}")
    while not office.stop.is_set():
        try:
            held = _acquire(office, f"mailbox:{source.name}")
            if held is None:
                office.stop.wait(2)
                continue
            patience.well()
            with _kept(office, held) as lost:
                source.watch(sink, lost)
            source.close()
            _release(office, held)
        except Exception as error:  # noqa: BLE001 - whatever broke, it is tried again
            office.stop.wait(_broke_off(patience, error))


@contextmanager
def _kept(office: Office, held: Held) -> Iterator[threading.Event]:
    """Renew a lease meanwhile, however long a mail takes; the event says that it is over."""
    lost = threading.Event()
    keeper = threading.Thread(target=_keep, args=(office, held, lost), daemon=True)
    keeper.start()
    try:
        yield lost
    finally:
        lost.set()
        keeper.join(RENEW_SECONDS + 1)


def _keep(office: Office, held: Held, lost: threading.Event) -> None:
    """Renew a lease until it is lost or the daemon stops; then say so by `lost`.

    A database that is broken is told by the loop that works under the lease.
    """
    renewed = time.monotonic()
    while not (lost.wait(0.25) or office.stop.is_set()):
        if time.monotonic() - renewed < RENEW_SECONDS:
            continue
        try:
            with office.database.write() as session:
                leases.confirm(session, held, real_now())
            renewed = time.monotonic()
        except LeaseLost:
            break
        except (SQLAlchemyError, OSError):
            lost.wait(RENEW_SECONDS / 4)
            if time.monotonic() - renewed > leases.SECONDS:
                break
    lost.set()
