"""Makes the directory's tables say what directory.toml says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.directory_file import (
    ClientEntry,
    DirectoryError,
    DirectoryFile,
    PersonEntry,
)
from mailflow.directory_file.changes import Applied, Change, Journal, Row
from mailflow.directory_file.matching import exchange, match
from mailflow.directory_file.projects import apply_projects
from mailflow.directory_file.rows import client_entry, person_entry
from mailflow.store import directory, inputs
from mailflow.store.database import Database
from mailflow.store.tables import (
    Address,
    Client,
    ClientOrigin,
    Person,
    Record,
)

Closed = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What somebody new has where the file says nothing."""

    language: str
    timezone: str


def apply_file(
    database: Database,
    wanted: DirectoryFile,
    defaults: Defaults,
    closed: Closed,
    now: datetime,
    *,
    prune: bool = False,
    dry_run: bool = False,
) -> Applied:
    """Apply a file that was checked, in one transaction; `dry_run` takes everything back.

    Persons are matched by any of their addresses, clients by name, else by an origin, projects by
    key. With `prune` what the file does not have is deactivated; nothing is ever deleted.
    `closed` are the states of each kind in which a record is closed. Raises DirectoryError where
    somebody whom the file does not have would be left without an address.
    """
    with database.write() as session:
        journal = Journal(prune, partial(_open_refs, session, closed))
        people = _apply_people(session, wanted.person, defaults, journal)
        clients = _apply_clients(session, wanted.client, journal)
        apply_projects(session, wanted.project, people, clients, journal)
        if journal.changes:
            _note(session, journal.changes, now)
        if dry_run:
            session.rollback()
    return Applied(journal.changes, journal.kept)


def _note(session: Session, changes: Sequence[Change], now: datetime) -> None:
    directory.touch(session, now)
    payload = {"changes": [f"{c.action} {c.what} {c.name}" for c in changes]}
    inputs.take_act(session, "directory apply", payload, now)


def _open_refs(session: Session, closed: Closed, row: Row) -> list[str]:
    if isinstance(row, Client):
        return []
    mine = (Record.owner_id if isinstance(row, Person) else Record.project_id) == row.id
    query = select(Record.ref, Record.kind, Record.state).where(mine).order_by(Record.id)
    return [r for r, kind, state in session.execute(query) if state not in closed.get(kind, ())]


def _apply_people(
    session: Session, entries: Sequence[PersonEntry], defaults: Defaults, journal: Journal
) -> dict[str, Person]:
    """The persons of the file by first address."""
    rows = directory.everybody(session)
    everybody = {row.id: row for row in rows}
    matched = match([e.addresses for e in entries], [(_addresses(row), row) for row in rows])
    left = [row for row in rows if row not in matched]
    if not journal.prune:
        _expect_addresses(left, entries)
    befores = [person_entry(row, {}) if row else None for row in matched]
    persons = [
        row or Person(language=defaults.language, timezone=defaults.timezone, active=False)
        for row in matched
    ]
    for row, entry in zip(persons, entries, strict=True):
        row.name = entry.name
        row.language, row.timezone = entry.language or row.language, entry.timezone or row.timezone
    session.add_all(persons)
    _move_addresses(session, persons, entries, left)
    found = {row.address: row for row in persons}
    for row, entry, before in zip(persons, entries, befores, strict=True):
        deputy = everybody.get(row.deputy_id or 0)
        row.deputy_id = found[entry.deputy].id if entry.deputy else None
        if before is not None:
            before = before.model_copy(update={"deputy": deputy and deputy.address})
        after = {"language": row.language, "timezone": row.timezone}
        journal.enter("person", entry.name, row, before, entry.model_copy(update=after))
    journal.leave("person", left)
    return found


def _addresses(row: Person) -> tuple[str, ...]:
    return tuple(address.address for address in row.addresses)


def _expect_addresses(left: Iterable[Person], entries: Iterable[PersonEntry]) -> None:
    taken = {address for entry in entries for address in entry.addresses}
    faults = [
        f'person {row.name} is not in the file, which gives "{row.address}" to somebody else: '
        "add this person with another address, or use --prune"
        for row in left
        if row.active and taken.issuperset(_addresses(row))
    ]
    if faults:
        raise DirectoryError(*faults)


def _move_addresses(
    session: Session,
    persons: Iterable[Person],
    entries: Sequence[PersonEntry],
    left: Iterable[Person],
) -> None:
    taken = {address for entry in entries for address in entry.addresses}
    wanted = [(row, entry.addresses) for row, entry in zip(persons, entries, strict=True)]
    wanted += [(row, tuple(a for a in _addresses(row) if a not in taken)) for row in left]
    changed = [(row, addresses) for row, addresses in wanted if addresses != _addresses(row)]
    exchange(
        session,
        [
            (row.addresses, [Address(address=a, position=n) for n, a in enumerate(addresses)])
            for row, addresses in changed
        ],
    )


def _apply_clients(
    session: Session, entries: Sequence[ClientEntry], journal: Journal
) -> dict[str, Client]:
    """The clients of the file by name."""
    rows = list(session.scalars(select(Client).order_by(Client.id)))
    matched = match(
        [(f"name {e.name}", *e.origins) for e in entries],
        [((f"name {row.name}", *_origins(row)), row) for row in rows],
    )
    left = [row for row in rows if row not in matched]
    befores = [client_entry(row) if row else None for row in matched]
    clients = [row or Client(active=False) for row in matched]
    for row, entry in zip(clients, entries, strict=True):
        row.name = entry.name
    session.add_all(clients)
    taken = {origin for entry in entries for origin in entry.origins}
    wanted = [(row, set(entry.origins)) for row, entry in zip(clients, entries, strict=True)]
    wanted += [(row, set(_origins(row)) - taken) for row in left]
    exchange(
        session,
        [
            (row.origins, [ClientOrigin(origin=origin) for origin in sorted(origins)])
            for row, origins in wanted
            if origins != set(_origins(row))
        ],
    )
    for row, entry, before in zip(clients, entries, befores, strict=True):
        journal.enter("client", entry.name, row, before, entry)
    journal.leave("client", left)
    return {row.name: row for row in clients}


def _origins(row: Client) -> tuple[str, ...]:
    return tuple(origin.origin for origin in row.origins)
