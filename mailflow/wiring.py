"""Makes the parts of mailflow out of its settings."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from mailflow.intake.imap import ImapSource
from mailflow.intake.lmtp import LmtpSource
from mailflow.intake.source import Arrival, Source
from mailflow.kinds_file import load_kinds
from mailflow.outbox.composer import compose
from mailflow.outbox.sender import send_due
from mailflow.outbox.smtp_connection import SmtpServer
from mailflow.outbox.standing import Standing
from mailflow.pipeline.engine import Engine
from mailflow.pipeline.signed import Verify
from mailflow.requests import HANDLED
from mailflow.schedule import FIRINGS
from mailflow.schedule.clock import fire_due
from mailflow.schedule.due import Plan
from mailflow.settings import Settings
from mailflow.store import leases, schema
from mailflow.store.database import Database
from mailflow.store.faults import in_words
from mailflow.store.inputs import take_mails
from mailflow.store.leases import Watch
from mailflow.store.outbox import something_waits
from mailflow.workflow.installation import Installation
from mailflow.workflow.worktime import WorkCalendar

CLOCK_SECONDS = 15


def open_database(settings: Settings) -> Database:
    """The database, with its tables made where there are none; raises SchemaError."""
    database = Database(settings.database)
    schema.prepare(database)
    return database


def installation(settings: Settings) -> Installation:
    """Raises SettingsError where there is no secret, KindsError where kinds.toml is wrong."""
    return Installation(
        address=settings.address,
        coordinator=settings.coordinator,
        timezone=settings.timezone,
        language=settings.language,
        policy=settings.security.policy,
        authserv_ids=tuple(settings.security.authserv_ids),
        secret=settings.secret(),
        size_limit=settings.size_limit,
        kinds=load_kinds(settings.kinds),
        plus_addresses=settings.plus_addresses,
        calendar=work_calendar(settings),
        escalation=settings.escalation.to or "",
        check_dkim=settings.security.check_dkim,
    )


def verifier(settings: Settings) -> Verify | None:
    """What checks signatures, where the settings ask for it."""
    if not settings.security.check_dkim:
        return None
    # Here, since these libraries take a fifth of a second to load.
    from mailflow.verification.signatures import check

    return partial(check, txt=resolver())


def resolver() -> Callable[[str], bytes | None]:
    """What asks the DNS for TXT records; raises NoAnswer where it does not answer."""
    from mailflow.verification.resolver import Resolver

    return Resolver()


def work_calendar(settings: Settings) -> WorkCalendar:
    """The working time of this installation."""
    said = settings.schedule
    country: Literal["", "china"] = "china" if said.calendar == "china" else ""
    return WorkCalendar(said.working_days, said.working_hours, said.holidays, country)


def mailboxes(settings: Settings) -> Sequence[ImapSource]:
    return [
        ImapSource(
            name=box.name,
            host=box.host,
            port=box.port,
            security=box.security,
            user=box.user,
            password=box.password,
            folder=box.folder,
            processed=box.processed,
            size_limit=settings.size_limit,
        )
        for box in settings.mailbox
    ]


def listeners(settings: Settings) -> Sequence[Source]:
    """What mail servers deliver to."""
    if settings.lmtp is None:
        return []
    host, port = settings.lmtp.address()
    return [LmtpSource("lmtp", host, port, size_limit=settings.size_limit)]


def smtp_server(settings: Settings) -> SmtpServer:
    smtp = settings.smtp
    return SmtpServer(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user=smtp.user,
        password=smtp.password if smtp.user else None,
    )


def plan(settings: Settings) -> Plan:
    digest = settings.schedule.digest
    return Plan(
        digest_day=digest.day,
        digest_at=digest.at,
        digest_empty=digest.empty,
        agenda_hours_before=settings.schedule.agenda_hours_before,
        calendar=work_calendar(settings),
        escalates_in=settings.timezone if settings.escalation.to else None,
        coordinator=settings.coordinator,
    )


@dataclass
class Office:
    """One daemon, wired: what its loops share.

    `now` is the time of the workflow, which a trial may set; leases keep to real time.
    """

    settings: Settings
    database: Database
    engine: Engine
    smtp: SmtpServer
    plan: Plan
    real_now: Callable[[], datetime]
    now: Callable[[], datetime]
    clock_seconds: int = CLOCK_SECONDS
    owner: str = field(
        default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    )
    standing: Standing = field(default_factory=Standing)
    watch: Watch = field(default_factory=Watch)
    stop: threading.Event = field(default_factory=threading.Event)
    mail_came: threading.Event = field(default_factory=threading.Event)
    mail_to_send: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, settings: Settings, real_now: Callable[[], datetime]) -> Office:
        """Raises SettingsError, KindsError or SchemaError, each saying what to do."""
        database = open_database(settings)
        engine = Engine(database, installation(settings), FIRINGS, real_now, HANDLED)
        engine.verify = verifier(settings)
        server, when = smtp_server(settings), plan(settings)
        return cls(settings, database, engine, server, when, real_now, real_now)

    def end(self) -> None:
        """Let all loops come to their end."""
        self.stop.set()
        self.mail_came.set()
        self.mail_to_send.set()

    def fire(self, now: datetime) -> None:
        """Take in the firings of the clock that are due."""
        fire_due(self.database, self.engine.directory, self.plan, now)

    def handle_all(self, now: datetime) -> None:
        """Fire what is due and handle every input whose time has come."""
        self.fire(now)
        while not self.stop.is_set() and self.engine.handle_next(now):
            pass

    def compose(self, now: datetime) -> int:
        """Make mails of the notices that are due; returns how many."""
        limits = self.settings.limits
        with self.database.read() as session:
            if not something_waits(session):
                return 0
        with self.database.write() as session:
            composed = compose(
                session,
                self.engine.installation,
                self.engine.directory.get(session, now),
                now,
                gather=timedelta(seconds=limits.gather_seconds),
                mails_a_day=limits.mails_a_day,
            )
            if composed and self.engine.lease is not None:
                leases.confirm(session, self.engine.lease, self.real_now())
            return composed

    def send(self, now: datetime) -> int:
        """Send what is due; returns how many mails left or were given up."""
        coordinator = self.engine.installation.coordinator
        sent = send_due(
            self.database,
            self.smtp,
            self.owner,
            now,
            self.real_now,
            coordinator=coordinator,
            standing=self.standing,
        )
        return sent.sent + sent.failed


@dataclass
class StoreSink:
    """Puts what the sources got into the store; raises Unusable where that cannot be done now."""

    database: Database
    now: Callable[[], datetime]
    came: threading.Event

    def take(self, arrivals: Sequence[Arrival]) -> None:
        with in_words(), self.database.write() as session:
            take_mails(session, arrivals, self.now())
        self.came.set()
