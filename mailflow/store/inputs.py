"""Taking inputs in, and finding the next one to handle."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.orm import Session

from mailflow.store.tables import Blocked, Input, Message, Raw, Sighting


class TakenMail(Protocol):
    """What intake hands over (mailflow.intake.source.Arrival, a floor above)."""

    @property
    def raw(self) -> bytes: ...
    @property
    def mailbox(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def folder(self) -> str: ...
    @property
    def uidvalidity(self) -> int | None: ...
    @property
    def uid(self) -> int | None: ...
    @property
    def truncated(self) -> bool: ...
    @property
    def place(self) -> str: ...


LONGEST_KEY = 255


def as_key(text: str) -> str:
    """A text of a mail as an index can hold it: itself, or a digest where it is overlong."""
    if len(text.encode("utf-8", "replace")) <= LONGEST_KEY:
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def take_mails(session: Session, arrivals: Sequence[TakenMail], now: datetime) -> int:
    """Store mails as inputs; returns how many were new.

    A mail that was seen at the same place of the same mailbox is not stored again.
    """
    seen = _seen(session, arrivals)
    new = 0
    for arrival in arrivals:
        place = _place(arrival)
        if place in seen:
            continue
        taken = Input(kind="message", taken_at=now)
        session.add(taken)
        session.flush()
        session.add(
            Message(
                input_id=taken.id,
                mailbox=arrival.mailbox,
                place=arrival.place,
                size=arrival.size,
                truncated=arrival.truncated,
            )
        )
        session.add(Raw(input_id=taken.id, compressed=zlib.compress(arrival.raw)))
        if arrival.uidvalidity is not None and arrival.uid is not None:
            session.add(
                Sighting(
                    mailbox=arrival.mailbox,
                    folder=arrival.folder,
                    uidvalidity=arrival.uidvalidity,
                    uid=arrival.uid,
                    input_id=taken.id,
                )
            )
            seen.add(place)
        new += 1
    return new


Place = tuple[str, str, int | None, int | None]


def _place(arrival: TakenMail) -> Place:
    return arrival.mailbox, arrival.folder, arrival.uidvalidity, arrival.uid


def _seen(session: Session, arrivals: Sequence[TakenMail]) -> set[Place]:
    places = [_place(arrival) for arrival in arrivals if arrival.uid is not None]
    if not places:
        return set()
    columns = (Sighting.mailbox, Sighting.folder, Sighting.uidvalidity, Sighting.uid)
    rows = session.execute(select(*columns).where(tuple_(*columns).in_(places)))
    return {(mailbox, folder, validity, uid) for mailbox, folder, validity, uid in rows}


def take_act(session: Session, what: str, payload: dict[str, Any], now: datetime) -> Input:
    """Note what an admin did; it is handled where it is taken."""
    act = Input(
        kind="act",
        state="processed",
        taken_at=now,
        processed_at=now,
        payload={"act": what} | payload,
    )
    session.add(act)
    session.flush()
    return act


def next_input(session: Session, now: datetime) -> Input | None:
    """The stored input that comes first: of the lowest rank the oldest whose time has come."""
    return session.scalars(
        select(Input)
        .where(
            Input.state == "stored",
            or_(Input.next_attempt_at.is_(None), Input.next_attempt_at <= now),
        )
        .order_by(Input.rank, Input.id)
        .limit(1)
    ).first()


def raw_of(session: Session, input_id: int) -> bytes:
    """The octets of a mail as they were received."""
    return zlib.decompress(session.get_one(Raw, input_id).compressed)


def block(session: Session, input_id: int, keys: set[str]) -> None:
    """Keep later inputs of the same threads and records waiting for this one."""
    known = set(session.scalars(select(Blocked.key).where(Blocked.input_id == input_id)))
    session.add_all(Blocked(key=key, input_id=input_id) for key in keys - known)


def unblock(session: Session, input_id: int) -> None:
    session.execute(delete(Blocked).where(Blocked.input_id == input_id))


def blocker(session: Session, input_id: int, keys: set[str]) -> Input | None:
    """An earlier input of one of these threads that still waits for its next attempt."""
    return session.scalars(
        select(Input)
        .join(Blocked, Blocked.input_id == Input.id)
        .where(Blocked.key.in_(keys), Input.id < input_id, Input.state == "stored")
        .order_by(Input.id)
        .limit(1)
    ).first()
