"""A mailflow that meets a fault: a daemon in this process, the command line, what it said."""

from __future__ import annotations

import logging
import resource
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest
from click.testing import CliRunner, Result

from mailflow import daemon, settings, wiring
from mailflow.cli import main
from tests.torture.ground import ENVIRONMENT, Ground, issue


def office_of(ground: Ground) -> wiring.Office:
    found = settings.load(ground.folder / "mailflow.toml", ENVIRONMENT)
    return wiring.Office.of(found, daemon.real_now)


@contextmanager
def daemon_of(ground: Ground) -> Iterator[wiring.Office]:
    """The daemon at work; it must come to its end."""
    office = office_of(ground)
    loops = threading.Thread(target=daemon.serve, args=(office,))
    loops.start()
    try:
        yield office
    finally:
        office.end()
        loops.join(30)
        assert not loops.is_alive()


def command(ground: Ground, *arguments: str) -> Result:
    config = str(ground.folder / "mailflow.toml")
    runner = CliRunner(env=ENVIRONMENT)
    return runner.invoke(main, ["--config", config, *arguments], catch_exceptions=False)


def appends_heavy(ground: Ground, count: int, octets: int) -> None:
    """Leave mails in the mailbox that each need so much room in the database."""
    for number in range(len(ground.issues) + 1, len(ground.issues) + count + 1):
        ground.append(heavy(number, octets))
        ground.issues.append(number)


def heavy(number: int, octets: int) -> EmailMessage:
    mail = issue(number)
    content = secrets.token_bytes(octets)
    mail.add_attachment(content, maintype="application", subtype="x", filename="x.bin")
    return mail


@contextmanager
def files_end_at(octets: int) -> Iterator[None]:
    """No file of this process can grow beyond that, as on a full disk (EFBIG; setrlimit(2))."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines that a person who runs it has to read; a traceback fails."""
    lines = []
    for record in caplog.records:
        if record.levelno >= logging.WARNING:
            assert record.exc_info is None, record.exc_text
            lines.append(record.getMessage())
            assert "\n" not in lines[-1]
    return lines
