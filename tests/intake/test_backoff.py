from __future__ import annotations

import logging
from itertools import islice

import pytest

from mailflow.intake.backoff import LONGEST, STABLE, Patience, delays


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def patience(clock: Clock) -> Patience:
    return Patience("flow", jitter=lambda: 0.0, monotonic=clock)


def test_the_first_try_is_at_once_and_later_ones_double() -> None:
    assert list(islice(delays(lambda: 0.0), 9)) == [0, 1, 2, 4, 8, 16, 32, LONGEST, LONGEST]


def test_jitter_takes_up_to_a_half() -> None:
    assert list(islice(delays(lambda: 1.0), 4)) == [0, 0.5, 1, 2]


def test_a_kind_of_failure_is_said_once(
    patience: Patience, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        patience.failed(ConnectionRefusedError("refused"))
        patience.failed(TimeoutError("too slow"))
    assert [record.message for record in caplog.records] == [
        "flow: refused; trying again",
        "flow: too slow; trying again",
    ]


def test_the_kind_is_that_of_the_cause(
    patience: Patience, caplog: pytest.LogCaptureFixture
) -> None:
    for cause in (TimeoutError(), EOFError(), TimeoutError()):
        error = OSError("flow: broken")
        error.__cause__ = cause
        patience.failed(error)
    assert len(caplog.records) == 2


def test_a_server_that_works_for_a_moment_only_has_not_recovered(
    patience: Patience, clock: Clock
) -> None:
    waits = []
    for _ in range(4):
        waits.append(patience.failed(OSError("cut")))
        clock.now += STABLE / 2
        patience.well()
    assert waits == [0, 1, 2, 4]


def test_a_server_that_recovered_is_tried_at_once_and_told_of_again(
    patience: Patience, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    waits = []
    for _ in range(2):
        waits += [patience.failed(OSError("cut")), patience.failed(OSError("cut"))]
        clock.now += STABLE
        patience.well()
        patience.well()
    assert waits == [0, 1, 0, 1]
    assert [record.message for record in caplog.records] == [
        "flow: cut; trying again",
        "flow: works again",
    ] * 2
