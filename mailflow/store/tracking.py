"""What plans, status pages and digests say of a project: the database counts, not we."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, select
from sqlalchemy.orm import Session

from mailflow.store.summaries import States, in_states
from mailflow.store.tables import Event, Firing, Notice, Record

# What says nothing about a plan.
UNPLANNED = (
    "note",
    "client_said",
    "watch",
    "mute",
    "escalated",
    "spent",
    "agree",
    "priority",
    "owner",
)
# Events that change how long something took.
TIMED = ("spent", "undone")
RANKS = {"urgent": 0, "high": 1, "normal": 2, "low": 3}


def count_by_priority(
    session: Session, projects: Collection[int], states: States
) -> dict[str, int]:
    """How many records are in these states, by priority."""
    query = (
        select(Record.priority, func.count().label("n"))
        .where(Record.project_id.in_(projects), in_states(states))
        .group_by(Record.priority)
    )
    return {row.priority: row.n for row in session.execute(query)}


def most_urgent(
    session: Session, projects: Collection[int], states: States, limit: int
) -> list[int]:
    """The records in these states, the most urgent and then the first due first."""
    rank = case(RANKS, value=Record.priority, else_=2)
    query = (
        select(Record.id)
        .where(Record.project_id.in_(projects), in_states(states))
        .order_by(rank, Record.due.asc().nulls_last(), Record.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def reworked(
    session: Session, projects: Collection[int], kinds: Collection[str]
) -> tuple[int, int]:
    """How often what both sides had agreed was changed, and of how many records of these kinds."""
    query = select(func.coalesce(func.sum(Record.reworked), 0), func.count()).where(
        Record.project_id.in_(projects), Record.kind.in_(kinds), Record.reworked > 0
    )
    changes, records = session.execute(query).one()
    return int(changes), int(records)


def first_dues(session: Session, ids: Collection[int]) -> dict[int, date]:
    """The first due date that each of these records had."""
    if not ids:
        return {}
    given = Event.new["due"].as_string()
    query = (
        select(Event.record_id, given)
        .where(Event.record_id.in_(ids), given.is_not(None))
        .order_by(Event.id)
    )
    found: dict[int, date] = {}
    for record_id, day in session.execute(query):
        found.setdefault(record_id, date.fromisoformat(day))
    return found


def last_planned(
    session: Session, project_id: int, kinds: Collection[str]
) -> tuple[int, datetime] | None:
    """The last event that changed the plan: of records of these kinds. Its id, and when it was."""
    query = (
        select(func.max(Event.id))
        .join(Record, Record.id == Event.record_id)
        .where(
            Record.project_id == project_id,
            Record.kind.in_(kinds),
            Event.what.not_in(UNPLANNED),
        )
    )
    event_id = session.scalar(query)
    return (event_id, session.get_one(Event, event_id).at) if event_id is not None else None


def last_told(session: Session, keys: Collection[str]) -> dict[str, Any] | None:
    """The reason of a notice of the latest of these firings that told anybody anything."""
    query = (
        select(Notice.reasons)
        .join(Firing, Firing.input_id == Notice.input_id)
        .where(Firing.key.in_(keys))
        .order_by(Firing.due_at.desc())
        .limit(1)
    )
    reasons = session.scalar(query)
    return reasons[0] if reasons else None


def spent_between(
    session: Session,
    projects: Collection[int],
    kinds: Collection[str],
    since: datetime,
    until: datetime,
) -> list[tuple[int, int, int]]:
    """Who worked how long for which project after `since` up to `until`, on records of these kinds:
    ids of project and person, minutes; the longest first."""
    minutes = minutes_spent()
    query = (
        select(Record.project_id, Event.actor_id, minutes)
        .join(Record, Record.id == Event.record_id)
        .where(*is_time(), Event.at > since, Event.at <= until)
        .where(Record.project_id.in_(projects), Record.kind.in_(kinds))
        .group_by(Record.project_id, Event.actor_id)
        .having(minutes != 0)
        .order_by(minutes.desc(), Record.project_id, Event.actor_id)
    )
    return [
        (project, person, int(n))
        for project, person, n in session.execute(query)
        if person is not None
    ]


def minutes_spent() -> ColumnElement[int]:
    """The sum of the minutes that events added."""
    after, before = Event.new["spent"].as_integer(), Event.old["spent"].as_integer()
    return func.sum(func.coalesce(after, 0) - func.coalesce(before, 0), type_=Integer)


def is_time() -> tuple[ColumnElement[bool], ...]:
    """Which events did."""
    return (Event.what.in_(TIMED), Event.new["spent"].as_integer().is_not(None))
