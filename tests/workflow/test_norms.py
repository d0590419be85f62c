"""Norms: by when a kind is answered and solved, and who is reminded when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Record
from mailflow.workflow.norms import (
    Norm,
    Stage,
    hours_of,
    norm_stages,
    stages,
    terms,
)
from mailflow.workflow.worktime import WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = (time(9), time(18))
OFFICE = WorkCalendar((0, 1, 2, 3, 4), HOURS, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
CHINA = WorkCalendar((0, 1, 2, 3, 4), HOURS, frozenset(), "china")
NEVER = WorkCalendar((), HOURS, frozenset())

ISSUE = Kind(
    "issue",
    ("open", "fixed"),
    answer_hours={"normal": 8, "urgent": 2},
    solve_hours={"normal": 45, "urgent": 9, "low": 90.5},
)
NOTE = Kind("note", ("open",))
ALL: tuple[Stage, ...] = ("soon", "due", "missed", "escalated")


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A local time such as "2026-03-06 17:00", in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("kind", "priority", "which", "hours"),
    [
        (ISSUE, "normal", "answer", 8),
        (ISSUE, "urgent", "answer", 2),
        (ISSUE, "low", "answer", 8),  # without a norm of its own
        (ISSUE, "low", "solve", 90.5),
        (ISSUE, "urgent", "solve", 9),
        (NOTE, "urgent", "answer", None),
        (NOTE, "normal", "solve", None),
    ],
)
def test_a_kind_has_hours(kind: Kind, priority: str, which: Norm, hours: float | None) -> None:
    assert hours_of(kind, priority, which) == hours


@pytest.mark.parametrize(
    ("calendar", "zone", "priority", "opened", "answered", "solved"),
    [
        (OFFICE, BERLIN, "normal", "2026-03-02 10:00", "2026-03-02 18:00", "2026-03-09 10:00"),
        (OFFICE, BERLIN, "urgent", "2026-03-06 17:00", "2026-03-09 10:00", "2026-03-09 17:00"),
        (OFFICE, BERLIN, "urgent", "2026-03-07 02:00", "2026-03-09 11:00", "2026-03-09 18:00"),
        (OFFICE, BERLIN, "urgent", "2026-04-02 18:30", "2026-04-07 11:00", "2026-04-07 18:00"),
        (OFFICE, SHANGHAI, "urgent", "2026-03-27 17:00", "2026-03-30 10:00", "2026-03-30 17:00"),
        (CHINA, SHANGHAI, "urgent", "2026-02-13 17:00", "2026-02-14 10:00", "2026-02-14 17:00"),
        (CHINA, SHANGHAI, "normal", "2026-02-14 17:00", "2026-02-24 16:00", "2026-02-28 17:00"),
    ],
)
def test_norms_end(
    calendar: WorkCalendar, zone: ZoneInfo, priority: str, opened: str, answered: str, solved: str
) -> None:
    one = replace(record(), priority=priority, opened_at=at(opened, zone), due=None)
    later = at(solved, zone) + timedelta(days=365)
    ends = {t.what: t.by for t in terms(one, ISSUE, later, later, calendar, zone)}
    assert ends == {"answer": at(answered, zone), "solve": at(solved, zone)}


def test_without_a_norm_there_is_no_end() -> None:
    one, later = replace(record(), due=None), at("2027-03-02 10:00")
    assert terms(one, NOTE, later, later, OFFICE, BERLIN) == ()


@pytest.mark.parametrize(
    ("calendar", "due", "today", "reached"),
    [
        (OFFICE, "2026-03-12", "2026-03-10", 0),
        (OFFICE, "2026-03-12", "2026-03-11", 1),
        (OFFICE, "2026-03-12", "2026-03-12", 1),  # the due date is still in time
        (OFFICE, "2026-03-12", "2026-03-13", 2),
        (OFFICE, "2026-03-12", "2026-03-16", 2),
        (OFFICE, "2026-03-12", "2026-03-17", 3),
        (OFFICE, "2026-03-12", "2026-03-25", 3),
        (OFFICE, "2026-03-12", "2026-03-26", 4),
        (OFFICE, "2026-03-12", "2036-03-26", 4),
        (OFFICE, "2026-03-09", "2026-03-06", 1),  # a Monday's day before is the Friday
        (OFFICE, "2026-03-06", "2026-03-08", 1),  # nobody is late on a weekend
        (OFFICE, "2026-03-06", "2026-03-09", 2),
        (OFFICE, "2026-03-08", "2026-03-05", 0),
        (OFFICE, "2026-03-08", "2026-03-06", 1),  # due on a Sunday
        (OFFICE, "2026-03-08", "2026-03-09", 2),
        (OFFICE, "2026-04-02", "2026-04-06", 1),  # Easter
        (OFFICE, "2026-04-02", "2026-04-07", 2),
        (CHINA, "2026-02-13", "2026-02-14", 2),  # a Saturday that is worked
        (CHINA, "2026-02-14", "2026-02-23", 1),
        (CHINA, "2026-02-14", "2026-02-24", 2),
        (OFFICE, "9999-12-31", "2026-03-06", 0),
        (OFFICE, "0001-01-01", "2026-03-06", 4),
        (NEVER, "2026-03-06", "2026-06-06", 1),
    ],
)
def test_a_due_date_reaches_stages(
    calendar: WorkCalendar, due: str, today: str, reached: int
) -> None:
    found = stages(date.fromisoformat(due), date.fromisoformat(today), calendar)
    assert found == ALL[:reached]


def test_without_a_due_date_nothing_is_late() -> None:
    assert stages(None, date(2026, 3, 6), OFFICE) == ()


@pytest.mark.parametrize(
    ("by", "now", "reached"),
    [
        ("2026-03-03 15:00", "2026-03-03 12:59", 0),
        ("2026-03-03 15:00", "2026-03-03 13:00", 1),
        ("2026-03-03 15:00", "2026-03-03 15:00", 1),
        ("2026-03-03 15:00", "2026-03-03 15:01", 2),
        ("2026-03-03 15:00", "2026-03-04 13:59", 2),
        ("2026-03-03 15:00", "2026-03-04 14:00", 3),
        ("2026-03-03 15:00", "2026-03-10 09:59", 3),
        ("2026-03-03 15:00", "2026-03-10 10:00", 4),
        ("2026-03-09 10:00", "2026-03-06 16:59", 0),
        ("2026-03-09 10:00", "2026-03-06 17:00", 1),  # two hours with a weekend in between
        ("2026-03-09 10:00", "2026-03-07 12:00", 1),
        ("2026-03-06 18:00", "2026-03-09 08:00", 2),  # the weekend makes nothing worse
        ("2026-03-06 18:00", "2026-03-09 17:00", 3),
        ("2026-03-27 17:00", "2026-03-30 15:59", 2),  # clocks change in between
        ("2026-03-27 17:00", "2026-03-30 16:00", 3),
    ],
)
def test_a_norm_reaches_stages(by: str, now: str, reached: int) -> None:
    for zone in (BERLIN, SHANGHAI):
        end, moment = at(by, zone), at(now, zone)
        soon = OFFICE.add_hours(moment, 2, zone)
        assert norm_stages(end, None, moment, soon, OFFICE, zone) == ALL[:reached]
        assert norm_stages(end, end, moment, soon, OFFICE, zone) == ()


def test_without_a_norm_nothing_is_late() -> None:
    moment = at("2026-03-03 15:00")
    assert norm_stages(None, None, moment, moment, OFFICE, BERLIN) == ()


def record() -> Record:
    """An issue that was opened on Monday, 2 March, at 10:00."""
    opened = at("2026-03-02 10:00")
    return Record(1, "P-1", 1, "issue", "open", "", "", 5, 6, opened_at=opened)


@pytest.mark.parametrize(
    ("known", "now", "found"),
    [
        ({}, "2026-03-02 15:00", []),
        ({}, "2026-03-02 16:30", [("answer 2026-03-02", 1, 0)]),
        ({}, "2026-03-03 09:00", [("answer 2026-03-02", 2, 1)]),
        ({"answered_at": at("2026-03-02 11:00")}, "2026-03-03 09:00", []),
        ({"answered_at": at("2026-03-02 11:00")}, "2026-03-09 09:00", [("solve 2026-03-09", 1, 0)]),
        ({"due": date(2026, 3, 3)}, "2026-03-02 12:00", [("due 2026-03-03", 1, -1)]),
        (
            {"due": date(2026, 3, 4), "priority": "urgent"},
            "2026-03-09 17:00",
            [("due 2026-03-04", 3, 5), ("answer 2026-03-02", 4, 7), ("solve 2026-03-03", 4, 6)],
        ),
        ({"reporter": 5, "settled_at": at("2026-03-03 10:00")}, "2026-05-04 09:00", []),
    ],
)
def test_a_record_has_its_terms(
    known: dict[str, Any], now: str, found: list[tuple[str, int, int]]
) -> None:
    moment = at(now)
    soon = OFFICE.add_hours(moment, 2, BERLIN)
    one = replace(record(), **known)
    reached = terms(one, ISSUE, moment, soon, OFFICE, BERLIN)
    assert [(term.mark, len(term.stages), term.days_late) for term in reached] == found


def test_where_nobody_works_nothing_is_late() -> None:
    opened = at("2026-03-03 15:00")
    by = NEVER.add_hours(opened, 2, BERLIN)
    now = opened + timedelta(days=365)
    assert norm_stages(by, None, now, by, NEVER, BERLIN) == ("soon",)


@given(st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(-9, 30), st.integers(0, 9))
def test_a_stage_that_was_reached_stays(due: date, late: int, more: int) -> None:
    today = due + timedelta(days=late)
    before, after = (stages(due, day, CHINA) for day in (today, today + timedelta(days=more)))
    assert after[: len(before)] == before
