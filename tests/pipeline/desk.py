"""The company of the workflow tests in a database, with the pipeline over it: no servers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from mailflow.intake.source import Arrival
from mailflow.outbox.composer import compose
from mailflow.pipeline.engine import Engine
from mailflow.store import inputs, records
from mailflow.store.database import Database
from mailflow.store.records import Row
from mailflow.store.tables import (
    Address,
    Client,
    ClientOrigin,
    Input,
    Landmark,
    Meeting,
    Member,
    Notice,
    Outgoing,
    Project,
    ProjectClient,
    Record,
    Route,
)
from mailflow.store.tables import Person as PersonRow
from mailflow.workflow import model
from mailflow.workflow.fold import fold
from mailflow.workflow.installation import Installation
from tests.servers.ready import ready
from tests.workflow.company import GATE, GLOBEX, HUAXING, KINDS, PEOPLE, PORTAL

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
INSTALLATION = Installation(
    address="flow@acme.example",
    coordinator="chen@acme.example",
    timezone="Asia/Shanghai",
    language="en",
    policy="known",
    authserv_ids=("mx.acme.example",),
    secret=b"0" * 64,
    size_limit=25_000_000,
    kinds=KINDS,
)


def seed(database: Database) -> None:
    """Everybody of the company, with the same ids."""
    with database.write() as session:
        for person in PEOPLE:
            row = PersonRow(
                id=person.id, name=person.name, language=person.language, timezone=person.timezone
            )
            row.addresses = [
                Address(address=address, position=n) for n, address in enumerate(person.addresses)
            ]
            session.add(row)
        for client in (GLOBEX, HUAXING):
            origins = [ClientOrigin(origin=origin) for origin in sorted(client.origins)]
            session.add(Client(id=client.id, name=client.name, origins=origins))
        session.flush()
        for project in (PORTAL, GATE):
            session.add(_project(project))
        session.add(Landmark(name="directory", at=NOW))


def _project(project: model.Project) -> Project:
    people = [("sales", project.sales), ("member", project.members)]
    return Project(
        id=project.id,
        key=project.key,
        name=project.name,
        coordinator_id=project.coordinator,
        timezone=project.timezone,
        members=[
            Member(person_id=person, role=role, position=n)
            for role, persons in people
            for n, person in enumerate(persons)
        ],
        clients=[ProjectClient(client_id=client) for client in sorted(project.clients)],
        routes=[
            Route(
                position=n,
                kind=route.kind,
                words=list(route.words),
                client_id=route.client,
                owner_id=route.owner,
            )
            for n, route in enumerate(project.routes)
        ],
        meetings=[Meeting(position=0, name="Weekly", day="thursday", at="10:00", minutes=45)],
    )


def mail_of(
    person: model.Person, subject: str, text: str, headers: Iterable[tuple[str, str]] = ()
) -> bytes:
    """A mail of somebody whom our mail server vouches for."""
    mail = EmailMessage()
    mail["Authentication-Results"] = "mx.acme.example; dmarc=pass header.from=acme.example"
    mail["From"] = formataddr((person.name, person.address))
    mail["To"], mail["Subject"] = "flow@acme.example", subject
    mail["Date"], mail["Message-ID"] = format_datetime(NOW), make_msgid(domain="mail.example")
    for name, value in headers:
        del mail[name]
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes(policy=SMTP)


@dataclass
class Desk:
    """Mails are put on it; `work` handles them, a minute later each time."""

    database: Database
    now: datetime = NOW
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Engine(self.database, INSTALLATION, {}, lambda: self.now)

    def put(self, *mails: bytes) -> None:
        arrivals = [Arrival(raw=raw, mailbox="test", size=len(raw)) for raw in mails]
        with self.database.write() as session:
            inputs.take_mails(session, arrivals, self.now)

    def work(self) -> int:
        handled = 0
        while self.engine.handle_next(self.now):
            handled += 1
        self.now += timedelta(minutes=1)
        return handled

    def compose(self) -> int:
        with self.database.write() as session:
            directory = self.engine.directory.get(session)
            return compose(session, INSTALLATION, directory, self.now)

    def answer_of(self, person: model.Person, text: str) -> bytes:
        """Somebody's reply to the last mail that they got."""
        with self.database.read() as session:
            query = select(Outgoing.message_id).where(Outgoing.person_id == person.id)
            answered = session.scalars(query.order_by(Outgoing.id.desc())).first()
        return mail_of(person, "Re: your mail", text, [("In-Reply-To", answered or "")])

    def close_project(self, key: str) -> None:
        with self.database.write() as session:
            session.scalars(select(Project).where(Project.key == key)).one().active = False
            session.get_one(Landmark, "directory").at = self.now

    def records(self) -> list[Row]:
        with self.database.read() as session:
            return records.rows(session)

    def fold(self, session: Session, record_id: int) -> dict[str, Any]:
        """What the record is by its events alone."""
        return records.as_columns(fold(records.events_of(session, record_id)))

    def columns(self, row: Row) -> dict[str, Any]:
        """What its row says."""
        names = (column.key for column in inspect(Record).column_attrs)
        return {name: getattr(row.record, name) for name in names if name != "id"}

    def states(self) -> list[tuple[str, str | None]]:
        with self.database.read() as session:
            rows = session.scalars(select(Input).order_by(Input.id))
            return [(row.state, row.reason) for row in rows]

    def notices(self) -> list[Notice]:
        with self.database.read() as session:
            return list(session.scalars(select(Notice).order_by(Notice.id)))


def open_desk(url: str) -> Desk:
    database = ready(url)
    seed(database)
    return Desk(database)
