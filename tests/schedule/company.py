"""A small company in a real database: its people, projects, and records with their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailflow.kinds_file import load_kinds
from mailflow.pipeline import apply
from mailflow.snapshots import DirectoryCache, as_record, read_directory
from mailflow.store.database import Database
from mailflow.store.records import by_ids
from mailflow.store.tables import Address, Input, Meeting, Member, Person, Project
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Happened

ANNA, LI, TOM, MA, CHEN, EVE, GONE = range(1, 8)
PORTAL, GATE = 1, 2
PEOPLE = (
    (ANNA, "Anna Berg", "Europe/Berlin"),
    (LI, "Li Wei", "Asia/Shanghai"),
    (TOM, "Tom O'Neil", "America/New_York"),
    (MA, "Ma Jun", "Asia/Shanghai"),
    (CHEN, "Chen Yu", "Asia/Shanghai"),
    (EVE, "Eve Else", "UTC"),
    (GONE, "Gone Away", "UTC"),
)
# project, key, coordinator, sales, members, zone
PROJECTS: tuple[tuple[int, str, int, tuple[int, ...], tuple[int, ...], str], ...] = (
    (PORTAL, "PORTAL", CHEN, (ANNA, LI), (TOM, MA, GONE), "Asia/Shanghai"),
    (GATE, "GATE", ANNA, (LI,), (MA,), "Europe/Berlin"),
)
# a Monday, 09:00 in Shanghai
MONDAY = datetime(2026, 11, 30, 1, tzinfo=UTC)
CONFLICT = Kind(
    name="conflict",
    states=("named", "heard", "settled"),
    final=frozenset({"settled"}),
    agreement="both",
    agreed_state="settled",
    private=True,
)
KINDS = Kinds((*load_kinds(None).all, CONFLICT))
INSTALLATION = Installation(
    address="flow@acme.example",
    coordinator="person5@acme.example",
    timezone="Asia/Shanghai",
    language="en",
    policy="known",
    authserv_ids=(),
    secret=b"0" * 64,
    size_limit=25_000_000,
    kinds=KINDS,
)


@dataclass
class Company:
    database: Database

    @property
    def directories(self) -> DirectoryCache:
        return DirectoryCache(INSTALLATION.timezone)

    def directory(self, session: Session) -> Directory:
        return read_directory(session, INSTALLATION.timezone)

    def record(
        self,
        kind: str = "issue",
        *,
        owner: int = TOM,
        reporter: int = ANNA,
        project: int = PORTAL,
        at: datetime = MONDAY - timedelta(days=30),
        state: str | None = None,
        due: date | None = None,
        priority: str | None = None,
        routed: bool = True,
        watchers: Sequence[int] = (),
    ) -> int:
        """A record that was opened and then changed at the same moment; returns its id."""
        found = KINDS.by_name(kind)
        assert found is not None
        fields: dict[str, Any] = {
            "kind": kind,
            "state": found.states[0],
            "contact_id": None,
            "client_id": None,
            "reporter_id": reporter,
            "owner_id": owner,
            "why": {"rule": "route" if routed else "coordinator"},
        }
        with self.database.write() as session:
            row = apply.open_record(
                session,
                _cause(session, at),
                session.get_one(Project, project),
                fields,
                {"title": f"A {kind}", "text": "Its words"},
                reporter,
                at,
            )
            number = row.id
        if watchers:
            following = {str(person): "watch" for person in watchers}
            self.happen(number, "watch", at, old={"following": {}}, new={"following": following})
        changes = {"state": state, "due": due.isoformat() if due else None, "priority": priority}
        whats = {"state": "status", "due": "due", "priority": "priority"}
        for field, value in changes.items():
            if value is not None:
                self.happen(number, whats[field], at, old={}, new={field: value})
        return number

    def happen(
        self,
        record: int,
        what: str,
        at: datetime,
        *,
        old: dict[str, Any] | None = None,
        new: dict[str, Any] | None = None,
        text: str | None = None,
        actor: int = TOM,
    ) -> None:
        happened = Happened(what, old or {}, new or {}, text)
        with self.database.write() as session:
            before = as_record(by_ids(session, [record])[record])
            apply.happen(session, _cause(session, at), before, [happened], KINDS, actor, at)


def found_company(database: Database) -> Company:
    """Everybody of PEOPLE in PROJECTS; PORTAL meets on Thursdays at 10:00."""
    with database.write() as session:
        for number, name, zone in PEOPLE:
            person = Person(
                id=number, name=name, language="en", timezone=zone, active=number != GONE
            )
            person.addresses = [Address(address=f"person{number}@acme.example", position=0)]
            session.add(person)
        session.flush()
        for number, key, coordinator, sales, members, zone in PROJECTS:
            project = Project(
                id=number, key=key, name=key.title(), coordinator_id=coordinator, timezone=zone
            )
            roles = [(p, "sales") for p in sales] + [(p, "member") for p in members]
            project.members = [
                Member(person_id=person, role=role, position=position)
                for position, (person, role) in enumerate(roles)
            ]
            session.add(project)
        session.flush()
        session.add(weekly(PORTAL, "Weekly", "thursday", "10:00", place="Room 3"))
    return Company(database)


def weekly(project: int, name: str, day: str, at: str, place: str = "") -> Meeting:
    return Meeting(
        project_id=project, position=1, name=name, day=day, at=at, minutes=45, place=place
    )


def _cause(session: Session, at: datetime) -> Input:
    cause = Input(kind="act", state="processed", taken_at=at, processed_at=at)
    session.add(cause)
    session.flush()
    return cause
