"""What the clock fired, who leads, and when this installation began."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mailflow.store.tables.base import Base


class Firing(Base):
    """A due moment that happened; the key is unique, so it happens once."""

    __tablename__ = "firings"

    key: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    input_id: Mapped[int] = mapped_column(ForeignKey("inputs.id"))


class Lease(Base):
    """Who does something that only one may do at a time; `until` is real time."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    epoch: Mapped[int]
    until: Mapped[datetime]


class Landmark(Base):
    """A moment in the life of this installation, set once (its first run)."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
