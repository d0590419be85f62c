"""Reads the mails that opened records again and says what is read otherwise today.

A value counts only where the record still has what the mail gave it, and where something is read
today: what somebody said since stays, and nothing is taken away. Where a mail belongs (project,
kind, owner) and what its commands did is never decided again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mailflow.pipeline.apply import happen
from mailflow.pipeline.as_read import CORRECTED, AsRead, Reread
from mailflow.pipeline.client import find_client
from mailflow.pipeline.notices import Notices
from mailflow.pipeline.opening import read
from mailflow.pipeline.place import title_of
from mailflow.pipeline.sender import sender
from mailflow.pipeline.work import Work
from mailflow.snapshots import as_record
from mailflow.store import directory as people
from mailflow.store import inputs, records
from mailflow.store.tables import Contact, Event, Filed, Input, Message
from mailflow.workflow import fields
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Happened, Person
from mailflow.workflow.routing import client_of
from parsers import parse

BATCH = 200


@dataclass
class Rereading:
    """`unread` are the inputs that could not be read again, with the reason."""

    session: Session
    installation: Installation
    directory: Directory
    unread: list[tuple[int, str]]

    def all(
        self, since: datetime | None = None, only: Sequence[int] = ()
    ) -> Iterator[list[Reread]]:
        """Of each batch of records (taken by `since` or their ids) what is read otherwise."""
        last = 0
        while events := openings(self.session, last, since, only):
            last = events[-1].id
            found = [self.of_record(event) for event in events]
            self.session.expunge_all()
            yield [one for one in found if one is not None]

    def of_record(self, opened: Event) -> Reread | None:
        """None where nothing is read otherwise, or the mail is not there any more."""
        raw = inputs.raw_of(self.session, opened.input_id)
        if not raw:
            return None
        try:
            return self._compare(opened, raw)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 (one mail that breaks must not end the others)
            self.unread.append((opened.input_id, f"{type(error).__name__}: {error}"[:300]))
            return None

    def _compare(self, opened: Event, raw: bytes) -> Reread | None:
        work = self._work(opened, raw)
        sender(work)
        kind = self.installation.kinds.by_name(opened.new["kind"])
        if kind is None or not work.mail.senders:
            return None
        work.person = self._author(work, opened.new["reporter_id"])
        in_doubt = find_client(work)
        reading = read(work, kind)
        row = records.by_ids(self.session, [opened.record_id])[opened.record_id]
        history = AsRead(row, records.events_of(self.session, opened.record_id))
        language = self.directory.persons[opened.new["reporter_id"]].language
        project = self.directory.projects.get(opened.new["project_id"])
        settled = fields.settle(kind.fields, reading.values, work.today(project), language)
        if title_of(work):
            history.text("title", row.title, title_of(work))
        if reading.text:
            history.text("text", row.text, reading.text)
        history.values(settled.fields, settled.due.isoformat() if settled.due else None)
        history.client(work, [] if in_doubt else reading.clients)
        history.files(work.files())
        return history.reread(opened)

    def _work(self, opened: Event, raw: bytes) -> Work:
        """The mail as its steps see it, at the moment when it was handled."""
        return Work(
            session=self.session,
            installation=self.installation,
            directory=self.directory,
            input=self.session.get_one(Input, opened.input_id),
            message=self.session.get_one(Message, opened.input_id),
            mail=parse(raw),
            now=opened.at,
            notices=Notices(),
        )

    def _author(self, work: Work, reporter: int) -> Person | None:
        """Who of ours wrote it; None where the reporter let somebody else's mail in. The directory
        may have changed since: who left is still its author."""
        if work.person is not None and work.person.id == reporter:
            return work.person
        let_in = work.input.decisions.get("by") == reporter
        return None if let_in else self.directory.persons.get(reporter)


def openings(
    session: Session, after: int, since: datetime | None, only: Sequence[int]
) -> list[Event]:
    """Events by which mails opened the record that they are filed under; by id, behind `after`.

    A form's answer is none of them: its title and words are made of its lines.
    """
    filed = (Filed.record_id == Event.record_id) & (Filed.input_id == Event.input_id)
    query = (
        select(Event)
        .join(Input, Input.id == Event.input_id)
        .join(Filed, filed)
        .where(Event.id > after, Event.what == "opened", Input.kind == "message")
        .where(Input.reason.is_(None))
    )
    if since is not None:
        query = query.where(Event.at >= since)
    if only:
        query = query.where(Event.record_id.in_(only))
    return list(session.scalars(query.order_by(Event.id).limit(BATCH)))


def correct(again: Rereading, cause: Input, record_id: int, now: datetime) -> Reread | None:
    """Read the mail of a record once more and write what is read otherwise; nobody is told."""
    session = again.session
    opened = openings(session, 0, None, [record_id])
    found = again.of_record(opened[0]) if opened else None
    if found is None:
        return None
    before = as_record(records.by_ids(session, [record_id])[record_id])
    # whose words they were stands in the event, so that they can be forgotten with them
    old, new = {**found.event.old, "contact_id": before.contact}, dict(found.event.new)
    client = next((one.after for one in found.found if one.field == "client"), None)
    if client is not None:
        contact = contact_of(again, client)
        old["client_id"] = before.client
        new |= {"contact_id": contact.id, "client_id": contact.client_id}
    event = Happened(CORRECTED, old, new, None, found.event.files)
    happen(session, cause, before, [event], again.installation.kinds, None, now)
    return found


def contact_of(again: Rereading, client: Sequence[str]) -> Contact:
    name, address = client
    company = client_of(address, again.directory.origins) if address else None
    return people.contact(again.session, name, address, company.id if company else None)
