"""Translates rows of the store into what the workflow thinks with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mailflow.store import directory as store
from mailflow.store import tables
from mailflow.store.records import Row
from mailflow.workflow.directory import Directory
from mailflow.workflow.model import Client, Person, Project, Record, Route


@dataclass
class DirectoryCache:
    """The directory, read again whenever somebody changed it."""

    timezone: str
    revision: datetime | None = None
    directory: Directory | None = None

    def get(self, session: Session) -> Directory:
        current = store.revision(session)
        if self.directory is None or current != self.revision:
            self.directory, self.revision = read_directory(session, self.timezone), current
        return self.directory


def read_directory(session: Session, timezone: str) -> Directory:
    """Everybody there is; `timezone` is that of projects without their own."""
    persons = {row.id: _person(row) for row in store.everybody(session)}
    clients = {row.id: _client(row) for row in store.all_clients(session)}
    projects = [_project(row, timezone) for row in store.all_projects(session) if row.active]
    return Directory(
        persons=persons,
        projects={project.id: project for project in projects},
        clients=clients,
        addresses={a: p.id for p in persons.values() if p.active for a in p.addresses},
        origins={origin: client for client in clients.values() for origin in client.origins},
    )


def as_record(row: Row) -> Record:
    record = row.record
    return Record(
        id=record.id,
        ref=record.ref,
        project=record.project_id,
        kind=record.kind,
        state=record.state,
        title=row.title,
        text=row.text,
        owner=record.owner_id,
        reporter=record.reporter_id,
        priority=record.priority,
        due=record.due,
        contact=record.contact_id,
        client=record.client_id,
        agreements=record.agreements,
        watchers=row.watchers,
        routed=record.why.get("rule") != "coordinator",
    )


def _person(row: tables.Person) -> Person:
    addresses = tuple(address.address for address in row.addresses)
    return Person(row.id, row.name, addresses, row.language, row.timezone, row.active)


def _client(row: tables.Client) -> Client:
    return Client(row.id, row.name, frozenset(origin.origin for origin in row.origins))


def _project(row: tables.Project, timezone: str) -> Project:
    return Project(
        id=row.id,
        key=row.key,
        name=row.name,
        coordinator=row.coordinator_id,
        sales=tuple(m.person_id for m in row.members if m.role == "sales"),
        members=tuple(m.person_id for m in row.members if m.role == "member"),
        clients=frozenset(c.client_id for c in row.clients),
        timezone=row.timezone or timezone,
        policy=row.policy,
        routes=tuple(Route(r.kind, tuple(r.words), r.client_id, r.owner_id) for r in row.routes),
    )
