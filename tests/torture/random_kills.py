"""Daemons that are killed at random moments while mails keep coming; one daemon, or three."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from tests.servers.imap import ImapServer
from tests.servers.process import answers, wait_for
from tests.torture.counting import Counted, counted
from tests.torture.feeding import feeding
from tests.torture.ground import Ground
from tests.torture.life import Life, Orders

GENERATION = timedelta(seconds=70)  # when the leases of the dead, the sender's too, have run out
SHORTEST, LONGEST = 0.005, 0.4  # seconds until a kill
STARTS_IN = 20.0
BETWEEN_MAILS = 0.15  # seconds, by each way
EVERY_THREE = 5  # in each fifth round three daemons run


def killed_at_random(
    ground: Ground, imap: ImapServer, seed: int, kills: int, tell: Callable[[int], object]
) -> Counted:
    """Kill daemons so often; `tell` hears of each kill. Both doors of the ground are open."""
    chance = Random(seed)  # noqa: S311 (nothing is secret here)
    ground.appends_issues(1)
    assert ground.lives(ground.orders) == 0  # the record that notes are about
    dead = generation = 0
    with feeding(ground, imap, seed, BETWEEN_MAILS) as feeder:
        while dead < kills:
            generation += 1
            orders = replace(ground.orders, once=False, later=generation * GENERATION)
            dead += _round(ground, orders, chance, min(kills - dead, _daemons(generation)), tell)
        last = Life(replace(ground.orders, once=False, later=(generation + 1) * GENERATION))
        feeder.finish()
        wait_for(lambda: answers(ground.lmtp_port), "the last daemon listens", STARTS_IN)
    assert last.end() == 0
    assert ground.lives(replace(ground.orders, later=(generation + 2) * GENERATION)) == 0
    found = counted(ground)
    fault = f"{found.documented} mails came twice after {kills} kills"
    found.expect(found.documented <= kills, fault)
    return found


def _daemons(generation: int) -> int:
    return 3 if generation % EVERY_THREE == 0 else 1


def _round(
    ground: Ground, orders: Orders, chance: Random, daemons: int, tell: Callable[[int], object]
) -> int:
    """Start daemons and kill one after the other; returns how many were killed.

    Mostly the time counts from when they listen, sometimes from their very start.
    """
    lives = [Life(orders) for _ in range(daemons)]
    if chance.random() < 0.8:
        end = time.monotonic() + STARTS_IN
        while not answers(ground.lmtp_port) and time.monotonic() < end:
            time.sleep(0.01)
    chance.shuffle(lives)
    for life in lives:
        time.sleep(chance.uniform(SHORTEST, LONGEST))
        assert life.runs, "a daemon ended by itself"
        life.kill()
        tell(1)
    return daemons
