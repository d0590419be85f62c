"""`mailflow check`: is everything ready?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Literal

import click
from sqlalchemy import func, select

from mailflow import wiring
from mailflow.cli import start
from mailflow.cli.output import one_line, print_json
from mailflow.intake.imap import ImapSource
from mailflow.kinds_file import KindsError, load_kinds
from mailflow.outbox.smtp_connection import Unreachable, connect, hang_up
from mailflow.settings import Settings, SettingsError
from mailflow.snapshots import read_directory
from mailflow.store import schema
from mailflow.store.database import Database
from mailflow.store.tables import Input, Record
from mailflow.workflow.model import WITHDRAWN
from mailflow.workflow.refs import domain_of

# The bits of a file's mode that concern its group and all others.
OTHERS = 0o077
CLOCK_SLACK = timedelta(minutes=5)
# The next year's holidays are announced in November.
CALENDAR_AHEAD = timedelta(days=31)
COLOURS = {"ok": "green", "weak": "yellow", "failed": "red"}
EPILOG = """\b
Examples:
  mailflow check
  mailflow check --json | jq -r 'select(.status != "ok") | .message'

Exit status 1 where something failed; what is only weak is told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: ok, weak (it works, but see) or failed (it does not: what to do)."""

    status: Literal["ok", "weak", "failed"]
    message: str


Check = Callable[[], Finding]


@click.command(epilog=EPILOG)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
def command(as_lines: bool) -> None:
    """Look at each thing that mailflow needs: ok, or what to do."""
    failed = False
    with start.opened() as (settings, database):
        for name, check in checks(settings, database):
            found = check()
            failed = failed or found.status == "failed"
            if as_lines:
                values = {"ok": found.status != "failed", "status": found.status}
                print_json([{"check": name, **values, "message": found.message}])
            else:
                status = click.style(f"{found.status:<6}", fg=COLOURS[found.status])
                click.echo(f"{status}  {name:<16}  {one_line(found.message)}")
    sys.exit(1 if failed else 0)


def checks(settings: Settings, database: Database) -> Iterator[tuple[str, Check]]:
    """What is looked at, in this order; settings and tables are there when this is reached."""
    yield "configuration", partial(_configuration, settings)
    yield "database", partial(_database, database)
    yield "kinds", partial(_kinds, settings, database)
    yield "directory", partial(_directory, settings, database)
    if not settings.mailbox and settings.lmtp is None:
        message = "no mail can come in: add a [[mailbox]], or [lmtp] behind a mail server"
        yield "mailbox", partial(Finding, "failed", message)
    for box in wiring.mailboxes(settings):
        yield f"mailbox {box.name}", partial(_mailbox, box)
    yield "smtp", partial(_smtp, settings)
    yield "clock", partial(_clock, settings, database)
    yield "calendar", partial(_calendar, settings)
    yield "verdicts", partial(_verdicts, settings)
    if settings.security.check_dkim:
        yield "dns", partial(_dns, settings)


def _configuration(settings: Settings) -> Finding:
    try:
        settings.secret()
    except SettingsError as error:
        return Finding("failed", str(error))
    accounts = (settings.smtp, *settings.mailbox)
    secrets = (settings.secret_file, *(account.password_file for account in accounts))
    files = [str(path) for path in secrets if path is not None and _is_open(path)]
    if files:
        names = ", ".join(dict.fromkeys(files))
        return Finding("weak", f"others can read a secret: chmod 600 {names}")
    return Finding("ok", f"{settings.address}, {settings.timezone}; the signing secret is there")


def _is_open(path: Path) -> bool:
    """Whether others than the owner may read or write a file."""
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False


def _database(database: Database) -> Finding:
    name = database.path or database.url.render_as_string(hide_password=True)
    if database.path is not None and _is_open(database.path):
        return Finding("weak", f"others can read the mails in it: chmod 600 {name}")
    return Finding("ok", f"{name}, version {schema.revision(database)}")


def _kinds(settings: Settings, database: Database) -> Finding:
    """Every kind and state that a record has must still be known."""
    try:
        kinds = load_kinds(settings.kinds)
    except KindsError as error:
        return Finding("failed", str(error))
    with database.read() as session:
        used = session.execute(select(Record.kind, Record.state).distinct()).all()
    known = {(kind.name, state) for kind in kinds for state in (*kind.states, WITHDRAWN)}
    lost = sorted(f"{kind} {state}" for kind, state in used if (kind, state) not in known)
    if lost:
        message = f"records are in states that no kind has: {', '.join(lost)}; put them back"
        return Finding("failed", f"{settings.kinds or 'kinds.toml'}: {message}")
    return Finding("ok", ", ".join(kinds.names))


def _directory(settings: Settings, database: Database) -> Finding:
    with database.read() as session:
        found = read_directory(session, settings.timezone)
    active = [person for person in found.persons.values() if person.active]
    if not active:
        return Finding("failed", "it is empty: mailflow directory apply directory.toml")
    if found.by_address(settings.coordinator) is None:
        message = f"the coordinator {settings.coordinator} is nobody in it: add this person"
        return Finding("failed", message)
    counts = f"{len(active)} persons, {len(found.clients)} clients, {len(found.projects)} projects"
    if not found.projects:
        return Finding("failed", f"{counts}: without a project nothing can be recorded")
    return Finding("ok", counts)


def _mailbox(box: ImapSource) -> Finding:
    try:
        box.check()
    except (OSError, SettingsError) as error:
        return Finding("failed", f"{error}: see host, port, security, user, password and folder")
    finally:
        box.close()
    return Finding("ok", "logged in, both folders are there")


def _smtp(settings: Settings) -> Finding:
    server = wiring.smtp_server(settings)
    place = f"{server.host}:{server.port} ({server.security})"
    try:
        hang_up(connect(server))
    except (Unreachable, SettingsError) as error:
        return Finding("failed", f"{place}: {error}: see [smtp]")
    if server.security == "none" and server.host not in ("localhost", "127.0.0.1", "::1"):
        return Finding(
            "weak", f"{place}: mails and password go unencrypted; see security in [smtp]"
        )
    return Finding("ok", f"{place}{', logged in' if server.user else ''}")


def _clock(settings: Settings, database: Database) -> Finding:
    """A clock behind what is in the database would give events that are older than their causes."""
    now = start.now()
    with database.read() as session:
        last = session.scalar(select(func.max(Input.taken_at)))
    if last is not None and now < last - CLOCK_SLACK:
        message = f"it is {now:%Y-%m-%d %H:%M} UTC, but the last input came {last:%Y-%m-%d %H:%M}"
        return Finding("failed", f"{message}: set this machine's clock")
    return Finding("ok", f"{now.astimezone():%Y-%m-%d %H:%M %z}")


def _calendar(settings: Settings) -> Finding:
    """How far the holidays of a country are known; beyond that only the settings count."""
    calendar = wiring.work_calendar(settings)
    known, soon = calendar.last_known(), (start.now() + CALENDAR_AHEAD).date()
    days = f"{len(calendar.working_days)} working days a week, {len(calendar.holidays)} holidays"
    if known is None:
        return Finding("ok", days)
    until = f"China's holidays are known until {known}"
    if calendar.covers(soon):
        return Finding("ok", f"{days}; {until}")
    todo = "after that working_days and holidays count alone; upgrade chinesecalendar"
    return Finding("weak", f"{until}: {todo}")


def _verdicts(settings: Settings) -> Finding:
    """Whether anything can say that a From address is not forged."""
    security = settings.security
    believed = [*security.authserv_ids, *(["our own DKIM check"] if security.check_dkim else [])]
    if security.authserv_ids:
        return Finding("ok", f"believed: {', else '.join(believed)}")
    todo = "name your mail server's Authentication-Results in authserv_ids ([security])"
    if security.check_dkim:
        return _own_check(security.policy, todo)
    forged = "nothing says whether a From address is forged"
    if security.policy == "strict":
        return Finding("weak", f"{forged}: every mail without a reply token is held; {todo}")
    return Finding("weak", f"{forged}: whoever forges a known address is obeyed; {todo}")


def _own_check(policy: str, todo: str) -> Finding:
    """DKIM alone: it can say that a mail is genuine, never that one is forged (RFC 6376, 6.1)."""
    if policy == "open":
        forged = "our own DKIM check finds no forgery, and policy open obeys what is unsigned"
        return Finding("weak", f"{forged}: whoever forges a known address is obeyed; {todo}")
    held = "its sender is asked" if policy == "known" else "it is held"
    message = f"believed: our own DKIM check; where a mail has no good signature, {held}"
    return Finding("ok", f"{message}. SPF and DMARC are not checked: {todo}")


def _dns(settings: Settings) -> Finding:
    """Whether the keys of signatures can be asked for."""
    # Here, since the library takes a fifth of a second to load.
    from mailflow.verification.signatures import NoAnswer

    domain = domain_of(settings.address)
    try:
        wiring.resolver()(domain)
    except NoAnswer as error:
        return Finding("failed", f"{error}: mails wait for it, then count as unsigned")
    return Finding("ok", f"it answers about {domain}")
