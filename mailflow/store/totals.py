"""What reports count, over all records of some projects: the database counts, not we."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from mailflow.store.summaries import LIMIT, States, in_states
from mailflow.store.tables import Event, Record
from mailflow.store.tracking import RANKS, is_time, minutes_spent


def spent_by_record(
    session: Session, projects: Collection[int], kinds: Collection[str]
) -> list[tuple[int, int, int]]:
    """Who worked how long on what: ids of person and record, minutes; the longest first."""
    minutes = minutes_spent()
    query = (
        select(Event.actor_id, Event.record_id, minutes)
        .join(Record, Record.id == Event.record_id)
        .where(*is_time(), Record.project_id.in_(projects), Record.kind.in_(kinds))
        .group_by(Event.actor_id, Event.record_id)
        .having(minutes != 0)
        .order_by(minutes.desc(), Event.record_id)
        .limit(LIMIT)
    )
    return [
        (person, record, int(n))
        for person, record, n in session.execute(query)
        if person is not None
    ]


def open_by_owner(
    session: Session, projects: Collection[int], states: States, today: date
) -> list[tuple[int, int, int, int, datetime]]:
    """For each owner how many records are in these states, how many of them are urgent or high,
    how many late, and since when the oldest is open; who has most comes first."""
    pressing = func.sum(case((Record.priority.in_(("urgent", "high")), 1), else_=0))
    late = func.sum(case((Record.due < today, 1), else_=0))
    query = (
        select(Record.owner_id, func.count(), pressing, late, func.min(Record.created_at))
        .where(Record.project_id.in_(projects), in_states(states))
        .group_by(Record.owner_id)
        .order_by(func.count().desc(), Record.owner_id)
    )
    return [(owner, n, int(p), int(d), oldest) for owner, n, p, d, oldest in session.execute(query)]


def open_by_age(
    session: Session, projects: Collection[int], states: States, bounds: Sequence[datetime]
) -> list[tuple[str, int, list[int], datetime]]:
    """For each priority how many records are in these states, how many of them were opened after
    each of these moments, and since when the oldest is open."""
    ages = [func.sum(case((Record.created_at > bound, 1), else_=0)) for bound in bounds]
    rank = case(RANKS, value=Record.priority, else_=2)
    query = (
        select(Record.priority, func.count(), func.min(Record.created_at), *ages)
        .where(Record.project_id.in_(projects), in_states(states))
        .group_by(Record.priority)
        .order_by(func.min(rank))
    )
    return [
        (p, n, [int(a) for a in younger], old) for p, n, old, *younger in session.execute(query)
    ]


def count_by_client(
    session: Session, projects: Collection[int], kinds: Collection[str]
) -> list[tuple[int | None, str, str, int]]:
    """How many records of these kinds each client has in each state: id of the client, kind, state,
    number; each client's largest number first."""
    query = (
        select(Record.client_id, Record.kind, Record.state, func.count())
        .where(Record.project_id.in_(projects), Record.kind.in_(kinds))
        .group_by(Record.client_id, Record.kind, Record.state)
        .order_by(Record.client_id.asc().nulls_last(), func.count().desc(), Record.state)
    )
    return [(client, kind, state, n) for client, kind, state, n in session.execute(query)]


def settled(
    session: Session, projects: Collection[int], states: States
) -> list[tuple[int, datetime, datetime]]:
    """The records that were settled into these states: id, when opened, when settled; the last one
    first."""
    query = (
        select(Record.id, Record.created_at, Record.settled_at)
        .where(Record.project_id.in_(projects), in_states(states), Record.settled_at.is_not(None))
        .order_by(Record.settled_at.desc(), Record.id)
        .limit(LIMIT)
    )
    rows = session.execute(query)
    return [(n, opened, done) for n, opened, done in rows if done is not None]


def answered(
    session: Session, projects: Collection[int], states: States, since: datetime, limit: int
) -> list[tuple[str, str, int, datetime, datetime | None, datetime | None]]:
    """When records opened after `since` were opened, answered and settled, the newest first; with
    kind, priority and id of the project."""
    query = (
        select(
            Record.kind,
            Record.priority,
            Record.project_id,
            Record.created_at,
            Record.answered_at,
            Record.settled_at,
        )
        .where(Record.project_id.in_(projects), in_states(states), Record.created_at > since)
        .order_by(Record.id.desc())
        .limit(limit)
    )
    return [(k, p, n, new, first, done) for k, p, n, new, first, done in session.execute(query)]


def most_reworked(
    session: Session, projects: Collection[int], kinds: Collection[str]
) -> list[tuple[int, int]]:
    """The records that were changed after both sides had agreed, and how often, most first."""
    query = (
        select(Record.id, Record.reworked)
        .where(Record.project_id.in_(projects), Record.kind.in_(kinds), Record.reworked > 0)
        .order_by(Record.reworked.desc(), Record.id)
        .limit(LIMIT)
    )
    return [(n, times) for n, times in session.execute(query)]
