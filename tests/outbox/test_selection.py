"""Gathering and the daily limit, as pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailflow.outbox.selection import MOST_IN_ONE, Past, Rules, plan
from mailflow.store.outbox import Waiting

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
RULES = Rules(timedelta(minutes=2), 5)


def waiting(*kinds: str, seconds_ago: float = 0) -> list[Waiting]:
    at = NOW - timedelta(seconds=seconds_ago)
    return [Waiting(n, 1, kind, at) for n, kind in enumerate(kinds, start=1)]


def past(last: float | None = None, today: int = 0, *, full: bool = False) -> Past:
    """`last` is how many seconds ago the last mail was made."""
    moment = None if last is None else NOW - timedelta(seconds=last)
    return Past(moment, today, MIDNIGHT, lambda _at: full)


def planned(
    notices: list[Waiting], before: Past, rules: Rules = RULES
) -> list[tuple[str, tuple[int, ...]]]:
    return [(mail.kind, mail.notices) for mail in plan(notices, before, rules, NOW)]


@pytest.mark.parametrize(
    ("last", "waited", "goes"),
    [
        (None, 0, True),
        (120, 0, True),
        (119, 119, False),
        (1, 60, False),
        (1, 599, False),
        (1, 600, True),
    ],
)
def test_notices_are_gathered_but_not_for_ever(
    last: float | None, waited: float, goes: bool
) -> None:
    found = planned(waiting("notice", "notice", seconds_ago=waited), past(last))
    assert found == ([("notice", (1, 2))] if goes else [])


def test_receipts_and_questions_never_wait_and_come_after_what_was_gathered() -> None:
    kinds = ("receipt", "notice", "question", "notice")
    assert planned(waiting(*kinds), past(1)) == [("receipt", (1,)), ("question", (3,))]
    assert planned(waiting(*kinds), past(None)) == [
        ("notice", (2, 4)),
        ("receipt", (1,)),
        ("question", (3,)),
    ]


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (3, [("notice", (3,)), ("receipt", (1,)), ("digest", (4,))]),
        (4, [("notice", (3,)), ("digest", (4,))]),
        (5, [("digest", (4,))]),
        (9, [("digest", (4,))]),
    ],
)
def test_what_is_over_the_limit_waits_but_not_the_clocks_mails(
    today: int, found: list[tuple[str, tuple[int, ...]]]
) -> None:
    kinds = ("receipt", "question", "notice", "digest")
    assert planned(waiting(*kinds), past(None, today)) == found


def test_the_next_day_what_waited_goes_out_as_one_mail() -> None:
    day_before = 13 * 3600
    kinds = ("receipt", "notice", "question", "receipt")
    found = planned(waiting(*kinds, seconds_ago=day_before), past(None, full=True))
    assert found == [("notice", (1, 2, 4)), ("question", (3,))]


def test_a_receipt_of_a_day_that_was_not_full_stays_a_receipt() -> None:
    found = planned(waiting("receipt", seconds_ago=13 * 3600), past(None, full=False))
    assert found == [("receipt", (1,))]


def test_one_mail_holds_only_so_many() -> None:
    ((_, ids),) = planned(waiting(*["notice"] * (MOST_IN_ONE + 50)), past(None))
    assert ids == tuple(range(1, MOST_IN_ONE + 1))


def test_nothing_waits() -> None:
    assert planned([], past(None)) == []
