"""The plan of a project, to sales: at its start and on each working day on which it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.schedule import notices
from mailflow.schedule.due import Due, Meeting, Plan, local_moment
from mailflow.snapshots.milestones import on_plan
from mailflow.store import tracking
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Project

AT, LASTS = time(16), timedelta(hours=24)
DAY = timedelta(days=1)
# What changed longer ago was told, or is no news any more.
DAYS_BACK = 60


def planned(
    directory: Directory, _meetings: Sequence[Meeting], plan: Plan, start: datetime, end: datetime
) -> Iterator[Due]:
    """Once on each working day, in the afternoon of the project's zone."""
    for project in directory.projects.values():
        zone = ZoneInfo(project.timezone)
        day, last = start.astimezone(zone).date() - DAY, end.astimezone(zone).date()
        while day <= last:
            at = local_moment(day, AT, zone)
            if start <= at < end and plan.calendar.is_working(day):
                payload = {"what": "plan", "project": project.id, "day": day.isoformat()}
                yield Due(_key(project, day), at, at + LASTS, payload)
            day += DAY


def tell(
    session: Session,
    installation: Installation,
    directory: Directory,
    payload: Mapping[str, Any],
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """The plan by the ids of those of sales who are still there."""
    project = directory.projects.get(payload["project"])
    kinds = [kind.name for kind in installation.kinds.counting_as("milestone")]
    if project is None or not kinds:
        return {}
    last = tracking.last_planned(session, project.id, kinds)
    if last is None:
        return {}
    event, at = last
    today = date.fromisoformat(payload["day"])
    if (today - at.astimezone(ZoneInfo(project.timezone)).date()).days >= DAYS_BACK:
        return {}
    days = [today - n * DAY for n in range(1, DAYS_BACK + 1)]
    told = tracking.last_told(session, [_key(project, day) for day in days])
    if told is not None and told.get("event", 0) >= event:
        return {}
    reason = {
        "reason": "plan",
        "project": project.id,
        "event": event,
        "first": told is None,
        "sections": [on_plan(session, installation.kinds, directory, project, now)],
    }
    people = [directory.persons.get(number) for number in project.sales]
    return {person.id: reason for person in people if person and person.active}


fire = notices.telling("report", tell)


def _key(project: Project, day: date) -> str:
    return f"plan:{project.key}:{day.isoformat()}"
