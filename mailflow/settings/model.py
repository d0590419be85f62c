"""The tables of mailflow.toml. A field's description says what it expects, for error lines too."""

from __future__ import annotations

from datetime import date, time
from typing import Literal

from pydantic import ByteSize, Field, field_validator

from mailflow.settings import secrets
from mailflow.settings.account import Mailbox, Smtp, Table
from mailflow.settings.types import (
    Address,
    DatabaseUrl,
    FilePath,
    Hours,
    Listen,
    LocalTime,
    Name,
    Size,
    Weekday,
    Zone,
)


class Lmtp(Table):
    """mailflow as the receiver behind a mail server."""

    listen: Listen = Field(default="127.0.0.1:8024", description="host:port such as 127.0.0.1:8024")

    def address(self) -> tuple[str, int]:
        """Host and port; an IPv6 host without its brackets."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class Digest(Table):
    """When the weekly digest is due, in the reader's zone. Monday is 0, as in date.weekday().

    With `empty` it is also sent where nothing happened and nothing waits.
    """

    day: Weekday = Field(default=0, description="a day such as monday")
    at: LocalTime = Field(default=time(8, 30), description='a time of day such as "08:30"')
    empty: bool = Field(default=False, description="true or false")


class Schedule(Table):
    """The clock's mails and the working time of the calendar."""

    digest: Digest = Field(
        default=Digest(), description='a table such as { day = "monday", at = "08:30" }'
    )
    agenda_hours_before: int = Field(
        default=24, ge=0, le=24 * 14, description="a number of hours between 0 and 336"
    )
    calendar: Literal["china", "none"] = Field(default="none", description="china or none")
    working_days: tuple[Weekday, ...] = Field(
        default=(0, 1, 2, 3, 4),
        min_length=1,
        description='a list of days such as ["monday", "tuesday"]',
    )
    working_hours: Hours = Field(
        default=(time(9), time(18)), description='two times such as ["09:00", "18:00"]'
    )
    holidays: frozenset[date] = Field(
        default=frozenset(), description="a list of dates such as 2026-12-25"
    )


class SenderPolicy(Table):
    """Who is believed to be who the From address says."""

    policy: Literal["open", "known", "strict"] = Field(
        default="known", description="open, known or strict"
    )
    authserv_ids: tuple[Name, ...] = Field(
        default=(), description='a list of names such as ["mx.company.example"]'
    )
    check_dkim: bool = Field(default=False, description="true or false")


class Escalation(Table):
    """The only addresses beside the directory's that mails go to."""

    to: Address | None = Field(default=None, description="an e-mail address")
    adviser: Address | None = Field(default=None, description="an e-mail address")


class Limits(Table):
    """What nobody gets more of."""

    mails_a_day: int = Field(default=40, ge=1, description="a number of mails, 1 or more")
    gather_seconds: int = Field(
        default=120, ge=0, le=86_400, description="a number of seconds between 0 and 86400"
    )


class Settings(Table):
    """How this installation runs. Paths are absolute, addresses folded, sizes in octets."""

    database: DatabaseUrl = Field(
        default="sqlite:///mailflow.db",
        validate_default=True,
        description="a URL of SQLite or PostgreSQL",
    )
    address: Address = Field(description="the e-mail address of the shared mailbox")
    coordinator: Address = Field(description="the e-mail address of the coordinator")
    timezone: Zone = Field(default="UTC", description="an IANA time zone such as Europe/Berlin")
    language: Literal["en", "zh"] = Field(default="en", description="en or zh")
    plus_addresses: bool = Field(default=False, description="true or false")
    kinds: FilePath | None = Field(default=None, description="the path of your own kinds.toml")
    size_limit: Size = Field(
        default=ByteSize(25_000_000), description='a size such as 25000000 or "25 MB"'
    )
    secret_file: FilePath | None = Field(default=None, description="the path of a file")
    mailbox: tuple[Mailbox, ...] = Field(default=(), description="[[mailbox]] tables")
    smtp: Smtp = Field(description="a table [smtp] with a host")
    schedule: Schedule = Field(default=Schedule(), description="a table [schedule]")
    lmtp: Lmtp | None = Field(default=None, description="a table [lmtp]")
    security: SenderPolicy = Field(default=SenderPolicy(), description="a table [security]")
    escalation: Escalation = Field(default=Escalation(), description="a table [escalation]")
    limits: Limits = Field(default=Limits(), description="a table [limits]")

    @field_validator("mailbox")
    @classmethod
    def _names_differ(cls, mailboxes: tuple[Mailbox, ...]) -> tuple[Mailbox, ...]:
        names = [mailbox.name for mailbox in mailboxes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"expected a name only once, got {twice[0]!r} again")
        return mailboxes

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        """The `[[mailbox]]` tables in the file's order; none where mails come by LMTP alone."""
        return self.mailbox

    def secret(self) -> bytes:
        """The secret that signs reply tokens.

        Raises SettingsError where there is none or it is shorter than 32 characters.
        """
        return secrets.signing(self._origin, self.secret_file)
