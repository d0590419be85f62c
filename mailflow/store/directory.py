"""Reading the directory as one snapshot, and what mails add to it (contacts)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.store.tables import Client, Contact, Landmark, Person, Project

REVISION = "directory"
ONE_TICK = timedelta(microseconds=1)


def revision(session: Session) -> datetime | None:
    """Changes whenever the directory was changed."""
    return session.scalar(select(Landmark.at).where(Landmark.name == REVISION))


def touch(session: Session, now: datetime) -> None:
    """Say that the directory was changed, so that everybody reads it again."""
    mark = session.get(Landmark, REVISION)
    if mark is None:
        session.add(Landmark(name=REVISION, at=now))
    else:
        mark.at = max(now, mark.at + ONE_TICK)


def set_away(session: Session, person_id: int, until: datetime | None, now: datetime) -> None:
    """Note until when somebody is away; None where they are back."""
    session.get_one(Person, person_id).away_until = until
    touch(session, now)


def everybody(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).order_by(Person.id)))


def all_clients(session: Session) -> list[Client]:
    return list(session.scalars(select(Client).where(Client.active).order_by(Client.id)))


def all_projects(session: Session) -> list[Project]:
    return list(session.scalars(select(Project).order_by(Project.id)))


def contact(session: Session, name: str, address: str, client_id: int | None) -> Contact:
    """The contact of this name and address, made where it is new."""
    query = select(Contact).where(Contact.address == address, Contact.name == name)
    found = session.scalars(query).first()
    if found is None:
        found = Contact(name=name, address=address, client_id=client_id)
        session.add(found)
        session.flush()
    return found


def contacts_named(session: Session, name: str) -> list[Contact]:
    """At most two contacts of that name who have an address."""
    query = select(Contact).where(Contact.name == name, Contact.address != "")
    return list(session.scalars(query.order_by(Contact.id).limit(2)))
