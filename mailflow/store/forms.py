"""Forms: questions that are answered by filling in the lines of their mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.store.tables import Question

FORM = "form"
# So many forms are looked through for the record of an earlier one.
MOST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for: fields of a record of that kind in that project.

    `record` is the one that it is about, once there is one; `together` are all questions that were
    asked for the same record to be.
    """

    project: int
    kind: str
    fields: Sequence[str]
    record: int | None = None
    together: Sequence[int] = ()


def asked(question: Question) -> Asked:
    """What a question of the kind FORM asks for."""
    (found,) = question.options
    return Asked(**found)


def ask(
    session: Session, persons: Iterable[int], wanted: Asked, now: datetime
) -> dict[int, Question]:
    """Ask these persons; returns the question of each, by their ids."""
    questions = {person: Question(kind=FORM, person_id=person, asked_at=now) for person in persons}
    session.add_all(questions.values())
    session.flush()
    together = [question.id for question in questions.values()]
    for question in questions.values():
        question.options = [asdict(wanted) | {"together": together}]
    return questions


def point_to(session: Session, question: Question, record_id: int) -> None:
    """Say that all that were asked together have been asked about this record."""
    for one in session.scalars(select(Question).where(Question.id.in_(asked(question).together))):
        (found,) = one.options
        one.options = [found | {"record": record_id}]


def close(session: Session, question: Question, now: datetime) -> None:
    """One answer is enough: nobody is reminded of the others. They can be answered all the same."""
    for one in session.scalars(select(Question).where(Question.id.in_(asked(question).together))):
        one.answered_at = one.answered_at or now


def last_record(session: Session, persons: Iterable[int], project_id: int) -> int | None:
    """The record that the last form about this project came to, of those that persons got."""
    query = (
        select(Question)
        .where(Question.person_id.in_(list(persons)), Question.kind == FORM)
        # The sum keeps SQLite from walking through all that was ever asked.
        .order_by((Question.id + 0).desc())
        .limit(MOST)
    )
    found = (asked(question) for question in session.scalars(query))
    return next((one.record for one in found if one.project == project_id and one.record), None)
