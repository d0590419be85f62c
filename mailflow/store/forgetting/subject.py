"""Whom an address stands for: one of ours, contacts of clients, or merely a sender of mails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.store.forgetting.mentions import Mentions, is_telling
from mailflow.store.tables import Address, Contact, Person


@dataclass(frozen=True)
class Subject:
    """One human. `unsafe` are names that others have too or that are too short to look for."""

    person: Person | None
    contacts: tuple[Contact, ...]
    addresses: frozenset[str]
    names: frozenset[str]
    unsafe: frozenset[str]
    # what stands for them alone, and what may stand for them
    mentions: Mentions = field(init=False)
    anywhere: Mentions = field(init=False)

    def __post_init__(self) -> None:
        safe = self.names - self.unsafe
        object.__setattr__(self, "mentions", Mentions(self.addresses, safe))
        object.__setattr__(self, "anywhere", Mentions(self.addresses, self.names))

    def is_author(self, name: str, address: str) -> bool:
        """Whether a mailbox that a forwarded mail names is theirs."""
        return address in self.addresses if address else name in self.names


def find(session: Session, address: str) -> Subject:
    """All that an address (folded) stands for; contacts of the same name without an address too."""
    owner = session.get(Address, address)
    person = session.get(Person, owner.person_id) if owner else None
    addresses = {address} | ({one.address for one in person.addresses} if person else set())
    known = session.scalars(select(Contact).where(Contact.address.in_(addresses))).all()
    names = {one.name for one in (*known, *([person] if person else ())) if one.name}
    nameless = select(Contact).where(Contact.address == "", Contact.name.in_(names))
    contacts = (*known, *session.scalars(nameless))
    return Subject(
        person=person,
        contacts=contacts,
        addresses=frozenset(addresses),
        names=frozenset(names),
        unsafe=frozenset(
            {name for name in names if not is_telling(name)}
            | _shared(session, names, person, contacts)
        ),
    )


def _shared(
    session: Session, names: set[str], person: Person | None, contacts: Iterable[Contact]
) -> set[str]:
    """Those of the names that somebody else has, too."""
    mine = [one.id for one in contacts]
    others = select(Contact.name).where(Contact.name.in_(names), Contact.id.not_in(mine))
    ours = select(Person.name).where(Person.name.in_(names))
    if person is not None:
        ours = ours.where(Person.id != person.id)
    return {*session.scalars(others), *session.scalars(ours)}
