"""Takes one input after the other, each in one transaction with all that it causes."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailflow.pipeline import fair
from mailflow.pipeline.notices import Notices
from mailflow.pipeline.signed import Verify, is_wanted, look, next_try
from mailflow.pipeline.steps import walk
from mailflow.pipeline.work import Done, Handle, Work
from mailflow.snapshots import DirectoryCache
from mailflow.snapshots.heads import sender_key
from mailflow.store import inputs, queue
from mailflow.store.database import Database
from mailflow.store.faults import is_broken
from mailflow.store.leases import Held, LeaseLost, confirm
from mailflow.store.tables import Input, Message
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from parsers import Mail, parse

log = logging.getLogger(__name__)

ATTEMPTS = 3
DELAYS = (timedelta(seconds=20), timedelta(minutes=3))

Fire = Callable[[Session, Installation, Directory, Input, datetime], None]


@dataclass
class Engine:
    """The pipeline of one daemon. `firings` says what handles which firing of the clock, `requests`
    what answers which request, `verify` checks signatures where the installation asks for it.

    `lease` is checked inside each commit, by `real_now`, so that one that was lost changes nothing.
    """

    database: Database
    installation: Installation
    firings: Mapping[str, Fire]
    real_now: Callable[[], datetime]
    requests: Mapping[str, Handle] = field(default_factory=dict)
    lease: Held | None = None
    verify: Verify | None = None
    directory: DirectoryCache = field(init=False)

    def __post_init__(self) -> None:
        self.directory = DirectoryCache(self.installation.timezone)

    def handle_next(self, now: datetime) -> bool:
        """Handle the next input; False where none waits.

        Raises what the database raises, and LeaseLost.
        """
        found = self._next(now)
        if found is None:
            return False
        input_id, is_mail = found.id, found.kind == "message"
        raw = b""
        try:
            if is_mail:
                with self.database.read() as session:
                    raw = inputs.raw_of(session, input_id)
            mail = parse(raw) if is_mail else None
            verified = self._verified(input_id, raw, mail, now)
            with self.database.write() as session:
                self._confirm(session)
                self._handle(session, input_id, mail, verified, now)
        except LeaseLost:
            raise
        except Exception as error:
            if is_broken(error):  # then nothing is counted against this input
                raise
            self._fail(input_id, raw, error, now)
        return True

    def _next(self, now: datetime) -> Input | None:
        """The next input in a fair order; the queue is sorted where an unsorted mail is next."""
        while True:
            with self.database.read() as session:
                found = inputs.next_input(session, now)
                if found is None or found.sender is not None or found.kind != "message":
                    return found
                if queue.is_alone(session):
                    return found
            with self.database.write() as session:
                self._confirm(session)
                if not fair.sort(session):
                    return found

    def _verified(
        self, input_id: int, raw: bytes, mail: Mail | None, now: datetime
    ) -> dict[str, Any] | None:
        """What our own check of its signatures finds, where one is wanted."""
        if self.verify is None or mail is None:
            return None
        with self.database.read() as session:
            taken, directory = session.get_one(Input, input_id), self.directory.get(session, now)
            before, wanted = taken.verified, is_wanted(taken, mail, self.installation, directory)
        return look(self.verify, raw, mail, before) if wanted else None

    def _handle(
        self,
        session: Session,
        input_id: int,
        mail: Mail | None,
        verified: dict[str, Any] | None,
        now: datetime,
    ) -> None:
        taken = session.get_one(Input, input_id, with_for_update=True)
        if taken.state != "stored":
            return
        taken.verified = verified or taken.verified
        if mail is None:
            self._fire(session, taken, now)
            return
        taken.sender = taken.sender or sender_key(mail)
        if _has_to_wait(session, taken, mail, verified, now):
            return
        notices = Notices()
        work = Work(
            session=session,
            installation=self.installation,
            directory=self.directory.get(session, now),
            input=taken,
            message=session.get_one(Message, input_id),
            mail=mail,
            now=now,
            notices=notices,
            requests=self.requests,
        )
        _close(taken, walk(work), now)
        if mail.automatic == "list" and work.person is not None:
            notices.silence(work.person.id)
        notices.write(session, taken, now)
        inputs.unblock(session, input_id)

    def _fire(self, session: Session, taken: Input, now: datetime) -> None:
        fire = self.firings[taken.payload["what"]]
        fire(session, self.installation, self.directory.get(session, now), taken, now)
        _close(taken, Done("processed"), now)

    def _fail(self, input_id: int, raw: bytes, error: Exception, now: datetime) -> None:
        """Try again later, twice; then an admin has to look."""
        log.warning("input %s failed: %s", input_id, type(error).__name__)
        with self.database.write() as session:
            self._confirm(session)
            taken = session.get_one(Input, input_id, with_for_update=True)
            taken.attempts += 1
            taken.detail = "".join(traceback.format_exception(error))[-20_000:]
            taken.reason = f"{type(error).__name__}: {error}"[:500]
            if taken.attempts < ATTEMPTS:
                taken.next_attempt_at = now + DELAYS[taken.attempts - 1]
                inputs.block(session, input_id, _keys_of_raw(raw))
                return
            taken.state, taken.processed_at = "quarantined", now
            inputs.unblock(session, input_id)

    def _confirm(self, session: Session) -> None:
        if self.lease is not None:
            confirm(session, self.lease, self.real_now())


def _has_to_wait(
    session: Session, taken: Input, mail: Mail, verified: dict[str, Any] | None, now: datetime
) -> bool:
    """For an earlier mail of its thread that is tried again, or for the DNS; says until when."""
    before = inputs.blocker(session, taken.id, keys_of(mail))
    if before is not None:
        taken.next_attempt_at = (before.next_attempt_at or now) + timedelta(seconds=1)
        return True
    again = next_try(verified, now)
    if again is not None:
        taken.next_attempt_at = again
        inputs.block(session, taken.id, keys_of(mail))
    return again is not None


def keys_of(mail: Mail) -> set[str]:
    """The threads and the record that a mail belongs to: what a failed one keeps waiting."""
    ids = (mail.message_id, mail.in_reply_to, *mail.references[:1])
    return {inputs.as_key(i) for i in ids if i} | ({mail.record_ref} if mail.record_ref else set())


def _keys_of_raw(raw: bytes) -> set[str]:
    try:
        return keys_of(parse(raw)) if raw else set()
    except Exception:  # noqa: BLE001 (the parser itself may be what failed)
        return set()


def _close(taken: Input, done: Done, now: datetime) -> None:
    taken.state, taken.reason = done.state, done.reason
    taken.processed_at = None if done.state == "held" else now
    taken.next_attempt_at = None
