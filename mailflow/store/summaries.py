"""Which records a summary (digest, agenda) is about: ids, each query bounded and on an index."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from mailflow.store.tables import Event, Record, Watcher

# Nobody reads more; what is most urgent comes first.
LIMIT = 200

# For each kind the states that are asked for.
States = Mapping[str, Collection[str]]


def owned(session: Session, person_id: int, states: States) -> list[int]:
    """The records that somebody owns and that are in one of these states, the first due first."""
    query = (
        select(Record.id)
        .where(Record.owner_id == person_id, in_states(states))
        .order_by(Record.due.asc().nulls_last(), Record.id)
        .limit(LIMIT)
    )
    return list(session.scalars(query))


def in_projects(
    session: Session,
    project_ids: Collection[int],
    states: States,
    due_by: date | None = None,
) -> list[int]:
    """The records of these projects in one of these states: the oldest first.

    With `due_by` only those that are due by then, the first due first.
    """
    if not (project_ids and states):
        return []
    query = select(Record.id).where(Record.project_id.in_(project_ids), in_states(states))
    if due_by is not None:
        query = query.where(Record.due <= due_by).order_by(Record.due)
    return list(session.scalars(query.order_by(Record.id).limit(LIMIT)))


def unrouted(session: Session, project_ids: Collection[int], states: States) -> list[int]:
    """The records in one of these states that no route fitted and for which nobody was named."""
    query = (
        select(Record.id)
        .where(
            Record.project_id.in_(project_ids),
            in_states(states),
            Record.why["rule"].as_string() == "coordinator",
        )
        .order_by(Record.id)
        .limit(LIMIT)
    )
    return list(session.scalars(query)) if project_ids and states else []


def changed_for(
    session: Session,
    person_id: int,
    project_ids: Collection[int],
    since: datetime,
    until: datetime,
) -> dict[int, list[Event]]:
    """What happened after `since` up to `until` to records of these projects and to one's own."""
    watched = exists().where(Watcher.record_id == Record.id, Watcher.person_id == person_id)
    concerns = or_(
        Record.project_id.in_(project_ids),
        Record.owner_id == person_id,
        Record.reporter_id == person_id,
        watched,
    )
    return _changed(session, concerns, since, until)


def changed_in(
    session: Session, project_id: int, since: datetime, until: datetime
) -> dict[int, list[Event]]:
    """What happened in a project after `since` up to `until`."""
    # The sum keeps SQLite from walking through all records that the project ever had.
    return _changed(session, Record.project_id + 0 == project_id, since, until)


def _changed(
    session: Session, concerns: ColumnElement[bool], since: datetime, until: datetime
) -> dict[int, list[Event]]:
    """For each record its events, oldest first; the record that changed last comes first."""
    lately = (Event.at > since, Event.at <= until)
    latest = (
        select(Event.record_id)
        .join(Record, Record.id == Event.record_id)
        .where(*lately, concerns)
        .group_by(Event.record_id)
        .order_by(func.max(Event.id).desc())
        .limit(LIMIT)
    )
    ids: Sequence[int] = session.scalars(latest).all()
    found: dict[int, list[Event]] = {record_id: [] for record_id in ids}
    events = select(Event).where(Event.record_id.in_(ids), *lately).order_by(Event.id)
    for event in session.scalars(events):
        found[event.record_id].append(event)
    return found


def in_states(states: States) -> ColumnElement[bool]:
    """Kind and state as the index has them, then exactly: a state belongs to its kind."""
    names = sorted({name for some in states.values() for name in some})
    each = (
        and_(Record.kind == kind, Record.state.in_(sorted(some))) for kind, some in states.items()
    )
    return and_(Record.kind.in_(list(states)), Record.state.in_(names), or_(false(), *each))
