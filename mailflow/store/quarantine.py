"""What stands in quarantine since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mailflow.store.tables import Input

QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An input that could not be handled; of a firing its `key`, else ""."""

    id: int
    taken_at: datetime
    why: str
    key: str


def between(
    session: Session, since: datetime | None, until: datetime, limit: int
) -> Sequence[Quarantined]:
    """The first of those that came into quarantine from `since` on and before `until`."""
    query = select(Input.id, Input.taken_at, Input.reason, Input.payload)
    rows = session.execute(query.where(*_came(since, until)).order_by(Input.id).limit(limit))
    return [
        Quarantined(input_id, at, why or "", str(payload.get("key") or ""))
        for input_id, at, why, payload in rows
    ]


def count(session: Session, since: datetime | None, until: datetime) -> int:
    """How many those are."""
    found = session.scalar(select(func.count(Input.id)).where(*_came(since, until)))
    return found or 0


def _came(since: datetime | None, until: datetime) -> list[ColumnElement[bool]]:
    after = [Input.processed_at >= since] if since is not None else []
    return [Input.state == QUARANTINED, Input.processed_at < until, *after]
