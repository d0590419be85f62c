"""What a mail did: the records it touched with their histories, and who was told of it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.store.tables import Event, Notice

# So many are looked through for what a mail did and what was built on it.
MOST_EVENTS = 2_000


def records_touched(session: Session, input_id: int) -> list[int]:
    """The records to which something happened by an input, in that order."""
    query = select(Event.record_id).where(Event.input_id == input_id).order_by(Event.id)
    return list(dict.fromkeys(session.scalars(query)))


def acted_by(session: Session, input_id: int) -> set[int | None]:
    """Who did something to a record by an input."""
    return set(session.scalars(select(Event.actor_id).where(Event.input_id == input_id)))


def histories(session: Session, record_ids: Iterable[int]) -> dict[int, list[Event]] | None:
    """All events of these records, oldest first; None where there are more than MOST_EVENTS."""
    found: dict[int, list[Event]] = {record_id: [] for record_id in record_ids}
    query = select(Event).where(Event.record_id.in_(list(found))).order_by(Event.id)
    events = session.scalars(query.limit(MOST_EVENTS + 1)).all() if found else ()
    for event in events:
        found[event.record_id].append(event)
    return found if len(events) <= MOST_EVENTS else None


def of_kind(session: Session, record_id: int, what: str) -> list[Event]:
    """The events of a record that say this, oldest first."""
    query = select(Event).where(Event.record_id == record_id, Event.what == what)
    return list(session.scalars(query.order_by(Event.id)))


def last_input_of(session: Session, record_id: int, person_id: int, but: int) -> int | None:
    """The last input by which a person did something to a record, other than `but`."""
    return session.scalar(
        select(Event.input_id)
        .where(Event.record_id == record_id, Event.actor_id == person_id, Event.input_id != but)
        .order_by(Event.id.desc())
        .limit(1)
    )


def told_of(session: Session, input_id: int, record_id: int) -> list[int]:
    """The persons who were told what an input did to a record, each once."""
    rows = session.scalars(
        select(Notice).where(Notice.input_id == input_id).order_by(Notice.person_id)
    )
    told = (
        row.person_id
        for row in rows
        if any(reason.get("record") == record_id for reason in row.reasons)
    )
    return list(dict.fromkeys(told))


def reasons_of(session: Session, outgoing_id: int) -> list[tuple[int, dict[str, object]]]:
    """Why somebody got a mail: the reasons of its notices, each with the input that caused it."""
    rows = session.scalars(
        select(Notice).where(Notice.outgoing_id == outgoing_id).order_by(Notice.id)
    )
    return [(row.input_id, reason) for row in rows for reason in row.reasons]
