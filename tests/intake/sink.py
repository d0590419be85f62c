"""A sink that keeps what it takes in memory and can be told to fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from mailflow.intake.source import Arrival


class DiskFull(Exception):
    pass


class ListSink:
    """`given` is all that was ever handed over; `arrivals` counts a UID of a mailbox once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._given: list[Arrival] = []
        self._failures = 0
        self.before_commit: Callable[[Sequence[Arrival]], None] = lambda arrivals: None

    def fail(self, times: int) -> None:
        with self._lock:
            self._failures = times

    def take(self, arrivals: Sequence[Arrival]) -> None:
        self.before_commit(arrivals)
        with self._lock:
            if self._failures:
                self._failures -= 1
                raise DiskFull("no space left")
            self._given.extend(arrivals)

    @property
    def given(self) -> list[Arrival]:
        with self._lock:
            return list(self._given)

    @property
    def arrivals(self) -> list[Arrival]:
        kept: dict[object, Arrival] = {}
        for number, arrival in enumerate(self.given):
            place = (arrival.mailbox, arrival.uidvalidity, arrival.uid)
            kept.setdefault(number if arrival.uid is None else place, arrival)
        return list(kept.values())

    @property
    def raws(self) -> list[bytes]:
        return [arrival.raw for arrival in self.arrivals]
