"""What a clock that was wrong leaves behind: moments further ahead than anything is ever put off.

Where the clock jumps back, they would be waited for until it has come there again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from mailflow.store.database import Database
from mailflow.store.leases import Watch
from mailflow.store.tables import Input, Outgoing

# How many are looked at in one go; the rest follows.
SOME = 500


def bring_near(database: Database, now: datetime, longest: timedelta) -> None:
    """What is to be tried again later than `longest` from now is to be tried now."""
    mails = (Outgoing.state == "composed") & (Outgoing.next_attempt_at > now + longest)
    inputs = (Input.state == "stored") & (Input.next_attempt_at > now + longest)
    with database.read() as session:
        mail = session.scalar(select(Outgoing.id).where(mails).limit(1))
        taken = session.scalar(select(Input.id).where(inputs).limit(1))
    if mail is None and taken is None:
        return
    with database.write() as session:
        session.execute(update(Outgoing).where(mails).values(next_attempt_at=now))
        session.execute(update(Input).where(inputs).values(next_attempt_at=now))


def free_the_dead(database: Database, real_now: datetime, lease: timedelta, watch: Watch) -> None:
    """End the leases on mails that go on for longer than one lasts and that nobody prolongs.

    It has to be called again and again: `watch` remembers what it saw.
    """
    ahead = (Outgoing.state == "sending") & (Outgoing.leased_until > real_now + lease)
    with database.read() as session:
        rows = session.execute(select(Outgoing.id, Outgoing.leased_until).where(ahead).limit(SOME))
        seconds = lease.total_seconds()
        dead = {
            number: until
            for number, until in rows
            if watch.stands_still(f"mail {number}", until, seconds)
        }
    if not dead:
        return
    with database.write() as session:
        for number, until in dead.items():
            same = (Outgoing.id == number) & (Outgoing.leased_until == until)
            session.execute(update(Outgoing).where(same, ahead).values(leased_until=real_now))
