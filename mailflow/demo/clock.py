"""The demo's time, which the daemon goes by."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Stands still until it is set; runs at the real pace once it was let go."""

    def __init__(self, start: datetime) -> None:
        self._moment = start
        self._let_go_at: float | None = None

    def __call__(self) -> datetime:
        """The moment in UTC."""
        gone = 0.0 if self._let_go_at is None else time.monotonic() - self._let_go_at
        return (self._moment + timedelta(seconds=gone)).astimezone(UTC)

    def set(self, moment: datetime) -> None:
        self._moment = moment

    def let_go(self) -> None:
        self._let_go_at = time.monotonic()
