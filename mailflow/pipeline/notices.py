"""Collects who is to be told of one input; written as one notice a person at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailflow.store.tables import Input, Notice
from mailflow.workflow.audience import ORDER


@dataclass
class _Mail:
    kind: str
    reasons: list[Mapping[str, Any]] = field(default_factory=list)
    question: int | None = None


@dataclass
class Notices:
    """One mail a person: of the first kind that applies, with all its reasons.

    A kind that is not among these (report, agenda) is a mail of its own.
    """

    mails: dict[tuple[int, str], _Mail] = field(default_factory=dict)

    def tell(
        self, person: int, kind: str, reason: Mapping[str, Any], question: int | None = None
    ) -> None:
        """`reason` has the key "reason", a phrase's name, and what fills the phrase."""
        own = "" if kind in ORDER else kind
        mail = self.mails.setdefault((person, own), _Mail(kind))
        if not own:
            mail.kind = min(mail.kind, kind, key=ORDER.index)
        mail.question = question or mail.question
        if reason not in mail.reasons:
            mail.reasons.append(reason)

    def told(self) -> set[int]:
        """Who is told anything so far, but for mails of their own kind."""
        return {person for person, own in self.mails if not own}

    def silence(self, person: int) -> None:
        """Give somebody no receipt (their mail came by a list, or a robot's)."""
        mail = self.mails.get((person, ""))
        if mail is not None and mail.kind == "receipt":
            del self.mails[person, ""]

    def write(self, session: Session, cause: Input, now: datetime) -> None:
        for (person, _), mail in self.mails.items():
            session.add(
                Notice(
                    input_id=cause.id,
                    person_id=person,
                    kind=mail.kind,
                    turn=cause.turn,
                    reasons=[dict(reason) for reason in mail.reasons],
                    question_id=mail.question,
                    created_at=now,
                )
            )
