"""Norms: by when a kind is answered and solved, and how far a reminder has come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from mailflow.workflow.kinds import Kind
from mailflow.workflow.worktime import WorkCalendar

# soon and due: the owner is reminded; missed: the coordinator is told; escalated: escalation.to is.
Stage = Literal["soon", "due", "missed", "escalated"]
Norm = Literal["answer", "solve"]
NORMAL = "normal"

# Working days after the due date from which on a stage is reached.
STAGE_DAYS: tuple[tuple[Stage, int], ...] = (
    ("soon", -1),
    ("due", 1),
    ("missed", 3),
    ("escalated", 10),
)
# Working hours: before the norm's end, and after it.
SOON_HOURS = 2
LATE_HOURS: tuple[tuple[Stage, int], ...] = (("missed", 8), ("escalated", 40))


def hours_of(kind: Kind, priority: str, which: Norm) -> float | None:
    """The working hours that a kind gives a priority, None where it has no such norm."""
    hours = kind.answer_hours if which == "answer" else kind.solve_hours
    return hours.get(priority, hours.get(NORMAL))


def answer_by(
    kind: Kind, priority: str, opened: datetime, calendar: WorkCalendar, zone: ZoneInfo
) -> datetime | None:
    """By when (UTC) a record is to be answered first, None without a norm."""
    return _by(hours_of(kind, priority, "answer"), opened, calendar, zone)


def solve_by(
    kind: Kind, priority: str, opened: datetime, calendar: WorkCalendar, zone: ZoneInfo
) -> datetime | None:
    """By when (UTC) a record is to be solved, None without a norm."""
    return _by(hours_of(kind, priority, "solve"), opened, calendar, zone)


def stages(due: date | None, today: date, calendar: WorkCalendar) -> tuple[Stage, ...]:
    """The stages that a due date has reached, in their order; none without a due date."""
    if due is None:
        return ()
    return tuple(stage for stage, days in STAGE_DAYS if today >= calendar.add_days(due, days))


def norm_stages(
    by: datetime | None,
    done: datetime | None,
    now: datetime,
    calendar: WorkCalendar,
    zone: ZoneInfo,
) -> tuple[Stage, ...]:
    """The stages that a norm has reached, in their order; none without one or once it is done."""
    if by is None or done is not None or calendar.add_hours(now, SOON_HOURS, zone) < by:
        return ()
    if now <= by:
        return ("soon",)
    late = (stage for stage, hours in LATE_HOURS if now >= calendar.add_hours(by, hours, zone))
    return ("soon", "due", *late)


def _by(
    hours: float | None, opened: datetime, calendar: WorkCalendar, zone: ZoneInfo
) -> datetime | None:
    return None if hours is None else calendar.add_hours(opened, hours, zone)
