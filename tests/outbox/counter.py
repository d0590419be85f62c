"""The company's post counter: mails and notices go in, composed mails come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mailflow.outbox.composer import compose
from mailflow.snapshots import read_directory
from mailflow.store.database import Database
from mailflow.store.tables import Input, Notice, Outgoing
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Person
from tests.pipeline.desk import INSTALLATION, Desk, open_desk


@dataclass
class Counter:
    """`now` is the counter's own time; the desk before it has its own."""

    desk: Desk
    installation: Installation = INSTALLATION
    read: int = field(default=0)

    @property
    def database(self) -> Database:
        return self.desk.database

    @property
    def now(self) -> datetime:
        return self.desk.now

    def later(self, **time: float) -> None:
        self.desk.now += timedelta(**time)

    def tell(
        self,
        person: Person,
        kind: str,
        *reasons: Mapping[str, Any],
        at: datetime | None = None,
        payload: Mapping[str, Any] | None = None,
        cause: str = "act",
    ) -> int:
        """A notice as the pipeline and the clock write them; returns its id."""
        at = at or self.now
        with self.database.write() as session:
            row = Input(kind=cause, state="processed", taken_at=at, payload=dict(payload or {}))
            session.add(row)
            session.flush()
            notice = Notice(
                input_id=row.id,
                person_id=person.id,
                kind=kind,
                reasons=[dict(reason) for reason in reasons],
                created_at=at,
            )
            session.add(notice)
            session.flush()
            return notice.id

    def compose(self, **rules: Any) -> int:
        with self.database.write() as session:
            directory = read_directory(session, self.installation.timezone)
            return compose(session, self.installation, directory, self.now, **rules)

    def outgoings(self) -> list[Outgoing]:
        with self.database.read() as session:
            return list(session.scalars(select(Outgoing).order_by(Outgoing.id)))

    def new(self) -> list[Outgoing]:
        """The mails composed since the last time."""
        found = [row for row in self.outgoings() if row.id > self.read]
        self.read = max([self.read, *(row.id for row in found)])
        return found

    def with_settings(self, **changed: Any) -> None:
        self.installation = replace(self.installation, **changed)


def open_counter(path: Path) -> Counter:
    """A counter on a SQLite file, which `seed_file` made."""
    return Counter(Desk(Database(f"sqlite:///{path}")))


def seed_file(path: Path) -> None:
    """The company in a new SQLite file."""
    open_desk(f"sqlite:///{path}").database.close()


def parsed(row: Outgoing) -> EmailMessage:
    mail = message_from_bytes(row.body, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(row: Outgoing) -> str:
    return part_of(row, "plain")


def html_of(row: Outgoing) -> str:
    return part_of(row, "html")


def part_of(row: Outgoing, subtype: str) -> str:
    body = parsed(row).get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
