"""Translates rows of the store into what the workflow thinks with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mailflow.store import directory as store
from mailflow.store import tables
from mailflow.store.records import Row
from mailflow.workflow.deputies import is_away, standing_in
from mailflow.workflow.directory import Directory
from mailflow.workflow.fold import following, links_of
from mailflow.workflow.model import Client, Person, Project, Record, Route
from mailflow.workflow.reversal import Deed


@dataclass
class DirectoryCache:
    """The directory, read again whenever somebody changed it.

    At a moment that is handed in, whoever is away then has a deputy.
    """

    timezone: str
    revision: datetime | None = None
    directory: Directory | None = None
    away: tuple[Person, ...] = ()

    def get(self, session: Session, now: datetime | None = None) -> Directory:
        current = store.revision(session)
        if self.directory is None or current != self.revision:
            self.directory, self.revision = read_directory(session, self.timezone), current
            everybody = self.directory.persons.values()
            self.away = tuple(one for one in everybody if one.away_until is not None)
        if now is None or not any(is_away(one, now) for one in self.away):
            return self.directory
        return standing_in(self.directory, now)


def read_directory(session: Session, timezone: str) -> Directory:
    """Everybody there is; `timezone` is that of projects without their own."""
    persons = {row.id: person_of(row) for row in store.everybody(session)}
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
        watchers=following(record.following, "watch"),
        muted=following(record.following, "mute"),
        routed=record.why.get("rule") != "coordinator",
        fields=record.fields,
        links=links_of(record.links),
        reworked=record.reworked,
        spent=record.spent,
        opened_at=record.created_at,
        answered_at=record.answered_at,
        settled_at=record.settled_at,
    )


def as_deed(event: tables.Event) -> Deed:
    said = event.text_id is not None or bool(event.files)
    return Deed(event.input_id, event.actor_id, event.what, event.old, event.new, said)


def person_of(row: tables.Person) -> Person:
    """What somebody wished for outweighs what the directory's file says."""
    wishes = row.preferences
    return Person(
        id=row.id,
        name=row.name,
        addresses=tuple(address.address for address in row.addresses),
        language=wishes.get("language", row.language),
        timezone=wishes.get("timezone", row.timezone),
        active=row.active,
        deputy=row.deputy_id,
        away_until=row.away_until,
        digest=wishes.get("digest", "weekly"),
    )


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
