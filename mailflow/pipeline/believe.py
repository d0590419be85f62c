"""Step 6: whether the sender is who the From address says; who is asked where that is open."""

from __future__ import annotations

from sqlalchemy import select

from mailflow.pipeline.asking import hold
from mailflow.pipeline.triage import hold_for_triage
from mailflow.pipeline.work import Done, Work
from mailflow.store.tables import Question
from mailflow.workflow.belief import judge, stricter, verdict
from mailflow.workflow.model import Project
from mailflow.workflow.refs import domain_of


def believe(work: Work) -> Done | None:
    if work.input.decisions.get("believed"):
        return None
    installation, mail = work.installation, work.mail
    domain = domain_of(mail.senders[0].address)
    found = verdict(mail.authentication, installation.authserv_ids, domain)
    belief = judge(
        stricter(installation.policy, _project_policy(work)),
        found,
        token=work.vouched,
        known=work.person is not None,
        can_tell=bool(installation.authserv_ids),
    )
    if belief == "obey":
        return None
    if work.person is None:
        return hold_for_triage(work, "unknown_sender")
    if belief == "ask_sender":
        return _ask_sender(work)
    reason = {"reason": "believe", "input": work.input.id}
    return hold(work, "believe", work.coordinator(), reason, f"not believed: verdict {found}")


def _project_policy(work: Work) -> str | None:
    project: Project | None = work.project
    if work.record is not None:
        project = work.directory.projects.get(work.record.record.project_id)
    return project.policy if project else None


def _ask_sender(work: Work) -> Done:
    """One open "Was this you?" a person at a time: further mails wait for the same answer."""
    open_question = work.session.scalars(
        select(Question).where(
            Question.person_id == (work.person.id if work.person else 0),
            Question.kind == "confirm",
            Question.answered_at.is_(None),
        )
    ).first()
    if open_question is not None:
        work.input.held_for = open_question.id
        return Done("held", "waits for the sender's answer to an open question")
    reason = {"reason": "confirm", "inputs": [work.input.id]}
    return hold(work, "confirm", work.person, reason, "nobody vouches for the sender")
