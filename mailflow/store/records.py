"""Reading and writing records. A record's row changes only together with an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
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
    watchers: frozenset[int] = frozenset()


def rows(session: Session, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Row]:
    """Records by id, each with its title, text, contact and watchers (two queries in all)."""
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
    found = session.execute(query).all()
    watchers = _watchers(session, [record.id for record, *_ in found])
    return [
        Row(record, title_, text_, contact, watchers.get(record.id, frozenset()))
        for record, title_, text_, contact in found
    ]


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


def as_columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Folded fields, as the columns of a record's row hold them."""
    columns = dict(fields)
    if isinstance(columns.get("due"), str):
        columns["due"] = date.fromisoformat(columns["due"])
    return columns


def open_record(session: Session, fields: Mapping[str, Any], at: datetime) -> Record:
    record = Record(**as_columns(fields), created_at=at, updated_at=at)
    session.add(record)
    session.flush()
    return record


def change_record(record: Record, fields: Mapping[str, Any], at: datetime) -> None:
    for name, value in as_columns(fields).items():
        setattr(record, name, value)
    record.updated_at = at


def events_of(session: Session, record_id: int) -> list[Event]:
    """All events of a record, oldest first."""
    query = select(Event).where(Event.record_id == record_id).order_by(Event.id)
    return list(session.scalars(query))


def _watchers(session: Session, ids: Sequence[int]) -> dict[int, frozenset[int]]:
    if not ids:
        return {}
    query = select(Watcher).where(Watcher.record_id.in_(ids))
    found: dict[int, set[int]] = {}
    for watcher in session.scalars(query):
        found.setdefault(watcher.record_id, set()).add(watcher.person_id)
    return {record_id: frozenset(people) for record_id, people in found.items()}
