"""What is alike to a mail or a record: few rows, each by an index."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mailflow.store.tables import Contact, Record

MOST_ALIKE = 3
MOST_CONTACTS = 5


def of_contact(session: Session, address: str) -> list[int]:
    """The last records that came from an address, the latest first."""
    query = select(Contact.id).where(Contact.address == address).limit(MOST_CONTACTS)
    contacts = list(session.scalars(query)) if address else []
    return _last(session, Record.contact_id.in_(contacts)) if contacts else []


def of_client(session: Session, client_id: int) -> list[int]:
    """The last records of a client, the latest first."""
    return _last(session, Record.client_id == client_id)


def of_reporter(session: Session, person_id: int) -> list[int]:
    """The last records that somebody reported, the latest first."""
    return _last(session, Record.reporter_id == person_id)


def _last(session: Session, condition: ColumnElement[bool]) -> list[int]:
    query = select(Record.id).where(condition).order_by(Record.id.desc()).limit(MOST_ALIKE)
    return list(session.scalars(query))


def lately(session: Session, project_id: int, limit: int = 40) -> Sequence[Record]:
    """The last records of a project, the latest first."""
    query = select(Record).where(Record.project_id == project_id)
    return session.scalars(query.order_by(Record.number.desc()).limit(limit)).all()
