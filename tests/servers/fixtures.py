"""The servers as fixtures; a conftest.py imports those that its tests use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.servers.imap import ImapServer, dovecot, pymap
from tests.servers.postgres import Postgres, postgres
from tests.servers.process import missing
from tests.servers.smtp import Receiver, smtp_receiver


@pytest.fixture(scope="session")
def pymap_server() -> Iterator[ImapServer]:
    """One for all tests of a process: keep to folders of your own in it."""
    with pymap() as server:
        yield server


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[ImapServer]:
    """One for all tests of a process: log in as a user of your own."""
    with dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def postgres_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs are found (pg_dump, pg_restore)."""
    package = find_spec("pgserver")
    if package is not None and package.origin is not None:
        programs = Path(package.origin).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{programs}")
    if shutil.which("pg_dump") is None:
        missing("needs the package pgserver or Debian's postgresql-client")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with smtp_receiver() as running:
        yield running
