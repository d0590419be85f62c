"""Holding a mail until somebody answered a question about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from mailflow.pipeline.work import Done, Work
from mailflow.store.tables import Notice, Question
from mailflow.workflow.model import Person

# What a coordinator is asked; all else only who was asked knows.
OF_COORDINATORS = ("triage", "believe")
MOST_HANDED_OVER = 50


def hold(
    work: Work,
    kind: str,
    person: Person | None,
    reason: Mapping[str, Any],
    why: str,
    options: Sequence[object] = (),
) -> Done:
    """Ask a person; the mail waits. Where there is nobody to ask, an admin has to look."""
    if person is None:
        return Done("quarantined", f"{why}; nobody to ask: no coordinator in the directory")
    question = Question(kind=kind, person_id=person.id, asked_at=work.now, options=list(options))
    work.session.add(question)
    work.session.flush()
    work.input.held_for = question.id
    coordinator = work.coordinator()
    if coordinator is not None and coordinator.id == person.id:
        reason = work.to_coordinator(reason)
    work.notices.tell(person.id, "question", reason, question.id)
    return Done("held", why)


def hand_over(work: Work, person: int, deputy: int) -> None:
    """Ask a deputy what a coordinator who is away did not answer. Each question is a mail of its
    own; who was asked first can still answer it."""
    query = select(Question).where(
        Question.person_id == person,
        Question.kind.in_(OF_COORDINATORS),
        Question.answered_at.is_(None),
    )
    for question in work.session.scalars(query.order_by(Question.id).limit(MOST_HANDED_OVER)):
        question.person_id = deputy
        asked = select(Notice).where(Notice.question_id == question.id).order_by(Notice.id)
        notices = list(work.session.scalars(asked))
        if not notices or any(notice.person_id == deputy for notice in notices):
            continue
        first = notices[0]
        work.session.add(
            Notice(
                input_id=first.input_id,
                person_id=deputy,
                kind="question",
                turn=first.turn,
                reasons=[{**reason, "for": person} for reason in first.reasons],
                question_id=question.id,
                created_at=work.now,
            )
        )
