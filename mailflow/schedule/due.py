"""Which moments of the clock are due. Pure: the time and all else is handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailflow.workflow.worktime import WorkCalendar

WEEK = timedelta(weeks=1)
_MINUTE = timedelta(minutes=1)
# A local time that a zone leaves out is moved on, at most over one day (Samoa left out one).
_SLACK = timedelta(days=2)
_NOT_A_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Plan:
    """When scheduled mails are due. `digest_day` is 0 for Monday; with 0 hours there is no agenda.

    The digest's time is one of the reader's zone; the hours are counted back from a meeting.
    Reminders come in the calendar's working hours; `escalates_in` is the zone in which somebody is
    told of what stays late, None where nobody is. `digest_empty` sends one also where nothing is in
    it. `coordinator` is the address of whoever hears of what could not be handled.
    """

    digest_day: int
    digest_at: time
    agenda_hours_before: int
    calendar: WorkCalendar
    escalates_in: str | None = None
    digest_empty: bool = False
    coordinator: str = ""


@dataclass(frozen=True, slots=True)
class Once:
    """When a meeting is that somebody called, and when they did; the key of its agenda."""

    key: str
    starts: datetime
    called_at: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """A weekly meeting of a project, in the project's zone; `weekday` is 0 for Monday.

    One with `once` takes place only then.
    """

    project: int
    name: str
    weekday: int
    at: time
    minutes: int
    place: str = ""
    once: Once | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A firing: due from `at` on, and no longer from `until` on (moments in UTC).

    `payload` is JSON; it has the key "what", the name of the scheduled mail.
    """

    key: str
    at: datetime
    until: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (in UTC) of a local time.

    Of two the first; where clocks skip that time, the moment after the gap (to the minute).
    """
    local = datetime.combine(day, at, tzinfo=zone)
    while not _exists(local, zone):
        local += _MINUTE
    return local.astimezone(UTC)


def days(weekday: int, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """All days of that weekday with a moment between two, and some of those just before."""
    last = end.astimezone(zone).date()
    day = (start - _SLACK).astimezone(zone).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    while day <= last:
        yield day
        day += WEEK


def working_hours(
    calendar: WorkCalendar, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[date, datetime, datetime]]:
    """The working days that begin from `start` on and before `end`, each with its hours."""
    day = (start - timedelta(days=1)).astimezone(zone).date()
    last = end.astimezone(zone).date()
    while day <= last:
        begin, until = (local_moment(day, at, zone) for at in calendar.working_hours)
        if start <= begin < end and calendar.is_working(day):
            yield day, begin, until
        day += timedelta(days=1)


def week_of(day: date) -> str:
    """The ISO 8601 week of a day, such as 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def slugs(meetings: Sequence[Meeting]) -> list[str]:
    """For each meeting the word that stands for it in a key; no two of a project are alike."""
    taken: set[tuple[int, str]] = set()
    found = []
    for position, meeting in enumerate(meetings, start=1):
        slug = _NOT_A_WORD.sub("-", meeting.name.casefold()).strip("-") or "meeting"
        if (meeting.project, slug) in taken:
            slug = f"{slug}-{position}"
        taken.add((meeting.project, slug))
        found.append(slug)
    return found


def still_due(planned: Iterable[Due], since: datetime, now: datetime) -> list[Due]:
    """Those that are due now, and became due when this installation ran already."""
    found = [due for due in planned if since <= due.at <= now < due.until]
    return sorted(found, key=lambda due: (due.at, due.key))


def is_over(payload: Mapping[str, Any], now: datetime) -> bool:
    """Whether a firing's input is handled too late to be of use; one that was forced never is."""
    until = payload.get("until")
    return until is not None and now >= datetime.fromisoformat(until)


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    there_and_back = local.astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None, fold=0) == local.replace(tzinfo=None)
