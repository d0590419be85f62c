"""The order in which stored mails wait: by their rank, then as they came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, func, select, update
from sqlalchemy.orm import Session

from mailflow.store.tables import Input, Message, Question, Raw

# Enough of what is compressed for a header; a mail of 25 MB is not read to learn who sent it.
HEAD = 32_768


def is_alone(session: Session) -> bool:
    """Whether no more than one input waits at all: then there is no order to find."""
    return len(session.scalars(select(Input.id).where(Input.state == "stored").limit(2)).all()) < 2


def unsorted(session: Session, limit: int) -> list[int]:
    """The mails that have no place yet, as they came."""
    query = select(Input.id).where(
        Input.state == "stored",
        Input.sender.is_(None),
        Input.rank == 0,
        Input.kind == "message",
    )
    return list(session.scalars(query.order_by(Input.id).limit(limit)))


def beginnings(session: Session, ids: Collection[int]) -> dict[int, bytes]:
    """How mails begin, as they are compressed (zlib)."""
    start = func.substr(Raw.compressed, 1, HEAD, type_=LargeBinary)
    rows = session.execute(select(Raw.input_id, start).where(Raw.input_id.in_(ids)))
    return {input_id: bytes(octets) for input_id, octets in rows}


def last_ranks(session: Session, sender: str, limit: int) -> list[int]:
    """The ranks of those mails of a sender that wait for longest yet, the highest first."""
    query = select(Input.rank).where(Input.state == "stored", Input.sender == sender)
    return list(session.scalars(query.order_by(Input.rank.desc()).limit(limit)))


def last_held(session: Session, sender: str, limit: int) -> list[int | None]:
    """The questions for which the last held mails of a sender wait, the latest first."""
    query = select(Input.held_for).where(Input.state == "held", Input.sender == sender)
    return list(session.scalars(query.order_by(Input.rank.desc(), Input.id.desc()).limit(limit)))


def open_questions(
    session: Session, person_id: int, kind: str, since: datetime, limit: int
) -> list[Question]:
    """What a person was asked since then and did not answer, the latest first."""
    query = select(Question).where(
        Question.person_id == person_id,
        Question.kind == kind,
        Question.answered_at.is_(None),
        Question.asked_at > since,
    )
    return list(session.scalars(query.order_by(Question.id.desc()).limit(limit)))


def ranks_of(session: Session, message_ids: Collection[str]) -> dict[str, int]:
    """The highest rank of the waiting mails with each of these Message-IDs (as keys)."""
    query = (
        select(Message.message_id, func.max(Input.rank))
        .join(Input, Input.id == Message.input_id)
        .where(Message.message_id.in_(message_ids), Input.state == "stored")
        .group_by(Message.message_id)
    )
    return {key: rank for key, rank in session.execute(query) if key is not None}


@dataclass(frozen=True, slots=True)
class Place:
    """A mail's place, and the Message-ID (as a key) by which its answers find it."""

    input_id: int
    sender: str
    rank: int
    message_id: str | None


def place(session: Session, places: Collection[Place]) -> None:
    """Note the places of mails."""
    if not places:
        return
    of_inputs = [{"id": p.input_id, "sender": p.sender, "rank": p.rank} for p in places]
    session.execute(update(Input), of_inputs)
    named = [{"input_id": p.input_id, "message_id": p.message_id} for p in places]
    session.execute(update(Message), named)
