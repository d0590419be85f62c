"""What is tracked: records, the events that made them, and which mails are about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailflow.store.tables.base import Base


class Text(Base):
    """A text that came from a person; events point to it, so that it can be blanked."""

    __tablename__ = "texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]


class Record(Base):
    """The fold of a record's events. Written only together with an event.

    `fields` are those of its kind, by their names; `links` {"relation", "record"} of what it hangs
    together with; `following` says of persons (their ids as texts) watch or mute. `spent` is in
    minutes.
    """

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        Index("ix_records_owner_state", "owner_id", "state"),
        Index("ix_records_project_kind_state", "project_id", "kind", "state"),
        Index("ix_records_due", "due"),
        Index("ix_records_reporter_id", "reporter_id", "id"),
        Index("ix_records_client_id", "client_id", "id"),
        Index("ix_records_contact_id", "contact_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    state: Mapped[str]
    title_id: Mapped[int] = mapped_column(ForeignKey("texts.id"))
    text_id: Mapped[int] = mapped_column(ForeignKey("texts.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    priority: Mapped[str]
    due: Mapped[date | None]
    agreements: Mapped[dict[str, Any]]
    why: Mapped[dict[str, Any]]
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    links: Mapped[list[Any]] = mapped_column(default=list)
    following: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reworked: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Alias(Base):
    """A ref that a record had before it moved to another project."""

    __tablename__ = "aliases"

    ref: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"))


class Event(Base):
    """One thing that happened to a record; append-only.

    `what` is one of the names in outbox/happened.py, which has a sentence for each.
    `new` are the columns of the record that it sets, `old` what they were; `text_id` is the words
    that came with it, `files` the attachments ({"name", "size" in octets}; the octets are in the
    raw mail). `actor_id` is null where the clock did it.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_record_id_id", "record_id", "id"),
        Index("ix_events_at", "at"),
        Index("ix_events_what_at", "what", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"))
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    what: Mapped[str]
    old: Mapped[dict[str, Any]] = mapped_column(default=dict)
    new: Mapped[dict[str, Any]] = mapped_column(default=dict)
    text_id: Mapped[int | None] = mapped_column(ForeignKey("texts.id"))
    files: Mapped[list[Any]] = mapped_column(default=list)


class Filed(Base):
    """Which record a received mail (by Message-ID) belongs to."""

    __tablename__ = "filed"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"), primary_key=True, index=True)
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"))


class Watcher(Base):
    """Who asked to be told about a record: its `following`, by person."""

    __tablename__ = "watchers"

    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)


class Reminded(Base):
    """That a stage of a record's lateness was told; `mark` says of which term (see norms.Term)."""

    __tablename__ = "reminded"

    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"))


class Rule(Base):
    """What somebody decided once for all mails alike; `key` says which (see workflow.rules).

    `decided` has project (id), kind, owner (id) as far as they were decided.
    """

    __tablename__ = "rules"
    __table_args__ = (Index("ix_rules_key_active", "key", "active"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    decided: Mapped[dict[str, Any]]
    made_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
