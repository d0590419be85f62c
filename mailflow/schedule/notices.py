"""Writes what a firing tells as notices, one a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from mailflow.store.tables import Input, Notice
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation

Told: TypeAlias = Mapping[int, Mapping[str, Any]]
Tell: TypeAlias = Callable[[Session, Installation, Directory, Mapping[str, Any], datetime], Told]
Fire: TypeAlias = Callable[[Session, Installation, Directory, Input, datetime], None]


def telling(kind: str, tell: Tell) -> Fire:
    """The `fire` of a scheduled mail that changes nothing; `kind` is that of its mails."""

    def fire(
        session: Session,
        installation: Installation,
        directory: Directory,
        input_row: Input,
        now: datetime,
    ) -> None:
        told = tell(session, installation, directory, input_row.payload, now)
        write(session, input_row, kind, told, now)

    return fire


def write(
    session: Session,
    input_row: Input,
    kind: str,
    told: Told,
    now: datetime,
) -> None:
    """`kind` is that of the mails, `told` the one reason for each person's (by id)."""
    for person, reason in told.items():
        session.add(
            Notice(
                input_id=input_row.id,
                person_id=person,
                kind=kind,
                reasons=[dict(reason)],
                created_at=now,
            )
        )
