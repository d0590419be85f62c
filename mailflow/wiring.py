"""Makes the parts of mailflow out of its settings."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.intake.imap import ImapSource
from mailflow.intake.lmtp import LmtpSource
from mailflow.intake.source import Source
from mailflow.kinds_file import load_kinds
from mailflow.outbox.sender import SmtpServer
from mailflow.pipeline.installation import Installation
from mailflow.schedule.due import Plan
from mailflow.settings import Settings
from mailflow.store import schema
from mailflow.store.database import Database


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
    )


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
        agenda_hours_before=settings.schedule.agenda_hours_before,
    )
