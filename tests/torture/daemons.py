"""Several daemons on one database: one is killed, one is paused for longer than its leases last."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from mailflow.store.tables import Lease
from tests.servers.process import wait_for
from tests.torture.counting import Counted, counted
from tests.torture.ground import LATER, Ground
from tests.torture.life import Life, log_of

QUICK_LEASE = 3.0  # seconds, for trials that wait until a lease has run out
TAKES_OVER = 15.0  # seconds
LEASES = ("pipeline", "mailbox:flow")


def one_of_three_is_killed(ground: Ground) -> Counted:
    """Kill the daemon that holds each lease in turn; a mail that comes just then must go its way as
    soon as the lease can have run out."""
    longest = 0.0
    with ExitStack() as stack:
        lives = [Life(replace(ground.orders, once=False)) for _ in range(3)]
        for life in lives:
            stack.callback(life.kill)
        for name in LEASES:
            _a_mail_goes_its_way(ground)
            holder = next(life for life in lives if life.runs and life.pid == _holder(ground, name))
            holder.kill()
            longest = max(longest, _a_mail_goes_its_way(ground))
        assert [life.end() for life in lives if life.runs] == [0]
    assert ground.lives(replace(ground.orders, later=LATER)) == 0
    found = counted(ground)
    found.expect(longest < TAKES_OVER, f"it took {longest:.1f} s until another one took over")
    found.expect(found.documented <= len(LEASES), f"{found.documented} mails came twice")
    found.seen = f"taken over within {longest:.1f} s"
    return found


def one_is_paused(ground: Ground, name: str, seconds: float = QUICK_LEASE + 0.5) -> Counted:
    """Pause a daemon at a point for so long, let another one work meanwhile, then wake it.

    Nothing that it does after waking may count: its leases are the other one's. It has but one
    mail, so that no other thread of it stands still in a transaction.
    """
    ground.appends_issues(1)
    orders = replace(ground.orders, once=False, lease_seconds=QUICK_LEASE)
    with ExitStack() as stack:
        paused = Life(replace(orders, point=name, by=signal.SIGSTOP))
        stack.callback(paused.kill)
        wait_for(lambda: _is_stopped(paused), f"{name} is passed", 30)
        time.sleep(seconds)
        other = Life(orders)
        stack.callback(other.kill)
        wait_for(ground.is_done, "another daemon does the work", 60)
        paused.signal(signal.SIGCONT)
        ground.appends_issues(1)
        wait_for(ground.is_done, "the mails after that", 30)
        time.sleep(QUICK_LEASE)
        assert [paused.end(), other.end()] == [0, 0], log_of(orders).read_text("utf-8")[-3000:]
    assert ground.lives(replace(ground.orders, later=LATER)) == 0
    found = counted(ground)
    found.expect(found.documented == 0, f"{found.documented} mails came twice")
    return found


def _a_mail_goes_its_way(ground: Ground) -> float:
    """How long it takes, in seconds."""
    ground.appends_issues(1)
    return wait_for(ground.is_done, "the mail is handled and its notices are sent", 60)


def _holder(ground: Ground, lease: str) -> int:
    """The process that holds a lease; an owner is HOST:PID:RANDOM."""
    with ground.database.read() as session:
        return int(session.get_one(Lease, lease).owner.split(":")[1])


def _is_stopped(life: Life) -> bool:
    state = Path(f"/proc/{life.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    return state == "T"
