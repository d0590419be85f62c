"""What reminders ask and note: which records end soon, which questions wait, what was told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mailflow.store.summaries import LIMIT, States, in_states
from mailflow.store.tables import (
    Address,
    Event,
    Notice,
    Outgoing,
    Person,
    Question,
    Record,
    Reminded,
)


@dataclass(frozen=True, slots=True)
class Told:
    """That a stage of a record's lateness was told (see Reminded)."""

    record: int
    stage: str
    mark: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that nobody answered yet, and the mail that asked it."""

    question: int
    asked_at: datetime
    outgoing: int


def owned(session: Session, owners: Collection[int], states: States, due_by: date) -> list[int]:
    """The records of these owners in one of these states that are due by then."""
    return _due(session, Record.owner_id.in_(owners), states, due_by) if owners else []


def owned_since(session: Session, owners: Collection[int], states: States) -> list[int]:
    """The records of these owners in one of these states, the newest first."""
    return _newest(session, Record.owner_id.in_(owners), states) if owners else []


def in_project(session: Session, project: int, states: States, due_by: date) -> list[int]:
    """The records of a project in one of these states that are due by then."""
    return _due(session, Record.project_id == project, states, due_by)


def in_project_since(session: Session, project: int, states: States) -> list[int]:
    """The records of a project in one of these states, the newest first."""
    return _newest(session, Record.project_id == project, states)


def _due(session: Session, whose: ColumnElement[bool], states: States, due_by: date) -> list[int]:
    """The latest due dates come first: what was late long ago has been told."""
    if not states:
        return []
    query = select(Record.id).where(whose, in_states(states), Record.due <= due_by)
    return list(session.scalars(query.order_by(Record.due.desc(), Record.id).limit(LIMIT)))


def _newest(session: Session, whose: ColumnElement[bool], states: States) -> list[int]:
    if not states:
        return []
    query = select(Record.id).where(whose, in_states(states))
    return list(session.scalars(query.order_by(Record.id.desc()).limit(LIMIT)))


# What is asked by a question (see Question).
ASKED = ("believe", "client", "confirm", "form", "record", "triage")


def questions(session: Session, person: int, asked_by: datetime) -> list[Waiting]:
    """The questions to a person that wait since then or longer, the oldest first."""
    query = (
        select(Question.id, Question.asked_at, func.max(Notice.outgoing_id))
        .join(Notice, Notice.question_id == Question.id)
        .join(Outgoing, Outgoing.id == Notice.outgoing_id)
        .where(
            Question.person_id == person,
            Question.kind.in_(ASKED),
            Question.answered_at.is_(None),
            Question.asked_at <= asked_by,
            Outgoing.person_id == person,
        )
        .group_by(Question.id, Question.asked_at)
        .order_by(Question.id)
        .limit(LIMIT)
    )
    found = session.execute(query)
    return [Waiting(asked, at, mail) for asked, at, mail in found if mail is not None]


def told(session: Session, records: Collection[int]) -> set[Told]:
    """What was told of these records."""
    if not records:
        return set()
    query = select(Reminded.record_id, Reminded.stage, Reminded.mark)
    rows = session.execute(query.where(Reminded.record_id.in_(list(records))))
    return {Told(*row) for row in rows}


def reopened(session: Session, records: Collection[int]) -> dict[int, datetime]:
    """When those of these records that were settled once were reopened the last time."""
    if not records:
        return {}
    query = (
        select(Event.record_id, func.max(Event.at).label("at"))
        .where(
            Event.record_id.in_(records),
            Event.old["settled_at"].as_string().is_not(None),
        )
        .group_by(Event.record_id)
    )
    return {row.record_id: row.at for row in session.execute(query)}


def note(session: Session, told: Iterable[Told], input_id: int) -> None:
    """Note what an input tells."""
    session.add_all(
        Reminded(record_id=one.record, stage=one.stage, mark=one.mark, input_id=input_id)
        for one in told
    )


def addressee(session: Session, address: str) -> Person | None:
    """Whose address (folded) it is, also of somebody who is not active."""
    found = session.get(Address, address)
    return session.get(Person, found.person_id) if found else None


def add_addressee(session: Session, address: str, language: str, timezone: str) -> Person:
    """Somebody outside the directory whom a setting names: inactive, so that mails to them are all
    that there is of them."""
    person = Person(name="", language=language, timezone=timezone, active=False)
    person.addresses = [Address(address=address, position=0)]
    session.add(person)
    session.flush()
    return person
