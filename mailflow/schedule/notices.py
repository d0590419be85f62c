"""Writes what a firing tells as notices, one a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailflow.store.tables import Input, Notice


def write(
    session: Session,
    input_row: Input,
    kind: str,
    told: Mapping[int, Mapping[str, Any]],
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
