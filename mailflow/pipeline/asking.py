"""Holding a mail until somebody answered a question about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from mailflow.pipeline.work import Done, Work
from mailflow.store import queue
from mailflow.store.tables import Input, Notice, Question
from mailflow.workflow.model import Person

# What a coordinator is asked; all else only who was asked knows.
OF_COORDINATORS = ("triage", "believe")
MOST_HANDED_OVER = 50
# Questions that show their mails, so that one answer is about all that it shows.
SHOWING = ("confirm", "believe")
MOST_SHOWN = 20
# A coordinator is asked so often within a day about one sender; what is more waits with the last.
MOST_ALIKE, ASK_AGAIN = 3, timedelta(days=1)
# So many open questions may stand before those about strangers wait together.
MOST_STRANGERS = 10


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


def wait_with_others(work: Work, kind: str, person: Person | None) -> Done | None:
    """Where somebody was asked about this sender again and again, or about ever other strangers,
    wait for their last answer."""
    if person is None:
        return None
    question = _last_alike(work, kind, person)
    if question is None and work.person is None:
        since = work.now - ASK_AGAIN
        asked = queue.open_questions(work.session, person.id, kind, since, MOST_STRANGERS)
        question = asked[0] if len(asked) == MOST_STRANGERS else None
    if question is None:
        return None
    join(work, question)
    return Done("held", "waits for the answer to an open question")


def _last_alike(work: Work, kind: str, person: Person) -> Question | None:
    held = queue.last_held(work.session, work.input.sender or "", MOST_ALIKE)
    if len(held) < MOST_ALIKE or held[0] is None:
        return None
    question = work.session.get_one(Question, held[0])
    asked = question.person_id == person.id and question.kind == kind
    lately = work.now - question.asked_at < ASK_AGAIN
    return question if asked and lately and not question.answered_at else None


def join(work: Work, question: Question) -> None:
    """Wait for the same answer; the question shows this mail too where it is still unwritten."""
    work.input.held_for = question.id
    if question.kind not in SHOWING or not 0 < len(question.options) < MOST_SHOWN:
        return
    unwritten = select(Notice).where(
        Notice.question_id == question.id, Notice.outgoing_id.is_(None)
    )
    for notice in work.session.scalars(unwritten):
        question.options = [*question.options, work.input.id]
        notice.reasons = [
            {**reason, "inputs": question.options} if reason["reason"] == question.kind else reason
            for reason in notice.reasons
        ]


def shown_by(work: Work, question: Question, waiting: Sequence[Input]) -> list[Input]:
    """The mails that an answer is about, of those that wait for it. One that came earlier may have
    joined it later."""
    if question.kind == "triage":
        told = select(Notice.input_id).where(Notice.question_id == question.id)
        asked = work.session.scalar(told.order_by(Notice.id).limit(1))
        return [one for one in waiting if one.id == asked]
    if question.kind not in SHOWING or not question.options:
        return list(waiting)
    return [one for one in waiting if one.id in question.options]


def ask_next(work: Work, question: Question, rest: Sequence[Input]) -> None:
    """Ask at once about those that the answered question did not show; as many as one can show.

    A stranger's are not asked about one by one: shall they all count?
    """
    shown = [one.id for one in rest[:MOST_SHOWN]]
    kind = question.kind if question.kind in SHOWING else "believe"
    following = Question(kind=kind, person_id=question.person_id, asked_at=work.now, options=shown)
    work.session.add(following)
    work.session.flush()
    for one in rest:
        one.held_for = following.id
    reason = {"reason": kind, "inputs": shown, "stranger": question.kind not in SHOWING}
    work.notices.tell(question.person_id, "question", reason, following.id)


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
