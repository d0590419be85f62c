"""Sends what is due: the frozen octets of each mail, the same at every attempt.

The envelope's sender is the shared address for every kind of mail. For answers RFC 3834, 3.3 asks
for a return path that cannot loop: the shared mailbox never answers what is automatic, bounces
least of all, and it has to see them, since the coordinator is told of each.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mailflow.outbox.smtp_connection import (
    MAIL_SECONDS,
    Connection,
    Refused,
    SmtpServer,
    Unreachable,
    connect,
    hand_in,
    hang_up,
)
from mailflow.outbox.standing import Standing
from mailflow.snapshots import read_directory
from mailflow.store import outbox
from mailflow.store.database import Database
from mailflow.store.faults import is_broken
from mailflow.store.inputs import take_act
from mailflow.store.outbox import Claimed
from mailflow.store.tables import Notice
from mailflow.workflow.deputies import acting
from mailflow.workflow.refs import fold_address

log = logging.getLogger(__name__)

BATCH = 10
LEASE = timedelta(seconds=60)
# A mail is begun only where its lease outlasts it, also after this process was paused.
FRESH = LEASE - timedelta(seconds=MAIL_SECONDS)
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=4)
# With these delays the last attempt is made three days after the first.
ATTEMPTS = 26

Outcome = Literal["sent", "failed", "retried"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mail."""

    outcome: Outcome
    reason: str | None = None


@dataclass
class Sent:
    """What became of the mails of one pass."""

    sent: int = 0
    failed: int = 0
    retried: int = 0

    @property
    def handled(self) -> int:
        return self.sent + self.failed + self.retried


def send_due(
    database: Database,
    server: SmtpServer,
    owner: str,
    now: datetime,
    real_now: Callable[[], datetime],
    *,
    coordinator: str = "",
    standing: Standing | None = None,
) -> Sent:
    """Send all mails that are due at `now`; `owner` names this process, for its leases.

    Returns at once where none is, or while `standing` says that the server is not worth a try.
    What could not be sent is tried again later; what the server refused for good is told to the
    coordinator of the record's project, or else to the person whose address `coordinator` is.
    Raises what the database raises.
    """
    total, standing = Sent(), standing or Standing()
    _write_rest(database, standing)
    if standing.pausing(now):
        return total
    with database.read() as session:
        if not outbox.any_due(session, now, real_now()):
            return total
    sending = Sending(database, server, owner, now, real_now, fold_address(coordinator), standing)
    try:
        while sending.batch(total):
            pass
    finally:
        sending.hang_up()
    return total


def _write_rest(database: Database, standing: Standing) -> None:
    """What became of mails when the database could not take it: they must not be sent again."""
    for number in list(standing.unwritten):
        write = standing.unwritten.pop(number)
        try:
            with database.write() as session:
                write(session)
        except DBAPIError as error:
            if is_broken(error):
                standing.unwritten[number] = write
            raise


@dataclass
class Sending:
    """One pass over the mails that are due, over one connection as long as it holds."""

    database: Database
    server: SmtpServer
    owner: str
    now: datetime
    real_now: Callable[[], datetime]
    coordinator: str
    standing: Standing
    connection: Connection | None = field(default=None)
    since: datetime = field(init=False)  # when the mails were last known to be ours

    def batch(self, total: Sent) -> bool:
        """Claim some mails and send them; False where there are no more, or no server.

        No transaction is open while the server is spoken to. What became of a mail is committed
        before the next one begins, together with a prolonged lease on those that are left.
        """
        self.since = self.real_now()
        mails = outbox.claim(self.database, self.owner, self.now, self.since, LEASE, BATCH)
        left = {mail.id for mail in mails}
        try:
            for mail in mails:
                left = self._connected(left)
                if mail.id in left:
                    left = self._deliver(mail, left - {mail.id}, total)
        except Unreachable as error:
            self._put_off(left, error, total)
            return False
        except DBAPIError:
            self._give_back_later(left)
            raise
        return len(mails) == BATCH

    def _connected(self, left: set[int]) -> set[int]:
        """Connect where we are not; which mails are still ours, where time went by."""
        if not left:
            return left
        if self.connection is None:
            self.connection = connect(self.server)
            self.standing.well()
        elif self.real_now() - self.since <= FRESH:
            return left
        with self.database.write() as session:
            return self._keep(session, left)

    def _keep(self, session: Session, left: set[int]) -> set[int]:
        """Prolong the lease on those mails that are still ours; which are."""
        self.since = self.real_now()
        return outbox.keep(session, self.owner, sorted(left), self.since, LEASE)

    def _deliver(self, mail: Claimed, left: set[int], total: Sent) -> set[int]:
        result = self._send(mail)
        unwritten = self.standing.unwritten
        unwritten[mail.id] = lambda session: self._settle(session, mail, result)
        with self.database.write() as session:
            if self._settle(session, mail, result):
                setattr(total, result.outcome, getattr(total, result.outcome) + 1)
            left = self._keep(session, left)
        del unwritten[mail.id]
        return left

    def _send(self, mail: Claimed) -> Result:
        if self.connection is None:
            raise Unreachable("not connected")
        try:
            hand_in(self.connection, mail)
        except Refused as refused:
            self.hang_up()
            last = mail.attempts + 1 >= ATTEMPTS
            return Result("failed" if refused.final or last else "retried", refused.reason)
        return Result("sent")

    def _put_off(self, left: set[int], error: Unreachable, total: Sent) -> None:
        """No mail could be sent. That is no attempt of theirs: none fails of it."""
        self.standing.failed(error, self.now)
        later = self.now + FIRST_DELAY
        with self.database.write() as session:
            outbox.give_back(session, self.owner, sorted(left), later, str(error))
        total.retried += len(left)

    def _give_back_later(self, left: set[int]) -> None:
        """Mails that were not tried: when the database works again, they need not wait for the end
        of their lease."""
        untried = sorted(left - self.standing.unwritten.keys())
        for number in untried:
            self.standing.unwritten[number] = lambda session: outbox.give_back(
                session, self.owner, untried, self.now, "the database broke off"
            )

    def _settle(self, session: Session, mail: Claimed, result: Result) -> bool:
        """Write what became of a mail; False where another process has taken it over."""
        attempts = mail.attempts + 1
        values: dict[str, object] = {"attempts": attempts, "last_error": result.reason}
        if result.outcome == "sent":
            values |= {"state": "sent", "sent_at": self.now}
        elif result.outcome == "failed":
            values["state"] = "failed"
        else:
            values |= {"state": "composed", "next_attempt_at": self.now + delay(attempts)}
        settled = outbox.settle(session, self.owner, mail.id, **values)
        if settled and result.outcome == "failed":
            log.warning("mail %s was not delivered", mail.id)
            tell_undeliverable(session, mail, self.coordinator, self.now)
        return settled

    def hang_up(self) -> None:
        if self.connection is not None:
            hang_up(self.connection)
            self.connection = None


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4 minutes … 4 hours."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, 20)), LONGEST_DELAY)


def tell_undeliverable(session: Session, mail: Claimed, coordinator: str, now: datetime) -> None:
    """One notice to the coordinator, of the record's project or of all; never to who failed. While
    they are away it goes to whoever acts for them."""
    known = (
        outbox.coordinator_of(session, mail.record_id),
        outbox.person_with(session, coordinator),
    )
    directory = read_directory(session, "UTC")
    leads = [person for person in known if person is not None]
    asked = [(acting(directory, person, now), person) for person in leads]
    asked += [(person, person) for person in leads]
    told, absent = next((pair for pair in asked if pair[0] != mail.person_id), (None, None))
    if told is None:
        return
    act = take_act(session, "undeliverable", {"outgoing": mail.id}, now)
    reason = {"reason": "undeliverable", "outgoing": mail.id}
    if absent != told:
        reason["for"] = absent
    session.add(
        Notice(input_id=act.id, person_id=told, kind="notice", reasons=[reason], created_at=now)
    )
