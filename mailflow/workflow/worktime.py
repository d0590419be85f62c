"""Working time: which days and hours are worked, and counting in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, takewhile
from typing import Literal
from zoneinfo import ZoneInfo

import chinese_calendar

# Nothing is counted further than this, so that a calendar without a working day ends too.
MOST_DAYS = 3660
_BEYOND = timedelta(days=MOST_DAYS + 2)
# Between these, moments can be counted on and moved to any zone.
_FIRST = datetime(2, 1, 1, tzinfo=UTC)
_LAST = datetime(9980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When people work. `working_hours` are local times, their end is not worked any more.

    `working_days` are numbers as in date.weekday(). A country's calendar stands above them where it
    gives a date a name of its own: a public holiday is free, a weekend that makes up for one is
    worked. `holidays` stand above both. Moments are aware; those that come back are in UTC.
    """

    working_days: tuple[int, ...]
    working_hours: tuple[time, time]
    holidays: frozenset[date]
    country: Literal["", "china"] = ""

    def is_working(self, day: date) -> bool:
        """Whether a day is worked."""
        if day in self.holidays:
            return False
        called = _china(day) if self.country == "china" else "ordinary"
        if called in ("worked", "free"):
            return called == "worked"
        return day.weekday() in self.working_days

    def covers(self, day: date) -> bool:
        """False where the country's calendar is not known for a day's year."""
        return self.country == "" or _china(day) != "unknown"

    def last_known(self) -> date | None:
        """The last day that the country's calendar is known for, None without a country."""
        if self.country == "":
            return None
        return date(max(chinese_calendar.holidays).year, 12, 31)

    def add_days(self, day: date, n: int) -> date:
        """The `n`-th working day after a day, before it where `n` is negative; for 0 itself."""
        if n == 0:
            return day
        left, reached = abs(n), day
        for reached in _days(day, 1 if n > 0 else -1):
            left -= self.is_working(reached)
            if not left:
                break
        return reached

    def days_between(self, first: date, last: date) -> int:
        """The working days after `first` up to and with `last`; negative where it is before."""
        if last < first:
            return -self.days_between(last, first)
        return sum(map(self.is_working, takewhile(lambda day: day <= last, _days(first, 1))))

    def add_hours(self, moment: datetime, hours: float, zone: ZoneInfo) -> datetime:
        """The first moment when so many working hours have passed; itself for 0 and less."""
        moment = _utc(moment)
        left = timedelta(hours=min(hours, 24 * MOST_DAYS)) if hours > 0 else timedelta()
        if not left:
            return moment
        for begin, end in self._spans(moment, zone):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return moment + _BEYOND

    def hours_between(self, start: datetime, end: datetime, zone: ZoneInfo) -> float:
        """The working hours from `start` to `end`; negative where it is before."""
        start, end = _utc(start), _utc(end)
        if end < start:
            return -self.hours_between(end, start, zone)
        spans = takewhile(lambda span: span[0] < end, self._spans(start, zone))
        worked = sum((min(stop, end) - begin for begin, stop in spans), timedelta())
        return worked / timedelta(hours=1)

    def next_start(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself in working hours, else when the next ones begin."""
        moment = _utc(moment)
        return next((begin for begin, _ in self._spans(moment, zone)), moment + _BEYOND)

    def _spans(self, moment: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """The working hours from a moment on, day by day, none of them empty or twice."""
        today = moment.astimezone(zone).date()
        for day in filter(self.is_working, chain((today,), _days(today, 1))):
            begin, end = self._hours_of(day, zone)
            begin = max(begin, moment)
            if begin < end:
                yield begin, end
                moment = end

    def _hours_of(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """A day's hours in UTC; where clocks change in between, they are longer or shorter."""
        begin, end = (datetime.combine(day, hour, zone) for hour in self.working_hours)
        return begin.astimezone(UTC), end.astimezone(UTC)


# Where nothing is said: Monday to Friday, nine to six.
USUAL = WorkCalendar((0, 1, 2, 3, 4), (time(9), time(18)), frozenset())


@lru_cache(maxsize=8192)
def _china(day: date) -> Literal["worked", "free", "ordinary", "unknown"]:
    """What China's calendar makes of a day; "unknown" beyond the years that it knows."""
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return "unknown"
    if name is None:
        return "ordinary"
    return "free" if free else "worked"


def _days(day: date, step: Literal[1, -1]) -> Iterator[date]:
    """The days after a day, or before it, nearest first: at most MOST_DAYS, none out of range."""
    start = day.toordinal()
    last = min(max(start + step * MOST_DAYS, 1), date.max.toordinal())
    return map(date.fromordinal, range(start + step, last + step, step))


def _utc(moment: datetime) -> datetime:
    return min(max(moment, _FIRST), _LAST).astimezone(UTC)
