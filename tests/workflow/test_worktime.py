"""Working time: days and hours as they are worked, in every zone, and an end to all counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.workflow.worktime import MOST_DAYS, WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = (time(9), time(18))
OFFICE = WorkCalendar((0, 1, 2, 3, 4), HOURS, frozenset({date(2026, 12, 25)}))
CHINA = replace(OFFICE, holidays=frozenset({date(2026, 3, 2)}), country="china")
SIX_DAYS = replace(CHINA, working_days=(0, 1, 2, 3, 4, 5))
EVERY_DAY = replace(OFFICE, working_days=tuple(range(7)), holidays=frozenset())
EARLY = replace(EVERY_DAY, working_hours=(time(0), time(6)))
GAP = replace(EVERY_DAY, working_hours=(time(2), time(3)))
NEVER = replace(OFFICE, working_days=())


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A local time such as "2026-03-06 17:00", in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("calendar", "day", "worked"),
    [
        (OFFICE, "2026-03-06", True),
        (OFFICE, "2026-03-07", False),
        (OFFICE, "2026-03-08", False),
        (OFFICE, "2026-12-25", False),
        (OFFICE, "2026-02-17", True),  # Chinese New Year is a Tuesday elsewhere
        (CHINA, "2026-02-13", True),
        (CHINA, "2026-02-14", True),  # a Saturday that makes up for the holiday
        (CHINA, "2026-02-15", False),
        (CHINA, "2026-02-17", False),
        (CHINA, "2026-02-23", False),
        (CHINA, "2026-02-24", True),
        (CHINA, "2026-02-28", True),
        (CHINA, "2026-03-01", False),
        (CHINA, "2026-03-02", False),  # the company's own holiday
        (replace(CHINA, holidays=frozenset({date(2026, 2, 14)})), "2026-02-14", False),
        (CHINA, "2026-03-07", False),
        (SIX_DAYS, "2026-03-07", True),  # China says nothing of an ordinary Saturday
        (SIX_DAYS, "2026-02-21", False),
        (CHINA, "2030-02-04", True),  # nobody knows yet that this is a holiday
        (CHINA, "2030-02-09", False),
        (CHINA, "1999-10-01", True),
    ],
)
def test_a_day_is_worked(calendar: WorkCalendar, day: str, worked: bool) -> None:
    assert calendar.is_working(date.fromisoformat(day)) is worked


def test_a_countrys_calendar_says_how_far_it_is_known() -> None:
    known = CHINA.last_known()
    assert known is not None
    assert date(2026, 12, 31) <= known < date(2030, 1, 1)
    assert (CHINA.covers(known), CHINA.covers(known + timedelta(days=1))) == (True, False)
    assert [CHINA.covers(date(year, 5, 1)) for year in (1999, 2026, 2030)] == [False, True, False]
    assert OFFICE.last_known() is None
    assert OFFICE.covers(date(2030, 1, 1))


@pytest.mark.parametrize(
    ("calendar", "day", "n", "reached", "between"),
    [
        (OFFICE, "2026-03-06", 0, "2026-03-06", 0),
        (OFFICE, "2026-03-06", 1, "2026-03-09", 1),
        (OFFICE, "2026-03-06", 6, "2026-03-16", 6),
        (OFFICE, "2026-03-09", -1, "2026-03-06", -1),
        (OFFICE, "2026-03-07", 0, "2026-03-07", 0),
        (OFFICE, "2026-03-07", 1, "2026-03-09", 1),
        (OFFICE, "2026-03-08", -1, "2026-03-06", 0),  # no working day lies between
        (OFFICE, "2026-12-24", 1, "2026-12-28", 1),
        (OFFICE, "2026-12-28", -2, "2026-12-23", -2),
        (CHINA, "2026-02-13", 1, "2026-02-14", 1),
        (CHINA, "2026-02-13", 2, "2026-02-24", 2),
        (CHINA, "2026-02-24", -1, "2026-02-14", -1),
        (CHINA, "2026-02-27", 2, "2026-03-03", 2),
        (CHINA, "2030-02-01", 1, "2030-02-04", 1),
    ],
)
def test_days_are_counted(
    calendar: WorkCalendar, day: str, n: int, reached: str, between: int
) -> None:
    assert calendar.add_days(date.fromisoformat(day), n) == date.fromisoformat(reached)
    assert calendar.days_between(date.fromisoformat(day), date.fromisoformat(reached)) == between


@pytest.mark.parametrize(
    ("calendar", "zone", "start", "hours", "end"),
    [
        (OFFICE, BERLIN, "2026-03-03 10:00", 3.5, "2026-03-03 13:30"),
        (OFFICE, BERLIN, "2026-03-03 10:00", 8, "2026-03-03 18:00"),  # not the next morning
        (OFFICE, BERLIN, "2026-03-03 10:00", 9, "2026-03-04 10:00"),
        (OFFICE, BERLIN, "2026-03-03 23:10", 1, "2026-03-04 10:00"),
        (OFFICE, BERLIN, "2026-03-04 03:10", 1, "2026-03-04 10:00"),
        (OFFICE, BERLIN, "2026-03-06 17:00", 2, "2026-03-09 10:00"),
        (OFFICE, BERLIN, "2026-03-07 12:00", 2, "2026-03-09 11:00"),
        (OFFICE, BERLIN, "2026-03-07 12:00", 0, "2026-03-07 12:00"),
        (OFFICE, BERLIN, "2026-12-24 17:30", 1, "2026-12-28 09:30"),
        (OFFICE, BERLIN, "2026-03-27 17:00", 2, "2026-03-30 10:00"),  # clocks change in between
        (OFFICE, SHANGHAI, "2026-03-27 17:00", 2, "2026-03-30 10:00"),
        (EARLY, BERLIN, "2026-03-28 23:00", 5, "2026-03-29 06:00"),  # a night of an hour less
        (EARLY, BERLIN, "2026-10-24 23:00", 7, "2026-10-25 06:00"),  # and one of an hour more
        (EARLY, SHANGHAI, "2026-03-28 23:00", 6, "2026-03-29 06:00"),
        (GAP, BERLIN, "2026-03-28 12:00", 0.5, "2026-03-30 02:30"),  # these hours do not exist
        (CHINA, SHANGHAI, "2026-02-13 17:00", 10, "2026-02-14 18:00"),
        (CHINA, SHANGHAI, "2026-02-14 17:00", 2, "2026-02-24 10:00"),
        (EARLY, ZoneInfo("Pacific/Apia"), "2011-12-29 05:00", 4, "2011-12-31 03:00"),  # no 30th
    ],
)
def test_hours_are_counted(
    calendar: WorkCalendar, zone: ZoneInfo, start: str, hours: float, end: str
) -> None:
    reached = calendar.add_hours(at(start, zone), hours, zone)
    assert (reached, reached.tzinfo) == (at(end, zone), UTC)
    assert calendar.hours_between(at(start, zone), reached, zone) == hours
    assert calendar.hours_between(reached, at(start, zone), zone) == -hours


@pytest.mark.parametrize(
    ("calendar", "zone", "moment", "start"),
    [
        (OFFICE, BERLIN, "2026-03-03 09:00", "2026-03-03 09:00"),
        (OFFICE, BERLIN, "2026-03-03 17:59", "2026-03-03 17:59"),
        (OFFICE, BERLIN, "2026-03-03 18:00", "2026-03-04 09:00"),
        (OFFICE, BERLIN, "2026-03-03 08:59", "2026-03-03 09:00"),
        (OFFICE, BERLIN, "2026-03-06 22:00", "2026-03-09 09:00"),
        (OFFICE, BERLIN, "2026-03-28 22:00", "2026-03-30 09:00"),
        (OFFICE, BERLIN, "2026-12-25 10:00", "2026-12-28 09:00"),
        (CHINA, SHANGHAI, "2026-02-14 10:00", "2026-02-14 10:00"),
        (CHINA, SHANGHAI, "2026-02-14 18:30", "2026-02-24 09:00"),
    ],
)
def test_work_begins(calendar: WorkCalendar, zone: ZoneInfo, moment: str, start: str) -> None:
    assert calendar.next_start(at(moment, zone), zone) == at(start, zone)


def test_one_moment_is_morning_here_and_evening_there() -> None:
    moment = datetime(2026, 3, 3, 11, 30, tzinfo=UTC)
    assert OFFICE.next_start(moment, BERLIN) == moment
    assert OFFICE.next_start(moment, SHANGHAI) > moment
    assert OFFICE.add_hours(moment, 1, BERLIN) == datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
    assert OFFICE.add_hours(moment, 1, SHANGHAI) == datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def test_without_a_working_day_all_counting_ends() -> None:
    day, moment = date(2026, 3, 3), at("2026-03-03 10:00")
    far = timedelta(days=MOST_DAYS)
    assert NEVER.add_days(day, 1) == day + far
    assert NEVER.add_days(day, -1) == day - far
    assert NEVER.days_between(day, date.max) == 0
    assert NEVER.add_hours(moment, 1, BERLIN) > moment + far
    assert NEVER.next_start(moment, BERLIN) > moment + far
    assert NEVER.hours_between(moment, moment + 2 * far, BERLIN) == 0


@pytest.mark.parametrize("hours", [float("inf"), 1e300, 10**9])
def test_absurd_hours_end(hours: float) -> None:
    moment = at("2026-03-03 10:00")
    assert OFFICE.add_hours(moment, hours, BERLIN) > moment + timedelta(days=MOST_DAYS)


@pytest.mark.parametrize("hours", [float("nan"), float("-inf"), -1, 0])
def test_no_hours_lead_nowhere(hours: float) -> None:
    moment = at("2026-03-07 10:00")
    assert OFFICE.add_hours(moment, hours, BERLIN) == moment


def test_the_ends_of_time_are_days_too() -> None:
    assert OFFICE.add_days(date.max, 10**9) == date.max
    assert OFFICE.add_days(date.min, -(10**9)) == date.min
    assert OFFICE.days_between(date.min, date.max) > MOST_DAYS / 2
    for moment in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        for zone in (BERLIN, SHANGHAI, ZoneInfo("America/Los_Angeles")):
            start = EVERY_DAY.next_start(moment, zone)
            assert EVERY_DAY.add_hours(moment, 1, zone) == start + timedelta(hours=1)
            assert NEVER.next_start(moment, zone) > start


days = st.dates(date(2025, 1, 1), date(2028, 1, 1))
zones = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe")]
)
moments = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
working_hours = st.lists(st.integers(0, 23), min_size=2, max_size=2, unique=True).map(sorted)
calendars = st.builds(
    WorkCalendar,
    working_days=st.sets(st.integers(0, 6), min_size=1).map(tuple),
    working_hours=working_hours.map(lambda hours: (time(hours[0], 30), time(hours[1], 30))),
    holidays=st.frozensets(days, max_size=9),
    country=st.sampled_from(["", "china"]),
)


@given(calendars, zones, moments, st.floats(0, 60))
def test_hours_added_lie_between(
    calendar: WorkCalendar, zone: ZoneInfo, moment: datetime, hours: float
) -> None:
    reached = calendar.add_hours(moment, hours, zone)
    assert calendar.hours_between(moment, reached, zone) == pytest.approx(hours, abs=1e-6)
    if reached > moment:
        before = reached - timedelta(microseconds=1)
        assert calendar.next_start(before, zone) == before


@given(calendars, zones, moments, st.timedeltas(timedelta(), timedelta(days=60)))
def test_hours_between_lead_there(
    calendar: WorkCalendar, zone: ZoneInfo, moment: datetime, later: timedelta
) -> None:
    start = calendar.next_start(moment, zone)
    end = calendar.next_start(start + later, zone)
    reached = calendar.add_hours(start, calendar.hours_between(start, end, zone), zone)
    assert reached <= end + timedelta(milliseconds=1)
    assert calendar.hours_between(reached, end, zone) == pytest.approx(0, abs=1e-6)


@given(calendars, zones, st.tuples(moments, moments).map(sorted), st.floats(0, 60))
def test_who_starts_later_is_not_done_earlier(
    calendar: WorkCalendar, zone: ZoneInfo, both: list[datetime], hours: float
) -> None:
    first, second = both
    assert calendar.add_hours(first, hours, zone) <= calendar.add_hours(second, hours, zone)
    assert calendar.add_hours(first, hours, zone) <= calendar.add_hours(first, hours + 1, zone)
    assert calendar.next_start(first, zone) <= calendar.next_start(second, zone)


@given(calendars, days, st.integers(-40, 40))
def test_days_added_lie_between(calendar: WorkCalendar, day: date, n: int) -> None:
    reached = calendar.add_days(day, n)
    assert n == 0 or calendar.is_working(reached)
    if n >= 0 or calendar.is_working(day):
        assert calendar.days_between(day, reached) == n


@given(calendars, days, days, days)
def test_days_add_up(calendar: WorkCalendar, first: date, second: date, third: date) -> None:
    both = calendar.days_between(first, second) + calendar.days_between(second, third)
    assert both == calendar.days_between(first, third)
