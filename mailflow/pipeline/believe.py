"""Whether the sender is who the From address says; who is asked where that is open."""

from __future__ import annotations

from sqlalchemy import select

from mailflow.pipeline.asking import ASK_AGAIN, MOST_SHOWN, hold, join, wait_with_others
from mailflow.pipeline.triage import hold_for_triage
from mailflow.pipeline.work import Done, Work
from mailflow.store.tables import Input, Question
from mailflow.workflow.belief import Belief, judge, stricter
from mailflow.workflow.model import Project


def believe(work: Work) -> Done | None:
    if work.input.decisions.get("believed"):
        return None
    found = belief(work, _project(work), known=work.person is not None, vouched=work.vouched)
    if found == "obey":
        return None
    if work.person is None:
        return hold_for_triage(work, "unknown_sender")
    if found == "ask_sender":
        return _ask_sender(work)
    return _ask_coordinator(work)


def belief(work: Work, project: Project | None, *, known: bool, vouched: bool) -> Belief:
    """What the installation's policy, and that of the project it is about, make of a mail of
    somebody `known`, or `vouched` for by a token that was made for them."""
    installation = work.installation
    return judge(
        stricter(installation.policy, project.policy if project else None),
        work.verdict(),
        token=vouched,
        known=known,
        can_tell=bool(installation.authserv_ids or installation.check_dkim),
    )


def _project(work: Work) -> Project | None:
    if work.record is not None:
        return work.directory.projects.get(work.record.record.project_id)
    return work.project


def _ask_coordinator(work: Work) -> Done:
    coordinator, shown = work.coordinator(), [work.input.id]
    reason, why = {"reason": "believe", "inputs": shown}, f"not believed: verdict {work.verdict()}"
    others = wait_with_others(work, "believe", coordinator)
    return others or hold(work, "believe", coordinator, reason, why, shown)


def _ask_sender(work: Work) -> Done:
    """One open "Was this you?" a person at a time.

    An answer is only about the mails that the question shows; what comes after it was sent waits
    and is asked about next. A question that nobody answered for a day is asked anew, with all (as
    many as one can show).
    """
    open_question = work.session.scalars(
        select(Question).where(
            Question.person_id == (work.person.id if work.person else 0),
            Question.kind == "confirm",
            Question.answered_at.is_(None),
        )
    ).first()
    shown = [work.input.id]
    if open_question is not None:
        if work.now - open_question.asked_at < ASK_AGAIN:
            join(work, open_question)
            return Done("held", "waits for the sender's answer to an open question")
        open_question.answered_at = work.now
        waiting = work.session.scalars(select(Input).where(Input.held_for == open_question.id))
        before = list(waiting)
        shown = [*(one.id for one in before), *shown][:MOST_SHOWN]
    reason = {"reason": "confirm", "inputs": shown}
    why = "nobody vouches for the sender"
    done = hold(work, "confirm", work.person, reason, why, shown)
    if open_question is not None:
        for one in before:
            one.held_for = work.input.held_for
    return done
