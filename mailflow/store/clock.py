"""What the clock asks and writes: the first run, the meetings there are, what was fired."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailflow.store.tables import Firing, Input, Landmark, Meeting, Project

FIRST_RUN = "first_run"


def set_landmark(session: Session, name: str, now: datetime) -> datetime:
    """Note a moment in the life of this installation; the first one to be noted stays."""
    found = landmark(session, name)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            session.add(Landmark(name=name, at=now))
    except IntegrityError:
        # another daemon was faster between the two statements
        return landmark(session, name) or now
    return now


def landmark(session: Session, name: str) -> datetime | None:
    return session.scalar(select(Landmark.at).where(Landmark.name == name))


def first_in_a_day(session: Session, name: str, now: datetime) -> bool:
    """Whether a landmark was not noted within the last day; notes it."""
    found = session.get(Landmark, name)
    if found is not None and timedelta(0) <= now - found.at < timedelta(days=1):
        return False
    session.merge(Landmark(name=name, at=now))
    return True


def meetings(session: Session) -> list[Meeting]:
    """The meetings of all projects that are active, each project's in their order."""
    query = select(Meeting).join(Project).where(Project.active)
    return list(session.scalars(query.order_by(Meeting.project_id, Meeting.position)))


def happened(session: Session, keys: Iterable[str]) -> set[str]:
    """Those of the keys that were fired already."""
    return set(session.scalars(select(Firing.key).where(Firing.key.in_(list(keys)))))


def last_moment(session: Session, keys: Iterable[str]) -> datetime | None:
    """The moment of the latest of these firings; None where none of them happened."""
    query = select(Firing.due_at).where(Firing.key.in_(list(keys)))
    return session.scalar(query.order_by(Firing.due_at.desc()).limit(1))


def fire(
    session: Session, key: str, moment: datetime, payload: dict[str, Any], now: datetime
) -> Input:
    """A firing and the input that it is.

    Raises sqlalchemy.exc.IntegrityError where somebody else fired this key.
    """
    taken = Input(kind="firing", taken_at=now, payload=payload)
    session.add(taken)
    session.flush()
    session.add(Firing(key=key, due_at=moment, input_id=taken.id))
    session.flush()
    return taken
