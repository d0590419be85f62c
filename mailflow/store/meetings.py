"""Meetings as they take place: their points, who comes, and what their minutes opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailflow.store import records
from mailflow.store.tables import Attendance, Event, Meeting, Point, Project, Sitting, Text

# Nobody talks about more.
MOST_POINTS = 100
MOST_OPENED = 200


class NewPoint(NamedTuple):
    """What somebody (an id) wants to talk about; `decides` where something is to be decided."""

    person: int
    text: str
    decides: bool


def by_key(session: Session, key: str) -> Sitting | None:
    """The sitting of an agenda's firing."""
    return session.scalar(select(Sitting).where(Sitting.key == key))


def by_uid(session: Session, uid: str) -> Sitting | None:
    """The sitting whose calendar object has this UID."""
    return session.scalar(select(Sitting).where(Sitting.uid == uid))


def next_sitting(session: Session, project_id: int, now: datetime) -> Sitting | None:
    """The first one of a project that is still to begin, as far as it is announced already."""
    query = (
        select(Sitting)
        .where(Sitting.project_id == project_id, Sitting.starts > now, ~Sitting.cancelled)
        .order_by(Sitting.starts, Sitting.id)
        .limit(1)
    )
    return session.scalar(query)


def weekly(session: Session, project_id: int) -> list[Meeting]:
    """The weekly meetings of a project, in their order."""
    query = select(Meeting).where(Meeting.project_id == project_id).order_by(Meeting.position)
    return list(session.scalars(query))


def called_since(session: Session, since: datetime) -> list[Sitting]:
    """Those that somebody called, of all active projects, that begin from then on."""
    query = (
        select(Sitting)
        .where(
            Sitting.project_id.in_(select(Project.id).where(Project.active)),
            Sitting.starts >= since,
            Sitting.called_by.is_not(None),
            ~Sitting.cancelled,
        )
        .order_by(Sitting.project_id, Sitting.starts, Sitting.id)
    )
    return list(session.scalars(query))


def add_points(
    session: Session,
    project_id: int,
    sitting_id: int | None,
    points: Iterable[NewPoint],
    input_id: int,
) -> list[Point]:
    """Write points; without a sitting they wait for the project's next one."""
    made = [
        Point(
            project_id=project_id,
            sitting_id=sitting_id,
            person_id=point.person,
            text_id=records.add_text(session, point.text),
            decides=point.decides,
            input_id=input_id,
        )
        for point in points
    ]
    session.add_all(made)
    session.flush()
    return made


def made_by(session: Session, input_id: int, person_id: int) -> list[Point]:
    """The points that somebody's mail put forward."""
    query = select(Point).where(Point.input_id == input_id, Point.person_id == person_id)
    return list(session.scalars(query.order_by(Point.id)))


def take_waiting(session: Session, sitting: Sitting) -> None:
    """Give the project's waiting points to this sitting."""
    session.execute(
        update(Point)
        .where(Point.project_id == sitting.project_id, Point.sitting_id.is_(None))
        .values(sitting_id=sitting.id)
    )


def points(session: Session, project_id: int, sitting_id: int | None) -> list[Point]:
    """The points of a sitting, else those that wait in the project; what is to be decided first."""
    query = (
        select(Point)
        .where(Point.project_id == project_id, Point.sitting_id == sitting_id)
        .order_by(Point.decides.desc(), Point.id)
        .limit(MOST_POINTS)
    )
    return list(session.scalars(query))


def texts(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The texts with these ids."""
    query = select(Text.id, Text.body).where(Text.id.in_(ids))
    return {row.id: row.body for row in session.execute(query)} if ids else {}


def answer(session: Session, sitting_id: int, person_id: int, said: str, input_id: int) -> None:
    """Note that somebody accepted, declined or is tentative; the last answer counts."""
    row = session.get(Attendance, (sitting_id, person_id))
    if row is None:
        row = Attendance(sitting_id=sitting_id, person_id=person_id)
        session.add(row)
    row.answer, row.input_id = said, input_id
    session.flush()


def answers(session: Session, sitting_id: int) -> dict[int, str]:
    """What persons (ids) answered to the invitation."""
    query = select(Attendance).where(Attendance.sitting_id == sitting_id)
    return {row.person_id: row.answer for row in session.scalars(query)}


def promised(session: Session, project_id: int, before: datetime) -> list[int]:
    """The records that the project's last minutes of a meeting before then opened."""
    query = (
        select(Sitting)
        .where(
            Sitting.project_id == project_id,
            Sitting.starts < before,
            Sitting.minutes_id.is_not(None),
        )
        .order_by(Sitting.starts.desc(), Sitting.id.desc())
        .limit(1)
    )
    last = session.scalar(query)
    return opened_by(session, [last.minutes_id, *last.additions]) if last else []


def opened_by(session: Session, input_ids: Sequence[int | None]) -> list[int]:
    """The records that these inputs opened, in order."""
    query = (
        select(Event.record_id, Event.what)
        .where(Event.input_id.in_([n for n in input_ids if n]))
        .order_by(Event.id)
    )
    # The database would rather go through all that was ever opened.
    found = (row.record_id for row in session.execute(query) if row.what == "opened")
    return list(islice(found, MOST_OPENED))
