"""A disk that is full: said in a line, nothing lost, and all is taken once there is room."""

from __future__ import annotations

import smtplib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from mailflow.store.tables import Input
from tests.faults.conftest import Make
from tests.faults.mounts import remount, small_disk
from tests.faults.running import (
    appends_heavy,
    command,
    daemon_of,
    files_end_at,
    heavy,
    office_of,
    said,
)
from tests.servers.imap import ImapServer
from tests.servers.postgres import Postgres
from tests.servers.process import wait_for
from tests.torture.counting import counted
from tests.torture.ground import REPORTER, issue


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "1400k") as folder:
        yield folder


@pytest.fixture
def disk_for_all() -> Iterator[Path]:
    """One that another user's server can enter, too."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        with small_disk(Path(name) / "disk", "14m") as folder:
            yield folder


def test_what_does_not_fit_stays_in_the_mailbox(
    make: Make, sqlite: str, tmp_path: Path, pymap_server: ImapServer
) -> None:
    ground = make(sqlite, imap=pymap_server)
    appends_heavy(ground, 3, 200_000)
    with files_end_at((tmp_path / "mailflow.db").stat().st_size + 100_000):
        done = command(ground, "run", "--once")
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert "disk" in line
    assert ground.waiting() == 3
    assert command(ground, "run", "--once").exit_code == 0
    assert counted(ground).faults == []


def test_a_daemon_waits_for_room(
    make: Make, disk: Path, pymap_server: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    ground = make(f"sqlite:///{disk}/mailflow.db", imap=pymap_server, lmtp=True)
    with daemon_of(ground):
        ground.appends_issues(1)
        wait_for(ground.is_done, "a first mail goes its way", 30)
        appends_heavy(ground, 2, 700_000)
        wait_for(lambda: said(caplog), "it is told", 30)
        time.sleep(1)  # it tries again meanwhile
        assert ground.waiting() == 2
        with smtplib.LMTP("127.0.0.1", ground.lmtp_port) as server:
            mail = heavy(4, 700_000)
            with pytest.raises(smtplib.SMTPDataError, match="Cannot store") as refused:
                server.sendmail(REPORTER, ["flow@acme.example"], mail.as_bytes())
        assert refused.value.smtp_code == 451
        lines = said(caplog)
        assert len(lines) <= 5, lines
        assert all("disk is full: make room" in line for line in lines), lines
        remount(disk, "size=30m")
        wait_for(ground.is_done, "there is room", 30)
    assert counted(ground).faults == []


def test_postgresql_waits_for_room(
    make: Make,
    disk_for_all: Path,
    postgres_server: Postgres,
    pymap_server: ImapServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = postgres_server.create()
    ground = make(url, imap=pymap_server)
    ground.database.close()
    with postgres_server.moved_to(disk_for_all, url), daemon_of(ground):
        ground.appends_issues(1)
        wait_for(ground.is_done, "a first mail goes its way", 30)
        appends_heavy(ground, 8, 900_000)
        wait_for(lambda: said(caplog), "it is told", 30)
        time.sleep(1)  # it tries again meanwhile
        assert ground.waiting() > 0
        lines = said(caplog)
        assert len(lines) <= 5, lines
        assert all("make room" in line for line in lines), lines
        remount(disk_for_all, "size=60m")
        wait_for(ground.is_done, "there is room", 30)
        assert counted(ground).faults == []


def test_a_full_disk_is_not_counted_against_a_mail(
    make: Make, sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little or much of the transaction still fits."""
    ground = make(sqlite, lmtp=True)
    office, log = office_of(ground), tmp_path / "mailflow.db-wal"
    with daemon_of(ground) as receiving:
        monkeypatch.setattr(receiving.engine, "handle_next", lambda _now: False)
        wait_for(lambda: ground.hands_over(issue(1)), "LMTP")
    ground.issues.append(1)
    failures = 0
    while ground.is_done() is False:
        size = log.stat().st_size if log.exists() else 0
        try:
            with files_end_at(size + failures * 8_192):
                if not office.engine.handle_next(office.now()):
                    break
        except OperationalError:
            failures += 1
        with ground.database.read() as session:
            assert session.scalar(select(Input.attempts)) == 0
    office.database.close()
    assert failures > 1
    assert command(ground, "run", "--once").exit_code == 0
    assert counted(ground).faults == []


def test_a_backup_onto_a_full_disk_leaves_nothing(make: Make, sqlite: str, tmp_path: Path) -> None:
    ground = make(sqlite)
    with files_end_at(100_000):
        done = command(ground, "db", "backup", str(tmp_path / "backup.db"))
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "backup.db").exists()
