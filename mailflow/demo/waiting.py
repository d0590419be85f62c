"""Waiting for what must happen, and what is said when it does not."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.01


class DemoError(Exception):
    """The demo cannot go on; the text is one line that says why."""


def wait_until(
    happened: Callable[[], bool],
    missing: Callable[[], str],
    seconds: float = PATIENCE_SECONDS,
) -> None:
    """Return once it happened. Raises DemoError with what is missing after so many seconds."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise DemoError(f"{missing()} (waited {seconds:.0f} s)")
        time.sleep(PAUSE_SECONDS)
