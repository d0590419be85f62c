"""The directory's rows as entries of directory.toml: to compare with a file, and to write one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from mailflow.directory_file import (
    ClientEntry,
    DirectoryFile,
    MeetingEntry,
    PersonEntry,
    ProjectEntry,
    RouteEntry,
)
from mailflow.settings.types import DAYS
from mailflow.store import directory
from mailflow.store.tables import Client, Meeting, Person, Project

People = Mapping[int, Person]
Clients = Mapping[int, Client]


def export(session: Session) -> DirectoryFile:
    """Everybody and everything that is active; applying it again changes nothing."""
    people = {row.id: row for row in directory.everybody(session)}
    clients = {row.id: row for row in directory.all_clients(session)}
    projects = [row for row in directory.all_projects(session) if row.active]
    return DirectoryFile.model_construct(
        person=tuple(person_entry(row, people) for row in people.values() if row.active),
        client=tuple(client_entry(row) for row in clients.values()),
        project=tuple(project_entry(row, people, clients) for row in projects),
    )


def person_entry(row: Person, people: People) -> PersonEntry:
    deputy = people.get(row.deputy_id) if row.deputy_id else None
    return PersonEntry.model_construct(
        name=row.name,
        addresses=tuple(address.address for address in row.addresses),
        language=row.language,
        timezone=row.timezone,
        deputy=deputy.address if deputy else None,
    )


def client_entry(row: Client) -> ClientEntry:
    origins = [origin.origin for origin in row.origins]
    return ClientEntry.model_construct(
        name=row.name,
        domains=tuple(origin for origin in origins if "@" not in origin),
        addresses=tuple(origin for origin in origins if "@" in origin),
    )


def project_entry(row: Project, people: People, clients: Clients) -> ProjectEntry:
    def in_role(role: str) -> tuple[str, ...]:
        return tuple(people[m.person_id].address for m in row.members if m.role == role)

    routes = [
        RouteEntry.model_construct(
            kind=route.kind,
            words=tuple(route.words),
            client=clients[route.client_id].name if route.client_id else None,
            owner=people[route.owner_id].address,
        )
        for route in row.routes
    ]
    return ProjectEntry.model_construct(
        key=row.key,
        name=row.name,
        coordinator=people[row.coordinator_id].address,
        sales=in_role("sales"),
        members=in_role("member"),
        clients=tuple(sorted(clients[c.client_id].name for c in row.clients)),
        timezone=row.timezone,
        policy=row.policy,
        route=tuple(routes),
        meeting=tuple(_meeting(meeting) for meeting in row.meetings),
    )


def _meeting(row: Meeting) -> MeetingEntry:
    return MeetingEntry.model_construct(
        name=row.name,
        day=DAYS.index(row.day),
        at=row.at,
        minutes=row.minutes,
        place=row.place,
    )
