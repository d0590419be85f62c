"""What waits to be told, what was told, and the mails on their way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mailflow.store.database import Database
from mailflow.store.tables import (
    Address,
    Event,
    Input,
    Message,
    Notice,
    Outgoing,
    Person,
    Project,
    Record,
    Text,
)

# So many values stand in one IN (…): databases limit the parameters of a statement.
CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that is not in a mail yet."""

    id: int
    person_id: int
    kind: str
    created_at: datetime


def waiting(session: Session, most: int) -> list[Waiting]:
    """The notices that are in no mail yet, by person, the oldest first; of each kind at most so
    many a person, since a flood may leave thousands to wait for the next day."""
    place = func.row_number().over(partition_by=(Notice.person_id, Notice.kind), order_by=Notice.id)
    told = (Notice.id, Notice.person_id, Notice.kind, Notice.created_at, place.label("place"))
    found = select(*told).where(Notice.outgoing_id.is_(None)).subquery().c
    query = select(found.id, found.person_id, found.kind, found.created_at)
    query = query.where(found.place <= most).order_by(found.person_id, found.id)
    return [Waiting(*row) for row in session.execute(query)]


def something_waits(session: Session) -> bool:
    """Whether any notice is in no mail yet."""
    query = select(Notice.id).where(Notice.outgoing_id.is_(None)).limit(1)
    return session.scalar(query) is not None


def notices(session: Session, ids: Sequence[int]) -> list[Notice]:
    """These notices, in the order of their ids."""
    found: list[Notice] = []
    for some in _chunks(sorted(ids)):
        query = select(Notice).where(Notice.id.in_(some)).order_by(Notice.id)
        found += session.scalars(query)
    return found


def composed_between(
    session: Session, person_id: int, since: datetime, until: datetime
) -> list[datetime]:
    """When mails to a person were composed, oldest first, `since` and `until` included.

    What could not be delivered does not count.
    """
    query = (
        select(Outgoing.composed_at)
        .where(
            Outgoing.person_id == person_id,
            Outgoing.composed_at >= since,
            Outgoing.composed_at <= until,
            Outgoing.state != "failed",
        )
        .order_by(Outgoing.composed_at)
    )
    return list(session.scalars(query))


def last_about(session: Session, person_id: int, record_id: int) -> str | None:
    """The Message-ID of the last mail to a person about a record alone."""
    return session.scalar(
        select(Outgoing.message_id)
        .where(
            Outgoing.person_id == person_id,
            Outgoing.record_id == record_id,
            Outgoing.message_id != "",
        )
        .order_by(Outgoing.id.desc())
        .limit(1)
    )


def opening_message_id(session: Session, record_id: int) -> str | None:
    """The Message-ID of the mail that opened a record."""
    first = session.scalar(
        select(Event.input_id).where(Event.record_id == record_id).order_by(Event.id).limit(1)
    )
    return session.scalar(select(Message.message_id).where(Message.input_id == first))


def events_of_inputs(session: Session, ids: Iterable[int]) -> list[tuple[Event, str | None]]:
    """What these inputs caused, in order, each event with the words that came with it."""
    found: list[tuple[Event, str | None]] = []
    for some in _chunks(sorted(set(ids))):
        query = (
            select(Event, Text.body)
            .outerjoin(Text, Text.id == Event.text_id)
            .where(Event.input_id.in_(some))
            .order_by(Event.id)
        )
        found += [(event, words) for event, words in session.execute(query)]
    return found


def texts(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """These texts, by their ids."""
    found: dict[int, str] = {}
    for some in _chunks(sorted(set(ids))):
        query = select(Text.id, Text.body).where(Text.id.in_(some))
        for text_id, body in session.execute(query):
            found[text_id] = body
    return found


def words_before(
    session: Session, record_id: int, event_id: int, limit: int
) -> list[tuple[Event, str]]:
    """The last events of a record before this one that came with words, oldest first."""
    query = (
        select(Event, Text.body)
        .join(Text, Text.id == Event.text_id)
        .where(Event.record_id == record_id, Event.id < event_id)
        .order_by(Event.id.desc())
        .limit(limit)
    )
    return [(event, words) for event, words in session.execute(query)][::-1]


def messages(session: Session, ids: Iterable[int]) -> dict[int, Message]:
    """What is known of received mails, by their inputs."""
    found: dict[int, Message] = {}
    for some in _chunks(sorted(set(ids))):
        rows = session.scalars(select(Message).where(Message.input_id.in_(some)))
        found |= {row.input_id: row for row in rows}
    return found


def firing_keys(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The keys of those inputs that are firings of the clock."""
    found: dict[int, str] = {}
    for some in _chunks(sorted(set(ids))):
        query = select(Input.id, Input.payload).where(Input.id.in_(some), Input.kind == "firing")
        found |= {n: str(payload.get("key", "")) for n, payload in session.execute(query)}
    return found


def outgoings(session: Session, ids: Iterable[int]) -> dict[int, Outgoing]:
    found: dict[int, Outgoing] = {}
    for some in _chunks(sorted(set(ids))):
        found |= {
            row.id: row for row in session.scalars(select(Outgoing).where(Outgoing.id.in_(some)))
        }
    return found


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is ours to send until its lease ends."""

    id: int
    person_id: int
    address: str
    body: bytes
    attempts: int
    record_id: int | None
    kind: str


def claim(
    database: Database, owner: str, now: datetime, real_now: datetime, lease: timedelta, limit: int
) -> list[Claimed]:
    """Take up to `limit` mails that are due, or whose sender has died, in one transaction."""
    with database.write() as session:
        dead = (Outgoing.state == "sending") & (Outgoing.leased_until < real_now)
        due = (Outgoing.state == "composed") & (Outgoing.next_attempt_at <= now)
        found: list[Outgoing] = []
        for which in (dead, due):
            query = (
                select(Outgoing)
                .where(which)
                .order_by(Outgoing.next_attempt_at, Outgoing.id)
                .limit(limit - len(found))
                .with_for_update(skip_locked=True)
            )
            found += session.scalars(query)
        for row in found:
            row.state, row.leased_by, row.leased_until = "sending", owner, real_now + lease
        return [
            Claimed(r.id, r.person_id, r.address, r.body, r.attempts, r.record_id, r.kind)
            for r in found
        ]


def any_due(session: Session, now: datetime, real_now: datetime) -> bool:
    """Whether a mail could be claimed; only reads."""
    due = select(Outgoing.id).where(Outgoing.state == "composed", Outgoing.next_attempt_at <= now)
    dead = select(Outgoing.id).where(Outgoing.state == "sending", Outgoing.leased_until < real_now)
    return any(session.scalar(query.limit(1)) is not None for query in (due, dead))


def leased_until(session: Session) -> datetime | None:
    """Until when (real time) the last mail that somebody is sending is theirs; None if none is."""
    query = select(Outgoing.leased_until).where(Outgoing.state == "sending")
    return max((until for until in session.scalars(query) if until), default=None)


def keep(
    session: Session, owner: str, ids: Sequence[int], real_now: datetime, lease: timedelta
) -> set[int]:
    """Prolong the lease on those of these mails that are still ours; returns which are."""
    if not ids:
        return set()
    ours = (
        update(Outgoing)
        .where(Outgoing.id.in_(ids), Outgoing.state == "sending", Outgoing.leased_by == owner)
        .values(leased_until=real_now + lease)
        .returning(Outgoing.id)
    )
    return set(session.scalars(ours))


def give_back(session: Session, owner: str, ids: Sequence[int], at: datetime, reason: str) -> None:
    """Let go of claimed mails that were not tried; they are due again at that moment."""
    if ids:
        session.execute(
            update(Outgoing)
            .where(Outgoing.id.in_(ids), Outgoing.state == "sending", Outgoing.leased_by == owner)
            .values(
                state="composed",
                leased_by=None,
                leased_until=None,
                next_attempt_at=at,
                last_error=reason,
            )
        )


def settle(session: Session, owner: str, mail_id: int, **values: Any) -> bool:
    """Write what became of a mail that we sent; False where its lease went to somebody else."""
    settled = (
        update(Outgoing)
        .where(Outgoing.id == mail_id, Outgoing.state == "sending", Outgoing.leased_by == owner)
        .values(leased_by=None, leased_until=None, **values)
        .returning(Outgoing.id)
    )
    return session.scalar(settled) is not None


def coordinator_of(session: Session, record_id: int | None) -> int | None:
    """Who coordinates the project of a record."""
    if record_id is None:
        return None
    return session.scalar(
        select(Project.coordinator_id)
        .join(Record, Record.project_id == Project.id)
        .where(Record.id == record_id)
    )


def person_with(session: Session, address: str) -> int | None:
    """Whose address (folded) it is, of those who are still there."""
    return session.scalar(
        select(Address.person_id)
        .join(Person, Person.id == Address.person_id)
        .where(Address.address == address, Person.active)
    )


def retry(session: Session, mail_id: int, now: datetime) -> bool:
    """Send a failed mail once more, from the first attempt on; False where none failed.

    Of one that never was a mail the notices wait anew, so that it is composed again.
    """
    failed = session.get(Outgoing, mail_id, with_for_update=True)
    if failed is None or failed.state != "failed":
        return False
    if failed.message_id:
        failed.state, failed.next_attempt_at = "composed", now
        failed.attempts, failed.last_error = 0, None
        return True
    session.execute(update(Notice).where(Notice.outgoing_id == mail_id).values(outgoing_id=None))
    session.delete(failed)
    session.flush()
    return True


def in_state(session: Session, *states: str, limit: int = 1000) -> list[Outgoing]:
    """Mails in these states, the newest first."""
    query = (
        select(Outgoing).where(Outgoing.state.in_(states)).order_by(Outgoing.id.desc()).limit(limit)
    )
    return list(session.scalars(query))


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
