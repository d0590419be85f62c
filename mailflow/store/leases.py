"""What only one daemon may do at a time (the pipeline, a mailbox), and for how long.

Leases are in real time: they are about processes, not about the moments of the workflow. Clocks
jump, and those of two machines differ: whoever waits for a lease also watches, by a clock that
only goes forward, whether it is still renewed. Whoever holds one is never believed for its time
alone: its epoch is checked in every commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailflow.store.tables import Lease

SECONDS = 12


class LeaseLost(Exception):
    """Another daemon has taken over; what was done under this lease must not be committed."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that is held: its epoch grows with each change of owner."""

    name: str
    owner: str
    epoch: int


@dataclass
class Watch:
    """Since when things of others stand still, as this process saw it."""

    monotonic: Callable[[], float] = time.monotonic
    _seen: dict[str, tuple[Hashable, float]] = field(default_factory=dict)

    def stands_still(self, name: str, sign: Hashable, seconds: float) -> bool:
        """Whether a sign of life was the same each time that it was looked at, for so long."""
        before, since = self._seen.get(name, (None, 0.0))
        if before != sign:
            self._seen[name] = sign, self.monotonic()
            return False
        return self.monotonic() - since > seconds


def acquire(
    session: Session, name: str, owner: str, now: datetime, watch: Watch | None = None
) -> Held | None:
    """Take a lease that is free, has run out or is not renewed; None where somebody holds it."""
    until = now + timedelta(seconds=SECONDS)
    lease = session.get(Lease, name, with_for_update=True)
    if lease is None:
        return Held(name, owner, 1) if _made(session, name, owner, 1, until) else None
    if lease.until > now and lease.owner != owner and not _is_dead(lease, watch):
        return None
    lease.owner, lease.until, lease.epoch = owner, until, lease.epoch + 1
    return Held(name, owner, lease.epoch)


def _made(session: Session, name: str, owner: str, epoch: int, until: datetime) -> bool:
    """Whether the lease was made here: another process may be making it at this moment."""
    try:
        with session.begin_nested():
            session.add(Lease(name=name, owner=owner, epoch=epoch, until=until))
    except IntegrityError:
        return False
    return True


def _is_dead(lease: Lease, watch: Watch | None) -> bool:
    sign = lease.epoch, lease.until
    return watch is not None and watch.stands_still(lease.name, sign, SECONDS)


def confirm(session: Session, held: Held, now: datetime) -> None:
    """Prolong the lease inside the transaction that it guards.

    Raises LeaseLost where it is not ours any more, so that the transaction is rolled back.
    """
    done = session.execute(
        update(Lease)
        .where(Lease.name == held.name, Lease.owner == held.owner, Lease.epoch == held.epoch)
        .values(until=now + timedelta(seconds=SECONDS))
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost(held.name)


def alive(session: Session, now: datetime) -> list[str]:
    """Who holds a lease that has not run out, each once."""
    query = select(Lease.owner).where(Lease.until > now).order_by(Lease.name)
    return list(dict.fromkeys(session.scalars(query)))


def end_all(session: Session, now: datetime) -> None:
    """Nobody holds a lease any more: the database is the copy of one that others work with."""
    session.execute(update(Lease).values(until=now))


def pause(session: Session, name: str, now: datetime) -> None:
    """Keep whoever holds a lease from committing under it until this transaction has ended."""
    if session.get(Lease, name, with_for_update=True) is None and not _made(
        session, name, "", 0, now
    ):
        session.get_one(Lease, name, with_for_update=True)


def release(session: Session, held: Held, now: datetime) -> None:
    """Let the next one have it at once."""
    session.execute(
        update(Lease)
        .where(Lease.name == held.name, Lease.owner == held.owner, Lease.epoch == held.epoch)
        .values(until=now)
    )
