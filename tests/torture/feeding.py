"""Mails that keep coming, by IMAP and by LMTP, whatever becomes of who takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from itertools import count
from random import Random
from threading import Event, Thread

from tests.servers.imap import ImapServer
from tests.torture.ground import Ground, issue, note

EVERY_NOTE = 4  # each fourth mail adds to the first record


class Feeder:
    """Gives a mail after the other by both ways at once, each with `seconds` between them.

    One that mailflow did not answer with 250 is given again until it is, as a mail server does.
    """

    def __init__(self, ground: Ground, imap: ImapServer, seed: int, seconds: float) -> None:
        self._ground, self._box = ground, imap.log_in()
        self._seconds, self._numbers = seconds, count(len(ground.issues) + 1)
        self.enough, self.given_up = Event(), Event()
        ways: list[Callable[[EmailMessage], bool]] = [self._append, self._hand_over]
        self._threads = [
            Thread(target=self._feed, args=(way, Random(seed + n)), daemon=True)  # noqa: S311
            for n, way in enumerate(ways)
        ]
        for thread in self._threads:
            thread.start()

    def _feed(self, give: Callable[[EmailMessage], bool], chance: Random) -> None:
        while not self.enough.wait(chance.uniform(0, 2 * self._seconds)):
            number = next(self._numbers)
            is_note = number % EVERY_NOTE == 0
            if give(note(number) if is_note else issue(number)):
                (self._ground.notes if is_note else self._ground.issues).append(number)

    def _append(self, mail: EmailMessage) -> bool:
        self._ground.append(mail, box=self._box)
        return True

    def _hand_over(self, mail: EmailMessage) -> bool:
        while not self._ground.hands_over(mail):
            if self.given_up.wait(0.02):
                return False
        return True

    def finish(self) -> None:
        """Let the last mails be taken; a daemon must be running for that."""
        self.enough.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a mail was never taken"

    def close(self) -> None:
        self.enough.set()
        self.given_up.set()
        for thread in self._threads:
            thread.join(20)
        self._box.logout()


@contextmanager
def feeding(ground: Ground, imap: ImapServer, seed: int, seconds: float) -> Iterator[Feeder]:
    feeder = Feeder(ground, imap, seed, seconds)
    try:
        yield feeder
    finally:
        feeder.close()
