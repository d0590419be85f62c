"""Reading and writing records. A record's row changes only together with an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session, aliased

from mailflow.store.inputs import as_key
from mailflow.store.tables import Alias, Contact, Event, Filed, Project, Record, Text, Watcher


@dataclass(frozen=True, slots=True)
class Row:
    """A record with the texts and the contact that its row points to."""

    record: Record
    title: str
    text: str
    contact: Contact | None


def rows(session: Session, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Row]:
    """Records by id, each with its title, text and contact."""
    title, text = aliased(Text), aliased(Text)
    query = (
        select(Record, title.body, text.body, Contact)
        .join(title, title.id == Record.title_id)
        .join(text, text.id == Record.text_id)
        .outerjoin(Contact, Contact.id == Record.contact_id)
        .where(*conditions)
        .order_by(Record.id)
        .limit(limit)
    )
    return [Row(*found) for found in session.execute(query)]


def by_ids(session: Session, ids: Sequence[int]) -> dict[int, Row]:
    return {row.record.id: row for row in rows(session, Record.id.in_(ids))} if ids else {}


def id_of(session: Session, ref: str) -> int | None:
    """The record with this ref, or which had it before it moved to another project."""
    found = session.scalar(select(Record.id).where(Record.ref == ref))
    return found or session.scalar(select(Alias.record_id).where(Alias.ref == ref))


def filed_under(session: Session, message_ids: Sequence[str]) -> list[int]:
    """The records to which received mails of these Message-IDs belong, the latest first."""
    if not message_ids:
        return []
    keys = {as_key(message_id) for message_id in message_ids}
    query = select(Filed.record_id, Filed.input_id).where(Filed.message_id.in_(keys))
    found = sorted(session.execute(query), key=lambda row: -row.input_id)
    return list(dict.fromkeys(row.record_id for row in found))


def file(session: Session, message_id: str | None, record_id: int, input_id: int) -> None:
    """Note that a received mail belongs to a record."""
    key = as_key(message_id) if message_id else ""
    if key and session.get(Filed, (key, record_id)) is None:
        session.add(Filed(message_id=key, record_id=record_id, input_id=input_id))


def add_text(session: Session, body: str) -> int:
    text = Text(body=body)
    session.add(text)
    session.flush()
    return text.id


def next_number(session: Session, project_id: int) -> int:
    """The project's next number, out of its counter row; never given twice."""
    number: int | None = session.scalar(
        update(Project)
        .where(Project.id == project_id)
        .values(last_number=Project.last_number + 1)
        .returning(Project.last_number)
    )
    if number is None:
        raise LookupError(f"no project {project_id}")
    return number


# columns that are no JSON, and how the texts that events hold for them read
READ: Mapping[str, Callable[[str], Any]] = {
    "due": date.fromisoformat,
    "answered_at": datetime.fromisoformat,
    "settled_at": datetime.fromisoformat,
}


def as_columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Folded fields, as the columns of a record's row hold them."""
    return {
        name: READ[name](value) if name in READ and isinstance(value, str) else value
        for name, value in fields.items()
    }


def open_record(session: Session, fields: Mapping[str, Any], at: datetime) -> Record:
    record = Record(**as_columns(fields), created_at=at, updated_at=at)
    session.add(record)
    session.flush()
    return record


def change_record(
    session: Session, record: Record, fields: Mapping[str, Any], at: datetime
) -> None:
    """Set these columns; whom the record's followers are is also kept by person."""
    for name, value in as_columns(fields).items():
        setattr(record, name, value)
    record.updated_at = at
    if "following" in fields:
        session.execute(delete(Watcher).where(Watcher.record_id == record.id))
        watch = [int(n) for n, how in fields["following"].items() if how == "watch"]
        session.add_all(Watcher(record_id=record.id, person_id=person) for person in watch)


def events_of(session: Session, record_id: int) -> list[Event]:
    """All events of a record, oldest first."""
    query = select(Event).where(Event.record_id == record_id).order_by(Event.id)
    return list(session.scalars(query))
