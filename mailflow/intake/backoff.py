"""How long a source waits for a server that failed, and what of it is worth a line in the log."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

SHORTEST, LONGEST = 1.0, 60.0  # seconds
STABLE = 10.0  # seconds without a failure after which the next one counts as the first


def delays(jitter: Callable[[], float]) -> Iterator[float]:
    """Seconds to wait after each failure in a row: none, then 1, 2, 4 ... 60, less up to a half.

    `jitter` gives numbers from 0 to 1; it keeps many clients from coming back at one moment.
    """
    yield 0.0
    wait = SHORTEST
    while True:
        yield wait * (1 - jitter() / 2)
        wait = min(wait * 2, LONGEST)


class Patience:
    """The failures of one source in a row. Each kind of failure is logged once until it is over."""

    def __init__(
        self,
        name: str,
        *,
        jitter: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._jitter, self._monotonic = name, jitter, monotonic
        self._delays = delays(jitter)
        self._kinds: set[type[BaseException]] = set()
        self._last = 0.0

    def failed(self, error: Exception) -> float:
        """Note a failure; returns the seconds to wait before the next attempt."""
        kind = type(error.__cause__ or error)
        if kind not in self._kinds:
            log.warning("%s: %s; trying again", self._name, error or kind.__name__)
        self._kinds.add(kind)
        self._last = self._monotonic()
        return next(self._delays)

    def well(self) -> None:
        """Note that all works. A server that fails again soon afterwards has not recovered."""
        if self._kinds and self._monotonic() - self._last >= STABLE:
            log.warning("%s: works again", self._name)
            self._kinds.clear()
            self._delays = delays(self._jitter)
