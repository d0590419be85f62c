"""Hands the frozen octets to the mail server (RFC 5321, 6409). The only place that speaks SMTP.

The envelope's sender is the shared address for every kind of mail. For answers RFC 3834, 3.3 asks
for a return path that cannot loop: the shared mailbox never answers what is automatic, bounces
least of all, and it has to see them, since the coordinator is told of each.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesHeaderParser
from typing import Any, Literal

from sqlalchemy.orm import Session

from mailflow.outbox.words import one_line
from mailflow.store import outbox
from mailflow.store.database import Database
from mailflow.store.inputs import take_act
from mailflow.store.outbox import Claimed
from mailflow.store.tables import Notice
from mailflow.workflow.refs import fold_address

log = logging.getLogger(__name__)

BATCH = 10
LEASE = timedelta(seconds=60)
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=4)
# With these delays the last attempt is made three days after the first.
ATTEMPTS = 26
TOO_LARGE = 552

Outcome = Literal["sent", "failed", "retried"]


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed in. The password is asked for only when it is needed."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str | None = None
    password: Callable[[], str] | None = None
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mail; not `reachable`: no other mail can be sent now, either."""

    outcome: Outcome
    reason: str | None = None
    reachable: bool = True


@dataclass
class Sent:
    """What became of the mails of one pass."""

    sent: int = 0
    failed: int = 0
    retried: int = 0

    @property
    def handled(self) -> int:
        return self.sent + self.failed + self.retried


class Unreachable(Exception):
    """The server cannot be reached, or does not let us in; nothing can be sent now."""


class Refused(Exception):
    """The server did not take this mail; `final` where it never will."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


def send_due(
    database: Database,
    server: SmtpServer,
    owner: str,
    now: datetime,
    real_now: Callable[[], datetime],
    *,
    coordinator: str = "",
) -> Sent:
    """Send all mails that are due at `now`; `owner` names this process, for its leases.

    Returns at once where none is. What could not be sent is tried again later; what the server
    refused for good is told to the coordinator of the record's project, or else to the person
    whose address `coordinator` is. Raises what the database raises.
    """
    total = Sent()
    with database.read() as session:
        if not outbox.any_due(session, now, real_now()):
            return total
    sending = Sending(database, server, owner, now, real_now, fold_address(coordinator))
    try:
        while sending.batch(total):
            pass
    finally:
        sending.hang_up()
    return total


@dataclass
class Sending:
    """One pass over the mails that are due, over one connection as long as it holds."""

    database: Database
    server: SmtpServer
    owner: str
    now: datetime
    real_now: Callable[[], datetime]
    coordinator: str
    connection: smtplib.SMTP | None = field(default=None)

    def batch(self, total: Sent) -> bool:
        """Claim some mails and send them; False where there are no more, or no server.

        No transaction is open while the server is spoken to. What became of a mail is committed
        before the next one begins, together with a prolonged lease on those that are left.
        """
        started = self.real_now()
        mails = outbox.claim(self.database, self.owner, self.now, started, LEASE, BATCH)
        left = {mail.id for mail in mails}
        for mail in mails:
            if mail.id not in left:
                continue
            left.discard(mail.id)
            result = self._send(mail)
            with self.database.write() as session:
                if self._settle(session, mail, result):
                    setattr(total, result.outcome, getattr(total, result.outcome) + 1)
                if not result.reachable:
                    later = self.now + FIRST_DELAY
                    outbox.give_back(session, self.owner, sorted(left), later)
                    return False
                left = outbox.keep(session, self.owner, sorted(left), self.real_now(), LEASE)
        return len(mails) == BATCH

    def _send(self, mail: Claimed) -> Result:
        try:
            if self.connection is None:
                self.connection = connect(self.server)
            hand_in(self.connection, mail)
        except Refused as refused:
            self.hang_up()
            last = mail.attempts + 1 >= ATTEMPTS
            return Result("failed" if refused.final or last else "retried", refused.reason)
        except Unreachable as unreachable:
            self.hang_up()
            last = mail.attempts + 1 >= ATTEMPTS
            return Result("failed" if last else "retried", str(unreachable), reachable=False)
        return Result("sent")

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
            with suppress(smtplib.SMTPException, OSError):
                self.connection.quit()
            self.connection.close()
            self.connection = None


def connect(server: SmtpServer) -> smtplib.SMTP:
    """Connect, secure the connection, log in. Raises Unreachable."""
    timeout = server.timeout_seconds
    connection: smtplib.SMTP | None = None
    try:
        if server.security == "tls":
            connection = smtplib.SMTP_SSL(
                server.host, server.port, timeout=timeout, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=timeout)
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
        if server.user is not None:
            connection.login(server.user, server.password() if server.password else "")
    except (smtplib.SMTPException, OSError) as error:
        if connection is not None:
            connection.close()
        raise Unreachable(_described(error)) from error
    return connection


def hand_in(connection: smtplib.SMTP, mail: Claimed) -> None:
    """Send one mail. Raises Refused where it was not taken, for whatever reason."""
    sender = sender_of(mail.body)
    international = not (mail.address.isascii() and sender.isascii())
    if international and not connection.has_extn("smtputf8"):
        raise Refused("the server does not take addresses beyond ASCII (RFC 6531)", final=True)
    options = ["SMTPUTF8", "BODY=8BITMIME"] if international else []
    try:
        connection.sendmail(sender, [mail.address], mail.body, mail_options=options)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _refused(code, text) from error
    except smtplib.SMTPSenderRefused as error:
        # The sender is the same for all: only the mail's size is this mail's own (RFC 1870).
        final = error.smtp_code == TOO_LARGE
        raise Refused(_described(error), final=final) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(_described(error), final=False) from error


def sender_of(body: bytes) -> str:
    """The address that the mail's own From names: it is frozen as the rest of it."""
    header: Any = BytesHeaderParser(policy=policy.default).parsebytes(body)["From"]
    return str(header.addresses[0].addr_spec)


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4 minutes … 4 hours."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, 20)), LONGEST_DELAY)


def tell_undeliverable(session: Session, mail: Claimed, coordinator: str, now: datetime) -> None:
    """One notice to the coordinator, of the record's project or of all; never to who failed."""
    candidates = [outbox.coordinator_of(session, mail.record_id)]
    candidates.append(outbox.person_with(session, coordinator))
    told = next((person for person in candidates if person not in (None, mail.person_id)), None)
    if told is None:
        return
    act = take_act(session, "undeliverable", {"outgoing": mail.id}, now)
    session.add(
        Notice(
            input_id=act.id,
            person_id=told,
            kind="notice",
            reasons=[{"reason": "undeliverable", "outgoing": mail.id}],
            created_at=now,
        )
    )


def _refused(code: int, text: bytes | str) -> Refused:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Refused(one_line(f"{code} {words}", 500), final=500 <= code < 600)


def _described(error: Exception) -> str:
    """What went wrong, for an admin; the server's own words, without those of our log-in."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(_refused(error.smtp_code, error.smtp_error))
    return one_line(f"{type(error).__name__}: {error}", 500)
