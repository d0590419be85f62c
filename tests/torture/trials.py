"""Trials: one life after the other is killed at a named point; what follows must make it good."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.torture.counting import Counted, by_message_id, counted
from tests.torture.ground import LATER, OWNER, REPORTER, Ground, issue
from tests.torture.life import Life, Orders, living
from tests.torture.points import POINTS

MAILS = 3
KILLED = -signal.SIGKILL
# how often a mail may come twice after one kill: at least and at most
DOUBLES = {"never": (0, 0), "perhaps": (0, 1), "once": (1, 1)}


def killed_at(ground: Ground, *names: str, nth: int = 0) -> Counted:
    """Kill a life at each of these points, with new mails before each, let one live, and count.

    Mails come as the ground's doors let them. Raises AssertionError where a point was not passed.
    """
    lives = Succession(ground)
    on_a_monday = POINTS[names[0]].way == "clock"
    if on_a_monday:
        lives.on_monday()
    for name in names:
        if ground.lmtp_port:
            lives.one_dies_while_mails_come(name, nth)
        else:
            lives.one_dies(name, nth)
    assert lives.following().ends() == 0, "the last life did not end well"
    found = counted(ground)
    if on_a_monday:
        _count_digests(found, ground)
    least, most = (sum(DOUBLES[POINTS[name].doubles][end] for name in names) for end in (0, 1))
    if ground.lmtp_port:
        most = len(names)  # whatever the point, the daemon's sender works at the same time
    fault = f"{found.documented} mails came twice, expected {least} to {most}"
    found.expect(least <= found.documented <= most, fault)
    return found


@dataclass
class Succession:
    """Lives that follow each other, each when the leases of the one before have run out."""

    ground: Ground
    at: datetime | None = None

    def __post_init__(self) -> None:
        self._generations = count()

    def orders(self, **changes: Any) -> Orders:
        later = next(self._generations) * LATER
        return replace(self.ground.orders, later=later, at=self.at, **changes)

    def following(self, **changes: Any) -> Life:
        return Life(self.orders(**changes))

    def on_monday(self) -> None:
        """From now on it is the day of the digests, and there is something to be told in them."""
        self.ground.appends_issues(MAILS)
        assert self.following().ends() == 0
        self.at = next_monday(self.ground.clock)

    def one_dies(self, name: str, nth: int) -> None:
        self.ground.appends_issues(MAILS)
        assert self.following(point=name, nth=nth).ends() == KILLED, f"{name} was not passed"

    def one_dies_while_mails_come(self, name: str, nth: int) -> None:
        """A mail server hands over mails by LMTP, and tries again what was not answered 250."""
        heirs: list[Life] = []
        with ExitStack() as stack:
            doomed = stack.enter_context(living(self.orders(once=False, point=name, nth=nth)))
            first = len(self.ground.issues) + 1
            for number in range(first, first + MAILS):
                mail = issue(number)
                while not self.ground.hands_over(mail):
                    if not doomed.runs and not heirs:
                        heirs.append(stack.enter_context(living(self.orders(once=False))))
                    time.sleep(0.02)
                self.ground.issues.append(number)
            assert doomed.ends() == KILLED, f"{name} was not passed"
            assert [heir.end() for heir in heirs] in ([], [0])


def _count_digests(found: Counted, ground: Ground) -> None:
    letters = [x for x in ground.smtp.letters if x.mail["X-Mailflow-Kind"] == "digest"]
    for person in (OWNER, REPORTER):
        digests = by_message_id([letter for letter in letters if letter.recipient == person])
        found.expect_one(f"the digest of {person}", len(digests))


def next_monday(after: datetime) -> datetime:
    """The afternoon of the next Monday, when the digests of the ground's zone are due."""
    day = after + timedelta(days=7 - after.weekday())
    return day.replace(hour=14, minute=0, second=0, microsecond=0)
