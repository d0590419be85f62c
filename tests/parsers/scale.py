"""Hostile input: how large it is, and that reading it takes time in proportion to its size."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from typing import AnyStr, TypeVar

T = TypeVar("T")

# A fifth in the ordinary run, a whole megabyte in `make torture`.
MEGABYTE = 1_000_000 if os.environ.get("MAILFLOW_TORTURE") else 200_000

TRIES = 5
QUICK = 1.0  # seconds of CPU: what takes four times as long for twice the text takes minutes


def repeated(piece: AnyStr) -> Callable[[int], AnyStr]:
    return lambda size: piece * (size // len(piece))


def stays_linear(
    read: Callable[[T], object], text: Callable[[int], T], size: int = MEGABYTE
) -> None:
    """Four times the text takes about four times as long, not sixteen times.

    A busy machine may spoil a try, hardly all of them; what is not linear fails each.
    """
    large, small = text(size), text(size // 4)
    for _ in range(TRIES):
        taken = seconds(read, large)
        if taken < QUICK or taken < 10 * seconds(read, small):
            return
    raise AssertionError(f"{taken:.1f} s for {size}, {seconds(read, small):.1f} s for a quarter")


def seconds(read: Callable[[T], object], text: T) -> float:
    """Seconds of CPU that reading takes, without the sweeps for what other tests left."""
    gc.disable()
    started = time.process_time()
    try:
        read(text)
        return time.process_time() - started
    finally:
        gc.enable()
