"""Everything that can change something, as it was taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from mailflow.store.tables.base import Base


class Input(Base):
    """A mail, a firing of the clock or an admin's act.

    `state` is stored, processed, held, quarantined or ignored. `payload` is what a firing is about
    (with its name as "what"); of a mail "preferences", what its sender set for themselves, for
    undo. `decisions` is what people answered
    about it (its project, kind, record; that it is believed). `next_attempt_at` is set after a
    failure; `held_for` is the question whose answer lets it go its way, `turn` counts how often it
    went on so. `sender` is the address that a mail's From names, folded, once the queue was sorted
    ("" where none), `rank` its place in a fair order: the more of one sender wait, the higher.
    `verified` is what our own check of its signatures found, null where none was made.
    """

    __tablename__ = "inputs"
    __table_args__ = (
        Index("ix_inputs_state_rank_id", "state", "rank", "id"),
        Index("ix_inputs_state_sender_rank", "state", "sender", "rank", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="stored")
    taken_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decisions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    held_for: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    sender: Mapped[str | None]
    rank: Mapped[int] = mapped_column(default=0)
    verified: Mapped[dict[str, Any] | None]


class Message(Base):
    """What is known of a received mail: where it came from, and after reading it its header.

    `fingerprint` is null until it was read, and in copies of a mail that is already there. `about`
    (record:5, question:7) and `words` (a digest of its own text) tell a robot that repeats itself.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_sender_about", "sender", "about", "input_id"),)

    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"), primary_key=True)
    mailbox: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    size: Mapped[int]
    truncated: Mapped[bool] = mapped_column(default=False)
    message_id: Mapped[str | None] = mapped_column(index=True)
    fingerprint: Mapped[str | None] = mapped_column(unique=True)
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    claimed_at: Mapped[datetime | None]
    about: Mapped[str | None]
    words: Mapped[str | None]


class Raw(Base):
    """The octets of a received mail, compressed by zlib."""

    __tablename__ = "raws"

    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"), primary_key=True)
    compressed: Mapped[bytes] = mapped_column(LargeBinary)


class Sighting(Base):
    """Where on an IMAP server a mail was seen, so that it is taken once (RFC 9051, 2.3.1.1)."""

    __tablename__ = "sightings"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"), index=True)


class Blocked(Base):
    """The threads and records that a failed input keeps waiting."""

    __tablename__ = "blocked"

    key: Mapped[str] = mapped_column(primary_key=True)
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"), primary_key=True, index=True)


class Question(Base):
    """Something that somebody was asked: about a held input, or by a form.

    `kind` is confirm (was this you?), triage (project, kind), believe (a failed verdict), client
    (whose words?), record (which one?) or form (see store.forms); `options` are what there is to
    choose from, of a form what it asks for. Open until `answered_at`.
    """

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_open", "person_id", "kind", "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    options: Mapped[list[Any]] = mapped_column(default=list)
