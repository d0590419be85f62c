"""Meetings as they take place: when and where, what they are to talk about, who comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mailflow.store.tables.base import Base


class Sitting(Base):
    """One time that a meeting takes place, weekly or called by somebody.

    `key` is that of its agenda's firing, `uid` that of its calendar object (RFC 5545). Only one
    that somebody called has `called_by` and `called_at`, and can be cancelled. `minutes_id` is the
    mail that brought the minutes, `additions` are those that added to them.
    """

    __tablename__ = "sittings"
    __table_args__ = (Index("ix_sittings_project_starts", "project_id", "starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    key: Mapped[str] = mapped_column(unique=True)
    uid: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    called_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    called_at: Mapped[datetime | None]
    cancelled: Mapped[bool] = mapped_column(default=False)
    minutes_id: Mapped[int | None] = mapped_column(ForeignKey("inputs.id"))
    additions: Mapped[list[Any]] = mapped_column(default=list)


class Point(Base):
    """What somebody wants to be talked about; without a sitting in the project's next meeting."""

    __tablename__ = "points"
    __table_args__ = (
        Index("ix_points_sitting", "sitting_id"),
        Index("ix_points_project_waiting", "project_id", "sitting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    text_id: Mapped[int] = mapped_column(ForeignKey("texts.id"))
    decides: Mapped[bool] = mapped_column(default=False)
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"), index=True)


class Attendance(Base):
    """What somebody answered to the invitation: accepted, declined or tentative."""

    __tablename__ = "attendances"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    answer: Mapped[str]
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"))
