"""What only one daemon may do at a time (the pipeline, a mailbox), and for how long.

Leases are in real time: they are about processes, not about the moments of the workflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
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


def acquire(session: Session, name: str, owner: str, now: datetime) -> Held | None:
    """Take a lease that is free or has run out; None where somebody else holds it."""
    until = now + timedelta(seconds=SECONDS)
    lease = session.get(Lease, name, with_for_update=True)
    if lease is None:
        session.add(Lease(name=name, owner=owner, epoch=1, until=until))
        session.flush()
        return Held(name, owner, 1)
    if lease.until > now and lease.owner != owner:
        return None
    lease.owner, lease.until, lease.epoch = owner, until, lease.epoch + 1
    return Held(name, owner, lease.epoch)


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


def release(session: Session, held: Held, now: datetime) -> None:
    """Let the next one have it at once."""
    session.execute(
        update(Lease)
        .where(Lease.name == held.name, Lease.owner == held.owner, Lease.epoch == held.epoch)
        .values(until=now)
    )
