"""The days that a due date can mean, counted from a given day. Weeks begin on Monday (ISO 8601)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

FRIDAY, SUNDAY = 4, 6
_MOST = 1_000


def monday_of(today: date, weeks: int = 0) -> date:
    """The Monday of today's week, or of the one that many weeks on."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def coming_weekday(today: date, weekday: int) -> date:
    """The next such weekday from tomorrow on; Monday is 0."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def after(today: date, number: int, unit: str) -> date | None:
    """That many units on; None beyond a thousand. A workday is none of a weekend."""
    if number > _MOST:
        return None
    if unit == "day":
        return today + timedelta(days=number)
    if unit == "workday":
        return _workdays_on(today, number)
    if unit == "week":
        return today + timedelta(weeks=number)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return months_on(today, months * number)


def _workdays_on(today: date, number: int) -> date:
    day = today
    while number:
        day += timedelta(days=1)
        number -= day.weekday() <= FRIDAY
    return day


def months_on(today: date, months: int) -> date:
    """The same day that many months on, or the last one of a shorter month."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def end_of(today: date, unit: str, step: int = 0) -> date | None:
    """The last day of the current unit, or of the one `step` units on; the next working day.

    The end of a week is its Friday (its Sunday where that Friday is over).
    """
    if unit == "week":
        return week_end(monday_of(today, step), today)
    if unit == "month":
        return month_end(months_on(today.replace(day=1), step))
    if unit == "quarter":
        first = today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1)
        return month_end(months_on(first, 2 + 3 * step))
    if unit == "year":
        return date(today.year + step, 12, 31)
    return _workdays_on(today, step) if unit == "workday" and step else None


def week_end(monday: date, today: date) -> date:
    """The Friday of the week, or its Sunday where that Friday is over."""
    friday = monday + timedelta(days=FRIDAY)
    return friday if friday >= today else monday + timedelta(days=SUNDAY)


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def coming_month_end(today: date, month: int) -> date:
    """The last day of that month, of this year or the next."""
    found = month_end(date(today.year, month, 1))
    return found if found >= today else month_end(date(today.year + 1, month, 1))


def coming_date(today: date, month: int, day: int) -> date:
    """That day of this year, or of the next one that has it if it is over.

    Raises ValueError where no year has such a day.
    """
    for year in range(today.year, today.year + 9):
        if 0 < day <= monthrange(year, month)[1] and date(year, month, day) >= today:
            return date(year, month, day)
    raise ValueError(day)


def coming_day(today: date, day: int) -> date | None:
    """The next such day of a month, today included."""
    for step in range(3):
        first = months_on(today.replace(day=1), step)
        if 0 < day <= monthrange(first.year, first.month)[1] and first.replace(day=day) >= today:
            return first.replace(day=day)
    return None


def week_of(today: date, week: int, year: int | None) -> date:
    """The Monday of an ISO week of that year, else of the next such week that is not over.

    Raises ValueError where the year has no such week.
    """
    if year is not None:
        return date.fromisocalendar(year, week, 1)
    found = date.fromisocalendar(today.isocalendar().year, week, 1)
    if found + timedelta(days=SUNDAY) >= today:
        return found
    return date.fromisocalendar(today.isocalendar().year + 1, week, 1)
