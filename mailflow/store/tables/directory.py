"""Who there is: persons, clients and their contacts, projects and who belongs to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailflow.store.tables.base import Base


class Person(Base):
    """Somebody of ours. One who left stays as a name (`active` is false).

    `preferences` is what they asked for themselves (language, timezone; digest: weekly, daily, off)
    and outweighs the directory's. `away_until` is set by a vacation answer.
    """

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str]
    timezone: Mapped[str]
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    away_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    addresses: Mapped[list[Address]] = relationship(
        order_by="Address.position", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def address(self) -> str:
        """The first address; mails go there."""
        return self.addresses[0].address if self.addresses else ""


class Address(Base):
    """An address of a person, folded; unique among all persons."""

    __tablename__ = "addresses"

    address: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    position: Mapped[int]


class Client(Base):
    """A company that is served."""

    __tablename__ = "clients"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    origins: Mapped[list[ClientOrigin]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="ClientOrigin.origin"
    )


class ClientOrigin(Base):
    """A domain or a whole address (it has an @) by which a client's mails are known."""

    __tablename__ = "client_origins"

    origin: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)


class Contact(Base):
    """A human at a client, as a mail named them; the address is missing where the mail has none."""

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_address_name", "address", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(default="")
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"), index=True)


class Project(Base):
    """A project. `last_number` is the counter that gives its records their numbers."""

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    timezone: Mapped[str | None]
    policy: Mapped[str | None]
    last_number: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    members: Mapped[list[Member]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="Member.position"
    )
    clients: Mapped[list[ProjectClient]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="ProjectClient.client_id"
    )
    routes: Mapped[list[Route]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="Route.position"
    )
    meetings: Mapped[list[Meeting]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="Meeting.position"
    )


class Member(Base):
    """A person's place in a project; role is sales or member."""

    __tablename__ = "members"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]


class ProjectClient(Base):
    __tablename__ = "project_clients"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), primary_key=True, index=True)


class Route(Base):
    """Who owns a new record; the first route of a project that fits."""

    __tablename__ = "routes"
    __table_args__ = (UniqueConstraint("project_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    position: Mapped[int]
    kind: Mapped[str | None]
    words: Mapped[list[str]]
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))


class Meeting(Base):
    """A weekly meeting: `day` is monday…sunday, `at` HH:MM in the project's zone."""

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    position: Mapped[int]
    name: Mapped[str]
    day: Mapped[str]
    at: Mapped[str]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(default="")
