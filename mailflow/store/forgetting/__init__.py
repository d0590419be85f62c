"""Takes one human's data out of the database; the history keeps its shape.

Who did what stays, by number; what they wrote, their addresses and their name do not. Events point
to the same texts as before, so a record is still the fold of its events.
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from mailflow.store import directory, inputs
from mailflow.store.database import Database
from mailflow.store.forgetting import columns
from mailflow.store.forgetting.mails import Scan, quoting, said_by
from mailflow.store.forgetting.mentions import OMITTED, Quotations
from mailflow.store.forgetting.subject import Subject, find
from mailflow.store.forgetting.words import blank, blank_meetings, own_words
from mailflow.store.tables import (
    Address,
    Blocked,
    ClientOrigin,
    Filed,
    Input,
    Member,
    Message,
    Notice,
    Outgoing,
    Person,
    Question,
    Raw,
    Rule,
)

WAITING = ("stored", "held", "quarantined")
FORGOTTEN = "forgotten"
EMPTY = zlib.compress(b"")

__all__ = ["FORGOTTEN", "OMITTED", "Busy", "Forgotten", "StillActive", "Subject", "forget"]


class StillActive(Exception):
    """They are in the directory; `name` is theirs."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Busy(Exception):
    """A mail to them is on its way out at this moment."""


@dataclass
class Forgotten:
    """What was taken out, counted, and what a later call can still take out or nobody can.

    `unread` are mails of others that mention them and are not handled yet, `left` where mentions
    remain (table.column → rows), which a dry run cannot say.
    """

    subject: Subject
    counts: Counter[str] = field(default_factory=Counter)
    unread: int = 0
    left: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.subject.person or self.subject.contacts or self.counts.total())


def forget(
    database: Database, address: str, mark: str, now: datetime, *, dry_run: bool = False
) -> Forgotten:
    """Forget whom an address (folded) stands for, in one transaction; `mark` is what the act in the
    history knows them by. Mails are read before it, so that it is short.

    Raises StillActive, Busy.
    """
    scan = Scan()
    with database.read() as session:
        scan.read_on(session, _subject(session, address))
    with database.write() as session:
        if not database.is_sqlite:
            # nothing that is being handled may bring back what is taken out
            session.connection().exec_driver_sql("LOCK TABLE inputs, outgoings IN EXCLUSIVE MODE")
        subject = _subject(session, address)
        scan.read_on(session, subject)
        found = _Eraser(session, subject, scan, now).erase()
        if found and not dry_run:
            payload = {"who": mark, "counts": dict(found.counts)}
            inputs.take_act(session, "forget", payload, now)
            directory.touch(session, now)
        else:
            session.rollback()
    if found and not dry_run:
        with database.read() as session:
            found.left = columns.left(session, subject.mentions)
    return found


def _subject(session: Session, address: str) -> Subject:
    subject = find(session, address)
    if subject.person is not None and subject.person.active:
        raise StillActive(subject.person.name)
    return subject


@dataclass
class _Eraser:
    session: Session
    subject: Subject
    scan: Scan
    now: datetime
    counts: Counter[str] = field(default_factory=Counter)

    def erase(self) -> Forgotten:
        """What people wrote first: where it stood says which mails quote it."""
        session, subject, scan = self.session, self.subject, self.scan
        words = own_words(session, subject, scan)
        stood = blank(session, words.texts)
        self.counts["texts"] += len(stood)
        if subject.person is not None:
            blank_meetings(session, subject.person.id)
        unread = self._received(words.records, Quotations(stood))
        self._sent(words.records, Quotations(stood))
        self._directory()
        session.flush()
        self.counts["mentions"] += columns.scrub(session, subject.mentions, words, scan.sent)
        return Forgotten(subject, +self.counts, unread)

    def _received(self, records: set[int], quotes: Quotations) -> int:
        """Empty the received mails; returns how many of others wait to be handled."""
        scan = self.scan
        rows = self.session.execute(select(Filed.input_id, Filed.record_id))
        filed = {row.input_id for row in rows if row.record_id in records}
        concerned = scan.sent | scan.brought | scan.mentioned
        concerned |= quoting(self.session, filed - concerned, quotes.__contains__)
        unread = 0
        for input_id in sorted(concerned):
            taken = self.session.get_one(Input, input_id)
            theirs = input_id in scan.sent
            if taken.state in WAITING and not theirs:
                unread += 1
                continue
            self._empty(taken, theirs=theirs, whole=theirs or input_id in scan.brought)
        for message in (self.session.get_one(Message, n) for n in filed):
            if message.subject in quotes:
                message.subject = ""
        return unread

    def _empty(self, taken: Input, *, theirs: bool, whole: bool) -> None:
        raw, message = self.session.get_one(Raw, taken.id), self.session.get_one(Message, taken.id)
        self.counts["received mails"] += raw.compressed != EMPTY
        raw.compressed = EMPTY
        taken.detail = None
        if whole:
            message.subject = ""
        if theirs:
            message.sender, message.place, taken.sender = "", "", ""
        if taken.state in WAITING:
            self._drop(taken)

    def _drop(self, taken: Input) -> None:
        """A mail of theirs that waits goes no further, and nobody is asked about it any more."""
        taken.state, taken.reason, taken.processed_at = "ignored", FORGOTTEN, self.now
        self.session.execute(delete(Blocked).where(Blocked.input_id == taken.id))
        if taken.held_for is not None:
            question = self.session.get_one(Question, taken.held_for)
            question.answered_at = question.answered_at or self.now
        waiting = (Notice.input_id == taken.id, Notice.outgoing_id.is_(None))
        self.session.execute(delete(Notice).where(*waiting))
        self.counts["waiting mails dropped"] += 1

    def _sent(self, records: set[int], quotes: Quotations) -> None:
        """Mails of ours to them and about them. What has not left is composed anew from what is
        still known; of what left, the octets are emptied."""
        person = self.subject.person.id if self.subject.person else 0
        wanted = (Outgoing.id, Outgoing.person_id, Outgoing.record_id, Outgoing.about)
        for found in self.session.execute(select(*wanted).where(Outgoing.message_id != "")).all():
            about = {found.record_id, *found.about.get("records", ())} & records
            named = found.person_id == person or found.id in self.scan.outgoings
            row = self.session.get_one(Outgoing, found.id) if named or about else None
            if row is not None and (named or said_by(row) in quotes):
                self._take_back(row, theirs=row.person_id == person)
        waiting = (Notice.person_id == person, Notice.outgoing_id.is_(None))
        self.session.execute(delete(Notice).where(*waiting))

    def _take_back(self, row: Outgoing, *, theirs: bool) -> None:
        """A mail that failed can be sent no more, only be composed again."""
        if row.state == "sending":
            raise Busy
        self.counts["sent mails"] += bool(row.body)
        notices = update(Notice).where(Notice.outgoing_id == row.id)
        if row.state == "sent":
            row.subject, row.body, row.last_error = "", b"", None
            row.address = "" if theirs else row.address
        elif theirs or row.state == "composed":
            # of theirs the notices are taken out with those that wait
            self.session.execute(notices.values(outgoing_id=None))
            self.session.delete(row)
        else:
            row.subject, row.body, row.message_id = "", b"", ""

    def _directory(self) -> None:
        person, session = self.subject.person, self.session
        for contact in self.subject.contacts:
            contact.name, contact.address = f"{OMITTED} {contact.id}", ""
        self.counts["contacts"] += len(self.subject.contacts)
        origins = delete(ClientOrigin).where(ClientOrigin.origin.in_(self.subject.addresses))
        self.counts["addresses of clients"] += session.execute(origins).rowcount  # type: ignore[attr-defined]
        keys = [Rule.key.startswith(f"place:{one}:") for one in self.subject.addresses]
        if person is not None:
            keys.append(Rule.key.startswith(f"place:{person.id}:"))
            self._person(person)
        session.execute(update(Rule).where(or_(*keys)).values(active=False))

    def _person(self, person: Person) -> None:
        """Stays as somebody without a name, whom events point to."""
        self.counts["persons"] += 1
        session = self.session
        session.execute(delete(Address).where(Address.person_id == person.id))
        session.execute(delete(Member).where(Member.person_id == person.id))
        session.execute(update(Person).where(Person.deputy_id == person.id).values(deputy_id=None))
        session.expire(person, ["addresses"])
        person.name, person.preferences, person.away_until = OMITTED, {}, None
        person.language, person.timezone, person.deputy_id = "en", "UTC", None
