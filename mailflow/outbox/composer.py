"""Makes the mails: one for one person out of all notices that are due, its octets frozen."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from mailflow.outbox.draft import draft
from mailflow.outbox.facts import Facts, load
from mailflow.outbox.letter import Letter, octets
from mailflow.outbox.reader import Reader, reader_of, zone_of
from mailflow.outbox.render import render
from mailflow.outbox.selection import MOST_IN_ONE, Past, Planned, Rules, plan
from mailflow.outbox.view import Draft
from mailflow.store import outbox
from mailflow.store.tables import Notice, Outgoing
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Person, Project
from mailflow.workflow.tokens import Token, message_id, sign

log = logging.getLogger(__name__)

# What broke is the database, not the mail.
NOT_THE_MAIL = (OperationalError, InterfaceError)
# So many mails are made out of what is read at once.
BATCH = 50


def compose(
    session: Session,
    installation: Installation,
    directory: Directory,
    now: datetime,
    *,
    gather: timedelta = timedelta(minutes=2),
    mails_a_day: int = 40,
) -> int:
    """Make mails out of all notices that are due at `now`; returns how many are to be sent.

    Runs in the caller's transaction. Does as much work as notices wait, however many records
    and mails there are.
    """
    rules = Rules(gather, mails_a_day)
    made = 0
    for some in _batches(_plans(session, installation, directory, rules, now)):
        notices = {n.id: n for n in outbox.notices(session, [i for p in some for i in p.notices])}
        facts = load(session, directory, installation.kinds, list(notices.values()))
        composing = Composing(session, installation, directory, facts, now)
        for planned in some:
            made += composing.mail(planned, [notices[n] for n in planned.notices])
        session.flush()
    return made


def _plans(
    session: Session,
    installation: Installation,
    directory: Directory,
    rules: Rules,
    now: datetime,
) -> list[Planned]:
    found: list[Planned] = []
    waiting = outbox.waiting(session, max(MOST_IN_ONE, rules.mails_a_day))
    by_person = groupby(waiting, key=lambda one: one.person_id)
    for person_id, some in by_person:
        person = directory.persons.get(person_id)
        theirs = list(some)
        if person is None or not _gets_mail(person, installation):
            found += [Planned(person_id, w.kind, (w.id,)) for w in theirs]
            continue
        past = past_of(session, installation, person, rules, now)
        found += plan(theirs, past, rules, now)
    return found


def past_of(
    session: Session, installation: Installation, person: Person, rules: Rules, now: datetime
) -> Past:
    """What a person got lately; mails of a later moment (of a trial) count for nothing."""
    zone = zone_of(person, installation)

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=zone)

    @cache
    def was_full_day(day: date) -> bool:
        start, end = midnight(day), midnight(day + timedelta(days=1))
        return len(outbox.composed_between(session, person.id, start, end)) >= rules.mails_a_day

    today = midnight(now.astimezone(zone).date())
    since = min(today, now - rules.gather)
    got = outbox.composed_between(session, person.id, since, now)
    return Past(
        last=got[-1] if got else None,
        today=sum(moment >= today for moment in got),
        midnight=today,
        was_full=lambda at: was_full_day(at.astimezone(zone).date()),
    )


@dataclass
class Composing:
    """One batch of mails: what they speak of is read already."""

    session: Session
    installation: Installation
    directory: Directory
    facts: Facts
    now: datetime

    def mail(self, planned: Planned, notices: Sequence[Notice]) -> bool:
        """Make one mail; False where there is none to send, which its row then says.

        One that breaks must not keep all others waiting: it fails alone, to be looked at.
        """
        try:
            with self.session.begin_nested():
                return self._make(planned, notices)
        except NOT_THE_MAIL:
            raise
        except Exception as error:
            log.exception("a mail of %s notices could not be composed", len(notices))
            row = self._row(planned, notices)
            return _not_sent(row, f"{type(error).__name__}: {error}"[:500])

    def _make(self, planned: Planned, notices: Sequence[Notice]) -> bool:
        """The row comes first: its id is in the token, which the mail's buttons hold."""
        person = self.directory.persons.get(planned.person_id)
        row = self._row(planned, notices)
        if person is None or not _gets_mail(person, self.installation):
            return _not_sent(row, "the person has no active address")
        token = Token(row.id, person.id)
        signed = sign(token, self.installation.secret)
        reader = reader_of(person, self.installation, self.directory, self.now, signed)
        made = draft(reader, self.facts, planned.kind, notices)
        if made is None:
            return _not_sent(row, "nothing in it that the person may see")
        row.kind = made.kind or planned.kind
        row.address, row.subject = person.address, made.view.subject
        row.record_id, row.about = made.record, self._about(made, notices)
        with self.session.no_autoflush:
            letter = self._letter(reader, row.kind, made, token)
        row.message_id = letter.message_id
        row.body = octets(letter)
        return True

    def _row(self, planned: Planned, notices: Sequence[Notice]) -> Outgoing:
        row = Outgoing(
            person_id=planned.person_id,
            address="",
            kind=planned.kind,
            composed_at=self.now,
            next_attempt_at=self.now,
        )
        self.session.add(row)
        self.session.flush()
        for notice in notices:
            notice.outgoing_id = row.id
        return row

    def _about(self, made: Draft, notices: Sequence[Notice]) -> dict[str, object]:
        last = notices[-1]
        reasons = [reason for notice in notices for reason in notice.reasons]
        sitting = next((n for n in (reason.get("sitting") for reason in reasons) if n), None)
        return {
            "records": list(made.records),
            "question": last.question_id,
            "firing": self.facts.firings.get(last.input_id),
            "input": last.input_id,
            **({"sitting": sitting} if sitting else {}),
        }

    def _letter(self, reader: Reader, kind: str, made: Draft, token: Token) -> Letter:
        installation, project = self.installation, made.project
        address, secret = installation.address, installation.secret
        local, _, domain = address.rpartition("@")
        text, html = render(made.view)
        answers, references = self._thread(reader.person.id, made)
        key = f"{project.key.casefold()}." if project else ""
        return Letter(
            sender_name=_sender_name(reader, project),
            sender=address,
            reply_to=reader.mailbox,
            name=reader.person.name,
            address=reader.person.address,
            subject=made.view.subject,
            kind=kind,
            message_id=message_id(token, secret, domain).strip("<>"),
            answers=answers,
            references=references,
            list_id=f"{key}{local}.{domain}",
            date=self.now,
            text=text,
            html=html,
            calendar=made.calendar,
        )

    def _thread(self, person_id: int, made: Draft) -> tuple[str | None, tuple[str, ...]]:
        """What it answers, and the references (RFC 5322, 3.6.4)."""
        message = self.facts.messages.get(made.answers) if made.answers else None
        cause = message.message_id if message else None
        before = self._before(person_id, made.record, alone=cause is None)
        return (cause or before), tuple(one for one in (before, cause) if one)

    def _before(self, person_id: int, record_id: int | None, *, alone: bool) -> str | None:
        """The last mail to this person about the record; else the one by which they opened it."""
        if record_id is None:
            return None
        last = outbox.last_about(self.session, person_id, record_id)
        shown = self.facts.seen_by(person_id, record_id)
        if last is None and alone and shown is not None and shown.record.reporter == person_id:
            return outbox.opening_message_id(self.session, record_id)
        return last


def _gets_mail(person: Person, installation: Installation) -> bool:
    """Whoever is active, and whom a setting names."""
    return bool(person.address) and (person.active or person.address == installation.escalation)


def _not_sent(row: Outgoing, why: str) -> bool:
    """A mail that is never sent: its notices are done with, and the outbox says why."""
    row.state, row.last_error = "failed", f"not sent: {why}"
    return False


def _sender_name(reader: Reader, project: Project | None) -> str:
    if project is None:
        return reader.say("from.plain")
    return reader.say("from.project", project=reader.project(project))


def _batches(plans: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    for start in range(0, len(plans), BATCH):
        yield plans[start : start + BATCH]
