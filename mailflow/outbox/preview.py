"""What a mail would look like, without storing or sending anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailflow.outbox.draft import draft
from mailflow.outbox.facts import load
from mailflow.outbox.reader import reader_of
from mailflow.outbox.render import render
from mailflow.store.tables import Notice
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Person


def preview(
    session: Session,
    installation: Installation,
    directory: Directory,
    person: Person,
    kind: str,
    reasons: Sequence[Mapping[str, Any]],
    now: datetime,
) -> tuple[str, str, str] | None:
    """Subject, text and HTML of a mail of this kind with these reasons, as the person gets it.

    None where there is nothing in it that the person may see. Only reads.
    """
    notice = Notice(
        id=0,
        input_id=0,
        person_id=person.id,
        kind=kind,
        reasons=[dict(reason) for reason in reasons],
        created_at=now,
    )
    facts = load(session, directory, installation.kinds, [notice])
    reader = reader_of(person, installation, directory, now)
    made = draft(reader, facts, kind, [notice])
    return (made.view.subject, *render(made.view)) if made else None
