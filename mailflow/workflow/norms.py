"""Norms: by when a kind is answered and solved, and how far a reminder has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Record
from mailflow.workflow.worktime import WorkCalendar

# soon and due: the owner is reminded; missed: the coordinator is told; escalated: escalation.to is.
Stage = Literal["soon", "due", "missed", "escalated"]
Norm = Literal["answer", "solve"]
What = Literal["due", "answer", "solve"]
NORMAL = "normal"

# Working days after the due date from which on a stage is reached.
STAGE_DAYS: tuple[tuple[Stage, int], ...] = (
    ("soon", -1),
    ("due", 1),
    ("missed", 3),
    ("escalated", 10),
)
# Working hours after a norm's end.
LATE_HOURS: tuple[tuple[Stage, int], ...] = (("missed", 8), ("escalated", 40))


def hours_of(kind: Kind, priority: str, which: Norm) -> float | None:
    """The working hours that a kind gives a priority, None where it has no such norm."""
    hours = kind.answer_hours if which == "answer" else kind.solve_hours
    return hours.get(priority, hours.get(NORMAL))


def stages(due: date | None, today: date, calendar: WorkCalendar) -> tuple[Stage, ...]:
    """The stages that a due date has reached, in their order; none without a due date."""
    if due is None:
        return ()
    return tuple(stage for stage, days in STAGE_DAYS if today >= calendar.add_days(due, days))


def norm_stages(
    by: datetime | None,
    done: datetime | None,
    now: datetime,
    soon: datetime,
    calendar: WorkCalendar,
    zone: ZoneInfo,
) -> tuple[Stage, ...]:
    """The stages that a norm has reached, in their order; none without one or once it is done.

    What ends up to the moment `soon` ends soon.
    """
    if by is None or done is not None or by > max(soon, now):
        return ()
    if now <= by:
        return ("soon",)
    late = (stage for stage, hours in LATE_HOURS if now >= calendar.add_hours(by, hours, zone))
    return ("soon", "due", *late)


@dataclass(frozen=True, slots=True)
class Term:
    """What a record was to be by when: its due date, its first answer, its solution.

    `day` is the last one in time, in its project's zone, `by` the moment (UTC) of a norm.
    """

    what: What
    day: date
    stages: tuple[Stage, ...]
    days_late: int
    by: datetime | None = None

    @property
    def mark(self) -> str:
        """What tells this term from others of the record, and from itself where it moved."""
        return f"{self.what} {self.day.isoformat()}"


def terms(
    record: Record,
    kind: Kind,
    now: datetime,
    soon: datetime,
    calendar: WorkCalendar,
    zone: ZoneInfo,
    reopened: datetime | None = None,
) -> tuple[Term, ...]:
    """The terms of an open record that have reached a stage; nobody has to answer themself.

    To solve what was reopened there is time from then on.
    """
    today, opened = now.astimezone(zone).date(), record.opened_at or now
    found: list[Term] = []
    reached = stages(record.due, today, calendar)
    if record.due is not None and reached:
        found.append(Term("due", record.due, reached, (today - record.due).days))
    answered = opened if record.owner == record.reporter else record.answered_at
    norms: tuple[tuple[Norm, datetime, datetime | None], ...] = (
        ("answer", opened, answered),
        ("solve", reopened or opened, record.settled_at),
    )
    for what, since, done in norms:
        hours = hours_of(kind, record.priority, what)
        by = None if hours is None else calendar.add_hours(since, hours, zone)
        reached = norm_stages(by, done, now, soon, calendar, zone)
        if by is not None and reached:
            day = by.astimezone(zone).date()
            found.append(Term(what, day, reached, (today - day).days, by))
    return tuple(found)
