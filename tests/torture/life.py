"""Lives of mailflow: each a process of its own, forked from one that has read the program already.

That one has no threads (the multiprocessing library's fork server), so that a fork is safe.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from mailflow import daemon, settings
from mailflow.outbox import sender
from mailflow.store import leases
from tests.torture.points import arm

PRELOADED = ["__main__", "tests.torture.preloaded"]
ENDS_IN = 60.0  # seconds that a life may take to end

_servers = multiprocessing.get_context("forkserver")
_servers.set_forkserver_preload(PRELOADED)


@dataclass(frozen=True, slots=True)
class Orders:
    """What one life does: as `run --once` at the moment `at`, else as the daemon.

    `later` is how far its clock is ahead, so that the leases of the dead have run out; the leases
    last `lease_seconds`. It is stopped by `by` at the pass `nth` (0: the point's own) of `point`.
    """

    config: Path
    environment: Mapping[str, str]
    once: bool = True
    at: datetime | None = None
    later: timedelta = timedelta()
    lease_seconds: float | None = None
    point: str | None = None
    nth: int = 0
    by: signal.Signals = signal.SIGKILL


@dataclass
class Life:
    """A running mailflow."""

    orders: Orders
    process: ForkServerProcess = field(init=False)

    def __post_init__(self) -> None:
        self.process = _servers.Process(target=_live, args=(self.orders,), daemon=True)
        self.process.start()

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def runs(self) -> bool:
        return self.process.is_alive()

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.process.kill()
        self.process.join(ENDS_IN)

    def ends(self) -> int:
        """Wait for its end: 0, or minus the signal that killed it."""
        self.process.join(ENDS_IN)
        if self.process.exitcode is None:
            self.kill()
            raise AssertionError(f"it does not end; see {log_of(self.orders)}")
        return self.process.exitcode

    def end(self) -> int:
        """Ask it to end, and wait for that."""
        self.signal(signal.SIGTERM)
        return self.ends()


@contextmanager
def living(orders: Orders) -> Iterator[Life]:
    life = Life(orders)
    try:
        yield life
    finally:
        life.kill()


def log_of(orders: Orders) -> Path:
    return orders.config.with_name("lives.log")


def _live(orders: Orders) -> None:
    log = log_of(orders).open("a", buffering=1)
    os.dup2(log.fileno(), sys.stderr.fileno())
    logging.basicConfig(
        level=logging.INFO, stream=log, format="%(asctime)s %(process)d %(message)s"
    )
    os.environ.update(orders.environment)
    _set_clock(orders)
    if orders.point is not None:
        arm(orders.point, orders.nth, orders.by)
    wanted = settings.load(orders.config, os.environ)
    if not orders.once:
        daemon.run(wanted)
    elif not daemon.run_once(wanted, orders.at):
        sys.exit(1)


def _set_clock(orders: Orders) -> None:
    later = orders.later
    daemon.real_now = lambda: datetime.now(UTC) + later
    if orders.lease_seconds is not None:
        leases.SECONDS = orders.lease_seconds  # type: ignore[assignment]
        daemon.RENEW_SECONDS = orders.lease_seconds / 3  # type: ignore[assignment]
        sender.LEASE = timedelta(seconds=orders.lease_seconds)
        sender.FRESH = sender.LEASE / 3
