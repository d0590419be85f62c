"""Reads in the store what mailflow did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailflow.store import directory, outbox, records
from mailflow.store.database import Database
from mailflow.store.tables import Client, Event, Input, Message, Record


@dataclass(frozen=True, slots=True)
class Happened:
    """An event: `fields` are ref, what it set and what that was, people by name."""

    what: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail, and why."""

    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tracked:
    """A record as the closing table shows it."""

    ref: str
    kind: str
    state: str
    title: str
    owner: str
    due: str
    client: str


class Ledger:
    """Remembers up to where it was read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_up_to = 0

    def outcome(self, message_id: str) -> Outcome | None:
        """None as long as the mail was not handled."""
        query = select(Input.state, Input.reason).join(Message, Message.input_id == Input.id)
        with self._database.read() as session:
            found = session.execute(
                query.where(Message.message_id == message_id.strip("<>"))
            ).first()
        handled = found is not None and found.state != "stored"
        return Outcome(found.state, found.reason or "") if found and handled else None

    def is_quiet(self) -> bool:
        """Whether nothing waits to be handled, told or sent."""
        stored = select(func.count()).where(Input.state == "stored")
        with self._database.read() as session:
            waits = session.scalar(stored) or outbox.something_waits(session)
            return not (waits or outbox.in_state(session, "composed", "sending", limit=1))

    def undeliverable(self) -> str:
        """The subject of a mail that could not be sent, "" where there is none."""
        with self._database.read() as session:
            return next((mail.subject for mail in outbox.in_state(session, "failed")), "")

    def states(self) -> dict[str, str]:
        """The state of each record, by its ref."""
        with self._database.read() as session:
            found = session.execute(select(Record.ref, Record.state))
            return {row.ref: row.state for row in found}

    def news(self) -> list[Happened]:
        """What happened since the last call."""
        query = select(Event, Record.ref).join(Record, Record.id == Event.record_id)
        with self._database.read() as session:
            names = _names(session)
            found = session.execute(query.where(Event.id > self._read_up_to).order_by(Event.id))
            events = [(event, ref) for event, ref in found]
            self._read_up_to = max([self._read_up_to, *(event.id for event, _ in events)])
            return [Happened(event.what, _fields(event, ref, names)) for event, ref in events]

    def records(self) -> list[Tracked]:
        with self._database.read() as session:
            return list(_tracked(session))


def _fields(event: Event, ref: str, names: Mapping[int, str]) -> dict[str, str]:
    new: Mapping[str, Any] = event.new
    return {
        "ref": ref,
        "kind": str(new.get("kind", "")),
        "new": str(new.get("state", "")),
        "old": str(event.old.get("state", "")),
        "due": str(new.get("due") or "no day"),
        "priority": str(new.get("priority", "")),
        "owner": names.get(new.get("owner_id", 0), "nobody"),
    }


def _tracked(session: Session) -> Iterator[Tracked]:
    names = _names(session)
    companies = {row.id: row.name for row in session.scalars(select(Client))}
    for row in records.rows(session):
        record = row.record
        contact = row.contact.name or row.contact.address if row.contact else ""
        yield Tracked(
            ref=record.ref,
            kind=record.kind,
            state=record.state,
            title=row.title,
            owner=names[record.owner_id],
            due=record.due.isoformat() if record.due else "",
            client=", ".join(filter(None, [contact, companies.get(record.client_id or 0)])),
        )


def _names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in directory.everybody(session)}
