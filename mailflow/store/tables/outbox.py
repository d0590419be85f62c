"""Who is to be told of what, and the mails that tell them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailflow.store.tables.base import Base


class Notice(Base):
    """One input tells one person something, once in each turn of its way.

    `kind` is question, minutes, receipt, notice or a mail of its own (digest, agenda, …);
    `reasons` is a list of objects with the key "reason". Composed once `outgoing_id` is set.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("input_id", "person_id", "kind", "turn"),
        Index("ix_notices_waiting", "outgoing_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str]
    turn: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[list[Any]]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    created_at: Mapped[datetime]
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoings.id"))


class Outgoing(Base):
    """One mail to one person; its octets never change once composed.

    `state` is composed, sending, sent or failed. `about` names what a reply to it is about:
    records (ids, in the order of their numbers), question, firing, sitting, input.
    """

    __tablename__ = "outgoings"
    __table_args__ = (
        Index("ix_outgoings_state_next", "state", "next_attempt_at"),
        Index("ix_outgoings_person_composed", "person_id", "composed_at"),
        Index("ix_outgoings_person_record", "person_id", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    address: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="composed")
    message_id: Mapped[str] = mapped_column(default="", index=True)
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"))
    composed_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
