"""A database that cannot be written, is locked, is restarted, cuts connections."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from mailflow.outbox import sender
from mailflow.pipeline import engine
from mailflow.store import database
from tests.faults.conftest import Make
from tests.faults.mounts import remount, small_disk
from tests.faults.running import command, daemon_of, said
from tests.servers.imap import ImapServer
from tests.servers.postgres import Postgres
from tests.servers.process import wait_for
from tests.torture.counting import counted
from tests.torture.ground import Ground

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Root may write whatever the permissions say, so the whole disk is read-only for it."""
    if os.geteuid() == 0:
        remount(folder, "ro")
        yield
        remount(folder, "rw")
        return
    files = [*folder.iterdir(), folder]
    before = [file.stat().st_mode for file in files]
    for file, mode in zip(files, before, strict=True):
        file.chmod(mode & 0o555)
    yield
    for file, mode in zip(files, before, strict=True):
        file.chmod(mode)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() == 0:
        with small_disk(tmp_path / "data", "20m") as disk:
            yield disk
    else:
        (tmp_path / "data").mkdir()
        yield tmp_path / "data"


def test_a_read_only_database_says_what_to_do(
    folder: Path, make: Make, pymap_server: ImapServer
) -> None:
    ground = make(f"sqlite:///{folder}/mailflow.db", imap=pymap_server)
    ground.appends_issues(1)
    ground.database.close()
    with read_only(folder):
        done = command(ground, "run", "--once")
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert "must be able to write it (SQLite: the file and its folder)" in line
    assert command(ground, "run", "--once").exit_code == 0
    assert counted(ground).faults == []


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another process keeps the database for itself."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.stdin.close()
        holder.wait(10)
        holder.stdout.close()


def test_a_database_that_is_locked_for_long(
    make: Make,
    sqlite: str,
    tmp_path: Path,
    pymap_server: ImapServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ground = make(sqlite, imap=pymap_server)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    with daemon_of(ground):
        ground.appends_issues(1)
        wait_for(ground.is_done, "a first mail goes its way", 30)
        with locked(tmp_path / "mailflow.db"):
            ground.appends_issues(2)
            wait_for(lambda: said(caplog), "it is told", 30)
            Event().wait(1)  # it tries again meanwhile
            assert ground.waiting() == 2
        wait_for(ground.is_done, "it goes on", 30)
    lines = said(caplog)
    assert any("another process keeps it locked" in line for line in lines)
    assert len(lines) == len(set(lines)) <= 5, lines
    assert counted(ground).faults == []


def after(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, *faults: Callable[[], object]
) -> None:
    """Let these happen, one each, as soon as this function has done its work."""
    original, left = getattr(where, name), list(faults)

    def breaking(*arguments: Any, **named: Any) -> Any:
        result = original(*arguments, **named)
        if left:
            left.pop(0)()
        return result

    monkeypatch.setattr(where, name, breaking)


def cut(server: Postgres, ground: Ground) -> None:
    """End all sessions of the database."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(server.url(driver="postgresql"), autocommit=True) as connection:
        connection.execute(others, [ground.database.url.database])


def test_postgresql_breaks_off_in_the_middle(
    make: Make,
    postgres_server: Postgres,
    postgres_url: str,
    pymap_server: ImapServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the pipeline's transaction, and between a mail that was sent and the note of it."""
    ground = make(postgres_url, imap=pymap_server)
    name = ground.database.url.database
    with psycopg.connect(postgres_server.url(driver="postgresql"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on'.encode())
    ground.database.close()

    def cuts() -> None:
        cut(postgres_server, ground)

    after(monkeypatch, engine, "walk", postgres_server.restart, cuts)
    after(monkeypatch, sender, "hand_in", cuts, postgres_server.restart)
    with daemon_of(ground):
        ground.appends_issues(4)
        wait_for(lambda: len(ground.smtp.letters) >= 2, "mails are sent", 30)
        wait_for(lambda: is_done(ground), "it goes on", 30)
    assert 1 <= len(said(caplog)) <= 8
    found = counted(ground)
    assert found.faults == []
    assert found.documented == 0


def is_done(ground: Ground) -> bool:
    try:
        return ground.is_done()
    except DBAPIError:
        return False
