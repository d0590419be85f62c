"""How the mail server stands with this process: whether to try it now, and what was said of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)


@dataclass
class Standing:
    """A server that does not let us in is tried ever more seldom, and each kind of failure is
    logged once until it is over. It is of this process alone: another one finds out itself.

    `unwritten` are mails (by id) that were tried, and what writes down what became of them.
    """

    failures: int = 0
    again: datetime | None = None
    kinds: set[type[BaseException]] = field(default_factory=set)
    unwritten: dict[int, Callable[[Session], object]] = field(default_factory=dict)

    def pausing(self, now: datetime) -> bool:
        """Whether it is too early to try; a clock that jumped back does not make it so."""
        return self.again is not None and now < self.again <= now + LONGEST_PAUSE

    def failed(self, error: Exception, now: datetime) -> None:
        kind = type(error.__cause__ or error)
        if kind not in self.kinds:
            log.warning("the mail server cannot be used: %s; trying again", error)
        self.kinds.add(kind)
        self.again = now + min(FIRST_PAUSE * (1 << min(self.failures, 20)), LONGEST_PAUSE)
        self.failures += 1

    def well(self) -> None:
        if self.kinds:
            log.warning("the mail server works again")
        self.kinds.clear()
        self.failures, self.again = 0, None
