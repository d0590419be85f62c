"""Makes the projects' tables say what directory.toml says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.directory_file import ProjectEntry
from mailflow.directory_file.changes import Journal, differences
from mailflow.directory_file.matching import exchange
from mailflow.directory_file.rows import project_entry
from mailflow.settings.types import DAYS
from mailflow.store import directory
from mailflow.store.tables import Client, Meeting, Member, Person, Project, ProjectClient, Route


def apply_projects(
    session: Session,
    entries: Sequence[ProjectEntry],
    people: Mapping[str, Person],
    clients: Mapping[str, Client],
    journal: Journal,
) -> None:
    """Make the rows what the entries say; `people` go by first address, `clients` by name."""
    left = {row.key: row for row in directory.all_projects(session)}
    every_person = {row.id: row for row in directory.everybody(session)}
    every_client = {row.id: row for row in session.scalars(select(Client))}
    for entry in entries:
        row = left.pop(entry.key, None) or Project(key=entry.key, active=False)
        before = project_entry(row, every_person, every_client) if row.id else None
        if before is None or differences(before, entry):
            row.name, row.timezone, row.policy = entry.name, entry.timezone, entry.policy
            row.coordinator_id = people[entry.coordinator].id
            session.add(row)
            exchange(session, _parts(row, entry, people, clients))
        journal.enter("project", entry.key, row, before, entry)
    journal.leave("project", left.values())


def _parts(
    row: Project,
    entry: ProjectEntry,
    people: Mapping[str, Person],
    clients: Mapping[str, Client],
) -> list[tuple[list[Any], list[Any]]]:
    """The project's lists, with what they are to hold."""
    roles = (("sales", entry.sales), ("member", entry.members))
    members = [
        Member(person_id=people[address].id, role=role, position=n)
        for role, addresses in roles
        for n, address in enumerate(addresses)
    ]
    routes = [
        Route(
            position=n,
            kind=route.kind,
            words=list(route.words),
            client_id=clients[route.client].id if route.client else None,
            owner_id=people[route.owner].id,
        )
        for n, route in enumerate(entry.route, start=1)
    ]
    meetings = [
        Meeting(
            position=n,
            name=meeting.name,
            day=DAYS[meeting.day],
            at=meeting.at,
            minutes=meeting.minutes,
            place=meeting.place,
        )
        for n, meeting in enumerate(entry.meeting, start=1)
    ]
    served = [ProjectClient(client_id=clients[name].id) for name in entry.clients]
    pairs = ((row.members, members), (row.clients, served), (row.routes, routes))
    return [*pairs, (row.meetings, meetings)]
