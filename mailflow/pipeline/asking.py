"""Holding a mail until somebody answered a question about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mailflow.pipeline.work import Done, Work
from mailflow.store.tables import Question
from mailflow.workflow.model import Person


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
    work.notices.tell(person.id, "question", reason, question.id)
    return Done("held", why)
