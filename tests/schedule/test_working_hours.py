"""Reminders come in the working hours of those who get them, and never at night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailflow.schedule import escalation, reminders
from mailflow.schedule.due import Plan
from mailflow.schedule.late import look_at
from mailflow.workflow.directory import Directory
from mailflow.workflow.model import Person as Somebody
from mailflow.workflow.worktime import USUAL, WorkCalendar

DAY = timedelta(days=1)


def planned(
    start: str, days: int, calendar: WorkCalendar = USUAL, zones: Sequence[str] = ("Asia/Shanghai",)
) -> list[tuple[str, str, str]]:
    """Key, begin and end (UTC) of what is planned for persons in these zones."""
    people = {
        n: Somebody(n, "x", (f"{n}@x.example",), "en", zone) for n, zone in enumerate(zones, 1)
    }
    people[9] = Somebody(9, "gone", ("9@x.example",), "en", "UTC", active=False)
    plan = Plan(0, time(8, 30), 24, calendar, "Europe/Berlin")
    begin = datetime.fromisoformat(start)
    both = [
        *reminders.planned(Directory(people, {}, {}), (), plan, begin, begin + days * DAY),
        *escalation.planned(Directory({}, {}, {}), (), plan, begin, begin + days * DAY),
    ]
    return [(due.key, f"{due.at:%d %H:%M}", f"{due.until:%d %H:%M}") for due in both]


def test_reminders_come_in_everybodys_working_hours() -> None:
    assert planned("2026-11-27T00:00Z", 4, zones=("Asia/Shanghai", "America/New_York")) == [
        ("reminder:1:2026-11-27", "27 01:00", "27 10:00"),
        ("reminder:1:2026-11-30", "30 01:00", "30 10:00"),
        ("reminder:2:2026-11-27", "27 14:00", "27 23:00"),
        ("reminder:2:2026-11-30", "30 14:00", "30 23:00"),
        ("escalation:2026-11-27", "27 08:00", "27 17:00"),
        ("escalation:2026-11-30", "30 08:00", "30 17:00"),
    ]


@pytest.mark.parametrize(
    ("calendar", "start", "days"),
    [
        (USUAL, "2026-11-28T00:00Z", []),
        (replace(USUAL, holidays=frozenset({date(2026, 11, 30)})), "2026-11-30T00:00Z", []),
        # a Saturday that is worked, and the day after it
        (replace(USUAL, country="china"), "2026-02-14T00:00Z", ["reminder:1:2026-02-14"]),
    ],
)
def test_nobody_is_reminded_on_days_off(
    calendar: WorkCalendar, start: str, days: list[str]
) -> None:
    found = [key for key, *_ in planned(start, 1, calendar) if key.startswith("reminder")]
    assert found == days


def test_holidays_beyond_what_is_known_are_said_once(caplog: pytest.LogCaptureFixture) -> None:
    calendar = replace(USUAL, country="china")
    for year in (2026, 2098, 2099):
        look_at(calendar, ZoneInfo("Asia/Shanghai"), datetime(year, 6, 1, tzinfo=UTC))
    (said,) = [entry.message for entry in caplog.records]
    assert said.startswith("the holidays of China are known until 20")
