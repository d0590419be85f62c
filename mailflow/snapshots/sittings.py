"""Meetings as the reasons of notices hold them: JSON, with ids of persons and texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.store import meetings
from mailflow.store.meetings import NewPoint
from mailflow.store.tables import Point, Sitting
from mailflow.workflow.directory import Directory
from mailflow.workflow.meetings import DAYS, Topic, next_weekly
from mailflow.workflow.model import Project
from mailflow.workflow.requests import Told


@dataclass(frozen=True, slots=True)
class Next:
    """The meeting that a project has next: announced already, or a weekly one that is not yet."""

    sitting: Sitting | None = None
    name: str = ""
    starts: datetime | None = None


def next_meeting(session: Session, project: Project, now: datetime) -> Next:
    """The first one that is still to begin; nothing where none is planned."""
    zone = ZoneInfo(project.timezone)
    sitting = meetings.next_sitting(session, project.id, now)
    weekly = [
        (next_weekly(DAYS.index(row.day), time.fromisoformat(row.at.zfill(5)), now, zone), row.name)
        for row in meetings.weekly(session, project.id)
    ]
    starts, name = min(weekly, default=(None, ""))
    if sitting is not None and (starts is None or sitting.starts <= starts):
        return Next(sitting, sitting.name, sitting.starts)
    return Next(None, name, starts)


def add_topics(
    session: Session, project: Project, person: int, topics: Iterable[Topic], at: Next, cause: int
) -> list[Point]:
    """Write what somebody wants to talk about; `cause` is the input's id."""
    new = [NewPoint(person, topic.text, topic.decides) for topic in topics]
    sitting = at.sitting.id if at.sitting else None
    return meetings.add_points(session, project.id, sitting, new, cause)


def told_of_points(
    session: Session,
    directory: Directory,
    project: Project,
    person: int,
    made: Sequence[Point],
    at: Next,
    reason_name: str = "points",
) -> list[Told]:
    """Their author is told where and when; all others, too, where the agenda is out already. With
    the reason "points_gone" they are told that it was taken back."""
    reason: dict[str, Any] = {
        "project": project.id,
        "meeting": at.name,
        "starts": at.starts.isoformat() if at.starts else None,
        **(as_reason(session, at.sitting) if at.sitting else {}),
        "reason": reason_name,
        "points": as_points(made),
    }
    others = everybody(directory, project) if at.sitting else []
    notices = [Told(other, "notice", reason) for other in others if other != person]
    return [Told(person, "receipt", reason), *notices]


def as_reason(session: Session, sitting: Sitting) -> dict[str, Any]:
    """When and where it is, and what was answered to its invitation so far."""
    return {
        "sitting": sitting.id,
        "project": sitting.project_id,
        "meeting": sitting.name,
        "place": sitting.place,
        "starts": sitting.starts.isoformat(),
        "ends": sitting.ends.isoformat(),
        "uid": sitting.uid,
        "by": sitting.called_by,
        "answers": _answers(meetings.answers(session, sitting.id)),
    }


def as_points(points: Iterable[Point]) -> list[dict[str, Any]]:
    """Points by the ids of their texts and authors."""
    return [{"text": p.text_id, "person": p.person_id, "decides": p.decides} for p in points]


def everybody(directory: Directory, project: Project) -> list[int]:
    """The ids of all of a project who are still there."""
    people = (directory.persons.get(number) for number in project.participants)
    return [person.id for person in people if person is not None and person.active]


def _answers(said: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for person, answer in sorted(said.items()):
        found.setdefault(answer, []).append(person)
    return found
