"""Rules that people make by `/always`, and what they say of the mail at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from mailflow.pipeline.work import Work
from mailflow.store import rules as store
from mailflow.store.tables import Notice, Question, Rule
from mailflow.workflow.model import NewRule, Project, Refusal
from mailflow.workflow.rules import Mails, Unrouted, owned, placing


def make_rule(work: Work, rule: NewRule) -> Rule | None:
    """Write a rule in the name of whoever acts; None where nobody does."""
    actor = work.actor()
    if actor is None:
        return None
    return store.add(work.session, rule.key, rule.decided, actor, work.input.id, work.now)


def tell_rule(work: Work, rule: Rule | None, record: int) -> None:
    """Show whoever made it what it says, in the receipt about this record."""
    if rule is not None:
        reason = {"reason": "ruled", "record": record, "rule": as_told(rule)}
        work.notices.tell(rule.made_by, "receipt", reason)


def end_rules(work: Work, cause: int, record: int | None = None) -> bool:
    """End what a mail made that is taken back; False where it made no rule that holds."""
    ended = store.made_by_input(work.session, cause)
    actor = work.actor()
    for rule in ended:
        rule.active = False
        reason: dict[str, Any] = {"reason": "rule_ended", "rule": as_told(rule)}
        if actor is not None:
            about = {"record": record} if record is not None else {}
            work.notices.tell(actor, "receipt", {**reason, **about})
    return bool(ended)


def as_told(rule: Rule) -> dict[str, Any]:
    """A rule as a notice holds it."""
    return {"id": rule.id, **rule.decided}


def placing_rule(work: Work, question: Question, decision: Mapping[str, Any]) -> NewRule | Refusal:
    """The rule that makes an answer hold for all mails like the one that was asked about."""
    mails = _asked_about(work, question)
    project = work.directory.project_by_key(decision.get("project", ""))
    if mails is None or not ("project" in decision or "kind" in decision):
        return Refusal("no_rule", {"command": "always"})
    return placing(mails, project.id if project else None, decision.get("kind"))


def _asked_about(work: Work, question: Question) -> Mails | None:
    """Which mails are like the one of a question, as the notice that asked it says."""
    query = select(Notice.reasons).where(Notice.question_id == question.id).order_by(Notice.id)
    reasons = work.session.scalars(query.limit(1)).first() or []
    alike = next((reason["alike"] for reason in reasons if "alike" in reason), None)
    return Mails.from_json(alike) if alike else None


def owner_by_rule(
    work: Work, project: Project, kind: str, client: int | None
) -> tuple[int, dict[str, Any]] | None:
    """The owner that a rule says for a record which no route takes, and why."""
    rule = store.find(work.session, Unrouted(project.id, kind, client).key)
    owner = owned(rule.decided, work.directory) if rule else None
    if rule is None or owner is None:
        return None
    why = {"rule": "always", "id": rule.id, "by": rule.made_by, "project": project.key}
    return owner, why
