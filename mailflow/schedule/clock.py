"""The clock: finds what is due and fires it once, however many daemons run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Literal

from schedule import Scheduler
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailflow.schedule import SCHEDULED
from mailflow.schedule.due import WEEK, Due, Meeting, Once, Plan, still_due
from mailflow.settings.types import DAYS
from mailflow.snapshots import DirectoryCache
from mailflow.store import clock, tables
from mailflow.store import meetings as meetings_store
from mailflow.store.database import Database
from mailflow.workflow.directory import Directory

# Which firings can be forced by their key.
FORCED_BACK, FORCED_AHEAD = 4 * WEEK, 53 * WEEK
MOMENT = timedelta.resolution

Answer = Literal["fired", "happened", "unknown"]


def set_out(session: Session, now: datetime) -> datetime:
    """The moment of this installation's first run, which is `now` where there was none yet."""
    return clock.set_landmark(session, clock.FIRST_RUN, now)


def fire_due(database: Database, directories: DirectoryCache, plan: Plan, now: datetime) -> int:
    """Make inputs of all firings that are due; returns how many were fired by us.

    Raises what the database raises.
    """
    since = _first_run(database, now)
    with database.read() as session:
        directory, meetings = directories.get(session), read_meetings(session, now)
        wide = (
            due
            for scheduled in SCHEDULED.values()
            for due in scheduled.planned(
                directory, meetings, plan, now - scheduled.LASTS, now + MOMENT
            )
        )
        found = still_due(wide, since, now)
        happened = clock.happened(session, [due.key for due in found])
    waiting = [due for due in found if due.key not in happened]
    return sum(_fire(database, due, now, {"until": due.until.isoformat()}) for due in waiting)


def fire_key(
    database: Database, directories: DirectoryCache, plan: Plan, key: str, now: datetime
) -> Answer:
    """Fire one now, also before or after it is due, but not a second time.

    `unknown` is a key that nothing has from four weeks back to a year ahead.
    """
    with database.read() as session:
        if clock.happened(session, [key]):
            return "happened"
        directory = directories.get(session)
        meetings = read_meetings(session, now - FORCED_BACK)
    wide = _planned(directory, meetings, plan, now - FORCED_BACK, now + FORCED_AHEAD)
    due = next((due for due in wide if due.key == key), None)
    if due is None:
        return "unknown"
    return "fired" if _fire(database, due, now, {}) else "happened"


def upcoming(
    directory: Directory,
    meetings: Sequence[Meeting],
    plan: Plan,
    now: datetime,
    count: int,
    what: str | None = None,
) -> list[Due]:
    """The next firings after `now`, at most `count` of them and a year ahead, the first first.

    `what` are those of one scheduled mail alone.
    """
    found: list[Due] = []
    start = now + MOMENT
    while len(found) < count and start <= now + FORCED_AHEAD:
        week = _planned(directory, meetings, plan, start, start + WEEK, what)
        found += sorted(week, key=lambda due: (due.at, due.key))
        start += WEEK
    return found[:count]


def payload_of(due: Due, now: datetime) -> dict[str, Any]:
    """What the input of a firing says. "at" is its moment: `now` where it is forced early."""
    return {"key": due.key, "at": _moment(due, now).isoformat(), **due.payload}


def read_meetings(session: Session, since: datetime) -> list[Meeting]:
    """The meetings of all projects, as the plan needs them; of those called the ones from then."""
    weekly = [_meeting(row) for row in clock.meetings(session)]
    return weekly + [_called(row) for row in meetings_store.called_since(session, since)]


class Metronome:
    """Calls a function every so many seconds, from within a loop of the caller's."""

    def __init__(self) -> None:
        self._scheduler = Scheduler()
        self._seconds = 0

    def every(self, seconds: int, work: Callable[[], object]) -> None:
        """Call this from now on, in place of what was called before."""
        self._seconds = seconds
        self._scheduler.clear()
        self._scheduler.every(seconds).seconds.do(work)

    def tick(self) -> None:
        """Call it if it is time. What it raises is passed on, and the next tick calls it again."""
        idle = self._scheduler.idle_seconds
        if idle is not None and idle > self._seconds:
            # The library counts in local time: when summer time ends it would be still for an hour.
            self._scheduler.run_all()
        else:
            self._scheduler.run_pending()


def _planned(
    directory: Directory,
    meetings: Sequence[Meeting],
    plan: Plan,
    start: datetime,
    end: datetime,
    what: str | None = None,
) -> Iterator[Due]:
    for name, scheduled in SCHEDULED.items():
        if what in (None, name):
            yield from scheduled.planned(directory, meetings, plan, start, end)


def _first_run(database: Database, now: datetime) -> datetime:
    """As set_out, without a lock where it is known: it is asked at every tick."""
    with database.read() as session:
        found = clock.landmark(session, clock.FIRST_RUN)
    if found is not None:
        return found
    with database.write() as session:
        return set_out(session, now)


def _fire(database: Database, due: Due, now: datetime, more: dict[str, Any]) -> bool:
    """Make the input of a firing; False where another daemon was faster."""
    payload = payload_of(due, now) | more
    try:
        with database.write() as session:
            clock.fire(session, due.key, _moment(due, now), payload, now)
    except IntegrityError:
        with database.read() as session:
            if not clock.happened(session, [due.key]):
                raise
        return False
    return True


def _moment(due: Due, now: datetime) -> datetime:
    return min(due.at, now)


def _meeting(row: tables.Meeting) -> Meeting:
    return Meeting(
        project=row.project_id,
        name=row.name,
        weekday=DAYS.index(row.day),
        at=time.fromisoformat(row.at.zfill(5)),
        minutes=row.minutes,
        place=row.place,
    )


def _called(row: tables.Sitting) -> Meeting:
    return Meeting(
        project=row.project_id,
        name=row.name,
        weekday=row.starts.weekday(),
        at=row.starts.time(),
        minutes=int((row.ends - row.starts).total_seconds()) // 60,
        place=row.place,
        once=Once(row.key, row.starts, row.called_at or row.starts),
    )
